/*
 * row.h
 *	  Shared declarations of the files that inspect a row.
 *
 * The row is built in memory, where all expressions read it, and only its keys
 * are looked up.  Code that users have chosen runs as the owner of the table
 * it belongs to, the named table or a partition, in a security-restricted
 * operation, each piece in a subtransaction.
 */
#ifndef DBCPG_CHECK_ROW_H
#define DBCPG_CHECK_ROW_H

#include "pg_ext/core/pg_ext.h"

#include "executor/executor.h"
#include "nodes/bitmapset.h"
#include "utils/rel.h"

#include "common/check/row.h"
#include "common/core/text.h"

/* ---- check/row.c ---- */

extern const dbc_check_row_violation *
dbcpg_check_inspect_row(dbc_host *base, const dbc_relation *table,
						const char *row, int *nviolations);

/* The row as one of the tables that would take it sees it: the one that is
 * named, then the partitions down to the one it belongs to. */
typedef struct dbcpg_check_row_level
{
	struct dbcpg_check_row_level *next;
	Relation table;
	TupleTableSlot *row;
	Bitmapset *unknown; /* columns whose value nobody can know */
} dbcpg_check_row_level;

typedef struct dbcpg_check_row_inspection
{
	dbcpg_host *host;
	const dbc_relation *relation;
	const char *json;
	Datum given;				 /* it as jsonb, ... */
	Datum none;					 /* ... and one without members */
	const dbc_rows *constraints; /* of its tables, see check/row_key.c */
	EState *executor;
	dbcpg_check_row_level *levels;
	dbc_check_row_violation *violations;
	int nviolations;
} dbcpg_check_row_inspection;

/* Adds a violation; returns it so that the caller can add details. */
extern dbc_check_row_violation *
dbcpg_check_add_violation(dbcpg_check_row_inspection *in,
						  dbc_check_row_violation_kind kind);

/* The name of a column, for the core. */
extern const char *dbcpg_check_column_name(dbcpg_check_row_inspection *in,
										   Relation table, AttrNumber column);

/* Whether an expression over a row reads an unknown value. */
extern bool dbcpg_check_reads_unknown(const dbcpg_check_row_level *level,
									  Node *expression);

/* Evaluates an expression over a row; may fail. */
extern Datum dbcpg_check_evaluate(dbcpg_check_row_inspection *in,
								  const dbcpg_check_row_level *level,
								  Node *expression, bool *isnull);

/* ---- check/row_value.c ---- */

/* Fills the row of the first level: given values, defaults, generated ones. */
extern void dbcpg_check_fill_row(dbcpg_check_row_inspection *in);

/* ---- check/row_key.c ---- */

/* The constraints of a table and its partitions, if the caller may know
 * them. */
extern const dbc_rows *dbcpg_check_list_row_constraints(dbc_host *base,
														Oid table);

/* Tests the row against them. */
extern void dbcpg_check_inspect_constraints(dbcpg_check_row_inspection *in);

#endif /* DBCPG_CHECK_ROW_H */
