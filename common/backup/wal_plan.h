/*
 * wal_plan.h
 *	  [PG] What a restore finds in a WAL archive, and whether it found it all.
 */
#ifndef DBC_BACKUP_WAL_PLAN_H
#define DBC_BACKUP_WAL_PLAN_H

#include "common/backup/manifest.h"

/* Where a restore would end, as given. */
typedef struct dbc_wal_target
{
	const char *archive;  /* directory */
	const char *time;	  /* or NULL */
	const char *timeline; /* latest, current, a number; NULL: the default */
} dbc_wal_target;

/* Emits steps of dbbackup_plan() about the archive. */
extern void dbc_backup_wal_plan(dbc_host *host, dbc_backup_files *files,
								const dbc_backup *backup,
								const dbc_wal_target *target);

/* Emits the step of the moments that can be reached, the last one at a commit or,
 * 0, not known, and whether the target, if there is one, is among them. */
extern void dbc_backup_wal_plan_reach(dbc_host *host, const dbc_backup *backup,
									  const char *target, int64_t last_ms);

/* Fails if a restore to the end of the archive would end before it. */
extern void dbc_backup_wal_need_whole(dbc_host *host, dbc_backup_files *files,
									  const dbc_backup *backup,
									  const dbc_wal_target *target);

/* Fails if recovery to the end of the archive has ended before it: the server
 * takes a record that is damaged for the end of the log.  data is the data
 * directory. */
extern void dbc_backup_wal_need_end(dbc_host *host, dbc_backup_files *files,
									const dbc_backup *backup,
									const dbc_wal_target *target,
									const char *data);

#endif /* DBC_BACKUP_WAL_PLAN_H */
