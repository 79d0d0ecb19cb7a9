/*
 * pages.c
 *	  Pages of a database file in streams; doc/backup-format.md describes them.
 */
#include "common/backup/pages.h"

#include <openssl/sha.h>
#include <string.h>

#include "common/backup/stream.h"
#include "common/core/text.h"

/* Bytes of the database that are read at once. */
#define PIECE ((size_t) 1 << 20)

/* SQLite locks bytes of this page, and stores nothing there. */
#define LOCK_BYTE INT64_C(0x40000000)

/* Pages of a group: those of a piece. */
#define MOST_GROUP (PIECE / 512)

/* A file that is read or written from its beginning. */
typedef struct stream_file
{
	dbc_backup_files *files;
	int file;
	int64_t at;
} stream_file;

static void
write_stream(dbc_host *host, void *arg, const void *bytes, size_t length)
{
	stream_file *f = arg;

	DBC_BACKUP(host)->write(host, f->files, f->file, f->at, bytes, length);
	f->at += (int64_t) length;
}

static size_t
read_stream(dbc_host *host, void *arg, void *bytes, size_t length)
{
	stream_file *f = arg;
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

static dbc_stream_kind
kind_of(const dbc_backup *backup, dbc_stream_role role,
		const dbc_backup_key *key)
{
	dbc_stream_kind kind = {.role = role,
							.compress = dbc_same(backup->compression, "zstd"),
							.key = key ? key->bytes : NULL};

	for (int i = 0; i < DBC_STREAM_ID; i++)
		kind.id[i] = (unsigned char) (digit(backup->id[2 * i]) * 16 +
									  digit(backup->id[2 * i + 1]));
	return kind;
}

static void
put_number(unsigned char *bytes, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char) (number >> (8 * i));
}

static uint32_t
get_number(const unsigned char *bytes)
{
	return (uint32_t) bytes[0] | (uint32_t) bytes[1] << 8 |
		   (uint32_t) bytes[2] << 16 | (uint32_t) bytes[3] << 24;
}

static bool
is_lock_page(int64_t number, int64_t page_size)
{
	return number == LOCK_BYTE / page_size + 1;
}

/* ---- packing ---- */

typedef struct packing
{
	dbc_backup_work *work;
	int file; /* the database */
	const unsigned char *old;
	int64_t nold;
	unsigned char *hashes;
	dbc_stream_writer *writer; /* NULL: only hashes */
	unsigned char *piece;
	unsigned char *group; /* numbers of its pages */
} packing;

/* Hashes the pages of a piece and writes those that have changed. */
static void
pack_piece(dbc_host *host, packing *p, int64_t first, size_t length)
{
	size_t size = (size_t) p->work->backup->page_size;
	uint32_t count = 0;

	for (size_t at = 0; at < length; at += size)
	{
		int64_t number = first + (int64_t) (at / size);
		unsigned char *hash = p->hashes + (number - 1) * DBC_BACKUP_HASH;

		SHA256(p->piece + at, size, hash);
		if (!is_lock_page(number, (int64_t) size) &&
			(number > p->nold ||
			 memcmp(hash, p->old + (number - 1) * DBC_BACKUP_HASH,
					DBC_BACKUP_HASH) != 0))
			put_number(p->group + 4 * ++count, (uint32_t) number);
	}
	p->work->backup->stored_pages += count;
	if (!p->writer || count == 0)
		return;
	put_number(p->group, count);
	dbc_stream_put(host, p->writer, p->group, 4 * ((size_t) count + 1));
	for (uint32_t i = 1; i <= count; i++)
		dbc_stream_put(
			host, p->writer,
			p->piece + (get_number(p->group + (size_t) 4 * i) - first) * size,
			size);
}

static void
pack_all(dbc_host *host, packing *p)
{
	dbc_backup *backup = p->work->backup;
	int64_t pieces = backup->page_size * backup->pages / (int64_t) PIECE + 1;

	backup->stored_pages = 0;
	for (int64_t i = 0; i < pieces; i++)
	{
		int64_t at = i * (int64_t) PIECE;
		int64_t left = backup->page_size * backup->pages - at;
		size_t length = left < (int64_t) PIECE ? (size_t) left : PIECE;

		if (length == 0)
			break;
		if (DBC_BACKUP(host)->read(host, p->work->files, p->file, at, p->piece,
								   length) != length)
			dbc_fail(host, "58030", NULL, NULL,
					 "the copy of the database is too short");
		pack_piece(host, p, at / backup->page_size + 1, length);
		dbc_progress(host, "hashing", i, pieces);
	}
}

