/*
 * wal_keep.h
 *	  [PG] Retention of archived WAL.
 */
#ifndef DBC_BACKUP_WAL_KEEP_H
#define DBC_BACKUP_WAL_KEEP_H

#include "common/backup/catalog.h"
#include "common/core/json_write.h"

/* Removes the segments of an archive that no base backup of a catalog needs;
 * is_kept tells of each record whether it stays.  A base backup that cannot be
 * read could need any. Returns the result as JSON. */
extern dbc_json_node *dbc_backup_wal_remove(dbc_host *host,
											dbc_backup_files *files,
											const char *archive,
											const dbc_backup_catalog *catalog,
											const bool *is_kept, bool dry_run);

#endif /* DBC_BACKUP_WAL_KEEP_H */
