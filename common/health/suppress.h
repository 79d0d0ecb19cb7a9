/*
 * suppress.h
 *	  Suppressing findings for a time.
 */
#ifndef DBC_HEALTH_SUPPRESS_H
#define DBC_HEALTH_SUPPRESS_H

#include "common/health/finding.h"

extern void dbc_health_suppress_findings(dbc_host *host,
										 dbc_findings *findings);

#endif /* DBC_HEALTH_SUPPRESS_H */
