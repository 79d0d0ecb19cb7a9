/*
 * follow_snapshot.c
 *	  A backup of a database that is followed, made by another thread.
 *
 * It has a connection to the file, on which it calls functions as an
 * application would.
 */
#include "sqlite_ext/backup/follow.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/thread.h"

#include <string.h>

/* Milliseconds between attempts to interrupt it. */
#define PATIENCE_MS 10

bool
dbcsl_backup_follow_call(sqlite3 *db, const char *sql, const char *argument,
						 char **result)
{
	static const char prefix[] = "dbcare: ";
	sqlite3_stmt *statement = NULL;
	const char *text;
	bool done;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 1, argument, -1, SQLITE_STATIC);
	done = code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
	text = done ? (const char *) sqlite3_column_text(statement, 0)
				: sqlite3_errmsg(db);
	if (!done && text && strncmp(text, prefix, strlen(prefix)) == 0)
		text += strlen(prefix);
	*result = sqlite3_mprintf("%s", text);
	sqlite3_finalize(statement);
	return done;
}

static void *
run(void *arg)
{
	dbcsl_follow_thread *t = arg;
	char *result = NULL;
	char *cleaned = NULL;
	bool done;

	dbcsl_work_begin();
	done = dbcsl_backup_follow_call(t->db, "select dbbackup_create(null, ?)",
									t->create, &result);
	/* others are removed another time if that fails */
	if (done && t->cleanup &&
		!dbcsl_backup_follow_call(t->db, "select dbbackup_cleanup(?)",
								  t->cleanup, &cleaned))
		sqlite3_log(SQLITE_NOTICE, "dbcare: no backups were removed: %s",
					cleaned);
	sqlite3_free(cleaned);
	dbcsl_work_end();
	(void) pthread_mutex_lock(&t->mutex);
	t->result = done ? result : NULL;
	t->problem = done ? NULL : result;
	t->ended = true;
	(void) pthread_mutex_unlock(&t->mutex);
	return NULL;
}

void
dbcsl_backup_follow_end_snapshot(dbc_follower *f)
{
	dbcsl_follow_thread *t = &f->snapshot;
	/* it may rest because of a fork, which waits for this thread, too */
	bool left = dbcsl_work_leave();

	while (t->runs && !dbcsl_backup_follow_has_ended(t))
	{
		/* one that runs no statement yet does not notice it */
		sqlite3_interrupt(t->db);
		sqlite3_sleep(PATIENCE_MS);
	}
	if (t->runs)
		(void) pthread_join(t->thread, NULL);
	dbcsl_work_return(left);
	t->runs = t->ended = false;
	sqlite3_close(t->db);
	sqlite3_free(t->create);
	sqlite3_free(t->cleanup);
	sqlite3_free(t->result);
	sqlite3_free(t->problem);
	t->db = NULL;
	t->create = t->cleanup = t->result = t->problem = NULL;
	sqlite3_close(f->pin);
	f->pin = NULL;
	sqlite3_free(f->hashes[DBCSL_FOLLOW_PINNED].list);
	f->hashes[DBCSL_FOLLOW_PINNED] = (dbcsl_follow_hashes){0};
}

/* Holds what comes after the present state, which is looked at once more: the
 * transaction must have begun before. */
static void
pin(dbc_follower *f)
{
	dbcsl_backup_follow_need(f, f->pin, dbcsl_backup_follow_open(f, &f->pin));
	if (f->now.mode == DBCSL_FOLLOW_WAL)
		dbcsl_backup_follow_need(
			f, f->pin,
			sqlite3_exec(f->pin, "begin; select 1 from sqlite_schema limit 1",
						 NULL, NULL, NULL));
	dbcsl_backup_follow_look(&f->h->base, f);
	f->pinned = f->now;
	if (f->now.mode == DBCSL_FOLLOW_PAGES)
	{
		dbcsl_backup_follow_copy_hashes(f, DBCSL_FOLLOW_PINNED);
		dbcsl_backup_follow_leave(f);
	}
}

void
dbcsl_backup_follow_begin_snapshot(dbc_host *host, dbc_follower *f,
								   const char *create, const char *cleanup)
{
	dbcsl_follow_thread *t = &f->snapshot;
	int code;

	(void) host;
	dbcsl_backup_follow_end_snapshot(f);
	pin(f);
	code = dbcsl_backup_follow_open(f, &t->db);
	if (code == SQLITE_OK)
		code = dbcsl_register_functions(t->db);
	dbcsl_backup_follow_need(f, t->db, code);
	t->create = sqlite3_mprintf("%s", create);
	t->cleanup = cleanup ? sqlite3_mprintf("%s", cleanup) : NULL;
	if (!t->create || (cleanup && !t->cleanup))
		dbcsl_fail_memory(f->h);
	t->runs = dbcsl_start_thread(&t->thread, run, t);
	if (!t->runs)
		dbc_fail(host, "53000", NULL, NULL, "no thread can be started");
}

dbc_follower_snapshot
dbcsl_backup_follow_snapshot(dbc_host *host, dbc_follower *f,
							 const char **result)
{
	dbcsl_follow_thread *t = &f->snapshot;

	(void) host;
	*result = NULL;
	if (!t->runs)
		return DBC_SNAPSHOT_NONE;
	if (!dbcsl_backup_follow_has_ended(t))
		return DBC_SNAPSHOT_RUNS;
	*result = t->result ? t->result : t->problem;
	return t->result ? DBC_SNAPSHOT_DONE : DBC_SNAPSHOT_FAILED;
}

void
dbcsl_backup_follow_forget_snapshot(dbc_host *host, dbc_follower *f)
{
	(void) host;
	dbcsl_backup_follow_end_snapshot(f);
}
