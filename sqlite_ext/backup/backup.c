/*
 * backup.c
 *	  Files and connections of backups; see common/backup/host.h.
 */
#include "sqlite_ext/backup/backup.h"
#include "sqlite_ext/backup/file.h"
#include "sqlite_ext/backup/follow.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/thread.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "common/vault/stream.h"
#include "common/core/settings.h"
#include "common/core/text.h"
#include "posix/backup/files.h"

static const char *
directory(dbc_host *host, const char *given, const char *schema, bool writes)
{
	dbcsl_host *h = dbcsl_of(host);
	const char *name = dbcsl_backup_schema(h, schema);
	const char *path = given;
	const char *file;

	if (!path)
		path = dbc_setting_text(host, dbc_read_settings(host),
								DBC_SETTING_backup_directory);
	if (!path)
	{
		file = dbcsl_backup_file(h, name);
		if (!file && !writes)
			return NULL;
		if (!file)
			dbc_fail(host, DBC_NOT_READY, NULL,
					 "Pass the option directory, or set backup_directory.",
					 "a database in memory has no directory of backups");
		return dbc_format(host, "%s-backups", file);
	}
	return dbc_posix_absolute(host, path);
}

static bool
on_data_disk(dbc_host *host, const char *path)
{
	const char *file = dbcsl_backup_file(dbcsl_of(host), "main");
	struct stat data;
	struct stat backups;

	return file && stat(file, &data) == 0 && stat(path, &backups) == 0 &&
		   data.st_dev == backups.st_dev;
}

/* ---- files ---- */

/* Calls of this process that have keys, and whether dumps were allowed before
 * the first one. */
static pthread_mutex_t dumps_mutex = PTHREAD_MUTEX_INITIALIZER;
static int dumps_forbidden;
static bool dumps_before;

static void
allow_dumps(bool allowed)
{
#ifdef __linux__
	(void) pthread_mutex_lock(&dumps_mutex);
	if (!allowed && dumps_forbidden++ == 0)
	{
		dumps_before = prctl(PR_GET_DUMPABLE) == 1;
		(void) prctl(PR_SET_DUMPABLE, 0);
	}
	if (allowed && --dumps_forbidden == 0 && dumps_before)
		(void) prctl(PR_SET_DUMPABLE, 1);
	(void) pthread_mutex_unlock(&dumps_mutex);
#else
	(void) allowed;
#endif
}

/* A thread of a call, which runs one task after the other. */
typedef struct helper
{
	dbc_stream_tasks tasks; /* must be first */
	pthread_t thread;
	bool runs;
	pthread_mutex_t mutex; /* of the members below */
	pthread_cond_t changed;
	void (*task)(void *); /* NULL: it waits for one */
	void *arg;
	bool ends;
} helper;

/* The files of a call, and its other threads. */
typedef struct resources
{
	dbc_backup_files files; /* must be first */
	helper helpers[DBC_BACKUP_THREADS];
	dbcsl_backup_vfs vfs;
} resources;

static void *
run_tasks(void *arg)
{
	helper *r = arg;

	pthread_mutex_lock(&r->mutex);
	while (r->task || !r->ends)
	{
		if (!r->task)
		{
			pthread_cond_wait(&r->changed, &r->mutex);
			continue;
		}
		pthread_mutex_unlock(&r->mutex);
		r->task(r->arg);
		pthread_mutex_lock(&r->mutex);
		r->task = NULL;
		pthread_cond_signal(&r->changed);
	}
	pthread_mutex_unlock(&r->mutex);
	return NULL;
}

/* Without another thread the task runs at once. */
static void
begin_task(dbc_stream_tasks *tasks, void (*task)(void *), void *arg)
{
	helper *r = (helper *) tasks;

	r->runs = r->runs || dbcsl_start_thread(&r->thread, run_tasks, r);
	if (!r->runs)
	{
		task(arg);
		return;
	}
	pthread_mutex_lock(&r->mutex);
	r->task = task;
	r->arg = arg;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->mutex);
}

static void
await_task(dbc_stream_tasks *tasks)
{
	helper *r = (helper *) tasks;

	pthread_mutex_lock(&r->mutex);
	while (r->task)
		pthread_cond_wait(&r->changed, &r->mutex);
	pthread_mutex_unlock(&r->mutex);
}

static void
begin_helper(helper *r)
{
	*r = (helper){.tasks = {begin_task, await_task}};
	(void) pthread_mutex_init(&r->mutex, NULL);
	(void) pthread_cond_init(&r->changed, NULL);
}

static void
end_helper(helper *r)
{
	pthread_mutex_lock(&r->mutex);
	r->ends = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->mutex);
	if (r->runs)
		(void) pthread_join(r->thread, NULL);
	(void) pthread_cond_destroy(&r->changed);
	(void) pthread_mutex_destroy(&r->mutex);
}

static dbc_stream_tasks *
tasks_of(dbc_backup_files *files, dbc_backup_thread which)
{
	return &((resources *) files)->helpers[which].tasks;
}

typedef struct running
{
	void (*fn)(dbc_host *, dbc_backup_files *, void *);
	void *arg;
	dbc_backup_files *files;
} running;

static void
run_with_files(dbc_host *host, void *arg)
{
	running *r = arg;

	r->fn(host, r->files, r->arg);
}

static void
run(dbc_host *host, void (*fn)(dbc_host *, dbc_backup_files *, void *),
	void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	resources *own = dbc_alloc(host, sizeof(*own));
	running r = {fn, arg, &own->files};
	bool done;

	dbc_posix_init(r.files, allow_dumps);
	for (int i = 0; i < DBC_BACKUP_THREADS; i++)
		begin_helper(&own->helpers[i]);
	dbcsl_backup_begin_files(&own->vfs, r.files);
	done = dbcsl_try(h, run_with_files, &r);
	for (int i = 0; i < DBC_BACKUP_THREADS; i++)
		end_helper(&own->helpers[i]);
	dbcsl_backup_end_files(&own->vfs);
	dbc_posix_end(r.files);
	if (!done)
		dbcsl_rethrow(h);
}

static void
fill_random(dbc_host *host, void *bytes, size_t length)
{
	(void) host;
	sqlite3_randomness((int) length, bytes);
}

const dbc_backup_host dbcsl_backup_host = {
	.run = run,
	DBC_POSIX_CALLS,
	.tasks = tasks_of,
	.random = fill_random,
	.directory = directory,
	.on_data_disk = on_data_disk,
	.describe = dbcsl_backup_describe,
	.copy = dbcsl_backup_copy,
	.prove = dbcsl_backup_prove,
	.destination = dbcsl_backup_destination,
	.replace = dbcsl_backup_replace,
	.compare = dbcsl_backup_compare,
	.follow = dbcsl_backup_follow,
	.attempt = dbcsl_backup_follow_attempt,
	.look = dbcsl_backup_follow_look,
	.changes = dbcsl_backup_follow_changes,
	.page = dbcsl_backup_follow_page,
	.place = dbcsl_backup_follow_get_place,
	.keep = dbcsl_backup_follow_keep,
	.shorten = dbcsl_backup_follow_shorten,
	.pause = dbcsl_backup_follow_pause,
	.report = dbcsl_backup_follow_report,
	.begin_following = dbcsl_backup_follow_begin_thread,
	.end_following = dbcsl_backup_follow_end_thread,
	.followed = dbcsl_backup_follow_read_report,
	.begin_snapshot = dbcsl_backup_follow_begin_snapshot,
	.snapshot = dbcsl_backup_follow_snapshot,
	.forget_snapshot = dbcsl_backup_follow_forget_snapshot,
};
