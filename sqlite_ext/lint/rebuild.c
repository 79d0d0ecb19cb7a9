/*
 * rebuild.c
 *	  Scripts that replace a table by a new one, the usual way on SQLite to do
 *	  what ALTER TABLE cannot.
 *
 * Whether a DROP TABLE belongs to that, and what the new table keeps of the old
 * one, is known only at the end of the script.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* ---- during the script ---- */

/* Columns of list_actions(). */
enum
{
	ACTION_CHILD,
	ACTION_PARENT,
	ACTION
};

/* The foreign keys of a schema that change rows when a parent is deleted.
 * Scripts may drop thousands of tables, so these are read again only after
 * other statements. */
static const dbc_rows *
list_actions(dbcsl_lint_analyzer *lint, const char *schema)
{
	dbcsl_lint_model *model = lint->model;

	if (!model->actions || sqlite3_stricmp(model->acting, schema) != 0)
		model->actions = dbcsl_lint_model_query(
			model,
			dbcsl_printf(lint->h,
						 "select o.name, k.\"table\", min(k.on_delete) "
						 "from \"%w\".sqlite_schema o, "
						 "temp.pragma_foreign_key_list(o.name, %Q) k "
						 "where o.type = 'table' and k.on_delete in "
						 "('CASCADE', 'SET NULL', 'SET DEFAULT') "
						 "group by o.name, k.\"table\" collate nocase "
						 "order by o.rowid",
						 schema, schema),
			NULL, 0);
	model->acting = schema;
	return model->actions;
}

/* Whether a foreign key is one of an existing table, to another one. */
static bool
refers_to(dbcsl_lint_analyzer *lint, const dbc_rows *rows, int row,
		  const dbcsl_lint_model_object *parent)
{
	dbc_host *host = &lint->h->base;
	const char *child = dbc_get_text(host, rows, row, ACTION_CHILD);
	dbcsl_lint_model_object found;

	return sqlite3_stricmp(dbc_get_text(host, rows, row, ACTION_PARENT),
						   parent->name) == 0 &&
		   sqlite3_stricmp(child, parent->name) != 0 &&
		   dbcsl_lint_model_find(lint->model, parent->schema, child, &found);
}

/* Adds operations for the rows that are deleted or changed by DROP TABLE. */
static void
add_cascades(dbcsl_lint_analyzer *lint, dbc_lint_object *table,
			 const dbcsl_lint_model_object *found)
{
	const dbc_rows *rows = list_actions(lint, found->schema);

	/* a script that switches foreign keys off does so on purpose */
	if (lint->model->set_by_script && !lint->model->enforces)
		return;
	for (int i = 0; i < rows->nrows; i++)
	{
		dbcsl_lint_qualified_name child = {found->schema, NULL};
		dbc_lint_object *other;
		dbc_lint_operation *operation;

		if (!refers_to(lint, rows, i, found))
			continue;
		child.name = dbc_get_text(&lint->h->base, rows, i, ACTION_CHILD);
		other = dbcsl_lint_find_object(lint, "table", child);
		operation = dbcsl_lint_add_operation(lint, DBC_V_CASCADE, table);
		operation->other = other;
		operation->text = dbc_get_text(&lint->h->base, rows, i, ACTION);
		operation->name = lint->model->enforces ? "foreign_keys" : NULL;
	}
}

/* The indexes and triggers of a table. */
static const dbc_rows *
list_parts(dbcsl_lint_analyzer *lint, const char *schema, const char *table)
{
	return dbcsl_lint_model_query(
		lint->model,
		dbcsl_printf(lint->h,
					 "select type, name, sql from \"%w\".sqlite_schema "
					 "where tbl_name = ?1 collate nocase "
					 "and type in ('index', 'trigger') "
					 "and sql is not null order by rowid",
					 schema),
		&table, 1);
}

/* The last statement that gave an object this name, or -1. */
static int
find_rename(const dbcsl_lint_script_history *past, const char *to)
{
	for (int i = past->nrenamed - 1; i >= 0; i--)
		if (sqlite3_stricmp(past->renamed[i].to, to) == 0)
			return i;
	return -1;
}

