/*
 * record.c
 *	  Records in dbcare's ledger what another migration tool has run.
 *
 * No ledger stores the text that ran.  The registered text counts as that text
 * if the checksum of the tool agrees, or if dbcare does not implement the
 * algorithm.  Otherwise the row stores the tool's checksum instead of a text,
 * and the migration is modified.
 */
#include "common/adopt/adopt.h"

#include "common/core/clock.h"

/* The column of ledger/texts.sql with the up script. */
#define UP_SQL 0

/* The registered up script of a migration. */
const char *
dbc_adopt_registered_text(dbc_host *host, const char *version)
{
	return dbc_get_text(
		host, dbc_query(host, "ledger/texts", dbc_text(version)), 0, UP_SQL);
}

/* Takes the registered text as the applied one, unless the checksums differ. */
void
dbc_adopt_take_text(dbc_host *host, const char *version)
{
	dbc_value value = dbc_text(version);
	const dbc_rows *rows = dbc_query(host, "adopt/textless", value);
	const char *theirs;
	const char *ours;

	if (rows->nrows == 0)
		return;
	theirs = dbc_get_text(host, rows, 0, 0);
	ours = dbc_adopt_make_checksum(host, theirs,
								   dbc_adopt_registered_text(host, version));
	if (!ours || dbc_same(ours, theirs))
		dbc_query(host, "ledger/accept_text", value);
}

/* Records a row of another ledger. */
void
dbc_adopt_record(dbc_host *host, dbc_ledger_log *log,
				 const dbc_adopt_ledger *ledger,
				 const dbc_adopt_ledger_row *row,
				 const dbc_migration *migration)
{
	bool own = !migration || migration == row->migration;
	const char *version = migration ? migration->version : row->version;
	const char *name = migration ? migration->name : row->name;
	const char *applied_at = own ? row->applied_at : NULL;
	const char *applied_by =
		own && row->applied_by ? row->applied_by : log->actor;
	const char *checksum = own && row->checksum ? row->checksum : "";
	dbc_ledger_event logged = {
		.event = "baseline",
		.version = version,
		.name = name,
		.checksum = migration ? migration->checksum : NULL,
		.happened_at = dbc_now(host),
		.ticket =
			dbc_format(host, "%s%s%s", ledger->tool->name,
					   applied_at ? " " : "", applied_at ? applied_at : "")};

	dbc_query(host, "adopt/ledger_add", dbc_text(version), dbc_text(name),
			  dbc_text(checksum), dbc_text(applied_by), dbc_text(applied_at),
			  dbc_text(host->role));
	if (migration && migration->registered)
	{
		dbc_adopt_take_text(host, version);
		dbc_ledger_clear_failed(host, migration);
	}
	dbc_ledger_log_event(log, &logged);
}
