/*
 * schedule.h
 *	  The daily backup by monitoring.
 */
#ifndef DBC_BACKUP_SCHEDULE_H
#define DBC_BACKUP_SCHEDULE_H

#include "common/backup/secret.h"
#include "common/core/json_write.h"
#include "common/schedule/schedule.h"

extern const dbc_schedule dbc_backup_schedule;

/* Why steps of the last run have failed, or NULL. */
extern const char *dbc_backup_describe_errors(dbc_host *host,
											  const dbc_schedule_state *state);

/* Options of dbbackup_cleanup() by rules, which are tested; each may be NULL.
 */
extern dbc_json_node *dbc_backup_cleanup_options(dbc_host *host,
												 const char *keep,
												 const char *directory,
												 const char *confirm);

/* Where the key of the daily backup is; nowhere if there is none. */
extern dbc_backup_secret_place dbc_backup_scheduled_key(dbc_host *host);

#endif /* DBC_BACKUP_SCHEDULE_H */
