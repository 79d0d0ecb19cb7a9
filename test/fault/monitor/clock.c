/*
 * clock.c
 *	  Months of monitoring, while the clock runs as fast as samples can be
 *	  taken, jumps and goes back.
 *
 *	  monitor_clock [DAYS]
 *
 * A sample is taken every minute of a day, then every half an hour of DAYS
 * (60) days.  Meanwhile the database is at its storage limit again and again.
 * The history must stay within its bounds, and every trouble must be an alert,
 * once.  The program has clock_gettime() of its own; what is not in the core
 * keeps the real time.  Built with the address sanitizer, so that memory that
 * is not given back fails it; prints TAP.
 */
#define _GNU_SOURCE

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

extern int sqlite3_dbcare_init(sqlite3 *db, char **error, const void *api);

#define DAY 86400

static long long ahead; /* seconds */
static sqlite3 *db;
static int number;
static int failed;

/* The real time, with what this program adds to it. */
int
clock_gettime(clockid_t clock, struct timespec *now)
{
	long status = syscall(SYS_clock_gettime, clock, now);

	if (status == 0 && clock == CLOCK_REALTIME)
		now->tv_sec += ahead;
	return (int) status;
}

/* The first value a query gives, as a number; a failure ends the program. */
static long long
ask(const char *sql)
{
	sqlite3_stmt *statement = NULL;
	long long answer = 0;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		answer = sqlite3_column_int64(statement, 0);
	else if (code != SQLITE_DONE)
	{
		printf("Bail out! %s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_finalize(statement);
	return answer;
}

/* Prints whether a number is within bounds. */
static void
expect(long long least, long long most, long long got, const char *what)
{
	int ok = got >= least && got <= most;

	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++number, what);
	if (!ok)
		printf("# %lld is not from %lld to %lld\n", got, least, most);
	failed |= !ok;
}

/* Takes samples for a time, so many seconds apart. */
static void
watch(long long seconds, int apart)
{
	long long left;

	for (left = seconds; left > 0; left -= apart)
	{
		ahead += apart;
		(void) ask("select dbmonitor_sample()");
	}
}

/* Alerts about storage that have been raised and, of these, are open. */
#define RAISED                                                     \
	"select count(*) from dbmonitor_alerts('{\"history\": true}')" \
	" where alert = 'storage'"
#define OPEN "select count(*) from dbmonitor_alerts() where alert = 'storage'"

/* Puts the database at its limit for a time, then not any more. */
static void
be_full(long long seconds, int apart)
{
	(void) ask("select dbcare_set('storage_limit_bytes', 1)");
	watch(seconds, apart);
	expect(1, 1, ask(OPEN), "a full database is an alert");
	(void) ask("select dbcare_set('storage_limit_bytes', null)");
	watch(seconds, apart);
	expect(0, 0, ask(OPEN), "and none once it has room");
}

/* A day of samples every minute. */
static void
run_day(void)
{
	int i;

	(void) ask("select dbmonitor_start(60, '{\"thread\": false}')");
	for (i = 0; i < 4; i++)
	{
		watch(DAY / 4 - 2 * 1800, 60);
		be_full(1800, 60);
	}
	expect(4, 4, ask(RAISED), "each time is one alert");
	expect(1400, 1500, ask("select count(*) from dbcare_sample"),
		   "all samples of a day are kept");
	expect(20, 30,
		   ask("select count(distinct sample_id) from dbcare_table_sample"),
		   "tables are measured every hour");
}

/* Many days. */
static void
run_days(int days)
{
	long long before = ask("select count(*) from dbcare_sample");
	long long memory = sqlite3_memory_used();
	int i;

	(void) ask("select dbmonitor_start(1800, '{\"thread\": false}')");
	for (i = 0; i < days; i += 10)
		watch(10 * DAY, 1800);
	be_full(DAY, 1800);
	expect(1, 24 * days + before, ask("select count(*) from dbcare_sample"),
		   "samples become fewer with time");
	expect(
		days, days + 4,
		ask("select round(julianday(max(taken_at)) - julianday(min(taken_at)))"
			" from dbcare_sample"),
		"but reach back to the first");
	expect(-2 * 1048576, 2 * 1048576, sqlite3_memory_used() - memory,
		   "and memory does not grow");
	expect(0, 100 * 1048576,
		   ask("select page_count * page_size from pragma_page_count,"
			   " pragma_page_size"),
		   "nor does the file");
}

/* Clocks that are wrong. */
static void
run_jumps(void)
{
	long long samples = ask("select count(*) from dbcare_sample");
	long long runs;

	ahead += 1000LL * DAY;
	watch(DAY / 2, 1800);
	expect(samples / 2, samples + 100,
		   ask("select count(*) from dbcare_sample"),
		   "a clock that jumps does not make the history old");
	ahead -= 1000LL * DAY;
	watch(DAY / 2, 1800);
	runs = ask("select count(*) from dbcare_check_run where run_at > "
			   "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+900 days')");
	expect(0, 0, runs, "after one that went back checks run again");
	expect(1, 1, ask("select json_extract(dbmonitor_sample(), '$.checks') = 0"),
		   "but not at every sample");
	be_full(DAY, 1800);
}

int
main(int argc, char **argv)
{
	int days = argc > 1 ? atoi(argv[1]) : 60;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sqlite3_auto_extension((void (*)(void)) sqlite3_dbcare_init) !=
			SQLITE_OK ||
		sqlite3_open(":memory:", &db) != SQLITE_OK)
		return 1;
	(void) ask("create table filler (a)");
	run_day();
	run_days(days);
	run_jumps();
	sqlite3_close(db);
	printf("1..%d\n", number);
	return failed;
}
