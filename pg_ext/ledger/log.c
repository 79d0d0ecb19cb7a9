/*
 * log.c
 *	  Reports the ends of logs in the server log, and to a file.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/core/note.h"
#include "pg_ext/core/rooms.h"

#include "commands/dbcommands.h"
#include "utils/guc.h"

#include "common/ledger/host.h"
#include "posix/ledger/anchor.h"

/* The end of a log as a (sub)transaction has written it. */
typedef struct written_end
{
	dbcpg_note note;
	const char *log;
	const char *part;
	int64 number;
	char hash[65];
	char database[NAMEDATALEN];
	char anchor[MAXPGPATH]; /* file; empty: none */
} written_end;

static void at_event(XactEvent event);

static dbcpg_notes ends = {.at_event = at_event};

/* The written end before a note; NULL if there is none. */
static written_end *
before(written_end *end)
{
	return (written_end *) end->note.before;
}

/* The end of a log; NULL if the transaction has written none. */
static written_end *
end_of(const char *log)
{
	written_end *end = (written_end *) ends.last;

	while (end && strcmp(end->log, log) != 0)
		end = before(end);
	return end;
}

/* Appends the end of a log to its file.  The transaction is over: a failure is
 * a warning. */
static void
anchor_end(const written_end *end)
{
	char buffer[256];
	const char *problem = is_absolute_path(end->anchor)
							  ? dbc_posix_append_anchor(
									end->anchor, end->number, end->hash, buffer)
							  : "it is not an absolute path";

	if (problem)
		ereport(WARNING, errmsg("%s " INT64_FORMAT
								" is not in dbcare.audit_anchor_file: "
								"file \"%s\" cannot be written: %s",
								end->part, end->number, end->anchor, problem));
}

/* Reports the ends of logs when they are committed. */
static void
at_event(XactEvent event)
{
	written_end *last = (written_end *) ends.last;

	if (event == XACT_EVENT_COMMIT)
		for (written_end *end = last; end; end = before(end))
			if (*end->anchor && end_of(end->log) == end)
				anchor_end(end);
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE)
		for (written_end *end = last; end; end = before(end))
			if (end_of(end->log) == end)
				ereport(LOG_SERVER_ONLY, errhidestmt(true),
						errmsg_internal("dbcare: %s of database \"%s\" ends "
										"with %s " INT64_FORMAT ", hash %s",
										end->log, end->database, end->part,
										end->number, end->hash));
}

/* Records the end of a log for the commit; see ledger/host.h. */
static void
announce(dbc_host *base, const char *log, const char *part, int64_t number,
		 const char *hash)
{
	written_end *end = end_of(log);
	const char *anchor =
		GetConfigOption("dbcare.audit_anchor_file", true, false);

	(void) base;
	if (!end || end->note.level < GetCurrentTransactionNestLevel())
	{
		end = dbcpg_add_note(&ends, sizeof(*end));
		end->log = log;
		end->part = part;
		strlcpy(end->database, get_database_name(MyDatabaseId), NAMEDATALEN);
	}
	end->number = number;
	strlcpy(end->hash, hash, sizeof(end->hash));
	strlcpy(end->anchor, anchor && strcmp(log, "audit log") == 0 ? anchor : "",
			sizeof(end->anchor));
}

const dbc_ledger_host dbcpg_ledger_host = {
	.announce = announce,
};
