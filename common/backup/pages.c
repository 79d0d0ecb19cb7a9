/*
 * pages.c
 *	  Pages of a database file in streams; doc/backup-format.md describes them.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/backup/pages.h"

#include <openssl/sha.h>
#include <string.h>

#include "common/backup/stream_file.h"
#include "common/core/text.h"

/* Bytes of the database that are read at once. */
#define PIECE ((size_t) 1 << 20)

/* SQLite locks bytes of this page, and stores nothing there. */
#define LOCK_BYTE INT64_C(0x40000000)

/* Pages of a group: those of a piece. */
#define MOST_GROUP (PIECE / 512)

static bool
is_lock_page(int64_t number, int64_t page_size)
{
	return number == LOCK_BYTE / page_size + 1;
}

/* ---- packing ---- */

/* Pages of a piece that are hashed. */
typedef struct hashing
{
	const unsigned char *piece;
	size_t page_size;
	uint32_t pages;
	unsigned char *hashes;
} hashing;

typedef struct dbc_backup_packing
{
	bool plain;
	const dbc_backup_key *key;
	const unsigned char *old; /* hashes of the parent */
	int64_t nold;

	int file; /* the database; -1: not open yet */
	size_t page_size;
	int64_t pages;
	int64_t next;	/* page to pack */
	int64_t stored; /* pages */
	bool is_early;	/* the first page is packed last */
	unsigned char *hashes;
	dbc_stream_file stream;
	dbc_stream_writer *writer; /* NULL: only hashes */
	/* one is filled, the other may still be hashed */
	unsigned char *pieces[2];
	int filled;				 /* which */
	unsigned char *group;	 /* numbers of its pages */
	dbc_stream_tasks *tasks; /* for hashing; NULL: it is not delayed */
	hashing hashing;
} packing;

static dbc_stream_tasks *
tasks_of(dbc_host *host, const dbc_backup_work *work, dbc_backup_thread which)
{
	return DBC_BACKUP(host)->tasks ? DBC_BACKUP(host)->tasks(work->files, which)
								   : NULL;
}

/* Starts a stream in a new file of the directory. */
static dbc_stream_writer *
start_stream(dbc_host *host, dbc_backup_work *work, dbc_stream_file *file,
			 const char *name, dbc_stream_role role, const dbc_backup_key *key)
{
	dbc_stream_kind kind =
		dbc_backup_stream_kind_of(host, work->files, work->backup, role, key);

	file->files = work->files;
	return dbc_backup_stream_create(host, file, work->directory, name, &kind,
									tasks_of(host, work, DBC_BACKUP_PACKING));
}

/* Ends it; returns the SHA-256 of the file. */
static const char *
end_stream(dbc_host *host, dbc_backup_work *work, dbc_stream_file *file,
		   dbc_stream_writer *writer)
{
	const char *hash = dbc_backup_stream_end(host, writer);

	DBC_BACKUP(host)->close(work->files, file->file);
	return hash;
}

/* Hashes pages: a task. */
static void
hash_pages(void *arg)
{
	const hashing *h = arg;

	for (uint32_t i = 0; i < h->pages; i++)
		SHA256(h->piece + i * h->page_size, h->page_size,
			   h->hashes + (size_t) i * DBC_BACKUP_HASH);
}

/* Waits for the hashes of the piece before. */
static void
await_hashes(packing *p)
{
	if (p->tasks)
		p->tasks->await(p->tasks);
}

/* Hashes pages that were read, from a number on, and writes those that have
 * changed. */
static void
pack_piece(dbc_host *host, packing *p, int64_t first, uint32_t pages)
{
	const unsigned char *piece = p->pieces[p->filled];
	uint32_t count = 0;

	await_hashes(p);
	p->hashing = (hashing){piece, p->page_size, pages,
						   p->hashes + (first - 1) * DBC_BACKUP_HASH};
	/* what has changed depends on them */
	if (p->tasks && p->nold == 0)
		p->tasks->begin(p->tasks, hash_pages, &p->hashing);
	else
		hash_pages(&p->hashing);
	p->filled = !p->filled;
	for (uint32_t i = 0; i < pages; i++)
	{
		int64_t number = first + i;
		const unsigned char *hash = p->hashes + (number - 1) * DBC_BACKUP_HASH;

		if (!is_lock_page(number, (int64_t) p->page_size) &&
			(number > p->nold ||
			 memcmp(hash, p->old + (number - 1) * DBC_BACKUP_HASH,
					DBC_BACKUP_HASH) != 0))
			dbc_stream_put_number(p->group + 4 * ++count, (uint32_t) number);
	}
	p->stored += count;
	if (!p->writer || count == 0)
		return;
	dbc_stream_put_number(p->group, count);
	dbc_vault_stream_put(host, p->writer, p->group, 4 * ((size_t) count + 1));
	for (uint32_t i = 1; i <= count; i++)
		dbc_vault_stream_put(
			host, p->writer,
			piece + (size_t) (dbc_stream_get_number(p->group + (size_t) 4 * i) -
							  first) *
						p->page_size,
			p->page_size);
}

