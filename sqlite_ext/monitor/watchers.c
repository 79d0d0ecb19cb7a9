/*
 * watchers.c
 *	  The connections of this process that are monitored.
 *
 * A child process after fork() monitors none: the connections belong to its
 * parent.  A fork waits until no thread takes a sample, because SQLite's
 * mutexes must be free in the child.
 */
#include "sqlite_ext/monitor/monitor.h"

#include <pthread.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
before_fork(void)
{
	dbcsl_monitor_wait_for_samples(dbcsl_monitor_interrupt_sampler);
}

/* Registers the handlers for fork(). */
static void
start(void)
{
	pthread_atfork(before_fork, dbcsl_monitor_unlock_files,
				   dbcsl_monitor_forget_files);
}

/* Adds a connection that is not measured yet; NULL if out of memory. */
static dbcsl_monitor_watcher *
add_watcher(dbcsl_monitor_file *file, sqlite3 *db)
{
	dbcsl_monitor_watcher *watcher = sqlite3_malloc(sizeof(*watcher));

	if (!watcher)
		return NULL;
	memset(watcher, 0, sizeof(*watcher));
	watcher->db = db;
	watcher->next = file->watchers;
	file->watchers = watcher;
	return watcher;
}

dbcsl_monitor_watcher *
dbcsl_monitor_start_watcher(sqlite3 *db, double per_second)
{
	dbcsl_monitor_file *file;
	dbcsl_monitor_watcher *watcher = dbcsl_monitor_find_watcher(db, &file);

	pthread_once(&once, start);
	if (!watcher)
	{
		file = dbcsl_monitor_find_file(db);
		if (!file)
			file = dbcsl_monitor_add_file(db);
		if (!file)
			return NULL;
		watcher = add_watcher(file, db);
	}
	if (watcher)
		watcher->profile = dbcsl_monitor_start_profile(db, file, per_second);
	if (watcher && watcher->profile)
		return watcher;
	if (watcher)
		dbcsl_monitor_remove_watcher(file, watcher);
	else
		dbcsl_monitor_remove_file(file);
	return NULL;
}

void
dbcsl_monitor_stop_watcher(dbcsl_monitor_watcher *watcher)
{
	if (!watcher->profile)
		return;
	dbcsl_monitor_collect_profile(watcher->profile);
	dbcsl_monitor_stop_profile(watcher->profile);
	watcher->profile = NULL;
}

void
dbcsl_monitor_remove_watcher(dbcsl_monitor_file *file,
							 dbcsl_monitor_watcher *watcher)
{
	dbcsl_monitor_watcher **place = &file->watchers;

	while (*place != watcher)
		place = &(*place)->next;
	*place = watcher->next;
	dbcsl_monitor_stop_watcher(watcher);
	sqlite3_free(watcher);
	dbcsl_monitor_remove_file(file);
}
