/*
 * schedule.h
 *	  The daily purge by monitoring.
 */
#ifndef DBC_ARCHIVE_SCHEDULE_H
#define DBC_ARCHIVE_SCHEDULE_H

#include "common/sample/schedule.h"

extern const dbc_schedule dbc_archive_schedule;

#endif /* DBC_ARCHIVE_SCHEDULE_H */
