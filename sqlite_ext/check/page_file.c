/*
 * page_file.c
 *	  The pages of a database file, read without SQLite's B-trees.
 *
 * The live file is read through SQLite's own handle, since closing another
 * descriptor would release the locks of the process.  A read transaction keeps
 * the pages of the file and the frames of the log as they are: others can only
 * append to the log, which is read up to the last commit that it has now.
 */
#include "sqlite_ext/check/page_file.h"

#include <string.h>

#include "sqlite_ext/trust/reopen.h"

#define MAGIC "SQLite format 3"

/* The write-ahead log; see "WAL-mode File Format". */
#define LOG_MAGIC		 0x377f0682 /* + 1: checksums of big-endian numbers */
#define LOG_HEADER		 32
#define LOG_AT_PAGE_SIZE 8
#define LOG_AT_SALT		 16
#define LOG_AT_SUM		 24
#define FRAME_HEADER	 24
#define FRAME_AT_PAGES	 4 /* not 0: a commit */
#define FRAME_AT_SALT	 8
#define FRAME_AT_SUM	 16

/* Pages read between checks for an interrupt. */
#define POLL_PAGES 64

int
dbcsl_check_short_at(const unsigned char *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

int64_t
dbcsl_check_long_at(const unsigned char *bytes)
{
	return (int64_t) dbcsl_check_short_at(bytes) << 16 |
		   dbcsl_check_short_at(bytes + 2);
}

int
dbcsl_check_page_size_of(const unsigned char *header)
{
	int size = dbcsl_check_short_at(header + DBCSL_AT_PAGE_SIZE);

	if (memcmp(header, MAGIC, sizeof(MAGIC)) != 0)
		return 0;
	if (size == 1)
		size = DBCSL_LARGEST_PAGE;
	return size >= DBCSL_SMALLEST_PAGE && (size & (size - 1)) == 0 &&
				   size - header[DBCSL_AT_RESERVED] >= 480
			   ? size
			   : 0;
}

static bool
read_at(sqlite3_file *file, void *bytes, int length, int64_t offset)
{
	return file->pMethods->xRead(file, bytes, length, offset) == SQLITE_OK;
}

static int64_t
length_of(sqlite3_file *file)
{
	sqlite3_int64 length;

	return file->pMethods->xFileSize(file, &length) == SQLITE_OK ? length : 0;
}

static void
poll(dbcsl_page_file *f)
{
	if (++f->npolled % POLL_PAGES == 0)
		dbc_poll(&f->h->base);
}

/* ---- the log ---- */

/* The frames of a log while they are read. */
typedef struct log_reader
{
	dbcsl_page_file *f;
	unsigned char header[LOG_HEADER];
	uint32_t sum[2];
	int page_size;
	int64_t end;	  /* of the last commit, in bytes */
	int64_t pages;	  /* of the database then */
	int64_t greatest; /* page in the log */
} log_reader;

/* Adds bytes to the checksum, whose numbers have the order of the log. */
static void
add_sum(log_reader *r, const unsigned char *bytes, int length)
{
	bool big = r->header[3] & 1;

	for (int i = 0; i < length; i += 8)
		for (int k = 0; k < 2; k++)
		{
			const unsigned char *b = bytes + i + 4 * k;
			uint32_t number = big ? (uint32_t) dbcsl_check_long_at(b)
								  : (uint32_t) b[0] | (uint32_t) b[1] << 8 |
										(uint32_t) b[2] << 16 |
										(uint32_t) b[3] << 24;

			r->sum[k] += number + r->sum[!k];
		}
}

static bool
is_sum(const log_reader *r, const unsigned char *bytes)
{
	return dbcsl_check_long_at(bytes) == r->sum[0] &&
		   dbcsl_check_long_at(bytes + 4) == r->sum[1];
}

/* Whether the log has frames of pages of this size (0: of any). */
static bool
begin_log(log_reader *r, int page_size)
{
	int64_t size;

	if (!read_at(r->f->log, r->header, LOG_HEADER, 0) ||
		(dbcsl_check_long_at(r->header) & ~INT64_C(1)) != LOG_MAGIC)
		return false;
	size = dbcsl_check_long_at(r->header + LOG_AT_PAGE_SIZE);
	if (size < DBCSL_SMALLEST_PAGE || size > DBCSL_LARGEST_PAGE ||
		(size & (size - 1)) != 0 || (page_size != 0 && size != page_size))
		return false;
	r->page_size = (int) size;
	add_sum(r, r->header, LOG_AT_SUM);
	return is_sum(r, r->header + LOG_AT_SUM);
}

/* Reads a frame; false at the end of the log. */
static bool
read_frame(log_reader *r, int64_t offset, unsigned char *frame)
{
	if (!read_at(r->f->log, frame, FRAME_HEADER + r->page_size, offset) ||
		memcmp(frame + FRAME_AT_SALT, r->header + LOG_AT_SALT, 8) != 0)
		return false;
	add_sum(r, frame, FRAME_AT_SALT);
	add_sum(r, frame + FRAME_HEADER, r->page_size);
	poll(r->f);
	return is_sum(r, frame + FRAME_AT_SUM);
}

/* Finds the last commit. */
static void
find_commit(log_reader *r, unsigned char *frame)
{
	int64_t greatest = 0;

	for (int64_t at = LOG_HEADER; read_frame(r, at, frame);
		 at += FRAME_HEADER + r->page_size)
	{
		int64_t page = dbcsl_check_long_at(frame);

		if (page > greatest)
			greatest = page;
		if (dbcsl_check_long_at(frame + FRAME_AT_PAGES) == 0)
			continue;
		r->end = at + FRAME_HEADER + r->page_size;
		r->pages = dbcsl_check_long_at(frame + FRAME_AT_PAGES);
		r->greatest = greatest;
	}
}

/* Notes where the newest version of each page is. */
static void
note_frames(log_reader *r)
{
	unsigned char head[FRAME_HEADER];
	dbcsl_page_file *f = r->f;

	f->newer =
		dbc_alloc(&f->h->base, (size_t) (r->pages + 1) * sizeof(*f->newer));
	for (int64_t at = LOG_HEADER; at < r->end;
		 at += FRAME_HEADER + r->page_size)
	{
		int64_t page;

		if (!read_at(f->log, head, FRAME_HEADER, at))
			return;
		page = dbcsl_check_long_at(head);
		if (page >= 1 && page <= r->pages)
			f->newer[page] = at + FRAME_HEADER;
	}
}

/* Reads the log; false if nothing in it is newer than the file. */
static bool
read_log(dbcsl_page_file *f)
{
	log_reader r = {.f = f};

	if (!f->log || !begin_log(&r, f->page_size))
		return false;
	find_commit(
		&r, dbc_alloc(&f->h->base, (size_t) FRAME_HEADER + DBCSL_LARGEST_PAGE));
	if (r.pages == 0)
		return false;
	f->page_size = r.page_size;
	f->pages = r.pages;
	note_frames(&r);
	return true;
}

/* ---- pages ---- */

bool
dbcsl_check_read_page(dbcsl_page_file *f, int64_t number, unsigned char *page)
{
	poll(f);
	if (number < 1 || number > f->pages)
		return false;
	if (f->newer && f->newer[number] != 0)
		return read_at(f->log, page, f->page_size, f->newer[number]);
	return number <= f->present &&
		   read_at(f->file, page, f->page_size, (number - 1) * f->page_size);
}

void
dbcsl_check_find_header(dbcsl_page_file *f)
{
	unsigned char *page = dbc_alloc(&f->h->base, (size_t) DBCSL_LARGEST_PAGE);

	f->present = f->length / f->page_size;
	if (f->log && f->newer[1] != 0 && dbcsl_check_read_page(f, 1, page))
		memcpy(f->header, page, DBCSL_HEADER_SIZE);
	f->header_is_valid = dbcsl_check_page_size_of(f->header) == f->page_size;
	f->usable =
		f->page_size - (f->header_is_valid ? f->header[DBCSL_AT_RESERVED] : 0);
	if (f->log)
		return;
	f->pages = f->present;
	/* SQLite before 3.7.0 did not count pages there */
	if (f->header_is_valid &&
		memcmp(f->header + DBCSL_AT_CHANGES, f->header + DBCSL_AT_PAGES_AS_OF,
			   4) == 0 &&
		dbcsl_check_long_at(f->header + DBCSL_AT_PAGES) != 0)
		f->pages = dbcsl_check_long_at(f->header + DBCSL_AT_PAGES);
}

void
dbcsl_check_find_pages(dbcsl_host *h, sqlite3_file *file, sqlite3_file *log,
					   int page_size, dbcsl_page_file *f)
{
	*f = (dbcsl_page_file){.h = h, .file = file, .log = log};
	f->length = length_of(file);
	if (read_at(file, f->header, DBCSL_HEADER_SIZE, 0))
		f->page_size = dbcsl_check_page_size_of(f->header);
	if (f->page_size == 0)
		f->page_size = page_size;
	if (!read_log(f))
		f->log = NULL;
	if (f->page_size != 0)
		dbcsl_check_find_header(f);
}

/* Whether a transaction may have written to the file itself: then it has begun
 * a rollback journal, whose first byte is not zero. */
static bool
has_journal(sqlite3_file *log)
{
	unsigned char first = 0;

	return log && log->pMethods && read_at(log, &first, 1, 0) && first != 0;
}

bool
dbcsl_check_open_pages(dbcsl_host *h, const char *schema, dbcsl_page_file *f)
{
	sqlite3_file *file = NULL;
	sqlite3_file *log = NULL;
	const char *name = sqlite3_db_filename(h->db, schema);
	int state = sqlite3_txn_state(h->db, schema);

	if (!name || !name[0] || dbcsl_is_unlocked(h->db) ||
		state == SQLITE_TXN_NONE)
		return false;
	sqlite3_file_control(h->db, schema, SQLITE_FCNTL_FILE_POINTER, &file);
	sqlite3_file_control(h->db, schema, SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (!file || !file->pMethods)
		return false;
	dbcsl_check_find_pages(h, file, log && log->pMethods ? log : NULL, 0, f);
	return f->header_is_valid &&
		   (state == SQLITE_TXN_READ || f->log || !has_journal(log));
}
