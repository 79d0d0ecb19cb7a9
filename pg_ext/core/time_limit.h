/*
 * time_limit.h
 *	  Work that is cancelled after a time.
 */
#ifndef DBCPG_CORE_TIME_LIMIT_H
#define DBCPG_CORE_TIME_LIMIT_H

#include "pg_ext/core/compat.h"

/* Runs work(arg), which a timer cancels after a time; false if it did.  What the
 * work has done then is for the caller to undo.  Code that catches
 * query_canceled goes on all the same. */
extern bool dbcpg_run_within(void (*work)(void *), void *arg, int limit_ms);

#endif /* DBCPG_CORE_TIME_LIMIT_H */
