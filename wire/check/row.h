/*
 * row.h
 *	  A row that is tested before it is inserted, as SQL.
 *
 * The row is a subquery with a column for each column of the table, which
 * converts the values of the document; constraints are expressions over it.  A
 * column whose value is unknown before the insert is null there.
 */
#ifndef DBCW_CHECK_ROW_H
#define DBCW_CHECK_ROW_H

#include "common/check/row.h"
#include "wire/core/owned.h"

/* Columns of check/row_tables.sql. */
enum
{
	T_RELID,
	T_PARENT,
	T_KIND,
	T_SOURCE,
	T_CONDITION,
	T_KEY,
	T_MAY_READ,
	T_HIDES
};

/* Columns of check/row_columns.sql. */
enum
{
	C_RELID,
	C_ATTNUM,
	C_NAME,
	C_QUOTED,
	C_TYPE,
	C_EMPTY,
	C_SOURCE,
	C_GENERATED,
	C_IDENTITY,
	C_READS
};

/* One call of inspect(). */
typedef struct dbcw_check_row
{
	dbc_host *host;
	const dbc_relation *relation;
	dbcw_owned table;
	dbc_value json;
	const dbc_rows *tables;
	const dbc_rows *columns;
	int first; /* of the table in columns ... */
	int end;   /* ... and behind its last one */

	/* of each column of the table, from first */
	const char **values; /* as SQL; NULL: unknown */

	/* the table and the partitions that the row would be stored in */
	int64_t levels[64];
	int nlevels;

	dbc_check_row_violation *violations;
	int nviolations;
} dbcw_check_row;

extern dbc_check_row_violation *
dbcw_check_add_violation(dbcw_check_row *in, dbc_check_row_violation_kind kind);

/* The column with a number in one of the tables, or -1. */
extern int dbcw_check_find_column(const dbcw_check_row *in, int64_t relid,
								  int64_t attnum);

/* Whether one of the columns of a table, numbers separated by blanks, has an
 * unknown value. */
extern bool dbcw_check_reads_unknown(const dbcw_check_row *in, int64_t relid,
									 const char *attnums);

/* Evaluates the expressions of a list over the row, as one of a table; NULL if
 * that fails. */
extern const dbc_rows *dbcw_check_evaluate(dbcw_check_row *in, int64_t relid,
										   const char *list, dbc_error *error);

/* The row of check/row_tables.sql of a table. */
extern int dbcw_check_find_table(const dbcw_check_row *in, int64_t relid);

/* Makes the values of the row from the document; what is wrong with them is
 * added to the violations. */
extern void dbcw_check_fill_row(dbcw_check_row *in);

/* ---- row_key.c ---- */

extern void dbcw_check_inspect_constraints(dbcw_check_row *in);

#endif /* DBCW_CHECK_ROW_H */
