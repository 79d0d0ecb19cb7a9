/*
 * hash.c
 *	  The keyed hash that is logged in place of a value.
 */
#include "common/audit/hash.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the key of HMAC-SHA-256: the block size of SHA-256. */
#define BLOCK 64

/* Hashes the secret, combined with a byte as HMAC requires, and a message of
 * at most a block. */
static void
hash_keyed(const char *secret, unsigned char pad, const unsigned char *message,
		   size_t length, unsigned char digest[SHA256_DIGEST_LENGTH])
{
	unsigned char text[2 * BLOCK];
	size_t nsecret = strlen(secret);

	for (size_t i = 0; i < BLOCK; i++)
		text[i] = (unsigned char) (i < nsecret ? secret[i] : 0) ^ pad;
	memcpy(text + BLOCK, message, length);
	SHA256(text, BLOCK + length, digest);
}

void
dbc_audit_hash(const char *secret, const char *column, const char *value,
			   size_t length, char result[DBC_AUDIT_HASH_SIZE])
{
	unsigned char message[2 * SHA256_DIGEST_LENGTH];
	unsigned char digest[SHA256_DIGEST_LENGTH];
	char *end = result;

	SHA256((const unsigned char *) column, strlen(column), message);
	SHA256((const unsigned char *) value, length,
		   message + SHA256_DIGEST_LENGTH);
	hash_keyed(secret, 0x36, message, sizeof(message), digest);
	hash_keyed(secret, 0x5c, digest, sizeof(digest), digest);
	end += snprintf(end, 11, "{\"hash\": \"");
	for (int i = 0; i < 16; i++)
		end += snprintf(end, 3, "%02x", digest[i]);
	memcpy(end, "\"}", 3);
}
