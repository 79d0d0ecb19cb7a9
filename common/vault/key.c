/*
 * key.c
 *	  The keys of encrypted backups; see key.h.
 *
 * secret -> key from it: HMAC-SHA-256 of a random salt for a key file, scrypt
 * (RFC 7914) for a passphrase, with N = 2^17, r = 8, p = 1, which OWASP's
 * Password Storage Cheat Sheet gives as the minimum.  From that key, by
 * HMAC-SHA-256 of a word each: the wrapping key and the commitment.  The data
 * key is wrapped by AES-256-GCM; the id of the backup is authenticated with it.
 */
#include "common/vault/key.h"
#include "common/core/names.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

#define SCRYPT_N (1 << 17)
#define SCRYPT_R 8
#define SCRYPT_P 1

/* Limits of what a manifest may ask for: 1 GiB of memory, 16 passes. */
#define SCRYPT_MAX_N	  (1 << 20)
#define SCRYPT_MAX_R	  16
#define SCRYPT_MAX_P	  16
#define SCRYPT_MAX_MEMORY ((uint64_t) 1 << 30)

#define SALT	16
#define NONCE	12
#define TAG		16
#define WRAPPED (NONCE + DBC_KEY_BYTES + TAG)

/* How a key is made from a secret. */
typedef struct derivation
{
	bool scrypt;
	int64_t n;
	int64_t r;
	int64_t p;
	unsigned char salt[SALT];
} derivation;

void
dbc_vault_key_wipe(void *bytes, size_t length)
{
	OPENSSL_cleanse(bytes, length);
}

/* ---- hexadecimal digits ---- */

static const char *
to_hex(dbc_host *host, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char *text = dbc_alloc(host, 2 * length + 1);

	for (size_t i = 0; i < length; i++)
	{
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * length] = '\0';
	return text;
}

static int
digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/* Reads exactly so many bytes. */
static bool
from_hex(const char *text, size_t ntext, unsigned char *bytes, size_t length)
{
	if (ntext != 2 * length)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char) (high << 4 | low);
	}
	return true;
}

/* ---- secrets ---- */

/* The key that a file has. */
static bool
read_key_file(const dbc_backup_secret *secret, unsigned char *key)
{
	const char *text = secret->bytes;
	size_t length = secret->length;

	if (length == DBC_KEY_BYTES)
	{
		memcpy(key, text, DBC_KEY_BYTES);
		return true;
	}
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		length--;
	return from_hex(text, length, key, DBC_KEY_BYTES);
}

const char *
dbc_vault_key_check(dbc_host *host, const dbc_backup_secret *secret)
{
	unsigned char key[DBC_KEY_BYTES];
	bool is_key;

	if (secret->is_passphrase)
		return secret->length >= DBC_PASSPHRASE_MIN
				   ? NULL
				   : dbc_format(host, "has fewer than %d bytes",
								DBC_PASSPHRASE_MIN);
	is_key = read_key_file(secret, key);
	dbc_vault_key_wipe(key, sizeof(key));
	return is_key ? NULL : "is neither 32 bytes nor 64 hexadecimal digits";
}

/* Makes a key from a secret. */
static bool
derive(const derivation *how, const dbc_backup_secret *secret,
	   unsigned char *key)
{
	unsigned char file_key[DBC_KEY_BYTES];
	bool done;

	if (how->scrypt)
		return EVP_PBE_scrypt(secret->bytes, secret->length, how->salt, SALT,
							  (uint64_t) how->n, (uint64_t) how->r,
							  (uint64_t) how->p, 2 * SCRYPT_MAX_MEMORY, key,
							  DBC_KEY_BYTES) == 1;
	done = read_key_file(secret, file_key) &&
		   HMAC(EVP_sha256(), file_key, DBC_KEY_BYTES, how->salt, SALT, key,
				NULL) != NULL;
	dbc_vault_key_wipe(file_key, sizeof(file_key));
	return done;
}

/* The key for one purpose. */
static void
derive_for(const unsigned char *key, const char *purpose, unsigned char *result)
{
	HMAC(EVP_sha256(), key, DBC_KEY_BYTES, (const unsigned char *) purpose,
		 strlen(purpose), result, NULL);
}