/* Packs pages of the file, from one to another. */
static void
pack_pages(dbc_host *host, dbc_backup_work *work, int64_t first, int64_t last)
{
	packing *p = work->packing;
	int64_t most = (int64_t) (PIECE / p->page_size);

	while (first <= last)
	{
		int64_t pages = last - first < most ? last - first + 1 : most;
		size_t length = (size_t) pages * p->page_size;

		if (DBC_BACKUP(host)->read(host, work->files, p->file,
								   (first - 1) * (int64_t) p->page_size,
								   p->pieces[p->filled], length) != length)
			dbc_fail(host, "58030", NULL, NULL,
					 "the copy of the database is too short");
		if (p->is_early)
			dbc_poll(host);
		else
			dbc_progress(host, "hashing", first, p->pages + 1);
		pack_piece(host, p, first, (uint32_t) pages);
		first += pages;
	}
}

/* Opens the file, when its pages are known. */
static void
open_packing(dbc_host *host, dbc_backup_work *work, int64_t page_size,
			 int64_t pages)
{
	packing *p = work->packing;

	p->page_size = (size_t) page_size;
	p->pages = pages;
	p->next = 1;
	p->hashes = dbc_alloc(host, (size_t) (pages + 1) * DBC_BACKUP_HASH);
	p->file = work->database;
	if (!p->plain)
		p->writer = start_stream(host, work, &p->stream, DBC_BACKUP_PAGES,
								 DBC_STREAM_PAGES, p->key);
}

/* Packs what was copied.  The first page is complete at the end, since it has
 * counters of changes. */
static void
pack_copied(dbc_host *host, dbc_backup_work *work, int64_t page_size,
			int64_t pages, int64_t all)
{
	packing *p = work->packing;

	if (p->file < 0)
	{
		open_packing(host, work, page_size, all);
		p->is_early = true;
		p->next = 2;
	}
	if (pages < p->next)
		return;
	pack_pages(host, work, p->next, pages);
	p->next = pages + 1;
}

void
dbc_backup_begin_packing(dbc_host *host, dbc_backup_work *work, bool plain,
						 const dbc_backup_key *key, const unsigned char *hashes,
						 int64_t nhashes)
{
	packing *p = dbc_alloc(host, sizeof(*p));

	*p = (packing){.plain = plain,
				   .key = key,
				   .old = hashes,
				   .nold = hashes ? nhashes : 0,
				   .file = -1,
				   .pieces = {dbc_alloc(host, PIECE), dbc_alloc(host, PIECE)},
				   .tasks = tasks_of(host, work, DBC_BACKUP_HASHING),
				   .group = dbc_alloc(host, 4 * (MOST_GROUP + 1))};
	work->packing = p;
	if (!plain)
		work->copied = pack_copied;
}

static const char *
digest_of(dbc_host *host, const unsigned char *hashes, int64_t pages)
{
	unsigned char digest[DBC_BACKUP_HASH];

	SHA256(hashes, (size_t) (pages * DBC_BACKUP_HASH), digest);
	return dbc_backup_stream_hex(host, digest);
}

static void
write_hashes(dbc_host *host, dbc_backup_work *work)
{
	const packing *p = work->packing;
	dbc_stream_file file;
	dbc_stream_writer *writer = start_stream(
		host, work, &file, DBC_BACKUP_HASHES, DBC_STREAM_HASHES, p->key);

	dbc_vault_stream_put(host, writer, p->hashes,
						 (size_t) (p->pages * DBC_BACKUP_HASH));
	work->hashes_sha256 = end_stream(host, work, &file, writer);
}

