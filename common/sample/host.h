/*
 * host.h
 *	  What monitoring passes between the core and its host.
 */
#ifndef DBC_SAMPLE_HOST_H
#define DBC_SAMPLE_HOST_H

#include "common/core/host.h"

/* What the engine knows of one statement. */
struct dbc_sample_statement_stats
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
};

/* What to watch with. */
struct dbc_sample_watch_options
{
	double interval_seconds;
	bool thread;				  /* [SQLite] takes samples in a thread */
	double statements_per_second; /* [SQLite] that are timed; above, some are */
};

/* How watching goes. */
struct dbc_sample_watch_status
{
	bool running;			  /* somebody takes samples */
	int64_t pid;			  /* of whom; 0 if nobody does */
	bool statements;		  /* [SQLite] this connection's are measured */
	const char *samples_file; /* [SQLite] samples are in, if not in main */
	const char *problem;	  /* what hinders it, as a sentence, or NULL */
	const char *hint;		  /* what to do about it, as a sentence, or NULL */
};

#endif /* DBC_SAMPLE_HOST_H */
