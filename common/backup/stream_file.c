/*
 * stream_file.c
 *	  Streams in the files of a backup; see stream_file.h.
 */
#include "common/backup/stream_file.h"

#include <string.h>

#include "common/core/text.h"

static void
write_stream(dbc_host *host, void *arg, const void *bytes, size_t length)
{
	dbc_stream_file *f = arg;

	DBC_BACKUP(host)->write(host, f->files, f->file, f->at, bytes, length);
	f->at += (int64_t) length;
}

static size_t
read_stream(dbc_host *host, void *arg, void *bytes, size_t length)
{
	dbc_stream_file *f = arg;
	size_t count =
		DBC_BACKUP(host)->read(host, f->files, f->file, f->at, bytes, length);

	f->at += (int64_t) count;
	return count;
}

static int
digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void
read_bytes(const char *hex, unsigned char *bytes, int length)
{
	for (int i = 0; i < length; i++)
		bytes[i] =
			(unsigned char) (digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
}

dbc_stream_kind
dbc_backup_stream_kind_of(dbc_host *host, dbc_backup_files *files,
						  const dbc_backup *backup, dbc_stream_role role,
						  const dbc_backup_key *key)
{
	dbc_stream_kind kind = {.role = role,
							.compress = dbc_same(backup->compression, "zstd")};

	if (key)
	{
		kind.key = key->bytes;
		kind.own_key = DBC_BACKUP(host)->secret(host, files, DBC_STREAM_KEY);
	}
	read_bytes(backup->id, kind.id, DBC_STREAM_ID);
	return kind;
}

const char *
dbc_backup_stream_hex(dbc_host *host, const unsigned char hash[DBC_BACKUP_HASH])
{
	dbc_buffer hex;

	dbc_buffer_init(&hex, host);
	for (int i = 0; i < DBC_BACKUP_HASH; i++)
		dbc_append_format(&hex, "%02x", hash[i]);
	return hex.data;
}

void
dbc_backup_stream_read_hex(const char *hex, unsigned char hash[DBC_BACKUP_HASH])
{
	read_bytes(hex, hash, DBC_BACKUP_HASH);
}

/* ---- writing ---- */

dbc_stream_writer *
dbc_backup_stream_create(dbc_host *host, dbc_stream_file *file, int directory,
						 const char *name, const dbc_stream_kind *kind,
						 dbc_stream_tasks *tasks)
{
	file->file =
		DBC_BACKUP(host)->open_file(host, file->files, directory, name, true);
	file->at = 0;
	return dbc_vault_stream_start(host, kind, tasks, write_stream, file);
}

const char *
dbc_backup_stream_end(dbc_host *host, dbc_stream_writer *writer)
{
	unsigned char hash[DBC_BACKUP_HASH];

	dbc_vault_stream_finish(host, writer, hash);
	return dbc_backup_stream_hex(host, hash);
}

/* ---- reading ---- */

const char *
dbc_backup_stream_about(dbc_host *host, const dbc_stream_bytes *r,
						const char *problem)
{
	return dbc_format(host, "file %s %s", r->name, problem);
}

void
dbc_backup_stream_open_bytes(dbc_host *host, dbc_backup_files *files,
							 int directory, dbc_stream_bytes *r,
							 const char *name, const dbc_stream_kind *kind)
{
	const char *problem;

	*r = (dbc_stream_bytes){.name = name, .file = {.files = files}};
	r->file.file =
		DBC_BACKUP(host)->open_file(host, files, directory, name, false);
	if (r->file.file < 0)
	{
		r->problem = dbc_backup_stream_about(host, r, "is missing");
		return;
	}
	problem =
		dbc_vault_stream_open(host, &r->reader, kind, read_stream, &r->file);
	if (problem)
		r->problem = dbc_backup_stream_about(host, r, problem);
}

size_t
dbc_backup_stream_take(dbc_host *host, dbc_stream_bytes *r,
					   unsigned char *bytes, size_t length)
{
	size_t done = 0;

	while (done < length && !r->problem)
	{
		size_t part;

		if (r->left == 0)
		{
			const char *problem =
				dbc_vault_stream_next(host, &r->reader, &r->content, &r->left);

			if (problem)
				r->problem = dbc_backup_stream_about(host, r, problem);
			if (problem || r->left == 0)
				break;
		}
		part = r->left < length - done ? r->left : length - done;
		memcpy(bytes + done, r->content, part);
		r->content += part;
		r->left -= part;
		done += part;
	}
	return done;
}

bool
dbc_backup_stream_take_all(dbc_host *host, dbc_stream_bytes *r,
						   unsigned char *bytes, size_t length)
{
	if (dbc_backup_stream_take(host, r, bytes, length) == length)
		return true;
	if (!r->problem)
		r->problem = dbc_backup_stream_about(host, r, "ends too early");
	return false;
}

void
dbc_backup_stream_close_bytes(dbc_host *host, dbc_stream_bytes *r)
{
	unsigned char more;

	if (!r->problem && dbc_backup_stream_take(host, r, &more, 1) > 0)
		r->problem =
			dbc_backup_stream_about(host, r, "has more than it should");
	DBC_BACKUP(host)->close(r->file.files, r->file.file);
}
