/*
 * rebuild.c
 *	  Rebuilds a table as a CREATE TABLE statement defines it.
 *
 * Everything happens in the transaction of the call, with foreign keys on or
 * off: sqlite3_db_config() switches them off meanwhile, since the PRAGMA does
 * nothing inside a transaction, and dropping the old table would delete the
 * rows that refer to it.  All switches are reset, also after an error.
 *
 * Meanwhile double-quoted strings are off: otherwise an index or trigger that
 * names a dropped column would still be prepared without error.
 */
#include "sqlite_ext/call/settings.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/migrate/rebuild.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

static const char say_what_fills[] =
	"Pass an expression for the column in {\"columns\": {...}}.";

/* ---- the old and the new table ---- */

/* Fails for a table that cannot be rebuilt. */
static void
refuse_table(dbcsl_host *h, const dbc_relation *table)
{
	if (strcmp(table->schema, "main") != 0)
		dbc_fail(
			&h->base, DBC_UNSUPPORTED, NULL,
			strcmp(table->schema, "temp") == 0
				? "Create a new temporary table instead; for a table of the "
				  "same name in the file, write \"main.\" before the name."
				: "Open that file as the main database.",
			"%s is not in the main database", table->shown);
	if (sqlite3_strnicmp(table->name, "sqlite_", 7) == 0)
		dbc_fail(&h->base, DBC_WRONG_OBJECT_TYPE, NULL, NULL,
				 "%s belongs to SQLite", table->shown);
	if (sqlite3_strnicmp(table->name, "dbcare_", 7) == 0)
		dbc_fail(&h->base, DBC_WRONG_OBJECT_TYPE, NULL, NULL,
				 "%s belongs to dbcare", table->shown);
}

/* Reads the old table. */
static void
read_old(dbcsl_migrate_table_rebuild *r)
{
	dbcsl_host *h = r->h;
	const dbc_relation *table = r->task->table;
	dbc_value name = dbc_text(table->name);

	refuse_table(h, table);
	r->from = dbcsl_read_ddl(
		h,
		dbc_get_text(&h->base,
					 dbc_query(&h->base, "migrate/rebuild_table", name), 0, 0));
	if (r->from.kind != DBCSL_TABLE ||
		sqlite3_stricmp(r->from.name, table->name) != 0)
		dbc_fail(&h->base, DBC_UNSUPPORTED, NULL, NULL,
				 "the SQL of table %s cannot be parsed", table->shown);
}

/* Reads the statement that defines the new table. */
static void
read_new(dbcsl_migrate_table_rebuild *r)
{
	dbcsl_host *h = r->h;
	const char *sql = r->task->create_sql;
	dbcsl_token create = dbcsl_first_token(sql);
	dbcsl_token table = dbcsl_next_token(&create);
	dbcsl_token rest;

	r->to = dbcsl_read_ddl(h, sql);
	rest = dbcsl_first_token(sql + strlen(r->to.text));
	if (rest.kind == DBCSL_SEMICOLON)
		rest = dbcsl_next_token(&rest);
	if (r->to.kind != DBCSL_TABLE || rest.kind != DBCSL_END)
		dbc_fail(&h->base, DBC_SYNTAX_ERROR, NULL,
				 "Pass the whole definition, with all columns.",
				 "not one CREATE TABLE statement: %s", sql);
	if (!dbcsl_is_word(&table, "table") ||
		sqlite3_stricmp(r->to.name, r->from.name) != 0 ||
		(r->to.schema && sqlite3_stricmp(r->to.schema, "main") != 0))
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL,
				 "Rename the table with ALTER TABLE, before or afterwards.",
				 "the new table must have the name of the old one, %s",
				 r->task->table->shown);
}

/* ---- columns ---- */

/* The expression that option columns has for a column, or NULL. */
static const char *
expression_of(const dbcsl_migrate_table_rebuild *r, const char *column)
{
	for (int i = 0; i < r->task->nfillings; i++)
		if (sqlite3_stricmp(r->task->fillings[i].column, column) == 0)
			return r->task->fillings[i].expression;
	return NULL;
}

