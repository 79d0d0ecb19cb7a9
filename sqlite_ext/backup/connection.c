/*
 * connection.c
 *	  Connections to databases that are copied, and to their copies.
 */
#include "sqlite_ext/backup/backup.h"
#include "sqlite_ext/backup/file.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

#include "common/core/text.h"

/* ---- connections ---- */

void
dbcsl_backup_close(dbcsl_backup_connections *open)
{
	sqlite3_finalize(open->statement);
	open->statement = NULL;
	if (open->backup)
		sqlite3_backup_finish(open->backup);
	open->backup = NULL;
	sqlite3_close(open->target);
	sqlite3_close(open->source);
	open->target = open->source = NULL;
}

_Noreturn void
dbcsl_backup_fail(dbcsl_host *h, sqlite3 *db, int code, const char *path)
{
	int primary = code & 0xff;
	/* an error of the file itself is not one of the connection */
	const char *message = db && sqlite3_errcode(db) != SQLITE_OK
							  ? sqlite3_errmsg(db)
							  : sqlite3_errstr(code);

	if (primary == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
	dbc_fail(&h->base,
			 primary == SQLITE_FULL ? "53100"
			 : primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB
				 ? DBC_CORRUPTED
			 : primary == SQLITE_BUSY || primary == SQLITE_LOCKED
				 ? DBC_LOCK_NOT_AVAILABLE
				 : "58030",
			 NULL, NULL, "\"%s\": %s", path, message);
}

void
dbcsl_backup_execute(dbcsl_host *h, sqlite3 *db, const char *sql)
{
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, db, code, sql);
}

const char *
dbcsl_backup_ask(dbcsl_host *h, sqlite3 *db, sqlite3_stmt **statement,
				 const char *sql)
{
	const char *text = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(*statement);
	if (code != SQLITE_ROW)
		dbcsl_backup_fail(h, db, code, sql);
	if (sqlite3_column_type(*statement, 0) != SQLITE_NULL)
		text = dbcsl_printf(h, "%s", sqlite3_column_text(*statement, 0));
	sqlite3_finalize(*statement);
	*statement = NULL;
	return text;
}

void
dbcsl_backup_open(dbcsl_host *h, const dbc_backup_work *work, sqlite3 **db)
{
	const char *uri =
		dbcsl_printf(h, "file:%d?mode=ro&immutable=1", work->database);
	int code = sqlite3_open_v2(uri, db,
							   SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
								   SQLITE_OPEN_PRIVATECACHE,
							   dbcsl_backup_vfs_of(h, work->files));

	if (code == SQLITE_OK)
		code = dbcsl_distrust_schemas(*db);
	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, *db, code, "the copy");
	sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	dbcsl_backup_execute(h, *db,
						 "pragma cell_size_check = on; "
						 "pragma temp_store = memory");
}

/* ---- interrupts ---- */

/* Operations of SQLite between two looks for an interrupt. */
#define OPERATIONS 100000

static void
poll(dbc_host *host, void *arg)
{
	(void) arg;
	dbc_poll(host);
}

static int
look_for_interrupt(void *arg)
{
	dbcsl_backup_watch *watch = arg;

	watch->interrupted = watch->interrupted || !dbcsl_try(watch->h, poll, NULL);
	return watch->interrupted;
}

void
dbcsl_backup_begin_watch(dbcsl_backup_watch *watch, sqlite3 *db)
{
	sqlite3_progress_handler(db, OPERATIONS, look_for_interrupt, watch);
}

void
dbcsl_backup_end_watch(const dbcsl_backup_watch *watch)
{
	if (watch->interrupted)
		dbcsl_rethrow(watch->h);
}

/* ---- the database ---- */

const char *
dbcsl_backup_schema(dbcsl_host *h, const char *schema)
{
	if (!schema)
		return "main";
	if (sqlite3_stricmp(schema, "temp") == 0 ||
		sqlite3_txn_state(h->db, schema) < 0)
		dbc_fail(&h->base, "3F000", NULL, NULL,
				 "there is no attached database \"%s\"", schema);
	return schema;
}

const char *
dbcsl_backup_file(dbcsl_host *h, const char *schema)
{
	const char *file = sqlite3_db_filename(h->db, schema);

	return file && *file ? file : NULL;
}
