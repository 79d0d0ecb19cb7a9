/*
 * verify_safe.c
 *	  Functions that stored SQL must not call.
 *
 * A database file from an untrusted source may call functions in a CHECK, an
 * index or a rule; verifying and repairing would run these calls as if the user
 * had typed them.  So SQLite's rules for functions in schemas must hold here,
 * too: SQLITE_DIRECTONLY, SQLITE_INNOCUOUS, trusted_schema.  SQLite 3.40 does
 * not apply them to CHECKs, and no version does for a function that was
 * registered after the schema was read.
 *
 * These statements of dbcare evaluate stored SQL, and this prevents unsafe
 * calls in them:
 *
 *	PRAGMA integrity_check, quick_check (CHECKs, generated columns, indexes)
 *		only run on tables that dbcare_unsafe_tables() does not list
 *	scans, sorts and seeks of check/verify_*.c (CHECKs, rules, indexes,
 *	generated columns of the table and of parents)
 *		dbcsl_check_refuse_unsafe()
 *	counts in health checks (conditions of partial indexes)
 *		dbcare_index_condition()
 *	PRAGMA foreign_key_check (generated columns)
 *		not run if one is unsafe
 *	SELECT, UPDATE, DELETE, INSERT of a repair or an undo (all but defaults and
 *	triggers, which are off)
 *		dbcsl_check_refuse_unsafe_step()
 *	SELECT and INSERT of a rebuild (the same, of the old and the new table and
 *	of SQLite's own tables)
 *		dbcsl_migrate_rebuild_table()
 *	REINDEX, ANALYZE, VACUUM, ADD COLUMN in a model, prepared views
 *		run on a connection without the application's functions
 *	reads and writes of dbcare's own tables (also those of tables that
 *	triggers, foreign keys and views lead to)
 *		dbcare_refuse_unsafe() in core/tables_state.sql
 *	writes to the ledger of another tool
 *		no table of its schema calls any: adopt/ledgers.sql
 *	dbcheck_row() (CHECKs, defaults, generated columns)
 *		run in a scratch database without the application's functions
 *
 * SQLite itself checks the calls in views and triggers.
 */
#include "sqlite_ext/check/repair.h"
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/core/call.h"
#include "sqlite_ext/core/query.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/samples_file.h"

#include <string.h>

/* SQL functions defined here. */
#define TABLES "dbcare_unsafe_tables"
#define REFUSE "dbcare_refuse_unsafe"

/* The prefix of the names of dbcare's own tables. */
#define OWN "dbcare_"

struct dbcsl_check_unsafe_schema
{
	struct dbcsl_check_unsafe_schema *next;
	const char *name;
	const dbcsl_check_unsafe_call *calls;
};

/* Whether a token, followed by next, calls a function. */
static bool
calls(const dbcsl_token *token, const dbcsl_token *next)
{
	static const char *const operators[] = {"like", "glob", "regexp", "match"};

	if (token->kind != DBCSL_WORD &&
		(token->kind != DBCSL_QUOTED || token->text[0] == '\''))
		return false;
	if (next->length == 1 && next->text[0] == '(')
		return true;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (dbcsl_is_word(token, operators[i]))
			return true;
	return false;
}

/* Whether a function is unsafe in stored SQL. */
static bool
is_unsafe(dbcsl_host *h, const char *name)
{
	dbcsl_check_state *state = dbcsl_check_state_of(h);

	if (!state->functions)
	{
		int trusted = 1;

		sqlite3_db_config(h->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusted);
		state->functions =
			dbc_query(&h->base, "check/unsafe_functions", dbc_int(trusted));
	}
	for (int i = 0; i < state->functions->nrows; i++)
		if (sqlite3_stricmp(dbc_get_text(&h->base, state->functions, i, 0),
							name) == 0)
			return true;
	return false;
}

/* An unsafe function that an expression calls, or NULL. */
const char *
dbcsl_check_find_unsafe(dbcsl_host *h, const char *expression)
{
	dbcsl_token token = dbcsl_first_token(expression);

	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (calls(&token, &next))
		{
			const char *name = dbcsl_unquote_token(h, &token);

			if (is_unsafe(h, name))
				return name;
		}
		token = next;
	}
	return NULL;
}

/* Records an unsafe function that an expression calls. */
static void
note_unsafe(dbcsl_host *h, const char *expression, unsigned part,
			unsigned *parts, const char **function)
{
	const char *unsafe = dbcsl_check_find_unsafe(h, expression);

	if (!unsafe)
		return;
	*parts |= part;
	*function = unsafe;
}

