/*
 * estimate.h
 *	  Estimates of rows from a bounded sample of each table, and the model of
 *	  the schema that plans are made on.
 */
#ifndef DBCSL_ADVISE_ESTIMATE_H
#define DBCSL_ADVISE_ESTIMATE_H

#include "common/advise/query.h"
#include "sqlite_ext/lint/model.h"

/* An estimate that was made before. */
typedef struct dbcsl_advise_known
{
	const char *question;
	double first, second;
} dbcsl_advise_known;

/* The rows of a table. */
typedef struct dbcsl_advise_rows
{
	const dbc_advise_table *table;
	double count;
	double bytes;		 /* of a row */
	const char *sample;	 /* FROM clause of the sample */
	bool has_statistics; /* the schema has been analyzed */
} dbcsl_advise_rows;

typedef struct dbcsl_advise_estimates
{
	dbcsl_host *h;
	dbc_advise_schema schema;
	dbcsl_advise_known *known;
	int nknown;
	dbcsl_advise_rows **tables;
	int ntables;
} dbcsl_advise_estimates;

extern const dbcsl_advise_rows *
dbcsl_advise_rows_of(dbcsl_advise_estimates *estimates,
					 const dbc_advise_table *table);

/* The number of different values of columns, at least 1. */
extern double dbcsl_advise_distinct(dbcsl_advise_estimates *estimates,
									const dbcsl_advise_rows *rows,
									const int *columns, int ncolumns);

/* The share of rows that meet conditions, joined by AND. */
extern double dbcsl_advise_share(dbcsl_advise_estimates *estimates,
								 const dbcsl_advise_rows *rows,
								 const char *condition);

/* The bytes of columns of a row. */
extern double dbcsl_advise_bytes(dbcsl_advise_estimates *estimates,
								 const dbcsl_advise_rows *rows,
								 const int *columns, int ncolumns);

#endif /* DBCSL_ADVISE_ESTIMATE_H */