void
dbc_backup_finish_packing(dbc_host *host, dbc_backup_work *work)
{
	dbc_backup *backup = work->backup;
	packing *p = work->packing;

	if (p->file < 0)
		open_packing(host, work, backup->page_size, backup->pages);
	if (p->pages != backup->pages ||
		(int64_t) p->page_size != backup->page_size)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "the copy of the database has another size than before");
	pack_pages(host, work, p->next, p->pages);
	if (p->is_early)
		pack_pages(host, work, 1, 1);
	await_hashes(p);
	DBC_BACKUP(host)->close(work->files, p->file);
	if (p->writer)
		work->pages_sha256 = end_stream(host, work, &p->stream, p->writer);
	write_hashes(host, work);
	backup->stored_pages = p->stored;
	backup->digest = digest_of(host, p->hashes, p->pages);
}

/* ---- reading ---- */

static void
open_reading(dbc_host *host, dbc_backup_work *work, dbc_stream_bytes *r,
			 const char *name, dbc_stream_role role, const dbc_backup_key *key)
{
	dbc_stream_kind kind =
		dbc_backup_stream_kind_of(host, work->files, work->backup, role, key);

	dbc_backup_stream_open_bytes(host, work->files, work->directory, r, name,
								 &kind);
}

const char *
dbc_backup_read_hashes(dbc_host *host, dbc_backup_work *work,
					   const dbc_backup_key *key, const unsigned char **hashes)
{
	const dbc_backup *backup = work->backup;
	size_t length = (size_t) (backup->pages * DBC_BACKUP_HASH);
	unsigned char *bytes;
	dbc_stream_bytes r;

	open_reading(host, work, &r, DBC_BACKUP_HASHES, DBC_STREAM_HASHES, key);
	if (!r.problem)
	{
		bytes = dbc_alloc(host, length + 1);
		if (dbc_backup_stream_take_all(host, &r, bytes, length) &&
			!dbc_same(digest_of(host, bytes, backup->pages), backup->digest))
			r.problem = dbc_backup_stream_about(host, &r, "was changed");
		*hashes = bytes;
	}
	dbc_backup_stream_close_bytes(host, &r);
	return r.problem;
}

/* Pages of a group that is read. */
typedef struct group
{
	const unsigned char *hashes;
	unsigned char *numbers;
	unsigned char *page;
	int64_t last; /* number of the page before */
	int file;
	int64_t most;
} group;

/* Reads a page of a group. */
static bool
take_page(dbc_host *host, dbc_backup_work *work, dbc_stream_bytes *r, group *g,
		  int64_t number)
{
	const dbc_backup *backup = work->backup;
	size_t size = (size_t) backup->page_size;
	unsigned char hash[DBC_BACKUP_HASH];

	if (number <= g->last || number > backup->pages)
	{
		r->problem = dbc_backup_stream_about(host, r, "has pages in disorder");
		return false;
	}
	g->last = number;
	if (!dbc_backup_stream_take_all(host, r, g->page, size))
		return false;
	SHA256(g->page, size, hash);
	if (memcmp(hash, g->hashes + (number - 1) * DBC_BACKUP_HASH,
			   sizeof(hash)) != 0)
	{
		r->problem =
			dbc_backup_stream_about(host, r,
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
take_group(dbc_host *host, dbc_backup_work *work, dbc_stream_bytes *r, group *g)
{
	unsigned char head[4];
	uint32_t count;
	size_t length = dbc_backup_stream_take(host, r, head, sizeof(head));

	if (length == 0 || r->problem)
		return false;
	count = length == sizeof(head) ? dbc_stream_get_number(head) : 0;
	if (count == 0 || count > MOST_GROUP)
	{
		r->problem =
			dbc_backup_stream_about(host, r, "has no valid group of pages");
		return false;
	}
	if (!dbc_backup_stream_take_all(host, r, g->numbers, (size_t) 4 * count))
		return false;
	g->last = 0;
	for (uint32_t i = 0; i < count; i++)
		if (!take_page(host, work, r, g,
					   dbc_stream_get_number(g->numbers + 4 * i)))
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
	dbc_stream_bytes r;

	if (problem)
		return problem;
	open_reading(host, work, &r, DBC_BACKUP_PAGES, DBC_STREAM_PAGES, key);
	while (!r.problem && take_group(host, work, &r, &g))
		dbc_progress(host, "reading pages", g.last, backup->pages + 1);
	dbc_backup_stream_close_bytes(host, &r);
	return r.problem;
}
