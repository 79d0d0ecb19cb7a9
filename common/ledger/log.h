/*
 * log.h
 *	  The log of migrations: append-only, each event with a hash of itself and
 *	  of the previous event.
 */
#ifndef DBC_LEDGER_LOG_H
#define DBC_LEDGER_LOG_H

#include "common/core/json_write.h"

/* Columns of ledger/history_add.sql that are hashed.  The hash and the number
 * of the event follow, as in ledger/history_chain.sql. */
#define DBC_LOG_HASHED 15

/* The state of the log during one call. */
typedef struct dbc_ledger_log
{
	dbc_host *host;
	const char *actor;
	const char *run_as; /* role that runs the scripts, or NULL for the
						 * caller's */
	bool written;		/* this call wrote an event */
	bool holds_head;	/* the caller moves the head after its last event */
	int64_t behind;		/* events that the head lacks */
	bool ready;			/* the members below are set */
	const char *role;
	const char *application;
	const char *hash; /* of the last event, NULL if the log is empty */
	int64_t event_id; /* of the last event, 0 if the log is empty */
} dbc_ledger_log;

/* The columns of an event; NULL for a column that does not apply. */
typedef struct dbc_ledger_event
{
	const char *event; /* see core/tables_1_ledger.sql */
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

/* Prepares the log for one call; the caller holds dbc_lock() against other
 * writers. */
extern dbc_ledger_log dbc_ledger_open_log(dbc_host *host, const char *actor);

/* Reads the end of the log for dbc_ledger_log_is_unchanged(). */
extern void dbc_ledger_read_log_end(dbc_ledger_log *log);

/* Whether no other session has written to the log since the last call of this
 * function or the last write.  A caller without dbc_lock() calls it before each
 * write. */
extern bool dbc_ledger_log_is_unchanged(dbc_ledger_log *log);

extern void dbc_ledger_log_event(dbc_ledger_log *log,
								 const dbc_ledger_event *event);

/* Makes the last event the head of the log.  A caller that logs any number of
 * events in a transaction sets holds_head before: each version of a row makes
 * the next update of it slower. */
extern void dbc_ledger_move_head(dbc_ledger_log *log);

/* The last event as an object: event_id, hash; NULL if this call wrote no
 * event. */
extern dbc_json_node *dbc_ledger_log_head(const dbc_ledger_log *log);

/* The hash of an event after the hash before (NULL for the first event). */
extern const char *dbc_ledger_hash_event(dbc_host *host, const char *before,
										 const dbc_value *columns,
										 int64_t event_id);

/* Calls report for each change of the log that dbcare did not make, and for
 * each migration that differs from the log; version may be NULL. */
typedef void (*dbc_ledger_log_report)(dbc_host *host, const char *version,
									  const char *finding, const char *message);
extern void dbc_ledger_verify_log(dbc_host *host, dbc_ledger_log_report report);

#endif /* DBC_LEDGER_LOG_H */
