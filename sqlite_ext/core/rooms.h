/*
 * rooms.h
 *	  What rooms add to the seam, each in a file of its own; registry/main.c
 *	  puts it together.
 */
#ifndef DBCSL_CORE_ROOMS_H
#define DBCSL_CORE_ROOMS_H

#include "common/core/host.h"

extern const struct dbc_format_host dbcsl_format_host;
extern const struct dbc_ledger_host dbcsl_ledger_host;
extern const struct dbc_sample_host dbcsl_sample_host;
extern const struct dbc_check_host dbcsl_check_host;
extern const struct dbc_lint_host dbcsl_lint_host;
extern const struct dbc_backfill_host dbcsl_backfill_host;
extern const struct dbc_migrate_host dbcsl_migrate_host;
extern const struct dbc_health_host dbcsl_health_host;
extern const struct dbc_monitor_host dbcsl_monitor_host;

extern const dbc_rooms dbcsl_rooms;

#endif /* DBCSL_CORE_ROOMS_H */
