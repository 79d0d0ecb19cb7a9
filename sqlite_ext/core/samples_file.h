/*
 * samples_file.h
 *	  The place of the tables of monitoring.
 */
#ifndef DBCSL_CORE_SAMPLES_FILE_H
#define DBCSL_CORE_SAMPLES_FILE_H

#include "sqlite_ext/core/host.h"

/* The schema of the file that samples are stored in, if they have one. */
#define DBCSL_SAMPLES "dbcare samples"

/* That file, or NULL. */
extern const char *dbcsl_find_samples_file(sqlite3 *db);

/* A statement that names tables of main, with those where they are. */
extern const char *dbcsl_qualify_samples(dbcsl_host *h, const char *text);

#endif /* DBCSL_CORE_SAMPLES_FILE_H */
