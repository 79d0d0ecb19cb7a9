/*
 * unsafe_functions.c
 *	  SQL functions of embedded SQL about calls in stored SQL.
 *
 * dbcare_unsafe_tables(schema) returns the tables that lead to an unsafe
 * function, as a JSON object with reasons; dbcare_refuse_unsafe() fails if the
 * use of dbcare's own tables would call one; dbcare_index_condition(sql)
 * returns the WHERE condition of an index, which the health checks evaluate as
 * SQLite does; null if there is none, or if it calls an unsafe function.  Only
 * the text of an expression is returned, so it can be put into parentheses.
 */
#include "sqlite_ext/call/call.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

#include "common/core/json_write.h"

/* The prefix of the names of dbcare's own tables, and SQLite's table of their
 * numbers, which dbcare's statements read, too. */
#define OWN		"dbcare_"
#define NUMBERS "sqlite_sequence"

typedef struct text_call
{
	const char *given; /* or NULL */
	const char *text;  /* the result, or NULL */
} text_call;

/* Adds virtual tables, which integrity_check asks since SQLite 3.44: FTS reads
 * the view, or calls the function, that its arguments name. */
static void
add_virtual_tables(dbcsl_host *h, const char *schema, dbc_json_node *object)
{
	const dbc_rows *definitions = dbcsl_read_definitions(h, schema, "virtual");

	for (int i = 0; i < definitions->nrows; i++)
	{
		const char *sql = dbc_get_text(&h->base, definitions, i, 0);
		const char *name = dbcsl_virtual_module(h, sql)
							   ? dbcsl_read_ddl_head(h, sql).name
							   : NULL;
		const char *reason =
			name ? dbcsl_find_unsafe_use(
					   h, dbcsl_printf(h, "select * from \"%w\".\"%w\"", schema,
									   name))
				 : NULL;

		if (reason)
			dbc_json_put_text(object, name, reason);
	}
}

/* Writes the unsafe calls of a schema as an object: a reason by table. */
static void
list_tables(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	text_call *function = arg;
	const dbcsl_unsafe_call *call = dbcsl_list_unsafe(h, function->given);
	dbc_json_node *object = dbc_json_object(host);

	for (; call; call = call->next)
		dbc_json_put_text(object, call->table ? call->table : "",
						  dbcsl_unsafe_reason(h, call->function));
	add_virtual_tables(h, function->given, object);
	function->text = dbc_json_text(object);
}

/* Parses the condition of an index, unless it calls an unsafe function. */
static void
find_condition(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	text_call *function = arg;
	const char *condition = dbcsl_read_index_text(h, function->given).condition;

	if (condition && !dbcsl_find_unsafe(h, condition))
		function->text = condition;
}

static bool
is_own(const char *name)
{
	return sqlite3_strnicmp(name, OWN, (int) strlen(OWN)) == 0 ||
		   sqlite3_stricmp(name, NUMBERS) == 0;
}

/* Whether a definition is that of one of dbcare's tables or of any index, whose
 * own calls add_definition() has checked. */
static bool
is_contained(dbcsl_host *h, const char *sql)
{
	dbcsl_token token = dbcsl_first_token(sql);
	dbcsl_token kind = dbcsl_next_token(&token);
	bool table = dbcsl_is_word(&kind, "table");

	token = dbcsl_next_token(&kind);
	return dbcsl_is_word(&kind, "index") || dbcsl_is_word(&kind, "unique") ||
		   (table && is_own(dbcsl_unquote_token(h, &token)));
}

/* Whether the use of dbcare's tables makes SQLite evaluate the definitions of
 * other tables: by a trigger, a foreign key, or a view with the name of a
 * table. */
static bool
leads_elsewhere(dbcsl_host *h, const char *sql)
{
	dbcsl_ddl ddl;

	if (is_contained(h, sql))
		return false;
	ddl = dbcsl_read_ddl_head(h, sql);
	for (int i = 0; i < ddl.nconstraints; i++)
		if (ddl.constraints[i].parent && is_own(ddl.constraints[i].parent))
			return true;
	return ddl.kind == DBCSL_TRIGGER ? is_own(ddl.table)
		   : ddl.kind == DBCSL_TABLE ? false
		   : ddl.kind == DBCSL_INDEX ? false
									 : !ddl.name || is_own(ddl.name);
}

/* Refuses what definitions of dbcare's own tables call, unless their use
 * evaluates other definitions; then the result is true. */
static bool
refuse_definitions(dbcsl_host *h, const dbc_rows *definitions)
{
	const dbcsl_unsafe_call *call = dbcsl_list_unsafe_in(h, definitions);

	for (int i = 0; i < definitions->nrows; i++)
		if (leads_elsewhere(h, dbc_get_text(&h->base, definitions, i, 0)))
			return true;
	for (; call; call = call->next)
		if (!call->table || is_own(call->table))
			dbcsl_refuse_function(h, call->function);
	return false;
}

/* Fails if the use of dbcare's own tables in a schema would call an unsafe
 * function: of their definitions or, if their use evaluates other definitions,
 * of any; then no definition may have an unsafe module either, and the result is
 * true. */
