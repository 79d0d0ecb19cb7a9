/*
 * clock.h
 *	  The time.
 */
#ifndef DBC_CLOCK_H
#define DBC_CLOCK_H

#include "host.h"

/* Now, as ISO 8601 text in UTC with milliseconds. */
extern const char *dbc_now(dbc_host *host);

/* Microseconds of a clock that never goes back, for durations. */
extern int64_t dbc_microseconds(void);

#endif /* DBC_CLOCK_H */
