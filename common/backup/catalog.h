/*
 * catalog.h
 *	  The backups of a directory.
 *
 * There is no other catalogue than the directory itself, so that backups are
 * found without the database, and on a standby.  What is hidden is not a
 * backup: one that is made has a hidden name until it is complete.
 */
#ifndef DBC_BACKUP_CATALOG_H
#define DBC_BACKUP_CATALOG_H

#include "common/backup/changes.h"

/* The room's part of the host interface. */
#define DBC_BACKUP(host) (DBC_ROOM(host, backup))

/* Fails because a file or directory cannot be used, by the rules of errno. */
extern _Noreturn void dbc_backup_refuse_path(dbc_host *host, const char *path,
											 int number);

/* The directory that a path with a slash is in. */
extern const char *dbc_backup_parent(dbc_host *host, const char *path);

/* A problem as a separate sentence, for details. */
extern const char *dbc_backup_sentence(dbc_host *host, const char *problem);

/* ---- names ---- */

extern bool dbc_backup_is_name(const char *name);

/* Fails if a name that the user gave is none. */
extern void dbc_backup_check_name(dbc_host *host, const char *name);

/* 2n random hexadecimal digits. */
extern const char *dbc_backup_random(dbc_host *host, int n);

/* The name of a new backup. */
extern const char *dbc_backup_make_name(dbc_host *host,
										const dbc_backup *backup);

/* What a backup is called while it is made ("tmp") or removed ("old"). */
extern const char *dbc_backup_hidden_name(dbc_host *host, const char *name,
										  const char *end);
extern bool dbc_backup_is_hidden_name(const char *name);

/* ---- what calls leave that are killed; leftover.c ---- */

/* Makes a hidden directory for a backup, which only the user of the process can
 * read, and which is removed if the call fails.  Returns it open, and its
 * name. */
extern int dbc_backup_make_hidden(dbc_host *host, dbc_backup_files *files,
								  int at, const char *name,
								  const char **hidden);

/* Runs fn(host, files, directory, path, arg) with a new directory within
 * another one, which only the user of the process can enter; it is open, and is
 * removed then, after what others have left there. */
extern void dbc_backup_with_private(dbc_host *host, const char *parent,
									void (*fn)(dbc_host *, dbc_backup_files *,
											   int, const char *, void *),
									void *arg);

/* What a file is called until it is restored. */
#define DBC_BACKUP_RESTORED "restore"

/* Removes what calls have left that do not run any more: hidden directories in
 * one of backups, or files beside a restored one; with dry_run only counts
 * them. Returns their number. */
extern int dbc_backup_remove_leftovers(dbc_host *host, dbc_backup_files *files,
									   int at, dbc_backup_entry_kind kind,
									   bool dry_run);

/* ---- small files ---- */

/* The text of a file; NULL if there is none, or it is larger than most, or not
 * text. */
extern const char *dbc_backup_read_text(dbc_host *host, dbc_backup_files *files,
										int directory, const char *name,
										int64_t most);

/* Opens the directory of backups; makes it if necessary, but no others. */
extern int dbc_backup_open_root(dbc_host *host, dbc_backup_files *files,
								const char *path);

/* Writes a file and puts it on disk. */
extern void dbc_backup_write_text(dbc_host *host, dbc_backup_files *files,
								  int directory, const char *name,
								  const char *text);

/* ---- files of a backup ---- */

/* Lists the files of a directory with their sizes, sorted by path, but neither
 * manifest nor result of a verification.  Returns what must not be there, or
 * NULL. */
extern const char *dbc_backup_walk(dbc_host *host, dbc_backup_files *files,
								   int directory, dbc_backup *found);

/* Sorts the files of a backup by path. */
extern void dbc_backup_sort_files(dbc_backup *backup);

/* ---- records ---- */

/* The result of the last verification. */
typedef struct dbc_backup_result
{
	int64_t level; /* -1: never verified */
	const char *at;
	bool known; /* false: it could not tell */
	bool ok;
	const char *detail; /* or NULL */
} dbc_backup_result;

#define DBC_BACKUP_OWN "dbcare" /* made by dbbackup_create() */

typedef struct dbc_backup_record
{
	const char *source; /* what manages it: dbcare, pgbackrest, ... */
	const char *name;
	dbc_backup backup; /* as far as it could be read */
	bool readable;	   /* the manifest is valid */
	bool is_foreign;   /* it is no backup */
	dbc_backup_result result;
	const char *problem; /* what is wrong, or NULL */
	dbc_changes_log log; /* what is stored with it of later changes */
} dbc_backup_record;

/* What is wrong with a backup or with the changes after it, or NULL. */
extern const char *dbc_backup_problem(const dbc_backup_record *record);

/* The bytes of a backup with its changes. */
extern int64_t dbc_backup_all_bytes(const dbc_backup_record *record);

typedef struct dbc_backup_catalog
{
	const char *path;
	int directory; /* open; -1: it does not exist */
	const dbc_backup_record *records;
	int nrecords; /* in the order of their times */
} dbc_backup_catalog;

/* Reads a directory of backups, and tests each at level 0. */
extern void dbc_backup_read_catalog(dbc_host *host, dbc_backup_files *files,
									const char *path,
									dbc_backup_catalog *catalog);

/* Keeps the backups from being removed until the call ends. */
extern void dbc_backup_keep_catalog(dbc_host *host, dbc_backup_files *files,
									const dbc_backup_catalog *catalog);

/* Reads one backup whose directory is open, and tests it at level 0 alone. */
extern void dbc_backup_read_record(dbc_host *host, dbc_backup_files *files,
								   int directory, dbc_backup_record *record);

/* The record of a name, or NULL. */
extern const dbc_backup_record *
dbc_backup_find(const dbc_backup_catalog *catalog, const char *name);

/* The same; fails if there is none, or its manifest cannot be read. */
extern const dbc_backup_record *
dbc_backup_need(dbc_host *host, const dbc_backup_catalog *catalog,
				const char *name);

/* Whether the newest backup of a database is encrypted. */
extern bool dbc_backup_are_encrypted(const dbc_backup_catalog *catalog,
									 const char *database);

/* The absolute paths of a backup and of those that it needs, from the full one
 * on; none without a name. */
extern const char *const *dbc_backup_chain(dbc_host *host,
										   const dbc_backup_catalog *catalog,
										   const char *name, int *count);

/* Stores the result of a verification, unless the disk is read-only. */
extern void dbc_backup_store_result(dbc_host *host, dbc_backup_files *files,
									int directory,
									const dbc_backup_result *result);

/* Removes a backup from an open directory.  Under its hidden name it is none:
 * what a crash leaves of it is not listed. */
extern void dbc_backup_remove(dbc_host *host, dbc_backup_files *files, int root,
							  const char *name);

#endif /* DBC_BACKUP_CATALOG_H */
