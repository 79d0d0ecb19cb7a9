/*
 * recent.h
 *	  Results that a session keeps; see common/core/recent.h.
 */
#ifndef DBCPG_CORE_RECENT_H
#define DBCPG_CORE_RECENT_H

#include "common/core/host.h"

extern const char *dbcpg_recall_result(dbc_host *base, const char *key,
									   int64_t max_age_ms);
extern void dbcpg_remember_result(dbc_host *base, const char *key,
								  const char *text);

#endif /* DBCPG_CORE_RECENT_H */
