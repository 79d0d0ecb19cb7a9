/*
 * sample.h
 *	  The measures of a sample (sample/measures.def), and stored samples.
 */
#ifndef DBC_SAMPLE_SAMPLE_H
#define DBC_SAMPLE_SAMPLE_H

#include "common/core/json_write.h"
#include "common/sample/host.h"

/* The version of the bookkeeping that has samples. */
#define DBC_MONITOR_SINCE 4

#define DBC_MEASURE(name, ...) DBC_M_##name,
typedef enum dbc_sample_measure_id
{
#include "common/sample/measures.def"
	DBC_NMEASURES
} dbc_sample_measure_id;
#undef DBC_MEASURE

typedef struct dbc_sample_measure_kind
{
	const char *name;
	bool is_counter;
	int engines; /* DBC_ON_* */
	const char *description;
} dbc_sample_measure_kind;

extern const dbc_sample_measure_kind dbc_sample_measures[DBC_NMEASURES];

/* One value for each measure; NAN where it is not known. */
typedef struct dbc_sample_readings
{
	double values[DBC_NMEASURES];
} dbc_sample_readings;

/* A stored sample. */
typedef struct dbc_sample
{
	int64_t id;
	int64_t taken_ms;
	const char *epoch; /* counters compare within one only */
	dbc_sample_readings readings;
} dbc_sample;

typedef struct dbc_sample_series
{
	int count;
	dbc_sample *list; /* in the order they were taken */
} dbc_sample_series;

/* Where counters come from. */
typedef struct dbc_sample_origin
{
	const char *epoch;
	const char *source; /* who counts statements, which outlives an epoch */
} dbc_sample_origin;

extern dbc_sample_origin dbc_sample_read_origin(dbc_host *host);

/* Readings of which none is known. */
extern dbc_sample_readings dbc_sample_no_readings(void);

/* Measures everything that is not about statements or checks. */
extern dbc_sample_readings dbc_sample_take_readings(dbc_host *host);

/* Readings as a JSON object of those that are known. */
extern dbc_json_node *
dbc_sample_readings_json(dbc_host *host, const dbc_sample_readings *readings);

/*
 * Stored samples taken since a time, at most one per minute (DBC_PER_MINUTE) or
 * hour, and the last one; none without dbcare's tables, and none with a time in
 * the future, which were taken while the clock was wrong.
 */
#define DBC_PER_HOUR   13 /* so many characters of the time tell the hour */
#define DBC_PER_MINUTE 16
#define DBC_PER_SECOND 19
extern dbc_sample_series dbc_sample_read_stored(dbc_host *host,
												int64_t since_ms, int per);

/* The last sample; false if there is none. */
extern bool dbc_sample_read_last(dbc_host *host, dbc_sample *sample);

#endif /* DBC_SAMPLE_SAMPLE_H */