/* Encrypts or decrypts a data key: nonce, key, tag. */
static bool
wrap(bool encrypt, const unsigned char *wrapping, const unsigned char *id,
	 unsigned char *key, unsigned char wrapped[WRAPPED])
{
	unsigned char *inside = wrapped + NONCE;
	unsigned char *tag = inside + DBC_KEY_BYTES;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	bool done;
	int n;

	done = context &&
		   EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, wrapping,
							 wrapped, encrypt) == 1 &&
		   EVP_CipherUpdate(context, NULL, &n, id, DBC_KEY_ID_BYTES) == 1 &&
		   EVP_CipherUpdate(context, encrypt ? inside : key, &n,
							encrypt ? key : inside, DBC_KEY_BYTES) == 1 &&
		   (encrypt || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG,
										   tag) == 1) &&
		   EVP_CipherFinal_ex(context, tag, &n) == 1 &&
		   (!encrypt ||
			EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, tag) == 1);
	EVP_CIPHER_CTX_free(context);
	return done;
}

/* ---- creating ---- */

void
dbc_vault_key_create(dbc_host *host, const dbc_backup_secret *secret,
					 const unsigned char id[DBC_KEY_ID_BYTES],
					 dbc_backup_key *key, dbc_json_node **encryption)
{
	derivation how = {.scrypt = secret->is_passphrase,
					  .n = SCRYPT_N,
					  .r = SCRYPT_R,
					  .p = SCRYPT_P};
	unsigned char from_secret[DBC_KEY_BYTES];
	unsigned char wrapping[DBC_KEY_BYTES];
	unsigned char commitment[DBC_KEY_BYTES];
	unsigned char wrapped[WRAPPED];
	bool done;

	done = RAND_bytes(how.salt, SALT) == 1 && RAND_bytes(wrapped, NONCE) == 1 &&
		   RAND_priv_bytes(key->bytes, DBC_KEY_BYTES) == 1 &&
		   derive(&how, secret, from_secret);
	if (done)
	{
		derive_for(from_secret, "wrap", wrapping);
		derive_for(from_secret, "commit", commitment);
		done = wrap(true, wrapping, id, key->bytes, wrapped);
	}
	dbc_vault_key_wipe(from_secret, sizeof(from_secret));
	dbc_vault_key_wipe(wrapping, sizeof(wrapping));
	if (!done)
	{
		dbc_vault_key_wipe(key, sizeof(*key));
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "the key of the backup could not be made");
	}
	*encryption = dbc_json_object(host);
	DBC_PUT_TEXT(*encryption, cipher, "aes-256-gcm");
	DBC_PUT_TEXT(*encryption, kdf, how.scrypt ? "scrypt" : "key_file");
	DBC_PUT_TEXT(*encryption, salt, to_hex(host, how.salt, SALT));
	if (how.scrypt)
	{
		DBC_PUT_INT(*encryption, n, how.n);
		DBC_PUT_INT(*encryption, r, how.r);
		DBC_PUT_INT(*encryption, p, how.p);
	}
	DBC_PUT_TEXT(*encryption, commitment,
				 to_hex(host, commitment, sizeof(commitment)));
	DBC_PUT_TEXT(*encryption, wrapped_key,
				 to_hex(host, wrapped, sizeof(wrapped)));
}

/* ---- opening ---- */

/* Reads a member of hexadecimal digits. */
static bool
read_hex(const dbc_json_item *object, const char *key, unsigned char *bytes,
		 size_t length)
{
	const dbc_json_item *item = dbc_json_member(object, key);

	return item && item->kind == DBC_I_STRING &&
		   from_hex(item->text, item->length, bytes, length);
}

/* Reads a member that is an integer from 1 to most. */
static bool
read_parameter(dbc_host *host, const dbc_json_item *object, const char *key,
			   int64_t most, int64_t *value)
{
	double real;

	if (!dbc_json_real(host, dbc_json_member(object, key), &real) ||
		!(real >= 1 && real <= (double) most))
		return false;
	*value = (int64_t) real;
	return (double) *value == real;
}

