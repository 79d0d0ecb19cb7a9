/*
 * guard.c
 *	  Catching errors with savepoints.
 */
#include "wire/core/pending.h"
#include "wire/core/session.h"

#include "common/core/asserts.h"

/* The work of a guard. */
typedef struct guarded
{
	void (*fn)(dbc_host *, void *);
	void *arg;
	bool keeps;
} guarded;

static void
run_guarded(dbc_host *host, void *arg)
{
	const guarded *g = arg;
	dbcw_host *h = dbcw_of(host);

	g->fn(host, g->arg);
	/* an error of what waits is one of this guard */
	if (g->keeps && dbcw_has_pending_work(h))
		dbcw_flush(h);
}

bool
dbcw_guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
		   dbc_guard_mode mode, bool read_only, dbc_error *error)
{
	dbcw_host *h = dbcw_of(host);
	bool was_read_only = h->read_only;
	guarded g = {fn, arg, mode != DBC_UNDO};
	int savepoint = dbcw_set_savepoint(h);
	bool done;

	/* the end of the savepoint restores it */
	if (read_only && !was_read_only)
		dbcw_add_pending(h, NULL, "set transaction read only", NULL, 0);
	h->read_only |= read_only;
	h->guards++;
	done = dbcw_try(h, run_guarded, &g);
	h->read_only = was_read_only;
	h->guards--;
	DBC_ASSERT(host, h->guards >= 0);
	if (done && mode != DBC_UNDO)
		dbcw_release_savepoint(h, savepoint);
	else
		dbcw_roll_back_to(h, savepoint);
	if (done)
		return true;
	if (h->passes || !dbcw_is_connected(h))
		dbcw_rethrow(h);
	*error = h->error;
	return false;
}

/* What follows the failure of a procedure. */
typedef struct failure
{
	void (*failed)(dbc_host *, void *, const char *);
	void *arg;
	const char *sqlstate;
} failure;

static void
record_failure(dbc_host *host, void *arg)
{
	const failure *f = arg;

	dbcw_begin_transaction(dbcw_of(host));
	f->failed(host, f->arg, f->sqlstate);
	dbcw_commit_transaction(dbcw_of(host));
}

void
dbcw_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
			 void (*failed)(dbc_host *, void *, const char *), void *arg)
{
	dbcw_host *h = dbcw_of(host);
	failure f = {failed, arg, NULL};
	dbc_error error;

	if (dbcw_try(h, fn, arg))
		return;
	/* the failure of the procedure is what the user must see */
	error = h->error;
	f.sqlstate = error.sqlstate;
	dbcw_roll_back(h);
	if (dbcw_is_connected(h) && !dbcw_try(h, record_failure, &f))
		dbcw_roll_back(h);
	h->error = error;
	dbcw_rethrow(h);
}

bool
dbcw_write(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	dbc_error error;

	return dbcw_guard(host, fn, arg, DBC_KEEP, false, &error);
}
