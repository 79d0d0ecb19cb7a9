/*
 * refused.c
 *	  Runs calls of the SQLite extension while the application refuses in turn
 *	  each thing that SQLite asks it for: its authorizer answers SQLITE_DENY, or
 *	  its progress handler interrupts.
 *
 * Once only the n-th question is refused, once the n-th and all after it, and
 * each inside a transaction of the application's and outside.  What the
 * connection has switched on must be what it was, and nothing may be left in
 * progress.  A call that failed leaves no transaction open that was not, and no
 * row changed, unless SQLite has rolled back the application's too, as it does
 * on an interrupt.  Where an authorizer denies everything from some question
 * on, only the settings are compared.
 *
 * Linked with SQLite and the extension, built with the address sanitizer;
 * prints TAP.
 *
 * usage: refused [STEP [SHARE]]
 *
 * Of the questions of a call one of STEP (default 1) is refused, of the steps
 * one of 40 STEP.  Each call is made in eight ways, in one of SHARE (default 1)
 * of them.  The seed chooses which.
 */
#include "test/fault/registry/cases.h"

#include "test/seed.h"

/* Of so many steps at the start and at the end of a call that writes none is
 * passed over: there transactions begin and end.  Only one call in three is
 * treated so where STEP is not 1. */
#define AT_ENDS 6
#define ONE_OF	3

/* ---- refusing ---- */

static bool interrupts; /* rather than denies */
static bool all_after;
static long countdown; /* questions until one is refused; 0: none is */
static long asked;
static bool refused;

/* Whether the question being asked is refused. */
static bool
refuses(void)
{
	asked++;
	if (countdown == 0 || --countdown > 0)
		return false;
	countdown = all_after;
	refused = true;
	return true;
}

static int
authorize(void *data, int action, const char *first, const char *second,
		  const char *schema, const char *source)
{
	(void) data;
	(void) action;
	(void) first;
	(void) second;
	(void) schema;
	(void) source;
	return refuses() ? SQLITE_DENY : SQLITE_OK;
}

static int
on_progress(void *data)
{
	(void) data;
	return refuses();
}

/* Runs a call whose n-th question is refused; 0: none is. */
static int
run_refused(sqlite3 *db, const char *call, long n)
{
	int code;

	asked = 0;
	countdown = n;
	refused = false;
	if (interrupts)
		sqlite3_progress_handler(db, 1, on_progress, NULL);
	else
		sqlite3_set_authorizer(db, authorize, NULL);
	code = run_call(db, call);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	sqlite3_set_authorizer(db, NULL, NULL);
	return code;
}

/* ---- what must be the same ---- */

/* Appends all rows of a query. */
static void
append_rows(sqlite3 *db, sqlite3_str *text, const char *sql)
{
	sqlite3_stmt *statement;
	int i;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		bail_out(sql, db);
	while (sqlite3_step(statement) == SQLITE_ROW)
		for (i = 0; i < sqlite3_column_count(statement); i++)
			sqlite3_str_appendf(text, "%s %s\n", sql,
								sqlite3_column_text(statement, i));
	if (sqlite3_finalize(statement) != SQLITE_OK)
		bail_out(sql, db);
}

/* The file of samples stays attached while a transaction reads it, or if DETACH
 * is denied or would need memory, in UTF-16; the next call detaches it. */
static bool may_stay_attached;

