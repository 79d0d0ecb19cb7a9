/*
 * row_checks.h
 *	  Health checks of the rows of tables, which have no SQL of their own.
 */
#ifndef DBC_HEALTH_ROW_CHECKS_H
#define DBC_HEALTH_ROW_CHECKS_H

#include "common/core/host.h"
#include "common/health/check.h"

/* What the rows of all tables violate, once a check has asked for it. */
typedef struct dbc_row_review dbc_row_review;

/* A review for those of the checks that want() says will be run. */
extern dbc_row_review *
dbc_open_row_review(dbc_host *host,
					bool (*want)(const dbc_check *check, void *arg), void *arg);

/* Whether the findings of a check come from a review. */
extern bool dbc_is_row_check(const dbc_check *check);

/* The rows of such a check, as those of SQL are; the first call verifies the
 * tables. */
extern const dbc_rows *dbc_row_findings(dbc_host *host, dbc_row_review *review,
										const dbc_check *check);

#endif /* DBC_HEALTH_ROW_CHECKS_H */
