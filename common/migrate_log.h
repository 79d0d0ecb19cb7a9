/*
 * migrate_log.h
 *	  The log of what was done to migrations: append-only, each event with a
 *	  hash of itself and of the one before.
 */
#ifndef DBC_MIGRATE_LOG_H
#define DBC_MIGRATE_LOG_H

#include "host.h"

/* The log while one call writes to it. */
typedef struct dbc_log
{
	dbc_host *host;
	const char *actor;
	const char *run_as; /* role of the scripts, or NULL for the caller's */
	bool ready;			/* what follows is known */
	const char *role;
	const char *application;
	const char *hash; /* of the last event, NULL before the first */
} dbc_log;

/* What is logged of an event; NULL where there is nothing to say. */
typedef struct dbc_event
{
	const char *event; /* see bookkeeping/1.sql */
	const char *version;
	const char *name;
	const char *checksum;
	const char *up_sql;
	const char *down_sql;
	const char *happened_at;
	dbc_value duration_ms;
	const char *error;
	const char *app_version;
	const char *git_sha;
	const char *ticket;
} dbc_event;

/* The log for one call; other writers must be kept out already (host->lock). */
extern dbc_log dbc_open_log(dbc_host *host, const char *actor);

/* Whether nobody else has written to the log since this call last did, or
 * asked; if others were not kept out, to be asked before it writes again. */
extern bool dbc_log_is_ours(dbc_log *log);

extern void dbc_log_event(dbc_log *log, const dbc_event *event);

/* Calls broken for each event whose hash is not that of what is there. */
extern void dbc_verify_log(dbc_host *host,
						   void (*broken)(dbc_host *host, const char *version,
										  int64_t event_id,
										  const char *misfit));

#endif /* DBC_MIGRATE_LOG_H */
