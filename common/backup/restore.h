/*
 * restore.h
 *	  Restoring backups.
 */
#ifndef DBC_BACKUP_RESTORE_H
#define DBC_BACKUP_RESTORE_H

#include "common/backup/verify.h"
#include "common/core/json_write.h"
#include "common/core/options.h"

#define DBC_RESTORE_OPTIONS(O)                     \
	O(archive, TEXT)                               \
	O(as_superuser, BOOL)                          \
	O(decrypt, OBJECT)                             \
	O(directory, TEXT)                             \
	O(dry_run, BOOL, .engines = DBC_ON_SQLITE)     \
	O(from_command, TEXT)                          \
	O(jobs, INT, 1, 64)                            \
	O(on_conflict, TEXT, .engines = DBC_ON_SQLITE) \
	O(role, TEXT)                                  \
	O(table, TEXT, .engines = DBC_ON_SQLITE)       \
	O(target_lsn, TEXT)                            \
	O(target_name, TEXT)                           \
	O(target_time, TEXT)                           \
	O(target_timeline, TEXT)                       \
	O(triggers, TEXT, .engines = DBC_ON_SQLITE)
DBC_OPTION_VALUES(dbc_restore_options, DBC_RESTORE_OPTIONS);

/* A restore. */
typedef struct dbc_restore
{
	const dbc_restore_options *given;
	const char *name;
	const char *destination;
	dbc_json_node *result;
} dbc_restore;

/* [PG] Fails unless text names a timeline. */
extern void dbc_restore_check_timeline(dbc_host *host, const char *text);

/* dbbackup_restore() on PostgreSQL. */
extern void dbc_restore_on_server(dbc_host *host, const char *name,
								  const char *destination,
								  const dbc_value *options);

#endif /* DBC_BACKUP_RESTORE_H */
