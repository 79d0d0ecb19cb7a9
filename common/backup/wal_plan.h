/*
 * wal_plan.h
 *	  [PG] What a restore finds in a WAL archive.
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
extern void dbc_wal_plan(dbc_host *host, dbc_backup_files *files,
						 const dbc_backup *backup,
						 const dbc_wal_target *target);

#endif /* DBC_BACKUP_WAL_PLAN_H */
