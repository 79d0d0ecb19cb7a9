/*
 * diff.c
 *	  SQL that turns one schema into another.
 */
#include "pg_ext/migrate/diff.h"
#include "pg_ext/migrate/schema.h"

#include "common/core/sql_scan.h"

/* PostgreSQL writes literals of definitions for the settings of this call; where the
 * SQL will run, strings may have escapes. */
static const char *
escape_literals(dbc_host *host, const char *sql)
{
	dbc_lexeme at = dbc_scan_sql(sql, DBC_ON_POSTGRESQL);
	const char *copied = sql;
	dbc_buffer out;

	if (!strchr(sql, '\\'))
		return sql;
	dbc_buffer_init(&out, host);
	for (; at.kind != DBC_LEX_END;
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
	{
		if (at.kind != DBC_LEX_TEXT || *at.text != '\'' ||
			!memchr(at.text, '\\', at.length))
			continue;
		dbc_append_bytes(&out, copied, (size_t) (at.text - copied));
		dbc_append(&out, "E");
		for (size_t i = 0; i < at.length; i++)
			dbc_append_bytes(&out, at.text[i] == '\\' ? "\\\\" : at.text + i,
							 at.text[i] == '\\' ? 2 : 1);
		copied = at.text + at.length;
	}
	dbc_append(&out, copied);
	return out.data;
}

/* See common/migrate/host.h. */
const char *
dbcpg_migrate_diff(dbc_host *base, const dbc_migrate_schema *from,
				   const dbc_migrate_schema *to)
{
	diff d = {.host = base};
	const char *sql;

	dbc_buffer_init(&d.out, base);
	dbcpg_migrate_add_nodes(&d, from, to);
	dbcpg_migrate_decide_actions(&d);
	dbcpg_migrate_write_steps(&d);
	sql = escape_literals(base, d.out.data);
	/* function bodies may use objects that are created later */
	if (d.has_functions)
		return dbc_format(base, "SET check_function_bodies = off;\n%s", sql);
	return sql;
}
