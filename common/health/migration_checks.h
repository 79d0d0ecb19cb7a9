/*
 * migration_checks.h
 *	  Health checks of migrations: what failed, was modified or waits, and
 *	  whether the schema is the one that migrations left.
 */
#ifndef DBC_HEALTH_MIGRATION_CHECKS_H
#define DBC_HEALTH_MIGRATION_CHECKS_H

#include "common/health/check.h"

/* Whether a check is one of these. */
extern bool dbc_health_is_migration_check(const dbc_health_check *check);

/* The rows of such a check, like those of SQL.  Without thorough, a large
 * schema is not compared. */
extern const dbc_rows *
dbc_health_check_migrations(dbc_host *host, const dbc_health_check *check,
							bool thorough);

#endif /* DBC_HEALTH_MIGRATION_CHECKS_H */
