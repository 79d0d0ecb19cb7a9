/*
 * sample.c
 *	  Keys as JSON, and those of rows that differ.
 */
#include <stdlib.h>
#include <string.h>

#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/core/text.h"
#include "common/sync/difference.h"
#include "common/sync/range.h"

/* The text of a value for people. */
static const char *
value_text(dbc_host *host, char tag, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	if (tag == DBC_SYNC_TAG_BLOB || memchr(bytes, '\0', length) ||
		dbc_valid_utf8((const char *) bytes, length) != length)
	{
		dbc_append(&text, "\\x");
		for (size_t i = 0; i < length; i++)
		{
			const char pair[] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};

			dbc_append_bytes(&text, pair, 2);
		}
	}
	else
		dbc_append_bytes(&text, (const char *) bytes, length);
	return text.data;
}

static const char *
skip_digits(const char *text)
{
	while (*text >= '0' && *text <= '9')
		text++;
	return text;
}

/* Whether a number can be written as one of JSON; it may be cut off, and that
 * of a file may be anything. */
static bool
is_json_number(const char *text)
{
	const char *digits = text + (*text == '-');
	const char *end = skip_digits(digits);

	if (end == digits || (*digits == '0' && end > digits + 1))
		return false;
	if (*end == '.' && skip_digits(end + 1) > end + 1)
		end = skip_digits(end + 1);
	return !*end;
}

/* Appends the next value of a key; it may be cut off. */
static void
add_value(dbc_buffer *to, const unsigned char **at, const unsigned char *end)
{
	char tag = *at < end ? (char) *(*at)++ : DBC_SYNC_TAG_NULL;
	const char *text;
	size_t length = 0;

	if (tag == DBC_SYNC_TAG_NULL)
	{
		dbc_append(to, "null");
		return;
	}
	for (int shift = 0; *at < end && shift < 63; shift += 7)
	{
		length |= (size_t) (**at & 127) << shift;
		if (*(*at)++ < 128)
			break;
	}
	if (length > (size_t) (end - *at))
		length = (size_t) (end - *at);
	text = value_text(to->host, tag, *at, length);
	*at += length;
	if (tag == DBC_SYNC_TAG_NUMBER && is_json_number(text))
		dbc_append(to, text);
	else
		dbc_json_append_string(to, text);
}

const char *
dbc_sync_key_text(dbc_host *host, const dbc_sync_table *table,
				  const unsigned char *bytes, size_t length, bool is_object)
{
	const unsigned char *at = bytes;
	dbc_json_node *object = dbc_json_object(host);
	dbc_buffer text;

	for (int place = 1; place <= table->nkeys; place++)
	{
		dbc_value value;

		dbc_buffer_init(&text, host);
		add_value(&text, &at, bytes + length);
		if (table->nkeys == 1 && !is_object)
			return text.data;
		value = dbc_json(text.data);
		dbc_json_put_value(object, dbc_sync_key_column(table, place)->name,
						   &value);
	}
	return dbc_json_text(object);
}

/* Bytes from \x and hexadecimal digits; others are as they are. */
static void
read_blob(dbc_host *host, dbc_sync_value *value)
{
	size_t length = value->length / 2 - 1;
	char *bytes;

	if (value->length < 2 || value->length % 2 != 0 ||
		!dbc_starts_with(value->bytes, "\\x") ||
		strspn(value->bytes + 2, "0123456789abcdefABCDEF") != 2 * length)
		return;
	bytes = dbc_alloc(host, length + 1);
	for (size_t i = 0; i < length; i++)
	{
		char digits[] = {value->bytes[2 * i + 2], value->bytes[2 * i + 3],
						 '\0'};

		bytes[i] = (char) strtol(digits, NULL, 16);
	}
	*value = (dbc_sync_value){
		.kind = DBC_SYNC_BLOB, .bytes = bytes, .length = length};
}

static void
take_number(void *arg, const char *text, size_t length)
{
	dbc_sync_encoder *encoder = arg;
	const dbc_sync_value value = {.kind = DBC_SYNC_DECIMAL,
								  .bytes =
									  dbc_copy(encoder->host, text, length),
								  .length = length};

	dbc_sync_put_value(encoder, DBC_SYNC_NUMBERS, &value);
}

/* Encodes a value of a key; false if it is none. */
static bool
put_value(dbc_sync_encoder *encoder, const dbc_sync_column *column,
		  const dbc_json_entry *entry)
{
	dbc_sync_value value = {.kind = DBC_SYNC_TEXT};

	if (entry->kind == DBC_I_NUMBER)
		dbc_sync_document(encoder->host, entry->text, strlen(entry->text),
						  take_number, encoder);
	if (entry->kind == DBC_I_TRUE || entry->kind == DBC_I_FALSE)
		value = (dbc_sync_value){.kind = DBC_SYNC_INTEGER,
								 .integer = entry->kind == DBC_I_TRUE};
	else if (entry->kind != DBC_I_STRING)
		return entry->kind == DBC_I_NUMBER;
	else
	{
		value.bytes = entry->text;
		value.length = strlen(entry->text);
		if (column->class == DBC_SYNC_BLOBS)
			read_blob(encoder->host, &value);
	}
	dbc_sync_put_value(encoder, column->class, &value);
	return true;
}

void
dbc_sync_read_key(dbc_host *host, const dbc_sync_table *table, const char *json,
				  const char *what, dbc_sync_key *key)
{
	dbc_json_entries entries = dbc_json_read_entries(host, json, what);
	dbc_sync_encoder *encoder = dbc_alloc(host, sizeof(*encoder));
	int count = 0;

	dbc_sync_init_encoder(encoder, host);
	dbc_sync_begin_row(encoder);
	for (int i = 0; i < table->ncolumns; i++)
	{
		const dbc_sync_column *column = &table->columns[i];

		dbc_sync_begin_column(encoder, column);
		for (int j = 0; j < entries.count && column->key > 0; j++)
			if (dbc_same_nocase(entries.list[j].key, column->name))
				count += put_value(encoder, column, &entries.list[j]);
	}
	if (count != table->nkeys || entries.count != count)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Copy the object from column to_key of a result.",
				 "%s is not a primary key of table %s: %s", what,
				 table->relation->shown, json);
	dbc_sync_take_key(encoder, table->nkeys, key);
}

const char *
dbc_sync_samples_text(dbc_host *host, const dbc_sync_section *section,
					  const dbc_sync_difference *difference)
{
	static const char *const names[] = {"only_here", "only_there", "different"};
	dbc_json_node *samples = dbc_json_object(host);
	bool any = false;

	for (int side = 0; side < DBC_SYNC_SIDES; side++)
	{
		dbc_json_node *list = dbc_json_array(host);

		if (difference->nsamples[side] == 0)
			continue;
		for (int i = 0; i < difference->nsamples[side]; i++)
		{
			const dbc_sync_sample *sample = &difference->samples[side][i];
			dbc_value key = dbc_json(dbc_sync_key_text(
				host, &section->table, sample->key, sample->length, false));

			dbc_json_push_value(list, &key);
		}
		dbc_json_put(samples, names[side], list);
		any = true;
	}
	return any ? dbc_json_text(samples) : NULL;
}
