/*
 * packed.h
 *	  Compressed base backups: tar archives of pg_basebackup.
 */
#ifndef DBCPG_BACKUP_PACKED_H
#define DBCPG_BACKUP_PACKED_H

#include "pg_ext/core/host.h"

#include "pg_ext/backup/program.h"

#include "common/backup/content.h"

/* Its directory, and the files in it. */
#define DBCPG_PACKED	  DBC_BACKUP_PACKED
#define DBCPG_PACKED_BASE "base.tar.zst"
#define DBCPG_PACKED_WAL  "pg_wal.tar"

/* Whether a backup is a directory of archives. */
static inline bool
dbcpg_is_packed(const dbc_backup_work *work)
{
	return !work->is_stream && !dbc_backup_find_content(work->backup) &&
		   strcmp(work->backup->compression, "zstd") == 0;
}

/* The text of the manifest of pg_basebackup in a directory. */
extern char *dbcpg_backup_packed_manifest(dbcpg_host *host, const char *path);

/* Reads the archives of a packed backup, or the one that is its stream, and
 * compares each file with the manifest of pg_basebackup; writes them to a new
 * directory, unless that is NULL. */
extern dbc_backup_proof dbcpg_backup_packed_read(dbcpg_host *host,
												 dbc_backup_work *work,
												 const char *directory);

/* Puts the archive that a program prints into the stream of a backup, and
 * compares it; *manifest is that of pg_basebackup. */
extern dbc_backup_proof dbcpg_backup_packed_copy(dbcpg_host *host,
												 dbc_backup_work *work,
												 dbcpg_running *running,
												 const char **manifest);

#endif /* DBCPG_BACKUP_PACKED_H */