static bool
string_member_is(const dbc_json_item *object, const char *key, const char *text)
{
	const dbc_json_item *item = dbc_json_member(object, key);

	return item && item->kind == DBC_I_STRING && dbc_json_string_is(item, text);
}

bool
dbc_vault_key_wants_passphrase(const dbc_json_item *encryption)
{
	return encryption->kind == DBC_I_OBJECT &&
		   string_member_is(encryption, "kdf", "scrypt");
}

static bool
read_derivation(dbc_host *host, const dbc_json_item *encryption,
				derivation *how)
{
	*how = (derivation){.scrypt = dbc_vault_key_wants_passphrase(encryption)};
	if (!read_hex(encryption, "salt", how->salt, SALT))
		return false;
	if (!how->scrypt)
		return string_member_is(encryption, "kdf", "key_file");
	return read_parameter(host, encryption, "n", SCRYPT_MAX_N, &how->n) &&
		   (how->n & (how->n - 1)) == 0 && how->n > 1 &&
		   read_parameter(host, encryption, "r", SCRYPT_MAX_R, &how->r) &&
		   read_parameter(host, encryption, "p", SCRYPT_MAX_P, &how->p) &&
		   (uint64_t) how->n * (uint64_t) how->r * 128 <= SCRYPT_MAX_MEMORY;
}

const char *
dbc_vault_key_open(dbc_host *host, const dbc_json_item *encryption,
				   const dbc_backup_secret *secret,
				   const unsigned char id[DBC_KEY_ID_BYTES],
				   dbc_backup_key *key, bool *wrong_secret)
{
	derivation how;
	unsigned char wrapped[WRAPPED];
	unsigned char commitment[DBC_KEY_BYTES];
	unsigned char from_secret[DBC_KEY_BYTES];
	unsigned char wrapping[DBC_KEY_BYTES];
	unsigned char found[DBC_KEY_BYTES];
	const char *problem = NULL;

	*wrong_secret = false;
	if (encryption->kind != DBC_I_OBJECT ||
		!string_member_is(encryption, "cipher", "aes-256-gcm") ||
		!read_derivation(host, encryption, &how) ||
		!read_hex(encryption, "wrapped_key", wrapped, sizeof(wrapped)) ||
		!read_hex(encryption, "commitment", commitment, sizeof(commitment)))
		return "the manifest does not tell how the key is wrapped";
	if (how.scrypt != secret->is_passphrase)
	{
		*wrong_secret = true;
		return how.scrypt ? "the backup needs a passphrase, not a key file"
						  : "the backup needs a key file, not a passphrase";
	}
	if (!derive(&how, secret, from_secret))
		return "the key could not be made from the secret";
	derive_for(from_secret, "commit", found);
	derive_for(from_secret, "wrap", wrapping);
	if (CRYPTO_memcmp(found, commitment, sizeof(found)) != 0)
	{
		*wrong_secret = true;
		problem = how.scrypt ? "the passphrase is not that of the backup"
							 : "the key is not that of the backup";
	}
	else if (!wrap(false, wrapping, id, key->bytes, wrapped))
	{
		dbc_vault_key_wipe(key, sizeof(*key));
		problem = "the wrapped key in the manifest is damaged";
	}
	dbc_vault_key_wipe(from_secret, sizeof(from_secret));
	dbc_vault_key_wipe(wrapping, sizeof(wrapping));
	return problem;
}

const char *
dbc_vault_key_sign(dbc_host *host, const dbc_backup_key *key, const char *text)
{
	unsigned char signing[DBC_KEY_BYTES];
	unsigned char signature[DBC_KEY_BYTES];

	derive_for(key->bytes, "sign", signing);
	HMAC(EVP_sha256(), signing, DBC_KEY_BYTES, (const unsigned char *) text,
		 strlen(text), signature, NULL);
	dbc_vault_key_wipe(signing, sizeof(signing));
	return to_hex(host, signature, sizeof(signature));
}
