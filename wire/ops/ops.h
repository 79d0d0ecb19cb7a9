/*
 * ops.h
 *	  Statements over rows: the room's part of the host interface; see
 *	  common/ops/host.h.
 */
#ifndef DBCW_OPS_OPS_H
#define DBCW_OPS_OPS_H

#include "wire/core/session.h"

#include "common/ops/host.h"

/* ---- describe.c ---- */

extern const dbc_ops_table *dbcw_ops_describe(dbc_host *host,
											  const dbc_relation *relation);
extern const dbc_ops_condition *dbcw_ops_search(dbc_host *host,
												const dbc_ops_table *table,
												const dbc_ops_column *column);

/* ---- cells.c ---- */

/* The parameters of a statement that a result describes, without values. */
extern dbcw_cells dbcw_ops_new_parameters(dbcw_host *h,
										  const PGresult *described);

/* Sets them to values in the formats of dbcare, which the session has now. */
extern void dbcw_ops_set_parameters(dbcw_host *h, dbcw_cells *cells,
									const dbc_ops_value *values);

/* Whether settings of the user affect the text of a column of a statement that a
 * result describes: its rows are to be in the binary format. */
extern bool dbcw_ops_is_binary(dbcw_host *h, const PGresult *described);

/* The rows of a statement that has run. */
typedef struct dbcw_ops_answer
{
	dbc_rows *rows;
	dbc_value *values;
	dbcw_cells binary; /* the values that are not known yet; or none */
} dbcw_ops_answer;

/* Copies the rows of a result. */
extern dbcw_ops_answer dbcw_ops_take_rows(dbcw_host *h, PGresult *result,
										  bool is_binary);

/* Converts their values to the formats of dbcare, which the session has now. */
extern void dbcw_ops_convert_rows(dbcw_host *h, dbcw_ops_answer *answer);

#endif /* DBCW_OPS_OPS_H */
