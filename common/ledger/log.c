/*
 * log.c
 *	  Writes the migration log.
 *
 * The hash of an event is SHA-256 over the hash of the previous event and the
 * event's columns and number, each preceded by its length.  A one-row table,
 * the head of the log, holds the number of events and the number and hash of
 * the last one, so that removing events from the end also requires a change of
 * the head.  A role that can write both tables can rewrite the log from any
 * event on; only a copy of the head outside the database reveals that.
 */
#include "common/ledger/log.h"

#include "common/core/asserts.h"
#include "common/core/tables.h"
#include "common/ledger/host.h"
#include "common/core/names.h"

const char *
dbc_ledger_hash_event(dbc_host *host, const char *before,
					  const dbc_value *columns, int64_t event_id)
{
	dbc_value number = dbc_int(event_id);
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	dbc_append(&buffer, before ? before : "");
	for (int i = 0; i < DBC_LOG_HASHED; i++)
		dbc_append_hashed(&buffer, &columns[i]);
	dbc_append_hashed(&buffer, &number);
	return dbc_sha256(host, buffer.data);
}

/* ---- writing ---- */

/* Prepares the log for one call; its end is read with the first event. */
dbc_ledger_log
dbc_ledger_open_log(dbc_host *host, const char *actor)
{
	return (dbc_ledger_log){.host = host, .actor = actor};
}

/* Reads the end of the log and the current role. */
static void
find_end(dbc_ledger_log *log)
{
	const dbc_rows *rows;

	dbc_need_tables(log->host);
	rows = dbc_query(log->host, "ledger/history_end");
	log->hash = dbc_get_text_or_null(log->host, rows, 0, 0);
	log->role =
		log->run_as ? log->run_as : dbc_get_text_or_null(log->host, rows, 0, 1);
	log->application = dbc_get_text_or_null(log->host, rows, 0, 2);
	log->event_id = dbc_get_int(log->host, rows, 0, 3);
	if (log->event_id < 0 || log->event_id == INT64_MAX)
		dbc_fail(log->host, DBC_CORRUPTED, NULL,
				 "dbmigrate_verify() shows what is wrong with the log.",
				 "the last event of the log has the number %lld",
				 (long long) log->event_id);
	log->ready = true;
}

/* Reads the end of the log for dbc_ledger_log_is_unchanged(). */
void
dbc_ledger_read_log_end(dbc_ledger_log *log)
{
	find_end(log);
}

/* Whether no other session has written to the log since this call did. */
bool
dbc_ledger_log_is_unchanged(dbc_ledger_log *log)
{
	const char *hash = log->hash;

	if (!log->ready)
		return false;
	find_end(log);
	return hash && log->hash ? dbc_same(hash, log->hash) : hash == log->hash;
}

void
dbc_ledger_move_head(dbc_ledger_log *log)
{
	dbc_host *host = log->host;
	dbc_value values[] = {dbc_int(log->event_id), dbc_text(log->hash),
						  dbc_int(log->behind)};

	log->holds_head = false;
	if (log->behind == 0)
		return;
	log->behind = 0;
	dbc_query_array(host, "ledger/history_head_move", values, 3);
	DBC_CALL(host, ledger, announce)
	(host, "history", "event", log->event_id, log->hash);
}

void
dbc_ledger_log_event(dbc_ledger_log *log, const dbc_ledger_event *event)
{
	dbc_host *host = log->host;
	dbc_value values[DBC_LOG_HASHED + 2];

	if (!log->ready)
		find_end(log);
	values[0] = dbc_text(event->event);
	values[1] = dbc_text(event->version);
	values[2] = dbc_text(event->name);
	values[3] = dbc_text(event->checksum);
	values[4] = dbc_text(event->up_sql);
	values[5] = dbc_text(event->down_sql);
	values[6] = dbc_text(log->actor);
	values[7] = dbc_text(log->role);
	values[8] = dbc_text(event->happened_at);
	values[9] = dbc_text(log->application);
	values[10] = event->duration_ms;
	values[11] = dbc_text(event->error);
	values[12] = dbc_text(event->app_version);
	values[13] = dbc_text(event->git_sha);
	values[14] = dbc_text(event->ticket);
	DBC_ASSERT(host, log->ready && log->behind >= 0);
	log->written = true;
	log->event_id++;
	log->hash = dbc_ledger_hash_event(host, log->hash, values, log->event_id);
	values[DBC_LOG_HASHED] = dbc_text(log->hash);
	values[DBC_LOG_HASHED + 1] = dbc_int(log->event_id);
	dbc_query_array(host, "ledger/history_add", values, DBC_LOG_HASHED + 2);
	log->behind++;
	if (!log->holds_head)
		dbc_ledger_move_head(log);
}

/* The head of the log as a member of a result; null if nothing was written. */
dbc_json_node *
dbc_ledger_log_head(const dbc_ledger_log *log)
{
	dbc_json_node *head;

	if (!log->written)
		return NULL;
	head = dbc_json_object(log->host);
	DBC_PUT_INT(head, event_id, log->event_id);
	DBC_PUT_TEXT(head, hash, log->hash);
	return head;
}
