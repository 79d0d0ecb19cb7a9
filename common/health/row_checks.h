/*
 * row_checks.h
 *	  Health checks of the rows of tables, which have no SQL file.
 */
#ifndef DBC_HEALTH_ROW_CHECKS_H
#define DBC_HEALTH_ROW_CHECKS_H

#include "common/core/host.h"
#include "common/health/check.h"

/* The violations of all tables, found on demand. */
typedef struct dbc_health_row_verification dbc_health_row_verification;

/* Prepares the verification for those checks for which want() returns true. */
extern dbc_health_row_verification *dbc_health_open_row_verification(
	dbc_host *host, bool (*want)(const dbc_health_check *check, void *arg),
	void *arg);

/* Whether a check reports violations of rows. */
extern bool dbc_health_is_row_check(const dbc_health_check *check);

/* The rows of such a check, like those of SQL; the first call verifies the
 * tables. */
extern const dbc_rows *
dbc_health_verify_rows(dbc_host *host, dbc_health_row_verification *review,
					   const dbc_health_check *check);

#endif /* DBC_HEALTH_ROW_CHECKS_H */
