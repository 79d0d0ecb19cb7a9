/*
 * pragma.c
 *	  PRAGMA statements: what they do.
 */
#include "sqlite_ext/sql/pragma.h"
#include "sqlite_ext/sql/token.h"

#include <string.h>

#include "common/core/text.h"

#define SETTING DBCSL_PRAGMA_SETTING
#define WRITES	DBCSL_PRAGMA_WRITES
#define OUTSIDE DBCSL_PRAGMA_OUTSIDE
#define HANDLER DBCSL_PRAGMA_HANDLER

/* PRAGMAs with an effect.  Not listed are auto_vacuum, encoding and page_size,
 * whose value SQLite cannot report before VACUUM or the first table applies
 * it. */
static const dbcsl_setting settings[] = {
	{"analysis_limit", SETTING, false, 0},
	{"application_id", WRITES, false, 0},
	{"automatic_index", SETTING, false, 0},
	{"busy_timeout", HANDLER, false, 0},
	{"cache_size", SETTING, false, 0},
	{"cache_spill", SETTING, false, 0},
	{"case_sensitive_like", OUTSIDE, false, 0},
	{"cell_size_check", SETTING, false, 0},
	{"checkpoint_fullfsync", SETTING, false, 0},
	{"count_changes", SETTING, false, 0},
	{"default_cache_size", WRITES, false, 0},
	{"defer_foreign_keys", SETTING, false, 0},
	{"empty_result_callbacks", SETTING, false, 0},
	{"foreign_keys", SETTING, false, SQLITE_DBCONFIG_ENABLE_FKEY},
	{"full_column_names", SETTING, false, 0},
	{"fullfsync", SETTING, false, 0},
	{"hard_heap_limit", OUTSIDE, false, 0},
	{"ignore_check_constraints", SETTING, false, 0},
	{"incremental_vacuum", WRITES, true, 0},
	{"journal_mode", OUTSIDE, false, 0},
	{"journal_size_limit", SETTING, false, 0},
	{"legacy_alter_table", SETTING, false, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE},
	{"locking_mode", SETTING, false, 0},
	{"max_page_count", SETTING, false, 0},
	{"mmap_size", SETTING, false, 0},
	{"optimize", WRITES, true, 0},
	{"query_only", SETTING, false, 0},
	{"read_uncommitted", SETTING, false, 0},
	{"recursive_triggers", SETTING, false, 0},
	{"reverse_unordered_selects", SETTING, false, 0},
	{"schema_version", WRITES, false, 0},
	{"secure_delete", SETTING, false, 0},
	{"short_column_names", SETTING, false, 0},
	{"soft_heap_limit", SETTING, false, 0},
	{"synchronous", OUTSIDE, false, 0},
	{"temp_store", OUTSIDE, false, 0},
	{"threads", SETTING, false, 0},
	{"trusted_schema", SETTING, false, SQLITE_DBCONFIG_TRUSTED_SCHEMA},
	{"user_version", WRITES, false, 0},
	{"wal_autocheckpoint", HANDLER, false, 0},
	{"wal_checkpoint", OUTSIDE, true, 0},
	{"writable_schema", SETTING, false, SQLITE_DBCONFIG_WRITABLE_SCHEMA},
};

#define NSETTINGS (sizeof(settings) / sizeof(settings[0]))

/* Parses "= value" or "(value)"; NULL if there is none. */
static const char *
read_value(dbcsl_host *h, const dbcsl_token *start)
{
	dbcsl_token token;
	const char *sign = "";

	if (start->text[0] != '=' && start->text[0] != '(')
		return NULL;
	token = dbcsl_next_token(start);
	if (token.text[0] == '-' || token.text[0] == '+')
	{
		sign = token.text[0] == '-' ? "-" : "";
		token = dbcsl_next_token(&token);
	}
	return dbc_format(&h->base, "%s%s", sign, dbcsl_unquote_token(h, &token));
}

/* The token after EXPLAIN or EXPLAIN QUERY PLAN. */
static dbcsl_token
behind_explain(const dbcsl_token *explain)
{
	dbcsl_token token = dbcsl_next_token(explain);

	if (!dbcsl_is_word(&token, "query"))
		return token;
	token = dbcsl_next_token(&token);
	return dbcsl_next_token(&token);
}

bool
dbcsl_parse_pragma(dbcsl_host *h, const char *text, dbcsl_pragma *pragma)
{
	dbcsl_token token = dbcsl_first_token(text);
	bool explained = dbcsl_is_word(&token, "explain");

	if (explained)
		token = behind_explain(&token);
	if (!dbcsl_is_word(&token, "pragma"))
		return false;
	*pragma = (dbcsl_pragma){.effect = DBCSL_PRAGMA_OTHER};
	token = dbcsl_next_token(&token);
	pragma->name = dbcsl_unquote_token(h, &token);
	token = dbcsl_next_token(&token);
	if (token.text[0] == '.')
	{
		pragma->schema = pragma->name;
		token = dbcsl_next_token(&token);
		pragma->name = dbcsl_unquote_token(h, &token);
		token = dbcsl_next_token(&token);
	}
	pragma->value = read_value(h, &token);
	for (size_t i = 0; i < NSETTINGS; i++)
		if (sqlite3_stricmp(settings[i].name, pragma->name) == 0)
			pragma->setting = &settings[i];
	if (pragma->setting && (pragma->value || pragma->setting->bare))
		pragma->effect = pragma->setting->effect;
	if (explained)
		pragma->effect = DBCSL_PRAGMA_EXPLAIN;
	return true;
}
