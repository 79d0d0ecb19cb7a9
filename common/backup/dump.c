/*
 * dump.c
 *	  [PG] Backups of one database by pg_dump.
 *
 * The rows of each table are counted in the snapshot that pg_dump reads, so
 * that a restored copy can be compared with the database of that moment.
 */
#include "common/backup/dump.h"

#include <string.h>

#include "common/backup/catalog.h"
#include "common/backup/content.h"
#include "common/core/text.h"

/* Bytes that are copied at once. */
#define PIECE (1 << 20)

/* SQLSTATE of text that is not valid in its encoding. */
#define NOT_IN_ENCODING "22021"

/* What pg_dump says of a method that it was built without. */
#define NO_ZSTD "does not support compression"

/* Notes how the database compares text: in another locale an index could not be
 * made, or rows be in another order. */
static void
describe_locale(dbc_host *host, dbc_backup *backup)
{
	const dbc_rows *rows = dbc_query(host, "backup/database_locale");

	backup->encoding = dbc_get_text(host, rows, 0, 0);
	backup->collate = dbc_get_text(host, rows, 0, 1);
	backup->ctype = dbc_get_text(host, rows, 0, 2);
	backup->locale_provider = dbc_get_text(host, rows, 0, 3);
	backup->locale = dbc_get_text_or_null(host, rows, 0, 4);
}

void
dbc_backup_dump_describe(dbc_host *host, dbc_backup_work *work,
						 const char *compression)
{
	dbc_backup *backup = work->backup;
	const dbc_rows *rows = dbc_query(host, "backup/database_facts");

	backup->kind = DBC_DUMP;
	backup->compression = work->plain		? "none"
						  : work->is_stream ? "zstd"
											: compression;
	if (work->is_stream && work->jobs > 1)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "a dump in one stream cannot have parallel jobs");
	backup->identity =
		dbc_format(host, "%s/%s",
				   backup->system_identifier ? backup->system_identifier : "",
				   backup->database);
	backup->database_bytes = dbc_get_int(host, rows, 0, 0);
	describe_locale(host, backup);
}

/* ---- making ---- */

/* Puts what pg_dump prints into the stream of the backup. */
static void
copy_stream(dbc_host *host, void *running, void *arg)
{
	dbc_backup_work *work = arg;
	char *piece = dbc_alloc(host, PIECE);
	dbc_program_end end;
	size_t length;

	while ((length = DBC_BACKUP(host)->read_pipe(host, running, piece, PIECE)) >
		   0)
		dbc_backup_put_content(host, work, piece, length);
	end = DBC_BACKUP(host)->await_program(host, running, -1);
	dbc_backup_program_require(host, "pg_dump", &end);
}

static const char *
compress_argument(dbc_host *host, const dbc_backup_work *work)
{
	if (work->plain || work->is_stream)
		return "--compress=0";
	return dbc_same(work->backup->compression, "zstd")
			   ? dbc_format(host, "--compress=%s", work->backup->compression)
			   : NULL;
}

/* Makes a directory; false if pg_dump was built without zstd. */
static bool
make_directory(dbc_host *host, dbc_backup_work *work, dbc_program program)
{
	dbc_program_end end;

	dbc_backup_program_add(host, &program, compress_argument(host, work));
	end = dbc_backup_program_run(host, &program);
	if (end.status != 0 && dbc_same(work->backup->compression, "zstd") &&
		strstr(end.messages, NO_ZSTD))
		return false;
	dbc_backup_program_require(host, program.name, &end);
	return true;
}

static void
read_tables(dbc_host *host, void *arg)
{
	*(const dbc_rows **) arg = dbc_query(host, "backup/dumped_tables");
}

const dbc_rows *
dbc_backup_dump_read_tables(dbc_host *host)
{
	const dbc_rows *rows;
	dbc_error error;

	if (dbc_guard(host, read_tables, &rows, DBC_KEEP, false, &error))
		return rows;
	if (dbc_same(error.sqlstate, NOT_IN_ENCODING))
		dbc_fail(
			host, DBC_UNSUPPORTED,
			"The encoding of the database, SQL_ASCII, allows that, but not "
			"the manifest of a dump, which lists its tables.",
			"Make a base backup with the method base; or rename them.",
			"tables or columns have names that are not valid UTF-8");
	dbc_fail(host, error.sqlstate, error.detail, error.hint, "%s",
			 error.message);
}

