/*
 * pending.h
 *	  The list of statements that wait.
 */
#ifndef DBCW_CORE_PENDING_H
#define DBCW_CORE_PENDING_H

#include "wire/core/host.h"

/* Adds a statement to the end; it makes the savepoint of this number unless
 * that is 0. */
extern void dbcw_append_pending(dbcw_host *h, const char *text,
								const dbc_value *args, int nargs,
								int savepoint);

/* Whether savepoints wait. */
extern bool dbcw_has_pending_savepoint(const dbcw_host *h);

/* Whether statements wait that do more than make savepoints. */
extern bool dbcw_has_pending_work(const dbcw_host *h);

/* Empties the list; returns it. */
extern dbcw_pending *dbcw_take_pending(dbcw_host *h);

/* Forgets a savepoint that still waits, and what follows; false if it was
 * sent. */
extern bool dbcw_forget_savepoint(dbcw_host *h, int number);

#endif /* DBCW_CORE_PENDING_H */
