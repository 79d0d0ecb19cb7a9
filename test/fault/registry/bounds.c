/*
 * bounds.c
 *	  What hostile and very large schemas cost.
 *
 * Work is counted as allocations of SQLite's and as the most memory in use, not
 * as time: twice the schema may cost about twice, not four times as much.
 *
 * usage: sqlite_bounds
 *
 * Prints TAP.
 */
#include <sqlite3.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

extern int sqlite3_dbcare_init(sqlite3 *db, char **error, const void *api);

/* What is more than twice, with room for what does not grow. */
#define ABOUT_TWICE 2.7

/* ---- counting ---- */

static sqlite3_mem_methods real;
static long allocations;

static void *
counting_malloc(int size)
{
	allocations++;
	return real.xMalloc(size);
}

/* Gives SQLite an allocator that counts. */
static void
install_allocator(void)
{
	sqlite3_mem_methods counting;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
	counting = real;
	counting.xMalloc = counting_malloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &counting);
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

typedef struct cost
{
	long allocations;
	sqlite3_int64 bytes; /* in use at most */
} cost;

/* ---- calls ---- */

static int tests;
static int failures;

static void
ok(bool passed, const char *what)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++tests, what);
	if (!passed)
		failures++;
}

/* Runs SQL that must not fail. */
static void
must_run(sqlite3 *db, const char *sql)
{
	char *error = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &error) == SQLITE_OK)
		return;
	printf("Bail out! %.100s: %s\n", sql, error ? error : "");
	exit(1);
}

/* What a call costs on a database of some size. */
static cost
measure(void (*make)(sqlite3_str *schema, sqlite3_str *call, int size),
		int size)
{
	sqlite3_str *schema = sqlite3_str_new(NULL);
	sqlite3_str *call = sqlite3_str_new(NULL);
	char *texts[2];
	sqlite3 *db;
	cost spent;

	make(schema, call, size);
	texts[0] = sqlite3_str_finish(schema);
	texts[1] = sqlite3_str_finish(call);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		exit(1);
	must_run(db, texts[0]);
	spent.bytes = sqlite3_memory_used();
	sqlite3_memory_highwater(1);
	allocations = 0;
	must_run(db, texts[1]);
	spent.allocations = allocations;
	spent.bytes = sqlite3_memory_highwater(0) - spent.bytes;
	sqlite3_close(db);
	sqlite3_free(texts[0]);
	sqlite3_free(texts[1]);
	printf("# %d: %ld allocations, %lld bytes\n", size, spent.allocations,
		   (long long) spent.bytes);
	return spent;
}

/* ---- schemas ---- */

/* A table with as many foreign keys, all to itself. */
static void
foreign_keys(sqlite3_str *schema, sqlite3_str *call, int size)
{
	int i;

	sqlite3_str_appendall(schema, "create table t (id integer primary key");
	for (i = 0; i < size; i++)
		sqlite3_str_appendf(schema, ", c%d references t (id)", i);
	sqlite3_str_appendall(schema, "); insert into t (id, c7) values (1, 2);");
	sqlite3_str_appendall(call, "select * from dbcheck_constraints");
}

/* A table with as many CHECKs, which dbcare names. */
static void
checks(sqlite3_str *schema, sqlite3_str *call, int size)
{
	int i;

	sqlite3_str_appendall(schema, "create table t (a");
	for (i = 0; i < size; i++)
		sqlite3_str_appendf(schema, ", check (a <> %d)", i);
	sqlite3_str_appendall(schema, ");");
	sqlite3_str_appendall(call, "select * from dbcheck_constraints");
}

/* As many tables, all of which a script drops. */
static void
drops(sqlite3_str *schema, sqlite3_str *call, int size)
{
	int i;

	sqlite3_str_appendall(call, "select * from dbmigrate_lint('");
	for (i = 0; i < size; i++)
	{
		sqlite3_str_appendf(schema, "create table t%d (a);", i);
		sqlite3_str_appendf(call, "drop table t%d;", i);
	}
	sqlite3_str_appendall(call, "')");
}

/* Views each of which names the one before twice, in turn by all quotes. */
static void
views(sqlite3_str *schema, int size)
{
	static const char *const forms[] = {"v%d as a, v%d as b",
										"\"v%d\" as a, [V%d] as b"};
	int i;

	sqlite3_str_appendall(schema, "create table v0 (a);");
	for (i = 1; i <= size; i++)
	{
		sqlite3_str_appendf(schema, "create view v%d as select a.a from ", i);
		sqlite3_str_appendf(schema, forms[i % 2], i - 1, i - 1);
		sqlite3_str_appendall(schema, ";");
	}
}

static void
views_report(sqlite3_str *schema, sqlite3_str *call, int size)
{
	views(schema, size);
	sqlite3_str_appendall(call, "select dbhealth_report()");
}

static void
views_lint(sqlite3_str *schema, sqlite3_str *call, int size)
{
	views(schema, size);
	sqlite3_str_appendall(call, "select * from dbmigrate_lint('alter table v0"
								" rename column a to b; create table x (a)')");
}

int
main(void)
{
	cost less;
	cost more;

	install_allocator();
	less = measure(foreign_keys, 500);
	more = measure(foreign_keys, 1000);
	ok((double) more.bytes < ABOUT_TWICE * (double) less.bytes,
	   "memory to verify foreign keys of one table");
	less = measure(checks, 400);
	more = measure(checks, 800);
	ok((double) more.bytes < ABOUT_TWICE * (double) less.bytes,
	   "memory to name the CHECKs of one table");
	less = measure(drops, 200);
	more = measure(drops, 400);
	ok((double) more.allocations < ABOUT_TWICE * (double) less.allocations,
	   "work to analyse a script that drops tables");
	less = measure(views_report, 6);
	more = measure(views_report, 24);
	ok((double) more.allocations < ABOUT_TWICE * (double) less.allocations,
	   "work to report on views within views");
	less = measure(views_lint, 12);
	more = measure(views_lint, 24);
	ok((double) more.allocations < ABOUT_TWICE * (double) less.allocations,
	   "work to analyse a script where there are such views");
	printf("1..%d\n", tests);
	return failures > 0;
}
