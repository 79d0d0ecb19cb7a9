/*
 * create.h
 *	  Making a backup, also before something that may go wrong.
 */
#ifndef DBC_BACKUP_CREATE_H
#define DBC_BACKUP_CREATE_H

#include "common/backup/order.h"

#define DBC_BACKUP_DEFAULT_LEVEL 2

/* Options of dbbackup_create(), but not schema; for DBC_OPTIONS(). */
extern const char *const dbc_backup_methods[];
#define DBC_BACKUP_CREATE_OPTIONS(O)                  \
	O(directory, TEXT)                                \
	O(verify, INT, 0, DBC_BACKUP_BEST_LEVEL)          \
	O(compress, BOOL)                                 \
	O(encrypt, OBJECT)                                \
	O(incremental_from, TEXT)                         \
	O(method, TEXT, .choices = dbc_backup_methods,    \
	  .engines = DBC_ON_POSTGRESQL)                   \
	O(jobs, INT, 1, 64, .engines = DBC_ON_POSTGRESQL) \
	O(to_command, TEXT, .engines = DBC_ON_POSTGRESQL)

/* An order from options of dbbackup_create(); fails if the engine lacks one. */
extern dbc_backup_order dbc_backup_read_order(dbc_host *host,
											  const dbc_value *options);

/* For run(); arg is an order. */
extern void dbc_backup_make(dbc_host *host, dbc_backup_files *files, void *arg);

#endif /* DBC_BACKUP_CREATE_H */
