/*
 * event.c
 *	  Events: what functions that write have done.
 *
 * An event is written by the caller of the function, in its last transaction,
 * so it is kept exactly if the work is.  The error of a WRITE function rolls
 * back its transaction, and leaves no event; that of a PROC leaves one, in a
 * separate transaction.  A FILE function leaves one if the database can be
 * written.
 *
 * [PG] As all of dbcare's tables it is written by their owner, so that no role
 * can forge or delete events.
 */
#include "common/core/event.h"

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* Old events are deleted with every so many new ones. */
#define PRUNE_EVERY 32

#define DAY_MS		  INT64_C(86400000)
#define DEFAULT_LIMIT 100

/* ---- writing ---- */

typedef struct call
{
	const char *at; /* start of the call, ... */
	int64_t start;	/* ... on a monotonic clock */
} call;

/* Deletes some of the oldest events if they are older than events_days. */
static void
prune(dbc_host *host, void *stored)
{
	int64_t days = dbc_setting_int(host, stored, DBC_SETTING_events_days);

	if (days == 0)
		return;
	dbc_query(host, "core/event_prune",
			  dbc_text(dbc_time_text(host, dbc_now_ms() - days * DAY_MS)));
}

/* Stores an event; sqlstate is that of a failure, or NULL.  A database without
 * dbcare's tables stays without. */
static void
add(dbc_host *host, const char *at, const char *function, const char *arguments,
	bool failed, const char *sqlstate, double duration_ms)
{
	const dbc_setting_values *stored;
	const dbc_rows *rows;
	dbc_error error;

	if (!dbc_has_tables(host))
		return;
	stored = dbc_read_settings(host);
	rows = dbc_query(host, "core/event_add", dbc_text(at),
					 dbc_text(dbc_actor(host, stored)), dbc_text(host->role),
					 dbc_text(function), dbc_text(arguments),
					 dbc_text(failed ? "failed" : "ok"), dbc_text(sqlstate),
					 dbc_real(duration_ms));
	/* an invalid setting must not prevent the call that corrects it */
	if (dbc_get_int(host, rows, 0, 0) % PRUNE_EVERY == 0)
		(void) dbc_guard(host, prune, (void *) stored, DBC_KEEP, false, &error);
}

/* Stores the event of a call; sqlstate is that of its failure, or NULL. */
static void
store(dbc_host *host, const call *c, const char *sqlstate)
{
	if (!dbc_has_tables(host))
		return;
	add(host, c->at, host->function->name, dbc_event_arguments(host),
		sqlstate != NULL, sqlstate,
		(double) (dbc_microseconds() - c->start) / 1000);
}

void
dbc_event_add_failure(dbc_host *host, const char *function,
					  const char *arguments)
{
	add(host, dbc_now(host), function, arguments, true, NULL, 0);
}

static void
run(dbc_host *host, void *arg)
{
	(void) arg;
	host->function->run(host, host->args);
}

/* Stores the event of a procedure that has failed. */
static void
store_failure(dbc_host *host, void *arg, const char *sqlstate)
{
	host->tables_version = 0; /* may have been created and rolled back */
	store(host, arg, sqlstate);
}

static void
store_success(dbc_host *host, void *arg)
{
	store(host, arg, host->failure);
}

void
dbc_call_function(dbc_host *host)
{
	bool acts = dbc_class_acts(host->function->class) && !host->silent;
	call c;

	if (acts)
		c = (call){.at = dbc_now(host), .start = dbc_microseconds()};
	if (acts && host->function->class == DBC_PROC)
		dbc_survive(host, run, store_failure, &c);
	else
		run(host, NULL);
	if (!acts || host->silent)
		return;
	if (host->function->class == DBC_FILE)
		(void) dbc_write(host, store_success, &c);
	else
		store_success(host, &c);
}

static void
need_tables(dbc_host *host, void *arg)
{
	(void) arg;
	dbc_need_tables(host);
}

void
dbc_event_need_tables(dbc_host *host)
{
	dbc_error error;

	(void) dbc_guard(host, need_tables, NULL, DBC_KEEP, false, &error);
}

/* ---- dbcare_events() ---- */

/* dbcare_events(options) */
DBC_RUN(dbcare_events)
{
	const dbcare_events_options *given =
		dbc_read_options(host, &args->options, dbcare_events_options);
	int64_t since_ms = dbc_read_since(host, &given->since);
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "core/events",
					 given->after.given ? dbc_int(given->after.integer)
										: dbc_null(),
					 dbc_text(dbc_time_text(host, since_ms)),
					 dbc_text(given->function_name.text),
					 dbc_int(dbc_option_or(&given->limit, DEFAULT_LIMIT)));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *e = dbc_get_row(host, rows, i, "ittTTTtjtTr");

		dbc_emit(host, e[0], e[1], e[2], e[3], e[4], e[5], e[6],
				 dbc_json(e[7].text), e[8], e[9], e[10]);
	}
}
