/*
 * clock.h
 *	  Reading the clock, and converting times from and to text.
 */
#ifndef DBC_CORE_CLOCK_H
#define DBC_CORE_CLOCK_H

#include "common/core/host.h"

/* The current time as ISO 8601 text in UTC with milliseconds. */
extern const char *dbc_now(dbc_host *host);

/* The current time in milliseconds since 1970. */
extern int64_t dbc_now_ms(void);

/* A time in milliseconds since 1970 as ISO 8601 text in UTC. */
extern const char *dbc_time_text(dbc_host *host, int64_t ms);

/* Parses ISO 8601 text, at least a date; UTC unless it has an offset.  Returns
 * false and leaves *ms unchanged if it is invalid. */
extern bool dbc_parse_time(const char *text, int64_t *ms);

/* Parses HH:MM as minutes since midnight.  Returns false and leaves *minutes
 * unchanged if it is invalid. */
extern bool dbc_parse_time_of_day(const char *text, int *minutes);

/* A monotonic clock in microseconds, for durations. */
extern int64_t dbc_microseconds(void);

#endif /* DBC_CORE_CLOCK_H */
