/*
 * page_sample.c
 *	  Estimating the free space of a database file from random pages.
 *
 * Pages are read through SQLite's own handle, in the caller's read
 * transaction: closing another descriptor would release the locks of the
 * process.  Newer versions of pages may be in the write-ahead log, and a
 * checkpoint may be running, so the contents of a page are only counted, never
 * trusted.
 *
 * Only space that VACUUM can reclaim is counted: not the roots of B-trees,
 * which exist even without a row, nor the unused end of the last overflow page
 * of a long value.
 */
#include "sqlite_ext/core/rooms.h"

#include <math.h>
#include <string.h>

#include "common/health/host.h"

/* Offsets of the file format; see fileformat2.html of SQLite. */
#define HEADER_SIZE		100
#define HEADER_MAGIC	"SQLite format 3"
#define AT_PAGE_SIZE	16
#define AT_RESERVED		20
#define AT_FIRST_TRUNK	32
#define AT_LARGEST_ROOT 52 /* not 0: the file has pointer map pages */
#define MAP_ENTRY		5  /* bytes per page */
#define TRUNK_HEAD		8
#define BTREE_INTERIOR	12 /* bytes of the header of such a page */
#define BTREE_LEAF		8
#define FREE_BLOCK_HEAD 4
#define SMALLEST_PAGE	512
#define LARGEST_PAGE	65536

/* Pages read between checks for an interrupt. */
#define POLL_PAGES 64

typedef struct page_file
{
	sqlite3_file *file;
	int64_t pages;
	int page_size;
	int usable;				/* bytes of a page */
	unsigned char *omitted; /* one bit per page */
	int64_t nomitted;
	unsigned char *page; /* the current page */
} page_file;

/* A big-endian number of two or four bytes. */
static int
short_at(const unsigned char *bytes)
{
	return bytes[0] << 8 | bytes[1];
}
static int64_t
long_at(const unsigned char *bytes)
{
	return (int64_t) short_at(bytes) << 16 | short_at(bytes + 2);
}

/* Reads a page; false if that fails. */
static bool
read_page(page_file *f, int64_t number)
{
	return f->file->pMethods->xRead(f->file, f->page, f->page_size,
									(number - 1) * f->page_size) == SQLITE_OK;
}

/* Whether a page exists and is not omitted. */
static bool
is_counted(const page_file *f, int64_t page)
{
	return page >= 1 && page <= f->pages &&
		   !(f->omitted[page / 8] & 1 << page % 8);
}

/* Omits a page; the first page is 1. */
static void
omit(page_file *f, int64_t page)
{
	if (!is_counted(f, page))
		return;
	f->omitted[page / 8] |= (unsigned char) (1 << page % 8);
	f->nomitted++;
}

/* Omits the pages of the freelist: trunk pages, and the leaf pages they list. A
 * cycle ends the list. */
static void
omit_free(dbcsl_host *h, page_file *f, int64_t trunk)
{
	for (int64_t visited = 0; is_counted(f, trunk) && read_page(f, trunk);
		 visited++)
	{
		int64_t listed = long_at(f->page + 4);

		omit(f, trunk);
		for (int64_t i = 0; i < listed && TRUNK_HEAD + 4 * i + 4 <= f->usable;
			 i++)
			omit(f, long_at(f->page + TRUNK_HEAD + 4 * i));
		trunk = long_at(f->page);
		if (visited % POLL_PAGES == 0)
			dbc_poll(&h->base);
	}
}

/* Omits pointer map pages. */
static void
omit_maps(page_file *f)
{
	for (int64_t page = 2; page <= f->pages; page += f->usable / MAP_ENTRY + 1)
		omit(f, page);
}

/* Omits the roots of tables and indexes. */
static void
omit_roots(dbcsl_host *h, page_file *f, const char *database)
{
	const dbc_rows *rows = dbc_query_text(
		&h->base,
		dbcsl_printf(h, "select rootpage from \"%w\".sqlite_schema", database));

	omit(f, 1);
	for (int i = 0; i < rows->nrows; i++)
		omit(f, dbc_get_int_or(&h->base, rows, i, 0, 0));
}

/* Finds the file and reads its header.  Returns why that is not possible, or
 * NULL. */
