/*
 * order.h
 *	  A backup that is wanted, wherever it goes.
 */
#ifndef DBC_BACKUP_ORDER_H
#define DBC_BACKUP_ORDER_H

#include "common/backup/verify.h"

/* What is wanted, and what came of it. */
typedef struct dbc_backup_order
{
	const char *name; /* NULL: one is made */
	const char *directory;
	const char *schema;
	const char *method;
	const char *incremental_from; /* a name, "latest", or NULL */
	int64_t jobs;
	int level; /* of its verification */
	bool compress;
	bool plain;					   /* compress is false, not left out */
	const char *to_command;		   /* [PG] takes it elsewhere; or NULL */
	bool is_before;				   /* of a call that will write; see before.h */
	dbc_backup_secret_place place; /* encrypts it */

	/* results */
	dbc_backup backup;
	const char *path;
	dbc_backup_result verified;
	bool pages_proven;	  /* that each page is what was written */
	const char *why_full; /* and not an incremental one, or NULL */
	const char *result;	  /* [PG] there is no backup, but this; or NULL */
} dbc_backup_order;

/* Fills what does not depend on the copy. */
extern const dbc_backup_key *dbc_backup_describe(dbc_host *host,
												 dbc_backup_order *order,
												 dbc_backup_work *work,
												 dbc_backup_files *files);

/* Seals the manifest of a backup whose files are listed; returns its text. */
extern const char *dbc_backup_seal(dbc_host *host, dbc_backup *backup,
								   const dbc_backup_key *key);

#endif /* DBC_BACKUP_ORDER_H */