/* What the connection has switched on. */
static char *
read_settings(sqlite3 *db)
{
	static const char *const pragmas[] = {"automatic_index",
										  "busy_timeout",
										  "cache_size",
										  "cache_spill",
										  "cell_size_check",
										  "count_changes",
										  "defer_foreign_keys",
										  "full_column_names",
										  "ignore_check_constraints",
										  "journal_size_limit",
										  "locking_mode",
										  "max_page_count",
										  "query_only",
										  "read_uncommitted",
										  "recursive_triggers",
										  "reverse_unordered_selects",
										  "secure_delete",
										  "short_column_names",
										  "synchronous",
										  "temp_store",
										  "threads",
										  "wal_autocheckpoint"};
	sqlite3_str *text = sqlite3_str_new(NULL);
	size_t i;
	int option;

	for (option = SQLITE_DBCONFIG_ENABLE_FKEY;
		 option <= SQLITE_DBCONFIG_TRUSTED_SCHEMA; option++)
	{
		int on = 0;

		if (option == SQLITE_DBCONFIG_RESET_DATABASE)
			continue;
		sqlite3_db_config(db, option, -1, &on);
		sqlite3_str_appendf(text, "option %d %d\n", option, on);
	}
	append_rows(db, text,
				may_stay_attached
					? "select name from pragma_database_list where name not in "
					  "('temp', 'dbcare samples')"
					: "select name from pragma_database_list where name <> "
					  "'temp'");
	for (i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++)
	{
		char *sql = sqlite3_mprintf("pragma %s", pragmas[i]);

		append_rows(db, text, sql);
		sqlite3_free(sql);
	}
	return sqlite3_str_finish(text);
}

/* What the database contains, with what its transaction has changed. */
static char *
read_content(sqlite3 *db)
{
	sqlite3_str *text = sqlite3_str_new(NULL);
	sqlite3_stmt *tables;
	char *sql;

	append_rows(db, text, "select sql from sqlite_schema order by name");
	if (sqlite3_prepare_v2(db,
						   "select name from sqlite_schema where type = 'table'"
						   " and sql not like '%virtual%' order by name",
						   -1, &tables, NULL) != SQLITE_OK)
		bail_out("reading the tables", db);
	while (sqlite3_step(tables) == SQLITE_ROW)
	{
		sql = sqlite3_mprintf("select * from main.\"%w\"",
							  sqlite3_column_text(tables, 0));
		append_rows(db, text, sql);
		sqlite3_free(sql);
	}
	sqlite3_finalize(tables);
	return sqlite3_str_finish(text);
}

/* ---- one call ---- */

/* Reports a problem of the n-th question of a call. */
#define complain(db, n, what, more)                                  \
	problem("question %ld: %s: %s (%s)", (long) (n), (what), (more), \
			sqlite3_errmsg(db))

/* The first line of a text that another one has not. */
static const char *
first_difference(const char *before, const char *after)
{
	static char line[200];
	size_t start = 0;
	size_t i;

	for (i = 0; before[i] && before[i] == after[i]; i++)
		if (before[i] == '\n')
			start = i + 1;
	snprintf(line, sizeof(line), "%.*s", (int) strcspn(after + start, "\n"),
			 after + start);
	return line;
}

/* A database of a case, in a transaction of the application's if asked. */
static sqlite3 *
open_case(const test_case *test, bool within)
{
	sqlite3 *db = open_database(test->setup);

	must_run(db, "create table witness (line);");
	if (within)
		must_run(db, "begin; insert into witness values ('written');");
	return db;
}

/* Complains if a call that failed has left a transaction, or none. */
static void
check_transaction(sqlite3 *db, long n, bool within)
{
	bool is_open = !sqlite3_get_autocommit(db);

	/* SQLite may have to prepare the rollback anew, which is refused, too */
	if (all_after && !interrupts)
		return;
	if (is_open && !within)
		complain(db, n, "a transaction is left open", "");
	if (!is_open && within && !interrupts)
		complain(db, n, "the transaction of the application has ended", "");
}

/* The settings.  Where all is denied, so are the rollback of the call and
 * turning off what ends with a transaction: as they are after the
 * application's. */
static char *
read_last_settings(sqlite3 *db, const char *before)
{
	char *settings = read_settings(db);

	if (all_after && !interrupts && !sqlite3_get_autocommit(db) &&
		strcmp(settings, before) != 0)
	{
		sqlite3_free(settings);
		must_run(db, "rollback");
		settings = read_settings(db);
	}
	return settings;
}

