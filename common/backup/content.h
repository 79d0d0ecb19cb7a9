/*
 * content.h
 *	  [PG] A backup in one stream: encrypted in a file of its directory, or
 *	  given to a program, which takes it elsewhere.
 *
 * What a program gets is the stream, the manifest, its length in 8 bytes, and a
 * mark: all that a restore needs.
 */
#ifndef DBC_BACKUP_CONTENT_H
#define DBC_BACKUP_CONTENT_H

#include "common/vault/key.h"
#include "common/backup/manifest.h"

/* What a binding puts into the backup, and gets of it. */
typedef struct dbc_backup_content dbc_backup_content;

/* Whether the manifest has such a stream. */
extern const dbc_backup_file *dbc_backup_find_content(const dbc_backup *backup);

/* ---- making ---- */

/* Begins the stream of a work; pipe: of the program that gets it, or NULL. */
extern void dbc_backup_begin_content(dbc_host *host, dbc_backup_work *work,
									 const dbc_backup_key *key, void *pipe);

/* Appends bytes. */
extern void dbc_backup_put_content(dbc_host *host, dbc_backup_work *work,
								   const void *bytes, size_t length);

/* Ends the stream, and lists it in the manifest. */
extern void dbc_backup_end_content(dbc_host *host, dbc_backup_work *work);

/* Gives the program the manifest. */
extern void dbc_backup_put_manifest(dbc_host *host, void *pipe,
									const char *text);

/* ---- reading ---- */

/* Reads what a program has into a scratch file of a directory, and its
 * manifest; returns what is wrong, or NULL. */
extern const char *dbc_backup_spool(dbc_host *host, dbc_backup_work *work,
									int at, void *pipe, const char **manifest);

/* The stream of a work whose key is known, from its start, for
 * dbc_backup_get_content(). */
extern void dbc_backup_open_content(dbc_host *host, dbc_backup_work *work,
									const dbc_backup_key *key);

/* Reads it from its start again. */
extern void dbc_backup_rewind_content(dbc_host *host, dbc_backup_work *work);

/* Reads up to length bytes; fewer at the end, or with *problem set. */
extern size_t dbc_backup_get_content(dbc_host *host, dbc_backup_work *work,
									 void *bytes, size_t length,
									 const char **problem);

#endif /* DBC_BACKUP_CONTENT_H */
