/*
 * deployment.c
 *	  Progress of scripts that run in several transactions, or outside of any.
 *
 * Such a script cannot be recorded in the ledger in the transaction that
 * changes the schema.  Instead, the number of its first unfinished statement is
 * recorded, and whether that statement was begun, so that after a crash the
 * next dbmigrate_deploy() resumes there.
 */
#include "common/ledger/ledger.h"

#include "common/core/tables.h"

/* Columns of ledger/deployment.sql. */
enum
{
	P_STATEMENT_NO,
	P_BEGUN,
	P_CHECKSUM
};

/* Reads how far a script came; nothing if no deploy has begun it. */
dbc_ledger_progress
dbc_ledger_find_progress(dbc_host *host, const char *version)
{
	dbc_ledger_progress progress = {0, false, NULL};
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return progress;
	rows = dbc_query(host, "ledger/deployment", dbc_text(version));
	if (rows->nrows == 0)
		return progress;
	progress.statement_no = dbc_get_count(host, rows, 0, P_STATEMENT_NO);
	progress.begun = dbc_get_bool(host, rows, 0, P_BEGUN);
	progress.checksum = dbc_get_text(host, rows, 0, P_CHECKSUM);
	return progress;
}

/* Applied migrations with an unfinished down script. */
const dbc_rows *
dbc_ledger_find_unfinished_rollbacks(dbc_host *host)
{
	static const dbc_rows none = {.nrows = 0};

	if (!dbc_has_tables(host))
		return &none;
	return dbc_query(host, "ledger/unfinished_rollbacks");
}

/* Records the progress of the script of a migration. */
void
dbc_ledger_save_progress(dbc_host *host, const dbc_migration *migration,
						 int statement_no, bool begun)
{
	dbc_query(host, "core/deployment_at", dbc_text(migration->version),
			  dbc_int(statement_no), dbc_bool(begun));
}

void
dbc_ledger_remove_progress(dbc_host *host, const char *version)
{
	dbc_query(host, "ledger/deployment_remove", dbc_text(version));
	dbc_query(host, "ledger/deployment_scripts_remove");
}

/* Clears the failure of a migration. */
void
dbc_ledger_clear_failed(dbc_host *host, const dbc_migration *migration)
{
	dbc_query(host, "ledger/clear_failed", dbc_text(migration->version));
	if (dbc_has_tables(host))
		dbc_ledger_remove_progress(host, migration->version);
}
