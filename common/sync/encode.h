/*
 * encode.h
 *	  The canonical form of rows, the same for both engines; doc/sync.md
 *	  describes it.
 */
#ifndef DBC_SYNC_ENCODE_H
#define DBC_SYNC_ENCODE_H

#include <openssl/sha.h>

#include "common/sync/host.h"
#include "common/sync/table.h"

/* A value is a tag, the length of its bytes as a number of 7 bits per byte, the
 * last of them below 128, and its bytes; a null is its tag. */
#define DBC_SYNC_TAG_NULL	'N'
#define DBC_SYNC_TAG_NUMBER 'D'
#define DBC_SYNC_TAG_TEXT	'T'
#define DBC_SYNC_TAG_BLOB	'B'

/* Bytes of a row that are hashed, or written, at once. */
#define DBC_SYNC_ROW ((size_t) 1 << 16)

#define DBC_SYNC_HASH 32

/* Most bytes and columns of a key that are kept. */
#define DBC_SYNC_KEPT		 512
#define DBC_SYNC_KEY_COLUMNS 32

/* The canonical values of a key, in the order of its columns; what is longer is
 * cut off. */
typedef struct dbc_sync_key
{
	size_t length;
	bool is_cut;
	unsigned char bytes[DBC_SYNC_KEPT];
} dbc_sync_key;

typedef struct dbc_sync_encoder
{
	dbc_host *host;
	/* takes bytes of rows, besides the hash; or NULL */
	void (*write)(dbc_host *host, void *arg, const void *bytes, size_t length);
	void *arg;
	unsigned char *bytes; /* of the row, that are not hashed yet */
	size_t length;
	bool is_long;	/* sum has bytes of the row */
	int place;		/* of the column in the key, from 1; or 0 */
	uint64_t key;	/* a hash of the columns of the key ... */
	uint64_t check; /* ... and another one */
	/* the beginning of their canonical form, in the order of columns, and where
	 * each of them is */
	dbc_sync_key kept;
	uint16_t starts[DBC_SYNC_KEY_COLUMNS];
	uint16_t ends[DBC_SYNC_KEY_COLUMNS];
	SHA256_CTX sum;
	unsigned char hash[DBC_SYNC_HASH]; /* of the row */
} dbc_sync_encoder;

/* Whether a text has the form of a UUID. */
extern bool dbc_sync_is_uuid(const char *text, size_t length);

extern void dbc_sync_init_encoder(dbc_sync_encoder *encoder, dbc_host *host);

/* Hashes a row of a table; values are in the order of its query. */
extern void dbc_sync_encode(dbc_sync_encoder *encoder,
							const dbc_sync_table *table,
							const dbc_sync_value *values);

/* The same of a row that is put together here. */
extern void dbc_sync_begin_row(dbc_sync_encoder *encoder);
extern void dbc_sync_begin_column(dbc_sync_encoder *encoder,
								  const dbc_sync_column *column);
extern void dbc_sync_end_row(dbc_sync_encoder *encoder);

/* The key of the row that was encoded, with so many columns. */
extern void dbc_sync_take_key(const dbc_sync_encoder *encoder, int nkeys,
							  dbc_sync_key *key);

/* Appends bytes to the row. */
extern void dbc_sync_put(dbc_sync_encoder *encoder, const void *bytes,
						 size_t length);

/* Appends the canonical form of a value. */
extern void dbc_sync_put_value(dbc_sync_encoder *encoder, dbc_sync_class class,
							   const dbc_sync_value *value);
/* Appends what is before the bytes of a value. */
extern void dbc_sync_put_head(dbc_sync_encoder *encoder, char tag,
							  uint64_t length);
extern void dbc_sync_put_tagged(dbc_sync_encoder *encoder, char tag,
								const char *bytes, size_t length);

/* ---- number.c ---- */

/* Enough for any real number as a decimal. */
#define DBC_SYNC_NUMBER 400

/* A number without exponent and trailing zeros; returns its length. */
extern size_t dbc_sync_integer_text(char *to, int64_t integer);
extern size_t dbc_sync_real_text(char *to, double real, bool is_single);

/* The part of a decimal that is canonical: without trailing zeros. */
extern size_t dbc_sync_decimal_length(const char *digits, size_t length);

/* ---- time.c ---- */

#define DBC_SYNC_TIME 64

/* Times as canonical text; return its length. */
extern size_t dbc_sync_days_text(char *to, int64_t days);
extern size_t dbc_sync_microseconds_text(char *to, int64_t microseconds);

/* The same of a text that a column of SQLite has; 0 if it is no time. */
extern size_t dbc_sync_time_text(char *to, dbc_sync_class class,
								 const char *text, size_t length);

/* ---- document.c ---- */

typedef void dbc_sync_take(void *arg, const char *text, size_t length);

/* Calls take(arg, ...) with a JSON document with sorted keys and without white
 * space; as it is if it is not JSON, or nested too deeply. */
extern void dbc_sync_document(dbc_host *host, const char *text, size_t length,
							  dbc_sync_take *take, void *arg);

#endif /* DBC_SYNC_ENCODE_H */
