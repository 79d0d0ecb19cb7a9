/*
 * sketch.h
 *	  A histogram of execution times with a fixed size.
 *
 * Bucket limits grow by a factor of 2^(1/8), so that the error of a quantile
 * is at most 5 % for any distribution between a nanosecond and a day.
 * Histograms can be added.  Needs no host.
 */
#ifndef DBC_MONITOR_SKETCH_H
#define DBC_MONITOR_SKETCH_H

#include "common/core/host.h"

/* 8 buckets per power of two, from 1 ns to 2^47 ns (39 hours). */
#define DBC_SKETCH_BUCKETS 376

typedef struct dbc_monitor_sketch
{
	int64_t counts[DBC_SKETCH_BUCKETS];
} dbc_monitor_sketch;

/* The bucket of a time in nanoseconds; fast enough for a hook. */
extern int dbc_monitor_sketch_bucket(uint64_t nanoseconds);

/* Adds the counts of another histogram. */
extern void dbc_monitor_sketch_merge(dbc_monitor_sketch *sketch,
									 const dbc_monitor_sketch *other);

/* The quantile (0 .. 1) in milliseconds; NAN if there are no counts. */
extern double dbc_monitor_sketch_quantile(const dbc_monitor_sketch *sketch,
										  double part);

/* Converts to text for dbcare's tables, "bucket:count" for counts that are not
 * zero, and back.  Texts separated by blanks are added; invalid text counts
 * nothing. */
extern const char *dbc_monitor_sketch_text(dbc_host *host,
										   const dbc_monitor_sketch *sketch);
extern void dbc_monitor_sketch_read(const char *text,
									dbc_monitor_sketch *sketch);

#endif /* DBC_MONITOR_SKETCH_H */
