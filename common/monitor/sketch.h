/*
 * sketch.h
 *	  A histogram of execution times with a fixed size.
 *
 * Bucket limits grow by a factor of 2^(1/8), so that a quantile is off by at
 * most 5 % for any distribution between a nanosecond and a day.  Sketches can
 * be added.  Needs no host.
 */
#ifndef DBC_MONITOR_SKETCH_H
#define DBC_MONITOR_SKETCH_H

#include "common/core/host.h"

/* Buckets: 8 for each doubling from 1 ns to 2^47 ns, 39 hours. */
#define DBC_SKETCH_BUCKETS 376

typedef struct dbc_monitor_sketch
{
	int64_t counts[DBC_SKETCH_BUCKETS];
} dbc_monitor_sketch;

/* The bucket of a time in nanoseconds: quick enough for a hook. */
extern int dbc_monitor_sketch_bucket(uint64_t nanoseconds);

/* Adds what one has to another. */
extern void dbc_monitor_sketch_merge(dbc_monitor_sketch *sketch,
									 const dbc_monitor_sketch *other);

/* The time in milliseconds that a part (0 .. 1) of the counts stays below, NAN
 * if there are none. */
extern double dbc_monitor_sketch_quantile(const dbc_monitor_sketch *sketch,
										  double part);

/* As text for the bookkeeping, "bucket:count" of those that have any, and back.
 * Several texts with a blank between them are added; what is no sketch counts
 * nothing. */
extern const char *dbc_monitor_sketch_text(dbc_host *host,
										   const dbc_monitor_sketch *sketch);
extern void dbc_monitor_sketch_read(const char *text,
									dbc_monitor_sketch *sketch);

#endif /* DBC_MONITOR_SKETCH_H */
