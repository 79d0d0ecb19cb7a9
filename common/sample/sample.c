/*
 * sample.c
 *	  Taking measurements, and reading stored samples.
 */
#include "common/sample/sample.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/json.h"

/* Columns of sample/sql/samples.sql and last_sample.sql. */
enum
{
	COLUMN_ID,
	COLUMN_TAKEN_AT,
	COLUMN_EPOCH,
	COLUMN_READINGS
};

#define IS_GAUGE   false, false
#define IS_COUNTER true, false
#define IS_TOTAL   true, true
#define DBC_MEASURE(name, kind, engines, description) \
	{#name, IS_##kind, DBC_ON_##engines, description},
const dbc_sample_measure_kind dbc_sample_measures[DBC_NMEASURES] = {
#include "common/sample/measures.def"
};
#undef DBC_MEASURE

/* Measurements that are all unknown. */
dbc_sample_readings
dbc_sample_no_readings(void)
{
	dbc_sample_readings readings;

	for (int i = 0; i < DBC_NMEASURES; i++)
		readings.values[i] = NAN;
	return readings;
}

/* The origin of counters. */
dbc_sample_origin
dbc_sample_read_origin(dbc_host *host)
{
	const dbc_rows *rows;
	dbc_facts facts;
	dbc_value details;

	dbc_sample_read_facts(host, &facts);
	details = dbc_text(facts.details);
	rows = dbc_query(host, "sample/epoch", details);
	return (dbc_sample_origin){dbc_get_text(host, rows, 0, 0),
							   dbc_get_text(host, rows, 0, 1)};
}

/* Stores a value by the name of its measure. */
static void
store_reading(dbc_sample_readings *readings, const char *name, double value)
{
	for (int i = 0; i < DBC_NMEASURES; i++)
		if (dbc_same(dbc_sample_measures[i].name, name))
			readings->values[i] = value;
}

/* A measurement of the host; NAN if unknown. */
static double
fact(int64_t value)
{
	return value < 0 ? NAN : (double) value;
}

dbc_sample_readings
dbc_sample_take_readings(dbc_host *host)
{
	dbc_sample_readings readings = dbc_sample_no_readings();
	const dbc_rows *rows;
	dbc_value details;
	dbc_facts facts;

	dbc_sample_read_facts(host, &facts);
	readings.values[DBC_M_disk_total_bytes] = fact(facts.disk_total);
	readings.values[DBC_M_disk_free_bytes] = fact(facts.disk_free);
	readings.values[DBC_M_wal_bytes] = fact(facts.wal_bytes);
	details = dbc_text(facts.details);
	rows = dbc_query(host, "sample/readings", details);
	for (int i = 0; i < rows->nrows; i++)
	{
		double value = dbc_get_real_or_nan(host, rows, i, 1);

		if (!isnan(value))
			store_reading(&readings, dbc_get_text(host, rows, i, 0), value);
	}
	return readings;
}

/* The known measurements as a JSON object. */
dbc_json_node *
dbc_sample_readings_json(dbc_host *host, const dbc_sample_readings *readings)
{
	dbc_json_node *node = dbc_json_object(host);

	for (int i = 0; i < DBC_NMEASURES; i++)
	{
		double value = readings->values[i];
		dbc_value number = dbc_real(value);

		if (isnan(value))
			continue;
		if (value == floor(value) && fabs(value) < 9e15)
			dbc_json_put_int(node, dbc_sample_measures[i].name,
							 (int64_t) value);
		else
			dbc_json_put_value(node, dbc_sample_measures[i].name, &number);
	}
	return node;
}

/* Measurements from such an object; unknown members, stored by another version,
 * are ignored. */
static dbc_sample_readings
parse_readings(dbc_host *host, const char *text)
{
	dbc_sample_readings readings = dbc_sample_no_readings();
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(host, text, strlen(text), NULL, 0, &problem);

	if (!root || root->kind != DBC_I_OBJECT)
		return readings;
	for (int i = 0; i < DBC_NMEASURES; i++)
		(void) dbc_json_real(host,
							 dbc_json_member(root, dbc_sample_measures[i].name),
							 &readings.values[i]);
	return readings;
}

/* The sample in a row. */
static dbc_sample
sample_of(dbc_host *host, const dbc_rows *rows, int row)
{
	return (dbc_sample){
		.id = dbc_get_int(host, rows, row, COLUMN_ID),
		.taken_ms = dbc_get_time(host, rows, row, COLUMN_TAKEN_AT),
		.epoch = dbc_get_text(host, rows, row, COLUMN_EPOCH),
		.readings = parse_readings(
			host, dbc_get_text(host, rows, row, COLUMN_READINGS))};
}

dbc_sample_series
dbc_sample_read_stored(dbc_host *host, int64_t since_ms, int per)
{
	dbc_sample_series samples = {0};
	const dbc_rows *rows;
	int64_t now_ms;

	if (!dbc_sample_has_tables(host))
		return samples;
	rows = dbc_query(host, "sample/samples",
					 dbc_text(dbc_time_text(host, since_ms)), dbc_int(per));
	samples.list =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*samples.list));
	now_ms = dbc_now_ms();
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_sample sample = sample_of(host, rows, i);

		if (sample.taken_ms <= now_ms)
			samples.list[samples.count++] = sample;
	}
	return samples;
}

bool
dbc_sample_read_last(dbc_host *host, dbc_sample *sample)
{
	const dbc_rows *rows;

	if (!dbc_sample_has_tables(host))
		return false;
	rows = dbc_query(host, "sample/last_sample");
	if (rows->nrows == 0)
		return false;
	*sample = sample_of(host, rows, 0);
	return true;
}
