/*
 * salvage_file.c
 *	  Opening a damaged file: its header may be destroyed.
 *
 * The file is opened by the VFS alone, which keeps the locks of the process,
 * and is never written.
 */
#include "sqlite_ext/check/journal.h"
#include "sqlite_ext/check/salvage.h"

#include <string.h>

#include "common/core/text.h"
#include "common/core/names.h"

/* Bytes of the file that are read to find the size of its pages. */
#define SAMPLE (INT64_C(4) << 20)

void
dbcsl_check_salvage_note(dbcsl_salvage *s, const char *object, int64_t page,
						 const char *problem)
{
	dbc_json_node *entry = dbc_json_object(&s->h->base);
	dbc_value number = page > 0 ? dbc_int(page) : dbc_null();

	DBC_PUT_TEXT(entry, object, object);
	DBC_PUT_VALUE(entry, page, &number);
	DBC_PUT_TEXT(entry, problem, problem);
	dbc_json_push(s->lost, entry);
}

/* Opens a file, its log or its journal; NULL if it cannot be opened. */
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
dbcsl_check_salvage_close(dbcsl_salvage *s)
{
	close_file(s->journal);
	close_file(s->log);
	close_file(s->file);
	for (int i = 0; i < 3; i++)
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

		if (!dbcsl_check_parse_cell(f, page, i, &cell) || !cell.payload)
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

		if (dbcsl_check_read_page(&f, number, bytes) &&
			!dbcsl_check_parse_page(&f, bytes, number, &page))
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
	int64_t encoding = dbcsl_check_long_at(f->header + DBCSL_AT_ENCODING);

	return f->header_is_valid && encoding >= SQLITE_UTF8 &&
				   encoding <= SQLITE_UTF16BE
			   ? (int) encoding
			   : SQLITE_UTF8;
}

/* Reads the pages that an interrupted transaction has changed as they were
 * before it. */
static void
roll_back(dbcsl_salvage *s, dbcsl_journal *journal)
{
	dbc_host *host = &s->h->base;

	if (!journal->is_hot)
		return;
	/* with a log, SQLite has no such journal */
	if (!s->f.log && journal->page_size == s->f.page_size)
		dbcsl_check_roll_back(&s->f, s->journal, journal);
	else
		dbcsl_check_salvage_note(
			s, "main", 0,
			"a transaction was interrupted, and its rollback "
			"journal cannot be read: some rows may be as it has "
			"changed them");
	if (journal->rolled_back > 0)
		dbc_notice(host,
				   "a transaction was interrupted: %s read as before it, from "
				   "the rollback journal",
				   journal->rolled_back == 1
					   ? "1 page is"
					   : dbc_format(host, "%lld pages are",
									(long long) journal->rolled_back));
	if (journal->damaged > 0)
		dbcsl_check_salvage_note(
			s, "main", 0,
			dbc_format(host,
					   "a transaction was interrupted, and %s of its rollback "
					   "journal cannot be read: some rows may be as it has "
					   "changed them",
					   dbc_count_text(host, journal->damaged, "page")));
}

void
dbcsl_check_salvage_open(dbcsl_salvage *s)
{
	const char *path = s->call->source;
	dbcsl_journal journal;

	s->file = open_file(s, path, 0, SQLITE_OPEN_MAIN_DB);
	if (!s->file)
		dbc_fail(&s->h->base, "58030", NULL, NULL, "cannot open \"%s\"", path);
	s->log =
		open_file(s, dbcsl_printf(s->h, "%s-wal", path), 1, SQLITE_OPEN_WAL);
	s->journal = open_file(s, dbcsl_printf(s->h, "%s-journal", path), 2,
						   SQLITE_OPEN_MAIN_JOURNAL);
	dbcsl_check_open_journal(s->h, s->journal, &journal);
	dbcsl_check_find_pages(s->h, s->file, s->log, 0, &s->f);
	if (s->f.page_size == 0)
		dbcsl_check_find_pages(
			s->h, s->file, s->log,
			journal.page_size ? journal.page_size : guess_page_size(s), &s->f);
	if (s->f.page_size == 0)
		dbc_fail(&s->h->base, DBC_CORRUPTED, NULL,
				 "Restore a backup: dbbackup_list() lists them.",
				 "\"%s\" has no page of a database", path);
	roll_back(s, &journal);
	s->encoding = encoding_of(&s->f);
	if (!s->f.header_is_valid)
	{
		s->f.pages = s->f.log ? s->f.pages : s->f.present;
		dbcsl_check_salvage_note(s, "main", 1,
								 "the header of the file is destroyed");
	}
	s->last = s->f.log || s->f.pages < s->f.present ? s->f.pages : s->f.present;
	if (s->f.pages > s->last)
		dbcsl_check_salvage_note(
			s, "main", s->last + 1,
			dbc_format(&s->h->base, "the file ends after page %lld of %lld",
					   (long long) s->last, (long long) s->f.pages));
}
