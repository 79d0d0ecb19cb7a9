/*
 * journal.c
 *	  Reading a rollback journal; see journal.h, and "The Rollback Journal" in
 *	  fileformat2.html of SQLite.
 *
 * SQLite stops at the first record that is damaged.  Each has a checksum, so
 * that the others can be used.
 */
#include "sqlite_ext/check/journal.h"

#include <string.h>
#include <unistd.h>

/* A header, which is followed by zeros up to the size of a sector. */
#define HEADER		 28
#define AT_RECORDS	 8
#define AT_NONCE	 12
#define AT_PAGES	 16
#define AT_SECTOR	 20
#define AT_PAGE_SIZE 24

/* Number of records: up to the end of the file. */
#define ALL_RECORDS 0xffffffff

/* A record: the number of a page, the page, a checksum. */
#define NUMBER	 4
#define CHECKSUM 4

/* The checksum adds each so many-th byte, from the end. */
#define STEP 200

/* After the records: the name of the file that a transaction in several
 * databases has, with its number, its length and a checksum. */
#define TAIL		  16
#define LARGEST_NAME  4096
#define LARGEST_ENTRY 65536

static const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9,
									  0x20, 0xa1, 0x63, 0xd7};

typedef struct header
{
	int64_t records;
	uint32_t nonce;
	int64_t pages; /* of the database before */
	int64_t sector;
	int page_size;
} header;

static bool
read_at(sqlite3_file *file, void *bytes, int64_t length, int64_t offset)
{
	return file->pMethods->xRead(file, bytes, (int) length, offset) ==
		   SQLITE_OK;
}

static int64_t
length_of(sqlite3_file *file)
{
	sqlite3_int64 length;

	return file->pMethods->xFileSize(file, &length) == SQLITE_OK ? length : 0;
}

static bool
is_size(int64_t size, int64_t least)
{
	return size >= least && size <= LARGEST_ENTRY && (size & (size - 1)) == 0;
}

/* Reads a header; sizes count in the first one alone. */
static bool
read_header(sqlite3_file *file, int64_t offset, header *head)
{
	unsigned char bytes[HEADER];

	if (!read_at(file, bytes, HEADER, offset) ||
		memcmp(bytes, magic, sizeof(magic)) != 0)
		return false;
	*head =
		(header){.records = dbcsl_check_long_at(bytes + AT_RECORDS),
				 .nonce = (uint32_t) dbcsl_check_long_at(bytes + AT_NONCE),
				 .pages = dbcsl_check_long_at(bytes + AT_PAGES),
				 .sector = dbcsl_check_long_at(bytes + AT_SECTOR),
				 .page_size = (int) dbcsl_check_long_at(bytes + AT_PAGE_SIZE)};
	return offset > 0 || (is_size(head->sector, 32) &&
						  is_size(head->page_size, DBCSL_SMALLEST_PAGE));
}

/* Reads the name of the file of a transaction in several databases; false if
 * there is none.  *end is where the records end. */
static bool
read_name(sqlite3_file *file, char name[LARGEST_NAME + 1], int64_t *end)
{
	int64_t length = length_of(file);
	unsigned char tail[TAIL];
	int64_t bytes;
	uint32_t sum = 0;

	*end = length;
	if (length < TAIL || !read_at(file, tail, TAIL, length - TAIL) ||
		memcmp(tail + 8, magic, sizeof(magic)) != 0)
		return false;
	bytes = dbcsl_check_long_at(tail);
	if (bytes < 1 || bytes > LARGEST_NAME || bytes > length - TAIL - NUMBER ||
		!read_at(file, name, bytes, length - TAIL - bytes))
		return false;
	name[bytes] = '\0';
	/* as char is signed on most machines, and SQLite adds it as it is */
	for (int64_t i = 0; i < bytes; i++)
		sum += (uint32_t) name[i];
	*end = length - TAIL - bytes - NUMBER;
	return sum == (uint32_t) dbcsl_check_long_at(tail + 4);
}

void
dbcsl_check_open_journal(dbcsl_host *h, sqlite3_file *file,
						 dbcsl_journal *journal)
{
	char *name = dbc_alloc(&h->base, LARGEST_NAME + 1);
	unsigned char first = 0;
	header head;
	int64_t end;

	*journal = (dbcsl_journal){0};
	if (!file || !read_at(file, &first, 1, 0) || first == 0)
		return;
	/* a transaction in several databases is committed when that file goes */
	journal->is_hot = !read_name(file, name, &end) || access(name, F_OK) == 0;
	if (read_header(file, 0, &head))
		journal->page_size = head.page_size;
}

/* ---- rolling back ---- */

typedef struct reading
{
	dbcsl_page_file *f;
	sqlite3_file *file;
	dbcsl_journal *journal;
	unsigned char *record;
	int64_t size; /* of a record */
	int64_t end;  /* of all */
	int64_t pages;
} reading;

static bool
is_sound(const reading *r, uint32_t nonce)
{
	const unsigned char *page = r->record + NUMBER;
	uint32_t sum = nonce;

	for (int i = r->f->page_size - STEP; i > 0; i -= STEP)
		sum += page[i];
	return (uint32_t) dbcsl_check_long_at(page + r->f->page_size) == sum;
}

/* Reads the records after a header; returns where they end. */
static int64_t
read_records(reading *r, const header *head, int64_t offset)
{
	int64_t there = (r->end - offset) / r->size;
	int64_t records = head->records == ALL_RECORDS ? there : head->records;

	for (int64_t i = 0; i < records && i < there; i++)
	{
		int64_t at = offset + i * r->size;
		int64_t page;

		dbc_poll(&r->f->h->base);
		if (!read_at(r->file, r->record, r->size, at) ||
			!is_sound(r, head->nonce))
		{
			r->journal->damaged++;
			continue;
		}
		page = dbcsl_check_long_at(r->record);
		if (page < 1 || page > r->pages || r->f->newer[page] != 0)
			continue;
		r->f->newer[page] = at + NUMBER;
		r->journal->rolled_back++;
	}
	if (records > there)
		r->journal->damaged += records - (there > 0 ? there : 0);
	return offset + records * r->size;
}

void
dbcsl_check_roll_back(dbcsl_page_file *f, sqlite3_file *file,
					  dbcsl_journal *journal)
{
	reading r = {.f = f,
				 .file = file,
				 .journal = journal,
				 .size = NUMBER + (int64_t) f->page_size + CHECKSUM};
	char *name = dbc_alloc(&f->h->base, LARGEST_NAME + 1);
	int64_t at = 0;
	header first;
	header head;

	if (!read_header(file, 0, &first))
		return;
	(void) read_name(file, name, &r.end);
	/* no page is elsewhere */
	r.pages = f->present + r.end / r.size;
	if (r.pages > first.pages)
		r.pages = first.pages;
	r.record = dbc_alloc(&f->h->base, (size_t) r.size);
	f->newer =
		dbc_alloc(&f->h->base, (size_t) (r.pages + 1) * sizeof(*f->newer));
	for (head = first; at + first.sector <= r.end;)
	{
		at = read_records(&r, &head, at + first.sector);
		at = (at + first.sector - 1) / first.sector * first.sector;
		if (!read_header(file, at, &head))
			break;
	}
	f->log = file;
	f->pages = r.pages;
	dbcsl_check_find_header(f);
}
