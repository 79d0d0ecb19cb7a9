/*
 * log_verify.c
 *	  Verifies that the migration log is as dbcare wrote it and that the
 *	  migrations agree with it.
 */
#include "common/ledger/log.h"

#include "common/core/settings.h"

/* Columns of ledger/history_chain.sql: one of the hashed ones, and those after
 * them. */
enum
{
	C_VERSION = 1, /* a hashed column */
	C_HASH = DBC_LOG_HASHED,
	C_EVENT_ID
};

/* The row as dbc_get_row() reads it. */
#define CHAIN_SHAPE "tttTTTtTtTITTTTTi"

/* The head of the log. */
typedef struct head
{
	bool known;		  /* the table has a valid row */
	int64_t events;	  /* number of events */
	int64_t event_id; /* number of the last event */
	const char *hash; /* hash of the last event */
} head;

/* The last event of the chain. */
typedef struct chain_end
{
	int64_t event_id; /* 0: no events */
	const char *hash;
} chain_end;

typedef struct verification
{
	dbc_host *host;
	dbc_ledger_log_report report;
	head head;
	const dbc_rows *rows;
} verification;

static void
report_log(const verification *v, const char *version, const char *message)
{
	v->report(v->host, version, "log_changed", message);
}

static void
read_head(verification *v)
{
	const dbc_rows *rows;
	const char *misfit;

	rows = dbc_query(v->host, "ledger/history_head");
	if (rows->nrows != 1)
	{
		report_log(v, NULL,
				   "the record of the end of the log is missing, so events "
				   "removed from the end cannot be detected");
		return;
	}
	misfit = dbc_describe_mismatch(v->host, rows, 0, "iiT");
	if (misfit)
	{
		report_log(
			v, NULL,
			dbc_format(v->host,
					   "the record of the end of the log was changed: %s",
					   misfit));
		return;
	}
	v->head = (head){.known = true,
					 .events = dbc_get_int(v->host, rows, 0, 0),
					 .event_id = dbc_get_int(v->host, rows, 0, 1),
					 .hash = dbc_get_text_or_null(v->host, rows, 0, 2)};
}

/* Whether the hash of an event follows from the previous event. */
static bool
is_linked(const verification *v, const char *before, const dbc_value *columns)
{
	const char *hash = columns[C_HASH].text;
	int64_t event_id = columns[C_EVENT_ID].integer;

	return hash && dbc_same(hash, dbc_ledger_hash_event(v->host, before,
														columns, event_id));
}

/* Reports a range of events: "event 3 of the log is", "events 3 to 5 of the log
 * are", followed by what. */
static void
report_events(const verification *v, int64_t from, int64_t to, const char *what)
{
	const char *message =
		from == to
			? dbc_format(v->host, "event %lld of the log is %s",
						 (long long) from, what)
			: dbc_format(v->host, "events %lld to %lld of the log are %s",
						 (long long) from, (long long) to, what);

	report_log(v, NULL, message);
}

/* Reports missing events before an event: numbers begin with 1, without gaps.
 */
static void
verify_number(const verification *v, int64_t before, int64_t event_id)
{
	if (before >= 0 && event_id > before && event_id - before > 1)
		report_events(v, before + 1, event_id - 1, "missing");
}

/* Verifies the chain and gives its last event.  A value of a wrong type breaks
 * it: dbcare cannot have logged that. */
static chain_end
verify_chain(const verification *v)
{
	chain_end end = {.event_id = 0};

	for (int i = 0; i < v->rows->nrows; i++)
	{
		const char *misfit =
			dbc_describe_mismatch(v->host, v->rows, i, CHAIN_SHAPE);
		const dbc_value *columns =
			dbc_get_row(v->host, v->rows, i, misfit ? "" : CHAIN_SHAPE);
		int64_t event_id = columns[C_EVENT_ID].integer;

		verify_number(v, end.event_id, event_id);
		if (misfit || !is_linked(v, end.hash, columns))
			report_log(v, columns[C_VERSION].text,
					   dbc_format(v->host,
								  "event %lld of the log, or the event before, "
								  "was changed%s%s",
								  (long long) event_id, misfit ? ": " : "",
								  misfit ? misfit : ""));
		end = (chain_end){event_id, columns[C_HASH].text};
	}
	return end;
}

/* Compares the end of the log with the head. */
static void
verify_end(const verification *v, const chain_end *end)
{
	int count = v->rows->nrows;

	if (end->event_id < v->head.event_id)
		report_events(v, end->event_id + 1, v->head.event_id,
					  "missing at its end");
	else if (end->event_id > v->head.event_id)
		report_events(v, v->head.event_id + 1, end->event_id,
					  "not written by dbcare");
	else if (count > 0 &&
			 !(end->hash && v->head.hash && dbc_same(end->hash, v->head.hash)))
		report_log(v, NULL,
				   dbc_format(v->host,
							  "event %lld, the last of the log, does not have "
							  "the hash that was recorded",
							  (long long) end->event_id));
	if (count != v->head.events)
		report_log(v, NULL,
				   dbc_format(v->host,
							  "the log has %d event%s, but %lld were written",
							  count, count == 1 ? "" : "s",
							  (long long) v->head.events));
}

/* Compares the log with an event recorded outside the database, "number:hash".
 */
static void
verify_anchor(const verification *v)
{
	const char *anchor = dbc_setting_text(v->host, dbc_read_settings(v->host),
										  DBC_SETTING_history_head);

	if (!anchor)
		return;
	for (int i = v->rows->nrows - 1; i >= 0; i--)
	{
		const dbc_value *columns = dbc_get_row(v->host, v->rows, i, "");
		const char *hash = columns[C_HASH].text;
		int64_t event_id = columns[C_EVENT_ID].integer;

		if (hash && dbc_same(anchor, dbc_format(v->host, "%lld:%s",
												(long long) event_id, hash)))
			return;
	}
	report_log(v, NULL,
			   dbc_format(v->host,
						  "the log does not contain the event of the setting "
						  "history_head, \"%s\"",
						  anchor));
}

/* Compares the ledger and the registered texts with the log. */
static void
verify_ledger(const verification *v)
{
	const dbc_rows *rows = dbc_query(v->host, "ledger/history_differences");

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *misfit = dbc_describe_mismatch(v->host, rows, i, "tt");

		if (misfit)
			v->report(v->host, NULL, "ledger_changed", misfit);
		else
			v->report(v->host, dbc_get_text(v->host, rows, i, 0),
					  "ledger_changed", dbc_get_text(v->host, rows, i, 1));
	}
}

/* Verifies the log; see ledger/log.h. */
void
dbc_ledger_verify_log(dbc_host *host, dbc_ledger_log_report report)
{
	verification v = {.host = host, .report = report};
	chain_end end;

	read_head(&v);
	v.rows = dbc_query(host, "ledger/history_chain");
	end = verify_chain(&v);
	if (v.head.known)
		verify_end(&v, &end);
	verify_anchor(&v);
	verify_ledger(&v);
}
