/*
 * track.h
 *	  What scripts have changed; see common/migrate/host.h.
 */
#ifndef DBCW_MIGRATE_TRACK_H
#define DBCW_MIGRATE_TRACK_H

#include "common/migrate/host.h"

extern void dbcw_migrate_track(dbc_host *host, bool on);
extern bool dbcw_migrate_touched(dbc_host *host, dbc_moment moment,
								 dbc_changes *touched);

#endif /* DBCW_MIGRATE_TRACK_H */