/* Whether a statement is in progress; those that are kept must not be. */
static bool
is_any_busy(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;

	while ((statement = sqlite3_next_stmt(db, statement)) != NULL)
		if (sqlite3_stmt_busy(statement))
			return true;
	return false;
}

/* Runs a call of which the n-th question is refused, or none; opens the
 * database anew where the call has changed it. */
static void
try_question(sqlite3 **db, const test_case *test, long n, bool within)
{
	char *settings = read_settings(*db);
	char *content = read_content(*db);
	int code = run_refused(*db, test->call, n);
	/* or else the calling statement has failed, maybe after the call */
	bool in_call = strncmp(sqlite3_errmsg(*db), "dbcare: ", 8) == 0;
	bool stays_on =
		strstr(sqlite3_errmsg(*db), "prevents turning it off") != NULL;
	char *settings_now = read_last_settings(*db, settings);
	bool same = sqlite3_get_autocommit(*db) == !within;
	char *content_now = read_content(*db);

	if (is_any_busy(*db))
		complain(*db, n, "a statement is left in progress", "");
	if (code != SQLITE_OK)
		check_transaction(*db, n, within);
	if (strcmp(settings, settings_now) != 0 && !stays_on)
		complain(*db, n, "a setting is changed",
				 first_difference(settings, settings_now));
	if (strcmp(content, content_now) != 0 && code != SQLITE_OK && in_call &&
		same && !commits(test) && (interrupts || !all_after))
		complain(*db, n, "the database is changed",
				 first_difference(content, content_now));
	if (!same || strcmp(content, content_now) != 0)
	{
		if (sqlite3_close(*db) != SQLITE_OK)
			complain(*db, n, "the connection cannot be closed", "");
		*db = open_case(test, within);
	}
	sqlite3_free(settings);
	sqlite3_free(settings_now);
	sqlite3_free(content);
	sqlite3_free(content_now);
}

/* Whether a call only reads. */
static bool
reads(const test_case *test)
{
	return strncmp(test->call, "select *", 8) == 0;
}

/* Whether the n-th of a total of questions is at an end of the call. */
static bool
is_at_end(long n, long total)
{
	return n <= AT_ENDS || n > total - AT_ENDS;
}

/* Refuses the questions of a call in turn; one test. */
static void
sweep(const test_case *test, bool within, long step, bool ends)
{
	sqlite3 *db = open_case(test, within);
	long total;
	long n;

	may_stay_attached = within || all_after || strcmp(test->setup, "wide") == 0;
	try_question(&db, test, 0, within);
	total = asked;
	for (n = 1; n <= total; n++)
		if (n % step == first_sample(step) || (ends && is_at_end(n, total)))
			try_question(&db, test, n, within);
	sqlite3_close(db);
	ok(!problems, "%s %s of %ld %s%s: %s", interrupts ? "interrupt" : "deny",
	   all_after ? "from one" : "one", total,
	   interrupts ? "steps" : "questions", within ? ", in a transaction" : "",
	   test->call);
}

int
main(int argc, char **argv)
{
	long step = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	size_t share = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	size_t chosen;
	int way;
	size_t i;

	if (step < 1 || share < 1)
		bail_out("STEP and SHARE must be numbers from 1", NULL);
	chosen = (size_t) first_sample((long) share);
	make_directory();
	for (way = 0; way < 8; way++)
		for (i = 0; i < NCASES; i++)
		{
			bool within = way & 4;

			interrupts = way & 1;
			all_after = way & 2;
			if ((i + (size_t) way) % share == chosen &&
				(!within || (!commits(&cases[i]) && !reads(&cases[i]))))
				sweep(&cases[i], within, interrupts ? 40 * step : step,
					  interrupts && !reads(&cases[i]) &&
						  (step == 1 || i % ONE_OF == 0));
		}
	remove_directory();
	return finish();
}
