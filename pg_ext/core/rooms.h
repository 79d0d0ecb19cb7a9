/*
 * rooms.h
 *	  The implementations of each room's part of the host interface, combined
 *	  by registry/main.c; and the generated table of embedded SQL.
 */
#ifndef DBCPG_CORE_ROOMS_H
#define DBCPG_CORE_ROOMS_H

#include "common/core/host.h"

/* The embedded SQL of this engine, generated; sorted by name. */
extern const dbc_sql dbcpg_sql[];
extern const int dbcpg_sql_count;

extern const struct dbc_format_host dbcpg_format_host;
extern const struct dbc_ledger_host dbcpg_ledger_host;
extern const struct dbc_sample_host dbcpg_sample_host;
extern const struct dbc_row_host dbcpg_row_host;
extern const struct dbc_check_host dbcpg_check_host;
extern const struct dbc_lint_host dbcpg_lint_host;
extern const struct dbc_batch_host dbcpg_batch_host;
extern const struct dbc_migrate_host dbcpg_migrate_host;
extern const struct dbc_health_host dbcpg_health_host;
extern const struct dbc_monitor_host dbcpg_monitor_host;
extern const struct dbc_advise_host dbcpg_advise_host;
extern const struct dbc_audit_host dbcpg_audit_host;
extern const struct dbc_archive_host dbcpg_archive_host;
extern const struct dbc_backup_host dbcpg_backup_host;
extern const struct dbc_ops_host dbcpg_ops_host;
extern const struct dbc_sync_host dbcpg_sync_host;
extern const struct dbc_seed_host dbcpg_seed_host;

extern const dbc_rooms dbcpg_rooms;

#endif /* DBCPG_CORE_ROOMS_H */
