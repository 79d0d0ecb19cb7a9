/*
 * host.h
 *	  The host interface of monitoring, in addition to core/host.h.
 */
#ifndef DBC_MONITOR_HOST_H
#define DBC_MONITOR_HOST_H

#include "common/sample/host.h"

/* How watching goes. */
typedef struct dbc_monitor_watch_status
{
	bool running;			  /* somebody takes samples */
	int64_t pid;			  /* of whom; 0 if nobody does */
	bool statements;		  /* [SQLite] this connection's are measured */
	const char *samples_file; /* [SQLite] samples are in, if not in main */
	const char *problem;	  /* what hinders it, as a sentence, or NULL */
	const char *hint;		  /* what to do about it, as a sentence, or NULL */
} dbc_monitor_watch_status;

typedef struct dbc_monitor_host
{
	bool reads_tables; /* all of them, to tell how large they are */

	/*
	 * [SQLite] The same of what this process has seen and not stored yet, for
	 * dbmonitor_sample() to add to the bookkeeping: once its transaction
	 * commits, that is stored.  statements() gives both.  May be left out.
	 */
	const dbc_sample_statement_stats *(*unstored)(dbc_host *host, int *nseen);

	/*
	 * Starts monitoring as the task says, which the bookkeeping has already, or
	 * ends it (NULL).  [PG] once the transaction commits.
	 */
	void (*watch)(dbc_host *host, const dbc_sample_watch_options *task);

	/* How monitoring goes. */
	void (*watched)(dbc_host *host, dbc_monitor_watch_status *watched);

	/* Forgets the statistics of statements, where they are dbcare's own; may be
	 * left out. */
	void (*forget)(dbc_host *host);

	/* [PG] NOTIFY on channel dbcare_alert; may be left out. */
	void (*notify)(dbc_host *host, const char *payload);
} dbc_monitor_host;

#endif /* DBC_MONITOR_HOST_H */
