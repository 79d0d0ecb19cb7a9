/*
 * password.c
 *	  Hashes of passwords; see password.h.
 *
 * N = 2^17, r = 8, p = 1 is what OWASP's Password Storage Cheat Sheet gives as
 * the minimum: 128 MiB, about a third of a second.
 */
#include "common/seed/password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "common/core/functions.h"
#include "common/core/text.h"
#include "common/seed/host.h"

#define NEW_LN	 17
#define NEW_R	 8
#define NEW_P	 1
#define NEW_SALT 16
#define NEW_KEY	 32

/* Limits of a hash that is verified. */
#define MOST_LN		20
#define MOST_R		32
#define MOST_P		16
#define MOST_MEMORY ((uint64_t) 256 << 20)
#define MOST_WORK	((uint64_t) 8 << (NEW_LN + 3)) /* N * r * p */
#define FEWEST_SALT 8
#define FEWEST_KEY	16

static const char prefix[] = "$scrypt$";

void
dbc_seed_wipe(const char *secret)
{
	OPENSSL_cleanse((void *) secret, strlen(secret));
}

/* ---- base64 without padding ---- */

static const char letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
append_base64(dbc_buffer *buffer, const unsigned char *bytes, size_t length)
{
	unsigned bits = 0;
	int nbits = 0;

	for (size_t i = 0; i < length; i++)
	{
		bits = (bits << 8 | bytes[i]) & 0xffff;
		for (nbits += 8; nbits >= 6; nbits -= 6)
			dbc_append_bytes(buffer, &letters[bits >> (nbits - 6) & 63], 1);
	}
	if (nbits > 0)
		dbc_append_bytes(buffer, &letters[bits << (6 - nbits) & 63], 1);
}

/* Reads base64 up to a character that is none; false if it has too many bytes,
 * or bits that stand for none. */
static bool
read_base64(const char **text, unsigned char *bytes, size_t most,
			size_t *length)
{
	unsigned bits = 0;
	int nbits = 0;
	const char *letter;

	*length = 0;
	for (; **text && (letter = strchr(letters, **text)) != NULL; (*text)++)
	{
		bits = (bits << 6 | (unsigned) (letter - letters)) & 0xffff;
		nbits += 6;
		if (nbits < 8)
			continue;
		if (*length == most)
			return false;
		nbits -= 8;
		bytes[(*length)++] = (unsigned char) (bits >> nbits);
	}
	return nbits < 6 && (bits & ((1u << nbits) - 1)) == 0;
}

/* ---- the format ---- */

/* Reads a name such as "ln=" and a number from 1 to most. */
static bool
read_parameter(const char **text, const char *name, int most, int *value)
{
	if (!dbc_starts_with(*text, name))
		return false;
	*text += strlen(name);
	if (**text == '0')
		return false;
	for (*value = 0; **text >= '0' && **text <= '9'; (*text)++)
	{
		*value = *value * 10 + (**text - '0');
		if (*value > most)
			return false;
	}
	return *value > 0;
}

bool
dbc_seed_read_hash(const char *text, dbc_seed_hash *hash)
{
	const dbc_seed_cost *cost = &hash->cost;
	uint64_t blocks;

	if (!dbc_starts_with(text, prefix))
		return false;
	text += strlen(prefix);
	if (!read_parameter(&text, "ln=", MOST_LN, &hash->cost.ln) ||
		!read_parameter(&text, ",r=", MOST_R, &hash->cost.r) ||
		!read_parameter(&text, ",p=", MOST_P, &hash->cost.p) ||
		*text++ != '$' ||
		!read_base64(&text, hash->salt, sizeof(hash->salt), &hash->nsalt) ||
		*text++ != '$' ||
		!read_base64(&text, hash->key, sizeof(hash->key), &hash->nkey) ||
		*text != '\0')
		return false;
	blocks = ((uint64_t) 1 << cost->ln) * (uint64_t) cost->r;
	/* RFC 7914: N is less than 2^(16 r) */
	return hash->nsalt >= FEWEST_SALT && hash->nkey >= FEWEST_KEY &&
		   blocks * 128 <= MOST_MEMORY &&
		   blocks * (uint64_t) cost->p <= MOST_WORK && cost->ln < 16 * cost->r;
}

const char *
dbc_seed_hash_text(dbc_host *host, const dbc_seed_hash *hash)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	dbc_append_format(&buffer, "%sln=%d,r=%d,p=%d$", prefix, hash->cost.ln,
					  hash->cost.r, hash->cost.p);
	append_base64(&buffer, hash->salt, hash->nsalt);
	dbc_append(&buffer, "$");
	append_base64(&buffer, hash->key, hash->nkey);
	return buffer.data;
}

/* ---- hashing ---- */

