/*
 * kept_plan.h
 *	  Plans of statements that dbcare makes, which a session keeps.
 */
#ifndef DBCPG_CORE_KEPT_PLAN_H
#define DBCPG_CORE_KEPT_PLAN_H

#include "pg_ext/core/host.h"

#include "executor/spi.h"

typedef struct dbcpg_kept_plan
{
	struct dbcpg_kept_plan *next; /* used before this one */
	MemoryContext context;
	const char *room; /* that has prepared it */
	const char *text;
	uint32 hash;
	uint64 changes; /* that the session had learnt of */
	int nparams;
	Oid *types;
	SPIPlanPtr plan;
	int uses; /* that run now */
} dbcpg_kept_plan;

/* The kept plan of a text that a room has prepared, with parameters of these
 * types, or of any if types is NULL; NULL if there is none, if it is running, or
 * if a catalog has changed since.  What changes before it runs may make it one
 * about other objects: see core/owner.h. */
extern dbcpg_kept_plan *dbcpg_find_kept_plan(const char *room, const char *text,
											 int nparams, const Oid *types);

/* One that is not yet prepared; its memory is that of the call. */
extern dbcpg_kept_plan *dbcpg_new_kept_plan(dbcpg_host *host, const char *room,
											const char *text, int nparams,
											const Oid *types);

/* Keeps a plan that is prepared instead of those that were not used for longest,
 * and drops one that is no longer of use. */
extern void dbcpg_keep_plan(dbcpg_kept_plan *plan);
extern void dbcpg_drop_kept_plan(dbcpg_kept_plan *plan);

#endif /* DBCPG_CORE_KEPT_PLAN_H */