void
dbc_backup_dump_copy(dbc_host *host, dbc_backup_work *work,
					 const dbc_dump_source *source)
{
	dbc_program program = {.name = "pg_dump", .is_piped = work->is_stream};

	dbc_backup_program_add(host, &program,
						   work->is_stream ? "--format=custom"
										   : "--format=directory");
	dbc_backup_program_add(host, &program, "--no-password");
	/* the core puts the files on disk */
	dbc_backup_program_add(host, &program, "--no-sync");
	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--lock-wait-timeout=%d",
									  source->lock_timeout_ms > 0
										  ? source->lock_timeout_ms
										  : 60000));
	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--snapshot=%s", source->snapshot));
	if (source->role)
		dbc_backup_program_add(host, &program,
							   dbc_format(host, "--role=%s", source->role));
	if (work->jobs > 1)
		dbc_backup_program_add(host, &program,
							   dbc_format(host, "--jobs=%d", (int) work->jobs));
	dbc_backup_program_add(
		host, &program, source->is_standby ? "--no-unlogged-table-data" : NULL);
	dbc_backup_program_add(
		host, &program,
		dbc_format(host, "--dbname=%s",
				   DBC_CALL(host, backup, connection)(host, NULL)));
	dbc_progress(host, "dumping", 0, 1);
	if (work->is_stream)
	{
		dbc_backup_program_add(host, &program, compress_argument(host, work));
		DBC_CALL(host, backup, with_program)(host, &program, copy_stream, work);
		return;
	}
	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--file=%s/" DBC_DUMP, work->path));
	if (!make_directory(host, work, program))
	{
		work->backup->compression = "gzip";
		(void) make_directory(host, work, program);
	}
}

/* ---- reading ---- */

/* Writes the dump that a stream holds to a file without a name, once. */
static const char *
open_dump(dbc_host *host, dbc_backup_work *work)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	char *piece = dbc_alloc(host, PIECE);
	const char *problem = NULL;
	int64_t at = 0;
	int directory;
	size_t length;

	if (work->has_dump)
		return NULL;
	directory =
		calls->open_directory(host, work->files, DBC_BACKUP_NOWHERE,
							  dbc_backup_parent(host, work->path), false);
	work->dump = calls->open_scratch(host, work->files, directory);
	calls->close(work->files, directory);
	while ((length =
				dbc_backup_get_content(host, work, piece, PIECE, &problem)) > 0)
	{
		dbc_poll(host);
		calls->write(host, work->files, work->dump, at, piece, length);
		at += (int64_t) length;
	}
	work->has_dump = !problem;
	return problem;
}

const char *
dbc_backup_dump_locate(dbc_host *host, dbc_backup_work *work,
					   dbc_program *program)
{
	const char *problem = work->content ? open_dump(host, work) : NULL;

	if (problem)
		return problem;
	if (work->content)
	{
		program->files = work->files;
		program->input = work->dump;
	}
	/* this path opens the file anew, as parallel jobs must */
	dbc_backup_program_add(host, program,
						   work->content
							   ? "/dev/stdin"
							   : dbc_format(host, "%s/" DBC_DUMP, work->path));
	return NULL;
}

dbc_backup_proof
dbc_backup_dump_run(dbc_host *host, dbc_backup_work *work, dbc_program *program,
					dbc_program_end *end)
{
	dbc_backup_proof proof;
	const char *problem;

	program->name = "pg_restore";
	problem = dbc_backup_dump_locate(host, work, program);
	*end = (dbc_program_end){.status = -1, .messages = ""};
	if (problem)
		return (dbc_backup_proof){.problem = problem};
	*end = dbc_backup_program_run(host, program);
	proof = dbc_backup_program_proof(host, program->name, end);
	/* it was made by a newer pg_dump */
	if (strstr(end->messages, "unsupported version"))
		proof = (dbc_backup_proof){.unknown = proof.problem};
	return proof;
}

dbc_backup_proof
dbc_backup_dump_read(dbc_host *host, dbc_backup_work *work)
{
	dbc_program program = {0};
	dbc_program_end end;

	dbc_backup_program_add(host, &program, "--file=/dev/null");
	return dbc_backup_dump_run(host, work, &program, &end);
}

const char *
dbc_backup_dump_read_name(dbc_host *host, const dbc_lexeme *lexeme)
{
	dbc_buffer name;

	dbc_buffer_init(&name, host);
	for (size_t i = 0; lexeme->kind != DBC_LEX_NAME && i < lexeme->length; i++)
		dbc_append_bytes(&name, &(char){dbc_lower(lexeme->text[i])}, 1);
	if (lexeme->kind != DBC_LEX_NAME)
		return name.data;
	for (size_t i = 1; i + 1 < lexeme->length; i++)
	{
		dbc_append_bytes(&name, lexeme->text + i, 1);
		i += lexeme->text[i] == '"';
	}
	return name.data;
}
