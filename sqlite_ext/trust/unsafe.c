/*
 * unsafe.c
 *	  Functions that stored SQL must not call.
 *
 * A database file from an untrusted source may call functions in a CHECK, a
 * view or a rule; verifying and repairing would run these calls as if the user
 * had typed them.  Stored SQL may therefore call SQLite's own functions, and
 * those that the application has registered with SQLITE_INNOCUOUS; no others,
 * whatever trusted_schema is: edit() of the shell runs a program, and SQLite
 * leaves it to any file.  Whether one of SQLite's own is deterministic does not
 * matter: where it must be (indexes, generated columns), SQLite refuses
 * others, and random(), changes() and current_timestamp do no harm in a DEFAULT
 * or a trigger.  Collations have no flags: SQLite itself calls those of the
 * application for any index.  What the process adds to every connection is
 * taken from dbcare's own ones; see trust/added.c.
 *
 * These statements of dbcare evaluate stored SQL, and this prevents
 * unsafe calls in them:
 *
 *	statements with names of tables (of ops, sync, seed, archive, audit, probes
 *	of health checks, counts, copies)
 *		trust/reach.c, where they are prepared
 *	PRAGMA integrity_check, quick_check (CHECKs, generated columns, indexes)
 *		only run on tables that dbcare_unsafe_tables() does not list
 *	PRAGMA foreign_key_check (generated columns)
 *		trust/prepare.c: not run if one is unsafe
 *	texts of rules, policies and backfills
 *		dbcsl_refuse_unsafe() where they are read, in trust/reach.c
 *	scans, sorts and seeks of check/verify_*.c (CHECKs, rules, indexes,
 *	generated columns of the table and of parents)
 *		a test is unknown if one of its expressions calls one
 *	conditions of partial indexes in health checks
 *		dbcare_index_condition()
 *	SELECT, UPDATE, DELETE, INSERT of a repair or an undo (all but defaults and
 *	triggers, which are off)
 *		row/step.c
 *	SELECT and INSERT of a rebuild (the same, of the old and the new table and
 *	of SQLite's own tables)
 *		dbcsl_migrate_rebuild_table()
 *	REINDEX, ANALYZE, VACUUM, ADD COLUMN in a model, backups
 *		run on a connection without the application's functions
 *	reads and writes of dbcare's own tables (also what triggers, foreign keys
 *	and views lead to)
 *		dbcare_refuse_unsafe() in core/tables_state.sql
 *	writes to the ledger of another tool
 *		no table of its schema calls any: adopt/ledgers.sql
 *	dbcheck_row() (CHECKs, defaults, generated columns)
 *		run in a scratch database without the application's functions
 *
 * The scripts of migrations are not stored SQL in this sense: who applies them
 * runs them.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/trust/added.h"
#include "sqlite_ext/trust/reach_text.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

#include "common/core/seam.h"
#include "common/core/text.h"

/* The unsafe calls of a schema. */
typedef struct unsafe_schema
{
	struct unsafe_schema *next;
	const char *name;
	const dbcsl_unsafe_call *calls;
} unsafe_schema;

/* Whether a token is a word that cannot be the name of a function. */
static bool
is_reserved(const dbcsl_token *token)
{
	static const char *const words[] = {"and", "exists", "in", "not", "or"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (dbcsl_is_word(token, words[i]))
			return true;
	return false;
}

/* Whether a token, followed by next, calls a function. */
static bool
calls(const dbcsl_token *token, const dbcsl_token *next)
{
	static const char *const operators[] = {
		"like",			"glob",			"regexp",			"match",
		"current_date", "current_time", "current_timestamp"};

	if (token->length >= 2 && token->text[0] == '-' && token->text[1] == '>')
		return true;
	if (token->kind != DBCSL_WORD &&
		(token->kind != DBCSL_QUOTED || token->text[0] == '\''))
		return false;
	if (next->length == 1 && next->text[0] == '(')
		return !is_reserved(token);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (dbcsl_is_word(token, operators[i]))
			return true;
	return false;
}

bool
dbcsl_is_unsafe(dbcsl_host *h, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = dbcsl_unsafe_functions(h); *at;
		 at += (unsigned char) *at + 1)
		if ((unsigned char) *at == length &&
			sqlite3_strnicmp(at + 1, name, (int) length) == 0)
			return true;
	return false;
}

