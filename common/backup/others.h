/*
 * others.h
 *	  [PG] Backups of this server that other tools manage: they are seen, not
 *	  replaced.
 *
 * pgBackRest, Barman and WAL-G have catalogues, which they print as JSON.  What
 * they print is checked like everything that comes from outside.
 */
#ifndef DBC_BACKUP_OTHERS_H
#define DBC_BACKUP_OTHERS_H

#include "common/backup/catalog.h"

/* The backups that installed tools list, or have listed in the last most_age_s
 * seconds, tool by tool; a tool that fails is a record without a name, with its
 * problem.  None on SQLite, and for callers who may not run programs on the
 * server. */
extern const dbc_backup_record *
dbc_backup_read_others(dbc_host *host, int most_age_s, int *count);

/* Whether a name is that of a backup of another tool. */
extern bool dbc_backup_is_other(const dbc_host *host, const char *name);

/* The backup of that name, which its tool can restore; fails in words if there
 * is none. */
extern const dbc_backup_record *dbc_backup_need_other(dbc_host *host,
													  const char *name);

/* Reads what a tool has printed; returns why it cannot be, or NULL.  For the
 * tests. */
extern const char *dbc_backup_parse_other(dbc_host *host, const char *tool,
										  const char *text,
										  const dbc_backup_record **records,
										  int *count);

/* The newest backup of this database, of any source. */
typedef struct dbc_backup_newest
{
	dbc_backup_record record;
	int64_t started_ms; /* since 1970 */
	bool has_good;		/* one is without a problem and did not fail its
						   verification: this is the newest of them, else the
						   newest of all */
	int count;			/* of all backups of this database */
} dbc_backup_newest;

/* Finds it in a directory (NULL: the setting's) and in what other tools list;
 * false if there is none.  Opens and closes the files that it reads. */
extern bool dbc_backup_find_newest(dbc_host *host, const char *directory,
								   dbc_backup_newest *newest);

#endif /* DBC_BACKUP_OTHERS_H */
