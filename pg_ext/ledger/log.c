/*
 * log.c
 *	  Writing the log of migrations with the rights of its owner, and telling
 *	  the server's log where it ends.
 *
 * Roles that migrate may read the log, but not write it by other means than
 * dbcare.  What runs with the owner's rights is one embedded statement.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/rooms.h"

#include "access/xact.h"
#include "commands/dbcommands.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "common/ledger/host.h"

/* A table of dbcare's. */
static Oid
find_table(const char *name)
{
	Oid table = get_relname_relid(name, get_namespace_oid("dbcare", false));

	if (!OidIsValid(table))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("table dbcare.%s does not exist", name));
	return table;
}

/* Runs a statement that writes the log; see core/host.h. */
static const dbc_rows *
write_log(dbc_host *base, const dbc_sql *sql, const dbc_value *args, int nargs)
{
	const dbc_rows *rows;
	Oid caller;
	int security;

	GetUserIdAndSecContext(&caller, &security);
	if (pg_class_aclcheck(find_table("ledger"), caller, ACL_INSERT) !=
		ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, "ledger");
	SetUserIdAndSecContext(dbcpg_owner_of(find_table("history")),
						   security | SECURITY_RESTRICTED_OPERATION);
	rows = dbcpg_query(base, sql, args, nargs);
	/* the end of a subtransaction does the same for a failure */
	SetUserIdAndSecContext(caller, security);
	return rows;
}

/* ---- the server's log ---- */

/* An end of the log that the open transaction has written, in a
 * (sub)transaction of this level. */
typedef struct written_end
{
	struct written_end *outer; /* of a lower level */
	int level;
	int64 event_id;
	char hash[65];
	char database[NAMEDATALEN];
} written_end;

/* In the memory of the transaction. */
static written_end *ends = NULL;

/* Called at the end of each transaction. */
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

/* Called at the end of each subtransaction: what it has written is undone, or
 * becomes part of the one around it. */
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

/* Records where the log ends when the transaction commits; see core/host.h. */
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