/* The column of the old table whose bare name an expression is, or -1. */
static int
column_named(const dbcsl_migrate_table_rebuild *r, const char *expression)
{
	dbcsl_token name = dbcsl_first_token(expression);
	dbcsl_token next = dbcsl_next_token(&name);

	if (next.kind != DBCSL_END || *name.text == '\'' ||
		(name.kind != DBCSL_WORD && name.kind != DBCSL_QUOTED))
		return -1;
	return dbcsl_find_column(&r->from, dbcsl_unquote_token(r->h, &name));
}

/* Fails for a column of the option columns that cannot be filled. */
static void
check_fillings(dbcsl_migrate_table_rebuild *r)
{
	dbc_host *host = &r->h->base;

	for (int i = 0; i < r->task->nfillings; i++)
	{
		const dbc_migrate_rebuild_fill *filling = &r->task->fillings[i];
		const dbc_check_data_rule rule = {.expression = filling->expression};
		int number = dbcsl_find_column(&r->to, filling->column);

		if (number < 0)
			dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
					 "the new table has no column \"%s\" to fill",
					 filling->column);
		if (r->to.columns[number].generated)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "column \"%s\" is generated and cannot be filled",
					 filling->column);
		dbcsl_check_try_rule(host, r->task->table, &rule, NULL);
	}
}

/* Adds a value to compare before and after. */
static void
compare_column(dbcsl_migrate_table_rebuild *r, const char *target,
			   const char *source)
{
	dbcsl_migrate_rebuild_proof *proof = &r->proof;
	const char *comma = proof->old_values.length > 0 ? ", " : "";

	dbc_append_format(&proof->old_values, "%s%s as %s", comma, source, target);
	dbc_append_format(&proof->new_values, "%s%s as %s", comma, target, target);
}

/* Copies a column that keeps its values. */
static void
keep_column(dbcsl_migrate_table_rebuild *r, bool *used, int number,
			const dbcsl_ddl_column *wanted)
{
	dbc_host *host = &r->h->base;
	const char *target = dbcsl_quote_always(host, wanted->name);
	const char *source = dbcsl_quote_always(host, r->from.columns[number].name);

	used[number] = true;
	dbc_json_push_text(r->task->kept, wanted->name);
	if (!wanted->generated)
		dbcsl_copy_add_column(&r->copy, target, source);
	compare_column(r, target, source);
}

/* Whether an expression may read the table by its name, which works only before
 * the new table exists. */
static bool
reads_tables(const char *expression)
{
	dbcsl_token token = dbcsl_first_token(expression);

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		if ((token.length == 1 && *token.text == '.') ||
			dbcsl_is_word(&token, "select") || dbcsl_is_word(&token, "in"))
			return true;
	return false;
}

/* Fills a column that is new or has an expression, unless its default does. */
static void
add_column(dbcsl_migrate_table_rebuild *r, const dbcsl_ddl_column *wanted,
		   const char *expression)
{
	dbc_host *host = &r->h->base;
	bool is_rowid =
		dbcsl_find_column(&r->to, wanted->name) == r->to.rowid_column;

	dbc_json_push_text(r->task->added, wanted->name);
	r->copy.moved = r->copy.moved || (expression && reads_tables(expression));
	if (expression)
		dbcsl_copy_add_column(&r->copy, dbcsl_quote_always(host, wanted->name),
							  dbc_format(host, "(%s\n)", expression));
	else if (wanted->not_null && !wanted->generated && !is_rowid &&
			 !wanted->default_value)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, say_what_fills,
				 "column \"%s\" has no value for existing rows: it is NOT NULL "
				 "and has no default",
				 wanted->name);
}

/* Whether a column may be lost. */
static bool
may_drop(const dbcsl_migrate_table_rebuild *r, const char *column)
{
	const char *const *name = r->task->drop_columns;

	for (; name && *name; name++)
		if (sqlite3_stricmp(*name, column) == 0)
			return true;
	return false;
}

/* Sets the values of all columns of the new table; used are the old columns
 * whose values are in it. */
