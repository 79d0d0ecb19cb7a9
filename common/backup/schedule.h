/*
 * schedule.h
 *	  The daily backup by monitoring.
 */
#ifndef DBC_BACKUP_SCHEDULE_H
#define DBC_BACKUP_SCHEDULE_H

#include "common/sample/schedule.h"

extern const dbc_schedule dbc_backup_schedule;

/* Why steps of the last run have failed, or NULL. */
extern const char *dbc_backup_describe_errors(dbc_host *host,
											  const dbc_schedule_state *state);

#endif /* DBC_BACKUP_SCHEDULE_H */
