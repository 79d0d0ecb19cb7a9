/*
 * sampler.c
 *	  A thread that takes samples of a file, on separate connections.
 *
 * Between samples it has nothing open, so it blocks nothing.  It ends with the
 * last monitored connection, or with the process, which interrupts a running
 * sample.
 */
#include "sqlite_ext/call/call.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/core/thread.h"
#include "sqlite_ext/monitor/monitor.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/monitor/retention.h"

/* How long a sample waits for locks, in milliseconds. */
#define WAIT_MS 500

/* The first pause before a failed sample is repeated, in seconds. */
#define FIRST_PAUSE 0.02

/* The maximum number of consecutive samples left to other processes. */
#define MOST_SKIPPED 4

/* Seconds between attempts to interrupt a sample. */
#define PATIENCE 0.01

/* How long a fork waits for a sample before it interrupts the sample, in
 * milliseconds: after a first interrupt, and at most. */
#define FIRST_PATIENCE 10
#define MOST_PATIENCE  2000

struct dbcsl_monitor_sampler
{
	pthread_t thread;
	pthread_cond_t changed; /* signals changes of the members below; all are
							   protected by the mutex */
	bool stop;
	bool ended;
	sqlite3 *db;   /* during a sample */
	char *problem; /* why the last sample failed, or NULL */
	char *samples; /* URI of the file for samples; NULL: the monitored file */
	bool interrupted; /* a fork has interrupted this sample */
	int patience_ms;  /* wait of forks for this sample */

	/* used by the thread only */
	double interval_seconds; /* used until dbcare's tables have one */
	int skipped;			 /* consecutive samples */
	dbcsl_connection_settings settings;
	char *uri;
	char *vfs;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Reads whether and how often samples are to be taken, and whether another
 * process has just taken one; returns an SQLite result code. */
static int
read_task(sqlite3 *db, bool *wanted, double *interval_seconds, bool *fresh)
{
	static const char sql[] =
		"select interval_seconds,"
		" abs(julianday('now') - julianday((select taken_at from"
		" \"%w\".dbcare_sample order by sample_id desc limit 1))) * 86400"
		" < interval_seconds / 2"
		" from \"%w\".dbcare_monitor"
		" where enabled and interval_seconds between 0.1 and 86400";
	const char *schema = dbcsl_find_samples_file(db) ? DBCSL_SAMPLES : "main";
	sqlite3_stmt *statement;
	char *text;
	int code = sqlite3_table_column_metadata(
		db, schema, "dbcare_monitor", "enabled", NULL, NULL, NULL, NULL, NULL);

	*wanted = false;
	if (code == SQLITE_ERROR)
		return SQLITE_OK; /* the table was dropped */
	if (code != SQLITE_OK)
		return code;
	text = sqlite3_mprintf(sql, schema, schema);
	if (!text)
		return SQLITE_NOMEM;
	code = sqlite3_prepare_v2(db, text, -1, &statement, NULL);
	sqlite3_free(text);
	if (code != SQLITE_OK)
		return code;
	*wanted = sqlite3_step(statement) == SQLITE_ROW;
	if (*wanted)
	{
		*interval_seconds = sqlite3_column_double(statement, 0);
		*fresh = sqlite3_column_int(statement, 1);
	}
	return sqlite3_finalize(statement);
}

/* Calls a function; returns why it failed, or NULL. */
static char *
call(sqlite3 *db, const dbc_function *fn)
{
	dbcsl_host h;
	char *problem = NULL;

	dbcsl_open(&h, db, fn);
	h.wait_ms = WAIT_MS;
	h.base.silent = true;
	if (!dbcsl_call(&h, 0, NULL))
		problem = sqlite3_mprintf("%s", h.error.message);
	dbcsl_close(&h);
	return problem;
}

static const dbc_function *
find_function(void (*run)(dbc_host *host, const dbc_value *args))
{
	const dbc_function *fn = dbc_functions;

	while (fn->run != run)
		fn++;
	return fn;
}

/* Takes a sample, unless another process has just done so; sets *taken if it
 * need not be repeated soon. */
static char *
sample_on(dbcsl_monitor_sampler *sampler, sqlite3 *db, double *interval_seconds,
		  bool *taken)
{
	sqlite3_stmt *running = NULL;
	bool wanted;
	bool fresh = false;
	char *problem = NULL;
	int code = read_task(db, &wanted, interval_seconds, &fresh);

	/* an interrupt only affects running statements */
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, "select 1", -1, &running, NULL);
	if (code == SQLITE_OK && sqlite3_step(running) != SQLITE_ROW)
		code = sqlite3_errcode(db);
	if (fresh && sampler->skipped < MOST_SKIPPED)
	{
		/* the statistics of this process must be stored eventually */
		sampler->skipped++;
		wanted = false;
	}
	if (code != SQLITE_OK)
		problem = sqlite3_mprintf("%s", sqlite3_errmsg(db));
	else if (wanted)
		problem = call(db, find_function(dbc_run_dbmonitor_sample));
	if (wanted && !problem)
		sampler->skipped = 0;
	*taken = (wanted || fresh) && !problem;
	sqlite3_finalize(running);
	return problem;
}