static bool
refuse_own(dbcsl_host *h, const char *schema)
{
	const dbc_rows *definitions;

	if (!refuse_definitions(h, dbcsl_read_definitions(h, schema, OWN)) &&
		!refuse_definitions(h, dbcsl_read_definitions(h, schema, NUMBERS)))
		return false;
	definitions = dbcsl_read_definitions(h, schema, "");
	for (int i = 0; i < definitions->nrows; i++)
	{
		const char *sql = dbc_get_text(&h->base, definitions, i, 0);

		dbcsl_refuse_function(h, dbcsl_find_unsafe_part(h, sql, DBCSL_FOR_NEW));
		dbcsl_refuse_modules(h, sql);
	}
	return true;
}

/* Does the same for all schemas with tables of dbcare.  What holds until the
 * schema of main changes is not found out again. */
static void
refuse_all(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	bool has_samples = dbcsl_find_samples_file(h->db);

	((text_call *) arg)->text = "1";
	if (h->connection && !has_samples && dbcsl_is_schema_unchanged(h) &&
		dbcsl_is_verified(h->connection))
		return;
	if (!refuse_own(h, "main") && !has_samples && h->connection)
		dbcsl_set_verified(h->connection,
						   sqlite3_mprintf("%s", dbcsl_unsafe_functions(h)));
	if (has_samples)
		(void) refuse_own(h, DBCSL_SAMPLES);
}

/* Writes the names of the columns of a CREATE TABLE as a JSON array. */
static void
list_columns(dbc_host *host, void *arg)
{
	text_call *call = arg;
	dbcsl_ddl table = dbcsl_read_ddl(dbcsl_of(host), call->given);
	dbc_json_node *names = dbc_json_array(host);

	for (int i = 0; i < table.ncolumns; i++)
		dbc_json_push_text(names, table.columns[i].name);
	call->text = dbc_json_text(names);
}

/* Writes the names of the columns of its primary key, in the order of that. */
static void
list_key(dbc_host *host, void *arg)
{
	text_call *call = arg;
	dbcsl_ddl table = dbcsl_read_ddl(dbcsl_of(host), call->given);
	dbc_json_node *names = dbc_json_array(host);

	for (int i = 0; i < table.nconstraints; i++)
		for (int j = 0; table.constraints[i].kind == DBCSL_PRIMARY_KEY &&
						j < table.constraints[i].ncolumns;
			 j++)
			dbc_json_push_text(names, table.constraints[i].columns[j]);
	call->text = dbc_json_text(names);
}

typedef struct text_function
{
	dbc_function base;
	void (*write)(dbc_host *host, void *arg);
} text_function;

static void
run(const text_function *function, sqlite3_context *context, int nvalues,
	sqlite3_value **values)
{
	const dbcsl_entry *entry = sqlite3_user_data(context);
	text_call call = {0};
	dbcsl_host h;

	if (nvalues > 0)
		call.given = (const char *) sqlite3_value_text(values[0]);
	if (nvalues > 0 && !call.given)
		return;
	dbcsl_open(&h, sqlite3_context_db_handle(context), &function->base);
	h.connection = entry->connection;
	if (!dbcsl_try(&h, function->write, &call))
		dbcsl_set_result_error(context, &h.error);
	else if (call.text)
		sqlite3_result_text(context, call.text, -1, SQLITE_TRANSIENT);
	dbcsl_close_all(&h);
	dbcsl_close(&h);
}

static void
run_unsafe_tables(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	static const text_function function = {
		{.name = "dbcare_unsafe_tables", .class = DBC_READ}, list_tables};

	run(&function, context, nvalues, values);
}

static void
run_refuse_unsafe(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	static const text_function function = {
		{.name = "dbcare_refuse_unsafe", .class = DBC_READ}, refuse_all};

	run(&function, context, nvalues, values);
}

static void
run_index_condition(sqlite3_context *context, int nvalues,
					sqlite3_value **values)
{
	static const text_function function = {
		{.name = "dbcare_index_condition", .class = DBC_READ}, find_condition};

	run(&function, context, nvalues, values);
}

static void
run_table_columns(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	static const text_function function = {
		{.name = "dbcare_table_columns", .class = DBC_READ}, list_columns};

	run(&function, context, nvalues, values);
}

static void
run_table_key(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	static const text_function function = {
		{.name = "dbcare_table_key", .class = DBC_READ}, list_key};

	run(&function, context, nvalues, values);
}

int
dbcsl_register_unsafe(sqlite3 *db, dbcsl_connection *connection)
{
	static const struct
	{
		const char *name;
		int nvalues;
		void (*run)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {{"dbcare_unsafe_tables", 1, run_unsafe_tables},
					 {"dbcare_refuse_unsafe", 0, run_refuse_unsafe},
					 {"dbcare_index_condition", 1, run_index_condition},
					 {"dbcare_table_columns", 1, run_table_columns},
					 {"dbcare_table_key", 1, run_table_key}};
	int code = SQLITE_OK;

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (code == SQLITE_OK)
			code = sqlite3_create_function_v2(
				db, functions[i].name, functions[i].nvalues,
				SQLITE_UTF8 | SQLITE_DIRECTONLY,
				dbcsl_connection_entry(connection, dbc_nfunctions),
				functions[i].run, NULL, NULL, dbcsl_release_entry);
	return code;
}
