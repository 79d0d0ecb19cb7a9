/*
 * order.c
 *	  A backup that is wanted, wherever it goes: its facts and its manifest.
 */
#include "common/backup/order.h"

#include "common/core/clock.h"
#include "common/core/json_write.h"

const dbc_backup_key *
dbc_backup_describe(dbc_host *host, dbc_backup_order *order,
					dbc_backup_work *work, dbc_backup_files *files)
{
	dbc_backup *backup = &order->backup;

	*work = (dbc_backup_work){
		.backup = backup,
		.files = files,
		.is_stream = !host->traits->one_file &&
					 (order->to_command || dbc_backup_has_place(&order->place)),
		.method = order->method,
		.schema = order->schema,
		.is_before = order->is_before,
		.is_incremental = order->incremental_from,
		.jobs = order->jobs,
		.plain = order->plain,
		.fresh = true};
	backup->id = dbc_backup_random(host, DBC_BACKUP_ID / 2);
	backup->engine = host->engine_name;
	backup->dbcare_version = DBC_VERSION;
	backup->compression = order->compress ? "zstd" : "none";
	backup->started_at = dbc_now(host);
	if (order->name)
		dbc_backup_check_name(host, order->name);
	DBC_CALL(host, backup, describe)(host, work);
	if (!dbc_backup_has_place(&order->place))
		return NULL;
	return dbc_backup_make_key(host, files, &order->place, backup);
}

const char *
dbc_backup_seal(dbc_host *host, dbc_backup *backup, const dbc_backup_key *key)
{
	if (backup->page_size == 0)
		backup->digest = dbc_backup_hash_list(host, backup);
	backup->finished_at = dbc_now(host);
	backup->body = dbc_backup_manifest_body(host, backup);
	backup->seal = key ? dbc_vault_key_sign(host, key, backup->body)
					   : dbc_sha256(host, backup->body);
	return dbc_backup_seal_manifest(host, backup->body, backup->seal);
}
