/*
 * alter.c
 *	  ALTER TABLE and DROP statements.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* ---- ALTER TABLE ---- */

/* Reads ADD COLUMN from its column definition on. */
static void
read_add_column(dbcsl_lint_analyzer *lint, dbc_lint_object *table)
{
	const char *text = lint->r.token.text;
	dbcsl_ddl added = dbcsl_read_ddl(
		lint->h, dbcsl_printf(lint->h, "create table x (%s)", text));
	int first = lint->noperations;
	dbcsl_ddl ddl;

	if (added.kind != DBCSL_TABLE || added.ncolumns != 1)
		return;
	dbcsl_lint_analyze_columns(lint, table, &added,
							   "ALTER TABLE ... ADD COLUMN", 0);
	lint->operations[first].alters_null =
		sqlite3_libversion_number() >= DBCSL_ALTERS_CONSTRAINTS;
	if (dbcsl_lint_read_definition(lint, table, &ddl))
		lint->operations[first].rebuild =
			dbcsl_lint_make_rebuild_call(lint, table, &ddl, -1, text);
}

/* Adds an operation on a column, with the column's type. */
static dbc_lint_operation *
add_column_operation(dbcsl_lint_analyzer *lint, dbc_lint_verb verb,
					 dbc_lint_object *table, const char *name,
					 const char *command)
{
	dbc_lint_operation *operation = dbcsl_lint_add_operation(lint, verb, table);
	dbcsl_ddl ddl;
	int number = dbcsl_lint_read_definition(lint, table, &ddl)
					 ? dbcsl_find_column(&ddl, name)
					 : -1;

	operation->command = command;
	operation->column = name;
	if (number < 0)
		return operation;
	operation->column = ddl.columns[number].name;
	operation->old_type = ddl.columns[number].type;
	if (verb == DBC_V_DROP_COLUMN && ddl.ncolumns > 1)
		operation->rebuild =
			dbcsl_lint_make_rebuild_call(lint, table, &ddl, number, NULL);
	return operation;
}

/* Reads the rest of RENAME. */
static void
read_rename(dbcsl_lint_analyzer *lint, dbc_lint_object *table)
{
	dbcsl_ddl_reader *r = &lint->r;
	const char *column;
	const char *new_name;

	if (dbcsl_ddl_accept_word(r, "to"))
	{
		lint->new_name = dbcsl_ddl_read_name(r);
		if (r->refused)
			return;
		lint->renamed = table;
		dbcsl_lint_record_rename(lint, table, lint->new_name);
		dbcsl_lint_add_operation(lint, DBC_V_RENAME, table)->new_name =
			lint->new_name;
		return;
	}
	dbcsl_ddl_accept_word(r, "column");
	column = dbcsl_ddl_read_name(r);
	dbcsl_ddl_expect_word(r, "to");
	new_name = dbcsl_ddl_read_name(r);
	if (!r->refused)
		add_column_operation(lint, DBC_V_RENAME_COLUMN, table, column,
							 "ALTER TABLE ... RENAME COLUMN")
			->new_name = new_name;
}

/* Reads the rest of DROP; CONSTRAINT needs SQLite 3.53. */
static void
read_drop(dbcsl_lint_analyzer *lint, dbc_lint_object *table)
{
	dbcsl_ddl_reader *r = &lint->r;
	bool constraint = dbcsl_ddl_accept_word(r, "constraint");
	const char *name;

	if (!constraint)
		dbcsl_ddl_accept_word(r, "column");
	name = dbcsl_ddl_read_name(r);
	if (r->refused)
		return;
	if (constraint)
		dbcsl_lint_add_operation(lint, DBC_V_DROP_CONSTRAINT, table)->name =
			name;
	else
		add_column_operation(lint, DBC_V_DROP_COLUMN, table, name,
							 "ALTER TABLE ... DROP COLUMN");
}

