/*
 * encode.c
 *	  The canonical form of values and rows, and their hashes.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/sync/encode.h"

#include <string.h>

#include "common/core/text.h"

/* Most bytes before the bytes of a value: its tag and length. */
#define HEAD 11

/* ---- bytes ---- */

void
dbc_sync_init_encoder(dbc_sync_encoder *encoder, dbc_host *host)
{
	*encoder = (dbc_sync_encoder){.host = host,
								  .bytes = dbc_alloc(host, DBC_SYNC_ROW)};
}

/* Hashes and writes bytes of a row. */
static void
take(dbc_sync_encoder *encoder, const void *bytes, size_t length)
{
	SHA256_Update(&encoder->sum, bytes, length);
	if (encoder->write)
		encoder->write(encoder->host, encoder->arg, bytes, length);
}

/* Makes room for the rest of a long row. */
static void
flush(dbc_sync_encoder *encoder)
{
	if (!encoder->is_long)
		SHA256_Init(&encoder->sum);
	encoder->is_long = true;
	take(encoder, encoder->bytes, encoder->length);
	encoder->length = 0;
}

/* Two hashes of the key, since one of them might be equal for two keys: FNV-1a,
 * whose bits are spread at the end, and another one. */
static void
hash_key(dbc_sync_encoder *encoder, const unsigned char *bytes, size_t length)
{
	uint64_t key = encoder->key;
	uint64_t check = encoder->check;

	for (size_t i = 0; i < length; i++)
	{
		key = (key ^ bytes[i]) * UINT64_C(0x100000001b3);
		check = (check + bytes[i] + 1) * UINT64_C(0x9e3779b97f4a7c15);
		check ^= check >> 29;
	}
	encoder->key = key;
	encoder->check = check;
}

/* Appends to the beginning of a key. */
static void
keep_key(dbc_sync_key *kept, const void *bytes, size_t length)
{
	size_t room = DBC_SYNC_KEPT - kept->length;

	if (length > room)
	{
		length = room;
		kept->is_cut = true;
	}
	memcpy(kept->bytes + kept->length, bytes, length);
	kept->length += length;
}

