/*
 * restore.h
 *	  Restoring backups.
 */
#ifndef DBC_BACKUP_RESTORE_H
#define DBC_BACKUP_RESTORE_H

#include "common/backup/verify.h"
#include "common/core/json_write.h"
#include "common/core/functions.h"

/* A restore. */
typedef struct dbc_restore
{
	const dbbackup_restore_options *given;
	const char *name;
	const char *destination;
	dbc_json_node *result;
} dbc_restore;

/* [PG] Fails unless text names a timeline. */
extern void dbc_backup_restore_check_timeline(dbc_host *host, const char *text);

/* dbbackup_restore() on PostgreSQL. */
extern void dbc_backup_restore_on_server(dbc_host *host, const char *name,
										 const char *destination,
										 const dbc_value *options);

#endif /* DBC_BACKUP_RESTORE_H */
