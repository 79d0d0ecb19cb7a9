/*
 * keeps.c
 *	  Which embedded statements have results that a session may keep.
 *
 * PostgreSQL tells each session of changes of some catalogs, since it caches
 * them itself: pg_ext/core/change.c listens.  Of others, such as pg_depend,
 * and of tables, a session is not told.
 *
 * SQLite signals changes of the schema of main: sqlite_ext/call/answers.c keeps
 * what was read of it.
 */
#include "common/tools/keeps.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/core/sql_scan.h"

/* Catalogs; pg_ext/core/change.c says how a session learns of their changes. */
static const char *const catalogs[] = {
	"pg_class",	   "pg_attribute",	"pg_index",		"pg_inherits",
	"pg_trigger",  "pg_constraint", "pg_namespace", "pg_type",
	"pg_operator", "pg_database",	"pg_opclass",	"pg_amop",
	"pg_collation"};

/* Functions that read such catalogs, or nothing; or give what is the same as long
 * as the session lasts. */
static const char *const functions[] = {"aclexplode",
										"array_agg",
										"array_to_string",
										"bool_and",
										"bool_or",
										"cardinality",
										"count",
										"current_database",
										"format",
										"format_type",
										"has_column_privilege",
										"has_schema_privilege",
										"has_table_privilege",
										"left",
										"max",
										"min",
										"pg_control_system",
										"pg_get_expr",
										"pg_get_indexdef",
										"pg_has_role",
										"pg_partition_root",
										"pg_partition_tree",
										"quote_ident",
										"row_security_active",
										"string_agg",
										"to_jsonb",
										"unnest"};

/* What is the same in all sessions, or never. */
static const char *const others[] = {"current_catalog",
									 "current_date",
									 "current_schema",
									 "current_time",
									 "current_timestamp",
									 "dbcare",
									 "localtime",
									 "localtimestamp",
									 "session_user",
									 "tablesample",
									 "user"};

static bool
is_one_of(const dbc_lexeme *lexeme, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lexeme->length == strlen(words[i]) &&
			strncmp(lexeme->text, words[i], lexeme->length) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(lexeme, words) \
	is_one_of(lexeme, words, sizeof(words) / sizeof((words)[0]))

/* Whether a name of pg_catalog is neither that of a type nor one of the lists. */
static const char *
check_name(const dbc_lexeme *name, const dbc_lexeme *after)
{
	if (after->kind != DBC_LEX_END && *after->text == '(')
		return IS_ONE_OF(name, functions)
				   ? NULL
				   : "calls a function whose result is not known to be kept";
	if (strncmp(name->text, "pg_", 3) == 0 && !IS_ONE_OF(name, catalogs))
		return "reads a catalog whose changes no session learns of";
	return NULL;
}

static const char *
find_unkept_on_postgresql(const char *text, char word[64])
{
	static const char *const catalog[] = {"pg_catalog"};
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);
	bool is_of_catalog = false;
	const char *problem = NULL;

	while (at.kind != DBC_LEX_END && !problem)
	{
		dbc_lexeme next = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL);
		bool is_name = at.kind == DBC_LEX_WORD || at.kind == DBC_LEX_NAME;

		snprintf(word, 64, "%.*s", (int) at.length, at.text);
		if (is_of_catalog && is_name)
		{
			problem = check_name(&at, &next);
			is_of_catalog = false;
		}
		else if (is_name && IS_ONE_OF(&at, catalog))
			is_of_catalog = true;
		else if (is_name && IS_ONE_OF(&at, others))
			problem = "depends on more than catalogs and the current user";
		at = next;
	}
	return problem;
}

/* What SQLite has of the schema, and functions and keywords before a
 * parenthesis that depend on nothing else. */
static const char *const of_schema[] = {"dbcare_known", "pragma_index_list",
										"pragma_table_xinfo", "sqlite_schema"};
static const char *const before_parentheses[] = {"and",
												 "as",
												 "cast",
												 "coalesce",
												 "exists",
												 "from",
												 "iif",
												 "instr",
												 "lower",
												 "not",
												 "or",
												 "pragma_index_list",
												 "pragma_table_xinfo",
												 "printf",
												 "replace",
												 "reserved",
												 "values"};

static bool
begins_with_one_of(const dbc_lexeme *word, const char *const *prefixes,
				   size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(word->text, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/* The same for a word of SQL for SQLite; is_of_schema: its schema is named. */
static const char *
check_word(const dbc_lexeme *word, const dbc_lexeme *after, bool is_of_schema)
{
	static const char *const prefixes[] = {"dbcare_", "pragma_", "sqlite_"};
	bool is_called = after->kind != DBC_LEX_END && *after->text == '(';

	if (is_of_schema ? !IS_ONE_OF(word, of_schema)
					 : begins_with_one_of(word, prefixes, 3))
		return "is not known to be of the schema";
	if (IS_ONE_OF(word, others))
		return "depends on more than the schema";
	if (is_called && !IS_ONE_OF(word, before_parentheses))
		return "calls a function whose result is not known to be kept";
	return NULL;
}

static const char *
find_unkept_on_sqlite(const char *text, char word[64])
{
	static const char *const schemas[] = {"main", "temp"};
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_SQLITE);
	bool is_of_schema = false;
	const char *problem = NULL;

	while (at.kind != DBC_LEX_END && !problem)
	{
		dbc_lexeme next = dbc_scan_sql(at.text + at.length, DBC_ON_SQLITE);

		snprintf(word, 64, "%.*s", (int) at.length, at.text);
		if (at.kind == DBC_LEX_WORD && IS_ONE_OF(&at, schemas))
			is_of_schema = true;
		else if (at.kind == DBC_LEX_WORD)
		{
			problem = check_word(&at, &next, is_of_schema);
			is_of_schema = false;
		}
		at = next;
	}
	return problem;
}

const char *
find_unkept(const char *text, bool on_sqlite, char word[64])
{
	return (on_sqlite ? find_unkept_on_sqlite
					  : find_unkept_on_postgresql)(text, word);
}
