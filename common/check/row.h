/*
 * row.h
 *	  Inspecting a row that is not there yet: what host->inspect() answers.
 */
#ifndef DBC_CHECK_ROW_H
#define DBC_CHECK_ROW_H

#include "common/core/host.h"

/* Why a row would not be accepted, in the order it is told. */
typedef enum dbc_flaw_kind
{
	DBC_F_UNKNOWN,	 /* it cannot be told whether it would be; text says why */
	DBC_F_COLUMN,	 /* does not exist */
	DBC_F_GENERATED, /* a value is given for a generated column */
	DBC_F_IDENTITY,	 /* or for one that is always generated as identity */
	DBC_F_VALUE,	 /* text says why the column does not take it */
	DBC_F_PARTITION, /* there is none for the row */
	DBC_F_KEY,		 /* another row has it: primary key or unique */
	DBC_F_EXCLUSION, /* another row excludes it */
	DBC_F_PARENT,	 /* there is none */
	DBC_F_HALF_NULL, /* a foreign key that is MATCH FULL is null in part */
	DBC_F_NOT_NULL,
	DBC_F_CHECK /* text is its expression */
} dbc_flaw_kind;

struct dbc_flaw
{
	dbc_flaw_kind kind;
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
