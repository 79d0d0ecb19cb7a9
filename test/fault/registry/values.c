/*
 * values.c
 *	  Runs calls of the SQLite extension on values of unexpected types.
 *
 * Part 1: every column of every table of dbcare has in turn a null, a number,
 * a text, a blob, text that is no UTF-8, a megabyte, and numbers at the limits,
 * in tables that are not STRICT, as a file from anywhere may have them; then
 * every function is called.
 *
 * Part 2: the authorizer of the application answers SQLITE_IGNORE: a column
 * reads as null.
 *
 * Part 3: the application replaces a function of SQLite by one that gives null,
 * a number, a text, a blob or an error.
 *
 * A call may fail, in words, and must not crash the process nor take the file
 * for damaged.  Linked with SQLite and the extension, built with the address
 * sanitizer; prints TAP.
 *
 * usage: values [STEP [PART]]
 *
 * Of the values, the questions and the replacements one of STEP (default 1) is
 * tried, from one on that the seed chooses; with PART only of that part.
 */
#include "test/fault/registry/cases.h"

#include "common/core/dbc.h"
#include "test/seed.h"

static long runs;

/* ---- calls ---- */

/* Arguments of functions; the last ones count. */
static const struct
{
	const char *function;
	const char *arguments;
} arguments[] = {
#define TABLE					  "parent"
#define ENGINE					  "sqlite"
#define CALL(function, arguments) {#function, arguments},
#include "test/calls.def"
	{"dbcheck_repair", "'{\"dry_run\": false, \"rules\": [\"young\"]}'"},
	{"dbcheck_rule_drop", "'young'"},
	{"dbmigrate_backfill", "'filled', 'update parent set name = 1'"},
	{"dbmigrate_rebuild", "'parent', 'create table parent (id integer primary"
						  " key, name text)'"},
	{"dbhealth_advise", "'select name from parent where name = 1'"},
	{"dbmonitor_start", "60, '{\"thread\": false}'"},
};

/* The call of a function. */
static char *
call_of(const dbc_function *function)
{
	const char *given = "";
	size_t i;

	for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
		if (strcmp(arguments[i].function, function->name) == 0)
			given = arguments[i].arguments;
	return sqlite3_mprintf("select %s%s(%s)",
						   function->columns ? "* from " : "", function->name,
						   given);
}

/* Complains about a call that has failed otherwise than it may. */
static void
check_outcome(sqlite3 *db, int code, const char *call, const char *what)
{
	const char *message = sqlite3_errmsg(db);

	runs++;
	if (code == SQLITE_OK)
		return;
	/* in a transaction that code makes SQLite refuse the COMMIT */
	if (((code & 0xff) != SQLITE_CORRUPT || sqlite3_get_autocommit(db)) &&
		(code & 0xff) != SQLITE_INTERNAL && (code & 0xff) != SQLITE_NOMEM &&
		(code & 0xff) != SQLITE_MISUSE && *message)
		return;
	problem("%s, %s: %s (%d)", what, call, message, code);
}

/* Ends a test. */
#define report(what)                                  \
	do                                                \
	{                                                 \
		ok(!problems, "%s: %ld calls", (what), runs); \
		runs = 0;                                     \
	} while (0)

/* ---- 1. what is stored ---- */

static const char *const values[] = {
	"null",
	"1.5",
	"'text'",
	"x'00ff'",
	"cast(x'61ff62' as text)",
	"replace(hex(zeroblob(500000)), '0', 'a')",
	"9223372036854775807",
	"-9223372036854775808",
	"-1",
	"9e999",
	"''",
	"'{\"a\": [1]}'",
	"'[[[[1]]]]'",
};

#define NVALUES (sizeof(values) / sizeof(values[0]))

