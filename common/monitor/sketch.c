/*
 * sketch.c
 *	  A histogram of execution times with a fixed size.
 */
#include "common/monitor/sketch.h"

#include <math.h>
#include <stdlib.h>

#include "common/core/text.h"

/* Buckets per power of two. */
#define PARTS 8

/* The maximum count that is accepted, so that sums cannot overflow. */
#define MOST_COUNTED (INT64_MAX / DBC_SKETCH_BUCKETS / 8)

/* The bucket within a power of two for a fraction of 2^16 between 1 and 2: how
 * many of 2^(1/8) .. 2^(7/8) it has reached.  Unpredictable branches and cache
 * misses of a table would be slower here. */
static int
part_of(uint32_t fraction)
{
	return (fraction >= 71468) + (fraction >= 77936) + (fraction >= 84990) +
		   (fraction >= 92682) + (fraction >= 101070) + (fraction >= 110218) +
		   (fraction >= 120194);
}

int
dbc_monitor_sketch_bucket(uint64_t nanoseconds)
{
	uint64_t time = nanoseconds > 0 ? nanoseconds : 1;
	int doublings = 63 - __builtin_clzll(time);

	if (doublings >= DBC_SKETCH_BUCKETS / PARTS)
		return DBC_SKETCH_BUCKETS - 1;
	return doublings * PARTS + part_of((uint32_t) (time << 16 >> doublings));
}

void
dbc_monitor_sketch_merge(dbc_monitor_sketch *sketch,
						 const dbc_monitor_sketch *other)
{
	for (int i = 0; i < DBC_SKETCH_BUCKETS; i++)
		sketch->counts[i] += other->counts[i];
}

/* The middle of the bucket with the quantile. */
double
dbc_monitor_sketch_quantile(const dbc_monitor_sketch *sketch, double part)
{
	int64_t total = 0;
	int64_t count = 0;
	int64_t wanted;
	int i;

	for (i = 0; i < DBC_SKETCH_BUCKETS; i++)
		total += sketch->counts[i];
	if (total == 0)
		return NAN;
	wanted = (int64_t) ceil(part * (double) total);
	for (i = 0; i < DBC_SKETCH_BUCKETS - 1; i++)
	{
		count += sketch->counts[i];
		if (count > 0 && count >= wanted)
			break;
	}
	return exp2((i + 0.5) / PARTS) / 1e6;
}

const char *
dbc_monitor_sketch_text(dbc_host *host, const dbc_monitor_sketch *sketch)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < DBC_SKETCH_BUCKETS; i++)
		if (sketch->counts[i] > 0)
			dbc_append_format(&text, "%s%d:%lld", text.length > 0 ? " " : "", i,
							  (long long) sketch->counts[i]);
	return text.data;
}

void
dbc_monitor_sketch_read(const char *text, dbc_monitor_sketch *sketch)
{
	*sketch = (dbc_monitor_sketch){{0}};
	while (*text)
	{
		char *end;
		long bucket = strtol(text, &end, 10);
		long long count = *end == ':' ? strtoll(end + 1, &end, 10) : 0;

		if (bucket < 0 || bucket >= DBC_SKETCH_BUCKETS || count <= 0)
			return;
		/* sums of such counts cannot overflow */
		if (count < MOST_COUNTED && sketch->counts[bucket] < MOST_COUNTED)
			sketch->counts[bucket] += count;
		text = end;
	}
}
