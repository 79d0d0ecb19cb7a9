/*
 * lock.c
 *	  Locks by which sessions that run dbcare exclude each other.
 *
 * These are advisory locks with the keys of the extension's locks, which SQL
 * cannot acquire.  A runner first acquires its lock, then looks whether a
 * session of the other kind has one: at least one of two sees the other.
 */
#include "wire/core/lock.h"

#include <time.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "wire/core/query.h"
#include "wire/core/session.h"

/* Keys of locks, as of the extension. */
enum
{
	TABLES = 1,
	RUNNER,
	GATE,
	WORKER,
	SAMPLES,
	SEALS,
	HOLDS
};

/* How long a runner waits for another one by default, and how often it tries.
 */
#define PATIENCE_MS 5000
#define CHECK_MS	100

/* Columns of core/runner.sql. */
enum
{
	R_PID,
	R_GID,
	R_WORDS
};

static void
pause_for(int64_t milliseconds)
{
	struct timespec time = {.tv_sec = milliseconds / 1000,
							.tv_nsec = milliseconds % 1000 * 1000000};

	if (milliseconds > 0)
		(void) nanosleep(&time, NULL);
}

/* The result of a function about an advisory lock. */
static bool
call_lock(dbcw_host *h, const char *function, int class, int64_t key)
{
	/* the second key is the 32 bits of an unsigned number */
	PGresult *result =
		dbcw_run_statement(h, NULL,
						   dbc_format(&h->base, "select pg_catalog.%s(%d, %d)",
									  function, class, (int) (uint32_t) key),
						   NULL, 0);

	return *dbcw_cell(h, result, 0, 0) == 't';
}

bool
dbcw_try_lock(dbcw_host *h, int class, int64_t key)
{
	h->holds_lock |= call_lock(h, "pg_try_advisory_lock", class, key);
	return h->holds_lock;
}

void
dbcw_unlock(dbcw_host *h)
{
	if (h->holds_lock)
		dbcw_run_last(h, "select pg_catalog.pg_advisory_unlock_all()");
	h->holds_lock = false;
}

bool
dbcw_commit_work(dbc_host *host, int64_t pause_ms)
{
	dbcw_host *h = dbcw_of(host);
	int64_t start = dbc_microseconds();

	dbcw_commit_transaction(h);
	host->commit_us = dbc_microseconds() - start;
	pause_for(pause_ms);
	dbcw_begin_transaction(h);
	return true;
}

void
dbcw_exclude(dbc_host *host, dbc_exclusion what)
{
	(void) call_lock(dbcw_of(host), "pg_advisory_xact_lock", DBCW_LOCKS,
					 what == DBC_X_SAMPLES ? SAMPLES
					 : what == DBC_X_SEALS ? SEALS
					 : what == DBC_X_HOLDS ? HOLDS
										   : TABLES);
}

/* Another session that runs migrations: a row or none. */
static const dbc_rows *
find_holder(dbcw_host *h)
{
	const dbc_rows *holder = NULL;

	for (int key = RUNNER; key <= WORKER; key++)
	{
		holder = dbc_query(&h->base, "core/runner", dbc_int(key));
		if (holder->nrows > 0)
			break;
	}
	return holder;
}

/* Fails with the name of the runner. */
static void
refuse_holder(dbcw_host *h, const dbc_rows *holder)
{
	if (holder->nrows > 0 && dbc_is_null(&h->base, holder, 0, R_PID))
		dbc_fail(
			&h->base, DBC_LOCK_NOT_AVAILABLE,
			dbc_get_text(&h->base, holder, 0, R_WORDS),
			"Run COMMIT PREPARED or ROLLBACK PREPARED.",
			"migrations were run in prepared transaction \"%s\", which has "
			"not ended",
			dbc_get_text(&h->base, holder, 0, R_GID));
	if (holder->nrows > 0)
		dbc_fail(&h->base, DBC_LOCK_NOT_AVAILABLE,
				 dbc_get_text(&h->base, holder, 0, R_WORDS),
				 "Try again when that process has ended.",
				 "migrations are running in process %lld",
				 (long long) dbc_get_int(&h->base, holder, 0, R_PID));
}

/* Locks out other runners if there are none; until the transaction ends, or for
 * a procedure until the call ends. */
static bool
try_runner(dbcw_host *h, const dbc_rows **holder)
{
	bool procedure = h->base.function->class == DBC_PROC;
	bool locked = procedure ? dbcw_try_lock(h, DBCW_LOCKS, RUNNER)
							: call_lock(h, "pg_try_advisory_xact_lock",
										DBCW_LOCKS, RUNNER);

	*holder = find_holder(h);
	if (locked && (*holder)->nrows == 0)
		return true;
	if (locked && procedure)
		dbcw_unlock(h);
	return false;
}

void
dbcw_lock_runners(dbc_host *host, int64_t timeout_ms)
{
	dbcw_host *h = dbcw_of(host);
	int64_t start = dbc_microseconds();
	bool procedure = host->function->class == DBC_PROC;
	int own = h->connection->lock_timeout;
	int64_t patience = own > 0 ? own : PATIENCE_MS;
	const dbc_rows *holder;
	bool told = false;

	host->lock_timeout_ms = timeout_ms < 0 && procedure ? patience : timeout_ms;
	if (timeout_ms < 0 && !procedure)
		timeout_ms = patience;
	while (!try_runner(h, &holder))
	{
		if (timeout_ms >= 0 && dbc_microseconds() - start > timeout_ms * 1000)
			refuse_holder(h, holder);
		if (!told)
			dbc_notice(host,
					   "waiting for another session that runs migrations");
		told = true;
		if (procedure)
			(void) dbcw_commit_work(host, CHECK_MS);
		else
			pause_for(CHECK_MS);
	}
	/* a procedure must see what the runner before did, and limits its waits */
	if (procedure)
		(void) dbcw_commit_work(host, 0);
	else if (host->lock_timeout_ms >= 0)
		dbcw_add_pending(h, NULL, dbcw_lock_limit(h), NULL, 0);
}
