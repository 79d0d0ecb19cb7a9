/*
 * schedule.h
 *	  The daily backup by monitoring.
 */
#ifndef DBC_BACKUP_SCHEDULE_H
#define DBC_BACKUP_SCHEDULE_H

#include "common/sample/schedule.h"

extern const dbc_schedule dbc_backup_schedule;

#endif /* DBC_BACKUP_SCHEDULE_H */