bool
dbc_seed_scrypt(const char *password, size_t length, const dbc_seed_hash *how,
				unsigned char *key)
{
	uint64_t n = (uint64_t) 1 << how->cost.ln;
	uint64_t r = (uint64_t) how->cost.r;
	uint64_t p = (uint64_t) how->cost.p;

	return EVP_PBE_scrypt(password, length, how->salt, how->nsalt, n, r, p,
						  128 * r * (n + p + 2) + 4096, key, how->nkey) == 1;
}

/* Fails since libcrypto has; the password has been wiped. */
static _Noreturn void
fail_memory(dbc_host *host, const dbc_seed_hash *how)
{
	dbc_fail(host, "53200", NULL, NULL,
			 "a password hash needs %d MiB of memory, which could not be "
			 "allocated",
			 (int) (((uint64_t) how->cost.r << how->cost.ln) >> 13) + 1);
}

void
dbc_seed_check_password(dbc_host *host, const char *password, const char *what)
{
	size_t length = strlen(password);

	if (length > 0 && length <= DBC_SEED_PASSWORD_MOST)
		return;
	dbc_seed_wipe(password);
	if (length == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL, "%s is empty", what);
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
			 "%s has %zu bytes, more than %d", what, length,
			 DBC_SEED_PASSWORD_MOST);
}

const char *
dbc_seed_hash_password(dbc_host *host, const char *password)
{
	dbc_seed_hash hash = {
		.cost = {NEW_LN, NEW_R, NEW_P}, .nsalt = NEW_SALT, .nkey = NEW_KEY};

	if (RAND_bytes(hash.salt, NEW_SALT) != 1)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "could not generate random bytes");
	if (!dbc_seed_scrypt(password, strlen(password), &hash, hash.key))
	{
		dbc_seed_wipe(password);
		fail_memory(host, &hash);
	}
	return dbc_seed_hash_text(host, &hash);
}

bool
dbc_seed_matches(dbc_host *host, const char *password,
				 const dbc_seed_hash *hash)
{
	unsigned char key[sizeof(hash->key)];
	bool same;

	if (!dbc_seed_scrypt(password, strlen(password), hash, key))
	{
		dbc_seed_wipe(password);
		fail_memory(host, hash);
	}
	same = CRYPTO_memcmp(key, hash->key, hash->nkey) == 0;
	OPENSSL_cleanse(key, sizeof(key));
	return same;
}

/* ---- SQL functions ---- */

/* dbseed_password_hash(password) */
DBC_RUN(dbseed_password_hash)
{
	const char *password = args->password.text;
	const char *hash;

	dbc_seed_check_password(host, password, "the password");
	hash = dbc_seed_hash_password(host, password);
	dbc_seed_wipe(password);
	dbc_emit(host, dbc_text(hash));
}

typedef struct attempt
{
	const char *password;
	const dbc_seed_hash *hash;
	bool matches;
} attempt;

/* Waits after a wrong password. */
static void
verify(dbc_host *host, void *arg)
{
	attempt *a = arg;

	a->matches = dbc_seed_matches(host, a->password, a->hash);
	dbc_seed_wipe(a->password);
	if (!a->matches)
		DBC_CALL(host, seed, pause)(host, DBC_SEED_WAIT_MS);
}

/* A number for each hash, rarely that of another. */
static uint32_t
key_of(dbc_host *host, const char *hash)
{
	const char *digits = dbc_sha256(host, hash);
	uint32_t key = 0;

	for (int i = 0; i < 8; i++)
		key = key << 4 | (uint32_t) (digits[i] <= '9' ? digits[i] - '0'
													  : digits[i] - 'a' + 10);
	return key;
}

/* dbseed_password_verify(password, hash) */
DBC_RUN(dbseed_password_verify)
{
	/* for a user that does not exist: takes as long as for one who does */
	dbc_seed_hash hash = {
		.cost = {NEW_LN, NEW_R, NEW_P}, .nsalt = NEW_SALT, .nkey = NEW_KEY};
	attempt a = {args->password.text, &hash, false};

	/* no hash has such a password, and it takes longer */
	if (strlen(a.password) > DBC_SEED_PASSWORD_MOST)
		dbc_seed_check_password(host, a.password, "the password");
	if (args->hash.text && !dbc_seed_read_hash(args->hash.text, &hash))
	{
		dbc_seed_wipe(a.password);
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "It has the form $scrypt$ln=17,r=8,p=1$salt$hash, takes at "
				 "most 256 MiB of memory and eight times the time of a hash of "
				 "dbseed_password_hash().",
				 NULL, "the hash is not a hash of scrypt that can be verified");
	}
	if (args->hash.text)
		DBC_CALL(host, seed, one_at_a_time)
	(host, key_of(host, args->hash.text), verify, &a);
	else verify(host, &a);
	dbc_emit(host, dbc_bool(args->hash.text && a.matches));
}
