/*
 * transaction.c
 *	  Transactions and savepoints.
 */
#include "wire/core/session.h"

#include "common/core/text.h"
#include "wire/core/pending.h"

/* The statement that limits waits for locks. */
void
dbcw_begin_transaction(dbcw_host *h)
{
	h->in_transaction = true;
	dbcw_append_pending(h,
						!dbc_class_acts(h->base.function->class)
							? "begin isolation level repeatable read read only"
						: h->base.one_snapshot ||
								!dbc_class_writes(h->base.function->class)
							? "begin isolation level repeatable read"
							: "begin isolation level read committed",
						NULL, 0, 0);
	if (h->base.lock_timeout_ms >= 0)
		dbcw_append_pending(h, dbcw_lock_limit(h), NULL, 0, 0);
}

void
dbcw_commit_transaction(dbcw_host *h)
{
	dbcw_append_pending(h, "commit", NULL, 0, 0);
	dbcw_flush(h);
	h->in_transaction = false;
	/* deferred triggers have run in it, which can make settings of the session */
	if (dbc_class_writes(h->base.function->class))
		dbcw_enter(h, "");
}

void
dbcw_roll_back(dbcw_host *h)
{
	bool idle = dbcw_pq.PQtransactionStatus(h->connection->pg) == PQTRANS_IDLE;

	if (idle)
		(void) dbcw_take_pending(h);
	else
		dbcw_run_last(h, "rollback");
	h->in_transaction = false;
}

int
dbcw_set_savepoint(dbcw_host *h)
{
	int number = ++h->savepoints;

	if (dbcw_has_pending_work(h))
		dbcw_flush(h);
	dbcw_append_pending(h, dbc_format(&h->base, "savepoint dbcare_%d", number),
						NULL, 0, number);
	return number;
}

void
dbcw_release_savepoint(dbcw_host *h, int number)
{
	if (!dbcw_forget_savepoint(h, number))
		dbcw_append_pending(
			h, dbc_format(&h->base, "release savepoint dbcare_%d", number),
			NULL, 0, 0);
}

void
dbcw_roll_back_to(dbcw_host *h, int number)
{
	if (!dbcw_forget_savepoint(h, number))
		dbcw_run_last(h, dbc_format(&h->base,
									"rollback to savepoint dbcare_%d;"
									"release savepoint dbcare_%d",
									number, number));
}
