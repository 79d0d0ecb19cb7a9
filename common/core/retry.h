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

/* Runs fn(host, arg) like dbc_guard().  [PG] What has waited too long for a
 * lock is tried again, a number of times: others, who queue behind it, go
 * first. */
extern bool dbc_guard_retrying(dbc_host *host, void (*fn)(dbc_host *, void *),
							   void *arg, dbc_guard_mode mode, int64_t retries,
							   dbc_error *error);

#endif /* DBC_CORE_RETRY_H */
