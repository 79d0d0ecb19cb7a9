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
	bool statements; /* are counted; [SQLite] of this connection */
	/* [SQLite] where samples are stored, if not in main */
	const char *samples_file;
	const char
		*problem;	  /* why monitoring does not work, as a sentence, or NULL */
	const char *hint; /* what to do about it, as a sentence, or NULL */
} dbc_monitor_watch_status;

/* An execution slower than the limit; unknown counts are -1, unknown texts
 * NULL. */
typedef struct dbc_monitor_execution
{
	int64_t number; /* of the slow executions of this source, from 1 */
	int64_t started_ms;
	double duration_ms;
	const char *fingerprint;
	const char *query; /* normalised */
	int64_t rows;	   /* returned or changed */
	const char *user_name;
	const char *application;
	int64_t full_scan_steps;
	int64_t sorts;
	int64_t automatic_indexes;
	const char *plan; /* without values */
} dbc_monitor_execution;

/* The slow executions of this database that the host has in memory. */
typedef struct dbc_monitor_slow_log
{
	const char *source; /* within which numbers are unique; NULL: none */
	int64_t last;		/* number of the last slow execution, kept or not */
	int count;			/* of list, in any order */
	const dbc_monitor_execution *list;
	const char *problem; /* why none are recorded, as a sentence, or NULL */
	const char *hint;	 /* what to do about it, as a sentence, or NULL */
} dbc_monitor_slow_log;

/* Failed statements by SQLSTATE. */
typedef struct dbc_monitor_error_count
{
	char sqlstate[6]; /* empty: all that are not counted separately */
	int64_t count;
} dbc_monitor_error_count;

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

	/* The slow executions in memory, and the limit above which an execution of
	 * this database is slow. */
	void (*read_slow)(dbc_host *host, dbc_monitor_slow_log *log);
	void (*limit_slow)(dbc_host *host, double slow_ms, bool with_plan);

	/* [SQLite] The plan of a normalised statement as text, made without running
	 * it; NULL if it cannot be made.  May be NULL: plans are recorded. */
	const char *(*plan_slow)(dbc_host *host, const char *query);

	/* [PG] Failed statements of this database by SQLSTATE, *ncounts of them;
	 * NULL if they are not counted.  May be NULL. */
	const dbc_monitor_error_count *(*count_errors)(dbc_host *host,
												   int *ncounts);

	/* Resets the statement statistics that dbcare keeps itself; may be NULL. */
	void (*forget)(dbc_host *host);

	/* [PG] NOTIFY on channel dbcare_alert; may be NULL. */
	void (*notify)(dbc_host *host, const char *payload);
} dbc_monitor_host;

#endif /* DBC_MONITOR_HOST_H */
