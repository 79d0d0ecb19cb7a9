/*
 * row.h
 *	  Shared declarations of the files that inspect a row.
 *
 * The row is built in memory, where all expressions read it, and only its keys
 * are looked up.  Code chosen by users runs as the owner of the table that it
 * belongs to, the named table or a partition, in a security-restricted
 * operation, each piece in a subtransaction.
 */
#ifndef DBCPG_CHECK_ROW_H
#define DBCPG_CHECK_ROW_H

#include "pg_ext/core/host.h"

#include "nodes/bitmapset.h"

#include "common/check/row.h"
#include "common/core/text.h"

/* ---- check/row.c ---- */

extern const dbc_check_row_violation *
dbcpg_check_inspect_row(dbc_host *base, const dbc_relation *table,
						const char *row, int *nviolations);

/* The row in the columns of one table: the named table, then each partition
 * down to the leaf that would store the row. */
typedef struct dbcpg_check_row_level
{
	struct dbcpg_check_row_level *next;
	Relation table;
	TupleTableSlot *row;
	Bitmapset *unknown; /* columns whose value is not known before the insert */
} dbcpg_check_row_level;

/* What the rows of a call share that are of one table. */
typedef struct dbcpg_check_row_table
{
	struct dbcpg_check_row_table *next;
	Oid table;
	uint64 changes; /* of relations when it was read */
	/* of the table and its partitions, see check/row_key.c */
	const dbc_rows *constraints;
} dbcpg_check_row_table;

typedef struct dbcpg_check_row_inspection
{
	dbcpg_host *host;
	const dbc_relation *relation;
	const char *json;
	Datum given; /* the row as jsonb ... */
	Datum none;	 /* ... and an empty object */
	dbcpg_check_row_table *shared;
	EState *executor;
	dbcpg_check_row_level *levels;
	dbc_check_row_violation *violations;
	int nviolations;
} dbcpg_check_row_inspection;

/* ---- check/row_table.c ---- */

/* What is shared by rows of a table; read again when any relation has changed.
 * Fails unless the caller may read its constraints. */
extern dbcpg_check_row_table *dbcpg_check_open_row_table(dbc_host *base,
														 Oid table);

/* Runs a query with parameters, whose plan is kept; if it has the name of a
 * table, of that one. */
extern void dbcpg_check_run_shared(dbcpg_check_row_inspection *in, Oid table,
								   const char *text, int n, Oid *types,
								   Datum *values, const char *nulls,
								   long limit);

/* ---- check/row_value.c ---- */

/* The name of a column in UTF-8. */
extern const char *dbcpg_check_column_name(dbcpg_check_row_inspection *in,
										   Relation table, AttrNumber column);

/* Adds a violation; returns it so that the caller can add details. */
extern dbc_check_row_violation *
dbcpg_check_add_violation(dbcpg_check_row_inspection *in,
						  dbc_check_row_violation_kind kind);

/* Whether an expression over a row reads a column of unknown value. */
extern bool dbcpg_check_reads_unknown(const dbcpg_check_row_level *level,
									  Node *expression);

/* Evaluates an expression over a row; may fail. */
extern Datum dbcpg_check_evaluate(dbcpg_check_row_inspection *in,
								  const dbcpg_check_row_level *level,
								  Node *expression, bool *isnull);

/* Fills the row of the first level: given values, defaults, generated
 * columns. */
extern void dbcpg_check_fill_row(dbcpg_check_row_inspection *in);

/* ---- check/row_key.c ---- */

/* Tests the row against these constraints. */
extern void dbcpg_check_inspect_constraints(dbcpg_check_row_inspection *in);

#endif /* DBCPG_CHECK_ROW_H */
