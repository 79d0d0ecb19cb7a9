/*
 * guard.h
 *	  Errors and guards.
 */
#ifndef DBCPG_CORE_GUARD_H
#define DBCPG_CORE_GUARD_H

#include "pg_ext/core/host.h"

extern bool dbcpg_guard(dbc_host *base, void (*fn)(dbc_host *, void *),
						void *arg, dbc_guard_mode mode, bool read_only,
						dbc_error *error);
extern void dbcpg_fail(dbc_host *base, const dbc_error *error);

/* Whether an error is a cancel or a timeout.  User code can raise the same
 * SQLSTATE. */
extern bool dbcpg_is_canceled(const ErrorData *failure);

/* Describes a caught error for the core. */
extern void dbcpg_describe_failure(dbcpg_host *host, ErrorData *failure,
								   dbc_error *error);

#endif /* DBCPG_CORE_GUARD_H */