static const char *
open_pages(dbcsl_host *h, const char *database, page_file *f)
{
	static const char not_sqlite[] = "the file is not in the format of SQLite";
	unsigned char header[HEADER_SIZE];
	sqlite3_int64 length;

	sqlite3_file_control(h->db, database, SQLITE_FCNTL_FILE_POINTER, &f->file);
	if (!f->file || !f->file->pMethods)
		return "the database is not in a file";
	if (f->file->pMethods->xFileSize(f->file, &length) != SQLITE_OK ||
		f->file->pMethods->xRead(f->file, header, HEADER_SIZE, 0) !=
			SQLITE_OK ||
		memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0)
		return not_sqlite;
	f->page_size = short_at(header + AT_PAGE_SIZE);
	if (f->page_size == 1)
		f->page_size = LARGEST_PAGE;
	f->usable = f->page_size - header[AT_RESERVED];
	if (f->page_size < SMALLEST_PAGE)
		return not_sqlite;
	f->pages = length / f->page_size;
	f->page = dbc_alloc(&h->base, (size_t) f->page_size);
	f->omitted = dbc_alloc(&h->base, (size_t) f->pages / 8 + 1);
	omit_free(h, f, long_at(header + AT_FIRST_TRUNK));
	if (long_at(header + AT_LARGEST_ROOT) != 0)
		omit_maps(f);
	omit_roots(h, f, database);
	return NULL;
}

/* Bytes in the list of free blocks of a page; -1 if the page is not
 * consistent. */
static int
free_blocks(const page_file *f, int first)
{
	int bytes = 0;

	for (int at = first; at != 0;)
	{
		int next;

		if (at + FREE_BLOCK_HEAD > f->usable)
			return -1;
		next = short_at(f->page + at);
		bytes += short_at(f->page + at + 2);
		if (next != 0 && next < at + FREE_BLOCK_HEAD)
			return -1;
		at = next;
	}
	return bytes;
}

/* The free share of a page. */
static double
free_share(page_file *f, int64_t number)
{
	const unsigned char *head = f->page;
	int start; /* of the gap between the pointers and the cells */
	int end;
	int blocks;

	if (!read_page(f, number))
		return 0;
	if (*head == 2 || *head == 5)
		start = BTREE_INTERIOR;
	else if (*head == 10 || *head == 13)
		start = BTREE_LEAF;
	else
		return 0;
	start += 2 * short_at(head + 3);
	end = short_at(head + 5);
	if (end == 0)
		end = LARGEST_PAGE;
	blocks = free_blocks(f, short_at(head + 1));
	if (start > end || end > f->usable || blocks < 0 ||
		end - start + blocks + head[7] > f->usable)
		return 0;
	return (double) (end - start + blocks + head[7]) / f->usable;
}

/* Reads a random page from each of equal parts of the file. */
static void
sample_pages(dbc_host *host, const char *whole, int64_t npages,
			 dbc_page_sample *sample)
{
	page_file f = {0};
	double sum = 0;
	double squares = 0;
	int64_t parts;
	double part; /* pages per part */

	sample->reason = open_pages(dbcsl_of(host), whole, &f);
	sample->pages = f.pages - f.nomitted;
	sample->page_bytes = f.page_size;
	if (sample->reason || sample->pages <= 0)
		return;
	/* more parts, to make up for omitted pages */
	parts = npages < sample->pages
				? (int64_t) ((double) npages * (double) f.pages /
							 (double) sample->pages)
				: f.pages;
	part = (double) f.pages / (double) parts;
	for (int64_t i = 0; i < parts; i++)
	{
		uint32_t random;
		int64_t number;
		double share;

		if (i % POLL_PAGES == 0)
			dbc_poll(host);
		sqlite3_randomness(sizeof(random), &random);
		number = 1 + (int64_t) (part * ((double) i + random / 4294967296.0));
		if (!is_counted(&f, number))
			continue;
		share = free_share(&f, number);
		sum += share;
		squares += share * share;
		sample->sampled++;
	}
	if (sample->sampled == 0)
		return;
	sample->free = sum / (double) sample->sampled;
	sample->deviation = sqrt(fmax(0, squares / (double) sample->sampled -
										 sample->free * sample->free));
}

const dbc_health_host dbcsl_health_host = {
	.sample_pages = sample_pages,
};
