/*
 * host.h
 *	  The host interface of monitoring, in addition to core/host.h.
 */
#ifndef DBC_MONITOR_HOST_H
#define DBC_MONITOR_HOST_H

#include "common/sample/host.h"

/* The status of monitoring. */
typedef struct dbc_monitor_watch_status
{
	bool running;	 /* a process or thread takes samples */
	int64_t pid;	 /* of that process, or 0 */
	bool statements; /* [SQLite] statements of this connection are measured */
	/* [SQLite] where samples are stored, if not in main */
	const char *samples_file;
	const char
		*problem;	  /* why monitoring does not work, as a sentence, or NULL */
	const char *hint; /* what to do about it, as a sentence, or NULL */
} dbc_monitor_watch_status;

typedef struct dbc_monitor_host
{
	/* reading the sizes of tables means reading all tables */
	bool reads_tables;

	/* [SQLite] Statement statistics of this process that are not stored yet,
	 * for dbmonitor_sample() to store; they count as stored when its
	 * transaction commits. statements() includes both.  May be NULL. */
	const dbc_sample_statement_stats *(*unstored)(dbc_host *host, int *nstats);

	/* Starts monitoring with the options of the task, which are already stored,
	 * or stops it (NULL).  [PG] Takes effect when the transaction commits. */
	void (*watch)(dbc_host *host, const dbc_sample_watch_options *task);

	/* Returns the status of monitoring. */
	void (*watched)(dbc_host *host, dbc_monitor_watch_status *watched);

	/* Resets the statement statistics that dbcare keeps itself; may be NULL. */
	void (*forget)(dbc_host *host);

	/* [PG] NOTIFY on channel dbcare_alert; may be NULL. */
	void (*notify)(dbc_host *host, const char *payload);
} dbc_monitor_host;

#endif /* DBC_MONITOR_HOST_H */
