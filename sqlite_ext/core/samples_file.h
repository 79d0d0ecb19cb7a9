/*
 * samples_file.h
 *	  The location of the tables of monitoring.
 */
#ifndef DBCSL_CORE_SAMPLES_FILE_H
#define DBCSL_CORE_SAMPLES_FILE_H

#include "sqlite_ext/core/host.h"

/* The schema name of the attached file for samples. */
#define DBCSL_SAMPLES "dbcare samples"

/* The attached file for samples, or NULL. */
extern const char *dbcsl_find_samples_file(sqlite3 *db);

/* Replaces "main." by the schema of the samples for tables of monitoring. */
extern const char *dbcsl_qualify_samples(dbcsl_host *h, const char *text);

#endif /* DBCSL_CORE_SAMPLES_FILE_H */