/* Publishes the connection for interrupts, or NULL; returns false if the thread
 * is to stop. */
static bool
show(dbcsl_monitor_sampler *sampler, sqlite3 *db)
{
	bool stop;

	dbcsl_monitor_lock_files();
	sampler->db = db;
	stop = sampler->stop;
	dbcsl_monitor_unlock_files();
	return !stop;
}

/* Opens a connection for a sample, with the file for samples, if there is one:
 * then the database is only read, without locks unless data is read, too. */
static int
open_connection(dbcsl_monitor_sampler *sampler, bool reads_data, sqlite3 **db)
{
	int code = dbcsl_reopen(sampler->uri, sampler->vfs, &sampler->settings, db);
	const char *problem;
	bool apart;
	char *file;

	dbcsl_monitor_lock_files();
	apart = sampler->samples != NULL;
	file = apart ? sqlite3_mprintf("%s", sampler->samples) : NULL;
	dbcsl_monitor_unlock_files();
	if (apart && !file)
		code = SQLITE_NOMEM;
	if (apart && !reads_data && code == SQLITE_OK)
		code = dbcsl_monitor_reopen_unlocked(sampler->uri, sampler->vfs,
											 &sampler->settings, db);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(*db, WAIT_MS);
	if (apart && code == SQLITE_OK)
		code = dbcsl_monitor_attach_samples(*db, file, &problem);
	sqlite3_free(file);
	if (code == SQLITE_OK)
		code = dbcsl_register_functions(*db);
	return code;
}

/* What is due besides samples. */
typedef struct due_work
{
	bool full_checks;			  /* the health checks of level full */
	const dbc_schedule *schedule; /* a daily run, or NULL */
	bool seal;					  /* the log of changes */
} due_work;

/* Finds it; for dbcsl_try(). */
static void
ask_due(dbc_host *host, void *arg)
{
	due_work *due = arg;

	/* the call that took the sample has detached the file of samples */
	DBCSL_CALL_HOOKS(open, dbcsl_of(host));
	due->schedule = dbc_monitor_find_due_schedule(host, dbc_now_ms());
	due->seal =
		dbc_monitor_seal_due(host, dbc_read_settings(host), dbc_now_ms());
	due->full_checks = dbc_monitor_full_checks_due(
		host, dbc_read_settings(host), dbc_now_ms());
}

static due_work
find_due(sqlite3 *db)
{
	/* one that reads samples, since the connection may be read-only */
	static const dbc_function self = {.name = "dbmonitor_status",
									  .class = DBC_READ};
	due_work due = {0};
	bool done;
	dbcsl_host h;

	dbcsl_open(&h, db, &self);
	done = dbcsl_try(&h, ask_due, &due);
	dbcsl_close_all(&h);
	DBCSL_CALL_HOOKS(closed, &h, done);
	dbcsl_close(&h);
	return done ? due : (due_work){0};
}

/* Runs the health checks of level full; returns why they failed, or NULL.  They
 * do not run if samples are in the database, which the call would lock against
 * writes meanwhile. */
static char *
run_full_checks(dbcsl_monitor_sampler *sampler)
{
	sqlite3 *db = NULL;
	char *problem = NULL;
	bool apart;
	int code;

	dbcsl_monitor_lock_files();
	apart = sampler->samples != NULL;
	dbcsl_monitor_unlock_files();
	if (!apart)
		return sqlite3_mprintf("full_checks_at needs samples in a file of "
							   "their own");
	code = open_connection(sampler, true, &db);

	if (code == SQLITE_OK && show(sampler, db))
		code =
			sqlite3_exec(db, "select dbmonitor_sample('{\"level\": \"full\"}')",
						 NULL, NULL, NULL);
	if (code != SQLITE_OK)
		problem = sqlite3_mprintf("%s", sqlite3_errmsg(db));
	show(sampler, NULL);
	sqlite3_close(db);
	return problem;
}

/* Runs a daily run; returns why it failed, or NULL. */
static char *
run_schedule(dbcsl_monitor_sampler *sampler, const dbc_schedule *schedule)
{
	sqlite3 *db = NULL;
	char *problem = NULL;
	int code = open_connection(sampler, true, &db);

	if (code != SQLITE_OK)
		problem = sqlite3_mprintf("%s", sqlite3_errstr(code));
	else if (show(sampler, db))
		problem = dbcsl_monitor_run_schedule(db, schedule);
	show(sampler, NULL);
	sqlite3_close(db);
	return problem;
}

