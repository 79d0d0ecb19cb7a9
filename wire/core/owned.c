/*
 * owned.c
 *	  What is to be known of a table before queries run on it.
 */
#include "wire/core/owned.h"

#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "wire/core/relation.h"

/* Columns of core/owned.sql. */
enum
{
	O_RELID,
	O_PATH,
	O_UNTRUSTED,
	O_SMALL,
	O_OWNS,
	O_TRUSTS
};

dbcw_owned
dbcw_describe_table(dbc_host *host, const dbc_relation *table, dbcw_code code)
{
	const dbc_rows *rows = dbc_query(
		host, "core/owned", dbc_text(table->schema), dbc_text(table->name),
		dbc_bool(code == DBCW_RULES), dbc_bool(code != DBCW_CONSTRAINTS));
	dbcw_owned owned;
	const char *role;

	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "table %s does not exist", table->shown);
	owned = (dbcw_owned){.relid = dbc_get_int(host, rows, 0, O_RELID),
						 .path = dbc_get_text(host, rows, 0, O_PATH),
						 .is_small = dbc_get_bool(host, rows, 0, O_SMALL),
						 .owns = dbc_get_bool(host, rows, 0, O_OWNS),
						 .trusts = dbc_get_bool(host, rows, 0, O_TRUSTS)};
	role = dbc_get_text_or_null(host, rows, 0, O_UNTRUSTED);
	if (role)
		owned.danger = dbc_format(
			host,
			"code of role \"%s\" would run with the rights of role \"%s\"",
			role, dbcw_of(host)->connection->role);
	return owned;
}

dbcw_owned
dbcw_require_owner(dbc_host *host, const dbc_relation *table)
{
	dbcw_owned owned = dbcw_describe_table(host, table, DBCW_RULES);

	if (!owned.owns)
		dbc_fail(host, DBC_INSUFFICIENT, NULL, NULL,
				 "must be owner of table %s", table->shown);
	if (owned.danger)
		dbc_fail(host, DBC_INSUFFICIENT, NULL, NULL, "%s", owned.danger);
	return owned;
}

static dbc_lexeme
next(const dbc_lexeme *at)
{
	return dbc_scan_sql(at->text + at->length, DBC_ON_POSTGRESQL);
}

/* Fails if a query of a table would run code with more rights than its owner
 * has. */
static void
refuse_danger(dbcw_host *h, const dbc_relation *table)
{
	dbcw_owned owned;

	if (dbc_same(table->schema, "pg_catalog"))
		return;
	owned = dbcw_describe_table(&h->base, table, DBCW_CONSTRAINTS);
	if (owned.danger)
		dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL, "%s", owned.danger);
}

void
dbcw_refuse_untrusted_code(dbcw_host *h, const char *text)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);

	for (; at.kind != DBC_LEX_END; at = next(&at))
	{
		const dbc_relation *tables;
		int ntables;

		if (!dbc_lexeme_is_one_of(&at, " from join "))
			continue;
		at = next(&at);
		if (dbc_lexeme_is_one_of(&at, " only "))
			at = next(&at);
		tables = dbcw_find_tables_at(h, at.text, &ntables);
		for (int i = 0; i < ntables; i++)
			refuse_danger(h, &tables[i]);
	}
}
