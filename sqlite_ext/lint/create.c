/*
 * create.c
 *	  What CREATE statements do.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* ---- tables ---- */

/* The flags of a constraint in the definition of a column. */
static unsigned
constraint_flag(dbcsl_constraint_kind kind)
{
	switch (kind)
	{
		case DBCSL_PRIMARY_KEY:
			return DBC_DF_PRIMARY;
		case DBCSL_UNIQUE:
			return DBC_DF_UNIQUE;
		case DBCSL_CHECK:
			return DBC_DF_CHECKED;
		case DBCSL_FOREIGN_KEY:
			break;
	}
	return DBC_DF_REFERENCES;
}

/* The flags of a column. */
static unsigned
column_flags(const dbcsl_ddl *ddl, int number)
{
	const dbcsl_column *column = &ddl->columns[number];
	unsigned flags = 0;
	int i;

	if (column->not_null)
		flags |= DBC_DF_NOT_NULL;
	if (column->default_value)
		flags |= DBC_DF_DEFAULT;
	if (column->default_value && !column->default_is_constant)
		flags |= DBC_DF_NONCONSTANT;
	if (column->generated)
		flags |= column->stored ? DBC_DF_STORED : DBC_DF_VIRTUAL;
	for (i = 0; i < ddl->nconstraints; i++)
		if (ddl->constraints[i].column == number)
			flags |= constraint_flag(ddl->constraints[i].kind);
	return flags;
}

/* Adds the deed of a constraint. */
static void
add_constraint(dbcsl_lint *lint, dbc_subject *table, const dbcsl_constraint *c,
			   const char *command, unsigned flags)
{
	static const dbc_verb verbs[] = {DBC_V_ADD_PRIMARY_KEY, DBC_V_ADD_UNIQUE,
									 DBC_V_ADD_CHECK, DBC_V_ADD_FOREIGN_KEY};
	dbc_subject *other = NULL;
	dbc_deed *deed;

	if (c->kind == DBCSL_FOREIGN_KEY)
		other = dbcsl_subject(lint, "table",
							  (dbcsl_name){dbcsl_schema_of(table), c->parent});
	deed = dbcsl_add_deed(lint, verbs[c->kind], table);
	deed->command = command;
	deed->flags = flags;
	deed->other = other;
	deed->name = c->name;
	deed->columns = dbcsl_name_list(lint, c->columns, c->ncolumns);
	deed->text = c->kind == DBCSL_CHECK ? c->expression : c->definition;
}

/* Adds the deeds of the columns and constraints of a table. */
void
dbcsl_lint_columns(dbcsl_lint *lint, dbc_subject *table, const dbcsl_ddl *ddl,
				   const char *command, unsigned flags)
{
	int i;

	for (i = 0; i < ddl->ncolumns; i++)
	{
		dbc_deed *deed = dbcsl_add_deed(lint, DBC_V_ADD_COLUMN, table);

		deed->command = command;
		deed->flags = flags | column_flags(ddl, i);
		deed->column = ddl->columns[i].name;
		deed->type = ddl->columns[i].type;
		deed->text = ddl->columns[i].default_value
						 ? ddl->columns[i].default_value
						 : ddl->columns[i].generated;
	}
	for (i = 0; i < ddl->nconstraints; i++)
		add_constraint(lint, table, &ddl->constraints[i], command, flags);
}

/* Reads CREATE TABLE from behind its name on. */
static void
read_table(dbcsl_lint *lint, dbc_subject *table, unsigned flags)
{
	const char *command = lint->statement->command;
	dbcsl_ddl ddl = {0};
	dbc_deed *deed;

	if (dbcsl_accept_word(&lint->r, "as"))
	{
		lint->select = lint->r.token.text;
		table->may_grow = true;
		dbcsl_note_copy(lint);
		flags |= DBC_DF_FROM_QUERY;
	}
	else
		ddl = dbcsl_read_ddl(lint->h, lint->statement->text);
	deed = dbcsl_add_deed(lint, DBC_V_CREATE, table);
	deed->flags = flags;
	if (ddl.kind != DBCSL_TABLE)
		return;
	deed->flags |= (ddl.strict ? DBC_DF_STRICT_TABLE : 0) |
				   (ddl.without_rowid ? DBC_DF_NO_ROWID : 0);
	dbcsl_lint_columns(lint, table, &ddl, command, DBC_DF_INITIAL);
}

