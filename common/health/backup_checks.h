/*
 * backup_checks.h
 *	  Health checks of backups.
 */
#ifndef DBC_HEALTH_BACKUP_CHECKS_H
#define DBC_HEALTH_BACKUP_CHECKS_H

#include "common/core/settings.h"
#include "common/health/check.h"

struct dbc_backup_overview;

/* Whether a check is one of these. */
extern bool dbc_health_is_backup_check(const dbc_health_check *check);

/* The rows of such a check, like those of SQL, with a threshold in its unit
 * (NAN: none).  The first call reads *overview, which is NULL before. */
extern const dbc_rows *
dbc_health_check_backups(dbc_host *host, const dbc_health_check *check,
						 double warning, const dbc_setting_values *stored,
						 const struct dbc_backup_overview **overview);

/* The newest good backup for a suggestion: its name and when it was made, or
 * words that say that none is known. */
extern const char *dbc_health_name_backup(dbc_host *host);

#endif /* DBC_HEALTH_BACKUP_CHECKS_H */
