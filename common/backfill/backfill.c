/*
 * backfill.c
 *	  dbmigrate_backfill() and dbmigrate_backfills().
 */
#include "common/backfill/backfill.h"

#include <math.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/ledger/ledger.h"

/* Columns of backfill/backfill.sql. */
enum
{
	B_TABLE,
	B_STATEMENT,
	B_KEY,
	B_STATE,
	B_DONE,
	B_TELLS_DONE,
	B_SEEN,
	B_CHANGED,
	B_TOTAL,
	B_BATCHES,
	B_LONGEST,
	B_AUTHOR
};

typedef struct call
{
	dbc_host *host;
	const char *name;
	const char *sql; /* as given, or NULL */
	const char *action;
	bool restart;
	const dbc_rows *known; /* the stored backfill; no rows if it does not
							* exist */
	dbc_backfill run;
} call;

/* ---- the stored backfill ---- */

static const dbc_rows *
read_backfill(dbc_host *host, const char *name)
{
	return dbc_query(host, "backfill/backfill", dbc_text(name));
}

/* A text column of the stored backfill. */
static const char *
known_text(const call *c, int column)
{
	return dbc_get_text(c->host, c->known, 0, column);
}

/* Whether the stored backfill is in a state. */
static bool
is_in_state(const call *c, const char *state)
{
	return c->known->nrows > 0 &&
		   dbc_same(
			   dbc_get_word(c->host, c->known, 0, B_STATE, dbc_backfill_states),
			   state);
}

/* Fails if the backfill does not exist. */
static void
require_backfill(const call *c, const char *hint)
{
	if (c->known->nrows == 0)
		dbc_fail(c->host, DBC_UNDEFINED_OBJECT, NULL, hint,
				 "backfill \"%s\" does not exist", c->name);
}

static void
set_state(const call *c, const char *state)
{
	dbc_query(c->host, "backfill/state", dbc_text(c->name), dbc_text(state),
			  dbc_null(), dbc_real(0));
}

/* ---- running ---- */

/* The name by which a backfill is locked. */
static const char *
work_of(dbc_host *host, const char *name)
{
	return dbc_format(host, "backfill %s", name);
}

/* Stores the backfill at its first row. */
static void
start(call *c)
{
	dbc_host *host = c->host;
	const dbc_backfill *b = &c->run;
	const char *actor = dbc_actor(host, dbc_read_settings(host));

	dbc_query(
		host, "backfill/start", dbc_text(c->name), dbc_text(b->table.shown),
		dbc_text(b->update.text),
		dbc_text(dbc_batch_key_names(host, &b->table)),
		dbc_text(dbc_batch_last_place(host, &b->table, NULL)),
		dbc_get_value(host, dbc_query_text(host, b->table.estimate), 0, 0),
		dbc_text(actor), dbc_text(host->role));
}

/* Fails unless the stored backfill has the same statement, table and key. */
static void
refuse_other(const call *c)
{
	const dbc_backfill *b = &c->run;
	static const char restart[] =
		"To start again at the first row, pass {\"restart\": true}.";

	if (!dbc_same(b->update.text, known_text(c, B_STATEMENT)))
		dbc_fail(c->host, DBC_NOT_READY,
				 dbc_format(c->host, "The backfill was started with: %s.",
							known_text(c, B_STATEMENT)),
				 restart, "backfill \"%s\" was started with another statement",
				 c->name);
	if (!dbc_same(b->table.shown, known_text(c, B_TABLE)))
		dbc_fail(c->host, DBC_NOT_READY,
				 dbc_format(c->host, "The backfill was started on table %s.",
							known_text(c, B_TABLE)),
				 "Set search_path to its earlier value, or qualify the table "
				 "with its schema.",
				 "the statement of backfill \"%s\" now updates table %s",
				 c->name, b->table.shown);
	if (!dbc_same(dbc_batch_key_names(c->host, &b->table),
				  known_text(c, B_KEY)))
		dbc_fail(
			c->host, DBC_NOT_READY,
			dbc_format(c->host, "The backfill was started with the key %s.",
					   known_text(c, B_KEY)),
			restart, "the primary key of table %s has changed", b->table.shown);
}

