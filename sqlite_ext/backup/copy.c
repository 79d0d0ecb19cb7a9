/*
 * copy.c
 *	  Copying a database while others write.
 *
 * A second, read-only connection pins a snapshot, so that the copy does not
 * start over when another connection commits.  Without a write-ahead log it
 * would keep them from committing.  The live file is never opened but by
 * SQLite, since closing it would drop its locks.
 */
#include "sqlite_ext/backup/backup.h"
#include "sqlite_ext/backup/file.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/trust/reopen.h"
#include "sqlite_ext/trust/unsafe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/backup/catalog.h"
#include "common/core/clock.h"
#include "common/core/text.h"

/* Pages of a step, and of one after which they are packed meanwhile. */
#define SLICE		1024
#define SMALL_SLICE 256

/* A write-ahead log that grows more than the database, and more than this,
 * ends the pauses between steps. */
#define MOST_WAL (INT64_C(64) << 20)

/* A copy that is made. */
typedef struct copying
{
	dbc_backup_work *work;
	const char *schema;
	const char *source_schema; /* on the source connection */
	dbcsl_backup_connections open;
} copying;

/* ---- the source ---- */

bool
dbcsl_backup_is_exclusive(dbcsl_host *h, const char *schema)
{
	sqlite3_stmt *statement = NULL;
	bool exclusive = false;

	if (sqlite3_prepare_v2(
			h->db, dbcsl_printf(h, "pragma \"%w\".locking_mode", schema), -1,
			&statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		exclusive = dbc_same((const char *) sqlite3_column_text(statement, 0),
							 "exclusive");
	sqlite3_finalize(statement);
	return exclusive;
}

/* Fails if the caller has changed the database in its transaction.  A call that
 * will write has a transaction by itself, and others wait for it: what is
 * committed is what it begins with. */
static void
refuse_changes(dbcsl_host *h, const char *schema, bool is_before)
{
	if (is_before && !h->calling_transaction)
	{
		if (!dbcsl_backup_file(h, schema) ||
			dbcsl_backup_is_exclusive(h, schema))
			dbc_fail(&h->base, DBC_UNSUPPORTED,
					 "Another connection has to read the database.",
					 "Call dbbackup_create() first, without the option backup.",
					 "a database in memory, or with locking_mode exclusive, "
					 "cannot be backed up by a call that writes");
		return;
	}
	if (sqlite3_txn_state(h->db, schema) == SQLITE_TXN_WRITE)
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION,
				 "A backup has what is committed.",
				 "Repeat the call after COMMIT.",
				 "the transaction has changed the database");
}

/* The file of a database as the user knows it, without directories. */
static const char *
name_of(dbcsl_host *h, const char *schema)
{
	const char *file = dbcsl_backup_file(h, schema);
	const char *slash = file ? strrchr(file, '/') : NULL;

	return slash  ? dbc_copy(&h->base, slash + 1, strlen(slash + 1))
		   : file ? file
		   : dbc_same(schema, "main") ? "memory"
									  : schema;
}

/* A number that the caller's connection returns. */
static int64_t
ask_number(dbcsl_host *h, const char *schema, const char *name)
{
	sqlite3_stmt *statement = NULL;
	int64_t number = 0;

	if (sqlite3_prepare_v2(h->db,
						   dbcsl_printf(h, "pragma \"%w\".%s", schema, name),
						   -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

void
dbcsl_backup_describe(dbc_host *host, dbc_backup_work *work)
{
	dbcsl_host *h = dbcsl_of(host);
	dbc_backup *backup = work->backup;
	const char *schema = dbcsl_backup_schema(h, work->schema);

	refuse_changes(h, schema, work->is_before);
	backup->database = dbc_readable(host, name_of(h, schema));
	if (!backup->kind)
		backup->kind = "full";
	backup->engine_version = sqlite3_libversion();
	backup->page_size = ask_number(h, schema, "page_size");
	backup->database_bytes =
		backup->page_size * ask_number(h, schema, "page_count");
	backup->identity =
		dbc_format(host, "%s page_size=%lld auto_vacuum=%lld", backup->database,
				   (long long) backup->page_size,
				   (long long) ask_number(h, schema, "auto_vacuum"));
}

/* Opens the file again, read-only, and pins its state. */
static int
open_source(dbcsl_host *h, copying *c, const char *file)
{
	char *uri = dbcsl_reopen_uri(file, true);
	sqlite3 **db = &c->open.source;
	int code = SQLITE_NOMEM;

	if (uri)
		code =
			sqlite3_open_v2(uri, db,
							SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
								SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW,
							dbcsl_vfs_name(h->db, c->schema));
	sqlite3_free(uri);
	if (code == SQLITE_OK)
		code = dbcsl_distrust_schemas(*db);
	if (code != SQLITE_OK)
		return code;
	sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_wal_autocheckpoint(*db, 0);
	code = sqlite3_exec(*db, "begin; select 1 from sqlite_schema limit 1", NULL,
						NULL, NULL);
	c->source_schema = "main";
	return code;
}

/* Tries that until no other connection has the file locked. */
static void
need_source(dbcsl_host *h, copying *c, const char *file)
{
	int64_t start = dbc_microseconds();
	int code;

	for (;;)
	{
		code = open_source(h, c, file);
		if (code == SQLITE_OK)
			return;
		if ((code & 0xff) == SQLITE_NOTADB && dbcsl_lacks_key(h->db, c->schema))
			dbc_fail(&h->base, DBC_UNSUPPORTED, NULL,
					 "Attach a new file with a key, and copy the database with "
					 "sqlcipher_export().",
					 "a backup needs a second connection, which does not have "
					 "the key of this encrypted file");
		if (!dbcsl_is_locked(code) ||
			dbc_microseconds() - start > dbcsl_lock_wait_limit(h) * 1000)
			dbcsl_backup_fail(h, c->open.source, code, file);
		dbcsl_backup_close(&c->open);
		dbc_poll(&h->base);
		sqlite3_sleep(20);
	}
}

/* ---- the copy ---- */

/* Bytes of the write-ahead log of a file; it is not opened. */
static int64_t
wal_bytes(dbcsl_host *h, const char *file)
{
	struct stat status;

	return file && stat(dbc_format(&h->base, "%s-wal", file), &status) == 0
			   ? status.st_size
			   : 0;
}

typedef struct step
{
	copying *copying;
	const char *file;
	int pages;
	int64_t wal_before;
	int code;
} step;

/* Copies a slice. */
static void
copy_slice(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	step *s = arg;
	sqlite3_backup *backup = s->copying->open.backup;
	int total;

	s->code = sqlite3_backup_step(backup, s->pages);
	total = sqlite3_backup_pagecount(backup);
	dbc_progress(host, "copying", total - sqlite3_backup_remaining(backup),
				 total + 1);
	if (wal_bytes(h, s->file) - s->wal_before >
		MOST_WAL + s->copying->work->backup->database_bytes)
		s->pages = -1;
}

/* Lets the core work on what was copied. */
static void
pass_on(dbcsl_host *h, copying *c)
{
	dbc_backup_work *work = c->work;
	int64_t pages = sqlite3_backup_pagecount(c->open.backup);
	int64_t done = pages - sqlite3_backup_remaining(c->open.backup);

	if (dbcsl_backup_flush(c->open.target) == SQLITE_OK)
		work->copied(&h->base, work, work->backup->page_size, done, pages);
}

static void
copy_pages(dbcsl_host *h, copying *c, const char *file, bool in_slices)
{
	sqlite3 *source = c->open.source ? c->open.source : h->db;
	/* without a write-ahead log others wait for the copy */
	bool overlaps =
		c->work->copied && dbc_same(c->work->backup->journal_mode, "wal");
	step s = {.copying = c,
			  .file = file,
			  .pages = !in_slices ? -1
					   : overlaps ? SMALL_SLICE
								  : SLICE,
			  .wal_before = wal_bytes(h, file)};
	int64_t start = dbc_microseconds();
	int code;

	c->open.backup =
		sqlite3_backup_init(c->open.target, "main", source, c->source_schema);
	if (!c->open.backup)
		dbcsl_backup_fail(h, c->open.target, sqlite3_errcode(c->open.target),
						  c->work->path);
	do
	{
		dbc_scoped(&h->base, copy_slice, &s);
		if (s.code == SQLITE_OK && overlaps)
			pass_on(h, c);
		if (dbcsl_is_locked(s.code))
		{
			if (dbc_microseconds() - start > dbcsl_lock_wait_limit(h) * 1000)
				break;
			sqlite3_sleep(20);
		}
	} while (s.code == SQLITE_OK || dbcsl_is_locked(s.code));
	code = sqlite3_backup_finish(c->open.backup);
	c->open.backup = NULL;
	if (code == SQLITE_OK)
		code = dbcsl_backup_flush(c->open.target);
	if (s.code != SQLITE_DONE || code != SQLITE_OK)
		dbcsl_backup_fail(h, c->open.target, code != SQLITE_OK ? code : s.code,
						  c->work->path);
}

/* Reads the facts of the copy. */
static void
read_facts(dbcsl_host *h, copying *c)
{
	dbc_backup *backup = c->work->backup;
	const char *size;

	size = dbcsl_backup_ask(h, c->open.target, &c->open.statement,
							"pragma page_size");
	backup->page_size = strtoll(size, NULL, 10);
	sqlite3_close(c->open.target);
	c->open.target = NULL;
	backup->database_bytes =
		DBC_BACKUP(&h->base)->size(&h->base, c->work->files, c->work->database);
	backup->pages =
		backup->page_size ? backup->database_bytes / backup->page_size : 0;
	backup->stored_pages = backup->pages;
}

/* Reads what the copy contains.  What is damaged is found by the test of its
 * integrity, in better words. */
static void
read_contents(dbc_host *host, void *arg)
{
	copying *c = arg;
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_backup_watch watch = {.h = h};

	dbcsl_backup_open(h, c->work, &c->open.target);
	dbcsl_backup_begin_watch(&watch, c->open.target);
	dbc_progress(host, "counting rows", 0, 1);
	dbcsl_backup_read_contents(h, &c->open, c->work->backup);
	dbcsl_backup_end_watch(&watch);
}

static void
copy(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	copying *c = arg;
	const char *file = dbcsl_backup_file(h, c->schema);
	bool in_slices = false;
	dbc_error error;
	int code;

	c->source_schema = c->schema;
	if (file && !dbcsl_backup_is_exclusive(h, c->schema))
	{
		need_source(h, c, file);
		c->work->backup->journal_mode = dbcsl_backup_ask(
			h, c->open.source, &c->open.statement, "pragma journal_mode");
		in_slices = true;
	}
	else
		c->work->backup->journal_mode = file ? "exclusive" : "memory";
	code = sqlite3_open_v2(dbcsl_printf(h, "%d", c->work->database),
						   &c->open.target,
						   SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE,
						   dbcsl_backup_vfs_of(h, c->work->files));
	if (code == SQLITE_OK)
		code = dbcsl_distrust_schemas(c->open.target);
	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, c->open.target, code, c->work->path);
	dbcsl_backup_execute(h, c->open.target,
						 "pragma journal_mode = off; pragma synchronous = off");
	copy_pages(h, c, file, in_slices);
	/* others wait for the end of the snapshot, without a write-ahead log */
	sqlite3_close(c->open.source);
	c->open.source = NULL;
	read_facts(h, c);
	(void) dbc_guard(host, read_contents, c, DBC_KEEP, true, &error);
}

void
dbcsl_backup_copy(dbc_host *host, dbc_backup_work *work)
{
	dbcsl_host *h = dbcsl_of(host);
	copying c = {.work = work, .schema = dbcsl_backup_schema(h, work->schema)};
	bool done = dbcsl_try(h, copy, &c);

	dbcsl_backup_close(&c.open);
	if (!done)
		dbcsl_rethrow(h);
}
