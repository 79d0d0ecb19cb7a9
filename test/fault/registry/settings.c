/*
 * settings.c
 *	  Runs calls of the SQLite extension on a connection of which the
 *	  application has changed a setting or a limit.
 *
 * A call must give the same result and leave the same rows as on a connection
 * without that, or fail and leave the rows as they were; and the setting must
 * be what it was.  What differs in two calls without a change is not compared:
 * times, durations, random numbers.
 *
 * Linked with SQLite and the extension, built with the address sanitizer;
 * prints TAP.
 *
 * usage: settings [STEP [SETTING]]
 *
 * Of the settings of each case one of STEP (default 1) is tried, from one on
 * that the seed chooses; with SETTING only that one.
 */
#include "test/fault/registry/cases.h"

#include <ctype.h>
#include <string.h>

#include "test/seed.h"

/* What an application has changed. */
typedef struct change
{
	const char *name;
	const char *sql; /* makes it ... */
	const char *ask; /* ... and reads it */
	int option;		 /* or of sqlite3_db_config(), set to value */
	int limit;		 /* or 1 + that of sqlite3_limit() */
	int value;
	bool may_fail;		/* a call */
	const char *except; /* calls with one of these words depend on it */
} change;

#define SQL(name_, sql_, ask_, ...)                                \
	{                                                              \
		.name = (name_), .sql = (sql_), .ask = (ask_), __VA_ARGS__ \
	}
