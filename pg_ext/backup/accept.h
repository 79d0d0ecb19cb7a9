/*
 * accept.h
 *	  Servers that were restored, until they are accepted.
 */
#ifndef DBCPG_BACKUP_ACCEPT_H
#define DBCPG_BACKUP_ACCEPT_H

#include "common/backup/host.h"

/* The parameters by which a server archives, and under this prefix what a
 * restore has replaced: their values in postgresql.auto.conf, or configured. */
#define DBCPG_RESTORED	  "dbcare.restored_"
#define DBCPG_ARCHIVED_BY 2
extern const char *const dbcpg_backup_archived_by[DBCPG_ARCHIVED_BY];

extern void dbcpg_backup_define_restored(void);

/* See common/backup/host.h. */
extern bool dbcpg_backup_accept(dbc_host *host, bool *complete);

#endif /* DBCPG_BACKUP_ACCEPT_H */
