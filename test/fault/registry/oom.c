/*
 * oom.c
 *	  Runs calls of the SQLite extension with each allocation failing in turn.
 *
 * A call in which an allocation failed must either succeed or end with
 * SQLITE_NOMEM, and then the database, the transaction state and the settings
 * of the connection must be unchanged; a deploy commits each step, so its
 * database may change.  Nothing may leak: SQLite must have no memory in use
 * after the connection is closed.
 *
 * First only the n-th allocation fails, then the n-th and all after it.  Linked
 * with SQLite and the extension, built with the address sanitizer; prints TAP.
 *
 * usage: oom [TRIES [STEP]]
 *
 * Of the calls one of STEP (1) is tried, from one on that the seed chooses.
 * Without TRIES every n is tried.  With it, at most so many of a call, evenly
 * spread from one on that the seed chooses; a fourth of them where all later
 * allocations fail, too, since those failures differ little; and an eighth in a
 * deploy, the lint and advice, which take long.  Allocations after the commit
 * of a call are all tried.
 */
#include "test/fault/registry/cases.h"

#include "test/seed.h"

#include <limits.h>

/* ---- allocations that fail ---- */

static sqlite3_mem_methods real;
static long countdown; /* allocations until one fails; 0: none does */
static long allocations;
static long committed; /* allocations before the last commit; 0: none */
static bool all_after;
static long tries = LONG_MAX; /* see the usage */

/* Whether the allocation being made fails. */
static bool
fails(void)
{
	allocations++;
	if (countdown == 0)
		return false;
	if (countdown > 1)
	{
		countdown--;
		return false;
	}
	countdown = all_after ? 1 : 0;
	return true;
}

static void *
fallible_malloc(int size)
{
	return fails() ? NULL : real.xMalloc(size);
}

static void *
fallible_realloc(void *memory, int size)
{
	return fails() ? NULL : real.xRealloc(memory, size);
}

/* Gives SQLite allocations that fail on demand. */
static void
install_allocator(void)
{
	sqlite3_mem_methods fallible;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
	fallible = real;
	fallible.xMalloc = fallible_malloc;
	fallible.xRealloc = fallible_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &fallible);
	/* a pool would hide allocations */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

/* Notes when a transaction is committed. */
static int
note_commit(void *arg)
{
	(void) arg;
	committed = allocations;
	return 0;
}

/* ---- calls ---- */

/* Whether a call makes too many allocations to try all. */
static bool
takes_long(const test_case *test)
{
	return commits(test) || strstr(test->call, "dbmigrate_lint") ||
		   strstr(test->call, "dbhealth_advise");
}

/* Closes a database; false if memory stays in use. */
static bool
close_database(sqlite3 *db)
{
	return sqlite3_close(db) == SQLITE_OK && sqlite3_memory_used() == 0;
}

/* ---- what a failure must not change ---- */

typedef struct state
{
	unsigned char *bytes; /* of the whole database */
	sqlite3_int64 length;
	int autocommit;
	int foreign_keys;
	int triggers;
	int legacy_alter_table;
	int strings_in_double_quotes;
} state;

static state
take_state(sqlite3 *db)
{
	state now;

	now.bytes = sqlite3_serialize(db, "main", &now.length, 0);
	now.autocommit = sqlite3_get_autocommit(db);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &now.foreign_keys);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &now.triggers);
	sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, -1,
					  &now.legacy_alter_table);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, -1,
					  &now.strings_in_double_quotes);
	return now;
}

static void
free_state(state *old)
{
	sqlite3_free(old->bytes);
}

/* What differs between two states that should not, or NULL. */
static const char *
difference(const state *before, const state *after, bool committed)
{
	if (before->autocommit != after->autocommit)
		return "a transaction is left open";
	if (before->foreign_keys != after->foreign_keys)
		return "foreign_keys is changed";
	if (before->triggers != after->triggers)
		return "triggers are switched off";
	if (before->legacy_alter_table != after->legacy_alter_table)
		return "legacy_alter_table is changed";
	if (before->strings_in_double_quotes != after->strings_in_double_quotes)
		return "strings in double quotes are switched off";
	if (committed)
		return NULL;
	if (before->length != after->length ||
		(before->length > 0 &&
		 memcmp(before->bytes, after->bytes, (size_t) before->length) != 0))
		return "the database is changed";
	return NULL;
}

