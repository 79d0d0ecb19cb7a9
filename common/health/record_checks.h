/*
 * record_checks.h
 *	  Health checks of what dbcare records about rows: the log of changes,
 *	  deleted and held rows, retention policies.
 */
#ifndef DBC_HEALTH_RECORD_CHECKS_H
#define DBC_HEALTH_RECORD_CHECKS_H

#include "common/health/check.h"

/* Whether a check is one of these. */
extern bool dbc_health_is_record_check(const dbc_health_check *check);

/* The rows of such a check, like those of SQL. */
extern const dbc_rows *dbc_health_check_records(dbc_host *host,
												const dbc_health_check *check,
												const dbc_value *parameters,
												int count);

#endif /* DBC_HEALTH_RECORD_CHECKS_H */
