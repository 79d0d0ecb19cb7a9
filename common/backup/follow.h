/*
 * follow.h
 *	  The backup that changes of a database are stored with, while they come.
 *
 * Nothing of it is in memory that a step of the loop has taken, which is freed:
 * neither are names of open files, so each step opens what it writes to.
 */
#ifndef DBC_BACKUP_FOLLOW_H
#define DBC_BACKUP_FOLLOW_H

#include "common/backup/secret.h"
#include "common/backup/segment.h"

typedef struct dbc_follow_chain
{
	bool is_open;
	const char *path; /* of the directory of backups */
	char name[128];
	const dbc_backup_key *key; /* NULL: it is not encrypted */
	dbc_stream_kind kind;
	int lock; /* the directory of its changes, locked */
	int64_t started_ms;
	int64_t database_bytes;
	int64_t number;	 /* of the last changes; 0: there are none yet */
	int64_t seen_ms; /* the state of the last changes was seen then */
	int64_t bytes;	 /* of all changes */
	unsigned char previous[DBC_BACKUP_HASH]; /* SHA-256 of the last changes */
	unsigned char place[DBC_FOLLOWER_PLACE];
} dbc_follow_chain;

/* Opens a backup in a directory, whose path must stay; with create it gets a
 * directory for changes.  Returns what is
 * wrong with it, or NULL. */
extern const char *dbc_backup_follow_open(dbc_host *host,
										  dbc_backup_files *files,
										  const char *path, const char *name,
										  const dbc_backup_secret_place *place,
										  bool create, dbc_follow_chain *chain);

/* Opens the newest backup of a database that has changes, if there is one, and
 * reads where they end.  Returns why it cannot be continued, or NULL; fails if
 * another process does that. */
extern const char *
dbc_backup_follow_resume(dbc_host *host, dbc_backup_files *files,
						 const char *path, const char *database,
						 const dbc_backup_secret_place *place,
						 dbc_follow_chain *chain);

/* Whether it was not removed. */
extern bool dbc_backup_follow_is_there(dbc_host *host, dbc_backup_files *files,
									   const dbc_follow_chain *chain);

/* Stores changes: all but the hash of those before is set. */
extern void dbc_backup_follow_append(dbc_host *host, dbc_backup_files *files,
									 dbc_follow_chain *chain,
									 dbc_segment *segment,
									 const dbc_segment_source *source);

/* Stores until when the database was seen. */
extern void dbc_backup_follow_store_state(dbc_host *host,
										  dbc_backup_files *files,
										  const dbc_follow_chain *chain);

extern void dbc_backup_follow_close(dbc_host *host, dbc_backup_files *files,
									dbc_follow_chain *chain);

#endif /* DBC_BACKUP_FOLLOW_H */
