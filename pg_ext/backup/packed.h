/*
 * packed.h
 *	  Compressed base backups: tar archives of pg_basebackup.
 */
#ifndef DBCPG_BACKUP_PACKED_H
#define DBCPG_BACKUP_PACKED_H

#include "pg_ext/core/host.h"

#include "common/backup/manifest.h"

/* Its directory, and the files in it. */
#define DBCPG_PACKED	  DBC_BACKUP_PACKED
#define DBCPG_PACKED_BASE "base.tar.zst"
#define DBCPG_PACKED_WAL  "pg_wal.tar"

static inline bool
dbcpg_is_packed(const dbc_backup *backup)
{
	return strcmp(backup->compression, "zstd") == 0;
}

/* The text of the manifest of pg_basebackup in a directory. */
extern char *dbcpg_packed_manifest(dbcpg_host *host, const char *path);

/* Reads the archives of a packed backup and compares each file with its
 * manifest; writes them to a new directory, unless that is NULL. */
extern dbc_backup_proof dbcpg_packed_read(dbcpg_host *host, const char *path,
										  const char *directory);

#endif /* DBCPG_BACKUP_PACKED_H */
