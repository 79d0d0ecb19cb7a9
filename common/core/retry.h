/*
 * retry.h
 *	  Retrying after lock conflicts with other sessions.
 */
#ifndef DBC_CORE_RETRY_H
#define DBC_CORE_RETRY_H

#include "common/core/host.h"

/* Whether a retry may succeed once other transactions have ended. */
extern bool dbc_is_transient(const dbc_error *error);

/* The pause before attempt n, from 1, in milliseconds: it doubles each time,
 * and is random so that concurrent programs do not retry at the same time. */
extern int64_t dbc_retry_pause(int64_t attempt);

#endif /* DBC_CORE_RETRY_H */
