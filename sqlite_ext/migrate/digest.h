/*
 * digest.h
 *	  Digests of the rows of a table or query.
 */
#ifndef DBCSL_MIGRATE_DIGEST_H
#define DBCSL_MIGRATE_DIGEST_H

#include "sqlite_ext/core/host.h"

/* A digest; see migrate/digest.c. */
typedef struct dbcsl_migrate_digest
{
	uint64_t rows;
	uint64_t sum;
	int ncolumns;
	const char **names;					/* of the columns, in order */
	uint64_t *sums;						/* sums per column */
	uint64_t (*types)[SQLITE_NULL + 1]; /* number of values by column and
										 * type */
} dbcsl_migrate_digest;

/* Reads all rows of a query. */
extern dbcsl_migrate_digest *dbcsl_migrate_read_digest(dbcsl_host *h,
													   const char *query);

/* A digest as text, of the columns that another one has too; NULL: all. */
extern const char *dbcsl_migrate_digest_text(dbcsl_host *h,
											 const dbcsl_migrate_digest *digest,
											 const dbcsl_migrate_digest *other);

#endif /* DBCSL_MIGRATE_DIGEST_H */
