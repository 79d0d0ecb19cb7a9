/*
 * log.h
 *	  The log of what was done to migrations: append-only, each event with a
 *	  hash of itself and of the previous one.
 */
#ifndef DBC_LEDGER_LOG_H
#define DBC_LEDGER_LOG_H

#include "common/core/json_write.h"

/* Columns of ledger/history_add.sql that are hashed; the hash and the number
 * of the event follow, as they do in ledger/history_chain.sql. */
#define DBC_LOG_HASHED 15

/* The log while one call writes to it. */
typedef struct dbc_ledger_log
{
	dbc_host *host;
	const char *actor;
	const char *run_as; /* role of the scripts, or NULL for the caller's */
	bool written;		/* by this call */
	bool ready;			/* what follows is known */
	const char *role;
	const char *application;
	const char *hash; /* of the last event, NULL before the first */
	int64_t event_id; /* its number, 0 before the first */
} dbc_ledger_log;

/* What is logged of an event; NULL where there is nothing to say. */
typedef struct dbc_ledger_event
{
	const char *event; /* see core/tables_1.sql */
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
} dbc_ledger_event;

/* The log for one call; other writers must be kept out already (host->lock). */
extern dbc_ledger_log dbc_ledger_open_log(dbc_host *host, const char *actor);

/* Reads where the log ends, from where dbc_ledger_log_is_unchanged() is to
 * look. */
extern void dbc_ledger_read_log_end(dbc_ledger_log *log);

/* Whether nobody else has written to the log since this call last did, or
 * asked; if others were not kept out, to be asked before it writes again. */
extern bool dbc_ledger_log_is_unchanged(dbc_ledger_log *log);

extern void dbc_ledger_log_event(dbc_ledger_log *log,
								 const dbc_ledger_event *event);

/* The last event as an object: event_id, hash; NULL if this call wrote none. */
extern dbc_json_node *dbc_ledger_log_head(const dbc_ledger_log *log);

/* The hash of an event that follows one with the hash before (NULL: none).
 * event_id 0 leaves its number out, as dbcare did before version 6 of its
 * tables. */
extern const char *dbc_ledger_hash_event(dbc_host *host, const char *before,
										 const dbc_value *columns,
										 int64_t event_id);

/* Calls report for everything by which the log is not what dbcare wrote, and
 * for everything by which migrations are not what the log says; version may be
 * NULL. */
typedef void (*dbc_ledger_log_report)(dbc_host *host, const char *version,
									  const char *finding, const char *message);
extern void dbc_ledger_verify_log(dbc_host *host, dbc_ledger_log_report report);

#endif /* DBC_LEDGER_LOG_H */
