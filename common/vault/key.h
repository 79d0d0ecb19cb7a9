/*
 * key.h
 *	  The keys of encrypted backups.
 *
 * Each backup has a random data key.  The manifest has it wrapped, that is
 * encrypted with a key made from the user's secret, so that the secret can
 * change without the backup, and a commitment, so that a wrong secret is told
 * apart from damage.
 */
#ifndef DBC_VAULT_KEY_H
#define DBC_VAULT_KEY_H

#include "common/core/json.h"
#include "common/core/json_write.h"

#define DBC_KEY_BYTES	 32
#define DBC_KEY_ID_BYTES 16

/* Fewest bytes of a passphrase. */
#define DBC_PASSPHRASE_MIN 12

typedef struct dbc_backup_key
{
	unsigned char bytes[DBC_KEY_BYTES];
} dbc_backup_key;

/* What the user has: the contents of a key file, 32 bytes or 64 hexadecimal
 * digits with white space after them, or a passphrase. */
typedef struct dbc_backup_secret
{
	const void *bytes;
	size_t length;
	bool is_passphrase;
} dbc_backup_secret;

/* What is wrong with a secret, as the rest of a sentence about the file or
 * variable, or NULL. */
extern const char *dbc_vault_key_check(dbc_host *host,
									   const dbc_backup_secret *secret);

/* Makes the key of a backup, and the member "encryption" of its manifest.  The
 * secret must have been checked. */
extern void dbc_vault_key_create(dbc_host *host,
								 const dbc_backup_secret *secret,
								 const unsigned char id[DBC_KEY_ID_BYTES],
								 dbc_backup_key *key,
								 dbc_json_node **encryption);

/* Whether a secret of the other kind is needed: a passphrase for a member
 * "encryption" of a manifest, or a key file. */
extern bool dbc_vault_key_wants_passphrase(const dbc_json_item *encryption);

/* Finds the key of a backup.  encryption is not trusted.  Returns what is
 * wrong, as a sentence without a full stop, or NULL; *wrong_secret tells
 * whether another secret may do. */
extern const char *dbc_vault_key_open(dbc_host *host,
									  const dbc_json_item *encryption,
									  const dbc_backup_secret *secret,
									  const unsigned char id[DBC_KEY_ID_BYTES],
									  dbc_backup_key *key, bool *wrong_secret);

/* The HMAC-SHA-256 of text under a key made from that of the backup, as 64
 * hexadecimal digits: who has no key cannot change the text unnoticed. */
extern const char *dbc_vault_key_sign(dbc_host *host, const dbc_backup_key *key,
									  const char *text);

/* Overwrites a secret in memory. */
extern void dbc_vault_key_wipe(void *bytes, size_t length);

#endif /* DBC_VAULT_KEY_H */
