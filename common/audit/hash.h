/*
 * hash.h
 *	  The keyed hash that is logged in place of a value.
 */
#ifndef DBC_AUDIT_HASH_H
#define DBC_AUDIT_HASH_H

#include <stddef.h>

/* Bytes of the JSON that replaces a value, with the NUL. */
#define DBC_AUDIT_HASH_SIZE 48

/* Writes {"hash": "..."}: 128 bits of HMAC-SHA-256 with a secret of 64 bytes,
 * over the hashes of the column and of the value as JSON, so that equal values
 * have equal hashes within a column only. */
extern void dbc_audit_hash(const char *secret, const char *column,
						   const char *value, size_t length,
						   char result[DBC_AUDIT_HASH_SIZE]);

#endif /* DBC_AUDIT_HASH_H */
