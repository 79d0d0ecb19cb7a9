/*
 * salvage_file.c
 *	  Opening a damaged file: its header may be destroyed.
 *
 * The file is opened by the VFS alone, which keeps the locks of the process,
 * and is never written.
 */
#include "sqlite_ext/check/salvage.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Bytes of the file that are read to find the size of its pages. */
#define SAMPLE (INT64_C(4) << 20)

void
dbcsl_salvage_note(dbcsl_salvage *s, const char *object, int64_t page,
				   const char *problem)
{
	dbc_json_node *entry = dbc_json_object(&s->h->base);
	dbc_value number = page > 0 ? dbc_int(page) : dbc_null();

	dbc_json_put_text(entry, "object", object);
	dbc_json_put_value(entry, "page", &number);
	dbc_json_put_text(entry, "problem", problem);
	dbc_json_push(s->lost, entry);
}

/* Opens a file, or its log; NULL if it cannot be opened. */
static sqlite3_file *
open_file(dbcsl_salvage *s, const char *path, int number, int kind)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_file *file;
	char *full = dbc_alloc(&s->h->base, (size_t) vfs->mxPathname + 1);
	int flags = SQLITE_OPEN_READONLY | kind;

	if (vfs->xFullPathname(vfs, path, vfs->mxPathname + 1, full) != SQLITE_OK)
		return NULL;
	s->names[number] = (char *) sqlite3_create_filename(full, "", "", 0, NULL);
	file = sqlite3_malloc(vfs->szOsFile);
	if (!file || !s->names[number])
	{
		sqlite3_free(file);
		dbcsl_fail_memory(s->h);
	}
	memset(file, 0, (size_t) vfs->szOsFile);
	if (vfs->xOpen(vfs, s->names[number], file, flags, NULL) == SQLITE_OK)
		return file;
	sqlite3_free(file);
	return NULL;
}

static void
close_file(sqlite3_file *file)
{
	if (file && file->pMethods)
		file->pMethods->xClose(file);
	sqlite3_free(file);
}

void
dbcsl_salvage_close(dbcsl_salvage *s)
{
	close_file(s->log);
	close_file(s->file);
	for (int i = 0; i < 2; i++)
		sqlite3_free_filename(s->names[i]);
}

/* Whether the cells of a page reach exactly its end, where the first one was
 * put: with another size they do not. */
static bool
ends_with_cell(const dbcsl_page_file *f, const dbcsl_tree_page *page)
{
	int last = 0;

	for (int i = 0; i < page->ncells; i++)
	{
		dbcsl_cell cell;
		int end;

		if (!dbcsl_parse_cell(f, page, i, &cell) || !cell.payload)
			return false;
		end = (int) (cell.payload - page->bytes) + cell.local +
			  (cell.overflow != 0 ? 4 : 0);
		if (end > last)
			last = end;
	}
	return last == f->usable;
}

/* Pages of the beginning that are of trees, if pages have this size. */
static int
count_tree_pages(dbcsl_salvage *s, int page_size)
{
	unsigned char *bytes = dbc_alloc(&s->h->base, (size_t) page_size);
	dbcsl_page_file f = {.h = s->h,
						 .file = s->file,
						 .page_size = page_size,
						 .usable = page_size};
	int count = 0;

	f.pages = f.present = s->f.length / page_size;
	for (int64_t number = 1; number <= f.pages && number * page_size <= SAMPLE;
		 number++)
	{
		dbcsl_tree_page page;

		if (dbcsl_read_page(&f, number, bytes) &&
			!dbcsl_parse_page(&f, bytes, number, &page))
			count += ends_with_cell(&f, &page);
	}
	return count;
}

/* The size by which most of the first bytes are pages of trees. */
static int
guess_page_size(dbcsl_salvage *s)
{
	int64_t most = 0;
	int guessed = 0;

	for (int size = DBCSL_SMALLEST_PAGE; size <= DBCSL_LARGEST_PAGE; size *= 2)
	{
		int64_t bytes = (int64_t) count_tree_pages(s, size) * size;

		if (bytes > most)
		{
			most = bytes;
			guessed = size;
		}
	}
	return guessed;
}

/* The encoding of text by the header; UTF-8 if that is not valid. */
static int
encoding_of(const dbcsl_page_file *f)
{
	int64_t encoding = dbcsl_long_at(f->header + DBCSL_AT_ENCODING);

	return f->header_is_valid && encoding >= SQLITE_UTF8 &&
				   encoding <= SQLITE_UTF16BE
			   ? (int) encoding
			   : SQLITE_UTF8;
}

/* Whether a transaction was interrupted, which only opening the database would
 * roll back: its rollback journal begins with a byte that is not zero. */
static bool
has_journal(dbcsl_salvage *s)
{
	int file = open(dbcsl_printf(s->h, "%s-journal", s->call->source),
					O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char first = 0;
	bool found = file >= 0 && read(file, &first, 1) == 1 && first != 0;

	if (file >= 0)
		close(file);
	return found;
}

void
dbcsl_salvage_open(dbcsl_salvage *s)
{
	const char *path = s->call->source;

	s->file = open_file(s, path, 0, SQLITE_OPEN_MAIN_DB);
	if (!s->file)
		dbc_fail(&s->h->base, "58030", NULL, NULL, "cannot open \"%s\"", path);
	s->log =
		open_file(s, dbcsl_printf(s->h, "%s-wal", path), 1, SQLITE_OPEN_WAL);
	dbcsl_find_pages(s->h, s->file, s->log, 0, &s->f);
	if (s->f.page_size == 0)
		dbcsl_find_pages(s->h, s->file, s->log, guess_page_size(s), &s->f);
	if (s->f.page_size == 0)
		dbc_fail(&s->h->base, DBC_CORRUPTED, NULL,
				 "Restore a backup: dbbackup_list() lists them.",
				 "\"%s\" has no page of a database", path);
	s->encoding = encoding_of(&s->f);
	if (has_journal(s))
		dbcsl_salvage_note(s, "main", 0,
						   "a transaction was not rolled back: some rows may "
						   "be as it has changed them");
	if (!s->f.header_is_valid)
	{
		s->f.pages = s->f.log ? s->f.pages : s->f.present;
		dbcsl_salvage_note(s, "main", 1, "the header of the file is destroyed");
	}
	s->last = s->f.log || s->f.pages < s->f.present ? s->f.pages : s->f.present;
	if (s->f.pages > s->last)
		dbcsl_salvage_note(
			s, "main", s->last + 1,
			dbc_format(&s->h->base, "the file ends after page %lld of %lld",
					   (long long) s->last, (long long) s->f.pages));
}
