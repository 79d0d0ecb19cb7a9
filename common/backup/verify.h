/*
 * verify.h
 *	  Testing backups: is each byte what it was, and is it a database?
 */
#ifndef DBC_BACKUP_VERIFY_H
#define DBC_BACKUP_VERIFY_H

#include "common/backup/secret.h"
#include "common/core/json_write.h"

/* 0: manifest and sizes; 1: every byte; 2: every page, by the engine's tool on
 * PostgreSQL; 3: restored to a scratch place. */
#define DBC_BACKUP_BEST_LEVEL 3

/* The SHA-256 of a file, in hexadecimal digits. */
extern const char *dbc_backup_hash_file(dbc_host *host, dbc_backup_files *files,
										int file);

/* The SHA-256 over those of all pages of a database file. */
extern const char *dbc_backup_hash_pages(dbc_host *host,
										 dbc_backup_files *files, int file,
										 int64_t page_size, int64_t pages);

/* The digest of a backup that is not made of pages: over paths and hashes. */
extern const char *dbc_backup_hash_list(dbc_host *host,
										const dbc_backup *backup);

/* Tests the open directory of a backup, whose manifest and sizes were tested
 * before, up to level 2, or 3 if it is not made of pages. */
extern dbc_backup_proof dbc_backup_test(dbc_host *host, dbc_backup_work *work,
										int level,
										const dbc_backup_secret_place *place);

/* [PG] Opens the stream of a backup that is one, to be restored. */
extern dbc_backup_proof
dbc_backup_open_stream(dbc_host *host, dbc_backup_work *work,
					   const dbc_backup_secret_place *place);

/* Puts the database of a backup together in a scratch file on the file system
 * of an open directory, and tests it against the digest: it is the database of
 * the work, whose files are set. */
extern dbc_backup_proof
dbc_backup_put_together(dbc_host *host, dbc_backup_work *scratch, int at,
						const dbc_backup_catalog *catalog,
						const dbc_backup_record *record,
						const dbc_backup_secret_place *place);

/* The result of a verification. */
extern dbc_backup_result dbc_backup_judge(dbc_host *host, int64_t level,
										  const dbc_backup_proof *proof);

/* The same as JSON: level, ok (null: it cannot tell) and detail. */
extern dbc_json_node *dbc_backup_result_node(dbc_host *host,
											 const dbc_backup_result *result);

#endif /* DBC_BACKUP_VERIFY_H */
