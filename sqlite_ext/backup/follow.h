/*
 * follow.h
 *	  A database file that is followed.
 */
#ifndef DBCSL_BACKUP_FOLLOW_H
#define DBCSL_BACKUP_FOLLOW_H

#include "sqlite_ext/backup/backup.h"
#include "sqlite_ext/backup/wal.h"

#include <pthread.h>

#include "common/backup/host.h"

/* How long a look waits for a lock: without a write-ahead log, others that
 * write without a pause have it most of the time. */
#define DBCSL_FOLLOW_BUSY_MS 5000

/* How the database is written. */
typedef enum dbcsl_follow_mode
{
	DBCSL_FOLLOW_NOTHING,
	DBCSL_FOLLOW_WAL,
	DBCSL_FOLLOW_PAGES /* in place, with a rollback journal */
} dbcsl_follow_mode;

/* What the core stores as a place. */
typedef struct dbcsl_follow_place
{
	uint32_t mode;
	uint32_t page_size;
	dbcsl_wal_place wal;
	uint32_t file; /* which: its log may be beside another one now */
	/* of all pages, if they are written in place; with a log that is empty,
	 * facts about the file */
	unsigned char digest[DBC_BACKUP_HASH];
} dbcsl_follow_place;
_Static_assert(sizeof(dbcsl_follow_place) == DBC_FOLLOWER_PLACE,
			   "a place is stored as these bytes");

/* The hashes of all pages of a state. */
typedef struct dbcsl_follow_hashes
{
	uint32_t page_size;
	uint32_t pages;
	unsigned char counter[4]; /* of changes, in the header of the file */
	unsigned char *list;	  /* from sqlite3_malloc(); NULL: none */
	unsigned char digest[DBC_BACKUP_HASH];
} dbcsl_follow_hashes;

/* States whose hashes are kept. */
typedef enum dbcsl_follow_state
{
	DBCSL_FOLLOW_NOW,
	DBCSL_FOLLOW_KEPT,	 /* of the last look that was kept */
	DBCSL_FOLLOW_PINNED, /* before a snapshot that is made */
	DBCSL_FOLLOW_STATES
} dbcsl_follow_state;

/* A backup that another thread makes, on a connection to the file. */
typedef struct dbcsl_follow_thread
{
	pthread_t thread;
	bool runs;
	pthread_mutex_t mutex; /* of the members below */
	bool ended;
	sqlite3 *db;
	char *create; /* options, or NULL; all of sqlite3_malloc() */
	char *cleanup;
	char *result;
	char *problem;
} dbcsl_follow_thread;

struct dbc_follower
{
	dbcsl_host *h;
	char *uri;
	const char *vfs;
	sqlite3 *db[2]; /* one reads, the other is free; open or NULL */
	uint32_t file;	/* of the connections, as in a place */
	int reader;		/* which has read what is kept; -1: none does */
	bool locks;		/* the other one has the lock of writers */
	uint32_t tried; /* frames of the log when it was to be shortened */
	sqlite3 *pin;	/* reads what a snapshot must not have missed, or NULL */

	dbcsl_follow_place now;	   /* of the last look */
	dbcsl_follow_place kept;   /* of the last that was kept */
	dbcsl_follow_place pinned; /* of the pin */
	bool is_kept;			   /* nothing since kept can have been missed */
	dbcsl_wal wal;
	dbcsl_wal_commits commits; /* of the last changes */
	bool has_frames;		   /* they are those since what is kept */
	bool is_safe;			   /* their frames cannot be overwritten */
	uint32_t *numbers;		   /* the same */
	uint32_t pages;			   /* of the database now */
	dbcsl_follow_hashes hashes[DBCSL_FOLLOW_STATES];

	dbcsl_follow_thread snapshot;
	char message[512]; /* of the last failure */
};

/* ---- follower.c: connections ---- */

/* Raises the error of a connection of the follower. */
extern _Noreturn void dbcsl_backup_follow_fail(struct dbc_follower *f,
											   sqlite3 *db, int code);

/* Fails unless the code is SQLITE_OK. */
extern void dbcsl_backup_follow_need(struct dbc_follower *f, sqlite3 *db,
									 int code);

/* Opens the file again. */
extern int dbcsl_backup_follow_open(struct dbc_follower *f, sqlite3 **db);

