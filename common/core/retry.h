/*
 * retry.h
 *	  Retrying after lock conflicts with other sessions.
 */
#ifndef DBC_CORE_RETRY_H
#define DBC_CORE_RETRY_H

#include "common/core/host.h"

/* Whether a retry may succeed once other transactions have ended. */
extern bool dbc_is_transient(const dbc_error *error);

/* How long to pause before an attempt, the first one being 1, in milliseconds:
 * twice as long each time, and not in step with other programs that do the
 * same. */
extern int64_t dbc_retry_pause(int64_t attempt);

#endif /* DBC_CORE_RETRY_H */
