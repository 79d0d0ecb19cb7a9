/*
 * hypothetical.h
 *	  Indexes that only the planner sees, and only in one planning.
 */
#ifndef DBCPG_ADVISE_HYPOTHETICAL_H
#define DBCPG_ADVISE_HYPOTHETICAL_H

#include "pg_ext/core/host.h"

#include "nodes/pathnodes.h"
#include "nodes/pg_list.h"
#include "nodes/plannodes.h"

typedef struct dbcpg_advise_hypothetical
{
	Oid oid;   /* no relation has it */
	Oid table; /* may be partitioned */
	int nkeys;
	int ncolumns;  /* keys and included columns */
	List *columns; /* expressions on the table, variable 1 */
	List *predicate;
	Oid *collations; /* per key, like the following ones */
	Oid *families;
	Oid *types;
	bool *descending;
	bool *nulls_first;
	bool deduplicates; /* equal keys are stored once */

	List *measured;	   /* tables and partitions that the planner has seen */
	double size_bytes; /* in these */
} dbcpg_advise_hypothetical;

/* A planning with hypothetical indexes. */
typedef struct dbcpg_advise_planning
{
	ParamListInfo mark; /* the planner's parameters, which are none: shows that
						   a query is planned here and not by a function that
						   planning runs */
	int nindexes;
	dbcpg_advise_hypothetical *indexes;
} dbcpg_advise_planning;

/* ---- advise/define.c ---- */

/* Reads a CREATE INDEX statement; runs no function of it. */
extern void dbcpg_advise_define(dbcpg_advise_hypothetical *index,
								const char *sql);

/* Simplifies the expressions of an index; fails if an index must not have
 * them. */
extern void dbcpg_advise_simplify(dbcpg_advise_hypothetical *index);

/* ---- advise/size.c ---- */

/* Estimates tuples, pages and height of an index that is complete otherwise. */
extern void dbcpg_advise_estimate_size(PlannerInfo *root, IndexOptInfo *info,
									   bool deduplicates);

/* The column that has as many different values as an expression, of the same
 * width: x for lower(x), and for itself; or NULL. */
extern const Var *dbcpg_advise_column_like(const Node *expression);

/* ---- advise/offer.c ---- */

/* Plans a query with indexes offered to the planner. */
extern PlannedStmt *dbcpg_advise_plan(dbcpg_advise_planning *planning,
									  Query *query, const char *text);

/* ---- advise/shape.c ---- */

/* Appends the nodes of a plan with their tables and indexes. */
extern void dbcpg_advise_append_shape(StringInfo shape,
									  const PlannedStmt *statement);

/* ---- advise/session.c ---- */

/* Sets what plans depend on to what a session of a role begins with (none: any
 * session), and a short limit for locks, until the current GUC level ends. */
extern void dbcpg_advise_set_session(Oid role);

#endif /* DBCPG_ADVISE_HYPOTHETICAL_H */
