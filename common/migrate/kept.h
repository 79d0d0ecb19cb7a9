/*
 * kept.h
 *	  Tables whose deleted rows are kept, or whose changes are logged, while
 *	  migrations change them.
 */
#ifndef DBC_MIGRATE_KEPT_H
#define DBC_MIGRATE_KEPT_H

#include "common/core/host.h"

/* Whether a table has triggers of dbcare that name its columns. */
extern bool dbc_migrate_has_kept(dbc_host *host);

/* Whether a script failed because dbcare's triggers name a column that it
 * drops; then they are dropped, so that the script can run again. */
extern bool dbc_migrate_drop_kept_triggers(dbc_host *host,
										   const dbc_error *error);

/* Drops them for a table whose columns are going to be dropped. */
extern void dbc_migrate_drop_triggers_of(dbc_host *host, const char *table);

/* Makes dbcare's triggers those that the tables need now. */
extern void dbc_migrate_refresh_kept(dbc_host *host);

#endif /* DBC_MIGRATE_KEPT_H */
