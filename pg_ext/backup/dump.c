/*
 * dump.c
 *	  Backups of one database by pg_dump.
 *
 * The rows of each table are counted in the snapshot that pg_dump reads, so
 * that a restored copy can be compared with the database of that moment.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* madvise(), MAP_ANONYMOUS */
#endif
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/roots.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "commands/dbcommands.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "utils/builtins.h"

#include "common/backup/catalog.h"
#include "common/backup/content.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "posix/backup/files.h"

/* Bytes that are copied at once. */
#define PIECE (1 << 20)

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

/* Notes how the database compares text: in another locale an index could not be
 * made, or rows be in another order. */
static void
describe_locale(dbc_host *base, dbc_backup *backup)
{
	const dbc_rows *rows = dbc_query(base, "backup/database_locale");

	backup->encoding = dbc_get_text(base, rows, 0, 0);
	backup->collate = dbc_get_text(base, rows, 0, 1);
	backup->ctype = dbc_get_text(base, rows, 0, 2);
	backup->locale_provider = dbc_get_text(base, rows, 0, 3);
	backup->locale = dbc_get_text_or_null(base, rows, 0, 4);
}

void
dbcpg_dump_describe(dbcpg_host *host, dbc_backup_work *work)
{
	dbc_host *base = &host->base;
	const dbc_rows *rows;

	require_no_writes();
	rows = dbc_query(base, "backup/database_facts");
	work->backup->kind = "dump";
	work->backup->compression = work->plain		  ? "none"
								: work->is_stream ? "zstd"
												  : "gzip";
	if (work->is_stream && work->jobs > 1)
		dbc_fail(base, DBC_UNSUPPORTED, NULL, NULL,
				 "a dump in one stream cannot have parallel jobs");
	work->backup->identity =
		dbc_format(base, "%llu/%s", (unsigned long long) GetSystemIdentifier(),
				   work->backup->database);
	work->backup->database_bytes = dbc_get_int(base, rows, 0, 0);
	describe_locale(base, work->backup);
}

/* Puts what pg_dump prints into the stream of the backup. */
static void
copy_stream(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	dbc_backup_work *work = arg;
	char *piece = palloc(PIECE);
	dbcpg_outcome outcome;
	Size length;

	while ((length = dbcpg_program_read(running, piece, PIECE)) > 0)
		dbc_backup_put_content(&host->base, work, piece, length);
	outcome = dbcpg_program_wait(running, -1);
	dbcpg_program_require(host, "pg_dump", &outcome);
}

static void
copy_to_stream(dbcpg_host *host, dbc_backup_work *work,
			   const dbcpg_arguments *arguments)
{
	const char *environment[] = {dbcpg_backup_passfile(), NULL};
	dbcpg_program program = {.path = dbcpg_backup_program_path("pg_dump"),
							 .arguments = arguments->list,
							 .environment = environment,
							 .is_piped = true,
							 .shows_end = true};

	dbcpg_program_with(host, &program, copy_stream, work);
}

void
dbcpg_dump_copy(dbcpg_host *host, dbc_backup_work *work)
{
	/* that of the call, which counts rows */
	const char *snapshot = dbc_get_text(
		&host->base, dbc_query(&host->base, "backup/export_snapshot"), 0, 0);
	const char *conninfo =
		dbcpg_backup_conninfo(host, get_database_name(MyDatabaseId));
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	dbc_progress(&host->base, "counting rows", 0, 1);
	dbcpg_dump_count(host, work->backup);
	dbcpg_add_argument(&arguments, work->is_stream ? "--format=custom"
												   : "--format=directory");
	dbcpg_add_argument(&arguments, "--no-password");
	/* the core puts the files on disk */
	dbcpg_add_argument(&arguments, "--no-sync");
	dbcpg_add_argument(&arguments,
					   psprintf("--lock-wait-timeout=%d",
								LockTimeout > 0 ? LockTimeout : 60000));
	dbcpg_add_argument(&arguments, psprintf("--snapshot=%s", snapshot));
	dbcpg_add_argument(&arguments, dbcpg_backup_role_argument());
	dbcpg_add_argument(&arguments,
					   work->plain || work->is_stream ? "--compress=0" : NULL);
	if (work->jobs > 1)
		dbcpg_add_argument(&arguments, psprintf("--jobs=%d", (int) work->jobs));
	if (RecoveryInProgress())
		dbcpg_add_argument(&arguments, "--no-unlogged-table-data");
	dbcpg_add_argument(&arguments, psprintf("--dbname=%s", conninfo));
	dbc_progress(&host->base, "dumping", 0, 1);
	if (work->is_stream)
	{
		copy_to_stream(host, work, &arguments);
		return;
	}
	dbcpg_add_argument(&arguments, psprintf("--file=%s/" DBCPG_DUMP,
											dbcpg_from_core(work->path)));
	outcome = dbcpg_backup_run_tool(host, "pg_dump", &arguments, 0);
	dbcpg_program_require(host, "pg_dump", &outcome);
}

