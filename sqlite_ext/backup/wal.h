/*
 * wal.h
 *	  Reading the frames of a write-ahead log.
 *
 * The file is read through the one that SQLite has open, whatever its VFS. What
 * counts is valid up to the last commit: each frame has the salts of the header
 * and a sum over all frames before it.
 */
#ifndef DBCSL_BACKUP_WAL_H
#define DBCSL_BACKUP_WAL_H

#include "sqlite_ext/core/host.h"

#define DBCSL_WAL_SALTS 8

/* A place in a log: after a frame, the first of which is 1. */
typedef struct dbcsl_wal_place
{
	unsigned char salts[DBCSL_WAL_SALTS]; /* all zero: there is no log */
	uint32_t sums[2];
	uint32_t frame;
} dbcsl_wal_place;

/* A page and the frame that has it. */
typedef struct dbcsl_wal_page
{
	uint32_t number;
	uint32_t frame;
} dbcsl_wal_page;

typedef struct dbcsl_wal
{
	sqlite3_file *file;
	sqlite3_int64 bytes;
	bool has_header;
	bool big_endian; /* how sums are made */
	uint32_t page_size;
	dbcsl_wal_place start;
} dbcsl_wal;

/* What was committed after a place. */
typedef struct dbcsl_wal_commits
{
	dbcsl_wal_place end;  /* after the last commit */
	uint32_t pages;		  /* of the database then; 0: nothing was committed */
	dbcsl_wal_page *list; /* each page once, ascending; from
							 sqlite3_malloc() */
	uint32_t count;
} dbcsl_wal_commits;

/* Reads the header of the log of a connection that has begun to read; returns
 * an SQLite result code. */
extern int dbcsl_backup_wal_open(sqlite3 *db, dbcsl_wal *wal);

/* Whether a place of this log is where it was. */
extern bool dbcsl_backup_wal_has(const dbcsl_wal *wal,
								 const dbcsl_wal_place *place);

/* Lets the log end at a place of it, whatever is added to the file. */
extern void dbcsl_backup_wal_end(dbcsl_wal *wal, const dbcsl_wal_place *place);

/* Reads from a place on, which must be of this log. */
extern int dbcsl_backup_wal_read(const dbcsl_wal *wal,
								 const dbcsl_wal_place *from,
								 dbcsl_wal_commits *commits);

/* Reads the page of a frame. */
extern int dbcsl_backup_wal_read_page(const dbcsl_wal *wal, uint32_t frame,
									  unsigned char *bytes);

#endif /* DBCSL_BACKUP_WAL_H */
