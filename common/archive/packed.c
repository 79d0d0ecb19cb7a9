/*
 * packed.c
 *	  Rows that a policy archives in compressed files, and dbarchive_archives.
 *
 * The rows are deleted, and the triggers that keep deleted rows write them as
 * they do for any deletion; then they go from the trash to a file, in the same
 * transaction.  So they are restored as all deleted rows are, whatever became
 * of their table since.
 */
#include "common/archive/packed.h"

#include <string.h>
#include <zstd.h>

#include "common/backup/host.h"
#include "common/check/user_table.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/core/text.h"

#define ZSTD_LEVEL 3

/* Most bytes that a block of at least 3 bytes has when it is unpacked, and most
 * bytes of a file: who may write the directory chooses what a header claims. */
#define BLOCK_BYTES ((size_t) 128 * 1024)
#define MOST_BYTES	((unsigned long long) 1 << 30)

/* Of the names of files. */
#define SUFFIX ".ndjson.zst"

#define NO_SUCH_FILE "58P01"
#define DAMAGED		 "XX001"

/* Columns of archive/taken.sql. */
enum
{
	K_ID,
	K_ACTION,
	K_LINE
};

/* Columns of archive/packed_file.sql. */
enum
{
	F_TABLE,
	F_DIRECTORY,
	F_NAME,
	F_ROWS,
	F_SHA256
};

/* A file that is written or read. */
typedef struct packing
{
	const char *directory;
	const char *name;
	const char *sha256; /* of the text */
	const char *text;	/* lines */
	size_t length;
	const void *packed; /* the same, compressed */
	size_t packed_length;
} packing;

static const char *
directory_of(dbc_host *host, const char *given, bool writes)
{
	return DBC_CALL(host, backup, directory)(host, given, NULL, writes);
}

/* ---- files ---- */

static int
open_directory(dbc_host *host, dbc_backup_files *files, const packing *p)
{
	int directory = DBC_CALL(host, backup, open_directory)(
		host, files, DBC_BACKUP_NOWHERE, p->directory, false);

	if (directory < 0)
		dbc_fail(host, NO_SUCH_FILE, NULL,
				 "Create it; the server, or the application, must be able to "
				 "write there.",
				 "directory \"%s\" does not exist", p->directory);
	return directory;
}

static _Noreturn void
fail_damaged(dbc_host *host, const packing *p)
{
	dbc_fail(host, DAMAGED, NULL,
			 "Restore it from a backup of the directory: its rows are nowhere "
			 "else.",
			 "file \"%s/%s\" does not have the rows that were archived in it",
			 p->directory, p->name);
}

/* Reads an open file, and fails unless it has the text. */
static const char *
read_text(dbc_host *host, dbc_backup_files *files, int file, const packing *p)
{
	size_t size = (size_t) DBC_CALL(host, backup, size)(host, files, file);
	void *packed = dbc_alloc(host, size + 1);
	unsigned long long length;
	char *text;

	if (DBC_CALL(host, backup, read)(host, files, file, 0, packed, size) !=
		size)
		fail_damaged(host, p);
	length = ZSTD_getFrameContentSize(packed, size);
	if (length == ZSTD_CONTENTSIZE_UNKNOWN ||
		length == ZSTD_CONTENTSIZE_ERROR || length >= MOST_BYTES ||
		length / BLOCK_BYTES > size / 3)
		fail_damaged(host, p);
	text = dbc_alloc(host, (size_t) length + 1);
	if (ZSTD_decompress(text, (size_t) length, packed, size) != length)
		fail_damaged(host, p);
	text[length] = '\0';
	if (strlen(text) != length || !dbc_same(dbc_sha256(host, text), p->sha256))
		fail_damaged(host, p);
	return text;
}

/* Writes the file; for the room backup. */
static void
write_file(dbc_host *host, dbc_backup_files *files, void *arg)
{
	const packing *p = arg;
	const dbc_backup_host *calls = DBC_ROOM(host, backup);
	const char *temporary = dbc_format(host, "%s.tmp", p->name);
	int directory = open_directory(host, files, p);
	int file = calls->open_file(host, files, directory, temporary, true);

	calls->set_temporary(files, directory, temporary);
	calls->write(host, files, file, 0, p->packed, p->packed_length);
	calls->sync(host, files, file);
	(void) read_text(host, files, file, p);
	calls->rename(host, files, directory, temporary, p->name, false);
	calls->set_temporary(files, directory, p->name);
	calls->sync(host, files, directory);
	calls->set_temporary(files, directory, NULL);
	calls->close(files, file);
}