/* Reads ALTER [COLUMN] name SET or DROP NOT NULL, which need SQLite 3.53. */
static void
read_alter_column(dbcsl_lint_analyzer *lint, dbc_lint_object *table)
{
	dbcsl_ddl_reader *r = &lint->r;
	const char *column;
	bool set;

	dbcsl_ddl_accept_word(r, "column");
	column = dbcsl_ddl_read_name(r);
	set = dbcsl_lint_accept_words(r, "set", "not", "null");
	if (set || dbcsl_lint_accept_words(r, "drop", "not", "null"))
		add_column_operation(lint,
							 set ? DBC_V_SET_NOT_NULL : DBC_V_DROP_NOT_NULL,
							 table, column, "ALTER TABLE ... ALTER COLUMN");
}

/* Reads the rest of ADD; CONSTRAINT and CHECK need SQLite 3.53. */
static void
read_add(dbcsl_lint_analyzer *lint, dbc_lint_object *table)
{
	dbcsl_ddl_reader *r = &lint->r;
	const char *name = NULL;
	const char *expression;
	dbc_lint_operation *operation;

	if (dbcsl_ddl_accept_word(r, "constraint"))
		name = dbcsl_ddl_read_name(r);
	if (!dbcsl_ddl_at_word(r, "check") && !name)
	{
		dbcsl_ddl_accept_word(r, "column");
		read_add_column(lint, table);
		return;
	}
	dbcsl_ddl_expect_word(r, "check");
	expression = dbcsl_ddl_read_group(r);
	if (r->refused)
		return;
	operation = dbcsl_lint_add_operation(lint, DBC_V_ADD_CHECK, table);
	operation->name = name;
	operation->text = expression;
}

void
dbcsl_lint_analyze_alter(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	dbcsl_lint_qualified_name name;
	dbc_lint_object *table;

	lint->runs = true;
	dbcsl_ddl_advance(r);
	dbcsl_ddl_expect_word(r, "table");
	name = dbcsl_lint_read_qualified_name(r);
	if (r->refused)
		return;
	table = dbcsl_lint_find_object(lint, "table", name);
	if (dbcsl_ddl_accept_word(r, "rename"))
		read_rename(lint, table);
	else if (dbcsl_ddl_accept_word(r, "add"))
		read_add(lint, table);
	else if (dbcsl_ddl_accept_word(r, "drop"))
		read_drop(lint, table);
	else if (dbcsl_ddl_accept_word(r, "alter"))
		read_alter_column(lint, table);
}

/* ---- DROP ---- */

/* Reads DROP INDEX from the name on; the operation is on the table. */
static void
drop_index(dbcsl_lint_analyzer *lint, dbcsl_lint_qualified_name name,
		   unsigned flags)
{
	dbcsl_lint_model_object found;
	dbc_lint_object *table = NULL;
	dbc_lint_operation *operation;

	if (dbcsl_lint_model_find(lint->model, name.schema, name.name, &found))
		table = dbcsl_lint_find_object(
			lint, "table",
			(dbcsl_lint_qualified_name){found.schema, found.table});
	operation = dbcsl_lint_add_operation(lint, DBC_V_DROP_INDEX, table);
	operation->name = name.name;
	operation->flags = flags;
}

void
dbcsl_lint_analyze_drop(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	unsigned flags = 0;
	const char *type;
	dbcsl_lint_qualified_name name;

	lint->runs = true;
	dbcsl_ddl_advance(r);
	type = dbcsl_ddl_at_word(r, "table")	 ? "table"
		   : dbcsl_ddl_at_word(r, "index")	 ? "index"
		   : dbcsl_ddl_at_word(r, "view")	 ? "view"
		   : dbcsl_ddl_at_word(r, "trigger") ? "trigger"
											 : NULL;
	dbcsl_ddl_advance(r);
	if (dbcsl_lint_accept_words(r, "if", "exists", NULL))
		flags |= DBC_OP_IF_EXISTS;
	name = dbcsl_lint_read_qualified_name(r);
	if (!type || r->refused)
		return;
	if (strcmp(type, "index") == 0)
	{
		drop_index(lint, name, flags);
		return;
	}
	lint->dropped = dbcsl_lint_find_object(lint, type, name);
	dbcsl_lint_add_operation(lint, DBC_V_DROP, lint->dropped)->flags = flags;
	if (strcmp(type, "table") == 0)
		dbcsl_lint_record_drop(lint, lint->dropped);
}
