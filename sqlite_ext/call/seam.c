/*
 * seam.c
 *	  The calls of the host interface, and the smaller ones of them.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/relation.h"
#include "sqlite_ext/call/script.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/sql/ddl.h"
#include "sqlite_ext/sql/script.h"
#include "sqlite_ext/trust/unsafe.h"

#include "common/core/seam.h"
#include "common/core/text.h"

/* [PG] */
static void
exclude(dbc_host *host, dbc_exclusion what)
{
	(void) host;
	(void) what;
}

/* Writes to the application's error log; SQLite has no other channel. */
static void
notice(dbc_host *host, const char *message)
{
	(void) host;
	sqlite3_log(SQLITE_NOTICE, "dbcare: %s", message);
}

/* A name, quoted if necessary. */
static const char *
quote(dbc_host *host, const char *name)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	dbcsl_append_quoted_name(&buffer, name);
	return buffer.data;
}

/* SQLite has no configuration parameters, only the stored settings. */
static const char *
setting(dbc_host *host, const char *name)
{
	(void) host;
	(void) name;
	return NULL;
}

/* Runs fn, then frees the memory that it has allocated; see core/host.h. Memory
 * of an error, a cached statement, or what is kept to the end of the call is
 * freed at the end of the call. */
static void
scoped(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_host before = {.blocks = h->blocks,
						 .room = h->room,
						 .cached = h->cached,
						 .memos = h->memos};
	bool done;

	h->blocks = NULL;
	h->room = 0;
	h->scopes++;
	done = dbcsl_try(h, fn, arg);
	h->scopes--;
	dbcsl_end_scope(h);
	if (done && h->cached == before.cached && h->memos == before.memos)
		dbcsl_free_blocks(h->blocks);
	else
		dbcsl_move_memory(h, &before);
	h->blocks = before.blocks;
	h->room = before.room;
	if (!done)
		dbcsl_rethrow(h);
}

void
dbcsl_open(dbcsl_host *h, sqlite3 *db, const dbc_function *fn)
{
	static const dbc_seam seam = {.alloc = dbcsl_alloc,
								  .scoped = scoped,
								  .fail = dbcsl_fail,
								  .query = dbcsl_query,
								  .pages = dbcsl_pass_pages,
								  .guard = dbcsl_guard,
								  .emit = dbcsl_emit,
								  .notice = notice,
								  .progress = dbcsl_report_progress,
								  .poll = dbcsl_poll_interrupt,
								  .split = dbcsl_split,
								  .run = dbcsl_run,
								  .quote = quote,
								  .lock = dbcsl_lock,
								  .commit = dbcsl_commit_work,
								  .divide = dbcsl_divide_work,
								  .survive = dbcsl_survive,
								  .write = dbcsl_write,
								  .outside = dbcsl_run_outside,
								  .setting = setting,
								  .recall = dbcsl_recall_result,
								  .remember = dbcsl_remember_result,
								  .running = dbcsl_list_running,
								  .resolve = dbcsl_resolve,
								  .exclude = exclude};

	dbcsl_open_with(h, &seam, db, fn);
}
