/*
 * trial.h
 *	  Starting a data directory on trial, to see that it works.
 */
#ifndef DBCPG_BACKUP_TRIAL_H
#define DBCPG_BACKUP_TRIAL_H

#include "pg_ext/backup/program.h"

#define DBCPG_TRIAL_QUERIES 3

typedef struct dbcpg_trial
{
	const char *data; /* data directory, in the server's encoding */
	bool is_scratch;  /* it is new and will be removed: nothing is kept safe */

	/* asked while the server runs, as the session user */
	const char *database;
	const char *queries[DBCPG_TRIAL_QUERIES + 1]; /* ended by NULL */
	/* called while the server runs; NULL: nothing is */
	void (*use)(dbcpg_host *host, struct dbcpg_trial *trial);
	void *arg;

	/* results */
	const char *directory; /* of the socket */
	const char *problem;   /* why it did not start, or NULL */
	const char *answers[DBCPG_TRIAL_QUERIES]; /* NULL: the query failed */
} dbcpg_trial;

/* The port that its socket is named after. */
#define DBCPG_TRIAL_PORT 5432

/* Starts the server on a socket in a private directory, waits until recovery
 * has ended, asks the queries, and stops it. */
extern void dbcpg_trial_run(dbcpg_host *host, dbcpg_trial *trial);

#endif /* DBCPG_BACKUP_TRIAL_H */