/* Begins to read, and ends that. */
extern void dbcsl_backup_follow_begin(struct dbc_follower *f, sqlite3 *db);
extern void dbcsl_backup_follow_end(sqlite3 *db);

/* The connection that does not read what is kept. */
extern sqlite3 *dbcsl_backup_follow_other(struct dbc_follower *f);

/* Whether a thread has made its backup, or failed. */
extern bool dbcsl_backup_follow_has_ended(dbcsl_follow_thread *t);

/* Closes the connections that read. */
extern void dbcsl_backup_follow_close(struct dbc_follower *f);

extern void dbcsl_backup_follow_free_changes(struct dbc_follower *f);

/* ---- follow_look.c ---- */

/* Opens the connections, again if the file was replaced. */
extern void dbcsl_backup_follow_need_readers(struct dbc_follower *f);

/* Ends the transaction of the last look. */
extern void dbcsl_backup_follow_leave(struct dbc_follower *f);

/* ---- follow_pages.c: a database without a write-ahead log ---- */

/* Reads the state that a connection reads as that of now. */
extern void dbcsl_backup_follow_read_pages(struct dbc_follower *f, sqlite3 *db);

/* Sets numbers and commits.count from the pages that have changed since a
 * place; false if what was there is not known. */
extern bool dbcsl_backup_follow_compare_pages(struct dbc_follower *f,
											  const dbcsl_follow_place *from);

extern void dbcsl_backup_follow_read_page(struct dbc_follower *f, sqlite3 *db,
										  uint32_t number,
										  unsigned char *bytes);

/* Makes the hashes of a state those of now. */
extern void dbcsl_backup_follow_copy_hashes(struct dbc_follower *f,
											dbcsl_follow_state to);

/* ---- follow_snapshot.c: the thread ---- */

/* Calls a function with a text; *result is that of the call, or the error, from
 * sqlite3_malloc(). */
extern bool dbcsl_backup_follow_call(sqlite3 *db, const char *sql,
									 const char *argument, char **result);

extern void dbcsl_backup_follow_begin_snapshot(dbc_host *host,
											   dbc_follower *follower,
											   const char *create,
											   const char *cleanup);
extern dbc_follower_snapshot
dbcsl_backup_follow_snapshot(dbc_host *host, dbc_follower *follower,
							 const char **result);

/* Forgets one that has ended; waits for one that runs, after an interrupt. */
extern void dbcsl_backup_follow_end_snapshot(struct dbc_follower *f);
extern void dbcsl_backup_follow_forget_snapshot(dbc_host *host,
												dbc_follower *follower);

/* ---- follow_background.c: a thread of the application ---- */

extern void dbcsl_backup_follow_report(dbc_host *host, dbc_follower *follower,
									   const dbc_follower_report *report);
extern void dbcsl_backup_follow_begin_thread(dbc_host *host,
											 const char *options);
extern bool dbcsl_backup_follow_end_thread(dbc_host *host);
extern bool dbcsl_backup_follow_read_report(dbc_host *host,
											dbc_follower_report *report);

/* ---- calls of struct dbc_backup_host ---- */

extern void dbcsl_backup_follow(dbc_host *host, const char *file,
								void (*fn)(dbc_host *, dbc_follower *, void *),
								void *arg);
extern bool dbcsl_backup_follow_attempt(dbc_host *host, dbc_follower *follower,
										dbc_backup_files *files,
										void (*fn)(dbc_host *, void *),
										void *arg, const char **message);
extern void dbcsl_backup_follow_look(dbc_host *host, dbc_follower *follower);
extern dbc_follower_changes
dbcsl_backup_follow_changes(dbc_host *host, dbc_follower *follower,
							const unsigned char *place);
extern void dbcsl_backup_follow_page(dbc_host *host, dbc_follower *follower,
									 uint32_t i, unsigned char *bytes);
extern void dbcsl_backup_follow_get_place(dbc_follower *follower,
										  unsigned char *place);
extern bool dbcsl_backup_follow_shorten(dbc_host *host, dbc_follower *follower);
extern void dbcsl_backup_follow_keep(dbc_host *host, dbc_follower *follower);
extern bool dbcsl_backup_follow_pause(dbc_host *host, dbc_follower *follower,
									  int64_t ms);

#endif /* DBCSL_BACKUP_FOLLOW_H */
