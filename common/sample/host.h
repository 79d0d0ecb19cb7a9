/*
 * host.h
 *	  The host interface for measurements, in addition to core/host.h.
 */
#ifndef DBC_SAMPLE_HOST_H
#define DBC_SAMPLE_HOST_H

#include "common/core/host.h"

/* Measurements that SQL cannot return; -1: unknown. */
typedef struct dbc_facts
{
	int64_t disk_total; /* of the file system with the data */
	int64_t disk_free;	/* of these, available to ordinary users */
	int64_t wal_bytes;	/* [SQLite] size of the -wal file, 0 if there is none */
	bool calling_transaction; /* [SQLite] the caller has an open transaction */
	bool read_only;			  /* [SQLite] the connection is read-only */
	/* [SQLite] the connection and the library are those of the command dbcare,
	 * not those of the application */
	bool of_command;
	const char *details; /* a JSON object with further measurements for the SQL
							of checks and samples; see health/check.h */
} dbc_facts;

/* Statistics of one statement. */
typedef struct dbc_sample_statement_stats
{
	const char *fingerprint;
	const char *query; /* normalised */
	int64_t author;	   /* [PG] OID of the role that ran it; 0: unknown */
	int64_t calls;
	int64_t errors; /* -1: unknown */
	double total_ms;
	double max_ms;
	double p95_ms;		 /* NAN: unknown */
	const char *sketch;	 /* of all execution times, see monitor/sketch.h; NULL:
							unknown */
	int64_t rows;		 /* returned or changed; -1: unknown */
	const char *last_at; /* NULL: unknown */
} dbc_sample_statement_stats;

/* Options of monitoring. */
typedef struct dbc_sample_watch_options
{
	double interval_seconds;
	bool thread;				  /* [SQLite] take samples in a thread */
	double statements_per_second; /* [SQLite] above this rate, only some are
									 timed */
} dbc_sample_watch_options;

/* What the server is. */
typedef struct dbc_server
{
	const char *identity; /* its system, the database and its data directory;
							 see home.h */
	int64_t timeline;
	bool has_received; /* it was a standby since it was started */
	bool in_recovery;
} dbc_server;

typedef struct dbc_sample_host
{
	bool in_process; /* threads of this process take samples and statements are
						measured here; otherwise the server does both */

	/* Takes measurements; see dbc_facts. */
	void (*facts)(dbc_host *host, dbc_facts *facts);

	/* Statement statistics since the last reset, *nstats of them in any order.
	 * If the engine has none, returns NULL and sets *missing to the reason. */
	const dbc_sample_statement_stats *(*statements)(dbc_host *host, int *nstats,
													const char **missing);

	/* [PG] Tells what the server is. */
	void (*server)(dbc_host *host, dbc_server *server);

	/* Returns ask(host), called with the database that samples are stored in as
	 * the one of dbcare's tables.  May be NULL if there is only one. */
	int (*ask_samples)(dbc_host *host, int (*ask)(dbc_host *));
} dbc_sample_host;

/* ---- called by core code; unknown if the host has no such call ---- */

extern bool dbc_sample_is_in_process(const dbc_host *host);
extern void dbc_sample_read_facts(dbc_host *host, dbc_facts *facts);
extern const dbc_sample_statement_stats *
dbc_sample_read_statements(dbc_host *host, int *nstats, const char **missing);

/* Whether dbcare's tables are in the database that samples are stored in; and a
 * call that creates or upgrades them. */
extern bool dbc_sample_has_tables(dbc_host *host);
extern void dbc_sample_need_tables(dbc_host *host);

#endif /* DBC_SAMPLE_HOST_H */
