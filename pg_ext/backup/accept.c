/*
 * accept.c
 *	  Servers that were restored, until they are accepted.
 *
 * A restored server that is started beside the original to look at it must not
 * write to the archive of the original: it has neither archive_command nor
 * archive_library.  The segments that it writes are kept, and archived when it
 * is accepted; so is what the trial has written, the history file above all,
 * without which nothing of the timeline can be restored.
 */
#include "pg_ext/backup/accept.h"
#include "pg_ext/core/host.h"

#include <signal.h>
#include <unistd.h>

#include "access/timeline.h"
#include "access/xlog.h"
#include "access/xlog_internal.h"
#include "access/xlogarchive.h"
#include "nodes/parsenodes.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/guc.h"

const char *const dbcpg_backup_archived_by[DBCPG_ARCHIVED_BY] = {
	"archive_command", "archive_library"};

static char *restored[DBCPG_ARCHIVED_BY];

void
dbcpg_backup_define_restored(void)
{
	static const char *const names[DBCPG_ARCHIVED_BY] = {
		DBCPG_RESTORED "archive_command", DBCPG_RESTORED "archive_library"};

	for (int i = 0; i < DBCPG_ARCHIVED_BY; i++)
		DefineCustomStringVariable(
			names[i],
			"How a server that was restored archives once it is accepted.",
			NULL, &restored[i], "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, NULL,
			NULL);
}

/* Runs an ALTER SYSTEM, with its privileges; not as a statement, which would
 * have to be outside a transaction. */
static void
alter_system(const char *sql)
{
	const RawStmt *statement =
		linitial_node(RawStmt, raw_parser(sql, RAW_PARSE_DEFAULT));

	AlterSystemSetConfigFile(castNode(AlterSystemStmt, statement->stmt));
}

/* Marks the history file and the complete segments of this timeline, if all of
 * them are still there: a timeline with a gap could be taken for a shorter one.
 * Returns whether they are. */
static bool
mark_timeline(dbc_host *host)
{
	const char *current =
		dbc_get_text(host, dbc_query(host, "backup/segment"), 0, 0);
	TimeLineID timeline = (TimeLineID) strtoul(pnstrdup(current, 8), NULL, 16);
	const TimeLineHistoryEntry *own =
		(const TimeLineHistoryEntry *) linitial(readTimeLineHistory(timeline));
	XLogSegNo first;
	XLogSegNo end;
	char name[MAXFNAMELEN];

	if (timeline == 1)
		return true;
	XLByteToSeg(own->begin, first, wal_segment_size);
	XLogFromFileName(current, &timeline, &end, wal_segment_size);
	for (XLogSegNo number = first; number < end; number++)
	{
		XLogFileName(name, timeline, number, wal_segment_size);
		if (access(psprintf(XLOGDIR "/%s", name), F_OK) != 0)
			return false;
	}
	TLHistoryFileName(name, timeline);
	XLogArchiveNotify(name);
	for (XLogSegNo number = first; number < end; number++)
	{
		XLogFileName(name, timeline, number, wal_segment_size);
		XLogArchiveNotify(name);
	}
	return true;
}

/* Notes the timeline for "dbcare archive-wal", which takes one that left its
 * parent early for that of a copy. */
static void
note_timeline(dbc_host *host)
{
	FILE *file = AllocateFile("dbcare.accepted_timeline", PG_BINARY_W);
	const char *current =
		dbc_get_text(host, dbc_query(host, "backup/segment"), 0, 0);

	if (!file ||
		fprintf(file, "%lu\n", strtoul(pnstrdup(current, 8), NULL, 16)) < 0 ||
		FreeFile(file) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m",
					   "dbcare.accepted_timeline"));
	fsync_fname("dbcare.accepted_timeline", false);
}

bool
dbcpg_backup_accept(dbc_host *host, bool *complete)
{
	if (RecoveryInProgress())
		dbc_fail(host, DBC_NOT_READY, NULL, "Promote the server first.",
				 "a standby cannot be accepted");
	if (!restored[0] || !*restored[0])
		return false;
	/* before anything is marked, which ALTER SYSTEM would refuse later */
	if (!superuser())
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied to accept the server"),
				errdetail("How it archives is changed by ALTER SYSTEM."),
				errhint("Call dbbackup_accept() as a superuser."));
	note_timeline(host);
	*complete = mark_timeline(host);
	for (int i = 0; i < DBCPG_ARCHIVED_BY; i++)
	{
		const char *name = dbcpg_backup_archived_by[i];

		if (!restored[i] || !*restored[i])
			continue;
		alter_system(strcmp(restored[i], "configured") == 0
						 ? psprintf("alter system reset %s", name)
						 : psprintf("alter system set %s = %s", name,
									quote_literal_cstr(restored[i])));
		alter_system(psprintf("alter system reset " DBCPG_RESTORED "%s", name));
	}
	if (kill(PostmasterPid, SIGHUP) != 0)
		ereport(WARNING,
				errmsg("the server could not be told to read its "
					   "configuration: %m"),
				errhint("select pg_reload_conf();"));
	return true;
}