static void
decide_columns(dbcsl_migrate_table_rebuild *r, bool *used)
{
	for (int i = 0; i < r->to.ncolumns; i++)
	{
		const dbcsl_ddl_column *wanted = &r->to.columns[i];
		const char *expression = expression_of(r, wanted->name);
		int same = dbcsl_find_column(&r->from, wanted->name);
		int source = expression ? column_named(r, expression) : same;

		if (same >= 0 && expression)
			used[same] = true;
		if (source >= 0 && wanted->generated &&
			(r->from.columns[source].generated || may_drop(r, wanted->name)))
			source = -1;
		if (wanted->generated && same >= 0 &&
			dbc_same(wanted->definition, r->from.columns[same].definition))
			dbc_json_push_text(r->task->kept, wanted->name);
		else if (source >= 0)
			keep_column(r, used, source, wanted);
		else
			add_column(r, wanted, expression);
	}
}

/* Keeps the rowids unless a column replaces them. */
static void
keep_rowids(dbcsl_migrate_table_rebuild *r)
{
	const dbcsl_ddl *to = &r->to;
	size_t before = r->copy.targets.length;

	if (to->rowid_column >= 0 &&
		expression_of(r, to->columns[to->rowid_column].name))
		return;
	dbcsl_copy_add_rowid(&r->copy);
	if (r->copy.targets.length > before)
		compare_column(r, r->copy.targets.data, r->copy.sources.data);
}

/* Lists the columns that are dropped; fails unless drop_columns has them. */
static void
check_dropped(dbcsl_migrate_table_rebuild *r, const bool *used)
{
	dbc_host *host = &r->h->base;

	r->dropped =
		dbc_alloc(host, ((size_t) r->from.ncolumns + 1) * sizeof(char *));
	for (int i = 0; i < r->from.ncolumns; i++)
	{
		const dbcsl_ddl_column *old = &r->from.columns[i];

		if (dbcsl_find_column(&r->to, old->name) < 0)
			r->dropped[r->ngone++] = old->name;
		if (used[i] ||
			(old->generated && dbcsl_find_column(&r->to, old->name) >= 0))
			continue;
		if (!old->generated && !may_drop(r, old->name))
			dbc_fail(
				host, DBC_NOT_READY, NULL,
				"To drop the column, name it in {\"drop_columns\": [...]}; if "
				"the column is renamed, map it in {\"columns\": {...}}.",
				"the values of column \"%s\" would be lost", old->name);
		dbc_json_push_text(r->task->dropped, old->name);
	}
}

/* Fails for a name in drop_columns that is not dropped. */
static void
check_drops(dbcsl_migrate_table_rebuild *r)
{
	const char *const *name = r->task->drop_columns;

	for (; name && *name; name++)
	{
		int same = dbcsl_find_column(&r->to, *name);

		if (dbcsl_find_column(&r->from, *name) < 0)
			dbc_fail(&r->h->base, DBC_UNDEFINED_COLUMN, NULL, NULL,
					 "column \"%s\" of table %s does not exist", *name,
					 r->task->table->shown);
		if (same >= 0 && !r->to.columns[same].generated)
			dbc_fail(
				&r->h->base, DBC_INVALID_PARAMETER, NULL,
				"Remove the column from the statement or from drop_columns.",
				"the new table has column \"%s\", which drop_columns names",
				*name);
	}
}

/* Sets the values of all columns. */
static void
read_columns(dbcsl_migrate_table_rebuild *r)
{
	bool *used =
		dbc_alloc(&r->h->base, ((size_t) r->from.ncolumns + 1) * sizeof(bool));

	check_fillings(r);
	check_drops(r);
	keep_rowids(r);
	decide_columns(r, used);
	check_dropped(r, used);
	if (r->copy.targets.length == 0)
		dbc_fail(&r->h->base, DBC_NOT_READY, NULL, NULL,
				 "the new table keeps no column of %s", r->task->table->shown);
	if (r->proof.old_values.length == 0) /* the number of rows is still
										  * compared */
	{
		dbc_append(&r->proof.old_values, "1");
		dbc_append(&r->proof.new_values, "1");
	}
}

