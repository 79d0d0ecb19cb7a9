/*
 * replace.c
 *	  Replacing the live database by a backup.
 *
 * The copy runs backwards, in one step: one transaction of the live database,
 * so that readers see the old state or the new one.  The backup API begins that
 * transaction by itself.  The lock under which the backup of the old state was
 * made is released for that, and the data version tells whether others have
 * committed in between.
 */
#include "sqlite_ext/backup/backup.h"
#include "sqlite_ext/call/transaction.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/backup/catalog.h"
#include "common/core/clock.h"
#include "common/core/text.h"

/* How often others may commit between the backup of the old state and the
 * replacement. */
#define MOST_BACKUPS 10

typedef struct replacing
{
	dbc_backup_work *work;
	dbcsl_backup_connections open;
	void (*save)(dbc_host *host, bool is_locked, void *arg);
	void *arg;
} replacing;

const char *
dbcsl_backup_destination(dbc_host *host, const char *path)
{
	dbcsl_host *h = dbcsl_of(host);
	const char *live = dbcsl_backup_file(h, "main");
	struct stat left, right;
	char here[4096];

	if (!*path || dbc_ends_with(path, "/"))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "\"%s\" is not the name of a file", path);
	if (dbc_same(path, ":memory:") || dbc_starts_with(path, "file:"))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "To restore into the database of this connection, pass the "
				 "option replace and no destination.",
				 "\"%s\" is not the name of a file", path);
	if (live && stat(live, &left) == 0 && stat(path, &right) == 0 &&
		left.st_dev == right.st_dev && left.st_ino == right.st_ino)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "To replace the database, pass the option replace and no "
				 "destination.",
				 "\"%s\" is the database", path);
	if (*path != '/' && getcwd(here, sizeof(here)))
		path = dbc_format(host, "%s/%s", here, path);
	return path;
}

/* The page size of the live database, which a copy cannot change. */
static int64_t
live_page_size(dbcsl_host *h, replacing *r)
{
	const char *size =
		dbcsl_backup_ask(h, h->db, &r->open.statement, "pragma main.page_size");

	return strtoll(size, NULL, 10);
}

/* Steps the copy while another connection has a lock; returns the last code. */
static int
step_unlocked(dbcsl_host *h, replacing *r, int pages)
{
	int64_t start = dbc_microseconds();
	int code;

	while (dbcsl_is_locked(code = sqlite3_backup_step(r->open.backup, pages)) &&
		   dbc_microseconds() - start < dbcsl_lock_wait_limit(h) * 1000)
	{
		dbc_poll(&h->base);
		sqlite3_sleep(20);
	}
	return code;
}

/* Changes with each commit, from the next lock on. */
static unsigned
data_version(dbcsl_host *h)
{
	unsigned version = 0;

	(void) sqlite3_file_control(h->db, "main", SQLITE_FCNTL_DATA_VERSION,
								&version);
	return version;
}

static int
lock_writers(dbcsl_host *h)
{
	return sqlite3_exec(h->db, "begin immediate", NULL, NULL, NULL);
}

/* Makes the backup of the old state; returns its data version. */
static unsigned
save_old(dbcsl_host *h, replacing *r)
{
	bool is_locked =
		dbcsl_backup_file(h, "main") && !dbcsl_backup_is_exclusive(h, "main");
	unsigned version;
	int code =
		is_locked ? dbcsl_retry_while_locked(h, lock_writers) : SQLITE_OK;

	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, h->db, code, "main");
	version = data_version(h);
	r->save(&h->base, is_locked, r->arg);
	if (is_locked)
		dbcsl_backup_execute(h, h->db, "rollback");
	return version;
}

/* Begins the transaction of the copy; false if others have committed since a
 * version.  No page is copied, since a step that copies the last one commits.
 */
static bool
begin_copy(dbcsl_host *h, replacing *r, unsigned version)
{
	int code;

	r->open.backup = sqlite3_backup_init(h->db, "main", r->open.source, "main");
	if (!r->open.backup)
		dbcsl_fail_engine(h, sqlite3_errcode(h->db));
	code = step_unlocked(h, r, 0);
	if (code != SQLITE_OK && code != SQLITE_DONE)
		dbcsl_backup_fail(h, NULL, code, "main");
	if (data_version(h) == version)
		return true;
	(void) sqlite3_backup_finish(r->open.backup);
	r->open.backup = NULL;
	return false;
}

static void
replace(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	replacing *r = arg;
	int64_t size = live_page_size(h, r);
	int backups = 1;
	int code;

	if (size != r->work->backup->page_size)
		dbc_fail(host, DBC_UNSUPPORTED, "Nothing was changed.",
				 "Restore to a new file, and replace the database while no "
				 "connection uses it.",
				 "the database has pages of %lld bytes, and the backup of %lld",
				 (long long) size, (long long) r->work->backup->page_size);
	dbcsl_backup_open(h, r->work, &r->open.source);
	while (!begin_copy(h, r, save_old(h, r)))
		if (backups++ == MOST_BACKUPS)
			dbc_fail(host, DBC_LOCK_NOT_AVAILABLE,
					 "Each time others committed between the backup of the "
					 "present state and the replacement. Nothing was changed.",
					 "Stop the programs that write, and repeat the call.",
					 "the database is written without a pause");
	dbc_progress(host, "replacing", 0, 1);
	code = step_unlocked(h, r, -1);
	if (code != SQLITE_DONE)
		dbcsl_backup_fail(h, NULL, code == SQLITE_OK ? SQLITE_ERROR : code,
						  "main");
	code = sqlite3_backup_finish(r->open.backup);
	r->open.backup = NULL;
	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, h->db, code, "main");
}

void
dbcsl_backup_replace(dbc_host *host, dbc_backup_work *work,
					 void (*save)(dbc_host *, bool, void *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	replacing r = {.work = work, .save = save, .arg = arg};
	bool done;

	if (!sqlite3_get_autocommit(h->db))
		dbc_fail(host, DBC_ACTIVE_TRANSACTION, "Nothing was changed.",
				 "Repeat the call outside a transaction.",
				 "a transaction is open");
	if (sqlite3_db_readonly(h->db, "main") == 1)
		dbc_fail(host, DBCSL_READ_ONLY, NULL, NULL,
				 "the database is read-only");
	done = dbcsl_try(h, replace, &r);
	dbcsl_backup_close(&r.open);
	if (!sqlite3_get_autocommit(h->db))
		(void) sqlite3_exec(h->db, "rollback", NULL, NULL, NULL);
	/* what was read of the old one */
	host->tables_version = 0;
	if (!done)
		dbcsl_rethrow(h);
}
