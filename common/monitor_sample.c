/*
 * monitor_sample.c
 *	  dbmonitor_sample(): measuring, and what follows from it.
 */
#include "functions.h"

#include "bookkeeping.h"
#include "clock.h"
#include "monitor_measure.h"

/* Stores a sample; returns its number. */
static int64_t
store_sample(dbc_host *host, const dbc_sample *sample)
{
	dbc_value args[] = {
		dbc_text(dbc_time_text(host, sample->taken_ms)),
		dbc_text(sample->epoch),
		dbc_text(dbc_json_text(dbc_readings_node(host, &sample->readings)))};

	return dbc_cell(dbc_query(host, "monitor/sample_add", args, 3), 0, 0)
		->integer;
}

/* What makes counters comparable. */
static const char *
read_epoch(dbc_host *host)
{
	dbc_facts facts;
	dbc_value details;

	host->facts(host, &facts);
	details = dbc_text(facts.details);
	return dbc_required_text(
		host, dbc_query(host, "monitor/epoch", &details, 1), 0, 0);
}

/* dbmonitor_sample() */
void
dbc_run_dbmonitor_sample(dbc_host *host, const dbc_value *args)
{
	dbc_node *result = dbc_json_object(host);
	dbc_sample sample = {.taken_ms = dbc_now_ms()};

	(void) args;
	dbc_need_bookkeeping(host);
	if (dbc_find_sql(host, "monitor/lock"))
		dbc_query(host, "monitor/lock", NULL, 0);
	sample.epoch = read_epoch(host);
	sample.readings = dbc_take_readings(host);
	sample.id = store_sample(host, &sample);
	dbc_put_int(result, "sample_id", sample.id);
	dbc_put_text(result, "taken_at", dbc_time_text(host, sample.taken_ms));
	dbc_put(result, "readings", dbc_readings_node(host, &sample.readings));
	dbc_emit_json(host, result);
}
