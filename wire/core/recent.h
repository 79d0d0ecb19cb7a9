/*
 * recent.h
 *	  Results that a connection keeps; see common/core/recent.h.
 */
#ifndef DBCW_CORE_RECENT_H
#define DBCW_CORE_RECENT_H

#include "wire/core/host.h"

extern const char *dbcw_recall_result(dbc_host *host, const char *key,
									  int64_t max_age_ms);
extern void dbcw_remember_result(dbc_host *host, const char *key,
								 const char *text);
extern void dbcw_forget_results(dbcw_connection *c);

#endif /* DBCW_CORE_RECENT_H */
