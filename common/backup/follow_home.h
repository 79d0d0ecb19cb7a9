/*
 * follow_home.h
 *	  Who follows a database, and how it goes, for others to read.
 *
 * Two hidden files in the directory of backups: one that the process that
 * follows the database has locked, and one with what it says.
 */
#ifndef DBC_BACKUP_FOLLOW_HOME_H
#define DBC_BACKUP_FOLLOW_HOME_H

#include "common/backup/host.h"

/* Bytes of a database's name in those of its files, which must not be too long
 * for a directory. */
#define DBC_FOLLOW_LONGEST_NAME 230

/* What it says; not the names of files. */
typedef struct dbc_follow_state
{
	int64_t started_ms;
	int64_t ended_ms;	 /* 0: it was not ended */
	const char *problem; /* why changes are not stored, or NULL */
} dbc_follow_state;

/* Locks a database in the open directory of backups, until the result is
 * closed; -1: another process follows it. */
extern int dbc_backup_follow_enter(dbc_host *host, dbc_backup_files *files,
								   int root, const char *database);

extern void dbc_backup_follow_tell(dbc_host *host, dbc_backup_files *files,
								   int root, const char *database,
								   const dbc_follow_state *state);

/* Reads it; false if the database was never followed. */
extern bool dbc_backup_follow_ask(dbc_host *host, dbc_backup_files *files,
								  int root, const char *database,
								  dbc_follow_state *state, bool *is_running);

#endif /* DBC_BACKUP_FOLLOW_HOME_H */