/* Lists what changes for the whole table. */
static void
list_changes(dbcsl_migrate_table_rebuild *r)
{
	const struct
	{
		const char *name;
		bool before;
		bool after;
	} options[] = {
		{"STRICT", r->from.strict, r->to.strict},
		{"WITHOUT ROWID", r->from.without_rowid, r->to.without_rowid},
		{"AUTOINCREMENT", r->from.autoincrement, r->to.autoincrement},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].before != options[i].after)
			dbc_json_push_text(
				r->task->changed,
				dbc_format(&r->h->base, "%s %s", options[i].name,
						   options[i].after ? "added" : "removed"));
}

/* ---- rebuilding ---- */

/* Rebuilds the table with all switches set. */
static void
rebuild_switched(dbc_host *host, void *arg)
{
	dbcsl_migrate_table_rebuild *r = arg;

	dbcsl_refresh_read_statement(
		r->h); /* a held statement would prevent drops */
	if (dbcsl_migrate_alter_instead(r))
		return;
	r->copy = dbcsl_start_table_copy(&r->sql, &r->from, &r->to);
	read_columns(r);
	list_changes(r);
	dbc_progress(host, "reading the table", 0, 3);
	dbcsl_migrate_record_before(r);
	dbcsl_migrate_drop_parts(r);
	dbcsl_copy_rename_old(&r->copy);
	dbc_append_format(&r->sql, "create table main.%s;\n", r->to.rest);
	dbc_progress(host, "copying the rows", 1, 3);
	dbcsl_copy_fill_new(&r->copy);
	dbcsl_migrate_run_appended(r);
	dbc_progress(host, "comparing them", 2, 3);
	dbcsl_migrate_compare_values(r);
	dbcsl_copy_drop_old(&r->copy);
	dbcsl_migrate_run_appended(r);
	dbcsl_migrate_restore_parts(r);
	dbcsl_migrate_compare_after(r);
	dbc_progress_end(host, 3);
	r->task->rows = (int64_t) r->proof.digest->rows;
	r->task->sql = r->sql.data;
}

/* A switch of a rebuild and its former value. */
typedef struct switched
{
	int option;
	int needed;
	int before;
} switched;

/* Sets the switches to the needed or to their former values. */
static void
set_switches(dbcsl_host *h, const switched *switches, size_t count, bool back)
{
	for (size_t i = 0; i < count; i++)
		sqlite3_db_config(h->db, switches[i].option,
						  back ? switches[i].before : switches[i].needed, NULL);
}

/* Fails if one of SQLite's own tables with rows on the table would call an
 * unsafe function. */
static void
refuse_unsafe_tables(dbcsl_host *h)
{
	static const char *const tables[] = {"sqlite_sequence", "sqlite_stat1",
										 "sqlite_stat4"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		dbcsl_refuse_unsafe_table(h, "main", tables[i], DBCSL_ANYWHERE);
}

/* See common/migrate/host.h. */
void
dbcsl_migrate_rebuild_table(dbc_host *host, dbc_migrate_rebuild *task)
{
	switched switches[] = {{SQLITE_DBCONFIG_ENABLE_FKEY, 0, 0},
						   {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1, 0},
						   {SQLITE_DBCONFIG_DQS_DML, 0, 0}};
	const size_t count = sizeof(switches) / sizeof(switches[0]);
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_migrate_table_rebuild r = {.h = h, .task = task};
	bool done;

	dbc_buffer_init(&r.sql, host);
	dbc_buffer_init(&r.proof.old_values, host);
	dbc_buffer_init(&r.proof.new_values, host);
	read_old(&r);
	read_new(&r);
	dbcsl_refuse_unsafe_table(h, "main", r.from.name,
							  DBCSL_IN_COLUMNS | DBCSL_IN_INDEXES);
	dbcsl_refuse_unsafe_definition(h, &r.to);
	refuse_unsafe_tables(h);
	dbcsl_refuse_deferred(h, "foreign_keys");
	for (size_t i = 0; i < count; i++)
		sqlite3_db_config(h->db, switches[i].option, -1, &switches[i].before);
	dbcsl_hold_read_statement(h);
	set_switches(h, switches, count, false);
	done = dbcsl_try(h, rebuild_switched, &r);
	dbcsl_hold_read_statement(h);
	set_switches(h, switches, count, true);
	if (!done)
		dbcsl_rethrow(h);
	dbcsl_refresh_read_statement(h);
}