void
dbcsl_begin_notes(dbcsl_host *h)
{
	h->notes = dbcsl_alloc(&h->base, sizeof(*h->notes));
	dbc_buffer_init(h->notes, &h->base);
	dbc_append(h->notes, "\n");
}

void
dbcsl_note_followed(dbcsl_host *h, char kind, const char *name)
{
	const char *line;

	if (!h->notes)
		return;
	line = dbc_format(&h->base, "\n%c%s\n", kind, name);
	if (strchr(name, '\n'))
		h->notes = NULL;
	else if (!strstr(h->notes->data, line))
		dbc_append(h->notes, line + 1);
}

/* An unsafe function that a text calls or, in an option, names; or NULL. */
static const char *
find_unsafe(dbcsl_host *h, const char *text, bool has_options)
{
	dbcsl_token before = {DBCSL_END, "", 0};
	dbcsl_token token = dbcsl_first_token(text);

	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (calls(&token, &next) ||
			(has_options && dbcsl_is_option(&before, &token)))
		{
			const char *name = dbcsl_unquote_token(h, &token);

			dbcsl_note_followed(h, DBCSL_FUNCTION, name);
			if (dbcsl_is_unsafe(h, name))
				return name;
		}
		before = token;
		token = next;
	}
	return NULL;
}

const char *
dbcsl_find_unsafe(dbcsl_host *h, const char *expression)
{
	return find_unsafe(h, expression, false);
}

const char *
dbcsl_find_unsafe_in_virtual(dbcsl_host *h, const char *arguments)
{
	return find_unsafe(h, arguments, true);
}

/* Unsafe calls of a definition. */
typedef struct unsafe_parts
{
	unsigned wanted;
	unsigned parts;
	const char *function;
} unsafe_parts;

/* Records an unsafe function that an expression calls. */
static void
note_unsafe(dbcsl_host *h, const char *expression, unsigned part,
			unsafe_parts *found)
{
	const char *unsafe =
		found->wanted & part ? dbcsl_find_unsafe(h, expression) : NULL;

	if (!unsafe)
		return;
	found->parts |= part & found->wanted;
	found->function = unsafe;
}

/* The token of the module of a virtual table. */
static bool
find_module(const char *sql, dbcsl_token *token)
{
	dbcsl_token create = dbcsl_first_token(sql);

	*token = dbcsl_next_token(&create);
	if (!dbcsl_is_word(token, "virtual"))
		return false;
	while (token->kind != DBCSL_END && !dbcsl_is_word(token, "using"))
		*token = dbcsl_next_token(token);
	*token = dbcsl_next_token(token);
	return true;
}

const char *
dbcsl_virtual_module(dbcsl_host *h, const char *sql)
{
	dbcsl_token module;

	return find_module(sql, &module) ? dbcsl_unquote_token(h, &module) : NULL;
}

const char *
dbcsl_virtual_arguments(const char *sql)
{
	dbcsl_token module;

	return find_module(sql, &module) ? module.text + module.length : NULL;
}

/* The wanted parts of a definition that call unsafe functions; sets *function.
 */
static unsigned
find_in_definition(dbcsl_host *h, const dbcsl_ddl *ddl, const char *sql,
				   unsigned wanted, const char **function)
{
	dbcsl_index_text index;
	unsafe_parts found = {.wanted = wanted};
	const char *arguments = dbcsl_virtual_arguments(sql);

	if (ddl->kind == DBCSL_TABLE)
	{
		for (int i = 0; i < ddl->nconstraints; i++)
			if (ddl->constraints[i].expression)
				note_unsafe(h, ddl->constraints[i].expression, DBCSL_IN_CHECKS,
							&found);
		for (int i = 0; i < ddl->ncolumns; i++)
		{
			if (ddl->columns[i].generated)
				note_unsafe(h, ddl->columns[i].generated, DBCSL_IN_COLUMNS,
							&found);
			if (ddl->columns[i].default_value)
				note_unsafe(h, ddl->columns[i].default_value, DBCSL_IN_DEFAULTS,
							&found);
		}
	}
	else if (arguments)
	{
		found.function = dbcsl_find_unsafe_in_virtual(h, arguments);
		found.parts = found.function ? wanted : 0;
	}
	else if (ddl->kind != DBCSL_INDEX)
		note_unsafe(h, sql, wanted, &found);
	else
	{
		index = dbcsl_read_index_text(h, sql);
		for (int i = 0; i < index.nitems; i++)
			note_unsafe(h, index.items[i], DBCSL_IN_INDEXES, &found);
		if (index.condition)
			note_unsafe(h, index.condition, DBCSL_IN_INDEXES, &found);
	}
	if (found.function)
		*function = found.function;
	return found.parts;
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
	parts = find_in_definition(h, &ddl, sql, DBCSL_ANYWHERE, &function);
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
	/* a cached statement, whose rows are valid until the end of the call; it is
	 * about the schema, as embedded SQL is */
	query.name = dbcsl_printf(h, "definitions: %s", query.text);
	return h->base.seam->query(&h->base, &query, NULL, 0);
}

