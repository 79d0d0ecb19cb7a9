/*
 * content.c
 *	  [PG] A backup in one stream; see content.h.
 */
#include "common/backup/content.h"

#include <string.h>

#include "common/backup/catalog.h"
#include "common/backup/stream_file.h"
#include "common/core/text.h"

/* The end of what a program gets. */
#define MARK   "dbcback"
#define NUMBER 8
#define TAIL   ((int64_t) (NUMBER + sizeof(MARK)))

/* Most bytes of a manifest. */
#define MOST_MANIFEST (INT64_C(64) << 20)

struct dbc_backup_content
{
	const dbc_backup_key *key;
	/* made */
	void *pipe; /* NULL: it is in the file */
	int file;
	int64_t bytes; /* so far */
	dbc_stream_writer *writer;
	/* read */
	int64_t end; /* of the stream in the file */
	dbc_stream_reader reader;
	const unsigned char *chunk;
	size_t left; /* of the chunk */
	const char *problem;
};

const dbc_backup_file *
dbc_backup_find_content(const dbc_backup *backup)
{
	for (int i = 0; i < backup->nfiles; i++)
		if (dbc_same(backup->files[i].path, DBC_BACKUP_CONTENT))
			return &backup->files[i];
	return NULL;
}

/* ---- making ---- */

static void
write_content(dbc_host *host, void *arg, const void *bytes, size_t length)
{
	const dbc_backup_work *work = arg;
	dbc_backup_content *content = work->content;

	if (content->pipe)
		DBC_BACKUP(host)->write_pipe(host, content->pipe, bytes, length);
	else
		DBC_BACKUP(host)->write(host, work->files, content->file,
								content->bytes, bytes, length);
	content->bytes += (int64_t) length;
}

void
dbc_backup_begin_content(dbc_host *host, dbc_backup_work *work,
						 const dbc_backup_key *key, void *pipe)
{
	dbc_stream_kind kind = dbc_backup_stream_kind_of(
		host, work->files, work->backup, DBC_STREAM_FILE, key);
	dbc_backup_content *content = dbc_alloc(host, sizeof(*content));

	*content = (dbc_backup_content){.key = key, .pipe = pipe, .file = -1};
	work->content = content;
	if (!pipe)
		content->file = DBC_BACKUP(host)->open_file(
			host, work->files, work->directory, DBC_BACKUP_CONTENT, true);
	content->writer =
		dbc_vault_stream_start(host, &kind, NULL, write_content, work);
}

void
dbc_backup_put_content(dbc_host *host, dbc_backup_work *work, const void *bytes,
					   size_t length)
{
	dbc_vault_stream_put(host, work->content->writer, bytes, length);
}

void
dbc_backup_end_content(dbc_host *host, dbc_backup_work *work)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	dbc_backup_file *file = dbc_alloc(host, sizeof(*file));
	char *hex = dbc_alloc(host, 2 * sizeof(hash) + 1);

	dbc_vault_stream_finish(host, work->content->writer, hash);
	for (size_t i = 0; i < sizeof(hash); i++)
	{
		hex[2 * i] = "0123456789abcdef"[hash[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
	}
	hex[2 * sizeof(hash)] = '\0';
	*file = (dbc_backup_file){.path = DBC_BACKUP_CONTENT,
							  .bytes = work->content->bytes,
							  .sha256 = hex};
	work->backup->files = file;
	work->backup->nfiles = 1;
	if (work->content->pipe)
		return;
	DBC_BACKUP(host)->sync(host, work->files, work->content->file);
	DBC_BACKUP(host)->close(work->files, work->content->file);
}

void
dbc_backup_put_manifest(dbc_host *host, void *pipe, const char *text)
{
	size_t length = strlen(text);
	unsigned char tail[TAIL];

	for (int i = 0; i < NUMBER; i++)
		tail[i] = (unsigned char) ((uint64_t) length >> 8 * i);
	memcpy(tail + NUMBER, MARK, sizeof(MARK));
	DBC_BACKUP(host)->write_pipe(host, pipe, text, length);
	DBC_BACKUP(host)->write_pipe(host, pipe, tail, sizeof(tail));
}

/* ---- reading ---- */

/* Copies all that a program prints. */
static int64_t
copy_pipe(dbc_host *host, dbc_backup_work *work, int file, void *pipe)
{
	unsigned char *piece = dbc_alloc(host, DBC_STREAM_CHUNK);
	int64_t bytes = 0;
	size_t length;

	while ((length = DBC_BACKUP(host)->read_pipe(host, pipe, piece,
												 DBC_STREAM_CHUNK)) > 0)
	{
		DBC_BACKUP(host)->write(host, work->files, file, bytes, piece, length);
		bytes += (int64_t) length;
	}
	return bytes;
}

const char *
dbc_backup_spool(dbc_host *host, dbc_backup_work *work, int at, void *pipe,
				 const char **manifest)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int file = calls->open_scratch(host, work->files, at);
	int64_t bytes = copy_pipe(host, work, file, pipe);
	unsigned char tail[TAIL];
	int64_t length = 0;
	char *text;

	if (bytes < TAIL ||
		calls->read(host, work->files, file, bytes - TAIL, tail,
					sizeof(tail)) != sizeof(tail) ||
		memcmp(tail + NUMBER, MARK, sizeof(MARK)) != 0)
		return "it is truncated, or not what dbbackup_create() has given to a "
			   "program";
	for (int i = 0; i < 7; i++)
		length |= (int64_t) tail[i] << 8 * i;
	if (tail[7] || length > MOST_MANIFEST || length > bytes - TAIL)
		return "its end is damaged";
	text = dbc_alloc(host, (size_t) length + 1);
	text[calls->read(host, work->files, file, bytes - TAIL - length, text,
					 (size_t) length)] = '\0';
	work->is_spooled = true;
	work->spooled = file;
	work->spooled_bytes = bytes - TAIL - length;
	*manifest = text;
	return NULL;
}

