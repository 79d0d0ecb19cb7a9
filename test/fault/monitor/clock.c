/*
 * clock.c
 *	  Months of monitoring with a clock that runs as fast as samples can be
 *	  taken, jumps ahead and goes back.
 *
 *	  clock [DAYS [INTERVAL]]
 *
 * A sample is taken every INTERVAL (60) seconds of a day, at most 120, then
 * every half hour of DAYS (60) days.  Meanwhile the database exceeds its
 * storage limit several times.  The history must stay within its bounds, and
 * each problem must raise one alert.
 *
 * The program defines clock_gettime(); code outside the core sees the real
 * time.  Built with the address sanitizer, so that a leak fails it; prints TAP.
 */
#define _GNU_SOURCE

#include "test/fault/core/tap.h"

#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DAY 86400

static long long ahead; /* seconds */
static sqlite3 *db;

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
		bail_out(sql, db);
	sqlite3_finalize(statement);
	return answer;
}

/* Whether a number is within bounds. */
static bool
within(long long least, long long most, long long got)
{
	if (got < least || got > most)
		printf("# %lld is not from %lld to %lld\n", got, least, most);
	return got >= least && got <= most;
}

/* Takes samples for a time, one every INTERVAL seconds. */
static void
take_samples(long long seconds, int interval)
{
	long long left;

	for (left = seconds; left > 0; left -= interval)
	{
		ahead += interval;
		(void) ask("select dbmonitor_sample()");
	}
}

/* Alerts about storage that have been raised and, of these, are open. */
#define RAISED                                                     \
	"select count(*) from dbmonitor_alerts('{\"history\": true}')" \
	" where alert = 'storage'"
#define OPEN "select count(*) from dbmonitor_alerts() where alert = 'storage'"

/* Sets a storage limit that is exceeded for a time, then removes it. */
static void
exceed_limit(long long seconds, int interval, const char *when)
{
	(void) ask("select dbcare_set('storage_limit_bytes', 1)");
	take_samples(seconds, interval);
	ok(within(1, 1, ask(OPEN)), "%s: a full database raises an alert", when);
	(void) ask("select dbcare_set('storage_limit_bytes', null)");
	take_samples(seconds, interval);
	ok(within(0, 0, ask(OPEN)), "%s: removing the limit ends the alert", when);
}

/* A day of samples. */
static void
run_day(int interval)
{
	static const char *const quarters[] = {"hour 6", "hour 12", "hour 18",
										   "hour 24"};
	char start[100];
	int i;

	snprintf(start, sizeof(start),
			 "select dbmonitor_start(%d, '{\"thread\": false}')", interval);
	(void) ask(start);
	for (i = 0; i < 4; i++)
	{
		take_samples(DAY / 4 - 2 * 1800, interval);
		exceed_limit(1800, interval, quarters[i]);
	}
	ok(within(4, 4, ask(RAISED)),
	   "each period over the limit raises one alert");
	ok(within(DAY / interval - 40, DAY / interval + 60,
			  ask("select count(*) from dbcare_sample")),
	   "all samples of a day are stored");
	ok(within(20, 30,
			  ask("select count(distinct sample_id) from"
				  " dbcare_table_sample")),
	   "tables are measured every hour");
}

/* Many days. */
static void
run_days(int days)
{
	long long before = ask("select count(*) from dbcare_sample");
	long long memory = sqlite3_memory_used();

	(void) ask("select dbmonitor_start(1800, '{\"thread\": false}')");
	take_samples((long long) days * DAY, 1800);
	exceed_limit(DAY / 4, 1800, "many days later");
	ok(within(1, 24 * days + before, ask("select count(*) from dbcare_sample")),
	   "old samples are thinned out");
	ok(within(days, days + 4,
			  ask("select round(julianday(max(taken_at))"
				  " - julianday(min(taken_at))) from dbcare_sample")),
	   "the oldest sample is from the first day");
	ok(within(-2 * 1048576, 2 * 1048576, sqlite3_memory_used() - memory),
	   "memory does not grow");
	ok(within(0, 100 * 1048576,
			  ask("select page_count * page_size from pragma_page_count,"
				  " pragma_page_size")),
	   "the file stays below 100 MB");
}

/* Clocks that jump ahead and back. */
static void
run_jumps(void)
{
	long long samples = ask("select count(*) from dbcare_sample");
	long long runs;

	ahead += 1000LL * DAY;
	take_samples(DAY / 2, 1800);
	ok(within(samples / 2, samples + 100,
			  ask("select count(*) from dbcare_sample")),
	   "a clock that jumps ahead does not expire the history");
	ahead -= 1000LL * DAY;
	take_samples(DAY / 2, 1800);
	runs = ask("select count(*) from dbcare_check_run where run_at > "
			   "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+900 days')");
	ok(within(0, 0, runs), "checks run again after the clock goes back");
	ok(within(1, 1,
			  ask("select json_extract(dbmonitor_sample(), '$.checks') = 0")),
	   "checks do not run at every sample after the clock goes back");
	exceed_limit(DAY / 4, 1800, "after the jumps");
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
	run_day(argc > 2 ? atoi(argv[2]) : 60);
	run_days(days);
	run_jumps();
	sqlite3_close(db);
	return finish();
}