/* Something of everything dbcare keeps. */
static const char stored[] =
	"select dbmigrate_backfill('filled', 'update parent set name = 1');"
	"select dbcare_set('actor', 'somebody');"
	"select dbmonitor_start(60, '{\"thread\": false}');"
	"select dbmonitor_sample();"
	"select dbmonitor_sample();"
	"select dbmigrate_add('7', 'vacuum', 'vacuum', null,"
	" '{\"depends_on\": [\"1\"], \"environments\": [\"testing\"]}');"
	"insert into dbcare_alert (alert, severity, message, pending_at, raised_at,"
	" last_at) select 'health_score', 'critical', 'm', changed_at, changed_at,"
	" changed_at from dbcare_monitor;"
	"insert into dbcare_suppression (check_id, object_pattern, reason,"
	" until_at, created_by) values ('unused_index', '*', 'r',"
	" '2999-01-01T00:00:00.000Z', 'a');"
	"insert into dbcare_deployment (version, checksum, statement_no, begun)"
	" select version, checksum, 1, 1 from dbcare_migration where version = "
	"'7';"
	"insert into dbcare_deployment_script (checksum, script) select checksum,"
	" up_sql from dbcare_migration where version = '7';"
	"insert into dbcare_adoption (table_name, tool, keep_old, adopted_by)"
	" values ('schema_migrations', 'rails', 1, 'a');"
	"create table schema_migrations (version varchar(128) primary key);"
	"insert into dbcare_query (fingerprint, query) values ('f', 'select 1');"
	"insert into dbcare_query_seen (fingerprint, hour_at, calls, errors,"
	" total_ms, max_ms, row_count, sketch, last_at) select 'f', changed_at, 1,"
	" 0, 1.5, 1.5, 1, '3:1 9:2', changed_at from dbcare_monitor;"
	"insert into dbcare_slow_log (source, number, started_at, duration_ms,"
	" fingerprint, query, dropped) select 's', 1, changed_at, 1.5, 'f',"
	" 'select 1', 0 from dbcare_monitor;"
	"insert into dbcare_query_mark (source, fingerprint, calls, errors,"
	" total_ms, row_count, seen_at) select 's', 'f', 1, 0, 1.5, 1, changed_at"
	" from dbcare_monitor;"
	"create table audited (id integer primary key, name text);"
	"select dbaudit_enable('audited', '{\"mode\": \"strict\","
	" \"hash\": [\"name\"]}');"
	"begin; select dbaudit_actor('a'); insert into audited values (1, 'a');"
	"update audited set name = 'b'; commit; delete from audited;"
	"select dbaudit_seal();"
	"create table deleted (id integer primary key, name text, made text);"
	"insert into deleted values (1, 'a', '2020-01-01'), (2, 'b', null);"
	"select dbarchive_enable('deleted'); delete from deleted where id = 1;"
	"select dbarchive_hold('deleted', 2, 'r');"
	"select dbarchive_policy('deleted', '{\"timestamp_column\": \"made\","
	" \"archive_after_days\": 1, \"purge_deleted_after_days\": 1}');"
	"create table made (id integer primary key, name text);"
	"select dbseed_add('seed', 'made', '[{\"id\": 1, \"name\": \"a\"},"
	" {\"id\": 2, \"name\": \"b\"}]', '{\"mode\": \"sync\"}');"
	"select dbseed_apply(); update made set name = 'c' where id = 1;"
	"select dbinit_run('{\"name\": \"manifest\", \"migrations\":"
	" [{\"version\": \"1\", \"up\": \"create table more (id integer primary"
	" key)\"}]}');";

/* A table anew with the same keys, whose columns take anything. */
static void
loosen(sqlite3 *db, const char *table)
{
	sqlite3_stmt *columns;
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_str *keys = sqlite3_str_new(db);
	char *text;
	int i = 0;

	sqlite3_str_appendf(sql,
						"create temp table kept as select * from %s;"
						"drop table %s; create table %s (",
						table, table, table);
	text = sqlite3_mprintf("select name, pk from pragma_table_info(%Q)"
						   " order by cid",
						   table);
	if (sqlite3_prepare_v2(db, text, -1, &columns, NULL) != SQLITE_OK)
		bail_out(text, db);
	sqlite3_free(text);
	while (sqlite3_step(columns) == SQLITE_ROW)
	{
		sqlite3_str_appendf(sql, "%s%s", i++ ? ", " : "",
							sqlite3_column_text(columns, 0));
		if (sqlite3_column_int(columns, 1) > 0)
			sqlite3_str_appendf(keys, "%s%s",
								sqlite3_str_length(keys) ? ", " : "",
								sqlite3_column_text(columns, 0));
	}
	sqlite3_finalize(columns);
	text = sqlite3_str_finish(keys);
	sqlite3_str_appendf(sql,
						"%s%s%s); insert into %s select * from kept;"
						"drop table kept;",
						text ? ", primary key (" : "", text ? text : "",
						text ? ")" : "", table);
	sqlite3_free(text);
	text = sqlite3_str_finish(sql);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		bail_out(text, db);
	sqlite3_free(text);
}

