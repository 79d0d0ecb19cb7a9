/*
 * row.h
 *	  Inspecting a row before it is inserted: the result of host->inspect().
 */
#ifndef DBC_CHECK_ROW_H
#define DBC_CHECK_ROW_H

#include "common/check/host.h"

/* Why a row would not be accepted, in the order of the report. */
typedef enum dbc_check_row_violation_kind
{
	DBC_VIOLATION_UNKNOWN,	 /* it cannot be told whether it would be; text says
								why */
	DBC_VIOLATION_COLUMN,	 /* does not exist */
	DBC_VIOLATION_GENERATED, /* a value is given for a generated column */
	DBC_VIOLATION_IDENTITY,	 /* or for one that is always generated as identity
							  */
	DBC_VIOLATION_VALUE,	 /* text says why the column does not take it */
	DBC_VIOLATION_PARTITION, /* there is none for the row */
	DBC_VIOLATION_KEY,		 /* another row has it: primary key or unique */
	DBC_VIOLATION_EXCLUSION, /* another row excludes it */
	DBC_VIOLATION_PARENT,	 /* there is none */
	DBC_VIOLATION_HALF_NULL, /* a foreign key that is MATCH FULL is null in part
							  */
	DBC_VIOLATION_NOT_NULL,
	DBC_VIOLATION_CHECK /* text is its expression */
} dbc_check_row_violation_kind;

struct dbc_check_row_violation
{
	dbc_check_row_violation_kind kind;
	const char *column;			/* NULL where it is about more than one */
	const char *constraint;		/* NULL where it is about none */
	const char *columns;		/* "a, b", quoted as needed; of a constraint
								 * that has them */
	const char *parent;			/* of a foreign key, as dbc_relation.shown */
	const char *parent_columns; /* likewise "x, y" */
	const char *text;			/* where kind says so */
	const char *error; /* why a constraint cannot be evaluated, which keeps the
						* row out, too; else NULL */
};

#endif /* DBC_CHECK_ROW_H */