/* Starts a stream in a new file of the directory. */
static dbc_stream_writer *
start_stream(dbc_host *host, dbc_backup_work *work, stream_file *file,
			 const char *name, dbc_stream_role role, const dbc_backup_key *key)
{
	dbc_stream_kind kind = kind_of(work->backup, role, key);

	*file = (stream_file){work->files,
						  DBC_BACKUP(host)->open_file(
							  host, work->files, work->directory, name, true),
						  0};
	return dbc_stream_start(
		host, &kind,
		DBC_BACKUP(host)->tasks ? DBC_BACKUP(host)->tasks(work->files) : NULL,
		write_stream, file);
}

static void
end_stream(dbc_host *host, dbc_backup_work *work, stream_file *file,
		   dbc_stream_writer *writer)
{
	dbc_stream_finish(host, writer);
	DBC_BACKUP(host)->close(work->files, file->file);
}

static const char *
hex_of(dbc_host *host, const unsigned char *hash)
{
	dbc_buffer hex;

	dbc_buffer_init(&hex, host);
	for (int i = 0; i < DBC_BACKUP_HASH; i++)
		dbc_append_format(&hex, "%02x", hash[i]);
	return hex.data;
}

static const char *
digest_of(dbc_host *host, const unsigned char *hashes, int64_t pages)
{
	unsigned char digest[DBC_BACKUP_HASH];

	SHA256(hashes, (size_t) (pages * DBC_BACKUP_HASH), digest);
	return hex_of(host, digest);
}

void
dbc_backup_pack(dbc_host *host, dbc_backup_work *work, bool plain,
				const dbc_backup_key *key, const unsigned char *hashes,
				int64_t nhashes)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_backup *backup = work->backup;
	packing p = {.work = work,
				 .old = hashes,
				 .nold = hashes ? nhashes : 0,
				 .piece = dbc_alloc(host, PIECE),
				 .group = dbc_alloc(host, 4 * (MOST_GROUP + 1))};
	dbc_stream_writer *writer;
	stream_file file;

	p.hashes = dbc_alloc(host, (size_t) (backup->pages + 1) * DBC_BACKUP_HASH);
	p.file = calls->open_file(host, work->files, work->directory,
							  DBC_BACKUP_DATABASE, false);
	if (!plain)
		p.writer = start_stream(host, work, &file, DBC_BACKUP_PAGES,
								DBC_STREAM_PAGES, key);
	pack_all(host, &p);
	calls->close(work->files, p.file);
	if (!plain)
	{
		end_stream(host, work, &file, p.writer);
		calls->remove(host, work->files, work->directory, DBC_BACKUP_DATABASE);
	}
	writer = start_stream(host, work, &file, DBC_BACKUP_HASHES,
						  DBC_STREAM_HASHES, key);
	dbc_stream_put(host, writer, p.hashes,
				   (size_t) (backup->pages * DBC_BACKUP_HASH));
	end_stream(host, work, &file, writer);
	backup->digest = digest_of(host, p.hashes, backup->pages);
}

/* ---- reading ---- */

/* A stream that is read by bytes, not by chunks. */
typedef struct reading
{
	const char *name;
	stream_file file;
	dbc_stream_reader reader;
	const unsigned char *content;
	size_t left;
	const char *problem;
} reading;

static const char *
about(dbc_host *host, const reading *r, const char *problem)
{
	return dbc_format(host, "file %s %s", r->name, problem);
}

static void
open_reading(dbc_host *host, dbc_backup_work *work, reading *r,
			 const char *name, dbc_stream_role role, const dbc_backup_key *key)
{
	dbc_stream_kind kind = kind_of(work->backup, role, key);
	const char *problem;

	*r = (reading){.name = name};
	r->file =
		(stream_file){work->files,
					  DBC_BACKUP(host)->open_file(host, work->files,
												  work->directory, name, false),
					  0};
	if (r->file.file < 0)
	{
		r->problem = about(host, r, "is missing");
		return;
	}
	problem = dbc_stream_open(host, &r->reader, &kind, read_stream, &r->file);
	if (problem)
		r->problem = about(host, r, problem);
}

