/*
 * clock.h
 *	  Reading the clock, and converting times from and to text.
 */
#ifndef DBC_CORE_CLOCK_H
#define DBC_CORE_CLOCK_H

#include "common/core/host.h"

/* Now, as ISO 8601 text in UTC with milliseconds. */
extern const char *dbc_now(dbc_host *host);

/* The same as milliseconds since 1970. */
extern int64_t dbc_now_ms(void);

/* A time in milliseconds since 1970 as such text. */
extern const char *dbc_time_text(dbc_host *host, int64_t ms);

/*
 * A time that was given as ISO 8601 text, a date or more of it; UTC unless it
 * says how far from it.  False, and *ms untouched, if it is none.
 */
extern bool dbc_parse_time(const char *text, int64_t *ms);

/* Microseconds of a clock that never goes back, for durations. */
extern int64_t dbc_microseconds(void);

#endif /* DBC_CORE_CLOCK_H */
