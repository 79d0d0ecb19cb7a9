/*
 * pages.h
 *	  Backups of a database file by pages: packing, reading and putting
 * together.
 */
#ifndef DBC_BACKUP_PAGES_H
#define DBC_BACKUP_PAGES_H

#include "common/backup/catalog.h"
#include "common/vault/key.h"

/* How many incremental backups may follow a full one. */
#define DBC_BACKUP_CHAIN 24

/* Packing: the open database is read, and the hashes of its pages are written,
 * and unless the backup is plain the pages that are not in the parent: hashes
 * are those of its pages, or NULL.  What copy() has complete is packed
 * meanwhile. */
extern void dbc_backup_begin_packing(dbc_host *host, dbc_backup_work *work,
									 bool plain, const dbc_backup_key *key,
									 const unsigned char *hashes,
									 int64_t nhashes);

/* Packs the rest.  Sets digest and stored_pages. */
extern void dbc_backup_finish_packing(dbc_host *host, dbc_backup_work *work);

/* Reads the hashes of a backup; returns what is wrong with them, or NULL. */
extern const char *dbc_backup_read_hashes(dbc_host *host, dbc_backup_work *work,
										  const dbc_backup_key *key,
										  const unsigned char **hashes);

/* Reads all pages of a backup and compares them with their hashes.  Writes
 * those that number most or less to a file, unless it is -1. Returns what is
 * wrong, or NULL. */
extern const char *dbc_backup_read_pages(dbc_host *host, dbc_backup_work *work,
										 const dbc_backup_key *key, int file,
										 int64_t most);

#endif /* DBC_BACKUP_PAGES_H */