/* Seals the log of changes; returns why that failed, or NULL. */
static char *
seal_log(dbcsl_monitor_sampler *sampler)
{
	sqlite3 *db = NULL;
	char *problem = NULL;
	int code = open_connection(sampler, true, &db);

	if (code != SQLITE_OK)
		problem = sqlite3_mprintf("%s", sqlite3_errstr(code));
	else if (show(sampler, db))
		problem = call(db, find_function(dbc_run_dbaudit_seal));
	show(sampler, NULL);
	sqlite3_close(db);
	return problem;
}

/* Takes a sample, and finds out what is due besides; returns why it failed, or
 * NULL. */
static char *
take_sample(dbcsl_monitor_sampler *sampler, double *interval_seconds,
			bool *taken, due_work *due)
{
	sqlite3 *db = NULL;
	char *problem = NULL;
	int code = open_connection(sampler, false, &db);

	*due = (due_work){0};
	if (code != SQLITE_OK)
		problem = sqlite3_mprintf("%s", sqlite3_errstr(code));
	else if (show(sampler, db))
		problem = sample_on(sampler, db, interval_seconds, taken);
	if (code == SQLITE_OK && *taken)
		*due = find_due(db);
	show(sampler, NULL);
	sqlite3_close(db);
	return problem;
}

/* Does what is due; returns why that failed, or NULL. */
static char *
do_due(dbcsl_monitor_sampler *sampler, const due_work *due)
{
	char *problem = NULL;

	if (due->seal)
		problem = seal_log(sampler);
	if (due->full_checks && !problem)
		problem = run_full_checks(sampler);
	if (due->schedule && !problem)
		problem = run_schedule(sampler, due->schedule);
	return problem;
}

/* Doubles the wait of forks after an interrupted sample: otherwise frequent
 * forks would prevent all samples. */
static void
set_patience(dbcsl_monitor_sampler *sampler, bool taken)
{
	if (taken)
		sampler->patience_ms = 0;
	else if (sampler->interrupted && sampler->patience_ms < MOST_PATIENCE)
		sampler->patience_ms = sampler->patience_ms > 0
								   ? 2 * sampler->patience_ms
								   : FIRST_PATIENCE;
	sampler->interrupted = false;
}

/* Takes samples until the thread is to stop.  A failed sample is repeated soon;
 * the first one succeeds after dbmonitor_start() has committed. */
static void *
run(void *arg)
{
	dbcsl_monitor_sampler *sampler = arg;
	double pause = FIRST_PAUSE;

	dbcsl_monitor_lock_files();
	while (!sampler->stop)
	{
		double interval_seconds = sampler->interval_seconds;
		bool taken = false;
		due_work due;
		char *problem;

		dbcsl_monitor_count_work(true);
		dbcsl_monitor_unlock_files();
		problem = take_sample(sampler, &interval_seconds, &taken, &due);
		if (!problem)
			problem = do_due(sampler, &due);
		dbcsl_monitor_lock_files();
		dbcsl_monitor_count_work(false);
		sqlite3_free(sampler->problem);
		sampler->problem = problem;
		set_patience(sampler, taken);
		pause = taken ? interval_seconds : 2 * pause;
		if (pause > interval_seconds)
			pause = interval_seconds;
		while (!sampler->stop &&
			   dbcsl_monitor_wait_unlocked(&sampler->changed, pause))
			;
		if (taken)
			pause = FIRST_PAUSE;
	}
	sampler->ended = true;
	pthread_cond_broadcast(&sampler->changed);
	dbcsl_monitor_unlock_files();
	return NULL;
}

/* Frees a sampler whose thread has ended. */
static void
free_sampler(dbcsl_monitor_sampler *sampler)
{
	pthread_cond_destroy(&sampler->changed);
	sqlite3_free(sampler->problem);
	sqlite3_free(sampler->samples);
	sqlite3_free(sampler->uri);
	sqlite3_free(sampler->vfs);
	sqlite3_free(sampler);
}

/* Interrupts the running sample. */
static void
interrupt(const dbcsl_monitor_sampler *sampler)
{
	if (sampler->db)
		sqlite3_interrupt(sampler->db);
}

void
dbcsl_monitor_interrupt_sampler(dbcsl_monitor_sampler *sampler,
								int64_t waited_ms)
{
	if (!sampler || !sampler->db || waited_ms < sampler->patience_ms)
		return;
	interrupt(sampler);
	sampler->interrupted = true;
}

void
dbcsl_monitor_end_sampler(dbcsl_monitor_sampler *sampler)
{
	if (!sampler)
		return;
	dbcsl_monitor_lock_files();
	sampler->stop = true;
	pthread_cond_broadcast(&sampler->changed);
	while (!sampler->ended)
	{
		interrupt(sampler);
		dbcsl_monitor_wait_unlocked(&sampler->changed, PATIENCE);
	}
	dbcsl_monitor_unlock_files();
	pthread_join(sampler->thread, NULL);
	free_sampler(sampler);
}