/* The parts of a definition that call unsafe functions; sets *function. */
static unsigned
find_in_definition(dbcsl_host *h, const dbcsl_ddl *ddl, const char *sql,
				   const char **function)
{
	dbcsl_check_index_text index;
	unsigned parts = 0;

	if (ddl->kind == DBCSL_TABLE)
	{
		for (int i = 0; i < ddl->nconstraints; i++)
			if (ddl->constraints[i].expression)
				note_unsafe(h, ddl->constraints[i].expression, DBCSL_IN_CHECKS,
							&parts, function);
		for (int i = 0; i < ddl->ncolumns; i++)
			if (ddl->columns[i].generated)
				note_unsafe(h, ddl->columns[i].generated, DBCSL_IN_COLUMNS,
							&parts, function);
		return parts;
	}
	if (ddl->kind != DBCSL_INDEX)
	{
		note_unsafe(h, sql, DBCSL_ANYWHERE, &parts, function);
		return parts;
	}
	index = dbcsl_check_read_index_text(h, sql);
	for (int i = 0; i < index.nitems; i++)
		note_unsafe(h, index.items[i], DBCSL_IN_INDEXES, &parts, function);
	if (index.condition)
		note_unsafe(h, index.condition, DBCSL_IN_INDEXES, &parts, function);
	return parts;
}

/* Adds the unsafe calls of the definition of a table or an index.  The table's
 * name is taken from the text, as SQLite does. */
static void
add_definition(dbcsl_host *h, dbcsl_check_unsafe_schema *schema,
			   const char *sql)
{
	dbcsl_ddl ddl;
	dbcsl_check_unsafe_call *call;
	const char *function = NULL;
	unsigned parts;

	if (!dbcsl_check_find_unsafe(h, sql))
		return;
	ddl = dbcsl_read_ddl(h, sql);
	if (ddl.kind == DBCSL_VIEW || ddl.kind == DBCSL_TRIGGER ||
		ddl.kind == DBCSL_VIRTUAL_TABLE)
		return;
	parts = find_in_definition(h, &ddl, sql, &function);
	if (!parts)
		return;
	call = dbcsl_alloc(&h->base, sizeof(*call));
	call->table = ddl.kind == DBCSL_TABLE	? ddl.name
				  : ddl.kind == DBCSL_INDEX ? ddl.table
											: NULL;
	call->function = function;
	call->parts = parts;
	call->next = schema->calls;
	schema->calls = call;
}

/* The definitions of a schema whose text contains a part. */
static const dbc_rows *
read_definitions(dbcsl_host *h, const char *name, const char *part)
{
	dbc_sql query = {0};

	query.text = dbcsl_printf(h,
							  "select cast(sql as text) from "
							  "\"%w\".sqlite_schema where sql is not null "
							  "and instr(lower(sql), %Q)",
							  name, part);
	/* a cached statement: its rows are valid until the end of the call */
	query.name = query.text;
	return dbcsl_query(&h->base, &query, NULL, 0);
}

/* Reads the unsafe calls of a schema. */
static dbcsl_check_unsafe_schema *
read_schema(dbcsl_host *h, const char *name, const dbc_rows *definitions)
{
	dbcsl_check_unsafe_schema *schema = dbcsl_alloc(&h->base, sizeof(*schema));

	schema->name = dbc_copy(&h->base, name, strlen(name));
	for (int i = 0; i < definitions->nrows; i++)
		add_definition(h, schema, dbc_get_text(&h->base, definitions, i, 0));
	return schema;
}

/* The unsafe calls of a schema, read once per call of dbcare. */
static const dbcsl_check_unsafe_call *
list_unsafe(dbcsl_host *h, const char *name)
{
	dbcsl_check_state *state = dbcsl_check_state_of(h);
	dbcsl_check_unsafe_schema *schema = state->unsafe;

	for (; schema; schema = schema->next)
		if (sqlite3_stricmp(schema->name, name) == 0)
			return schema->calls;
	schema = read_schema(h, name, read_definitions(h, name, ""));
	schema->next = state->unsafe;
	state->unsafe = schema;
	return schema->calls;
}

const char *
dbcsl_check_find_unsafe_table(dbcsl_host *h, const char *schema,
							  const char *table, unsigned parts)
{
	const dbcsl_check_unsafe_call *call = list_unsafe(h, schema);

	for (; call; call = call->next)
		if ((call->parts & parts) && (!table || !call->table ||
									  sqlite3_stricmp(call->table, table) == 0))
			return call->function;
	return NULL;
}

static void
refuse(dbcsl_host *h, const char *unsafe)
{
	if (unsafe)
		dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL, "unsafe use of %s()",
				 unsafe);
}

void
dbcsl_check_refuse_unsafe_table(dbcsl_host *h, const char *schema,
								const char *table, unsigned parts)
{
	refuse(h, dbcsl_check_find_unsafe_table(h, schema, table, parts));
}

void
dbcsl_check_refuse_unsafe_definition(dbcsl_host *h, const dbcsl_ddl *ddl)
{
	const char *unsafe = NULL;

	find_in_definition(h, ddl, ddl->text, &unsafe);
	refuse(h, unsafe);
}

/* Sets a test to unknown if one of its expressions calls an unsafe function. */
void
dbcsl_check_refuse_unsafe(dbcsl_check_verification *v,
						  dbcsl_check_row_test *test)
{
	const char *unsafe = v->layout->unsafe;

	if (test->parent && test->parent->layout && !unsafe)
		unsafe = test->parent->layout->unsafe;
	if (test->expression && !test->parent && !unsafe)
		unsafe = dbcsl_check_find_unsafe(v->h, test->expression);
	if (test->condition && !unsafe)
		unsafe = dbcsl_check_find_unsafe(v->h, test->condition);
	for (int i = 0; i < test->nvalues && !unsafe; i++)
		unsafe = dbcsl_check_find_unsafe(v->h, test->values[i]);
	if (!unsafe)
		return;
	test->method = DBCSL_UNVERIFIABLE;
	test->result.reason = dbc_format(&v->h->base, "unsafe use of %s()", unsafe);
}