/* Whether no batch was run yet. */
static bool
is_untouched(const call *c)
{
	return c->known->nrows == 0 || dbc_is_null(c->host, c->known, 0, B_DONE);
}

/* The stored statement, which runs with the rights of the caller. */
static const char *
stored_statement(const call *c)
{
	dbc_host *host = c->host;

	require_backfill(c, "Pass an UPDATE statement.");
	dbc_require_author(
		host,
		&(dbc_stored){
			.what = dbc_format(host, "backfill \"%s\"", c->name),
			.author = dbc_get_text_or_null(host, c->known, 0, B_AUTHOR),
			.hint = "Read the statement in dbmigrate_backfills(), then pass it "
					"to dbmigrate_backfill()."},
		NULL);
	return known_text(c, B_STATEMENT);
}

/* Prepares the backfill; false if it is already complete. */
static bool
prepare(call *c)
{
	dbc_host *host = c->host;
	dbc_backfill *b = &c->run;

	const char *sql = c->sql ? c->sql : stored_statement(c);

	if (is_in_state(c, "paused") && !c->restart && dbc_same(c->action, "run"))
		dbc_fail(host, DBC_NOT_READY, NULL, "Pass {\"action\": \"resume\"}.",
				 "backfill \"%s\" is paused", c->name);
	b->update = dbc_backfill_read_update(host, c->name, sql);
	b->table = dbc_batch_read_table(host, b->update.relation);
	dbc_backfill_refuse_change_of_key(host, &b->update, &b->table);
	if (c->restart || (is_untouched(c) && !is_in_state(c, "complete")))
	{
		start(c);
		return true;
	}
	refuse_other(c);
	if (is_in_state(c, "complete"))
		return false;
	if (!is_in_state(c, "running"))
		set_state(c, "running");
	return true;
}

static void
run(call *c, const dbmigrate_backfill_options *given)
{
	dbc_host *host = c->host;
	dbc_backfill *b = &c->run;
	int64_t timeout_ms =
		dbc_option_or(&given->lock_timeout_ms, b->batch.batch_ms);

	if (!prepare(c))
		return;
	b->batch.work = work_of(host, c->name);
	dbc_batch_lock(host, b->batch.work,
				   dbc_format(host, "backfill \"%s\" is", c->name),
				   "dbmigrate_backfills() shows the progress.");
	host->lock_timeout_ms = timeout_ms;
	dbc_commit(host, 0);
	dbc_backfill_execute(host, b);
}

/* ---- the other actions ---- */

/* The process that runs the backfill stops after its batch. */
static void
pause(const call *c)
{
	require_backfill(c, NULL);
	if (is_in_state(c, "complete"))
		dbc_fail(c->host, DBC_NOT_READY, NULL, NULL,
				 "backfill \"%s\" is complete", c->name);
	set_state(c, "paused");
}

/* Deletes the backfill; the process that runs it stops after its batch. */
static void
forget(const call *c)
{
	dbc_value name = dbc_text(c->name);

	require_backfill(c, NULL);
	dbc_query(c->host, "backfill/forget", name);
}

/* ---- dbmigrate_backfill ---- */

/* Whether the condition has confirmed that all rows are done. */
static bool
is_verified(const call *c, const dbc_rows *rows)
{
	return c->run.update.condition && is_in_state(c, "complete") &&
		   (dbc_is_null(c->host, rows, 0, B_TELLS_DONE) ||
			dbc_get_bool(c->host, rows, 0, B_TELLS_DONE));
}

/* Emits the result of a call. */
static void
emit_result(call *c, int64_t started)
{
	dbc_json_node *result = dbc_json_object(c->host);

	c->known = read_backfill(c->host, c->name);
	DBC_PUT_TEXT(result, name, c->name);
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - started) / 1000);
	if (c->known->nrows == 0)
		DBC_PUT_TEXT(result, state, "forgotten");
	else
	{
		DBC_PUT_TEXT(result, state, known_text(c, B_STATE));
		DBC_PUT_CELL(result, rows_seen, c->known, 0, B_SEEN);
		DBC_PUT_CELL(result, rows_changed, c->known, 0, B_CHANGED);
		DBC_PUT_CELL(result, batches, c->known, 0, B_BATCHES);
		DBC_PUT_CELL(result, longest_ms, c->known, 0, B_LONGEST);
		DBC_PUT_BOOL(result, verified, is_verified(c, c->known));
	}
	dbc_json_emit(c->host, result);
}

