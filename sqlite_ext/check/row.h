/*
 * row.h
 *	  Shared declarations of the files that inspect a row.
 */
#ifndef DBCSL_CHECK_ROW_H
#define DBCSL_CHECK_ROW_H

#include "common/check/row.h"
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/trust/scratch.h"

/* ---- check/row.c ---- */

extern const dbc_check_row_violation *
dbcsl_check_inspect_row(dbc_host *host, const dbc_relation *table,
						const char *row, int *nviolations);

/* A default of a column. */
typedef struct dbcsl_check_default
{
	bool is_known; /* the rest has been found out */
	bool is_volatile;
} dbcsl_check_default;

/* The rows that are inspected one after the other, of one table: those of a
 * call, and of later calls, if nothing that the tests evaluate can have changed
 * by then. */
typedef struct dbcsl_check_row_inspection
{
	dbcsl_host *h;		/* of the call */
	dbcsl_host keeper;	/* its arena has what outlives the row */
	const char *key;	/* of what connections keep */
	int64_t schema;		/* its number there */
	uint32_t functions; /* of the table; see trust/allowed.h */
	bool is_read;		/* the table: else reading it has failed */
	bool is_lasting;	/* may outlive the call */
	bool has_failed;	/* SQLite has refused to evaluate something */
	dbc_relation relation;
	int64_t version; /* of the schema, when the rest was read */
	dbc_check_task task;
	dbcsl_check_verification demands; /* lists the constraints of the table */
	bool has_tests;					  /* it has done so */
	dbcsl_ddl table;
	const char **shown; /* per column: its name, as a list shows it */
	dbcsl_check_default *defaults; /* per column */
	dbcsl_scratch scratch; /* contains the row as SQLite would store it */
	bool has_table;		   /* the scratch database has it */
	const char **values;   /* per column: SQL, or NULL for null */
	bool *unknown; /* per column: the value is not known before the insert */
	dbc_check_row_violation *violations;
	int nviolations;
} dbcsl_check_row_inspection;

/* ---- check/row_value.c ---- */

extern void dbcsl_check_add_violation(dbcsl_check_row_inspection *in,
									  dbc_check_row_violation violation);

/* Whether the statement in the scratch database reads a column of unknown
 * value. */
extern bool dbcsl_check_reads_unknown(const dbcsl_check_row_inspection *in);

/* Stores the row in the scratch database: given values and defaults.  If that
 * is not possible, adds a violation and returns false. */
extern bool dbcsl_check_fill_row(dbcsl_check_row_inspection *in);

/* ---- check/row_key.c ---- */

/* Searches for a row with the same key. */
extern void dbcsl_check_inspect_key(dbcsl_check_row_inspection *in,
									const dbcsl_check_row_test *test,
									dbc_check_row_violation violation);

/* Searches for the parent of the row. */
extern void dbcsl_check_inspect_parent(dbcsl_check_row_inspection *in,
									   const dbcsl_check_row_test *test,
									   dbc_check_row_violation violation);

#endif /* DBCSL_CHECK_ROW_H */
