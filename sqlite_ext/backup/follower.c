/*
 * follower.c
 *	  The connections of a follower.
 */
#include "sqlite_ext/backup/follow.h"
#include "sqlite_ext/trust/unsafe.h"

#include "common/core/text.h"

_Noreturn void
dbcsl_backup_follow_fail(dbc_follower *f, sqlite3 *db, int code)
{
	dbcsl_backup_fail(f->h, db, code, "the database");
}

void
dbcsl_backup_follow_need(dbc_follower *f, sqlite3 *db, int code)
{
	if (code != SQLITE_OK)
		dbcsl_backup_follow_fail(f, db, code);
}

int
dbcsl_backup_follow_open(dbc_follower *f, sqlite3 **db)
{
	int code = sqlite3_open_v2(f->uri, db,
							   SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI |
								   SQLITE_OPEN_PRIVATECACHE,
							   f->vfs);

	if (code == SQLITE_OK)
		code = dbcsl_distrust_schemas(*db);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(*db, DBCSL_FOLLOW_BUSY_MS);
	/* the log is what is followed: it stays */
	if (code == SQLITE_OK)
	{
		sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		sqlite3_wal_autocheckpoint(*db, 0);
	}
	return code;
}

void
dbcsl_backup_follow_close(dbc_follower *f)
{
	for (int i = 0; i < 2; i++)
	{
		sqlite3_close(f->db[i]);
		f->db[i] = NULL;
	}
	f->reader = -1;
	f->is_kept = false;
	f->locks = false;
}

void
dbcsl_backup_follow_end(sqlite3 *db)
{
	if (!sqlite3_get_autocommit(db))
		(void) sqlite3_exec(db, "rollback", NULL, NULL, NULL);
}

void
dbcsl_backup_follow_begin(dbc_follower *f, sqlite3 *db)
{
	int code = sqlite3_exec(db, "begin; select 1 from sqlite_schema limit 1",
							NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return;
	dbcsl_backup_follow_end(db);
	dbcsl_backup_follow_fail(f, db, code);
}

sqlite3 *
dbcsl_backup_follow_other(dbc_follower *f)
{
	return f->db[f->reader == 0 ? 1 : 0];
}

bool
dbcsl_backup_follow_has_ended(dbcsl_follow_thread *t)
{
	bool ended;

	(void) pthread_mutex_lock(&t->mutex);
	ended = t->ended;
	(void) pthread_mutex_unlock(&t->mutex);
	return ended;
}

void
dbcsl_backup_follow_free_changes(dbc_follower *f)
{
	sqlite3_free(f->commits.list);
	sqlite3_free(f->numbers);
	f->commits = (dbcsl_wal_commits){0};
	f->numbers = NULL;
}
