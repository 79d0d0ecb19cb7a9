/*
 * table.h
 *	  Restoring a single table into the live database.
 */
#ifndef DBC_BACKUP_TABLE_H
#define DBC_BACKUP_TABLE_H

#include "common/backup/host.h"
#include "common/core/json_write.h"

/* What is done with rows that are in both, and differ. */
#define DBC_TABLE_REFUSE	"fail"
#define DBC_TABLE_KEEP		"keep"
#define DBC_TABLE_OVERWRITE "overwrite"

/* Restores the rows of a table from the database in a directory, or with
 * dry_run only compares them, and adds what was found and done to the
 * result.  Triggers fire, or the result names them. */
extern void dbc_backup_restore_table(dbc_host *host, dbc_backup_work *work,
									 const char *table, const char *on_conflict,
									 bool fires, bool dry_run,
									 dbc_json_node *result);

#endif /* DBC_BACKUP_TABLE_H */
