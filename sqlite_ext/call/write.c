/*
 * write.c
 *	  Writing the database in a call that has no transaction.
 */
#include "sqlite_ext/call/transaction.h"

/* The work of dbcsl_write(). */
typedef struct short_work
{
	void (*fn)(dbc_host *, void *);
	void *arg;
} short_work;

static void
run_short_work(dbc_host *host, void *arg)
{
	const short_work *work = arg;

	dbcsl_begin_writing(dbcsl_of(host));
	work->fn(host, work->arg);
	dbcsl_end_transaction(dbcsl_of(host));
}

bool
dbcsl_write(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	short_work work = {fn, arg};
	bool done;

	if (sqlite3_db_readonly(h->db, "main") == 1)
		return false;
	h->writing = true;
	done = dbcsl_try(h, run_short_work, &work);
	if (!done)
	{
		dbc_error error = h->error;

		dbcsl_undo_work(h);
		h->transaction = DBCSL_NO_TRANSACTION;
		h->error = error;
		if (dbcsl_is_unguarded_error(&error))
			dbcsl_rethrow(h);
	}
	h->writing = false;
	return done;
}
