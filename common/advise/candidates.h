/*
 * candidates.h
 *	  Indexes that may make a query cheaper; the engine says which ones do.
 */
#ifndef DBC_ADVISE_CANDIDATES_H
#define DBC_ADVISE_CANDIDATES_H

#include "common/advise/host.h"
#include "common/advise/query.h"

/* More than these are not tried for one query. */
#define DBC_ADVISE_MOST_CANDIDATES 40

typedef struct dbc_advise_candidate
{
	dbc_advise_index index; /* for the host */
	const dbc_advise_table *table;
	const char *keys;  /* for messages: "a, b" */
	const char *extra; /* columns that are only there to be read, or NULL */
	const char *condition;
} dbc_advise_candidate;

typedef struct dbc_advise_candidates
{
	int count;
	dbc_advise_candidate *list;
} dbc_advise_candidates;

/* Adds the candidates of a query to a list, without duplicates. */
extern void dbc_advise_add_candidates(dbc_host *host,
									  const dbc_advise_query *query,
									  dbc_advise_candidates *candidates);

#endif /* DBC_ADVISE_CANDIDATES_H */
