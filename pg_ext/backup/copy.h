/*
 * copy.h
 *	  Making, testing and restoring the two kinds of backups.
 */
#ifndef DBCPG_BACKUP_COPY_H
#define DBCPG_BACKUP_COPY_H

#include "pg_ext/backup/connection.h"

#include "common/backup/dump.h"
#include "common/backup/manifest.h"

/* The directory of a base backup. */
#define DBCPG_BASE "base"

/* ---- dump.c ---- */

extern void dbcpg_backup_dump_describe(dbcpg_host *host, dbc_backup_work *work);
extern void dbcpg_backup_dump_copy(dbcpg_host *host, dbc_backup_work *work);
/* Counts the rows of all tables of a dump in the active snapshot;
 * dump_count.c. */
extern void dbcpg_backup_dump_count(dbcpg_host *host, dbc_backup *backup);

/* See read_table() in common/backup/host.h; dump_table.c. */
extern dbc_backup_proof dbcpg_backup_dump_read_table(
	dbc_host *host, dbc_backup_work *work, const dbc_relation *table,
	void (*line)(dbc_host *, void *, const char *), void *arg);

/* ---- dump_restore.c ---- */

/* Restores a dump into a new database, and compares its rows with the
 * manifest.  Leaves no database behind if it fails. */
extern dbc_backup_proof
dbcpg_backup_dump_restore(dbcpg_host *host, dbc_backup_work *work,
						  const dbc_backup_target *target);

/* ---- base.c, base_read.c, restore.c ---- */

extern void dbcpg_backup_base_describe(dbcpg_host *host, dbc_backup_work *work);
extern void dbcpg_backup_base_copy(dbcpg_host *host, dbc_backup_work *work);

/* Tests every file of a base backup by the manifest of pg_basebackup. */
extern dbc_backup_proof dbcpg_backup_base_prove(dbcpg_host *host,
												dbc_backup_work *work);

/* Tests a data directory by its manifest, in so many processes. */
extern dbc_backup_proof
dbcpg_backup_base_read(dbcpg_host *host, const char *directory, int64 jobs);

/* Makes a data directory of an incremental backup and those that it needs. */
extern void dbcpg_backup_base_combine(dbcpg_host *host,
									  const dbc_backup_work *work,
									  const char *directory);

/* Starts a copy of it, and removes the copy. */
extern dbc_backup_proof dbcpg_backup_base_try(dbcpg_host *host,
											  dbc_backup_work *work);

/* Restores it into a new data directory; see common/backup/host.h. */
extern void dbcpg_backup_base_restore(dbcpg_host *host, dbc_backup_work *work,
									  const dbc_backup_target *target,
									  dbc_backup_restored *restored);

/* ---- other.c ---- */

/* Has another tool test its backups. */
extern dbc_backup_proof dbcpg_backup_other_read(dbcpg_host *host,
												const dbc_backup_work *work);

/* Has it make a data directory that recovers to a target; NULL: to where the
 * backup is consistent.  It follows the timeline. */
extern void dbcpg_backup_other_copy(dbcpg_host *host,
									const dbc_backup_work *work,
									const dbc_backup_target *target,
									const char *timeline,
									const char *directory);

/* ---- plan.c ---- */

/* What a restore would do; see common/backup/host.h. */
extern const dbc_backup_step *dbcpg_backup_plan(dbc_host *host,
												const dbc_backup *backup,
												const char *destination,
												int *count);

#endif /* DBCPG_BACKUP_COPY_H */