#define PRAGMA(name, set, ...) \
	SQL(#name, "pragma " #name " = " #set, "pragma " #name, __VA_ARGS__)
#define OPTION(name_, set, ...)                                          \
	{                                                                    \
		.name = #name_, .option = SQLITE_DBCONFIG_##name_, .value = set, \
		__VA_ARGS__                                                      \
	}
#define LIMIT(name_, most)                                                \
	{                                                                     \
		.name = #name_, .limit = SQLITE_LIMIT_##name_ + 1, .value = most, \
		.may_fail = true, .except = "dbhealth_ dbmigrate_rebuild"         \
	}

static const change changes[] = {
	PRAGMA(analysis_limit, 1),
	PRAGMA(automatic_index, 0),
	PRAGMA(cache_size, 1),
	PRAGMA(cache_spill, 1),
	PRAGMA(cell_size_check, 1),
	PRAGMA(count_changes, 1, .except = "dbops_execute"),
	PRAGMA(empty_result_callbacks, 1),
	PRAGMA(full_column_names, 1),
	PRAGMA(ignore_check_constraints, 1),
	PRAGMA(legacy_alter_table, 1),
	PRAGMA(locking_mode, exclusive, .except = "dbmigrate_deploy"),
	PRAGMA(query_only, 1, .may_fail = true,
		   .except = "dbhealth_ dbbackup_verify"),
	PRAGMA(read_uncommitted, 1),
	PRAGMA(recursive_triggers, 1),
	PRAGMA(reverse_unordered_selects, 1,
		   .except =
			   "dbcheck_run dbcheck_constraints dbcheck_orphans table_as_of"),
	PRAGMA(secure_delete, 1),
	PRAGMA(short_column_names, 0),
	PRAGMA(temp_store, 1, .except = "dbmigrate_rebuild"),
	PRAGMA(threads, 4),
	SQL("case_sensitive_like", "pragma case_sensitive_like = 1",
		"select 'A' like 'a'"),
	SQL("long names",
		"pragma full_column_names = 1; pragma short_column_names = 0",
		"pragma full_column_names", .may_fail = true),
	OPTION(DEFENSIVE, 1),
	OPTION(DQS_DDL, 0),
	OPTION(DQS_DML, 0, .except = "dbmigrate_lint"),
	OPTION(ENABLE_QPSG, 1),
	/* what dbcare writes for the caller fires triggers as the caller's own
	 * statements do */
	OPTION(ENABLE_TRIGGER, 0, .may_fail = true,
		   .except = "dbmigrate_ dbops_ dbseed_apply dbarchive_apply"),
	OPTION(ENABLE_VIEW, 0, .except = "dbinit_run"),
	OPTION(NO_CKPT_ON_CLOSE, 1),
	OPTION(TRIGGER_EQP, 1),
	OPTION(TRUSTED_SCHEMA, 0, .may_fail = true),
	OPTION(WRITABLE_SCHEMA, 1),
	LIMIT(ATTACHED, 0),
	LIMIT(COLUMN, 20),
	LIMIT(COMPOUND_SELECT, 3),
	LIMIT(EXPR_DEPTH, 20),
	LIMIT(FUNCTION_ARG, 6),
	LIMIT(LENGTH, 1000),
	LIMIT(LENGTH, 100000),
	LIMIT(LIKE_PATTERN_LENGTH, 5),
	LIMIT(SQL_LENGTH, 500),
	LIMIT(SQL_LENGTH, 3000),
	LIMIT(TRIGGER_DEPTH, 1),
	LIMIT(VARIABLE_NUMBER, 4),
	LIMIT(VDBE_OP, 1000),
};

/* Those that change how this program reads the database. */
static const change resets[] = {
	PRAGMA(reverse_unordered_selects, 0),
	PRAGMA(full_column_names, 0),
	PRAGMA(short_column_names, 1),
	PRAGMA(case_sensitive_like, 0),
	OPTION(ENABLE_VIEW, 1),
	OPTION(TRUSTED_SCHEMA, 1),
};

#define NCHANGES (sizeof(changes) / sizeof(changes[0]))
#define NRESETS	 (sizeof(resets) / sizeof(resets[0]))
#define NLIMITS	 (SQLITE_LIMIT_WORKER_THREADS + 1)

/* ---- what a call gives ---- */

typedef struct outcome
{
	int code;
	char *message;
	char *result; /* the rows of the call */
	char *stored; /* those of the database after it */
} outcome;

/* Appends a value, without times, hashes and durations. */
static void
append_value(sqlite3_str *text, const char *value)
{
	const char *from = value ? value : "null";

	while (*from)
	{
		size_t word = strspn(from, "0123456789abcdef");
		size_t number = strspn(from, "0123456789.");

		if (strncmp(from, "_ms\": ", 6) == 0)
			from += 6 + strspn(from + 6, "0123456789.");
		else if (isdigit((unsigned char) *from) &&
				 strspn(from, "0123456789-") == 10 && from[4] == '-')
			from += strspn(from, "0123456789-:.TZ ");
		else if (word >= 16)
			from += word;
		else if (number > 4 && memchr(from, '.', number))
			from += number;
		else
		{
			sqlite3_str_append(text, from, word ? (int) word : 1);
			from += word ? word : 1;
		}
	}
	sqlite3_str_appendchar(text, 1, '\n');
}

/* Appends the rows of a query; returns its code. */
static int
append_rows(sqlite3 *db, sqlite3_str *text, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	int index;

	if (code != SQLITE_OK)
		return code;
	index = sqlite3_bind_parameter_index(statement, ":directory");
	if (index > 0)
		sqlite3_bind_text(statement, index, directory, -1, SQLITE_STATIC);
	while (sqlite3_step(statement) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			append_value(text,
						 (const char *) sqlite3_column_text(statement, i));
	return sqlite3_finalize(statement);
}

/* What the database contains. */
static char *
read_content(sqlite3 *db)
{
	static const char tables[] =
		"select 'select ' || group_concat(printf('\"%w\"', c.name), ', ') ||"
		" printf(' from main.\"%w\" order by 1', t.name)"
		" from sqlite_schema as t join pragma_table_xinfo(t.name) as c"
		" where t.type = 'table' and t.sql not like '%virtual%'"
		" and c.hidden <> 1 and c.name not glob '*_ms'"
		" group by t.name order by t.name";
	sqlite3_str *text = sqlite3_str_new(NULL);
	sqlite3_stmt *each = NULL;

	if (append_rows(db, text,
					"select sql from sqlite_schema where sql is not null"
					" order by name") != SQLITE_OK ||
		sqlite3_prepare_v2(db, tables, -1, &each, NULL) != SQLITE_OK)
		bail_out("reading the schema", db);
	while (sqlite3_step(each) == SQLITE_ROW)
	{
		const char *sql = (const char *) sqlite3_column_text(each, 0);

		sqlite3_str_appendf(text, "%s\n", sql);
		if (append_rows(db, text, sql) != SQLITE_OK)
			bail_out(sql, db);
	}
	sqlite3_finalize(each);
	return sqlite3_str_finish(text);
}

static void
free_outcome(outcome *made)
{
	sqlite3_free(made->message);
	sqlite3_free(made->result);
	sqlite3_free(made->stored);
}

/* ---- settings ---- */

static char *
read_setting(sqlite3 *db, const change *what)
{
	sqlite3_str *text = sqlite3_str_new(NULL);
	int value = 0;

	if (what->option)
		sqlite3_db_config(db, what->option, -1, &value);
	else if (what->limit)
		value = sqlite3_limit(db, what->limit - 1, -1);
	else
		append_rows(db, text, what->ask);
	sqlite3_str_appendf(text, "%d", value);
	return sqlite3_str_finish(text);
}

static void
make_change(sqlite3 *db, const change *what)
{
	if (what->option)
		sqlite3_db_config(db, what->option, what->value, NULL);
	else if (what->limit)
		sqlite3_limit(db, what->limit - 1, what->value);
	else
		must_run(db, what->sql);
}

/* Makes the call of a case. */
static void
call(sqlite3 *db, const test_case *test, outcome *made)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	made->code = append_rows(db, text, test->call);
	made->message = sqlite3_mprintf("%s", sqlite3_errmsg(db));
	made->result = sqlite3_str_finish(text);
}

/* The same after a change. */
static void
call_changed(sqlite3 *db, const test_case *test, const change *what,
			 outcome *made)
{
	int limits[NLIMITS];
	char *before;
	char *after;

	for (int i = 0; i < NLIMITS; i++)
		limits[i] = sqlite3_limit(db, i, -1);
	make_change(db, what);
	before = read_setting(db, what);
	call(db, test, made);
	after = read_setting(db, what);
	expect(strcmp(before, after) == 0, "%s was %s and is %s", what->name,
		   before, after);
	sqlite3_free(before);
	sqlite3_free(after);
	for (int i = 0; i < NLIMITS; i++)
		sqlite3_limit(db, i, limits[i]);
	for (size_t i = 0; i < NRESETS; i++)
		make_change(db, &resets[i]);
}

/* The call of a case in its database, after a change if there is one. */
static outcome
run_case(const test_case *test, const change *what)
{
	sqlite3 *db = open_database(test->setup);
	outcome made = {0};

	if (what)
		call_changed(db, test, what, &made);
	else
		call(db, test, &made);
	expect(sqlite3_get_autocommit(db), "%s: a transaction is left open",
		   what ? what->name : "no change");
	made.stored = read_content(db);
	expect(sqlite3_close(db) == SQLITE_OK, "the connection cannot be closed");
	return made;
}

/* The database of a case before the call. */
static char *
read_before(const test_case *test)
{
	sqlite3 *db = open_database(test->setup);
	char *content = read_content(db);

	sqlite3_close(db);
	return content;
}

/* ---- comparing ---- */

/* The length of the next part of a text. */
static size_t
part_length(const char *text)
{
	return *text ? 1 + strcspn(text + 1, ",{}[]\n") : 0;
}

/* Compares a text with two that can differ from each other in parts, which are
 * not compared; returns where it differs, or NULL. */
static const char *
difference(const char *one, const char *two, const char *now)
{
	one = one ? one : "";
	two = two ? two : "";
	now = now ? now : "";
	while (*one && *two && *now)
	{
		size_t length = part_length(one);
		bool known =
			length == part_length(two) && memcmp(one, two, length) == 0;

		if (known &&
			(length != part_length(now) || memcmp(one, now, length) != 0))
			return now;
		one += length;
		two += part_length(two);
		now += part_length(now);
	}
	return *one || *two || *now ? now : NULL;
}

/* Whether a result says itself that not all was done. */
static bool
is_incomplete(const char *result)
{
	static const char *const words[] = {"unknown", ": \"failed\"",
										"\"error\": {", "\"error\": \"",
										"\"errors\": [{"};

	for (size_t i = 0; result && i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(result, words[i]))
			return true;
	return false;
}

/* Compares the outcome of a call after a change. */
static void
compare(const test_case *test, const change *what, const outcome *one,
		const outcome *two, const char *before, const outcome *now)
{
	bool fails = now->code != one->code;
	bool is_part = !fails && what->may_fail && is_incomplete(now->result);
	const char *result =
		fails || is_part ? NULL
						 : difference(one->result, two->result, now->result);
	const char *stored = NULL;

	if (!fails && !is_part)
		stored = difference(one->stored, two->stored, now->stored);
	else if (fails && !commits(test))
		stored = difference(before, before, now->stored);
	expect(!fails || (what->may_fail && now->code != SQLITE_OK), "%s: %s (%d)",
		   what->name, now->message, now->code);
	expect(!result, "%s: the result differs: %.200s", what->name,
		   result ? result : "");
	expect(!stored, "%s: the rows %s: %.200s", what->name,
		   fails ? "have changed" : "differ", stored ? stored : "");
}

/* Whether the result of a call depends on a change. */
static bool
depends(const test_case *test, const change *what)
{
	const char *from = what->except;
	char word[40];

	for (; from && sscanf(from, "%39s", word) == 1; from += strlen(word))
	{
		if (strstr(test->call, word))
			return true;
		from += strspn(from, " ");
	}
	return false;
}

/* One test. */
static void
sweep(const test_case *test, long number, long step, const char *only)
{
	outcome one = run_case(test, NULL);
	outcome two = run_case(test, NULL);
	char *before = read_before(test);

	for (size_t i = 0; i < NCHANGES; i++)
	{
		const change *what = &changes[i];
		outcome now;

		if ((only && strcmp(only, what->name) != 0) || depends(test, what) ||
			((long) i + number) % step != first_sample(step))
			continue;
		now = run_case(test, what);
		compare(test, what, &one, &two, before, &now);
		free_outcome(&now);
	}
	free_outcome(&one);
	free_outcome(&two);
	sqlite3_free(before);
	ok(!problems, "%s", test->call);
}

int
main(int argc, char **argv)
{
	long step = argc > 1 ? strtol(argv[1], NULL, 10) : 1;

	if (step < 1)
		bail_out("STEP must be a number from 1", NULL);
	make_directory();
	for (size_t i = 0; i < NCASES; i++)
		/* monitoring records the statements of this program, too; triggers run
		 * in statements of the application */
		if (strcmp(cases[i].setup, "monitored") != 0 &&
			strncmp(cases[i].call, "select", 6) == 0)
			sweep(&cases[i], (long) i, step, argc > 2 ? argv[2] : NULL);
	remove_directory();
	return finish();
}
