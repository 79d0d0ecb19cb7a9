/*
 * host.h
 *	  The host interface of health checks, in addition to core/host.h.
 */
#ifndef DBC_HEALTH_HOST_H
#define DBC_HEALTH_HOST_H

#include "common/core/host.h"

/* A sample of pages. */
typedef struct dbc_page_sample
{
	int64_t pages;		/* number of pages of the relation or database */
	int64_t page_bytes; /* size of each */
	int64_t sampled;	/* number of sampled pages */
	double free;		/* mean free share of a page: 0 to 1 */
	double deviation;	/* standard deviation of the free share */
	const char *reason; /* why no page was sampled, or NULL */
} dbc_page_sample;

/* The state of a sequence. */
typedef struct dbc_sequence
{
	const char *sequence; /* a text that begins with its OID */
	bool is_used;		  /* it has returned a value */
	int64_t last_value;	  /* which was this */
	const char *reason;	  /* why it could not be read, or NULL */
} dbc_sequence;

typedef struct dbc_health_host
{
	/* Reads about npages random pages of a table or an index [PG: its OID], or
	 * of a database [SQLite: its name]; all pages if there are fewer.  Dead
	 * rows and reusable space count as free; space reserved by fillfactor does
	 * not.  Waits for no lock and requires no privilege. */
	void (*sample_pages)(dbc_host *host, const char *whole, int64_t npages,
						 dbc_page_sample *sample);

	/* [PG] Reads n sequences, possibly thousands.  Waits for no lock and keeps
	 * none. */
	void (*last_values)(dbc_host *host, dbc_sequence *sequences, int n);

	/* [PG] Runs a statement that connects to another server; fails after so
	 * many seconds.  NULL where the statement has a time limit itself. */
	void (*connect)(dbc_host *host, const char *sql, int seconds);
} dbc_health_host;

#endif /* DBC_HEALTH_HOST_H */
