/*
 * base.c
 *	  Backups of the whole server by pg_basebackup.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/packed.h"
#include "pg_ext/backup/roots.h"

#include <sys/stat.h>

#include "access/xlog.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "storage/fd.h"

#include "common/core/json.h"
#include "common/core/text.h"

/* Fails unless the server can tell which blocks have changed. */
static void
require_summaries(dbc_host *base)
{
	const dbc_rows *rows = dbc_query(base, "backup/summarize_wal");

	if (rows->nrows == 0)
		dbc_fail(base, DBC_UNSUPPORTED,
				 "PostgreSQL has them from version 17 on.",
				 "Make a base backup now and then, and archive WAL: "
				 "dbbackup_restore() applies it.",
				 "PostgreSQL %s has no incremental backups", PG_VERSION);
	if (!dbc_get_bool(base, rows, 0, 0))
		dbc_fail(base, DBC_NOT_READY,
				 "The server does not record which blocks change.",
				 "alter system set summarize_wal = on; select "
				 "pg_reload_conf(); then make a full backup.",
				 "incremental backups need the parameter summarize_wal");
}

void
dbcpg_backup_base_describe(dbcpg_host *host, dbc_backup_work *work)
{
	dbc_host *base = &host->base;
	const dbc_rows *rows = dbc_query(base, "backup/tablespaces");

	if (rows->nrows > 0)
		dbc_fail(base, DBC_UNSUPPORTED,
				 "Such a backup would contain links to directories elsewhere.",
				 "Use pg_basebackup with --tablespace-mapping, or the method "
				 "dump.",
				 "tablespace \"%s\" is outside the data directory",
				 dbc_get_text(base, rows, 0, 0));
	if (work->is_incremental && work->is_stream)
		dbc_fail(base, DBC_UNSUPPORTED,
				 "pg_combinebackup reads data directories, no streams.",
				 "Make full base backups with a key or a command.",
				 "an incremental backup can neither be encrypted nor given to "
				 "a command");
	if (work->is_incremental)
		require_summaries(base);
	work->backup->kind = "base";
	if (dbcpg_is_packed(work) && atoi(PG_MAJORVERSION) < 15)
		dbc_fail(base, DBC_UNSUPPORTED, NULL,
				 "PostgreSQL compresses them with zstd from version 15 on.",
				 "PostgreSQL %s cannot compress base backups with zstd",
				 PG_VERSION);
	work->backup->identity =
		dbc_format(base, "%llu", (unsigned long long) GetSystemIdentifier());
}

/* The bytes of the files in a directory. */
static int64
sum_directory(const char *path)
{
	DIR *directory = AllocateDir(path);
	struct dirent *entry;
	int64 bytes = 0;

	while ((entry = ReadDir(directory, path)) != NULL)
	{
		struct stat status;

		if (lstat(psprintf("%s/%s", path, entry->d_name), &status) == 0 &&
			S_ISREG(status.st_mode))
			bytes += status.st_size;
	}
	FreeDir(directory);
	return bytes;
}

/* Sets the sizes: the manifest lists all files but those of WAL. */
static void
read_sizes(dbcpg_host *host, dbc_backup_work *work, const dbc_json_item *root)
{
	const dbc_json_item *list = dbc_json_member(root, "Files");
	const dbc_json_item *file = list + 1;
	int64 bytes = 0;

	for (uint32_t i = 0; list && list->kind == DBC_I_ARRAY && i < list->length;
		 i++, file = dbc_json_next(file))
	{
		double size;

		if (file->kind == DBC_I_OBJECT &&
			dbc_json_real(&host->base, dbc_json_member(file, "Size"), &size) &&
			size > 0)
			bytes += (int64) size;
	}
	/* an increment has less: its parent tells how much the server has */
	if (work->backup->database_bytes < bytes)
		work->backup->database_bytes = bytes;
	/* the files of others are listed */
	if (work->is_stream || dbcpg_is_packed(work))
		return;
	work->backup->content_bytes =
		bytes + sum_directory(psprintf("%s/" DBCPG_BASE "/pg_wal",
									   dbcpg_from_core(work->path)));
}

/* Reads what the manifest says about WAL and sizes. */
static void
read_manifest(dbcpg_host *host, dbc_backup_work *work, const char *text)
{
	dbc_host *base = &host->base;
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(base, text, strlen(text), NULL, 0, &problem);
	const dbc_json_item *range = root && root->kind == DBC_I_OBJECT
									 ? dbc_json_member(root, "WAL-Ranges")
									 : NULL;
	double timeline;

	if (!range || range->kind != DBC_I_ARRAY || range->length == 0 ||
		!dbc_json_real(base, dbc_json_member(range + 1, "Timeline"), &timeline))
		dbc_fail(base, "XX001", NULL, NULL,
				 "the manifest of pg_basebackup cannot be read");
	read_sizes(host, work, root);
	work->backup->timeline = (int64_t) timeline;
	work->backup->start_lsn =
		dbc_json_string_or_null(base, dbc_json_member(range + 1, "Start-LSN"));
	work->backup->end_lsn =
		dbc_json_string_or_null(base, dbc_json_member(range + 1, "End-LSN"));
}

