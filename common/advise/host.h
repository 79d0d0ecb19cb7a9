/*
 * host.h
 *	  The host interface of index advice, in addition to core/host.h.
 */
#ifndef DBC_ADVISE_HOST_H
#define DBC_ADVISE_HOST_H

#include "common/core/host.h"

/* An index that does not exist. */
typedef struct dbc_advise_index
{
	const char *name;
	const char *sql;	/* CREATE INDEX statement with schema-qualified table */
	const char *create; /* what a DBA runs */
} dbc_advise_index;

/* A plan. */
typedef struct dbc_advise_trial
{
	double cost;		/* in the unit of the engine */
	double *size_bytes; /* per index, estimated */
	bool unused; /* the last index has no part in the plan: the cost is that
					of a plan without it, whatever it says */
} dbc_advise_trial;

typedef struct dbc_advise_host
{
	/* Sets the statements that create an index with a name; rest is what follows
	 * the table: the keys in parentheses, and a condition. */
	void (*define)(dbc_host *host, const dbc_relation *table, const char *rest,
				   dbc_advise_index *index);

	/* Plans a query as if these indexes existed beside the real ones; builds
	 * and locks nothing beyond what EXPLAIN does.  Planning can run code: with
	 * no more rights than the author of the query has, the role that ran it
	 * (0: the caller).  Raises an SQL error for a query that cannot be planned
	 * (callers guard). */
	void (*plan)(dbc_host *host, const char *query, int64_t author,
				 const dbc_advise_index *indexes, int nindexes,
				 dbc_advise_trial *trial);

	/* [PG] The nodes of the plan of a statement that monitoring has seen, for
	 * parameters with any values, as sessions of its author plan it: with the
	 * same rights as plan(), with little time and without waiting for locks.
	 * Raises an SQL error likewise.  May be NULL. */
	const char *(*shape)(dbc_host *host, const char *query, int64_t author);
} dbc_advise_host;

#endif /* DBC_ADVISE_HOST_H */
