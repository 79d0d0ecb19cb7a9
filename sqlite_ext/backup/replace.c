/*
 * replace.c
 *	  Replacing the live database by a backup.
 *
 * The copy runs backwards, in one step: one transaction of the live database,
 * so that readers see the old state or the new one.
 */
#include "sqlite_ext/backup/backup.h"
#include "sqlite_ext/core/query.h"
#include "sqlite_ext/core/transaction.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/backup/catalog.h"
#include "common/core/clock.h"
#include "common/core/text.h"

typedef struct replacing
{
	dbc_backup_work *work;
	dbcsl_backup_connections open;
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
				 "To restore into the database of this connection, pass null "
				 "and the option replace.",
				 "\"%s\" is not the name of a file", path);
	if (live && stat(live, &left) == 0 && stat(path, &right) == 0 &&
		left.st_dev == right.st_dev && left.st_ino == right.st_ino)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "To replace the database, pass null and the option replace.",
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

static void
replace(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	replacing *r = arg;
	int64_t size = live_page_size(h, r);
	int64_t start = dbc_microseconds();
	int code;

	if (size != r->work->backup->page_size)
		dbc_fail(host, DBC_UNSUPPORTED, "Nothing was changed.",
				 "Restore to a new file, and replace the database while no "
				 "connection uses it.",
				 "the database has pages of %lld bytes, and the backup of %lld",
				 (long long) size, (long long) r->work->backup->page_size);
	dbcsl_backup_open(h, r->work, &r->open.source);
	r->open.backup = sqlite3_backup_init(h->db, "main", r->open.source, "main");
	if (!r->open.backup)
		dbcsl_fail_engine(h, sqlite3_errcode(h->db));
	dbc_progress(host, "replacing", 0, 1);
	while (dbcsl_is_locked(code = sqlite3_backup_step(r->open.backup, -1)) &&
		   dbc_microseconds() - start < dbcsl_lock_wait_limit(h) * 1000)
	{
		dbc_poll(host);
		sqlite3_sleep(20);
	}
	if (code == SQLITE_DONE)
		code = SQLITE_OK;
	else
		code = code == SQLITE_OK ? SQLITE_ERROR : code;
	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, NULL, code, "main");
	code = sqlite3_backup_finish(r->open.backup);
	r->open.backup = NULL;
	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, h->db, code, "main");
}

void
dbcsl_backup_replace(dbc_host *host, dbc_backup_work *work)
{
	dbcsl_host *h = dbcsl_of(host);
	replacing r = {.work = work};
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
	/* what was read of the old one */
	host->tables_version = 0;
	if (!done)
		dbcsl_rethrow(h);
}