/* Arguments of pg_basebackup, whatever it makes. */
static void
add_arguments(dbcpg_host *host, const dbc_backup_work *work,
			  dbcpg_arguments *arguments)
{
	dbcpg_backup_add_argument(arguments, "--checkpoint=fast");
	dbcpg_backup_add_argument(arguments, "--manifest-checksums=SHA256");
	dbcpg_backup_add_argument(arguments, "--no-password");
	dbcpg_backup_add_argument(
		arguments, psprintf("--label=dbcare %s", work->backup->name));
	dbcpg_backup_add_argument(
		arguments,
		psprintf("--dbname=%s", dbcpg_backup_conninfo(host, "postgres")));
	dbc_progress(&host->base, "copying the server", 0, 1);
}

/* ---- one stream ---- */

typedef struct streaming
{
	dbc_backup_work *work;
	const char *manifest;
} streaming;

static void
copy_stream(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	streaming *s = arg;
	dbc_backup_proof proof =
		dbcpg_backup_packed_copy(host, s->work, running, &s->manifest);
	dbc_program_end outcome = dbcpg_backup_program_wait(running, -1);

	dbc_backup_program_require(&host->base, "pg_basebackup", &outcome);
	if (proof.problem)
		dbc_fail(&host->base, DBC_CORRUPTED, NULL, NULL, "%s", proof.problem);
}

/* One archive with the log, which a slot of this session holds meanwhile: it
 * is copied at the end. */
static void
copy_to_stream(dbcpg_host *host, dbc_backup_work *work)
{
	dbcpg_arguments arguments = {.count = 0};
	const char *environment[] = {dbcpg_backup_passfile(), NULL};
	streaming s = {.work = work};
	dbcpg_program program = {.path = dbcpg_backup_program_path("pg_basebackup"),
							 .arguments = arguments.list,
							 .environment = environment,
							 .is_piped = true,
							 .shows_end = true};
	dbc_value slot =
		dbc_text(dbc_format(&host->base, "dbcare_backup_%d", MyProcPid));

	dbcpg_backup_add_argument(&arguments, "--format=tar");
	dbcpg_backup_add_argument(&arguments, "--wal-method=fetch");
	dbcpg_backup_add_argument(&arguments, "--pgdata=-");
	add_arguments(host, work, &arguments);
	/* a call that failed in a block with an exception handler has left it */
	(void) dbc_query(&host->base, "backup/release_wal", slot);
	(void) dbc_query(&host->base, "backup/hold_wal", slot);
	dbcpg_backup_program_with(host, &program, copy_stream, &s);
	(void) dbc_query(&host->base, "backup/release_wal", slot);
	read_manifest(host, work, s.manifest);
}

/* ---- files ---- */

void
dbcpg_backup_base_copy(dbcpg_host *host, dbc_backup_work *work)
{
	dbcpg_arguments arguments = {.count = 0};
	dbc_program_end outcome;
	bool is_packed = dbcpg_is_packed(work);
	const char *path;

	if (work->is_stream)
	{
		copy_to_stream(host, work);
		return;
	}
	path = psprintf("%s/%s", dbcpg_from_core(work->path),
					is_packed ? DBCPG_PACKED : DBCPG_BASE);
	dbcpg_backup_add_argument(&arguments,
							  is_packed ? "--format=tar" : "--format=plain");
	dbcpg_backup_add_argument(&arguments,
							  is_packed ? "--compress=server-zstd:1" : NULL);
	dbcpg_backup_add_argument(&arguments, "--wal-method=stream");
	/* it puts the files on disk: the core lists only their manifest */
	dbcpg_backup_add_argument(&arguments, psprintf("--pgdata=%s", path));
	add_arguments(host, work, &arguments);
	if (work->nchain > 0)
		dbcpg_backup_add_argument(
			&arguments,
			psprintf("--incremental=%s/" DBCPG_BASE
					 "/" DBC_BACKUP_BASE_MANIFEST,
					 dbcpg_from_core(work->chain[work->nchain - 1])));
	outcome = dbcpg_backup_run_tool(host, "pg_basebackup", &arguments, 0);
	dbc_backup_program_require(&host->base, "pg_basebackup", &outcome);
	read_manifest(host, work, dbcpg_backup_packed_manifest(host, path));
}

void
dbcpg_backup_base_combine(dbcpg_host *host, const dbc_backup_work *work,
						  const char *directory)
{
	dbcpg_arguments arguments = {.count = 0};
	dbc_program_end outcome;

	dbc_progress(&host->base, "combining backups", 0, 1);
	for (int i = 0; i < work->nchain; i++)
		dbcpg_backup_add_argument(
			&arguments,
			psprintf("%s/" DBCPG_BASE, dbcpg_from_core(work->chain[i])));
	dbcpg_backup_add_argument(
		&arguments, psprintf("%s/" DBCPG_BASE, dbcpg_from_core(work->path)));
	dbcpg_backup_add_argument(&arguments, "--manifest-checksums=SHA256");
	dbcpg_backup_add_argument(&arguments, psprintf("--output=%s", directory));
	outcome = dbcpg_backup_run_tool(host, "pg_combinebackup", &arguments, 0);
	dbc_backup_program_require(&host->base, "pg_combinebackup", &outcome);
}

dbc_backup_proof
dbcpg_backup_base_prove(dbcpg_host *host, dbc_backup_work *work)
{
	return work->content || dbcpg_is_packed(work)
			   ? dbcpg_backup_packed_read(host, work, NULL)
			   : dbcpg_backup_base_read(
					 host,
					 psprintf("%s/" DBCPG_BASE, dbcpg_from_core(work->path)),
					 work->jobs);
}
