/*
 * elsewhere.h
 *	  [PG] Backups that a command takes elsewhere, and brings back.
 */
#ifndef DBC_BACKUP_ELSEWHERE_H
#define DBC_BACKUP_ELSEWHERE_H

#include "common/backup/order.h"

/* Makes a backup that a command reads.  It is in no directory. */
extern void dbc_backup_give_away(dbc_host *host, dbc_backup_order *order);

/* Reads the backup that a command prints into a scratch file of a directory,
 * which the work then has, with a path in that directory.  Fails in words if it
 * is none. */
extern void dbc_backup_bring_back(dbc_host *host, dbc_backup_work *work,
								  const char *directory, const char *command);

#endif /* DBC_BACKUP_ELSEWHERE_H */
