/*
 * choose.h
 *	  Chooses indexes by trying them.
 */
#ifndef DBC_ADVISE_CHOOSE_H
#define DBC_ADVISE_CHOOSE_H

#include "common/advise/candidates.h"

/* A query of the workload. */
typedef struct dbc_advise_work
{
	const dbc_advise_query *query;
	const char *fingerprint;
	int64_t author;		 /* role that ran it; 0: the caller wrote it */
	double total_ms;	 /* time it has taken, or 1 */
	const char *problem; /* result: why it was not planned, or NULL */
} dbc_advise_work;

typedef struct dbc_advise_choice
{
	const dbc_advise_candidate *candidate;
	double cost_before; /* of the queries that get cheaper, with the choices
						   before this one */
	double cost_after;
	double size_bytes;
	int nqueries;			   /* that get cheaper */
	const char **fingerprints; /* of these */
} dbc_advise_choice;

/* At most limit indexes, the one that saves most first. */
extern int dbc_advise_choose(dbc_host *host, dbc_advise_work *work, int nwork,
							 int limit, dbc_advise_choice *choices);

#endif /* DBC_ADVISE_CHOOSE_H */