/* dbmigrate_backfill(name, sql, options) */
DBC_RUN(dbmigrate_backfill)
{
	int64_t started = dbc_microseconds();
	call c = {.host = host, .name = args->name.text, .sql = args->sql.text};
	const dbmigrate_backfill_options *given;

	dbc_refuse_options(host, c.name, "name");
	dbc_refuse_options(host, c.sql, "sql");
	dbc_ledger_check_version(host, c.name, "name");
	given = dbc_read_options(host, &args->options, dbmigrate_backfill_options);
	c.action = given->action.text ? given->action.text : "run";
	c.restart = given->restart.integer;
	c.run = (dbc_backfill){
		.name = c.name,
		.batch = {
			.batch_ms = dbc_option_or(&given->batch_ms, 50),
			.pause_ms = dbc_option_or(&given->pause_ms, -1),
			.max_seconds = dbc_option_or(&given->max_seconds, -1),
			.max_lag_bytes = dbc_option_or(&given->max_lag_mb, -1) * 1048576,
			.retries =
				dbc_option_or(&given->lock_retries,
							  dbc_setting_int(host, dbc_read_settings(host),
											  DBC_SETTING_lock_retries))}};
	dbc_need_tables(host);
	c.known = read_backfill(host, c.name);
	if (dbc_same(c.action, "pause"))
		pause(&c);
	else if (dbc_same(c.action, "forget"))
		forget(&c);
	else
		run(&c, given);
	emit_result(&c, started);
}

/* ---- dbmigrate_backfills ---- */

/* Columns of backfill/backfills.sql. */
enum
{
	L_NAME,
	L_TABLE,
	L_STATE,
	L_SEEN,
	L_CHANGED,
	L_TOTAL,
	L_BATCHES,
	L_LONGEST,
	L_STARTED_AT,
	L_CHANGED_AT,
	L_FAILURE,
	L_STATEMENT,
	L_ELAPSED
};

/* No forecast is longer than ten years. */
#define MOST_MS (10 * 366 * 86400e3)

/* The estimated percentage of rows that are done. */
static dbc_value
percent(const dbc_value *cells)
{
	double seen = (double) cells[L_SEEN].integer;
	double total = (double) cells[L_TOTAL].integer;

	if (dbc_same(cells[L_STATE].text, "complete"))
		return dbc_real(100);
	if (cells[L_TOTAL].kind == DBC_NULL || total <= 0)
		return dbc_null();
	return dbc_real(seen < total ? (double) (int64_t) (1000 * seen / total) / 10
								 : 99.9);
}

/* The estimated time of completion at the average speed. */
static dbc_value
eta(dbc_host *host, const dbc_value *cells, int64_t pid)
{
	double seen = (double) cells[L_SEEN].integer;
	double left = (double) cells[L_TOTAL].integer - seen;
	double ms;

	if (pid == 0 || seen <= 0 || left < 0)
		return dbc_null();
	ms = cells[L_ELAPSED].real * left / seen;
	if (!(fabs(ms) < MOST_MS))
		return dbc_null();
	return dbc_text(dbc_time_text(host, dbc_now_ms() + (int64_t) ms));
}

/* dbmigrate_backfills() */
DBC_RUN(dbmigrate_backfills)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "backfill/backfills");
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tttiiIirTTTtr");
		int64_t pid =
			dbc_batch_runner_of(host, work_of(host, cells[L_NAME].text));

		dbc_emit(host, cells[L_NAME], cells[L_TABLE], cells[L_STATE],
				 cells[L_SEEN], cells[L_CHANGED], cells[L_TOTAL],
				 percent(cells), cells[L_BATCHES], cells[L_LONGEST],
				 cells[L_STARTED_AT], cells[L_CHANGED_AT],
				 eta(host, cells, pid), pid ? dbc_int(pid) : dbc_null(),
				 cells[L_FAILURE], cells[L_STATEMENT]);
	}
}