const dbcsl_unsafe_call *
dbcsl_list_unsafe_in(dbcsl_host *h, const dbc_rows *definitions)
{
	const dbcsl_unsafe_call *calls = NULL;

	for (int i = 0; i < definitions->nrows; i++)
		add_definition(h, &calls, dbc_get_text(&h->base, definitions, i, 0));
	return calls;
}

/* The unsafe calls of main; none is remembered until the schema changes. */
static const dbcsl_unsafe_call *
list_main(dbcsl_host *h)
{
	bool is_unchanged = h->connection && dbcsl_is_schema_unchanged(h);
	const char *safe = is_unchanged ? dbcsl_safe_with(h->connection) : NULL;
	const dbcsl_unsafe_call *calls;

	if (safe && strcmp(safe, dbcsl_unsafe_functions(h)) == 0)
		return NULL;
	calls = dbcsl_list_unsafe_in(h, dbcsl_read_definitions(h, "main", ""));
	if (h->connection && !calls)
		dbcsl_set_safe(h->connection,
					   sqlite3_mprintf("%s", dbcsl_unsafe_functions(h)));
	return calls;
}

const dbcsl_unsafe_call *
dbcsl_list_unsafe(dbcsl_host *h, const char *name)
{
	unsafe_schema *schema = h->unsafe;

	for (; schema; schema = schema->next)
		if (sqlite3_stricmp(schema->name, name) == 0)
			return schema->calls;
	schema = dbcsl_alloc(&h->base, sizeof(*schema));
	schema->name = dbc_copy(&h->base, name, strlen(name));
	schema->calls =
		sqlite3_stricmp(name, "main") == 0
			? list_main(h)
			: dbcsl_list_unsafe_in(h, dbcsl_read_definitions(h, name, ""));
	schema->next = h->unsafe;
	h->memos++;
	h->unsafe = schema;
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

const char *
dbcsl_unsafe_reason(dbcsl_host *h, const char *function)
{
	return dbc_format(&h->base,
					  "unsafe use of %s(), which the application has not "
					  "registered with SQLITE_INNOCUOUS",
					  function);
}

void
dbcsl_refuse_function(dbcsl_host *h, const char *function)
{
	if (function)
		dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL, "%s",
				 dbcsl_unsafe_reason(h, function));
}

void
dbcsl_refuse_unsafe_table(dbcsl_host *h, const char *schema, const char *table,
						  unsigned parts)
{
	dbcsl_refuse_function(h, dbcsl_find_unsafe_table(h, schema, table, parts));
}

/* An unsafe function that parts of a table or an index call, or NULL. */
static const char *
find_in_parts(dbcsl_host *h, const dbcsl_ddl *ddl, const char *sql,
			  unsigned parts)
{
	const char *function = NULL;

	for (unsigned part = 1; part <= parts && !function; part <<= 1)
		if (parts & part)
			find_in_definition(h, ddl, sql, part, &function);
	return function;
}

const char *
dbcsl_find_unsafe_part(dbcsl_host *h, const char *sql, unsigned parts)
{
	dbcsl_ddl ddl;

	/* what looks like a call in other parts is not to be noted */
	if (!h->notes && !find_unsafe(h, sql, true))
		return NULL;
	ddl = dbcsl_read_ddl(h, sql);
	return find_in_parts(h, &ddl, sql, parts);
}

void
dbcsl_refuse_unsafe_definition(dbcsl_host *h, const dbcsl_ddl *ddl)
{
	dbcsl_refuse_function(h, find_in_parts(h, ddl, ddl->text, DBCSL_FOR_NEW));
}

int
dbcsl_distrust_schemas(sqlite3 *db)
{
	/* SQLite 3.38 to 3.40 cannot read an untrusted schema that calls JSON
	 * functions */
	if (sqlite3_libversion_number() >= 3041000)
		sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return dbcsl_remove_added(db, true);
}
