/*
 * main.c
 *	  The rooms of the binding.
 */
#include "wire/core/rooms.h"

const dbc_rooms dbcw_rooms = {
	.format = &dbcw_format_host,
	.ledger = &dbcw_ledger_host,
	.batch = &dbcw_batch_host,
	.lint = &dbcw_lint_host,
	.migrate = &dbcw_migrate_host,
	.sample = &dbcw_sample_host,
	.health = &dbcw_health_host,
	.row = &dbcw_row_host,
	.check = &dbcw_check_host,
	.monitor = &dbcw_monitor_host,
	.archive = &dbcw_archive_host,
	.sync = &dbcw_sync_host,
	.ops = &dbcw_ops_host,
	.seed = &dbcw_seed_host,
	.backup = &dbcw_backup_host,
};
