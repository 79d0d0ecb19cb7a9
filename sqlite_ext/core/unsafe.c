/*
 * unsafe.c
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
 *		row/step.c
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
#include "sqlite_ext/core/unsafe.h"

#include <string.h>

#include "sqlite_ext/core/query.h"
#include "sqlite_ext/core/token.h"

/* The unsafe calls of a schema. */
typedef struct unsafe_schema
{
	struct unsafe_schema *next;
	const char *name;
	const dbcsl_unsafe_call *calls;
} unsafe_schema;

/* What is known during a call of dbcare. */
typedef struct unsafe_state
{
	struct
	{
		const char *name;
		size_t length;
	} * functions; /* unsafe in stored SQL; NULL: not read */
	int nfunctions;
	unsafe_schema *schemas;
} unsafe_state;

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

static unsafe_state *
state_of(dbcsl_host *h)
{
	if (!h->unsafe)
		h->unsafe = dbcsl_alloc(&h->base, sizeof(unsafe_state));
	return h->unsafe;
}

/* Reads the functions that are unsafe in stored SQL. */
static void
read_functions(dbcsl_host *h, unsafe_state *state)
{
	const dbc_rows *rows;
	int trusted = 1;

	sqlite3_db_config(h->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusted);
	rows = dbc_query(&h->base, "core/unsafe_functions", dbc_int(trusted));
	state->functions = dbcsl_alloc(&h->base, ((size_t) rows->nrows + 1) *
												 sizeof(*state->functions));
	for (int i = 0; i < rows->nrows; i++)
	{
		state->functions[i].name = dbc_get_text(&h->base, rows, i, 0);
		state->functions[i].length = strlen(state->functions[i].name);
	}
	state->nfunctions = rows->nrows;
}

/* Whether a function is unsafe in stored SQL. */
static bool
is_unsafe(dbcsl_host *h, const char *name)
{
	unsafe_state *state = state_of(h);
	size_t length = strlen(name);

	if (!state->functions)
		read_functions(h, state);
	for (int i = 0; i < state->nfunctions; i++)
		if (state->functions[i].length == length &&
			sqlite3_stricmp(state->functions[i].name, name) == 0)
			return true;
	return false;
}

/* An unsafe function that an expression calls, or NULL. */
const char *
dbcsl_find_unsafe(dbcsl_host *h, const char *expression)
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
	const char *unsafe = dbcsl_find_unsafe(h, expression);

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
	dbcsl_index_text index;
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
	index = dbcsl_read_index_text(h, sql);
	for (int i = 0; i < index.nitems; i++)
		note_unsafe(h, index.items[i], DBCSL_IN_INDEXES, &parts, function);
	if (index.condition)
		note_unsafe(h, index.condition, DBCSL_IN_INDEXES, &parts, function);
	return parts;
}

/* Whether a definition is that of an object in which SQLite itself checks
 * calls.  Only those that may be one are parsed, up to their body. */
static bool
is_checked_by_engine(dbcsl_host *h, const char *sql)
{
	dbcsl_token create = dbcsl_first_token(sql);
	dbcsl_token word = dbcsl_next_token(&create);
	dbcsl_ddl_kind kind;

	if (!dbcsl_is_word(&word, "trigger") && !dbcsl_is_word(&word, "view") &&
		!dbcsl_is_word(&word, "virtual"))
		return false;
	kind = dbcsl_read_ddl_head(h, sql).kind;
	return kind == DBCSL_VIEW || kind == DBCSL_TRIGGER ||
		   kind == DBCSL_VIRTUAL_TABLE;
}

/* Adds the unsafe calls of the definition of a table or an index.  The table's
 * name is taken from the text, as SQLite does. */
static void
add_definition(dbcsl_host *h, const dbcsl_unsafe_call **calls, const char *sql)
{
	dbcsl_ddl ddl;
	dbcsl_unsafe_call *call;
	const char *function = NULL;
	unsigned parts;

	if (is_checked_by_engine(h, sql) || !dbcsl_find_unsafe(h, sql))
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
	call->next = *calls;
	*calls = call;
}

const dbc_rows *
dbcsl_read_definitions(dbcsl_host *h, const char *schema, const char *part)
{
	dbc_sql query = {0};

	query.text = dbcsl_printf(h,
							  "select cast(sql as text) from "
							  "\"%w\".sqlite_schema where sql is not null "
							  "and instr(lower(sql), %Q)",
							  schema, part);
	/* a cached statement: its rows are valid until the end of the call */
	query.name = query.text;
	return dbcsl_query(&h->base, &query, NULL, 0);
}

const dbcsl_unsafe_call *
dbcsl_list_unsafe_in(dbcsl_host *h, const dbc_rows *definitions)
{
	const dbcsl_unsafe_call *calls = NULL;

	for (int i = 0; i < definitions->nrows; i++)
		add_definition(h, &calls, dbc_get_text(&h->base, definitions, i, 0));
	return calls;
}

const dbcsl_unsafe_call *
dbcsl_list_unsafe(dbcsl_host *h, const char *name)
{
	unsafe_state *state = state_of(h);
	unsafe_schema *schema = state->schemas;

	for (; schema; schema = schema->next)
		if (sqlite3_stricmp(schema->name, name) == 0)
			return schema->calls;
	schema = dbcsl_alloc(&h->base, sizeof(*schema));
	schema->name = dbc_copy(&h->base, name, strlen(name));
	schema->calls =
		dbcsl_list_unsafe_in(h, dbcsl_read_definitions(h, name, ""));
	schema->next = state->schemas;
	state->schemas = schema;
	return schema->calls;
}

const char *
dbcsl_find_unsafe_table(dbcsl_host *h, const char *schema, const char *table,
						unsigned parts)
{
	const dbcsl_unsafe_call *call = dbcsl_list_unsafe(h, schema);

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
dbcsl_refuse_unsafe_table(dbcsl_host *h, const char *schema, const char *table,
						  unsigned parts)
{
	refuse(h, dbcsl_find_unsafe_table(h, schema, table, parts));
}

void
dbcsl_refuse_unsafe_definition(dbcsl_host *h, const dbcsl_ddl *ddl)
{
	const char *unsafe = NULL;

	find_in_definition(h, ddl, ddl->text, &unsafe);
	refuse(h, unsafe);
}

void
dbcsl_refuse_unsafe(dbcsl_host *h, const char *expression)
{
	refuse(h, dbcsl_find_unsafe(h, expression));
}

/* Whether the process adds functions to SQLite's on each new connection.  Asks
 * one in memory: a file may be locked. */
static bool
adds_functions(void)
{
	static const char sql[] =
		"select 1 from temp.pragma_function_list where not builtin "
		"and flags & 0x80000 = 0 " /* DIRECTONLY */
		"and name not in ('bm25', 'fts5', 'fts5_source_id', 'highlight', "
		"'match', 'matchinfo', 'offsets', 'optimize', 'rtreecheck', "
		"'rtreedepth', 'rtreenode', 'snippet') and name not glob 'geopoly_*'";
	sqlite3_stmt *statement = NULL;
	sqlite3 *db;
	bool found = true;

	if (sqlite3_open_v2(":memory:", &db,
						SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
						NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK)
		found = sqlite3_step(statement) != SQLITE_DONE;
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return found;
}

void
dbcsl_distrust_schemas(sqlite3 *db)
{
	/* SQLite 3.38 to 3.40 cannot read an untrusted schema that calls JSON
	 * functions; SQLite's own functions are safe anyway */
	if (sqlite3_libversion_number() < 3041000 && !adds_functions())
		return;
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}
