/*
 * json_read.c
 *	  Reading JSON text (RFC 8259) into a document.
 *
 * No packaged library fits.  Only yajl neither recurses nor rounds numbers, but
 * it has had no release since 2014 and turns an unpaired surrogate into "?", so
 * that different strings compare equal.
 *
 * The reader does not recurse, so depth costs no stack: until a container is
 * closed, its size field holds the index of the enclosing container.
 */
#include <string.h>

#include "common/core/json.h"
#include "common/core/text.h"

typedef struct reader
{
	dbc_host *host;
	const char *text;
	const char *at;
	const char *end;
	dbc_json_item *items;
	size_t nitems;
	bool has_duplicates; /* some members are marked for removal */
	const char *problem; /* the error at position at, or NULL */
} reader;

/* Stores an error; returns false. */
static bool
refuse(reader *r, const char *problem)
{
	r->problem = problem;
	return false;
}

/* Skips white space. */
static inline void
skip_space(reader *r)
{
	while (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')
		r->at++;
}

static inline dbc_json_item *
add_item(reader *r, dbc_json_kind kind, const char *text, size_t length)
{
	dbc_json_item *item = &r->items[r->nitems++];

	*item = (dbc_json_item){
		.text = text, .length = (uint32_t) length, .size = 1, .kind = kind};
	return item;
}

/* ---- strings ---- */

/* The value of four hexadecimal digits, or -1. */
static int32_t
hexadecimal(const char *text)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	int32_t value = 0;

	for (int i = 0; i < 4; i++)
	{
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
		int32_t nibble = digit ? (int32_t) (digit - digits) : -1;

		if (nibble < 0)
			return -1;
		value = value * 16 + (nibble < 16 ? nibble : nibble - 6);
	}
	return value;
}

/* Writes a character in UTF-8 and returns the position after it. */
static char *
write_utf8(char *to, uint32_t rune)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	int length = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;

	if (length == 1)
	{
		*to = (char) rune;
		return to + 1;
	}
	for (int i = length - 1; i > 0; i--, rune >>= 6)
		to[i] = (char) (0x80 | (rune & 0x3f));
	to[0] = (char) (leads[length] | rune);
	return to + length;
}

/* Parses \uXXXX, and the second one of a surrogate pair. */
static bool
read_unicode_escape(reader *r, char **to)
{
	int32_t rune = hexadecimal(r->at);

	if (rune < 0)
		return refuse(r, "\\u needs four hexadecimal digits");
	r->at += 4;
	if (rune >= 0xd800 && rune < 0xdc00 && r->at[0] == '\\' && r->at[1] == 'u')
	{
		int32_t low = hexadecimal(r->at + 2);

		if (low >= 0xdc00 && low < 0xe000)
		{
			rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
			r->at += 6;
		}
	}
	if (rune >= 0xd800 && rune < 0xe000)
		return refuse(r, "unpaired surrogate");
	*to = write_utf8(*to, (uint32_t) rune);
	return true;
}

/* Parses an escape sequence after the backslash. */
static bool
read_escape(reader *r, char **to)
{
	static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	const char *pair = escapes;

	if (*r->at == 'u')
	{
		r->at++;
		return read_unicode_escape(r, to);
	}
	while (*pair && *pair != *r->at)
		pair += 2;
	if (!*pair)
		return refuse(r, "unknown escape");
	*(*to)++ = pair[1];
	r->at++;
	return true;
}

/* Skips unescaped characters; false if one is not valid UTF-8. */
static inline bool
skip_plain(reader *r)
{
	for (;;)
	{
		unsigned char c = (unsigned char) *r->at;
		size_t length = 1;

		if (c == '"' || c == '\\' || c < ' ')
			return true;
		if (c >= 0x80 && (length = dbc_utf8_length(r->at, 4)) == 0)
			return refuse(r, "invalid UTF-8");
		r->at += length;
	}
}

/* Parses the rest of a string with escapes; start is its beginning. */
static bool
read_escaped(reader *r, const char *start)
{
	const char *quote = r->at;
	char *decoded;
	char *to;

	while (*quote && *quote != '"')
		quote += *quote == '\\' && quote[1] ? 2 : 1;
	decoded = dbc_alloc(r->host, (size_t) (quote - start) + 1);
	to = decoded;
	for (;;)
	{
		memcpy(to, start, (size_t) (r->at - start));
		to += r->at - start;
		if (*r->at != '\\')
			break;
		r->at++;
		if (!read_escape(r, &to))
			return false;
		start = r->at;
		if (!skip_plain(r))
			return false;
	}
	if (*r->at != '"')
		return refuse(r, r->at < r->end ? "control character in a string"
										: "unexpected end");
	r->at++;
	add_item(r, DBC_I_STRING, decoded, (size_t) (to - decoded));
	return true;
}

static bool
read_string(reader *r)
{
	const char *start = ++r->at;

	if (!skip_plain(r))
		return false;
	if (*r->at != '"')
		return read_escaped(r, start);
	add_item(r, DBC_I_STRING, start, (size_t) (r->at - start));
	r->at++;
	return true;
}

/* ---- other values ---- */

/* Skips digits; false if there is none. */
static bool
skip_digits(reader *r)
{
	if (*r->at < '0' || *r->at > '9')
		return refuse(r, "a digit is missing");
	while (*r->at >= '0' && *r->at <= '9')
		r->at++;
	return true;
}