static size_t
read_stream(dbc_host *host, void *arg, void *bytes, size_t length)
{
	const dbc_backup_work *work = arg;
	dbc_backup_content *content = work->content;
	int64_t left = content->end - content->bytes;
	size_t count;

	if ((int64_t) length > left)
		length = (size_t) left;
	count = DBC_BACKUP(host)->read(host, work->files, content->file,
								   content->bytes, bytes, length);
	content->bytes += (int64_t) count;
	return count;
}

void
dbc_backup_open_content(dbc_host *host, dbc_backup_work *work,
						const dbc_backup_key *key)
{
	const dbc_backup_file *file = dbc_backup_find_content(work->backup);
	dbc_stream_kind kind = dbc_backup_stream_kind_of(
		host, work->files, work->backup, DBC_STREAM_FILE, key);
	dbc_backup_content *content = dbc_alloc(host, sizeof(*content));

	*content = (dbc_backup_content){
		.key = key,
		.file = work->is_spooled ? work->spooled
								 : DBC_BACKUP(host)->open_file(
									   host, work->files, work->directory,
									   DBC_BACKUP_CONTENT, false)};
	work->content = content;
	if (content->file < 0)
	{
		content->problem = "file " DBC_BACKUP_CONTENT " is missing";
		return;
	}
	content->end = file->bytes;
	content->problem =
		dbc_vault_stream_open(host, &content->reader, &kind, read_stream, work);
	if (content->problem)
		content->problem = dbc_format(host, "file " DBC_BACKUP_CONTENT " %s",
									  content->problem);
}

void
dbc_backup_rewind_content(dbc_host *host, dbc_backup_work *work)
{
	const dbc_backup_key *key = work->content->key;

	if (!work->is_spooled)
		DBC_BACKUP(host)->close(work->files, work->content->file);
	dbc_backup_open_content(host, work, key);
}

size_t
dbc_backup_get_content(dbc_host *host, dbc_backup_work *work, void *bytes,
					   size_t length, const char **problem)
{
	dbc_backup_content *content = work->content;
	size_t done = 0;

	while (done < length && !content->problem)
	{
		size_t count = length - done;

		if (content->left == 0)
		{
			const char *wrong = dbc_vault_stream_next(
				host, &content->reader, &content->chunk, &content->left);

			if (wrong)
				content->problem =
					dbc_format(host, "file " DBC_BACKUP_CONTENT " %s", wrong);
			if (content->left == 0)
				break;
		}
		if (count > content->left)
			count = content->left;
		memcpy((char *) bytes + done, content->chunk, count);
		content->chunk += count;
		content->left -= count;
		done += count;
	}
	*problem = content->problem;
	return done;
}
