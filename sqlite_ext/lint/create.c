/*
 * create.c
 *	  What CREATE statements do.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* ---- tables ---- */

/* The flags of a constraint in the definition of a column. */
static unsigned
constraint_flag(dbcsl_ddl_constraint_kind kind)
{
	switch (kind)
	{
		case DBCSL_PRIMARY_KEY:
			return DBC_OP_PRIMARY;
		case DBCSL_UNIQUE:
			return DBC_OP_UNIQUE;
		case DBCSL_CHECK:
			return DBC_OP_CHECKED;
		case DBCSL_FOREIGN_KEY:
			break;
	}
	return DBC_OP_REFERENCES;
}

/* The flags of a column. */
static unsigned
column_flags(const dbcsl_ddl *ddl, int number)
{
	const dbcsl_ddl_column *column = &ddl->columns[number];
	unsigned flags = 0;

	if (column->not_null)
		flags |= DBC_OP_NOT_NULL;
	if (column->default_value)
		flags |= DBC_OP_DEFAULT;
	if (column->default_value && !column->default_is_constant)
		flags |= DBC_OP_NONCONSTANT;
	if (column->generated)
		flags |= column->stored ? DBC_OP_STORED : DBC_OP_VIRTUAL;
	for (int i = 0; i < ddl->nconstraints; i++)
		if (ddl->constraints[i].column == number)
			flags |= constraint_flag(ddl->constraints[i].kind);
	return flags;
}

/* Adds the operation of a constraint. */
static void
add_constraint(dbcsl_lint_analyzer *lint, dbc_lint_object *table,
			   const dbcsl_ddl_constraint *c, const char *command,
			   unsigned flags)
{
	static const dbc_lint_verb verbs[] = {DBC_V_ADD_PRIMARY_KEY,
										  DBC_V_ADD_UNIQUE, DBC_V_ADD_CHECK,
										  DBC_V_ADD_FOREIGN_KEY};
	dbc_lint_object *other = NULL;
	dbc_lint_operation *operation;

	if (c->kind == DBCSL_FOREIGN_KEY)
		other = dbcsl_lint_find_object(
			lint, "table",
			(dbcsl_lint_qualified_name){dbcsl_lint_get_schema(table),
										c->parent});
	operation = dbcsl_lint_add_operation(lint, verbs[c->kind], table);
	operation->command = command;
	operation->flags = flags;
	operation->other = other;
	operation->name = c->name;
	operation->columns = dbcsl_lint_copy_names(lint, c->columns, c->ncolumns);
	operation->text = c->kind == DBCSL_CHECK ? c->expression : c->definition;
}

/* Adds the operations of the columns and constraints of a table. */
void
dbcsl_lint_analyze_columns(dbcsl_lint_analyzer *lint, dbc_lint_object *table,
						   const dbcsl_ddl *ddl, const char *command,
						   unsigned flags)
{
	for (int i = 0; i < ddl->ncolumns; i++)
	{
		dbc_lint_operation *operation =
			dbcsl_lint_add_operation(lint, DBC_V_ADD_COLUMN, table);

		operation->command = command;
		operation->flags = flags | column_flags(ddl, i);
		operation->column = ddl->columns[i].name;
		operation->type = ddl->columns[i].type;
		operation->text = ddl->columns[i].default_value
							  ? ddl->columns[i].default_value
							  : ddl->columns[i].generated;
	}
	for (int i = 0; i < ddl->nconstraints; i++)
		add_constraint(lint, table, &ddl->constraints[i], command, flags);
}

/* Reads CREATE TABLE after the name. */
static void
read_table(dbcsl_lint_analyzer *lint, dbc_lint_object *table, unsigned flags)
{
	const char *command = lint->statement->command;
	dbcsl_ddl ddl = {0};
	dbc_lint_operation *operation;

	if (dbcsl_ddl_accept_word(&lint->r, "as"))
	{
		lint->select = lint->r.token.text;
		table->may_grow = true;
		dbcsl_lint_record_copy(lint);
		flags |= DBC_OP_FROM_QUERY;
	}
	else
		ddl = dbcsl_read_ddl(lint->h, lint->statement->text);
	operation = dbcsl_lint_add_operation(lint, DBC_V_CREATE, table);
	operation->flags = flags;
	if (ddl.kind != DBCSL_TABLE)
		return;
	operation->flags |= (ddl.strict ? DBC_OP_STRICT_TABLE : 0) |
						(ddl.without_rowid ? DBC_OP_NO_ROWID : 0);
	dbcsl_lint_analyze_columns(lint, table, &ddl, command, DBC_OP_INITIAL);
}

/* ---- indexes ---- */

