/*
 * forward.h
 *	  The changes after a full backup, up to a moment: choosing, testing and
 *	  applying them.
 */
#ifndef DBC_BACKUP_FORWARD_H
#define DBC_BACKUP_FORWARD_H

#include "common/backup/segment.h"
#include "common/backup/verify.h"

/* The moment that is wanted; NULL: the last one. */
typedef struct dbc_forward_target
{
	const char *text;
	int64_t ms;
} dbc_forward_target;

/* Whether a backup has the state of a moment, by the names of its changes. */
extern bool dbc_backup_forward_covers(const dbc_backup_record *record,
									  int64_t ms);

/* Calls fn for each range of moments that can be restored. */
typedef void dbc_forward_range(dbc_host *host, int64_t from_ms, int64_t to_ms,
							   void *arg);
extern void dbc_backup_forward_ranges(dbc_host *host,
									  const dbc_changes_log *log,
									  dbc_forward_range *fn, void *arg);

/* Applies the changes to the database of a work, which is that of the backup,
 * and sets pages and database_bytes of its backup.  Fails if the moment cannot
 * be restored.  *at_ms: of the last changes; 0: there are none. */
extern dbc_backup_proof dbc_backup_forward_apply(
	dbc_host *host, dbc_backup_work *work, const dbc_backup_catalog *catalog,
	const dbc_backup_record *record, const dbc_backup_secret_place *place,
	const dbc_forward_target *target, int64_t *at_ms);

/* Tests the changes of a backup at a level of dbbackup_verify(), up to 2. */
extern dbc_backup_proof
dbc_backup_forward_test(dbc_host *host, dbc_backup_work *work,
						const dbc_backup_record *record,
						const dbc_backup_secret_place *place, int level);

#endif /* DBC_BACKUP_FORWARD_H */
