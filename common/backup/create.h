/*
 * create.h
 *	  Making a backup, also before something that may go wrong.
 */
#ifndef DBC_BACKUP_CREATE_H
#define DBC_BACKUP_CREATE_H

#include "common/backup/order.h"

#define DBC_BACKUP_DEFAULT_LEVEL 2

extern const char *const dbc_backup_methods[];
/* An order from options of dbbackup_create(); fails if the engine lacks one. */
extern dbc_backup_order dbc_backup_read_order(dbc_host *host,
											  const dbc_value *options);

/* For run(); arg is an order. */
extern void dbc_backup_make(dbc_host *host, dbc_backup_files *files, void *arg);

#endif /* DBC_BACKUP_CREATE_H */
