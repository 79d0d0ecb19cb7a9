/*
 * rooms.h
 *	  The implementations of each room's part of the host interface, combined
 *	  by registry/main.c; and the embedded SQL, that of the extension with a
 *	  few files more.
 */
#ifndef DBCW_CORE_ROOMS_H
#define DBCW_CORE_ROOMS_H

#include "common/core/host.h"

extern const dbc_sql dbcw_sql[];
extern const int dbcw_sql_count;

extern const struct dbc_format_host dbcw_format_host;
extern const struct dbc_ledger_host dbcw_ledger_host;
extern const struct dbc_batch_host dbcw_batch_host;
extern const struct dbc_migrate_host dbcw_migrate_host;
extern const struct dbc_sample_host dbcw_sample_host;
extern const struct dbc_health_host dbcw_health_host;
extern const struct dbc_row_host dbcw_row_host;
extern const struct dbc_check_host dbcw_check_host;
extern const struct dbc_monitor_host dbcw_monitor_host;
extern const struct dbc_archive_host dbcw_archive_host;
extern const struct dbc_sync_host dbcw_sync_host;
extern const struct dbc_ops_host dbcw_ops_host;
extern const struct dbc_seed_host dbcw_seed_host;
extern const struct dbc_backup_host dbcw_backup_host;

/* Absent if the command is built without PostgreSQL's parser; see the
 * Makefile. */
extern const struct dbc_lint_host dbcw_lint_host __attribute__((weak));

extern const dbc_rooms dbcw_rooms;

#endif /* DBCW_CORE_ROOMS_H */
