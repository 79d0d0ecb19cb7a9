/*
 * health_history.h
 *	  What stored samples say of the last hour.
 */
#ifndef DBC_HEALTH_HISTORY_H
#define DBC_HEALTH_HISTORY_H

#include "host.h"

/* A JSON object for the SQL of checks (see health_check.h), or NULL. */
extern const char *dbc_recent_history(dbc_host *host);

#endif /* DBC_HEALTH_HISTORY_H */
