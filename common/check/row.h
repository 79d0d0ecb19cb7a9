/*
 * row.h
 *	  Testing a row before it is inserted: the result of host->inspect().
 */
#ifndef DBC_CHECK_ROW_H
#define DBC_CHECK_ROW_H

#include "common/check/host.h"

/* Reasons why a row would not be accepted, in the order of the report. */
typedef enum dbc_check_row_violation_kind
{
	DBC_VIOLATION_UNKNOWN, /* not known whether it is accepted; text says why */
	DBC_VIOLATION_COLUMN,  /* the column does not exist */
	DBC_VIOLATION_GENERATED, /* a value is given for a generated column */
	DBC_VIOLATION_IDENTITY,	 /* a value is given for a GENERATED ALWAYS identity
								column */
	/* the column does not accept the value; text says why */
	DBC_VIOLATION_VALUE,
	DBC_VIOLATION_PARTITION, /* no partition accepts the row */
	DBC_VIOLATION_KEY, /* another row has the same key: primary key or unique */
	/* conflicts with another row: exclusion constraint */
	DBC_VIOLATION_EXCLUSION,
	DBC_VIOLATION_PARENT,	 /* the parent does not exist */
	DBC_VIOLATION_HALF_NULL, /* some columns of a MATCH FULL foreign key are
								null */
	DBC_VIOLATION_NOT_NULL,
	DBC_VIOLATION_CHECK /* text is the expression */
} dbc_check_row_violation_kind;

struct dbc_check_row_violation
{
	dbc_check_row_violation_kind kind;
	const char *column;		/* NULL if it concerns several columns */
	const char *constraint; /* NULL if it concerns no constraint */
	/* of the constraint: "a, b", quoted as needed; or NULL */
	const char *columns;
	const char *parent; /* of a foreign key, formatted as dbc_relation.shown */
	const char *parent_columns; /* the same: "x, y" */
	const char *text;			/* see kind */
	const char *error; /* why the constraint cannot be evaluated, which rejects
						  the row, too; else NULL */
};

typedef struct dbc_check_row_problem
{
	const dbc_check_row_violation *violation;
	const char *message;
} dbc_check_row_problem;

/* Why a table would not accept a row, in the order of the report. */
extern const dbc_check_row_problem *
dbc_check_list_problems(dbc_host *host, const dbc_relation *table,
						const char *row, int *nproblems);

#endif /* DBC_CHECK_ROW_H */