/* ---- indexes ---- */

/* Reads the columns of an index; an expression counts as "". */
static const char *const *
read_columns(dbcsl_lint *lint)
{
	dbcsl_reader *r = &lint->r;
	const char **names = NULL;
	int count = 0;

	dbcsl_expect(r, '(');
	do
	{
		const char *name = dbcsl_read_indexed(r);

		names = dbcsl_grow(lint->h, names, (size_t) count, sizeof(*names));
		names[count++] = name ? name : "";
	} while (dbcsl_accept(r, ','));
	dbcsl_expect(r, ')');
	return dbcsl_name_list(lint, names, count);
}

/* Reads CREATE INDEX from behind its name on. */
static void
read_index(dbcsl_lint *lint, dbcsl_name name, unsigned flags)
{
	dbcsl_reader *r = &lint->r;
	const char *const *columns;
	dbcsl_name table = {.schema = name.schema};
	const char *start;
	dbc_deed *deed;

	dbcsl_expect_word(r, "on");
	table.name = dbcsl_read_name(r);
	start = r->token.text;
	columns = read_columns(lint);
	if (r->refused)
		return;
	deed = dbcsl_add_deed(lint, DBC_V_CREATE_INDEX,
						  dbcsl_subject(lint, "table", table));
	deed->columns = columns;
	deed->text = dbcsl_text_from(r, start);
	deed->name = name.name;
	deed->flags = flags | (dbcsl_at_word(r, "where") ? DBC_DF_PARTIAL : 0);
}

/* ---- the statement ---- */

/* Reads the table or view that a trigger is on. */
static dbc_subject *
read_trigger_table(dbcsl_lint *lint, dbcsl_name trigger)
{
	dbcsl_reader *r = &lint->r;
	dbcsl_name name;

	while (r->token.kind != DBCSL_END && !dbcsl_at_word(r, "on"))
		dbcsl_advance(r);
	dbcsl_expect_word(r, "on");
	name = dbcsl_read_qualified(r);
	if (!name.schema && trigger.schema &&
		sqlite3_stricmp(trigger.schema, "temp") != 0)
		name.schema = trigger.schema;
	return r->refused ? NULL : dbcsl_subject(lint, "table", name);
}

/* Reads the words up to the name, and what they say. */
static const char *
read_start(dbcsl_lint *lint, bool *temporary, unsigned *flags)
{
	dbcsl_reader *r = &lint->r;
	const char *type;

	dbcsl_expect_word(r, "create");
	*temporary =
		dbcsl_accept_word(r, "temp") || dbcsl_accept_word(r, "temporary");
	*flags = dbcsl_accept_word(r, "unique") ? DBC_DF_UNIQUE : 0;
	dbcsl_accept_word(r, "virtual");
	type = dbcsl_at_word(r, "table")	 ? "table"
		   : dbcsl_at_word(r, "index")	 ? "index"
		   : dbcsl_at_word(r, "view")	 ? "view"
		   : dbcsl_at_word(r, "trigger") ? "trigger"
										 : NULL;
	dbcsl_advance(r);
	if (dbcsl_accept_words(r, "if", "not", "exists"))
		*flags |= DBC_DF_IF_EXISTS;
	return type;
}

/* Reads a CREATE statement. */
void
dbcsl_lint_create(dbcsl_lint *lint)
{
	dbcsl_reader *r = &lint->r;
	bool temporary;
	unsigned flags;
	const char *type = read_start(lint, &temporary, &flags);
	dbcsl_name name = dbcsl_read_qualified(r);
	dbc_subject *subject;
	dbc_deed *deed;

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
	subject = dbcsl_subject(lint, type, name);
	if (!dbcsl_is_there(lint, name))
		lint->made = subject;
	if (strcmp(type, "table") == 0)
	{
		if (dbcsl_at_word(r, "using"))
			dbcsl_add_deed(lint, DBC_V_CREATE, subject)->flags = flags;
		else
			read_table(lint, subject, flags);
		return;
	}
	deed = dbcsl_add_deed(lint, DBC_V_CREATE, subject);
	deed->flags = flags;
	if (strcmp(type, "trigger") == 0)
		deed->other = read_trigger_table(lint, name);
}
