/*
 * follow_background.c
 *	  Continuous backup by a thread of the application.
 *
 * The thread calls dbbackup_follow() on a connection of its own, again if that
 * fails: so when several processes want to follow a file, one does, and another
 * one takes over when it ends.  It ends with the last connection that has asked
 * for it, or with the process.  A child process after fork() has none.
 */
#include "sqlite_ext/backup/follow.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/thread.h"
#include "sqlite_ext/trust/reopen.h"

#include <string.h>
#include <time.h>

#include "common/core/text.h"

/* Pauses before it begins again, in milliseconds. */
#define FIRST_PAUSE_MS 500
#define LAST_PAUSE_MS  10000

/* Between two interrupts: a statement that has not begun does not notice one.
 */
#define PATIENCE_MS 10

/* How long the start waits for the first look. */
#define MOST_WAIT_MS 5000

/* A connection that wants a file to be followed. */
typedef struct user
{
	struct user *next;
	sqlite3 *db;
} user;

typedef struct background
{
	struct background *next;
	user *users;
	char *name; /* of the file, with its parameters */
	char *uri;
	char *vfs;
	char *options;
	dbcsl_connection_settings settings;
	pthread_t thread;
	bool stop;
	bool ended;
	bool begun;	 /* it has looked once, or failed */
	sqlite3 *db; /* of the call, while it runs */
	char *directory;
	char *problem; /* why changes are not stored, or NULL */
} background;

/* Protects the list and its members, except what is set before the thread
 * starts. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static background *backgrounds;

/* ---- the thread ---- */

static void
set_text(char **place, const char *text)
{
	sqlite3_free(*place);
	*place = text ? sqlite3_mprintf("%s", text) : NULL;
}

void
dbcsl_backup_follow_report(dbc_host *host, dbc_follower *f,
						   const dbc_follower_report *report)
{
	background *b;

	(void) host;
	pthread_mutex_lock(&mutex);
	for (b = backgrounds; b && b->db != f->h->db; b = b->next)
		;
	if (b)
	{
		set_text(&b->directory, report->directory);
		set_text(&b->problem, report->problem);
		b->begun = true;
		pthread_cond_broadcast(&changed);
	}
	pthread_mutex_unlock(&mutex);
}

/* Publishes the connection for interrupts, or NULL; false if the thread is to
 * end. */
static bool
show(background *b, sqlite3 *db)
{
	bool stop;

	pthread_mutex_lock(&mutex);
	b->db = db;
	stop = b->stop;
	pthread_mutex_unlock(&mutex);
	return !stop;
}

/* Follows the file until the thread is to end; returns why it failed, or
 * NULL. */
static char *
follow(background *b)
{
	sqlite3 *db = NULL;
	char *result = NULL;
	char *problem = NULL;
	int code = dbcsl_reopen(b->uri, b->vfs, &b->settings, &db);

	if (code == SQLITE_OK)
	{
		/* the log is what is followed: it stays */
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		code = dbcsl_register_functions(db);
	}
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(db, DBCSL_FOLLOW_BUSY_MS);
	if (code != SQLITE_OK)
		problem = sqlite3_mprintf("%s", sqlite3_errstr(code));
	else if (show(b, db) &&
			 !dbcsl_backup_follow_call(db, "select dbbackup_follow(?)",
									   b->options, &result))
	{
		problem = result;
		result = NULL;
	}
	show(b, NULL);
	sqlite3_free(result);
	sqlite3_close(db);
	return problem;
}

static void
wait(int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += (time_t) (ms / 1000);
	until.tv_nsec += (long) (ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000)
	{
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&changed, &mutex, &until);
}