static void
read_file(dbc_host *host, dbc_backup_files *files, void *arg)
{
	packing *p = arg;
	int directory = open_directory(host, files, p);
	int file = DBC_CALL(host, backup, open_file)(host, files, directory,
												 p->name, false);

	if (file < 0)
		dbc_fail(host, NO_SUCH_FILE, NULL,
				 "Restore it from a backup of the directory.",
				 "file \"%s/%s\" does not exist", p->directory, p->name);
	p->text = read_text(host, files, file, p);
	DBC_CALL(host, backup, close)(files, file);
}

/* ---- archiving ---- */

void
dbc_archive_packed_prepare(dbc_host *host, const dbc_relation *table,
						   const char *directory)
{
	const char *mode = dbc_archive_mode(host, table);

	if (!mode || !dbc_same(mode, "trash"))
		dbc_fail(host, DBC_NOT_READY,
				 "The triggers that keep deleted rows write them.",
				 dbc_format(host,
							"select dbarchive_enable(%s, "
							"'{\"mode\": \"trash\"}');",
							dbc_literal(host, table->shown)),
				 "option \"to_directory\" needs mode trash for table %s",
				 table->shown);
	(void) directory_of(host, directory, true);
}

/* The name of a table in the name of a file. */
static const char *
plain_name(dbc_host *host, const char *shown)
{
	char *name = dbc_copy(host, shown, strlen(shown));

	for (char *c = name; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			  (*c >= '0' && *c <= '9') || *c == '.' || *c == '_'))
			*c = '_';
	return dbc_copy(host, name, strlen(name) < 100 ? strlen(name) : 100);
}

/* Fails unless the triggers have kept each row, and no other one. */
static void
require_kept(dbc_host *host, const dbc_relation *table, const dbc_rows *taken,
			 int64_t removed)
{
	bool same = true;
	int64_t kept = 0;

	for (int i = 0; same && i < taken->nrows; i++)
	{
		const char *action = dbc_get_text(host, taken, i, K_ACTION);

		kept += dbc_same(action, "delete");
		same = dbc_same(action, "delete") || dbc_same(action, "unlink");
	}
	if (!same || kept != removed)
		dbc_fail(host, DBC_NOT_READY,
				 "A trigger or a rule deletes other rows with them, or keeps "
				 "them from being deleted.",
				 "Archive the rows in a table, with the option \"to\".",
				 "%lld rows of table %s were deleted, and %d were kept",
				 (long long) removed, table->shown, taken->nrows);
}

/* The JSON array of the numbers of the rows. */
static dbc_value
list_numbers(dbc_host *host, const dbc_rows *taken)
{
	dbc_json_node *numbers = dbc_json_array(host);

	for (int i = 0; i < taken->nrows; i++)
	{
		dbc_value number = dbc_get_value(host, taken, i, K_ID);

		dbc_json_push_value(numbers, &number);
	}
	return dbc_text(dbc_json_text(numbers));
}

/* Makes the lines: the header, and one for each row. */
static void
make_lines(dbc_host *host, const char *header, const dbc_rows *taken,
		   packing *p)
{
	dbc_buffer lines;

	dbc_buffer_init(&lines, host);
	dbc_append_format(&lines, "%s\n", header);
	for (int i = 0; i < taken->nrows; i++)
		dbc_append_format(&lines, "%s\n", dbc_get_text(host, taken, i, K_LINE));
	p->text = lines.data;
	p->length = lines.length;
}

static void
compress(dbc_host *host, packing *p)
{
	size_t most = ZSTD_compressBound(p->length);
	void *packed;

	if (p->length >= MOST_BYTES)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, "Lower the option batch_ms.",
				 "%zu bytes are too many for a file", p->length);
	packed = dbc_alloc(host, most);
	p->packed_length =
		ZSTD_compress(packed, most, p->text, p->length, ZSTD_LEVEL);
	if (ZSTD_isError(p->packed_length))
		dbc_fail(host, "53200", NULL, NULL,
				 "out of memory: %zu bytes cannot be compressed", p->length);
	p->packed = packed;
}

/* A search of a directory. */
typedef struct finding_files
{
	packing p;
	const char *prefix; /* of the names ... */
	dbc_json_node *names;
} finding_files;

static void
find_files(dbc_host *host, dbc_backup_files *files, void *arg)
{
	finding_files *f = arg;
	int count;
	const dbc_backup_entry *entries = DBC_CALL(host, backup, list)(
		host, files, open_directory(host, files, &f->p), &count);

	for (int i = 0; i < count; i++)
		if (dbc_starts_with(entries[i].name, f->prefix) &&
			strstr(entries[i].name, SUFFIX))
			dbc_json_push_text(f->names, entries[i].name);
}

