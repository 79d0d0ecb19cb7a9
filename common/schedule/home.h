/*
 * home.h
 *	  [PG] The server on which schedules run.
 *
 * A copy of a server has the schedules of the original, and would make backups
 * and remove some in the same directories.  So each schedule knows its server:
 * the system, the database, the data directory and the timeline.  Elsewhere it
 * rests until dbbackup_accept() is called.
 */
#ifndef DBC_SCHEDULE_HOME_H
#define DBC_SCHEDULE_HOME_H

#include "common/sample/host.h"

/* Where a schedule belongs, or what this server is. */
typedef struct dbc_home
{
	const char *server; /* system identifier, database and data directory, each
						   ended by a blank but the last; NULL: unknown */
	int64_t timeline;
} dbc_home;

/* What this server is. */
extern dbc_home dbc_schedule_home_here(dbc_host *host);

/* Why a schedule rests here, as the rest of a sentence; NULL: it does not. */
extern const char *dbc_schedule_home_why_resting(dbc_host *host,
												 const dbc_home *home);

/* The same of any schedule of the database. */
extern const char *dbc_schedule_home_why_any_rests(dbc_host *host);

/* Lets schedules go on here if this server was a standby that followed theirs
 * until it was promoted. */
extern void dbc_schedule_home_follow(dbc_host *host);

/* Lets the schedules that rest run here from now on; returns their number. */
extern int64_t dbc_schedule_home_accept(dbc_host *host);

#endif /* DBC_SCHEDULE_HOME_H */