/* ---- the sweep ---- */

/*
 * Lets the n-th allocation of a call fail.  *done if the call makes fewer than
 * n allocations.
 */
static void
fail_allocation(sqlite3 **db, const test_case *test, int expected, long n,
				bool *done)
{
	state before = take_state(*db);
	state after;
	const char *changed;
	int code;

	allocations = 0;
	countdown = n;
	code = run_call(*db, test->call);
	countdown = 0;
	*done = allocations < n;
	expect(code == expected || code == SQLITE_NOMEM, "allocation %ld: %s (%d)",
		   n, sqlite3_errmsg(*db), code);
	after = take_state(*db);
	changed =
		code == SQLITE_OK ? NULL : difference(&before, &after, commits(test));
	expect(!changed, "allocation %ld: %s (%d)", n, changed, code);
	free_state(&before);
	free_state(&after);
	if (code != SQLITE_OK && !changed && !commits(test))
		return;
	/* the call has changed it */
	expect(close_database(*db), "allocation %ld: memory is leaked (%d)", n,
		   code);
	*db = open_database(test->setup);
}

/* Lets each allocation after the commit of a call fail, on a new connection. */
static void
sweep_end(const test_case *test, int expected)
{
	sqlite3 *db = open_database(test->setup);
	bool done;

	committed = 0;
	sqlite3_commit_hook(db, note_commit, NULL);
	fail_allocation(&db, test, expected, LONG_MAX, &done);
	expect(close_database(db), "memory is leaked");
	done = committed == 0 || commits(test);
	for (long n = committed + 1; !done; n++)
	{
		db = open_database(test->setup);
		fail_allocation(&db, test, expected, n, &done);
		expect(close_database(db), "memory is leaked");
	}
}

/* Sweeps one call; one test. */
static void
sweep(const test_case *test)
{
	long most = takes_long(test) ? tries / 8 : tries / (all_after ? 4 : 1);
	sqlite3 *db = open_database(test->setup);
	bool done = false;
	int expected;
	long stride;
	long n;

	allocations = 0;
	expected = run_call(db, test->call);
	stride = allocations / most + 1;
	expect(close_database(db), "memory is leaked");
	sweep_end(test, expected);
	db = open_database(test->setup);
	for (n = 1 + first_sample(stride); !done; n += stride)
		fail_allocation(&db, test, expected, n, &done);
	expect(close_database(db), "memory is leaked");
	ok(!problems, "%s, %s, %ld allocations", test->call,
	   all_after ? "all fail after the first" : "one fails", n - 1 - stride);
}

/* Lets each allocation of loading the extension fail. */
static void
sweep_loading(void)
{
	int code = SQLITE_NOMEM;
	long n;

	for (n = 1; code != SQLITE_OK; n++)
	{
		sqlite3 *db;

		if (sqlite3_open(":memory:", &db) != SQLITE_OK)
			bail_out("cannot open a database", db);
		countdown = n;
		code = sqlite3_dbcare_init(db, NULL, NULL);
		countdown = 0;
		expect(code == SQLITE_OK || code == SQLITE_NOMEM,
			   "allocation %ld: code %d", n, code);
		expect(close_database(db), "allocation %ld: memory is leaked", n);
	}
	ok(!problems, "loading, %ld allocations", n - 2);
}

int
main(int argc, char **argv)
{
	size_t step = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	size_t i;

	if (argc > 1)
		tries = strtol(argv[1], NULL, 10);
	if (tries < 8 || step < 1)
		bail_out("TRIES must be a number from 8, STEP one from 1", NULL);
	install_allocator();
	make_directory();
	sweep_loading();
	for (i = (size_t) first_sample((long) step); i < 2 * NCASES; i += step)
	{
		all_after = i >= NCASES;
		sweep(&cases[i % NCASES]);
	}
	remove_directory();
	return finish();
}
