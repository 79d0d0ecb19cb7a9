/*
 * hostile.c
 *	  Opens files that lead to code of the application, and calls every
 *	  function of dbcare at its deepest level.
 *
 * A function that stored SQL must not call (SQLITE_DIRECTONLY, or one that is
 * not SQLITE_INNOCUOUS) must never run, whether SQLite read the schema before
 * or after it was registered, it replaces one of SQLite's, or the process adds
 * it to every connection; nor must a module of the application.  A function
 * that stored SQL may call, and a collation, run only where dbcare has to
 * evaluate them; which calls those are is listed in evaluating[].
 *
 * usage: hostile [STEP]
 *		  hostile file NUMBER FUNCTION PATH
 *		  hostile calls FUNCTION DIRECTORY
 *
 * Of the files, each in several ways, one of STEP (default 1) is opened, from
 * one on that the seed chooses.  Prints TAP.  The others are for
 * process/registry/shell_edit.sh: file writes one that calls FUNCTION and
 * prints what it is about, calls prints the statements.
 */
#include "test/fault/core/tap.h"

#include "test/fault/registry/hostile_calls.h"
#include "test/fault/registry/hostile_schema.h"
#include "test/fault/registry/hostile_traps.h"
#include "test/seed.h"

#include <ftw.h>
#include <unistd.h>

/* A directory for the file, and for what calls write. */
static char directory[200];
static char scratch[210];

/* ---- the ways ---- */

/* SQLite lets anybody call a function with these flags. */
#define HARMLESS (SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS)

static const way maker = {.function = "trap", .flags = HARMLESS};

static const way ways[] = {
	{.name = "plain", .function = "trap"},
	{.name = "plain, late", .function = "trap", .late = true},
	{.name = "deterministic, late",
	 .function = "trap",
	 .flags = SQLITE_DETERMINISTIC,
	 .late = true},
	{.name = "deterministic, untrusted",
	 .function = "trap",
	 .flags = SQLITE_DETERMINISTIC,
	 .untrusted = true,
	 .late = true},
	{.name = "direct only",
	 .function = "trap",
	 .flags = SQLITE_DIRECTONLY,
	 .risk = SQLITE_VTAB_DIRECTONLY},
	{.name = "direct only, late",
	 .function = "trap",
	 .flags = SQLITE_DIRECTONLY | HARMLESS,
	 .risk = SQLITE_VTAB_DIRECTONLY,
	 .late = true},
	{.name = "innocuous",
	 .function = "trap",
	 .flags = HARMLESS,
	 .risk = SQLITE_VTAB_INNOCUOUS,
	 .late = true,
	 .allowed = true},
	{.name = "in place of unicode()", .function = "unicode"},
	{.name = "in place of unicode(), deterministic, late",
	 .function = "unicode",
	 .flags = SQLITE_DETERMINISTIC,
	 .late = true},
	{.name = "on every connection", .function = "trap", .everywhere = true},
	{.name = "deterministic, on every connection",
	 .function = "trap",
	 .flags = SQLITE_DETERMINISTIC,
	 .everywhere = true},
	{.name = "in place of unicode(), on every connection",
	 .function = "unicode",
	 .flags = SQLITE_DETERMINISTIC,
	 .everywhere = true},
};

#define NWAYS (sizeof(ways) / sizeof(ways[0]))

/* For sqlite3_auto_extension(). */
static const way *everywhere;

static int
add_everywhere(sqlite3 *db, char **error, const void *api)
{
	(void) error;
	(void) api;
	return everywhere ? register_traps(db, everywhere) : SQLITE_OK;
}

/* ---- files ---- */

/* A text with a word replaced, unless "_" follows.  For sqlite3_free(). */
static char *
with(const char *text, const char *word, const char *other)
{
	sqlite3_str *changed = sqlite3_str_new(NULL);
	size_t length = strlen(word);
	const char *at;

	while ((at = strstr(text, word)) != NULL)
	{
		sqlite3_str_append(changed, text, (int) (at - text));
		sqlite3_str_appendall(changed, at[length] == '_' ? word : other);
		text = at + length;
	}
	sqlite3_str_appendall(changed, text);
	return sqlite3_str_finish(changed);
}

/* Statement NUMBER of a function and a directory, or NULL. */
static char *
call_of(size_t number, const char *function, const char *place)
{
	char *statement = statement_of(number);
	char *placed = statement ? with(statement, "@", place) : NULL;
	char *call = placed ? with(placed, "trap", function) : NULL;

	sqlite3_free(statement);
	sqlite3_free(placed);
	return call;
}

static int
remove_one(const char *path, const struct stat *status, int type,
		   struct FTW *place)
{
	(void) status;
	(void) type;
	return place->level > 0 ? remove(path) : 0;
}

