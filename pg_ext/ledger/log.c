/*
 * log.c
 *	  Reports the ends of logs in the server log, and to a file.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/core/rooms.h"

#include "access/xact.h"
#include "commands/dbcommands.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "common/ledger/anchor.h"
#include "common/ledger/host.h"

/* The end of a log as a (sub)transaction has written it. */
typedef struct written_end
{
	struct written_end *before; /* of the same or a lower nesting level */
	int level;
	const char *log;
	const char *part;
	int64 number;
	char hash[65];
	char database[NAMEDATALEN];
	char anchor[MAXPGPATH]; /* file; empty: none */
} written_end;

/* Allocated in TopTransactionContext; the last one first. */
static written_end *ends = NULL;

/* The end of a log in a list; NULL if it has none. */
static written_end *
end_of(written_end *list, const char *log)
{
	while (list && strcmp(list->log, log) != 0)
		list = list->before;
	return list;
}

/* Appends the end of a log to its file.  The transaction is over: a failure is
 * a warning. */
static void
anchor_end(const written_end *end)
{
	char buffer[256];
	const char *problem = is_absolute_path(end->anchor)
							  ? dbc_ledger_append_anchor(
									end->anchor, end->number, end->hash, buffer)
							  : "it is not an absolute path";

	if (problem)
		ereport(WARNING, errmsg("%s " INT64_FORMAT
								" is not in dbcare.audit_anchor_file: "
								"file \"%s\" cannot be written: %s",
								end->part, end->number, end->anchor, problem));
}

/* Transaction callback: reports the ends of logs when they are committed. */
static void
at_end(XactEvent event, void *arg)
{
	(void) arg;
	if (event == XACT_EVENT_COMMIT)
		for (written_end *end = ends; end; end = end->before)
			if (*end->anchor && end_of(ends, end->log) == end)
				anchor_end(end);
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE)
		for (written_end *end = ends; end; end = end->before)
			if (end_of(ends, end->log) == end)
				ereport(LOG_SERVER_ONLY, errhidestmt(true),
						errmsg_internal("dbcare: %s of database \"%s\" ends "
										"with %s " INT64_FORMAT ", hash %s",
										end->log, end->database, end->part,
										end->number, end->hash));
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE ||
		event == XACT_EVENT_ABORT)
		ends = NULL;
}

/* Subtransaction callback: drops the ends of logs on abort, passes them to the
 * parent on commit. */
static void
at_subend(SubXactEvent event, SubTransactionId self, SubTransactionId parent,
		  void *arg)
{
	int level = GetCurrentTransactionNestLevel();

	(void) self;
	(void) parent;
	(void) arg;
	if (event == SUBXACT_EVENT_ABORT_SUB)
		while (ends && ends->level >= level)
			ends = ends->before;
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
		for (written_end *end = ends; end && end->level >= level;
			 end = end->before)
			end->level = level - 1;
}

/* Records the end of a log for the commit; see ledger/host.h. */
static void
announce(dbc_host *base, const char *log, const char *part, int64_t number,
		 const char *hash)
{
	static bool registered = false;
	int level = GetCurrentTransactionNestLevel();
	written_end *end = end_of(ends, log);
	const char *anchor =
		GetConfigOption("dbcare.audit_anchor_file", true, false);

	(void) base;
	if (!registered)
	{
		RegisterXactCallback(at_end, NULL);
		RegisterSubXactCallback(at_subend, NULL);
		registered = true;
	}
	if (!end || end->level < level)
	{
		end = MemoryContextAllocZero(TopTransactionContext, sizeof(*end));
		end->before = ends;
		end->level = level;
		end->log = log;
		end->part = part;
		strlcpy(end->database, get_database_name(MyDatabaseId), NAMEDATALEN);
		ends = end;
	}
	end->number = number;
	strlcpy(end->hash, hash, sizeof(end->hash));
	strlcpy(end->anchor, anchor && strcmp(log, "audit log") == 0 ? anchor : "",
			sizeof(end->anchor));
}

const dbc_ledger_host dbcpg_ledger_host = {
	.announce = announce,
};
