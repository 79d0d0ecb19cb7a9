/*
 * sample.h
 *	  The measures of a sample (sample/measures.def), and stored samples.
 */
#ifndef DBC_SAMPLE_SAMPLE_H
#define DBC_SAMPLE_SAMPLE_H

#include "common/core/json_write.h"
#include "common/sample/host.h"

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
	bool is_total; /* a counter that is not reset with the epoch */
	int engines;   /* DBC_ON_* */
	const char *description;
} dbc_sample_measure_kind;

extern const dbc_sample_measure_kind dbc_sample_measures[DBC_NMEASURES];

/* One value per measure; NAN: unknown. */
typedef struct dbc_sample_readings
{
	double values[DBC_NMEASURES];
} dbc_sample_readings;

typedef struct dbc_sample
{
	int64_t id;
	int64_t taken_ms;
	const char *epoch; /* counters can only be compared within an epoch */
	dbc_sample_readings readings;
} dbc_sample;

typedef struct dbc_sample_series
{
	int count;
	dbc_sample *list; /* in ascending order of time */
} dbc_sample_series;

/* The origin of counters. */
typedef struct dbc_sample_origin
{
	const char *epoch;
	const char *source; /* the source of statement statistics, which may outlast
						   an epoch */
} dbc_sample_origin;

extern dbc_sample_origin dbc_sample_read_origin(dbc_host *host);

/* Measurements that are all unknown. */
extern dbc_sample_readings dbc_sample_no_readings(void);

/* Takes all measurements except those of statements and checks. */
extern dbc_sample_readings dbc_sample_take_readings(dbc_host *host);

/* The known measurements as a JSON object. */
extern dbc_json_node *
dbc_sample_readings_json(dbc_host *host, const dbc_sample_readings *readings);

/* Stored samples taken since a time, at most one per minute (DBC_PER_MINUTE) or
 * hour, and the last one.  No samples with a time in the future, which a wrong
 * clock has caused; none if dbcare's tables do not exist. */
#define DBC_PER_HOUR   13 /* number of characters of the time up to the hour */
#define DBC_PER_MINUTE 16
#define DBC_PER_SECOND 19
extern dbc_sample_series dbc_sample_read_stored(dbc_host *host,
												int64_t since_ms, int per);

extern bool dbc_sample_read_last(dbc_host *host, dbc_sample *sample);

#endif /* DBC_SAMPLE_SAMPLE_H */
