/*
 * bounds.c
 *	  Limits the cost of hostile and very large schemas.
 *
 * Cost is the number of SQLite's allocations or the peak of memory, not time:
 * twice the schema may cost about twice as much, not four times.  Prints TAP.
 */
#include "test/fault/core/tap.h"

/* More than two, for costs that are not proportional. */
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
	sqlite3_int64 bytes; /* peak */
} cost;

/* ---- calls ---- */

/* Runs SQL that must not fail. */
static void
must_run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bail_out(sql, db);
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
		bail_out("cannot open a database", db);
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

/* A table with so many foreign keys, all to itself. */
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

/* A table with so many CHECKs, which dbcare names. */
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

/* So many tables, all of which a script drops. */
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

/* Views that name the previous one twice, in all kinds of quotes. */
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
	   "memory to verify foreign keys grows linearly");
	less = measure(checks, 400);
	more = measure(checks, 800);
	ok((double) more.bytes < ABOUT_TWICE * (double) less.bytes,
	   "memory to name the CHECKs of a table grows linearly");
	less = measure(drops, 200);
	more = measure(drops, 400);
	ok((double) more.allocations < ABOUT_TWICE * (double) less.allocations,
	   "allocations to lint dropped tables grow linearly");
	less = measure(views_report, 6);
	more = measure(views_report, 24);
	ok((double) more.allocations < ABOUT_TWICE * (double) less.allocations,
	   "allocations to report on nested views grow linearly");
	less = measure(views_lint, 12);
	more = measure(views_lint, 24);
	ok((double) more.allocations < ABOUT_TWICE * (double) less.allocations,
	   "allocations to lint beside nested views grow linearly");
	return finish();
}
