/*
 * log.c
 *	  Writes the migration log with the rights of its owner and reports the
 *	  end of the log in the server log.
 *
 * Roles that run migrations may read the log, but can write it only through
 * dbcare.  Only one embedded statement runs with the owner's rights.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/rooms.h"

#include "access/xact.h"
#include "commands/dbcommands.h"
#include "utils/memutils.h"

#include "common/ledger/host.h"

/* Runs a statement that writes the log; see ledger/host.h. */
static const dbc_rows *
write_log(dbc_host *base, const dbc_sql *sql, const dbc_value *args, int nargs)
{
	if (pg_class_aclcheck(dbcpg_own_table("ledger"), GetUserId(), ACL_INSERT) !=
		ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, "ledger");
	return dbcpg_query_as_owner(base, "history", sql, args, nargs);
}

/* ---- the server log ---- */

/* The end of the log as a (sub)transaction has written it. */
typedef struct written_end
{
	struct written_end *outer; /* of a lower nesting level */
	int level;
	int64 event_id;
	char hash[65];
	char database[NAMEDATALEN];
} written_end;

/* Allocated in TopTransactionContext. */
static written_end *ends = NULL;

/* Transaction callback: reports the end of the log when it is committed. */
static void
at_end(XactEvent event, void *arg)
{
	(void) arg;
	if (ends && (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE))
		ereport(LOG_SERVER_ONLY,
				errmsg_internal("dbcare: history of database \"%s\" ends with "
								"event " INT64_FORMAT ", hash %s",
								ends->database, ends->event_id, ends->hash));
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE ||
		event == XACT_EVENT_ABORT)
		ends = NULL;
}

/* Subtransaction callback: drops the end of the log on abort, passes it to the
 * parent on commit. */
static void
at_subend(SubXactEvent event, SubTransactionId self, SubTransactionId parent,
		  void *arg)
{
	int level = GetCurrentTransactionNestLevel();

	(void) self;
	(void) parent;
	(void) arg;
	if (!ends || ends->level < level)
		return;
	if (event == SUBXACT_EVENT_ABORT_SUB)
		ends = ends->outer;
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
	{
		ends->level = level - 1;
		if (ends->outer && ends->outer->level == ends->level)
			ends->outer = ends->outer->outer;
	}
}

/* Records the end of the log for the commit; see ledger/host.h. */
static void
announce(dbc_host *base, int64_t event_id, const char *hash)
{
	static bool registered = false;
	int level = GetCurrentTransactionNestLevel();
	written_end *end = ends;

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
		end->outer = ends;
		end->level = level;
		strlcpy(end->database, get_database_name(MyDatabaseId), NAMEDATALEN);
		ends = end;
	}
	end->event_id = event_id;
	strlcpy(end->hash, hash, sizeof(end->hash));
}

const dbc_ledger_host dbcpg_ledger_host = {
	.write_log = write_log,
	.announce = announce,
};
