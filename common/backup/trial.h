/*
 * trial.h
 *	  [PG] Starting a data directory on trial, to see that it works.
 */
#ifndef DBC_BACKUP_TRIAL_H
#define DBC_BACKUP_TRIAL_H

#include "common/backup/program.h"

#define DBC_TRIAL_QUERIES 3

typedef struct dbc_trial
{
	const char *data; /* data directory */
	bool is_scratch;  /* it is new and will be removed: nothing is kept safe */
	/* its configuration is elsewhere */
	bool is_unconfigured;
	const char *const *parameters; /* more of these, ended by NULL; or NULL */

	/* asked while the server runs */
	const char *user;
	const char *database;
	const char *queries[DBC_TRIAL_QUERIES + 1]; /* ended by NULL */
	/* called while the server runs; NULL: nothing is */
	void (*use)(dbc_host *host, struct dbc_trial *trial);
	void *arg;

	/* results */
	const char *directory;					/* of the socket */
	const char *problem;					/* why it did not start, or NULL */
	const char *answers[DBC_TRIAL_QUERIES]; /* NULL: the query failed */
} dbc_trial;

/* Starts the server on a socket in a private directory, waits until recovery
 * has ended, asks the queries, and stops it. */
extern void dbc_backup_trial_run(dbc_host *host, dbc_trial *trial);

/* A connection string to it. */
extern const char *dbc_backup_trial_connection(dbc_host *host,
											   const dbc_trial *trial,
											   const char *user,
											   const char *database);

#endif /* DBC_BACKUP_TRIAL_H */
