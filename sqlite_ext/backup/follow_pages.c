/*
 * follow_pages.c
 *	  What has changed in a database without a write-ahead log.
 *
 * Its header has a counter of changes.  If that has changed, all pages are read
 * and compared by their hashes; writers wait meanwhile.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sqlite_ext/backup/follow.h"
#include "sqlite_ext/core/host.h"

#include <openssl/sha.h>
#include <string.h>

/* Places in the header of the file. */
#define HEADER		 100
#define AT_PAGE_SIZE 16
#define AT_COUNTER	 24

/* SQLite locks bytes of this page, and stores nothing there. */
#define LOCK_BYTE 0x40000000u

static sqlite3_file *
file_of(dbc_follower *f, sqlite3 *db)
{
	sqlite3_file *file = NULL;
	int code =
		sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	dbcsl_backup_follow_need(f, db, code);
	return file;
}

void
dbcsl_backup_follow_read_page(dbc_follower *f, sqlite3 *db, uint32_t number,
							  unsigned char *bytes)
{
	sqlite3_file *file = file_of(f, db);
	uint32_t size = f->now.page_size;

	dbcsl_backup_follow_need(
		f, db,
		file->pMethods->xRead(file, bytes, (int) size,
							  (sqlite3_int64) (number - 1) * size));
}

/* Hashes all pages of the state that a connection reads. */
static void
hash_pages(dbc_follower *f, sqlite3 *db, dbcsl_follow_hashes *hashes)
{
	unsigned char *page = dbc_alloc(&f->h->base, hashes->page_size);

	for (uint32_t i = 0; i < hashes->pages; i++)
	{
		dbcsl_backup_follow_read_page(f, db, i + 1, page);
		SHA256(page, hashes->page_size,
			   hashes->list + (size_t) i * DBC_BACKUP_HASH);
	}
	SHA256(hashes->list, (size_t) hashes->pages * DBC_BACKUP_HASH,
		   hashes->digest);
}

void
dbcsl_backup_follow_copy_hashes(dbc_follower *f, dbcsl_follow_state to)
{
	const dbcsl_follow_hashes *from = &f->hashes[DBCSL_FOLLOW_NOW];
	size_t length = (size_t) from->pages * DBC_BACKUP_HASH;
	unsigned char *list;

	if (f->hashes[to].list &&
		memcmp(f->hashes[to].digest, from->digest, DBC_BACKUP_HASH) == 0)
		return;
	list = sqlite3_malloc64(length + 1);
	if (!list)
		dbcsl_fail_memory(f->h);
	memcpy(list, from->list, length);
	sqlite3_free(f->hashes[to].list);
	f->hashes[to] = *from;
	f->hashes[to].list = list;
}

/* Whether a state is that of a header. */
static bool
is_state(const dbcsl_follow_hashes *hashes, uint32_t page_size, uint32_t pages,
		 const unsigned char *header)
{
	return hashes->list && hashes->page_size == page_size &&
		   hashes->pages == pages &&
		   memcmp(hashes->counter, header + AT_COUNTER,
				  sizeof(hashes->counter)) == 0;
}

void
dbcsl_backup_follow_read_pages(dbc_follower *f, sqlite3 *db)
{
	dbcsl_follow_hashes *now = &f->hashes[DBCSL_FOLLOW_NOW];
	sqlite3_file *file = file_of(f, db);
	unsigned char header[HEADER] = {0};
	sqlite3_int64 bytes = 0;
	uint32_t page_size;
	uint32_t pages;

	dbcsl_backup_follow_need(f, db, file->pMethods->xFileSize(file, &bytes));
	if (bytes >= HEADER)
		dbcsl_backup_follow_need(
			f, db, file->pMethods->xRead(file, header, HEADER, 0));
	page_size = (uint32_t) header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];
	page_size = page_size == 1 ? 65536 : page_size;
	pages = page_size ? (uint32_t) (bytes / page_size) : 0;
	f->now = (dbcsl_follow_place){
		.mode = DBCSL_FOLLOW_PAGES, .file = f->file, .page_size = page_size};
	f->pages = pages;
	if (!is_state(now, page_size, pages, header) || !f->is_kept)
	{
		sqlite3_free(now->list);
		*now = (dbcsl_follow_hashes){
			.page_size = page_size,
			.pages = pages,
			.list =
				sqlite3_malloc64((sqlite3_uint64) pages * DBC_BACKUP_HASH + 1)};
		if (!now->list)
			dbcsl_fail_memory(f->h);
		memcpy(now->counter, header + AT_COUNTER, sizeof(now->counter));
		hash_pages(f, db, now);
	}
	memcpy(f->now.digest, now->digest, sizeof(f->now.digest));
}

/* The state of a digest, or NULL. */
static const dbcsl_follow_hashes *
find_state(const dbc_follower *f, const unsigned char *digest)
{
	for (int i = 0; i < DBCSL_FOLLOW_STATES; i++)
		if (f->hashes[i].list &&
			memcmp(f->hashes[i].digest, digest, DBC_BACKUP_HASH) == 0)
			return &f->hashes[i];
	return NULL;
}

/* Whether changes since a place are the first ones after the backup that has
 * been made, whose state is the place or a later one. */
static bool
is_first(dbc_follower *f, const dbcsl_follow_place *from)
{
	return f->snapshot.runs && dbcsl_backup_follow_has_ended(&f->snapshot) &&
		   memcmp(from, &f->pinned, sizeof(*from)) == 0;
}

bool
dbcsl_backup_follow_compare_pages(dbc_follower *f,
								  const dbcsl_follow_place *from)
{
	const dbcsl_follow_hashes *now = &f->hashes[DBCSL_FOLLOW_NOW];
	const dbcsl_follow_hashes *was = find_state(f, from->digest);
	/* A page that is as it was may be another one in the backup: all are
	 * stored.  If none has changed there was no state between, since each
	 * commit changes the counter in the header. */
	bool all = is_first(f, from) &&
			   memcmp(from->digest, now->digest, DBC_BACKUP_HASH) != 0;

	sqlite3_free(f->numbers);
	f->numbers = NULL;
	f->commits.count = 0;
	if (!was)
		return false;
	f->numbers = sqlite3_malloc64(((sqlite3_uint64) now->pages + 1) *
								  sizeof(*f->numbers));
	if (!f->numbers)
		dbcsl_fail_memory(f->h);
	for (uint32_t i = 0; i < now->pages; i++)
		if (i != LOCK_BYTE / now->page_size &&
			(all || i >= was->pages ||
			 memcmp(was->list + (size_t) i * DBC_BACKUP_HASH,
					now->list + (size_t) i * DBC_BACKUP_HASH,
					DBC_BACKUP_HASH) != 0))
			f->numbers[f->commits.count++] = i + 1;
	return true;
}
