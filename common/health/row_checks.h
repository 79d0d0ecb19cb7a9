/*
 * row_checks.h
 *	  Health checks of the rows of tables, which have no SQL file.
 */
#ifndef DBC_HEALTH_ROW_CHECKS_H
#define DBC_HEALTH_ROW_CHECKS_H

#include "common/core/host.h"
#include "common/health/check.h"

/* What the rows of all tables violate, once a check has asked for it. */
typedef struct dbc_health_row_verification dbc_health_row_verification;

/* A review for those of the checks that want() says will be run. */
extern dbc_health_row_verification *dbc_health_open_row_verification(
	dbc_host *host, bool (*want)(const dbc_health_check *check, void *arg),
	void *arg);

/* Whether the findings of a check come from a review. */
extern bool dbc_health_is_row_check(const dbc_health_check *check);

/* The rows of such a check, as those of SQL are; the first call verifies the
 * tables. */
extern const dbc_rows *
dbc_health_verify_rows(dbc_host *host, dbc_health_row_verification *review,
					   const dbc_health_check *check);

#endif /* DBC_HEALTH_ROW_CHECKS_H */
