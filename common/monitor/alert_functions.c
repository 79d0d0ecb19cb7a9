/*
 * alert_functions.c
 *	  The SQL functions about alerts.
 */
#include "common/core/functions.h"
#include "common/core/names.h"

#include "common/core/clock.h"
#include "common/core/options.h"
#include "common/monitor/alert.h"
#include "common/sample/alerts.h"

/* Emits a row if samples are missing: without samples no alert is raised. */
static void
emit_silence(dbc_host *host)
{
	double silent = dbc_sample_measure_silence_now(host);

	if (silent > 0)
		dbc_emit(host, dbc_null(), dbc_text("no_data"),
				 dbc_text(dbc_health_severity_names[DBC_WARNING]), dbc_text(""),
				 dbc_real(silent), dbc_null(),
				 dbc_text("samples are missing: see dbmonitor_status()"),
				 dbc_null(), dbc_null(), dbc_null(), dbc_null(), dbc_null());
}

/* dbmonitor_alerts(options) */
DBC_RUN(dbmonitor_alerts)
{
	const dbmonitor_alerts_options *given =
		dbc_read_options(host, &args->options, dbmonitor_alerts_options);
	const dbc_rows *rows =
		dbc_sample_query_alerts(host, given->history.integer != 0,
								dbc_option_or(&given->limit, DBC_ALERTS_LIMIT));

	emit_silence(host);
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}

/* The row of a raised alert; fails if there is none. */
static const dbc_rows *
require_raised(dbc_host *host, const dbc_value *id)
{
	const dbc_rows *rows = NULL;
	const char *hint = "dbmonitor_alerts() lists the raised alerts.";

	if (dbc_sample_has_tables(host))
		rows = dbc_query(host, "monitor/alert", *id);
	if (!rows || rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, hint,
				 "alert %lld does not exist", (long long) id->integer);
	if (!dbc_is_null(host, rows, 0, 2))
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host, "The alert was cleared at %s.",
							dbc_get_text(host, rows, 0, 2)),
				 hint, "alert %lld has already been cleared",
				 (long long) id->integer);
	return rows;
}

/* dbmonitor_ack(alert_id, note) */
DBC_RUN(dbmonitor_ack)
{
	const dbc_rows *alert = require_raised(host, &args->alert_id);
	const char *now = dbc_now(host);
	const char *actor = dbc_actor(host, dbc_read_settings(host));
	dbc_json_node *result = dbc_json_object(host);

	dbc_refuse_options(host, args->note.text, "note");
	dbc_query(host, "monitor/alert_ack", args->alert_id, dbc_text(now),
			  dbc_text(actor), args->note);
	DBC_PUT_VALUE(result, alert_id, &args->alert_id);
	DBC_PUT_CELL(result, alert, alert, 0, 0);
	DBC_PUT_CELL(result, object, alert, 0, 1);
	DBC_PUT_TEXT(result, acked_at, now);
	DBC_PUT_TEXT(result, acked_by, actor);
	if (args->note.kind == DBC_NULL)
		DBC_PUT_CELL(result, note, alert, 0, 3);
	else
		DBC_PUT_VALUE(result, note, &args->note);
	dbc_json_emit(host, result);
}
