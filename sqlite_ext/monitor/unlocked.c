/*
 * unlocked.c
 *	  Reading a database without locks, for samples.
 *
 * Without a write-ahead log, a reader makes the commit of a writer wait, and
 * fail if its connection has no busy timeout.  If samples are stored in another
 * file, a sample only reads the schema, the header and dbcare's tables, so it
 * opens the file as immutable, which takes no locks.  The pages of the schema
 * change only with the schema cookie in the header: a sample during which the
 * cookie changed is rolled back and taken again, as is one that fails.
 */
#include "sqlite_ext/monitor/monitor.h"

#include <string.h>

#include "common/core/text.h"

/* The header of a database file; see fileformat2.html of SQLite. */
#define HEADER_SIZE		   DBCSL_MONITOR_HEADER
#define HEADER_VERSION	   18
#define HEADER_COOKIE	   40
#define HEADER_COOKIE_SIZE 4
#define VERSION_ROLLBACK   1

/* Reads the header of the main database without a lock. */
static bool
read_header(sqlite3 *db, unsigned char *header)
{
	sqlite3_file *file = NULL;

	return sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) ==
			   SQLITE_OK &&
		   file && file->pMethods &&
		   file->pMethods->xRead(file, header, HEADER_SIZE, 0) == SQLITE_OK;
}

int
dbcsl_monitor_reopen_unlocked(const char *uri, const char *vfs,
							  const dbcsl_connection_settings *settings,
							  sqlite3 **db)
{
	unsigned char header[HEADER_SIZE];
	char *unlocked;
	int code;

	if (!read_header(*db, header) || header[HEADER_VERSION] != VERSION_ROLLBACK)
		return SQLITE_OK;
	sqlite3_close(*db);
	*db = NULL;
	unlocked = sqlite3_mprintf("%s&immutable=1&" DBCSL_UNLOCKED "=1", uri);
	code = unlocked ? dbcsl_reopen(unlocked, vfs, settings, db) : SQLITE_NOMEM;
	sqlite3_free(unlocked);
	return code;
}

void
dbcsl_monitor_remember_schema(dbcsl_host *h)
{
	dbcsl_monitor_state *state = h->monitor;

	if (dbcsl_is_unlocked(h->db))
		(void) read_header(h->db, state->header);
}

void
dbcsl_monitor_verify_schema(dbcsl_host *h)
{
	const dbcsl_monitor_state *state = h->monitor;
	unsigned char header[HEADER_SIZE];

	if (dbcsl_is_unlocked(h->db) &&
		(!read_header(h->db, header) ||
		 memcmp(header + HEADER_COOKIE, state->header + HEADER_COOKIE,
				HEADER_COOKIE_SIZE) != 0))
		dbc_fail(&h->base, DBC_NOT_READY, NULL, NULL,
				 "the schema was changed while the sample was taken");
}
