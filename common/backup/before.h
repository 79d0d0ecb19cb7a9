/*
 * before.h
 *	  A backup before something that may go wrong.
 */
#ifndef DBC_BACKUP_BEFORE_H
#define DBC_BACKUP_BEFORE_H

#include "common/core/host.h"

/* Makes a backup for a call that will write, but has not yet, with the defaults
 * of dbbackup_create(); returns its name.  Fails if it is not made, or cannot
 * be verified. */
extern const char *dbc_backup_before(dbc_host *host);

#endif /* DBC_BACKUP_BEFORE_H */
