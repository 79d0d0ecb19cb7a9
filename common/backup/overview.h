/*
 * overview.h
 *	  How a database stands with its backups, for health.
 */
#ifndef DBC_BACKUP_OVERVIEW_H
#define DBC_BACKUP_OVERVIEW_H

#include "common/backup/others.h"

typedef struct dbc_backup_overview
{
	bool configured;	/* backups are made, or meant to be */
	bool on_data_disk;	/* the directory is on the file system of the data */
	const char *path;	/* of the directory; NULL: there is none */
	const char *object; /* name of the database */
	/* of any source; count 0: there is none */
	dbc_backup_newest newest;
	/* those of the directory that are damaged */
	const dbc_backup_record *damaged;
	int ndamaged;
	const char *problem; /* why the backups are not known, or NULL */
	/* of the daily backup, as far as the caller may know */
	bool scheduled;
	const char *last_error;
	/* [SQLite] why changes are not stored, as the rest of a sentence, or NULL
	 */
	const char *follow_problem;
	int64_t followed_ms; /* until when a process that runs has; 0: none */
	/* [PG] why no schedule runs on this server, or NULL */
	const char *why_resting;
} dbc_backup_overview;

/* Reads it. */
extern void dbc_backup_read_overview(dbc_host *host,
									 dbc_backup_overview *overview);

/* What is wrong with a backup, or NULL. */
extern const char *dbc_backup_describe_damage(const dbc_backup_record *record);

#endif /* DBC_BACKUP_OVERVIEW_H */
