/*
 * progress.h
 *	  The running calls of this process, and what they have locked.
 */
#ifndef DBCSL_CALL_PROGRESS_H
#define DBCSL_CALL_PROGRESS_H

#include "sqlite_ext/core/host.h"

/* Records the start of a call. */
extern void dbcsl_start_progress(dbcsl_host *h);

extern void dbcsl_report_progress(dbc_host *host, const char *phase,
								  int64_t done, int64_t total);

/* Reports progress without checking for interrupts, so it cannot fail. */
extern void dbcsl_record_progress(dbcsl_host *h, const char *phase,
								  int64_t done, int64_t total);

/* Locks a name until the call ends, in place of the previous one; false if
 * another call of this process has locked it.  NULL only unlocks. */
extern bool dbcsl_progress_lock(dbcsl_host *h, const char *what);

/* Fails if the application has interrupted the call. */
extern void dbcsl_poll_interrupt(dbc_host *host);

/* Removes a call from the list. */
extern void dbcsl_end_progress(dbcsl_host *h);

extern const dbc_rows *dbcsl_list_running(dbc_host *host);

/* ---- call/runners.c ---- */

/* Whether a process that has locked a name is still running, as far as can be
 * determined; if not, this call locks the name. */
extern bool dbcsl_is_running(dbcsl_host *h, int64_t runner, const char *what);

/* Fails while another call runs a script outside a transaction. */
extern void dbcsl_refuse_running_script(dbcsl_host *h);

#endif /* DBCSL_CALL_PROGRESS_H */
