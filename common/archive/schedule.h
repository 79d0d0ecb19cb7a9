/*
 * schedule.h
 *	  The daily purge by monitoring, for the samplers.
 *
 * A sampler runs each call of the schedule at top level, since it commits while
 * it runs, and the functions below in transactions of their own.
 */
#ifndef DBC_ARCHIVE_SCHEDULE_H
#define DBC_ARCHIVE_SCHEDULE_H

#include "common/core/host.h"

/* Columns of archive/scheduled_calls.sql. */
enum
{
	DBC_SCHEDULED_TABLE,
	DBC_SCHEDULED_CALL,	   /* SQL; null if there is a problem */
	DBC_SCHEDULED_PROBLEM, /* why the table is left out */
	DBC_SCHEDULED_APPLIES  /* whether the call applies policies */
};

/* Whether the run of today is due: no process has begun it, or applies
 * policies.
 */
extern bool dbc_archive_schedule_due(dbc_host *host, int64_t now_ms);

/* Begins it; returns the calls, or NULL if another process was faster. */
extern const dbc_rows *dbc_archive_begin_schedule(dbc_host *host,
												  int64_t now_ms);

/* Stores why the call for a table has failed. */
extern void dbc_archive_note_schedule(dbc_host *host, const char *table_name,
									  const char *error);

/* Has the run begin again, since another process now applies policies. */
extern void dbc_archive_postpone_schedule(dbc_host *host);

extern void dbc_archive_end_schedule(dbc_host *host);

#endif /* DBC_ARCHIVE_SCHEDULE_H */
