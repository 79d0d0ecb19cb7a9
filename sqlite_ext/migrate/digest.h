/*
 * digest.h
 *	  What the rows of a table are, in few bytes.
 */
#ifndef DBCSL_MIGRATE_DIGEST_H
#define DBCSL_MIGRATE_DIGEST_H

#include "sqlite_ext/core/host.h"

/* What the rows of a query are; see the file. */
typedef struct dbcsl_migrate_digest
{
	uint64_t rows;
	uint64_t sum;
	int ncolumns;
	const char **names;					/* of the columns, in order */
	uint64_t *sums;						/* of each */
	uint64_t (*types)[SQLITE_NULL + 1]; /* values of each type, of each */
} dbcsl_migrate_digest;

/* Reads all rows that a query gives. */
extern dbcsl_migrate_digest *dbcsl_migrate_read_digest(dbcsl_host *h,
													   const char *query);

/* A digest as text, of the columns that another one has, too; NULL: all. */
extern const char *dbcsl_migrate_digest_text(dbcsl_host *h,
											 const dbcsl_migrate_digest *digest,
											 const dbcsl_migrate_digest *other);

#endif /* DBCSL_MIGRATE_DIGEST_H */