dbc_json_node *
dbc_archive_packed_unlisted(dbc_host *host, const dbc_relation *table,
							const char *directory)
{
	finding_files f = {
		.p.directory = directory_of(host, directory, true),
		.prefix = dbc_format(host, "%s-", plain_name(host, table->shown)),
		.names = dbc_json_array(host)};
	dbc_json_node *paths = dbc_json_array(host);
	const dbc_rows *found;

	DBC_CALL(host, backup, run)(host, find_files, &f);
	found = dbc_query(host, "archive/packed_unlisted", dbc_text(f.p.directory),
					  dbc_text(dbc_json_text(f.names)));
	for (int i = 0; i < found->nrows; i++)
		dbc_json_push_text(paths, dbc_format(host, "%s/%s", f.p.directory,
											 dbc_get_text(host, found, i, 0)));
	return paths;
}

int64_t
dbc_archive_packed_move(dbc_host *host, const dbc_relation *table,
						const char *directory, const char *policy,
						const char *removal)
{
	packing p = {.directory = directory_of(host, directory, true)};
	const dbc_rows *taken;
	dbc_value mark;
	dbc_value numbers;
	int64_t removed;

	mark = dbc_get_value(host, dbc_query(host, "archive/last_trash"), 0, 0);
	removed = dbc_archive_run_sql(host, table, removal)->affected;
	if (removed == 0)
		return 0;
	taken = dbc_query(host, "archive/taken", mark);
	require_kept(host, table, taken, removed);
	numbers = list_numbers(host, taken);
	make_lines(host,
			   dbc_get_text(host,
							dbc_query(host, "archive/packed_header",
									  dbc_text(table->shown), numbers),
							0, 0),
			   taken, &p);
	compress(host, &p);
	p.sha256 = dbc_sha256(host, p.text);
	p.name = dbc_format(
		host, "%s-%lld-%lld" SUFFIX, plain_name(host, table->shown),
		(long long) dbc_now_ms(), (long long) (dbc_microseconds() % 1000000));
	dbc_archive_lose_links(host, mark, dbc_int(INT64_MAX));
	dbc_query(host, "archive/forget_rows", numbers);
	dbc_query(host, "archive/packed_add", dbc_text(table->shown),
			  dbc_text(policy), dbc_text(p.directory), dbc_text(p.name),
			  dbc_int(removed), dbc_int((int64_t) p.packed_length),
			  dbc_text(p.sha256),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))),
			  dbc_int(dbc_archive_know_table(host, table)));
	DBC_CALL(host, backup, run)(host, write_file, &p);
	return removed;
}

/* ---- reading ---- */

int64_t
dbc_archive_packed_unpack(dbc_host *host, int64_t file)
{
	const dbc_rows *found =
		dbc_query(host, "archive/packed_file", dbc_int(file));
	const dbc_value *cells;
	packing p = {.directory = NULL};
	dbc_value batch;
	const char *line;
	int64_t rows = 0;

	if (found->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_archives() lists the files.",
				 "file %lld does not exist", (long long) file);
	cells = dbc_get_row(host, found, 0, "tttit");
	dbc_require_table_owner(host, dbc_resolve(host, cells[F_TABLE].text));
	p.directory = directory_of(host, cells[F_DIRECTORY].text, false);
	p.name = cells[F_NAME].text;
	p.sha256 = cells[F_SHA256].text;
	DBC_CALL(host, backup, run)(host, read_file, &p);
	batch = dbc_get_value(host, dbc_query(host, "archive/next_batch"), 0, 0);
	for (line = p.text; *line;)
	{
		const char *end = strchr(line, '\n');
		size_t length = end ? (size_t) (end - line) : strlen(line);

		/* the first one is the header */
		if (line > p.text)
			rows +=
				dbc_get_bool(host,
							 dbc_query(host, "archive/unpack_row", batch,
									   dbc_text(dbc_copy(host, line, length)),
									   cells[F_TABLE]),
							 0, 0);
		line += length + (end ? 1 : 0);
		dbc_poll(host);
	}
	if (rows != cells[F_ROWS].integer)
		fail_damaged(host, &p);
	dbc_query(host, "archive/packed_restored", dbc_int(file),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))));
	return batch.integer;
}

/* dbarchive_archives(relation) */
DBC_RUN(dbarchive_archives)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(
		host, "archive/packed_files",
		args->relation.kind == DBC_NULL
			? dbc_null()
			: dbc_text(dbc_check_user_table(host, &args->relation)->shown));
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_array(host, dbc_get_row(host, rows, i, "itttiitttTT"), 11);
}