static void *
run(void *arg)
{
	background *b = arg;
	int64_t pause_ms = FIRST_PAUSE_MS;

	pthread_mutex_lock(&mutex);
	while (!b->stop)
	{
		char *problem;

		pthread_mutex_unlock(&mutex);
		dbcsl_work_begin();
		problem = follow(b);
		dbcsl_work_end();
		pthread_mutex_lock(&mutex);
		sqlite3_free(b->problem);
		b->problem = problem;
		b->begun = true;
		pthread_cond_broadcast(&changed);
		if (!b->stop)
			wait(pause_ms);
		pause_ms = pause_ms * 2 > LAST_PAUSE_MS ? LAST_PAUSE_MS : pause_ms * 2;
	}
	b->ended = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

/* ---- its end ---- */

static void
free_background(background *b)
{
	while (b->users)
	{
		user *next = b->users->next;

		sqlite3_free(b->users);
		b->users = next;
	}
	sqlite3_free_filename(b->name);
	sqlite3_free(b->uri);
	sqlite3_free(b->vfs);
	sqlite3_free(b->options);
	sqlite3_free(b->directory);
	sqlite3_free(b->problem);
	sqlite3_free(b);
}

/* Ends a thread, after its last look, whose end was announced by stop: so no
 * other caller does it. */
static void
end(background *b)
{
	bool left = dbcsl_work_leave();
	background **place = &backgrounds;

	pthread_mutex_lock(&mutex);
	pthread_cond_broadcast(&changed);
	while (!b->ended)
	{
		if (b->db && b->begun)
			sqlite3_interrupt(b->db);
		wait(PATIENCE_MS);
	}
	while (*place != b)
		place = &(*place)->next;
	*place = b->next;
	pthread_mutex_unlock(&mutex);
	(void) pthread_join(b->thread, NULL);
	dbcsl_work_return(left);
	free_background(b);
}

/* Ends all threads when the process ends. */
static void
end_all(void)
{
	background *b;

	do
	{
		pthread_mutex_lock(&mutex);
		b = backgrounds;
		while (b && b->stop)
			b = b->next;
		if (b)
			b->stop = true;
		pthread_mutex_unlock(&mutex);
		if (b)
			end(b);
	} while (b);
}

/* ---- forks ---- */

static void
lock(void)
{
	pthread_mutex_lock(&mutex);
}

static void
unlock(void)
{
	pthread_mutex_unlock(&mutex);
}

/* In the child: the connections are those of its parent. */
static void
forget(void)
{
	backgrounds = NULL;
	changed = (pthread_cond_t) PTHREAD_COND_INITIALIZER;
	pthread_mutex_unlock(&mutex);
}

static void
prepare(void)
{
	dbcsl_stay_loaded(end_all);
	pthread_atfork(lock, unlock, forget);
}

/* ---- connections ---- */

/* That of the file of a connection which does not end, or NULL; requires the
 * mutex. */
static background *
find(sqlite3 *db)
{
	const char *name = sqlite3_db_filename(db, "main");
	background *b = name && *name ? backgrounds : NULL;

	while (b && (b->stop || !dbcsl_same_filename(b->name, name)))
		b = b->next;
	return b;
}

/* Adds a connection; false if memory is out.  Requires the mutex. */
static bool
add_user(background *b, sqlite3 *db)
{
	user *added = b->users;

	while (added && added->db != db)
		added = added->next;
	if (added)
		return true;
	added = sqlite3_malloc(sizeof(*added));
	if (!added)
		return false;
	*added = (user){b->users, db};
	b->users = added;
	return true;
}

/* Removes it, if it is there; requires the mutex. */
static void
remove_user(background *b, sqlite3 *db)
{
	for (user **place = &b->users; *place; place = &(*place)->next)
		if ((*place)->db == db)
		{
			user *removed = *place;

			*place = removed->next;
			sqlite3_free(removed);
			return;
		}
}

/* A connection closes; it has no file name any more. */
static void
end_connection(sqlite3 *db)
{
	background *idle = NULL;

	pthread_mutex_lock(&mutex);
	for (background *b = backgrounds; b && !idle; b = b->next)
	{
		remove_user(b, db);
		if (!b->users && !b->stop)
			idle = b;
	}
	if (idle)
		idle->stop = true;
	pthread_mutex_unlock(&mutex);
	if (idle)
		end(idle);
}

const dbcsl_hooks dbcsl_backup_hooks = {.gone = end_connection};

/* ---- calls of struct dbc_backup_host ---- */

/* One whose thread does not run yet; NULL if memory is out. */
static background *
make(sqlite3 *db, const char *options)
{
	const char *name = sqlite3_db_filename(db, "main");
	const char *vfs = dbcsl_vfs_name(db, "main");
	background *b = sqlite3_malloc(sizeof(*b));

	if (!b)
		return NULL;
	memset(b, 0, sizeof(*b));
	dbcsl_read_connection_settings(db, &b->settings);
	b->name = dbcsl_copy_filename(name);
	b->uri = dbcsl_reopen_uri(name, false);
	b->vfs = vfs ? sqlite3_mprintf("%s", vfs) : NULL;
	b->options = sqlite3_mprintf("%s", options);
	if (b->name && b->uri && (!vfs || b->vfs) && b->options && add_user(b, db))
		return b;
	free_background(b);
	return NULL;
}

/* Waits for the first look of the thread of a connection: what is committed
 * from then on is stored.  Not for long, since the connection may have a lock
 * that the look waits for. */
static void
wait_for_look(sqlite3 *db)
{
	background *b;

	pthread_mutex_lock(&mutex);
	for (int64_t waited = 0; waited < MOST_WAIT_MS; waited += PATIENCE_MS)
	{
		b = find(db);
		if (!b || b->begun)
			break;
		wait(PATIENCE_MS);
	}
	pthread_mutex_unlock(&mutex);
}

/* What has become of the wish to follow. */
typedef enum outcome
{
	BEGUN,
	OTHER_OPTIONS,
	NO_MEMORY,
	NO_THREAD
} outcome;

static outcome
begin(sqlite3 *db, const char *options)
{
	background *b = find(db);

	if (b && !dbc_same(b->options, options))
		return OTHER_OPTIONS;
	if (b)
		return add_user(b, db) ? BEGUN : NO_MEMORY;
	b = make(db, options);
	if (!b)
		return NO_MEMORY;
	if (!dbcsl_start_thread(&b->thread, run, b))
	{
		free_background(b);
		return NO_THREAD;
	}
	b->next = backgrounds;
	backgrounds = b;
	return BEGUN;
}

void
dbcsl_backup_follow_begin_thread(dbc_host *host, const char *options)
{
	static const char hint[] =
		"Run 'dbcare follow' beside the application, or call dbbackup_create() "
		"now and then.";
	dbcsl_host *h = dbcsl_of(host);
	const char *why = dbcsl_why_no_thread(h->db, NULL);
	outcome outcome;

	if (why)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, hint,
				 "the thread that follows a database needs its own connection, "
				 "%s",
				 why);
	pthread_once(&once, prepare);
	pthread_mutex_lock(&mutex);
	outcome = begin(h->db, options);
	pthread_mutex_unlock(&mutex);
	if (outcome == OTHER_OPTIONS)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Call dbbackup_follow_stop() first.",
				 "the database is followed with other options");
	if (outcome == NO_MEMORY)
		dbcsl_fail_memory(h);
	if (outcome == NO_THREAD)
		dbc_fail(host, "53000", NULL, hint,
				 "the system allows no more threads");
	wait_for_look(h->db);
}

bool
dbcsl_backup_follow_end_thread(dbc_host *host)
{
	background *b;

	pthread_mutex_lock(&mutex);
	b = find(dbcsl_of(host)->db);
	if (b)
		b->stop = true;
	pthread_mutex_unlock(&mutex);
	if (b)
		end(b);
	return b;
}

bool
dbcsl_backup_follow_read_report(dbc_host *host, dbc_follower_report *report)
{
	dbcsl_host *h = dbcsl_of(host);
	char *directory = NULL;
	char *problem = NULL;
	background *b;

	pthread_mutex_lock(&mutex);
	b = find(h->db);
	if (b)
	{
		set_text(&directory, b->directory);
		set_text(&problem, b->problem);
	}
	pthread_mutex_unlock(&mutex);
	*report = (dbc_follower_report){
		directory ? dbcsl_printf(h, "%z", directory) : NULL,
		problem ? dbcsl_printf(h, "%z", problem) : NULL};
	return b;
}
