/*
 * migrate_log.c
 *	  Writing the log of migrations, and proving that nobody else has.
 *
 * The hash of an event is SHA-256 over the hash of the event before it and over
 * its own columns, each with its length before it.  So no event can be changed,
 * removed or put in without breaking the chain at that place; only the end of
 * the log can be cut off unseen.
 */
#include "migrate_log.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* Columns of migrate/history_add.sql that are hashed; the hash follows. */
#define HASHED 15

/* Columns of migrate/history_chain.sql, after those. */
enum
{
	C_HASH = HASHED,
	C_EVENT_ID
};

/* All of them as dbc_get_row() reads them. */
#define CHAIN_SHAPE "tttTTTtTtTITTTTTi"

/* The version of an event, among those columns. */
#define C_VERSION 1

/* Adds a column to what is hashed: its length and its text, or a number. */
static void
append_column(dbc_buffer *buffer, const dbc_value *value)
{
	char head[32];

	if (value->kind == DBC_NULL)
	{
		dbc_append(buffer, "n;");
		return;
	}
	/* not by dbc_append_format(), which would cost more than the hash */
	if (value->kind == DBC_INT)
		snprintf(head, sizeof(head), "i%lld", (long long) value->integer);
	else
		snprintf(head, sizeof(head), "%lld:", (long long) strlen(value->text));
	dbc_append(buffer, head);
	if (value->kind != DBC_INT)
		dbc_append(buffer, value->text);
	dbc_append(buffer, ";");
}

/* The hash of an event that follows one with the hash before. */
static const char *
link_hash(dbc_host *host, const char *before, const dbc_value *columns)
{
	dbc_buffer buffer;
	int i;

	dbc_buffer_init(&buffer, host);
	dbc_append(&buffer, before ? before : "");
	for (i = 0; i < HASHED; i++)
		append_column(&buffer, &columns[i]);
	return dbc_sha256(host, buffer.data);
}

/* The log, for one call to write to; it is read when there is an event. */
dbc_log
dbc_open_log(dbc_host *host, const char *actor)
{
	return (dbc_log){.host = host, .actor = actor};
}

/* Reads where the log ends and who writes on. */
static void
find_end(dbc_log *log)
{
	const dbc_rows *rows = dbc_query(log->host, "migrate/history_end", NULL, 0);

	log->hash = dbc_get_text_or_null(log->host, rows, 0, 0);
	log->role =
		log->run_as ? log->run_as : dbc_get_text_or_null(log->host, rows, 0, 1);
	log->application = dbc_get_text_or_null(log->host, rows, 0, 2);
	log->ready = true;
}

/* Whether nobody else has written to the log since this call last did. */
bool
dbc_log_is_ours(dbc_log *log)
{
	const char *hash = log->hash;

	if (!log->ready)
		return false;
	find_end(log);
	return hash && log->hash ? dbc_same(hash, log->hash) : hash == log->hash;
}

/* Writes an event. */
void
dbc_log_event(dbc_log *log, const dbc_event *event)
{
	dbc_value values[HASHED + 1];

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
	log->hash = link_hash(log->host, log->hash, values);
	values[HASHED] = dbc_text(log->hash);
	dbc_query(log->host, "migrate/history_add", values, HASHED + 1);
}

/* Goes through the chain; a value that nobody can have logged breaks it. */
void
dbc_verify_log(dbc_host *host,
			   void (*broken)(dbc_host *host, const char *version,
							  int64_t event_id, const char *misfit))
{
	const dbc_rows *rows = dbc_query(host, "migrate/history_chain", NULL, 0);
	const char *before = NULL;
	int i;

	for (i = 0; i < rows->nrows; i++)
	{
		const char *misfit = dbc_misfit(host, rows, i, CHAIN_SHAPE);
		const dbc_value *columns =
			dbc_get_row(host, rows, i, misfit ? "" : CHAIN_SHAPE);
		const char *hash = columns[C_HASH].text;

		if (misfit || !hash ||
			!dbc_same(hash, link_hash(host, before, columns)))
			broken(host, columns[C_VERSION].text, columns[C_EVENT_ID].integer,
				   misfit);
		before = hash;
	}
}
