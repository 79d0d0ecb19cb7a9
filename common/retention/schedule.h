/*
 * schedule.h
 *	  The daily purge by monitoring.
 */
#ifndef DBC_RETENTION_SCHEDULE_H
#define DBC_RETENTION_SCHEDULE_H

#include "common/schedule/schedule.h"

extern const dbc_schedule dbc_retention_schedule;

#endif /* DBC_RETENTION_SCHEDULE_H */
