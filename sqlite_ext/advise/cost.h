/*
 * cost.h
 *	  The cost of a plan of SQLite.
 *
 * SQLite does not show the costs it computes, so they are estimated from the
 * rows of EXPLAIN QUERY PLAN.  The unit is that of PostgreSQL: 1 is a page read
 * in sequence, and 0.01 (cpu_tuple_cost) the work for a row.
 *
 * each query  10: it is prepared and started
 * SCAN		  each row: 0.01 + its bytes * 0.00003
 * SEARCH	  a descent, then each row of the index like a scan, and a descent
 *			  in the table for each row unless the index is covering
 * descent	  0.01 * (1 + log2(rows) / 4), as in where.c: its estLog() and
 *			  the factor of a lookup there have the same proportions
 * TEMP B-TREE  n rows: n * log2(n) * 0.003; with LIMIT k, log2(k)
 * AUTOMATIC INDEX  the scan and the sort of its table, once for all runs of
 *			  a subquery, then a search
 * EXISTS	  ends with the first row, like LIMIT 1
 *
 * Loops multiply: an inner loop runs for each row that the outer ones give,
 * whose number is that of System R (Selinger et al., 1979): the product of
 * table sizes and of the shares of terms, the same for every plan.  A share of
 * a term with a literal is measured on the sample, else it is 1 / number of
 * values for an equality and 1/4 for a range, as in where.c.
 */
#ifndef DBCSL_ADVISE_COST_H
#define DBCSL_ADVISE_COST_H

#include "common/advise/host.h"
#include "sqlite_ext/advise/estimate.h"

/* The cost of a plan, rows of EXPLAIN QUERY PLAN. */
extern double dbcsl_advise_cost(dbcsl_advise_estimates *estimates,
								const dbc_advise_query *query,
								const dbc_advise_index *indexes, int nindexes,
								const dbc_rows *plan);

/* The share of rows that an index has: a partial one has those that meet a
 * condition of the query. */
extern double dbcsl_advise_share_of_index(dbcsl_advise_estimates *estimates,
										  const dbc_advise_query *query,
										  const dbcsl_advise_rows *rows,
										  const dbc_advise_index *index);

#endif /* DBCSL_ADVISE_COST_H */