/* Saves the state of a table before it is dropped. */
void
dbcsl_lint_record_drop(dbcsl_lint_analyzer *lint, dbc_lint_object *table)
{
	dbcsl_lint_script_history *past = lint->past;
	dbcsl_lint_dropped_table *gone;
	dbcsl_lint_model_object found;
	int renamed;

	if (!dbcsl_lint_model_find(lint->model, dbcsl_lint_get_schema(table),
							   table->name, &found) ||
		strcmp(found.type, "table") != 0 || !found.sql)
		return;
	add_cascades(lint, table, &found);
	renamed = find_rename(past, found.name);
	past->gone = dbc_grow(&lint->h->base, past->gone, (size_t) past->ngone,
						  sizeof(*gone));
	gone = &past->gone[past->ngone++];
	*gone = (dbcsl_lint_dropped_table){
		.statement = lint->number,
		.object = table,
		.schema = found.schema,
		.name = renamed < 0 ? found.name : past->renamed[renamed].from,
		.renamed = renamed < 0 ? -1 : past->renamed[renamed].statement,
		.ddl = dbcsl_read_ddl(lint->h, found.sql),
		.parts = list_parts(lint, found.schema, found.name)};
}

/* Records that the statement inserts the rows of a query. */
void
dbcsl_lint_record_copy(dbcsl_lint_analyzer *lint)
{
	dbcsl_lint_script_history *past = lint->past;

	past->copies = dbc_grow(&lint->h->base, past->copies,
							(size_t) past->ncopies, sizeof(*past->copies));
	past->copies[past->ncopies++] = lint->statement->text;
}

/* Records the rename of a table, before it runs. */
void
dbcsl_lint_record_rename(dbcsl_lint_analyzer *lint,
						 const dbc_lint_object *table, const char *new_name)
{
	dbcsl_lint_script_history *past = lint->past;

	past->renamed = dbc_grow(&lint->h->base, past->renamed,
							 (size_t) past->nrenamed, sizeof(*past->renamed));
	past->renamed[past->nrenamed++] =
		(dbcsl_lint_renamed_table){lint->number, table->name, new_name};
}

/* ---- at the end of the script ---- */

/* Adds an operation for an object that is not created again. */
static dbc_lint_operation *
add_loss(dbcsl_lint_analyzer *lint, const dbcsl_lint_dropped_table *gone,
		 const char *type, const char *name)
{
	dbc_lint_operation *operation =
		dbcsl_lint_add_operation(lint, DBC_V_LOSE, gone->object);

	operation->type = type;
	operation->name = name;
	return operation;
}

/* Whether a list of indexes and triggers has a lost one, by name or by
 * definition. */
static bool
is_among(dbcsl_lint_analyzer *lint, const dbc_rows *parts, const char *name,
		 const char *definition)
{
	for (int i = 0; i < parts->nrows; i++)
		if (sqlite3_stricmp(dbc_get_text(&lint->h->base, parts, i, 1), name) ==
				0 ||
			dbc_same(dbcsl_read_ddl(lint->h,
									dbc_get_text(&lint->h->base, parts, i, 2))
						 .definition,
					 definition))
			return true;
	return false;
}

/* Adds operations for indexes and triggers. */
static void
compare_parts(dbcsl_lint_analyzer *lint, const dbcsl_lint_dropped_table *gone)
{
	const dbc_rows *now = list_parts(lint, gone->schema, gone->name);

	for (int i = 0; i < gone->parts->nrows; i++)
	{
		const char *name = dbc_get_text(&lint->h->base, gone->parts, i, 1);
		const char *sql = dbc_get_text(&lint->h->base, gone->parts, i, 2);

		if (!is_among(lint, now, name, dbcsl_read_ddl(lint->h, sql).definition))
			add_loss(lint, gone,
					 dbc_get_text(&lint->h->base, gone->parts, i, 0), name);
	}
}

/* Adds operations for lost properties of the whole table. */
static void
compare_options(dbcsl_lint_analyzer *lint, const dbcsl_lint_dropped_table *gone,
				const dbcsl_ddl *now)
{
	if (gone->ddl.strict && !now->strict)
		add_loss(lint, gone, "option", "STRICT");
	if (gone->ddl.without_rowid && !now->without_rowid)
		add_loss(lint, gone, "option", "WITHOUT ROWID");
	if (!gone->ddl.autoincrement)
		return;
	if (!now->autoincrement)
		add_loss(lint, gone, "option", "AUTOINCREMENT");
	else if (!lint->past->sets_sequences)
		add_loss(lint, gone, "sequence", NULL);
}

/* Adds an operation for a missing column, unless its values were moved. */
static void
drop_column(dbcsl_lint_analyzer *lint, const dbcsl_lint_dropped_table *gone,
			const char *column)
{
	for (int i = 0; i < lint->past->nmoved; i++)
		if (sqlite3_stricmp(lint->past->moved[i], column) == 0)
			return;
	dbcsl_lint_add_operation(lint, DBC_V_DROP_COLUMN, gone->object)->column =
		column;
}

