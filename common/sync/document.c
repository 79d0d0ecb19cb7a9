/*
 * document.c
 *	  The canonical form of JSON: keys sorted by their bytes, no white space,
 *	  numbers as other numbers, no escape that is not needed.  A document whose
 *	  object has a key twice has no other form: it keeps its text.
 */
#include "common/sync/encode.h"

#include <stdio.h>
#include <string.h>

#include "common/core/json.h"
#include "common/core/text.h"

/* Numbers with more zeros are written with an exponent. */
#define MOST_ZEROS 400

/* Items of a document that need no memory. */
#define ROOM 64

typedef struct document
{
	dbc_sync_take *take;
	void *arg;
	const char *text;
	size_t length;
	dbc_buffer made;
} document;

static void
add_string(dbc_buffer *to, const dbc_json_item *string)
{
	static const char plain[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	const char *from = string->text;
	const char *end = from + string->length;
	char escape[8];

	dbc_append(to, "\"");
	for (const char *at = from; at < end; at++)
	{
		const char *pair = plain;

		if ((unsigned char) *at >= ' ' && *at != '"' && *at != '\\')
			continue;
		dbc_append_bytes(to, from, (size_t) (at - from));
		from = at + 1;
		while (*pair && *pair != *at)
			pair += 2;
		snprintf(escape, sizeof(escape), *pair ? "\\%c" : "\\u%04x",
				 *pair ? pair[1] : *at);
		dbc_append(to, escape);
	}
	dbc_append_bytes(to, from, (size_t) (end - from));
	dbc_append(to, "\"");
}

static void
add_zeros(dbc_buffer *to, int64_t count)
{
	for (; count > 0; count--)
		dbc_append(to, "0");
}

static void
add_number(dbc_buffer *to, const dbc_json_item *item)
{
	dbc_decimal number = dbc_json_decimal(to->host, item);
	int64_t whole = number.exponent; /* digits before the point */
	size_t before = whole <= 0						   ? 0
					: whole < (int64_t) number.ndigits ? (size_t) whole
													   : number.ndigits;

	if (number.ndigits == 0)
	{
		dbc_append(to, "0");
		return;
	}
	dbc_append(to, number.negative ? "-" : "");
	if (whole > MOST_ZEROS + (int64_t) number.ndigits || whole < -MOST_ZEROS)
	{
		dbc_append_bytes(to, number.digits, number.ndigits);
		dbc_append_format(to, "e%lld",
						  (long long) (whole - (int64_t) number.ndigits));
		return;
	}
	dbc_append(to, before == 0 ? "0" : "");
	dbc_append_bytes(to, number.digits, before);
	add_zeros(to, whole - (int64_t) before);
	if (before == number.ndigits)
		return;
	dbc_append(to, ".");
	add_zeros(to, -whole);
	dbc_append_bytes(to, number.digits + before, number.ndigits - before);
}

/* Appends a value; false if it is nested too deeply. */
static bool
add_value(dbc_buffer *to, const dbc_json_item *item, int depth)
{
	static const char *const words[] = {"null", "false", "true"};
	const dbc_json_item **keys = NULL;
	const dbc_json_item *next = item + 1;
	bool is_object = item->kind == DBC_I_OBJECT;

	if (depth > DBC_MAX_DEPTH)
		return false;
	switch ((dbc_json_kind) item->kind)
	{
		case DBC_I_NUMBER:
			add_number(to, item);
			return true;
		case DBC_I_STRING:
			add_string(to, item);
			return true;
		case DBC_I_OBJECT:
			if (item->length > 0)
				keys = dbc_json_sort_keys(to->host, next, item->length);
			break;
		case DBC_I_ARRAY:
			break;
		default:
			dbc_append(to, words[item->kind]);
			return true;
	}
	dbc_append(to, is_object ? "{" : "[");
	for (uint32_t i = 0; i < item->length; i++)
	{
		dbc_append(to, i > 0 ? "," : "");
		if (is_object)
		{
			add_string(to, keys[i]);
			dbc_append(to, ":");
			next = keys[i] + 1;
		}
		if (!add_value(to, next, depth + 1))
			return false;
		next = dbc_json_next(next);
	}
	dbc_append(to, is_object ? "}" : "]");
	return true;
}

static void
put_document(dbc_host *host, void *arg)
{
	document *d = arg;
	dbc_json_item room[ROOM];
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read_exact(host, dbc_copy(host, d->text, d->length), d->length,
							room, ROOM, &problem);

	dbc_buffer_init(&d->made, host);
	if (root && add_value(&d->made, root, 0))
		d->take(d->arg, d->made.data, d->made.length);
	else
		d->take(d->arg, d->text, d->length);
}

void
dbc_sync_document(dbc_host *host, const char *text, size_t length,
				  dbc_sync_take *take, void *arg)
{
	document d = {.take = take, .arg = arg, .text = text, .length = length};

	/* memory of one document must not stay until the last row */
	dbc_scoped(host, put_document, &d);
}
