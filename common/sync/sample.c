/*
 * sample.c
 *	  Keys of rows that differ, as JSON.
 */
#include <string.h>

#include "common/core/json_write.h"
#include "common/sync/difference.h"

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

/* A key as JSON: a value, or an object of columns. */
static const char *
key_text(dbc_host *host, const dbc_sync_section *section,
		 const dbc_sync_sample *sample)
{
	const unsigned char *at = sample->key;
	dbc_json_node *object = dbc_json_object(host);
	dbc_buffer text;

	for (int i = 0; i < section->table.ncolumns; i++)
	{
		const dbc_sync_column *column = &section->table.columns[i];
		dbc_value value;

		if (column->key == 0)
			continue;
		dbc_buffer_init(&text, host);
		add_value(&text, &at, sample->key + sample->length);
		if (section->table.nkeys == 1)
			return text.data;
		value = dbc_json(text.data);
		dbc_json_put_value(object, column->name, &value);
	}
	return dbc_json_text(object);
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
			dbc_value key = dbc_json(
				key_text(host, section, &difference->samples[side][i]));

			dbc_json_push_value(list, &key);
		}
		dbc_json_put(samples, names[side], list);
		any = true;
	}
	return any ? dbc_json_text(samples) : NULL;
}
