/*
 * follow.c
 *	  Following a database file: from its beginning to its end.
 */
#include "sqlite_ext/backup/follow.h"
#include "sqlite_ext/core/thread.h"
#include "sqlite_ext/trust/reopen.h"

#include <string.h>

#include "common/core/text.h"
#include "posix/backup/files.h"

/* Milliseconds between two looks for an interrupt. */
#define SLICE_MS 20

/* ---- connections ---- */

/* The URI of a path, which is no name of SQLite's yet. */
static char *
uri_of(const char *path)
{
	char *name = (char *) sqlite3_create_filename(path, "", "", 0, NULL);
	char *uri = name ? dbcsl_reopen_uri(name, false) : NULL;

	sqlite3_free_filename(name);
	return uri;
}

typedef struct following
{
	dbc_follower *follower;
	void (*fn)(dbc_host *, dbc_follower *, void *);
	void *arg;
} following;

static void
run(dbc_host *host, void *arg)
{
	const following *r = arg;

	/* what cannot be opened has no directory of backups */
	dbcsl_backup_follow_need_readers(r->follower);
	r->fn(host, r->follower, r->arg);
}

void
dbcsl_backup_follow(dbc_host *host, const char *file,
					void (*fn)(dbc_host *, dbc_follower *, void *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	dbc_follower f = {.h = h, .reader = -1};
	following r = {&f, fn, arg};
	bool done;

	if (file)
		f.uri = uri_of(file);
	else if (dbcsl_backup_file(h, "main"))
	{
		f.uri = dbcsl_reopen_uri(dbcsl_backup_file(h, "main"), false);
		f.vfs = dbcsl_vfs_name(h->db, "main");
	}
	else
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "a database in memory cannot be followed");
	if (!f.uri)
		dbcsl_fail_memory(h);
	(void) pthread_mutex_init(&f.snapshot.mutex, NULL);
	done = dbcsl_try(h, run, &r);
	dbcsl_backup_follow_end_snapshot(&f);
	dbcsl_backup_follow_close(&f);
	dbcsl_backup_follow_free_changes(&f);
	for (int i = 0; i < DBCSL_FOLLOW_STATES; i++)
		sqlite3_free(f.hashes[i].list);
	(void) pthread_mutex_destroy(&f.snapshot.mutex);
	sqlite3_free(f.uri);
	if (!done)
		dbcsl_rethrow(h);
}

/* ---- attempts ---- */

/* The places in use, as bits; and closing all but those. */
static uint64_t
open_places(const dbc_backup_files *files)
{
	uint64_t places = 0;

	for (int i = 0; i < DBC_POSIX_OPEN; i++)
		places |= (uint64_t) (files->open[i].descriptor >= 0) << i;
	return places;
}

static void
close_others(dbc_backup_files *files, uint64_t places)
{
	for (int i = 0; i < DBC_POSIX_OPEN; i++)
		if (!(places >> i & 1))
			dbc_posix_close(files, i);
}

typedef struct attempt
{
	dbc_follower *follower;
	void (*fn)(dbc_host *, void *);
	void *arg;
	bool done;
} attempt;

static void
try(dbc_host *host, void *arg)
{
	attempt *a = arg;
	dbcsl_host *h = dbcsl_of(host);

	a->done = dbcsl_try(h, a->fn, a->arg);
	/* cancel and out of memory end the call */
	if (!a->done && dbcsl_is_unguarded_error(&h->error))
		dbcsl_rethrow(h);
	/* writers wait no longer */
	if (!a->done && a->follower->locks)
		dbcsl_backup_follow_end(dbcsl_backup_follow_other(a->follower));
	a->follower->locks = a->done && a->follower->locks;
	if (!a->done)
		sqlite3_snprintf(sizeof(a->follower->message), a->follower->message,
						 "%s", h->error.message);
}

/* The error is caught within, so that its memory is freed, too. */
bool
dbcsl_backup_follow_attempt(dbc_host *host, dbc_follower *follower,
							dbc_backup_files *files,
							void (*fn)(dbc_host *, void *), void *arg,
							const char **message)
{
	attempt a = {follower, fn, arg, false};
	uint64_t open = files ? open_places(files) : 0;

	dbc_scoped(host, try, &a);
	if (!a.done && files)
	{
		dbc_posix_drop_temporary(files);
		close_others(files, open);
	}
	*message = follower->message;
	return a.done;
}

/* ---- waiting ---- */

static bool
is_interrupted(dbc_follower *f)
{
	return sqlite3_exec(f->h->db, "select 1", NULL, NULL, NULL) ==
		   SQLITE_INTERRUPT;
}

bool
dbcsl_backup_follow_pause(dbc_host *host, dbc_follower *f, int64_t ms)
{
	bool left;

	(void) host;
	for (int64_t waited = 0; waited < ms; waited += SLICE_MS)
	{
		if (is_interrupted(f))
			return false;
		left = dbcsl_work_leave();
		sqlite3_sleep(SLICE_MS);
		dbcsl_work_return(left);
	}
	return !is_interrupted(f);
}