/* Reads the columns of an index; an expression counts as "". */
static const char *const *
read_columns(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	const char **names = NULL;
	int count = 0;

	dbcsl_ddl_expect_character(r, '(');
	do
	{
		const char *name = dbcsl_ddl_read_indexed(r);

		names = dbc_grow(&lint->h->base, names, (size_t) count, sizeof(*names));
		names[count++] = name ? name : "";
	} while (dbcsl_ddl_accept_character(r, ','));
	dbcsl_ddl_expect_character(r, ')');
	return dbcsl_lint_copy_names(lint, names, count);
}

/* Reads CREATE INDEX after the name. */
static void
read_index(dbcsl_lint_analyzer *lint, dbcsl_lint_qualified_name name,
		   unsigned flags)
{
	dbcsl_ddl_reader *r = &lint->r;
	const char *const *columns;
	dbcsl_lint_qualified_name table = {.schema = name.schema};
	const char *start;
	dbc_lint_operation *operation;

	dbcsl_ddl_expect_word(r, "on");
	table.name = dbcsl_ddl_read_name(r);
	start = r->token.text;
	columns = read_columns(lint);
	if (r->refused)
		return;
	operation = dbcsl_lint_add_operation(
		lint, DBC_V_CREATE_INDEX, dbcsl_lint_find_object(lint, "table", table));
	operation->columns = columns;
	operation->text = dbcsl_ddl_text_since(r, start);
	operation->name = name.name;
	operation->flags =
		flags | (dbcsl_ddl_at_word(r, "where") ? DBC_OP_PARTIAL : 0);
}

/* ---- the statement ---- */

/* Reads the table or view that a trigger is on. */
static dbc_lint_object *
read_trigger_table(dbcsl_lint_analyzer *lint, dbcsl_lint_qualified_name trigger)
{
	dbcsl_ddl_reader *r = &lint->r;
	dbcsl_lint_qualified_name name;

	while (r->token.kind != DBCSL_END && !dbcsl_ddl_at_word(r, "on"))
		dbcsl_ddl_advance(r);
	dbcsl_ddl_expect_word(r, "on");
	name = dbcsl_lint_read_qualified_name(r);
	if (!name.schema && trigger.schema &&
		sqlite3_stricmp(trigger.schema, "temp") != 0)
		name.schema = trigger.schema;
	return r->refused ? NULL : dbcsl_lint_find_object(lint, "table", name);
}

/* Reads the words before the name. */
static const char *
read_start(dbcsl_lint_analyzer *lint, bool *temporary, unsigned *flags)
{
	dbcsl_ddl_reader *r = &lint->r;
	const char *type;

	dbcsl_ddl_expect_word(r, "create");
	*temporary = dbcsl_ddl_accept_word(r, "temp") ||
				 dbcsl_ddl_accept_word(r, "temporary");
	*flags = dbcsl_ddl_accept_word(r, "unique") ? DBC_OP_UNIQUE : 0;
	dbcsl_ddl_accept_word(r, "virtual");
	type = dbcsl_ddl_at_word(r, "table")	 ? "table"
		   : dbcsl_ddl_at_word(r, "index")	 ? "index"
		   : dbcsl_ddl_at_word(r, "view")	 ? "view"
		   : dbcsl_ddl_at_word(r, "trigger") ? "trigger"
											 : NULL;
	dbcsl_ddl_advance(r);
	if (dbcsl_lint_accept_words(r, "if", "not", "exists"))
		*flags |= DBC_OP_IF_EXISTS;
	return type;
}

/* Reads a CREATE statement. */
void
dbcsl_lint_analyze_create(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	bool temporary;
	unsigned flags;
	const char *type = read_start(lint, &temporary, &flags);
	dbcsl_lint_qualified_name name = dbcsl_lint_read_qualified_name(r);
	dbc_lint_object *object;
	dbc_lint_operation *operation;

	lint->runs = true;
	if (!type || r->refused)
		return;
	if (temporary)
		name.schema = "temp";
	else if (!name.schema && strcmp(type, "index") != 0)
		name.schema = "main";
	lint->new_name = name.name;
	if (strcmp(type, "index") == 0)
	{
		read_index(lint, name, flags);
		return;
	}
	object = dbcsl_lint_find_object(lint, type, name);
	if (!dbcsl_lint_object_exists(lint, name))
		lint->made = object;
	if (strcmp(type, "table") == 0)
	{
		if (dbcsl_ddl_at_word(r, "using"))
			dbcsl_lint_add_operation(lint, DBC_V_CREATE, object)->flags = flags;
		else
			read_table(lint, object, flags);
		return;
	}
	operation = dbcsl_lint_add_operation(lint, DBC_V_CREATE, object);
	operation->flags = flags;
	if (strcmp(type, "trigger") == 0)
		operation->other = read_trigger_table(lint, name);
}