static bool
read_number(reader *r)
{
	const char *start = r->at;

	if (*r->at == '-')
		r->at++;
	if (*r->at == '0')
		r->at++;
	else if (!skip_digits(r))
		return false;
	if (*r->at == '.')
	{
		r->at++;
		if (!skip_digits(r))
			return false;
	}
	if (*r->at == 'e' || *r->at == 'E')
	{
		r->at++;
		if (*r->at == '+' || *r->at == '-')
			r->at++;
		if (!skip_digits(r))
			return false;
	}
	add_item(r, DBC_I_NUMBER, start, (size_t) (r->at - start));
	return true;
}

static bool
read_word(reader *r)
{
	static const char *const words[] = {
		[DBC_I_NULL] = "null", [DBC_I_FALSE] = "false", [DBC_I_TRUE] = "true"};

	for (dbc_json_kind kind = DBC_I_NULL; kind <= DBC_I_TRUE; kind++)
		if (dbc_starts_with(r->at, words[kind]))
		{
			r->at += strlen(words[kind]);
			add_item(r, kind, NULL, 0);
			return true;
		}
	return refuse(r,
				  r->at < r->end ? "unexpected character" : "unexpected end");
}

/* ---- objects ---- */

/* Closes the innermost container and sets its size. */
static dbc_json_item *
close_container(reader *r, dbc_json_item *container)
{
	dbc_json_item *outer =
		container->size ? r->items + container->size - 1 : NULL;

	if (container->kind == DBC_I_OBJECT && container->length > 1 &&
		dbc_json_mark_duplicates(r->host, container, r->items + r->nitems))
		r->has_duplicates = true;
	container->size = (uint32_t) (r->nitems - (size_t) (container - r->items)) &
					  DBC_MAX_ITEMS;
	return outer;
}

/* Parses a key and the colon after it. */
static bool
read_key(reader *r)
{
	skip_space(r);
	if (*r->at != '"')
		return refuse(r,
					  r->at < r->end ? "a key is missing" : "unexpected end");
	if (!read_string(r))
		return false;
	skip_space(r);
	if (*r->at != ':')
		return refuse(r, "a colon is missing");
	r->at++;
	return true;
}

/* ---- documents ---- */

/* Opens a container; until it is closed, its size is the index of the enclosing
 * container, from 1. */
static dbc_json_item *
open_container(reader *r, dbc_json_item *outer)
{
	dbc_json_item *container =
		add_item(r, *r->at == '{' ? DBC_I_OBJECT : DBC_I_ARRAY, r->at, 0);

	container->size =
		outer ? (uint32_t) (outer - r->items + 1) & DBC_MAX_ITEMS : 0;
	r->at++;
	return container;
}

/* Parses a value that is not a container. */
static bool
read_scalar(reader *r)
{
	if (*r->at == '"')
		return read_string(r);
	if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
		return read_number(r);
	return read_word(r);
}

/* Parses one value with its contents. */
static bool
read_value(reader *r)
{
	dbc_json_item *open = NULL;
	bool first;

	do
	{
		skip_space(r);
		first = *r->at == '{' || *r->at == '[';
		if (first)
			open = open_container(r, open);
		else if (!read_scalar(r))
			return false;
		/* after a value, or after an opening bracket */
		for (; open; first = false)
		{
			char closing = open->kind == DBC_I_OBJECT ? '}' : ']';

			skip_space(r);
			if (!first)
				open->length++;
			if (*r->at == closing)
			{
				r->at++;
				open = close_container(r, open);
				continue;
			}
			if (!first && *r->at++ != ',')
			{
				r->at--;
				return refuse(r, r->at < r->end
									 ? "a comma or closing bracket is missing"
									 : "unexpected end");
			}
			if (open->kind == DBC_I_OBJECT && !read_key(r))
				return false;
			break;
		}
	} while (open);
	return true;
}

/* The maximum number of items of a text: all but the first follow one of these
 * characters. */
static size_t
count_items(const char *text, size_t length)
{
	size_t count = 1;

	for (size_t i = 0; i < length; i++)
		count += text[i] == ',' || text[i] == ':' || text[i] == '[' ||
				 text[i] == '{';
	return count;
}

/* Allocates the maximum number of items. */
static bool
make_room(reader *r, size_t length, size_t nroom)
{
	size_t most;

	if (length <= nroom)
		return true;
	most = count_items(r->text, length);
	if (most > DBC_MAX_ITEMS)
		return refuse(r, "too many values");
	if (most > nroom)
		r->items = dbc_alloc(r->host, most * sizeof(*r->items));
	return true;
}

static const dbc_json_item *
read_document(dbc_host *host, const char *text, size_t length,
			  dbc_json_item *room, size_t nroom, bool exact,
			  const char **problem)
{
	reader r = {.host = host,
				.text = text,
				.at = text,
				.end = text + length,
				.items = room};

	if (length > UINT32_MAX)
		refuse(&r, "too long");
	else if (make_room(&r, length, nroom) && read_value(&r))
	{
		skip_space(&r);
		if (r.at == r.end && r.has_duplicates && exact)
			refuse(&r, "a key occurs twice");
		else if (r.at == r.end)
		{
			if (r.has_duplicates)
				dbc_json_drop_marked(host, r.items, r.nitems);
			return r.items;
		}
		else
			refuse(&r, "unexpected character after the value");
	}
	*problem = dbc_format(host, "%s at byte %zu", r.problem,
						  (size_t) (r.at - text) + 1);
	return NULL;
}

const dbc_json_item *
dbc_json_read(dbc_host *host, const char *text, size_t length,
			  dbc_json_item *room, size_t nroom, const char **problem)
{
	return read_document(host, text, length, room, nroom, false, problem);
}

const dbc_json_item *
dbc_json_read_exact(dbc_host *host, const char *text, size_t length,
					dbc_json_item *room, size_t nroom, const char **problem)
{
	return read_document(host, text, length, room, nroom, true, problem);
}