/* Reads bytes; fewer at the end, or with a problem. */
static size_t
take(dbc_host *host, reading *r, unsigned char *bytes, size_t length)
{
	size_t done = 0;

	while (done < length && !r->problem)
	{
		size_t part;

		if (r->left == 0)
		{
			const char *problem =
				dbc_stream_next(host, &r->reader, &r->content, &r->left);

			if (problem)
				r->problem = about(host, r, problem);
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

/* Reads all of so many bytes, which must be there. */
static bool
take_all(dbc_host *host, reading *r, unsigned char *bytes, size_t length)
{
	if (take(host, r, bytes, length) == length)
		return true;
	if (!r->problem)
		r->problem = about(host, r, "ends too early");
	return false;
}

static void
close_reading(dbc_host *host, dbc_backup_work *work, reading *r)
{
	unsigned char more;

	if (!r->problem && take(host, r, &more, 1) > 0)
		r->problem = about(host, r, "has more than it should");
	DBC_BACKUP(host)->close(work->files, r->file.file);
}

const char *
dbc_backup_read_hashes(dbc_host *host, dbc_backup_work *work,
					   const dbc_backup_key *key, const unsigned char **hashes)
{
	const dbc_backup *backup = work->backup;
	size_t length = (size_t) (backup->pages * DBC_BACKUP_HASH);
	unsigned char *bytes;
	reading r;

	open_reading(host, work, &r, DBC_BACKUP_HASHES, DBC_STREAM_HASHES, key);
	if (!r.problem)
	{
		bytes = dbc_alloc(host, length + 1);
		if (take_all(host, &r, bytes, length) &&
			!dbc_same(digest_of(host, bytes, backup->pages), backup->digest))
			r.problem = about(host, &r, "was changed");
		*hashes = bytes;
	}
	close_reading(host, work, &r);
	return r.problem;
}

/* Pages of a group that is read. */
typedef struct group
{
	const unsigned char *hashes;
	unsigned char *numbers;
	unsigned char *page;
	int64_t last; /* number of the last page */
	int file;
	int64_t most;
} group;

/* Reads a page of a group. */
static bool
take_page(dbc_host *host, dbc_backup_work *work, reading *r, group *g,
		  int64_t number)
{
	const dbc_backup *backup = work->backup;
	size_t size = (size_t) backup->page_size;
	unsigned char hash[DBC_BACKUP_HASH];

	if (number <= g->last || number > backup->pages)
	{
		r->problem = about(host, r, "has pages in disorder");
		return false;
	}
	g->last = number;
	if (!take_all(host, r, g->page, size))
		return false;
	SHA256(g->page, size, hash);
	if (memcmp(hash, g->hashes + (number - 1) * DBC_BACKUP_HASH,
			   sizeof(hash)) != 0)
	{
		r->problem = about(host, r,
						   dbc_format(host,
									  "has another page %lld than the "
									  "backup",
									  (long long) number));
		return false;
	}
	if (g->file >= 0 && number <= g->most)
		DBC_BACKUP(host)->write(host, work->files, g->file,
								(number - 1) * backup->page_size, g->page,
								size);
	return true;
}

/* Reads a group; false at the end, or with a problem. */
static bool
take_group(dbc_host *host, dbc_backup_work *work, reading *r, group *g)
{
	unsigned char head[4];
	uint32_t count;
	size_t length = take(host, r, head, sizeof(head));

	if (length == 0 || r->problem)
		return false;
	count = length == sizeof(head) ? get_number(head) : 0;
	if (count == 0 || count > MOST_GROUP)
	{
		r->problem = about(host, r, "has no valid group of pages");
		return false;
	}
	if (!take_all(host, r, g->numbers, (size_t) 4 * count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!take_page(host, work, r, g, get_number(g->numbers + 4 * i)))
			return false;
	return true;
}

const char *
dbc_backup_read_pages(dbc_host *host, dbc_backup_work *work,
					  const dbc_backup_key *key, int file, int64_t most)
{
	const dbc_backup *backup = work->backup;
	group g = {.numbers = dbc_alloc(host, 4 * MOST_GROUP),
			   .page = dbc_alloc(host, (size_t) backup->page_size),
			   .file = file,
			   .most = most};
	const char *problem = dbc_backup_read_hashes(host, work, key, &g.hashes);
	reading r;

	if (problem)
		return problem;
	open_reading(host, work, &r, DBC_BACKUP_PAGES, DBC_STREAM_PAGES, key);
	while (!r.problem && take_group(host, work, &r, &g))
		dbc_progress(host, "reading pages", g.last, backup->pages + 1);
	close_reading(host, work, &r);
	return r.problem;
}