/* Adds operations for missing columns and for lost properties of others. */
static void
compare_columns(dbcsl_lint_analyzer *lint, const dbcsl_lint_dropped_table *gone,
				const dbcsl_ddl *now)
{
	for (int i = 0; i < gone->ddl.ncolumns; i++)
	{
		const dbcsl_ddl_column *column = &gone->ddl.columns[i];
		int number = dbcsl_find_column(now, column->name);

		if (number < 0)
		{
			drop_column(lint, gone, column->name);
			continue;
		}
		if (column->collation && !now->columns[number].collation)
			add_loss(lint, gone, "collation", column->name)->text =
				column->collation;
		if (column->default_value && !now->columns[number].default_value)
			add_loss(lint, gone, "default", column->name)->text =
				column->default_value;
	}
}

/* Adds operations for constraints; the primary key was changed on purpose. */
static void
compare_constraints(dbcsl_lint_analyzer *lint,
					const dbcsl_lint_dropped_table *gone, const dbcsl_ddl *now)
{
	int k;

	for (int i = 0; i < gone->ddl.nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &gone->ddl.constraints[i];

		for (k = 0; k < now->nconstraints; k++)
			if (strcmp(now->constraints[k].definition, c->definition) == 0)
				break;
		if (k == now->nconstraints && c->kind != DBCSL_PRIMARY_KEY)
			add_loss(lint, gone, "constraint", c->name)->text = c->definition;
	}
}

/* Appends the new operations to an analysis, each with the new table and the
 * call that rebuilds the old one. */
static void
append_operations(dbcsl_lint_analyzer *lint, dbc_lint_analysis *analysis,
				  dbc_lint_object *successor, const char *call)
{
	size_t count = (size_t) analysis->noperations;
	dbc_lint_operation *operations =
		dbcsl_alloc(&lint->h->base,
					(count + (size_t) lint->noperations) * sizeof(*operations));

	memcpy(operations, analysis->operations, count * sizeof(*operations));
	if (lint->noperations > 0)
		memcpy(operations + count, lint->operations,
			   (size_t) lint->noperations * sizeof(*operations));
	analysis->operations = operations;
	analysis->noperations += lint->noperations;
	for (size_t i = 0; i < (size_t) analysis->noperations; i++)
	{
		operations[i].rebuild = call;
		if (operations[i].verb == DBC_V_DROP ||
			operations[i].verb == DBC_V_RENAME ||
			operations[i].verb == DBC_V_LOSE)
			operations[i].other = successor;
	}
	lint->noperations = 0;
}

/* Whether the rows of a dropped table were copied: otherwise only its name was
 * used again. */
static bool
is_copied(dbcsl_lint_analyzer *lint, const dbcsl_lint_dropped_table *gone)
{
	for (int i = 0; i < lint->past->ncopies; i++)
		if (dbcsl_lint_mentions_name(lint->h, lint->past->copies[i],
									 gone->object->name))
			return true;
	return false;
}

/* Adds operations for what replaced tables have lost. */
void
dbcsl_lint_analyze_rebuilds(dbcsl_lint_analyzer *lint, const dbc_script *script,
							dbc_lint_analysis *analyses)
{
	for (int i = 0; i < lint->past->ngone; i++)
	{
		const dbcsl_lint_dropped_table *gone = &lint->past->gone[i];
		const char *call = NULL;
		dbc_lint_object *successor;
		dbcsl_lint_model_object found;
		dbcsl_ddl now;

		if (!is_copied(lint, gone) ||
			!dbcsl_lint_model_find(lint->model, gone->schema, gone->name,
								   &found) ||
			strcmp(found.type, "table") != 0 || !found.sql)
			continue;
		successor = dbcsl_lint_find_object(
			lint, "table",
			(dbcsl_lint_qualified_name){gone->schema, gone->name});
		now = dbcsl_read_ddl(lint->h, found.sql);
		lint->statement = &script->statements[gone->statement];
		compare_parts(lint, gone);
		if (gone->ddl.kind == DBCSL_TABLE && now.kind == DBCSL_TABLE)
		{
			call =
				dbcsl_lint_make_rebuild_call(lint, successor, &now, -1, NULL);
			compare_options(lint, gone, &now);
			compare_columns(lint, gone, &now);
			compare_constraints(lint, gone, &now);
		}
		append_operations(lint, &analyses[gone->statement], successor, call);
		if (gone->renamed >= 0)
			append_operations(lint, &analyses[gone->renamed], successor, call);
	}
}
