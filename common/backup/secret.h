/*
 * secret.h
 *	  What the user names to encrypt and decrypt backups.
 */
#ifndef DBC_BACKUP_SECRET_H
#define DBC_BACKUP_SECRET_H

#include "common/backup/catalog.h"
#include "common/vault/key.h"

/* Where a secret is: a key file, or the name of an environment variable. */
typedef struct dbc_backup_secret_place
{
	const char *key_file;
	const char *key_env;
} dbc_backup_secret_place;

/* Reads the option encrypt or decrypt, given as JSON; NULL: nothing. */
extern dbc_backup_secret_place
dbc_backup_read_place(dbc_host *host, const char *option, const char *json);

static inline bool
dbc_backup_has_place(const dbc_backup_secret_place *place)
{
	return place->key_file || place->key_env;
}

/* Fails if nothing is there, or no secret. */
extern void dbc_backup_check_place(dbc_host *host, dbc_backup_files *files,
								   const dbc_backup_secret_place *place);

/* Makes the key of a new backup, in memory of secrets, and its member
 * encryption. */
extern const dbc_backup_key *
dbc_backup_make_key(dbc_host *host, dbc_backup_files *files,
					const dbc_backup_secret_place *place, dbc_backup *backup);

/* Finds the key of a backup, which is in memory of secrets; *is_wrong: another
 * secret may do.  Returns what is wrong, or NULL. */
extern const char *dbc_backup_find_key(dbc_host *host, dbc_backup_files *files,
									   const dbc_backup_secret_place *place,
									   const dbc_backup *backup,
									   const dbc_backup_key **key,
									   bool *is_wrong);

#endif /* DBC_BACKUP_SECRET_H */