/* Fails if the SQL of a step of a repair, which may come from a rule, calls an
 * unsafe function. */
void
dbcsl_check_refuse_unsafe_step(dbcsl_host *h, const dbc_check_repair_step *step)
{
	const char *unsafe = step->assignments
							 ? dbcsl_check_find_unsafe(h, step->assignments)
							 : NULL;

	for (int i = 0; i < step->ncauses && !unsafe; i++)
		unsafe = dbcsl_check_find_unsafe(h, step->causes[i].condition);
	refuse(h, unsafe);
}

/* Fails if PRAGMA foreign_key_check would evaluate an unsafe call. */
static void
refuse_unsafe_columns(dbcsl_host *h)
{
	dbcsl_check_refuse_unsafe_table(h, "main", NULL, DBCSL_IN_COLUMNS);
}

const dbcsl_hooks dbcsl_check_hooks = {.evaluate = refuse_unsafe_columns};

/* ---- SQL functions ---- */

typedef struct unsafe_call
{
	const char *schema; /* or NULL */
	const char *text;	/* the result */
} unsafe_call;

/* Writes the unsafe calls of a schema as an object: a function by table. */
static void
write_unsafe(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	unsafe_call *function = arg;
	const dbcsl_check_unsafe_call *call = list_unsafe(h, function->schema);
	dbc_json_node *object = dbc_json_object(host);

	for (; call; call = call->next)
		dbc_json_put_text(object, call->table ? call->table : "",
						  call->function);
	function->text = dbc_json_text(object);
}

static bool
is_own(const char *name)
{
	return sqlite3_strnicmp(name, OWN, (int) strlen(OWN)) == 0;
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
	ddl = dbcsl_read_ddl(h, sql);
	for (int i = 0; i < ddl.nconstraints; i++)
		if (ddl.constraints[i].parent && is_own(ddl.constraints[i].parent))
			return true;
	return ddl.kind == DBCSL_TRIGGER ? is_own(ddl.table)
		   : ddl.kind == DBCSL_TABLE ? false
		   : ddl.kind == DBCSL_INDEX ? false
									 : !ddl.name || is_own(ddl.name);
}

/* Fails if one of dbcare's own tables in a schema calls an unsafe function, or,
 * if their use evaluates definitions of other tables, any table does. */
static void
refuse_own(dbcsl_host *h, const char *schema)
{
	const dbc_rows *definitions = read_definitions(h, schema, OWN);
	const dbcsl_check_unsafe_call *call =
		read_schema(h, schema, definitions)->calls;
	bool elsewhere = false;

	for (int i = 0; i < definitions->nrows && !elsewhere; i++)
		elsewhere =
			leads_elsewhere(h, dbc_get_text(&h->base, definitions, i, 0));
	if (elsewhere)
		call = list_unsafe(h, schema);
	for (; call; call = call->next)
		if (elsewhere || !call->table || is_own(call->table))
			dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL,
					 "unsafe use of %s() in %s", call->function,
					 call->table ? call->table : "dbcare's tables");
}

/* Does the same for all schemas with tables of dbcare. */
static void
refuse_all(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);

	refuse_own(h, "main");
	if (dbcsl_find_samples_file(h->db))
		refuse_own(h, DBCSL_SAMPLES);
	((unsafe_call *) arg)->text = "1";
}

typedef struct text_function
{
	dbc_function base;
	int nvalues;
	void (*write)(dbc_host *host, void *arg);
} text_function;

static const text_function functions[] = {
	{{.name = TABLES, .class = DBC_READ}, 1, write_unsafe},
	{{.name = REFUSE, .class = DBC_READ}, 0, refuse_all},
};

static void
run_function(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	const text_function *function = sqlite3_user_data(context);
	unsafe_call call = {0};
	dbcsl_host h;

	if (nvalues > 0)
		call.schema = (const char *) sqlite3_value_text(values[0]);
	if (nvalues > 0 && !call.schema)
		return;
	dbcsl_open(&h, sqlite3_context_db_handle(context), &function->base);
	if (dbcsl_try(&h, function->write, &call))
		sqlite3_result_text(context, call.text, -1, SQLITE_TRANSIENT);
	else
		dbcsl_set_result_error(context, &h.error);
	dbcsl_close_all(&h);
	dbcsl_close(&h);
}

int
dbcsl_check_register_unsafe(sqlite3 *db)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (code == SQLITE_OK)
			code = sqlite3_create_function_v2(
				db, functions[i].base.name, functions[i].nvalues,
				SQLITE_UTF8 | SQLITE_DIRECTONLY, (void *) &functions[i],
				run_function, NULL, NULL, NULL);
	return code;
}
