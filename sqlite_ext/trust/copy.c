/*
 * copy.c
 *	  Statements that replace a table with a new one; see the header.
 */
#include "sqlite_ext/trust/copy.h"

/* Name prefix of the old table while there is a new one. */
#define ASIDE_PREFIX "dbcare_old_"

/* ---- names ---- */

/* A name that cannot be resolved to a temporary object. */
const char *
dbcsl_qualify_main_name(dbc_host *host, const char *name)
{
	return dbcsl_printf(dbcsl_of(host), "main.\"%w\"", name);
}

/* Whether columns are qualified with the name of their table. */
bool
dbcsl_has_qualified_columns(const dbcsl_ddl *ddl)
{
	dbcsl_token token = dbcsl_first_token(ddl->text);

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		if (token.length == 1 && *token.text == '.')
			return true;
	return false;
}

/* A name of the rowid that no column has, or NULL. */
static const char *
find_hidden_rowid(const dbcsl_ddl *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!table->without_rowid && dbcsl_find_column(table, names[i]) < 0)
			return names[i];
	return NULL;
}

/* ---- the columns to copy ---- */

dbcsl_table_copy
dbcsl_start_table_copy(dbc_buffer *out, const dbcsl_ddl *from,
					   const dbcsl_ddl *to)
{
	dbcsl_table_copy copy = {.out = out, .from = from, .to = to};

	copy.aside = dbc_format(out->host, ASIDE_PREFIX "%s", from->name);
	dbc_buffer_init(&copy.targets, out->host);
	dbc_buffer_init(&copy.sources, out->host);
	return copy;
}

void
dbcsl_copy_add_column(dbcsl_table_copy *copy, const char *target,
					  const char *source)
{
	if (copy->targets.length > 0)
	{
		dbc_append(&copy->targets, ", ");
		dbc_append(&copy->sources, ", ");
	}
	dbc_append(&copy->targets, target);
	dbc_append(&copy->sources, source);
}

/* Keeps the rowids, if the new table has a column or rowid for them that no
 * column of the old table is copied to. */
void
dbcsl_copy_add_rowid(dbcsl_table_copy *copy)
{
	dbc_host *host = copy->out->host;
	const dbcsl_ddl *old = copy->from;
	const dbcsl_ddl *wanted = copy->to;
	const char *source =
		old->rowid_column >= 0
			? dbcsl_quote_always(host, old->columns[old->rowid_column].name)
			: find_hidden_rowid(old);
	const char *target = find_hidden_rowid(wanted);

	if (wanted->rowid_column >= 0)
	{
		const char *name = wanted->columns[wanted->rowid_column].name;

		target = dbcsl_find_column(old, name) < 0
					 ? dbcsl_quote_always(host, name)
					 : NULL;
	}
	if (source && target)
		dbcsl_copy_add_column(copy, target, source);
}

/* ---- the statements ---- */

/* Moves the rows to an auxiliary table, if the table cannot be renamed. */
static void
move_rows(dbcsl_table_copy *copy)
{
	dbcsl_host *h = dbcsl_of(copy->out->host);
	const char *aside = dbcsl_qualify_main_name(&h->base, copy->aside);
	const char *table = dbcsl_qualify_main_name(&h->base, copy->from->name);
	bool empty = copy->targets.length == 0;

	dbc_append_format(copy->out, "create table %s (%s);\n", aside,
					  empty ? "nothing" : copy->targets.data);
	if (!empty)
		dbc_append_format(copy->out, "insert into %s select %s from %s;\n",
						  aside, copy->sources.data, table);
	if (copy->from->autoincrement && copy->to->autoincrement)
		dbc_append(copy->out,
				   dbcsl_printf(h,
								"insert into main.sqlite_sequence (name, seq) "
								"select %Q, seq from main.sqlite_sequence "
								"where name = %Q;\n",
								copy->aside, copy->from->name));
	dbc_append_format(copy->out, "drop table %s;\n", table);
}

/* Renames the old table so that the new one can have its name. */
void
dbcsl_copy_rename_old(dbcsl_table_copy *copy)
{
	dbc_host *host = copy->out->host;

	copy->moved = copy->moved || dbcsl_has_qualified_columns(copy->from);
	if (copy->moved)
		move_rows(copy);
	else
		dbc_append_format(copy->out, "alter table %s rename to %s;\n",
						  dbcsl_qualify_main_name(host, copy->from->name),
						  dbcsl_quote_always(host, copy->aside));
}

/* Copies the rows.  OR ABORT overrides the conflict clauses of the new table,
 * so that no row is skipped or replaced. */
void
dbcsl_copy_fill_new(dbcsl_table_copy *copy)
{
	dbc_host *host = copy->out->host;

	if (copy->targets.length > 0)
		dbc_append_format(
			copy->out, "insert or abort into %s (%s) select %s from %s;\n",
			dbcsl_qualify_main_name(host, copy->to->name), copy->targets.data,
			copy->moved ? "*" : copy->sources.data,
			dbcsl_qualify_main_name(host, copy->aside));
}

/* Drops the old table; the new one continues its AUTOINCREMENT counter. */
void
dbcsl_copy_drop_old(dbcsl_table_copy *copy)
{
	dbcsl_host *h = dbcsl_of(copy->out->host);
	const char *name = copy->to->name;

	if (copy->from->autoincrement && copy->to->autoincrement)
		dbc_append(
			copy->out,
			dbcsl_printf(h,
						 "delete from main.sqlite_sequence where name = %Q;\n"
						 "update main.sqlite_sequence set name = %Q "
						 "where name = %Q;\n",
						 name, name, copy->aside));
	dbc_append_format(copy->out, "drop table %s;\n",
					  dbcsl_qualify_main_name(&h->base, copy->aside));
}