/* Removes the files of the directory. */
static void
clear_directory(void)
{
	nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Makes a file where anybody may call the function. */
static void
make_file(const char *path, const position *where, const char *function)
{
	char *sql = with(where->sql, "trap", function);
	way how = maker;
	sqlite3 *db;

	how.function = function;
	if (sqlite3_open(path, &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK ||
		register_traps(db, &how) != SQLITE_OK)
		bail_out(path, db);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bail_out(where->name, db);
	sqlite3_free(sql);
	sqlite3_close(db);
}

/* Opens the file as an application does. */
static sqlite3 *
open_file(const way *how)
{
	sqlite3 *db;

	everywhere = how->everywhere ? how : NULL;
	if (sqlite3_open(scratch, &db) != SQLITE_OK)
		bail_out(scratch, db);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, !how->untrusted,
					  NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (how->late)
		sqlite3_exec(db, "select * from sqlite_schema", NULL, NULL, NULL);
	if (!how->everywhere)
		register_traps(db, how);
	if (sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out("cannot load dbcare", db);
	return db;
}

/* ---- the test ---- */

/* Calls that may evaluate what stored SQL may call; what is in dbcare's own
 * tables, all may. */
static const char *const evaluating[] = {
	"dbcheck_",		   "dbhealth_",			"dbmonitor_sample",
	"dbmonitor_start", "dbmigrate_rebuild", "dbmigrate_backfill",
	"dbops_",		   "dbarchive_",		"dbaudit_",
	"dbseed_",		   "dbsync_",			"dbbackup_",
	"dbinit_",
};

/* Whether a call may run what a file has at a position. */
static bool
may_run(const position *where, const way *how, const char *statement)
{
	size_t i;

	if (!how->allowed && !strstr(where->sql, "trap_order"))
		return false;
	if (strstr(where->name, "dbcare's"))
		return true;
	for (i = 0; i < sizeof(evaluating) / sizeof(evaluating[0]); i++)
		if (strstr(statement, evaluating[i]))
			return true;
	return false;
}

/* Makes all calls; a problem if one runs what it must not. */
static void
call_all(const position *where, const way *how)
{
	bool verbose = getenv("VERBOSE") != NULL;
	sqlite3 *db = open_file(how);
	char *call;
	size_t i;

	for (i = 0; (call = call_of(i, how->function, directory)) != NULL; i++)
	{
		char *error = NULL;

		/* once SQLite has read the schema again, it may refuse by itself */
		if (how->late && sqlite3_exec(db, "select 1 from sqlite_schema", NULL,
									  NULL, NULL) != SQLITE_OK)
		{
			sqlite3_close(db);
			db = open_file(how);
		}
		calls = module_calls = 0;
		sqlite3_exec(db, call, NULL, NULL, &error);
		if (verbose)
			printf("# %d %s: %s\n", calls, call, error ? error : "");
		/* a file with the first of dbcare's tables lacks the others */
		if (how->allowed && error && i < NSTATEMENTS &&
			!strstr(where->sql, "trap_table") &&
			!strstr(where->sql, "table dbcare_bookkeeping") &&
			!strstr(where->name, "in place of") &&
			strstr(call, "from dbcheck_"))
			problem("%s: %s", call, error);
		sqlite3_free(error);
		expect(module_calls == 0, "module called by %s", call);
		expect(calls == 0 || may_run(where, how, call), "called %d times by %s",
			   calls, call);
		sqlite3_free(call);
	}
	sqlite3_close(db);
	everywhere = NULL;
}

/* Prints the statements that call_all() runs. */
static void
print_calls(const char *function, const char *place)
{
	char *call;
	size_t i;

	for (i = 0; (call = call_of(i, function, place)) != NULL; i++)
	{
		puts(call);
		sqlite3_free(call);
	}
}

int
main(int argc, char **argv)
{
	long step = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	size_t i;
	size_t j;

	if (argc == 4 && strcmp(argv[1], "calls") == 0)
	{
		print_calls(argv[2], argv[3]);
		return 0;
	}
	if (argc == 5 && strcmp(argv[1], "file") == 0)
	{
		i = strtoul(argv[2], NULL, 10);
		if (i >= NPOSITIONS)
			return 3;
		make_file(argv[4], &positions[i], argv[3]);
		puts(positions[i].name);
		return 0;
	}
	snprintf(directory, sizeof(directory), "%s/dbcare_hostile_XXXXXX",
			 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(directory))
		bail_out("cannot make a directory", NULL);
	snprintf(scratch, sizeof(scratch), "%s/db", directory);
	if (step < 1)
		bail_out("STEP must be a number from 1", NULL);
	sqlite3_auto_extension((void (*)(void)) add_everywhere);
	for (i = 0; i < NPOSITIONS; i++)
		for (j = 0; j < NWAYS; j++)
		{
			/* with one more, each way has its turn where STEP divides them */
			if ((long) (i * (NWAYS + 1) + j) % step != first_sample(step))
				continue;
			clear_directory();
			make_file(scratch, &positions[i], ways[j].function);
			call_all(&positions[i], &ways[j]);
			ok(!problems, "%s: %s", positions[i].name, ways[j].name);
		}
	clear_directory();
	rmdir(directory);
	return finish();
}