/* The bytes of a database with all of that. */
static unsigned char *
make_image(sqlite3_int64 *size, char ***columns, int *ncolumns)
{
	sqlite3 *db = open_database("repaired");
	unsigned char *image;
	char **tables;
	int ntables;
	int i;

	must_run(db, stored);
	if (sqlite3_get_table(db,
						  "select name from sqlite_schema where type = 'table'"
						  " and name glob 'dbcare_*'",
						  &tables, &ntables, NULL, NULL) != SQLITE_OK)
		bail_out("listing tables", db);
	for (i = 1; i <= ntables; i++)
		loosen(db, tables[i]);
	sqlite3_free_table(tables);
	if (sqlite3_get_table(db,
						  "select s.name, c.name from sqlite_schema as s"
						  " join pragma_table_info(s.name) as c"
						  " where s.type = 'table' and s.name glob 'dbcare_*'",
						  columns, ncolumns, NULL, NULL) != SQLITE_OK)
		bail_out("listing columns", db);
	image = sqlite3_serialize(db, "main", size, 0);
	if (!image)
		bail_out("copying the database", db);
	sqlite3_close(db);
	return image;
}

/* A database of such bytes. */
static sqlite3 *
open_image(const unsigned char *image, sqlite3_int64 size)
{
	unsigned char *copy = sqlite3_malloc64((sqlite3_uint64) size);
	sqlite3 *db = NULL;

	if (!copy || sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out("cannot open a database", NULL);
	memcpy(copy, image, (size_t) size);
	if (sqlite3_deserialize(db, "main", copy, size, size,
							SQLITE_DESERIALIZE_FREEONCLOSE |
								SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
		bail_out("cannot open a copy", db);
	return db;
}

/* Calls all functions; each finds what the one before has not changed. */
static void
call_all(sqlite3 *db, const char *what)
{
	int f;

	for (f = 0; f < dbc_nfunctions; f++)
	{
		const dbc_function *function = &dbc_functions[f];
		bool keeps = function->class == DBC_PROC;
		char *call;

		if (!(function->engines & DBC_ON_SQLITE))
			continue;
		call = call_of(function);
		if (!keeps)
			must_run(db, "savepoint before");
		check_outcome(db, run_call(db, call), call, what);
		if (!keeps && !sqlite3_get_autocommit(db))
			must_run(db, "rollback to before; release before");
		sqlite3_free(call);
	}
}

/* Puts every value into every column. */
static void
sweep_values(long step)
{
	sqlite3_int64 size;
	char **columns;
	int ncolumns;
	unsigned char *image = make_image(&size, &columns, &ncolumns);
	long n = 0;
	int i;

	for (i = 1; i <= ncolumns; i++)
	{
		size_t v;

		for (v = 0; v < NVALUES; v++)
		{
			sqlite3 *db;
			char *sql;

			/* each column has its own values where not all are tried */
			if ((n++ + i) % step != first_sample(step))
				continue;
			db = open_image(image, size);
			sql =
				sqlite3_mprintf("update or ignore %s set %s = %s",
								columns[2 * i], columns[2 * i + 1], values[v]);
			must_run(db, sql);
			call_all(db, sql);
			sqlite3_free(sql);
			if (sqlite3_close(db) != SQLITE_OK)
				bail_out("a statement is left", db);
		}
	}
	sqlite3_free_table(columns);
	sqlite3_free(image);
	report("no value in dbcare's tables breaks a call");
}

/* ---- 2. columns that are ignored ---- */

static long asked;
static long ignored; /* the question; 0: none */
static bool all_after;

static int
authorize(void *data, int action, const char *first, const char *second,
		  const char *schema, const char *source)
{
	(void) data;
	(void) first;
	(void) second;
	(void) schema;
	(void) source;
	if (action != SQLITE_READ)
		return SQLITE_OK;
	asked++;
	return ignored && (asked == ignored || (all_after && asked > ignored))
			   ? SQLITE_IGNORE
			   : SQLITE_OK;
}

/* Ignores the n-th column that a call reads. */
static void
ignore(const test_case *test, long n)
{
	sqlite3 *db = open_database(test->setup);
	char what[64];

	snprintf(what, sizeof(what), "column %ld ignored%s", n,
			 all_after ? " and all after" : "");
	asked = 0;
	ignored = n;
	sqlite3_set_authorizer(db, authorize, NULL);
	check_outcome(db, run_call(db, test->call), test->call, what);
	sqlite3_set_authorizer(db, NULL, NULL);
	sqlite3_close(db);
}

static void
sweep_ignored(long step)
{
	size_t i;

	for (i = 0; i < NCASES; i++)
	{
		long total;
		long n;

		all_after = false;
		ignore(&cases[i], 0);
		total = asked;
		for (n = 1; n <= total; n++)
		{
			all_after = n % 2;
			if ((n + (long) i) % step == first_sample(step))
				ignore(&cases[i], n);
		}
	}
	report("no column that an authorizer ignores breaks a call");
}

/* ---- 3. functions of the application's ---- */

static const char *const functions[] = {
	"abs",
	"char",
	"coalesce",
	"count",
	"format",
	"glob",
	"group_concat",
	"hex",
	"ifnull",
	"instr",
	"json",
	"json_array",
	"json_extract",
	"json_group_array",
	"json_group_object",
	"json_object",
	"json_quote",
	"json_type",
	"json_valid",
	"julianday",
	"length",
	"like",
	"lower",
	"ltrim",
	"max",
	"min",
	"nullif",
	"printf",
	"quote",
	"random",
	"replace",
	"round",
	"rtrim",
	"strftime",
	"substr",
	"sum",
	"total",
	"trim",
	"typeof",
	"unicode",
	"upper",
};

#define NFUNCTIONS (sizeof(functions) / sizeof(functions[0]))
#define NANSWERS   5

/* Answers as the number says. */
static void
answer(sqlite3_context *context)
{
	switch ((int) (size_t) sqlite3_user_data(context))
	{
		case 0:
			sqlite3_result_null(context);
			return;
		case 1:
			sqlite3_result_int64(context, -9223372036854775807);
			return;
		case 2:
			sqlite3_result_text(context, "a\xff'\"]}", -1, SQLITE_STATIC);
			return;
		case 3:
			sqlite3_result_blob(context, "\0\xff", 2, SQLITE_STATIC);
			return;
	}
	sqlite3_result_error(context, "not today", -1);
}

static void
answer_values(sqlite3_context *context, int nvalues, sqlite3_value **given)
{
	(void) nvalues;
	(void) given;
	answer(context);
}

static void
step_over(sqlite3_context *context, int nvalues, sqlite3_value **given)
{
	(void) context;
	(void) nvalues;
	(void) given;
}

/* Whether a function of a number of arguments is an aggregate. */
static bool
is_aggregate(const char *name, int nvalues)
{
	if (strcmp(name, "max") == 0 || strcmp(name, "min") == 0)
		return nvalues == 1;
	return strncmp(name, "json_group", 10) == 0 || strcmp(name, "sum") == 0 ||
		   strcmp(name, "count") == 0 || strcmp(name, "total") == 0 ||
		   strcmp(name, "group_concat") == 0;
}

/* Replaces a function by one that answers something else. */
static void
replace_function(sqlite3 *db, const char *name, size_t kind)
{
	int nvalues;

	for (nvalues = -1; nvalues < 5; nvalues++)
		if (is_aggregate(name, nvalues))
			sqlite3_create_function(db, name, nvalues, SQLITE_UTF8,
									(void *) kind, NULL, step_over, answer);
		else
			sqlite3_create_function(db, name, nvalues, SQLITE_UTF8,
									(void *) kind, answer_values, NULL, NULL);
}

static void
sweep_functions(long step)
{
	long n = 0;
	size_t i;
	size_t f;
	size_t kind;

	for (i = 0; i < NCASES; i++)
		for (f = 0; f < NFUNCTIONS; f++)
			for (kind = 0; kind < NANSWERS; kind++)
			{
				sqlite3 *db;
				char what[60];

				if ((n++ + (long) i) % step != first_sample(step))
					continue;
				db = open_database(cases[i].setup);
				replace_function(db, functions[f], kind);
				snprintf(what, sizeof(what), "%s answers %d", functions[f],
						 (int) kind);
				check_outcome(db, run_call(db, cases[i].call), cases[i].call,
							  what);
				sqlite3_close(db);
			}
	report("no function that an application replaces breaks a call");
}

int
main(int argc, char **argv)
{
	long step = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	long part = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	if (step < 1)
		bail_out("STEP must be a number from 1", NULL);
	(void) commits;
	make_directory();
	if (!part || part == 1)
		sweep_values(step);
	if (!part || part == 2)
		sweep_ignored(step);
	if (!part || part == 3)
		sweep_functions(step);
	remove_directory();
	return finish();
}
