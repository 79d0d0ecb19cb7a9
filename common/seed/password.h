/*
 * password.h
 *	  Hashes of passwords: scrypt (RFC 7914) in the PHC string format,
 *	  $scrypt$ln=17,r=8,p=1$salt$hash, in base64 without padding.
 */
#ifndef DBC_SEED_PASSWORD_H
#define DBC_SEED_PASSWORD_H

#include "common/core/host.h"

/* The longest password in bytes. */
#define DBC_SEED_PASSWORD_MOST 1024

/* Cost parameters of scrypt: N = 2^ln. */
typedef struct dbc_seed_cost
{
	int ln;
	int r;
	int p;
} dbc_seed_cost;

/* A hash that was read. */
typedef struct dbc_seed_hash
{
	dbc_seed_cost cost;
	unsigned char salt[64];
	size_t nsalt;
	unsigned char key[64];
	size_t nkey;
} dbc_seed_hash;

/* Derives a key; false if there is not enough memory for that. */
extern bool dbc_seed_scrypt(const char *password, size_t length,
							const dbc_seed_hash *how, unsigned char *key);

/* Reads a hash, which is not trusted; false if it is none, or would take more
 * than 256 MiB of memory or eight times the time of a new one. */
extern bool dbc_seed_read_hash(const char *text, dbc_seed_hash *hash);

/* The text of a hash. */
extern const char *dbc_seed_hash_text(dbc_host *host,
									  const dbc_seed_hash *hash);

/* Fails for a password that cannot be hashed; what names it. */
extern void dbc_seed_check_password(dbc_host *host, const char *password,
									const char *what);

/* The hash of a password, with a random salt. */
extern const char *dbc_seed_hash_password(dbc_host *host, const char *password);

/* Whether a password is that of a hash; takes as long if not. */
extern bool dbc_seed_matches(dbc_host *host, const char *password,
							 const dbc_seed_hash *hash);

/* Overwrites a secret in memory. */
extern void dbc_seed_wipe(const char *secret);

#endif /* DBC_SEED_PASSWORD_H */