static uint64_t
spread(uint64_t key)
{
	key = (key ^ (key >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	key = (key ^ (key >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return key ^ (key >> 33);
}

void
dbc_sync_put(dbc_sync_encoder *encoder, const void *bytes, size_t length)
{
	if (encoder->place > 0)
	{
		hash_key(encoder, bytes, length);
		keep_key(&encoder->kept, bytes, length);
		if (encoder->place <= DBC_SYNC_KEY_COLUMNS)
			encoder->ends[encoder->place - 1] = (uint16_t) encoder->kept.length;
	}
	if (length > DBC_SYNC_ROW - encoder->length)
		flush(encoder);
	if (length > DBC_SYNC_ROW)
	{
		take(encoder, bytes, length);
		return;
	}
	memcpy(encoder->bytes + encoder->length, bytes, length);
	encoder->length += length;
}

/* ---- values ---- */

void
dbc_sync_put_head(dbc_sync_encoder *encoder, char tag, uint64_t length)
{
	unsigned char head[HEAD];
	size_t nhead = 0;

	head[nhead++] = (unsigned char) tag;
	for (; length > 127 && tag != DBC_SYNC_TAG_NULL; length >>= 7)
		head[nhead++] = (unsigned char) (length | 128);
	if (tag != DBC_SYNC_TAG_NULL)
		head[nhead++] = (unsigned char) length;
	dbc_sync_put(encoder, head, nhead);
}

void
dbc_sync_put_tagged(dbc_sync_encoder *encoder, char tag, const char *bytes,
					size_t length)
{
	dbc_sync_put_head(encoder, tag, length);
	dbc_sync_put(encoder, bytes, length);
}

bool
dbc_sync_is_uuid(const char *text, size_t length)
{
	if (length != 36)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		char c = dbc_lower(text[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23
				? c != '-'
				: !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

static void
take_document(void *arg, const char *text, size_t length)
{
	dbc_sync_put_tagged(arg, DBC_SYNC_TAG_TEXT, text, length);
}

static void
put_text(dbc_sync_encoder *encoder, dbc_sync_class class, const char *text,
		 size_t length)
{
	char canonical[DBC_SYNC_TIME];
	size_t made = 0;

	switch (class)
	{
		case DBC_SYNC_DATES:
		case DBC_SYNC_TIMES:
		case DBC_SYNC_TIMESTAMPS:
			made = dbc_sync_time_text(canonical, class, text, length);
			break;
		case DBC_SYNC_UUIDS:
			if (!dbc_sync_is_uuid(text, length))
				break;
			for (; made < length; made++)
				canonical[made] = dbc_lower(text[made]);
			break;
		case DBC_SYNC_PADDED:
			while (length > 0 && text[length - 1] == ' ')
				length--;
			break;
		case DBC_SYNC_DOCUMENTS:
			dbc_sync_document(encoder->host, text, length, take_document,
							  encoder);
			return;
		default:
			break;
	}
	dbc_sync_put_tagged(encoder, DBC_SYNC_TAG_TEXT, made > 0 ? canonical : text,
						made > 0 ? made : length);
}

void
dbc_sync_put_value(dbc_sync_encoder *encoder, dbc_sync_class class,
				   const dbc_sync_value *value)
{
	static const char null = DBC_SYNC_TAG_NULL;
	char text[DBC_SYNC_NUMBER];
	char tag = DBC_SYNC_TAG_NUMBER;
	size_t length;

	switch (value->kind)
	{
		case DBC_SYNC_TEXT:
			put_text(encoder, class, value->bytes, value->length);
			return;
		case DBC_SYNC_BLOB:
			dbc_sync_put_tagged(encoder, DBC_SYNC_TAG_BLOB, value->bytes,
								value->length);
			return;
		case DBC_SYNC_DECIMAL:
			dbc_sync_put_tagged(
				encoder, DBC_SYNC_TAG_NUMBER, value->bytes,
				dbc_sync_decimal_length(value->bytes, value->length));
			return;
		case DBC_SYNC_INTEGER:
			length = dbc_sync_integer_text(text, value->integer);
			break;
		case DBC_SYNC_REAL:
		case DBC_SYNC_SINGLE:
			length = dbc_sync_real_text(text, value->real,
										value->kind == DBC_SYNC_SINGLE);
			break;
		case DBC_SYNC_DAYS:
			length = dbc_sync_days_text(text, value->integer);
			tag = DBC_SYNC_TAG_TEXT;
			break;
		case DBC_SYNC_MICROSECONDS:
			length = dbc_sync_microseconds_text(text, value->integer);
			tag = DBC_SYNC_TAG_TEXT;
			break;
		default:
			dbc_sync_put(encoder, &null, 1);
			return;
	}
	dbc_sync_put_tagged(encoder, tag, text, length);
}

/* ---- rows ---- */

void
dbc_sync_begin_row(dbc_sync_encoder *encoder)
{
	encoder->length = 0;
	encoder->kept.length = 0;
	encoder->kept.is_cut = false;
	encoder->is_long = false;
	encoder->key = UINT64_C(0xcbf29ce484222325);
	encoder->check = 0;
}

void
dbc_sync_begin_column(dbc_sync_encoder *encoder, const dbc_sync_column *column)
{
	encoder->place = column->key;
	if (column->key > DBC_SYNC_KEY_COLUMNS)
		encoder->kept.is_cut = true;
	else if (column->key > 0)
		encoder->starts[column->key - 1] = (uint16_t) encoder->kept.length;
}

void
dbc_sync_take_key(const dbc_sync_encoder *encoder, int nkeys, dbc_sync_key *key)
{
	key->length = 0;
	key->is_cut = encoder->kept.is_cut;
	for (int i = 0; i < nkeys && i < DBC_SYNC_KEY_COLUMNS; i++)
		keep_key(key, encoder->kept.bytes + encoder->starts[i],
				 (size_t) (encoder->ends[i] - encoder->starts[i]));
}

void
dbc_sync_end_row(dbc_sync_encoder *encoder)
{
	encoder->key = spread(encoder->key);
	if (!encoder->is_long)
		SHA256_Init(&encoder->sum);
	take(encoder, encoder->bytes, encoder->length);
	SHA256_Final(encoder->hash, &encoder->sum);
}

void
dbc_sync_encode(dbc_sync_encoder *encoder, const dbc_sync_table *table,
				const dbc_sync_value *values)
{
	dbc_sync_begin_row(encoder);
	for (int i = 0; i < table->ncolumns; i++)
	{
		const dbc_sync_column *column = &table->columns[i];

		dbc_sync_begin_column(encoder, column);
		dbc_sync_put_value(encoder, column->class, &values[column->place]);
	}
	dbc_sync_end_row(encoder);
}