/* Ends all threads at process exit. */
static void
end_all(void)
{
	dbcsl_monitor_sampler *sampler;

	do
	{
		dbcsl_monitor_lock_files();
		sampler = dbcsl_monitor_take_sampler();
		dbcsl_monitor_unlock_files();
		dbcsl_monitor_end_sampler(sampler);
	} while (sampler);
}

static void
stay(void)
{
	dbcsl_stay_loaded(end_all);
}

/* Creates a sampler for a file; NULL if out of memory. */
static dbcsl_monitor_sampler *
make_sampler(sqlite3 *db)
{
	dbcsl_monitor_sampler *sampler = sqlite3_malloc(sizeof(*sampler));
	pthread_condattr_t attributes;
	const char *samples = dbcsl_find_samples_file(db);
	const char *vfs = dbcsl_vfs_name(db, "main");

	if (!sampler)
		return NULL;
	memset(sampler, 0, sizeof(*sampler));
	dbcsl_read_connection_settings(db, &sampler->settings);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&sampler->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	sampler->uri = dbcsl_reopen_uri(sqlite3_db_filename(db, "main"),
									sqlite3_db_readonly(db, "main") != 0);
	sampler->vfs = vfs ? sqlite3_mprintf("%s", vfs) : NULL;
	if (samples)
		sampler->samples = dbcsl_reopen_uri(samples, false);
	if (sampler->uri && (!vfs || sampler->vfs) &&
		(!samples || sampler->samples))
		return sampler;
	free_sampler(sampler);
	return NULL;
}

/* Starts the thread; see monitor/monitor.h. */
void
dbcsl_monitor_start_sampler(dbcsl_host *h, double interval_seconds)
{
	dbcsl_monitor_sampler *made = make_sampler(h->db);
	dbcsl_monitor_file *file;
	bool started = true;

	if (!made)
		dbcsl_fail_memory(h);
	pthread_once(&once, stay);
	made->interval_seconds = interval_seconds;
	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(h->db);
	if (file->sampler)
	{
		/* a running thread reads the interval from dbcare's tables */
		char *samples = file->sampler->samples;

		file->sampler->samples = made->samples;
		made->samples = samples;
		free_sampler(made);
	}
	else
	{
		started = dbcsl_start_thread(&made->thread, run, made);
		if (started)
			file->sampler = made;
		else
			free_sampler(made);
	}
	dbcsl_monitor_unlock_files();
	if (!started)
		dbc_fail(&h->base, "53000", NULL,
				 "Start with {\"thread\": false}, and call dbmonitor_sample().",
				 "the system allows no more threads");
}

/* ---- without a thread ---- */

/* Makes the sampler of a connection; for dbcsl_try(). */
static void
make_for_turn(dbc_host *host, void *arg)
{
	dbcsl_monitor_sampler **sampler = arg;

	/* attaches the file of samples */
	DBCSL_CALL_HOOKS(open, dbcsl_of(host));
	*sampler = make_sampler(dbcsl_of(host)->db);
}

char *
dbcsl_monitor_take_turn(sqlite3 *db, bool works, bool *taken,
						double *interval_seconds, bool *due)
{
	static const dbc_function self = {.name = "dbmonitor_status",
									  .class = DBC_READ};
	dbcsl_monitor_sampler *sampler = NULL;
	char *problem = NULL;
	due_work work = {0};
	bool done;
	dbcsl_host h;

	*taken = false;
	dbcsl_open(&h, db, &self);
	done = dbcsl_try(&h, make_for_turn, &sampler);
	if (!done)
		problem = sqlite3_mprintf("%s", h.error.message);
	else if (!sampler)
		problem = sqlite3_mprintf("%s", sqlite3_errstr(SQLITE_NOMEM));
	dbcsl_close_all(&h);
	DBCSL_CALL_HOOKS(closed, &h, done);
	dbcsl_close(&h);
	if (sampler)
		problem = take_sample(sampler, interval_seconds, taken, &work);
	*due = work.seal || work.full_checks || work.schedule;
	if (works && !problem)
		problem = do_due(sampler, &work);
	if (sampler)
		free_sampler(sampler);
	return problem;
}

char *
dbcsl_monitor_describe_sampler_failure(sqlite3 *db, bool *running)
{
	const dbcsl_monitor_file *file;
	char *problem = NULL;

	dbcsl_monitor_lock_files();
	file = dbcsl_monitor_find_file(db);
	*running = file && file->sampler;
	if (*running && file->sampler->problem)
		problem = sqlite3_mprintf("%s", file->sampler->problem);
	dbcsl_monitor_unlock_files();
	return problem;
}
