/*
 * log.c
 *	  The migration log: any caller that can write the file can write the log.
 */
#include "sqlite_ext/core/rooms.h"

#include "common/core/settings.h"
#include "common/core/text.h"
#include "common/ledger/host.h"
#include "posix/ledger/anchor.h"

/* Appends the end of the audit log to its file. */
static void
anchor_end(dbcsl_host *h)
{
	char buffer[256];
	const char *problem = dbc_posix_append_anchor(
		h->anchor, h->anchored[0].integer, h->anchored[1].text, buffer);

	if (problem)
		dbc_fail(&h->base, "58030",
				 "The log is sealed, but the file does not have the seal.",
				 NULL, "file \"%s\" cannot be written: %s", h->anchor, problem);
}

/* Reports the end of a log in the application's error log, where it is no
 * notice for who calls, and plans its line in the file; see
 * common/ledger/host.h. */
static void
announce(dbc_host *host, const char *log, const char *part, int64_t number,
		 const char *hash)
{
	dbcsl_host *h = dbcsl_of(host);
	const char *file = sqlite3_db_filename(h->db, "main");

	sqlite3_log(SQLITE_OK,
				"dbcare: %s of database \"%s\" ends with %s %lld, hash %s", log,
				file ? file : "", part, (long long) number, hash);
	if (h->calling_transaction || !dbc_same(log, "audit log"))
		return;
	h->anchor = dbc_setting_text(host, dbc_read_settings(host),
								 DBC_SETTING_audit_anchor_file);
	h->anchored[0] = dbc_int(number);
	h->anchored[1] = dbc_text(hash);
	if (h->anchor)
		h->after_commit = anchor_end;
}

const dbc_ledger_host dbcsl_ledger_host = {
	.announce = announce,
};
