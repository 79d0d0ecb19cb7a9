/*
 * recent.h
 *	  Results that a session keeps for callers who take one of lately: the
 *	  option max_age_ms.
 */
#ifndef DBC_CORE_RECENT_H
#define DBC_CORE_RECENT_H

#include "common/core/options.h"

/* ---- for functions ---- */

/* Emits what make(host, arg) returns; or, if the option max_age_ms allows it,
 * what an earlier call of the same function with the same options, by the same
 * user, in this session has returned. */
extern void dbc_emit_recent(dbc_host *host, const dbc_value *options,
							const dbc_option_value *max_age_ms,
							dbc_value (*make)(dbc_host *host, const void *arg),
							const void *arg);

/* ---- for bindings ---- */

/* The most results of a session, and the longest one. */
#define DBC_MOST_RECENT		  4
#define DBC_MOST_RECENT_BYTES (8 << 20)

/* A result; key and text are in memory of the binding, NULL if there is
 * none. */
typedef struct dbc_recent
{
	char *key;
	char *text;
	int64_t made_at; /* by the monotonic clock, in microseconds */
} dbc_recent;

/* The text of a result that is no older; NULL if there is none. */
extern const char *dbc_find_recent(const dbc_recent *all, const char *key,
								   int64_t max_age_ms);

/* Puts a result in the place of the earlier one, or of the oldest; returns what
 * was there, for the binding to free. */
extern dbc_recent dbc_put_recent(dbc_recent *all, const dbc_recent *result);

#endif /* DBC_CORE_RECENT_H */
