/*
 * dump.c
 *	  Backups of one database by pg_dump: what the call and its transaction
 *	  have to do with them.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "storage/proc.h"

/* Fails where pg_dump could wait for this transaction, or could not see what
 * it has done. */
static void
require_no_writes(void)
{
	if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("a dump cannot be made in a transaction that has "
					   "written"),
				errdetail("pg_dump uses a separate session, which does not "
						  "see what this transaction has written, and could "
						  "wait for its locks."),
				errhint("Commit the transaction first."));
	if (GetCurrentTransactionNestLevel() > 1)
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("a dump cannot be made in a subtransaction"),
				errhint("Call the function outside blocks with an exception "
						"handler and without savepoints."));
}

void
dbcpg_backup_dump_describe(dbcpg_host *host, dbc_backup_work *work)
{
	require_no_writes();
	dbc_backup_dump_describe(&host->base, work, "gzip");
}

void
dbcpg_backup_dump_copy(dbcpg_host *host, dbc_backup_work *work)
{
	/* that of the call, which counts rows */
	dbc_dump_source source = {
		.snapshot = dbc_get_text(
			&host->base, dbc_query(&host->base, "backup/export_snapshot"), 0,
			0),
		.lock_timeout_ms = LockTimeout,
		.is_standby = RecoveryInProgress()};

	if (GetUserId() != GetSessionUserId())
		source.role =
			dbcpg_to_core(host, GetUserNameFromId(GetUserId(), false));
	dbc_progress(&host->base, "counting rows", 0, 1);
	dbcpg_backup_dump_count(host, work->backup);
	dbc_backup_dump_copy(&host->base, work, &source);
}
