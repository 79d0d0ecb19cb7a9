/*
 * host.h
 *	  The host interface for measurements, in addition to core/host.h.
 */
#ifndef DBC_SAMPLE_HOST_H
#define DBC_SAMPLE_HOST_H

#include "common/core/host.h"

/* Measurements no SQL statement can give.  -1 where unknown. */
typedef struct dbc_facts
{
	int64_t disk_total;		  /* bytes of the file system with the data */
	int64_t disk_free;		  /* of these, free to ordinary users */
	int64_t wal_bytes;		  /* [SQLite] size of the -wal file, 0 if none */
	bool calling_transaction; /* [SQLite] caller had a transaction */
	bool read_only;			  /* [SQLite] the file was opened to be read */
	const char *details; /* a JSON object of what else there is to know, for
						  * the SQL of checks and samples; see
						  * health/check.h */
} dbc_facts;

/* What the engine knows of one statement. */
typedef struct dbc_sample_statement_stats
{
	const char *fingerprint;
	const char *query; /* normalised */
	int64_t calls;
	int64_t errors; /* -1 where unknown */
	double total_ms;
	double max_ms;
	double p95_ms; /* NAN where unknown */
	const char
		*sketch;  /* of all times, see monitor/sketch.h; NULL where unknown */
	int64_t rows; /* given or changed; -1 where unknown */
	const char *last_at; /* NULL where unknown */
} dbc_sample_statement_stats;

/* What to watch with. */
typedef struct dbc_sample_watch_options
{
	double interval_seconds;
	bool thread;				  /* [SQLite] takes samples in a thread */
	double statements_per_second; /* [SQLite] that are timed; above, some are */
} dbc_sample_watch_options;

typedef struct dbc_sample_host
{
	bool in_process; /* threads of this process take samples, and it measures
					  * statements itself; else the server does both */

	/* Measures; see dbc_facts. */
	void (*facts)(dbc_host *host, dbc_facts *facts);

	/*
	 * Statistics of statements since they were last forgotten, *nseen of them
	 * in any order; NULL, and *missing says in a sentence why, where the engine
	 * keeps none.
	 */
	const dbc_sample_statement_stats *(*statements)(dbc_host *host, int *nseen,
													const char **missing);

	/*
	 * Gives what ask(host) gives while dbcare's tables are those that samples
	 * are stored in.  May be left out where they always are the same.
	 */
	int (*ask_samples)(dbc_host *host, int (*ask)(dbc_host *));
} dbc_sample_host;

/* ---- what core code calls; unknown where the engine does not say ---- */

extern bool dbc_sample_is_in_process(const dbc_host *host);
extern void dbc_sample_read_facts(dbc_host *host, dbc_facts *facts);
extern const dbc_sample_statement_stats *
dbc_sample_read_statements(dbc_host *host, int *nseen, const char **missing);

/* The version of dbcare's tables that samples are stored in, 0 if there are
 * none; makes them, or brings them up to date. */
extern int dbc_sample_tables_version(dbc_host *host);
extern void dbc_sample_need_tables(dbc_host *host);

#endif /* DBC_SAMPLE_HOST_H */