/* ---- tests ---- */

dbc_backup_proof
dbcpg_proof_of(dbcpg_host *host, const char *name, const dbcpg_outcome *outcome)
{
	if (outcome->status == 0)
		return (dbc_backup_proof){0};
	return (dbc_backup_proof){
		.problem = dbc_format(&host->base, "%s %s: %s", name,
							  dbcpg_program_describe(host, outcome),
							  outcome->messages)};
}

/* Writes the dump that a stream holds to a file without a name, once. */
static const char *
open_dump(dbcpg_host *host, dbc_backup_work *work)
{
	const dbc_backup_host *calls = DBC_BACKUP(&host->base);
	char *parent = pstrdup(dbcpg_from_core(work->path));
	char *piece = palloc(PIECE);
	const char *problem = NULL;
	int64 at = 0;
	int directory;
	Size length;

	if (work->has_dump)
		return NULL;
	get_parent_directory(parent);
	directory =
		calls->open_directory(&host->base, work->files, DBC_BACKUP_NOWHERE,
							  dbcpg_to_core(host, parent), false);
	work->dump = calls->open_scratch(&host->base, work->files, directory);
	calls->close(work->files, directory);
	while ((length = dbc_backup_get_content(&host->base, work, piece, PIECE,
											&problem)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		calls->write(&host->base, work->files, work->dump, at, piece, length);
		at += (int64) length;
	}
	work->has_dump = !problem;
	return problem;
}

const char *
dbcpg_dump_locate(dbcpg_host *host, dbc_backup_work *work,
				  dbcpg_arguments *arguments, dbcpg_program *program)
{
	const char *problem = work->content ? open_dump(host, work) : NULL;

	if (problem)
		return problem;
	if (work->content)
		program->input = dbc_posix_descriptor(work->files, work->dump);
	/* this path opens the file anew, as parallel jobs must */
	dbcpg_add_argument(arguments, work->content
									  ? "/dev/stdin"
									  : psprintf("%s/" DBCPG_DUMP,
												 dbcpg_from_core(work->path)));
	return NULL;
}

dbc_backup_proof
dbcpg_dump_run(dbcpg_host *host, dbc_backup_work *work,
			   dbcpg_arguments *arguments, Size most, dbcpg_outcome *outcome)
{
	const char *environment[] = {dbcpg_backup_passfile(), NULL};
	dbcpg_program program = {.path = dbcpg_backup_program_path("pg_restore"),
							 .arguments = arguments->list,
							 .environment = environment,
							 .most = most,
							 .shows_end = true};
	const char *problem = dbcpg_dump_locate(host, work, arguments, &program);

	*outcome = (dbcpg_outcome){.status = -1, .messages = ""};
	if (problem)
		return (dbc_backup_proof){.problem = problem};
	*outcome = dbcpg_program_run(host, &program);
	return dbcpg_proof_of(host, "pg_restore", outcome);
}

/* Lets pg_restore read everything. */
dbc_backup_proof
dbcpg_dump_read(dbcpg_host *host, dbc_backup_work *work)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	dbcpg_add_argument(&arguments, "--file=/dev/null");
	return dbcpg_dump_run(host, work, &arguments, 0, &outcome);
}
