/*
 * host.h
 *	  The host interface of health checks, in addition to core/host.h.
 */
#ifndef DBC_HEALTH_HOST_H
#define DBC_HEALTH_HOST_H

#include "common/core/host.h"

/* What sample_pages() has found. */
typedef struct dbc_page_sample
{
	int64_t pages;		/* of the whole */
	int64_t page_bytes; /* size of each */
	int64_t sampled;	/* of the pages, looked at */
	double free;		/* mean share of them that holds nothing: 0 to 1 */
	double deviation;	/* its standard deviation from page to page */
	const char *reason; /* why there was nothing to look at, or NULL */
} dbc_page_sample;

/* What last_values() has found of a sequence. */
typedef struct dbc_sequence
{
	const char *sequence; /* which one: its oid */
	bool is_used;		  /* has handed out a value */
	int64_t last_value;	  /* which was this */
	const char *reason;	  /* why it could not be read, or NULL */
} dbc_sequence;

typedef struct dbc_health_host
{
	/*
	 * Looks at some npages pages of a table or an index [PG: its oid], or of a
	 * database [SQLite: its name], spread at random over the whole; at all of
	 * them where there are no more.  What is dead, and what is only there to
	 * be filled, counts as free; what the fill factor keeps free does not.
	 * Waits for no lock and needs no privilege.
	 */
	void (*sample_pages)(dbc_host *host, const char *whole, int64_t npages,
						 dbc_page_sample *sample);

	/* [PG] Reads n sequences, which there may be thousands of.  Waits for no
	 * lock and keeps none. */
	void (*last_values)(dbc_host *host, dbc_sequence *sequences, int n);
} dbc_health_host;

#endif /* DBC_HEALTH_HOST_H */
