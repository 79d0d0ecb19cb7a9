/*
 * close.c
 *	  The end of a call.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/rooms.h"

void
dbcsl_close_all(dbcsl_host *h)
{
	dbcsl_close_failed(h);
	dbcsl_release_statements(h);
	dbcsl_end_reading(h);
	sqlite3_finalize(h->rollback);
	h->rollback = NULL;
	DBCSL_CALL_HOOKS(close, h);
	dbcsl_end_progress(h);
}
