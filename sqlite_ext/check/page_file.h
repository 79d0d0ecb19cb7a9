/*
 * page_file.h
 *	  The pages of a database file, read without SQLite's B-trees, which give up
 *	  at the first damage.
 */
#ifndef DBCSL_CHECK_PAGE_FILE_H
#define DBCSL_CHECK_PAGE_FILE_H

#include "sqlite_ext/core/host.h"

/* Offsets in the header of the file; see fileformat2.html of SQLite. */
#define DBCSL_HEADER_SIZE	  100
#define DBCSL_AT_PAGE_SIZE	  16
#define DBCSL_AT_RESERVED	  20
#define DBCSL_AT_CHANGES	  24
#define DBCSL_AT_PAGES		  28
#define DBCSL_AT_FIRST_TRUNK  32
#define DBCSL_AT_FREE_PAGES	  36
#define DBCSL_AT_LARGEST_ROOT 52 /* not 0: the file has pointer map pages */
#define DBCSL_AT_ENCODING	  56
#define DBCSL_AT_PAGES_AS_OF  92
#define DBCSL_SMALLEST_PAGE	  512
#define DBCSL_LARGEST_PAGE	  65536
#define DBCSL_LOCK_BYTE		  0x40000000 /* its page is never used */

typedef struct dbcsl_page_file
{
	dbcsl_host *h;
	sqlite3_file *file;
	sqlite3_file *log; /* which has other pages; NULL: there is none */
	int page_size;
	int usable;		 /* bytes of a page */
	int64_t length;	 /* of the file, in bytes */
	int64_t pages;	 /* that the database has, by its header */
	int64_t present; /* of these, that can be read */
	int64_t *newer;	 /* per page: offset in the log; 0: not there */
	int64_t npolled; /* pages read */
	unsigned char header[DBCSL_HEADER_SIZE];
	bool header_is_valid;
} dbcsl_page_file;

/* Big-endian numbers of two and four bytes. */
extern int dbcsl_check_short_at(const unsigned char *bytes);
extern int64_t dbcsl_check_long_at(const unsigned char *bytes);

/* The size of pages by a header; 0 if it is not valid. */
extern int dbcsl_check_page_size_of(const unsigned char *header);

/* The pages of a database of the connection, as of the last commit, which stay
 * the same while the caller has a transaction.  False if it has no file, if
 * changes of the transaction may be in it, or if the file is not in the format
 * of SQLite although SQLite can read it. */
extern bool dbcsl_check_open_pages(dbcsl_host *h, const char *schema,
								   dbcsl_page_file *f);

/* Finds the pages of an open file and its log, or NULL.  A page size that is
 * given is that of the pages, whatever the header says. */
extern void dbcsl_check_find_pages(dbcsl_host *h, sqlite3_file *file,
								   sqlite3_file *log, int page_size,
								   dbcsl_page_file *f);

/* Reads the header from the file, or the page of it that the log has. */
extern void dbcsl_check_find_header(dbcsl_page_file *f);

/* Reads a page; false if the file does not have it. */
extern bool dbcsl_check_read_page(dbcsl_page_file *f, int64_t number,
								  unsigned char *page);

#endif /* DBCSL_CHECK_PAGE_FILE_H */
