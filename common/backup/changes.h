/*
 * changes.h
 *	  The changes after a full backup, of a database that is followed.
 *
 * They are files in a directory within that of the backup, one for each moment
 * at which changes were found: pages as they were then, and when that was. Each
 * has the hash of the one before, so that none can be missing or be another one
 * unnoticed.  A small file tells until when the database was watched; it is
 * replaced all the time, and neither it nor the others are in the manifest.
 */
#ifndef DBC_BACKUP_CHANGES_H
#define DBC_BACKUP_CHANGES_H

#include "common/backup/manifest.h"

#define DBC_CHANGES_DIRECTORY "changes"
#define DBC_CHANGES_STATE	  "state.json"

/* Digits of a file's SHA-256 that its name has. */
#define DBC_CHANGES_DIGITS 16

/* Moments that are closer, in milliseconds, are not told apart: on a busy
 * machine a look is late. */
#define DBC_CHANGES_GRAIN 2000

/* Changes that were found at one moment, as the name of their file tells. */
typedef struct dbc_change_file
{
	const char *name;
	int64_t number;	  /* from 1 */
	int64_t since_ms; /* the state before them was last seen */
	int64_t at_ms;
	int64_t bytes;
	char digits[DBC_CHANGES_DIGITS + 1];
} dbc_change_file;

/* All changes after a backup. */
typedef struct dbc_changes_log
{
	bool is_there; /* the database was followed from this backup on */
	const dbc_change_file *list;
	int count;		  /* up to the first that is missing */
	int64_t bytes;	  /* of all files */
	int64_t until_ms; /* last moment that can be restored; 0: there is none */
	const char *problem;
} dbc_changes_log;

/* Lists the changes in the open directory of a backup.  Without the key of an
 * encrypted one (NULL) its state is not authenticated. */
extern void dbc_backup_changes_list(dbc_host *host, dbc_backup_files *files,
									int directory, const dbc_backup *backup,
									dbc_changes_log *log);

/* The name of a file of changes; sha256 are hexadecimal digits. */
extern const char *dbc_backup_changes_name(dbc_host *host, int64_t number,
										   int64_t since_ms, int64_t at_ms,
										   const char *sha256);

/* The last moment at which the database was seen. */
typedef struct dbc_changes_state
{
	int64_t seen_ms;
	int64_t number; /* of the last changes */
} dbc_changes_state;

struct dbc_backup_key;

/* Replaces the state in the directory of the changes. */
extern void dbc_backup_changes_store_state(dbc_host *host,
										   dbc_backup_files *files,
										   int directory,
										   const dbc_changes_state *state,
										   const struct dbc_backup_key *key);

/* Whether the state there has the seal of a key. */
extern bool dbc_backup_changes_is_sealed(dbc_host *host,
										 dbc_backup_files *files, int directory,
										 const struct dbc_backup_key *key);

#endif /* DBC_BACKUP_CHANGES_H */
