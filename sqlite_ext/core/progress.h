/*
 * progress.h
 *	  The calls of this process that run, and what they have locked.
 */
#ifndef DBCSL_CORE_PROGRESS_H
#define DBCSL_CORE_PROGRESS_H

#include "sqlite_ext/core/host.h"

/* Notes when a call started. */
extern void dbcsl_start_progress(dbcsl_host *h);

extern void dbcsl_report_progress(dbc_host *host, const char *phase,
								  int64_t done, int64_t total);

/* Shows progress without giving way: cannot fail. */
extern void dbcsl_record_progress(dbcsl_host *h, const char *phase,
								  int64_t done, int64_t total);

/*
 * Claims something, instead of what was claimed before, until the call ends;
 * false if another call of this process has it.  NULL claims nothing.
 */
extern bool dbcsl_progress_lock(dbcsl_host *h, const char *what);

/* Fails if the application has interrupted the call. */
extern void dbcsl_poll_interrupt(dbc_host *host);

/* Ends what dbcsl_report_progress() shows of a call. */
extern void dbcsl_end_progress(dbcsl_host *h);

extern const dbc_rows *dbcsl_list_running(dbc_host *host);

/* ---- core/runners.c ---- */

/* Whether a process that has locked a thing still works on it, as far as can be
 * told; if not, this call has locked it. */
extern bool dbcsl_is_running(dbcsl_host *h, int64_t runner, const char *what);

/* Fails while another call runs a script outside a transaction. */
extern void dbcsl_refuse_running_script(dbcsl_host *h);

#endif /* DBCSL_CORE_PROGRESS_H */
