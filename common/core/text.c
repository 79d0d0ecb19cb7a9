/*
 * text.c
 *	  Strings in the arena.
 */
#include "common/core/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "common/core/asserts.h"
#include "common/core/seam.h"

void *
dbc_alloc(dbc_host *host, size_t size)
{
	return host->seam->alloc(host, size);
}

void *
dbc_grow(dbc_host *host, void *array, size_t count, size_t element)
{
	bool full = count == 0 || (count >= 8 && (count & (count - 1)) == 0);
	size_t room = count < 8 ? 8 : 2 * count;
	void *larger;

	DBC_ASSERT(host, count == 0 || array);
	if (!full)
		return array;
	larger = dbc_alloc(host, room * element);
	if (count > 0)
		memcpy(larger, array, count * element);
	return larger;
}

void
dbc_buffer_init(dbc_buffer *buffer, dbc_host *host)
{
	dbc_buffer_init_for(buffer, host, 255);
}

void
dbc_buffer_init_for(dbc_buffer *buffer, dbc_host *host, size_t length)
{
	buffer->host = host;
	buffer->room = length + 1;
	buffer->length = 0;
	buffer->data = dbc_alloc(host, buffer->room);
}

/* Allocates space for extra more bytes and a NUL. */
static void
reserve(dbc_buffer *buffer, size_t extra)
{
	size_t room = buffer->room;
	char *data;

	if (buffer->length + extra < room)
		return;
	while (buffer->length + extra >= room)
		room *= 2;
	data = dbc_alloc(buffer->host, room);
	memcpy(data, buffer->data, buffer->length + 1);
	buffer->data = data;
	buffer->room = room;
}

void
dbc_append_bytes(dbc_buffer *buffer, const char *text, size_t length)
{
	DBC_ASSERT(buffer->host, buffer->length < buffer->room &&
								 buffer->data[buffer->length] == '\0');
	reserve(buffer, length);
	memcpy(buffer->data + buffer->length, text, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

void
dbc_append(dbc_buffer *buffer, const char *text)
{
	dbc_append_bytes(buffer, text, strlen(text));
}

void
dbc_append_integer(dbc_buffer *buffer, int64_t integer)
{
	char digits[24];
	char *start = digits + sizeof(digits);
	uint64_t rest = integer < 0 ? -(uint64_t) integer : (uint64_t) integer;

	do
		*--start = (char) ('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (integer < 0)
		*--start = '-';
	dbc_append_bytes(buffer, start, (size_t) (digits + sizeof(digits) - start));
}

/* Whether a format has %s and %d alone, which vsnprintf() would take longer for
 * than for all the rest of a short call. */
static bool
is_plain(const char *format)
{
	while ((format = strchr(format, '%')))
	{
		if (format[1] != 's' && format[1] != 'd')
			return false;
		format += 2;
	}
	return true;
}

static void
append_plain(dbc_buffer *buffer, const char *format, va_list args)
{
	const char *directive;

	for (; (directive = strchr(format, '%')); format = directive + 2)
	{
		dbc_append_bytes(buffer, format, (size_t) (directive - format));
		if (directive[1] == 's')
		{
			const char *text = va_arg(args, const char *);

			dbc_append(buffer, text ? text : "(null)");
		}
		else
			dbc_append_integer(buffer, va_arg(args, int));
	}
	dbc_append(buffer, format);
}

static void
append_vformat(dbc_buffer *buffer, const char *format, va_list args)
{
	size_t room = buffer->room - buffer->length;
	va_list again;
	size_t length;

	if (is_plain(format))
	{
		append_plain(buffer, format, args);
		return;
	}
	va_copy(again, args);
	length =
		(size_t) vsnprintf(buffer->data + buffer->length, room, format, args);
	if (length >= room)
	{
		reserve(buffer, length);
		(void) vsnprintf(buffer->data + buffer->length, length + 1, format,
						 again);
	}
	buffer->length += length;
	va_end(again);
}

void
dbc_append_format(dbc_buffer *buffer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append_vformat(buffer, format, args);
	va_end(args);
}

char *
dbc_vformat(dbc_host *host, const char *format, va_list args)
{
	dbc_buffer buffer;

	dbc_buffer_init_for(&buffer, host, 127);
	append_vformat(&buffer, format, args);
	return buffer.data;
}

char *
dbc_format(dbc_host *host, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = dbc_vformat(host, format, args);
	va_end(args);
	return text;
}

char *
dbc_copy(dbc_host *host, const char *text, size_t length)
{
	char *copy = dbc_alloc(host, length + 1);

	memcpy(copy, text, length);
	return copy;
}

const char *
dbc_literal(dbc_host *host, const char *text)
{
	return dbc_escaped_literal(host, host->traits->escapes, text);
}

const char *
dbc_escaped_literal(dbc_host *host, bool escapes, const char *text)
{
	dbc_buffer buffer;

	escapes = escapes && strchr(text, '\\');
	dbc_buffer_init(&buffer, host);
	for (dbc_append(&buffer, escapes ? "E'" : "'"); *text; text++)
	{
		if (*text == '\'' || (escapes && *text == '\\'))
			dbc_append_bytes(&buffer, text, 1);
		dbc_append_bytes(&buffer, text, 1);
	}
	dbc_append(&buffer, "'");
	return buffer.data;
}

bool
dbc_same(const char *left, const char *right)
{
	return strcmp(left, right) == 0;
}

bool
dbc_starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool
dbc_ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

char
dbc_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

/* ---- UTF-8 ---- */

size_t
dbc_utf8_length(const char *text, size_t most)
{
	const unsigned char *c = (const unsigned char *) text;
	size_t length = c[0] < 0x80 ? 1 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;

	if (length == 1)
		return 1;
	if (c[0] < 0xc2 || c[0] > 0xf4 || length > most)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	/* overlong, a surrogate, or beyond U+10FFFF */
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
		(c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
		return 0;
	return length;
}

size_t
dbc_valid_utf8(const char *text, size_t length)
{
	size_t at = 0;
	size_t step = 1;

	while (at < length && step > 0)
	{
		uint64_t word;

		/* eight characters of ASCII at once */
		for (; length - at >= sizeof(word); at += sizeof(word))
		{
			memcpy(&word, text + at, sizeof(word));
			if (word & UINT64_C(0x8080808080808080))
				break;
		}
		if (at == length)
			break;
		step = dbc_utf8_length(text + at, length - at);
		at += step;
	}
	return at;
}

const char *
dbc_readable(dbc_host *host, const char *text)
{
	size_t left = strlen(text);
	size_t valid = dbc_valid_utf8(text, left);
	dbc_buffer buffer;

	if (valid == left)
		return text;
	dbc_buffer_init(&buffer, host);
	for (; valid < left; valid = dbc_valid_utf8(text, left))
	{
		dbc_append_bytes(&buffer, text, valid);
		dbc_append(&buffer, "\xef\xbf\xbd");
		text += valid + 1;
		left -= valid + 1;
	}
	dbc_append(&buffer, text);
	return buffer.data;
}

bool
dbc_starts_with_nocase(const char *text, const char *start)
{
	for (; *start; text++, start++)
		if (dbc_lower(*text) != dbc_lower(*start))
			return false;
	return true;
}

bool
dbc_same_nocase(const char *left, const char *right)
{
	return strlen(left) == strlen(right) && dbc_starts_with_nocase(left, right);
}

bool
dbc_may_be_json(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '{';
}

int
dbc_line_of(const char *text, const char *position)
{
	int line = 1;

	for (; text < position; text++)
		line += *text == '\n';
	return line;
}

const char *
dbc_count_text(dbc_host *host, int64_t n, const char *thing)
{
	return dbc_format(host, "%lld %s%s", (long long) n, thing,
					  n == 1 ? "" : "s");
}

bool
dbc_parse_real(const char *text, double *value)
{
	char copy[400]; /* every double, written without an exponent */
	char *point;
	char *end;
	double number;

	if (strspn(text, "+-.0123456789eE") != strlen(text) || *text == '\0' ||
		strlen(text) >= sizeof(copy))
		return false;
	/* the application may have set a locale with another decimal point */
	strcpy(copy, text);
	point = strchr(copy, '.');
	if (point)
		*point = *localeconv()->decimal_point;
	number = strtod(copy, &end);
	if (*end || !isfinite(number))
		return false;
	*value = number;
	return true;
}

/* Writes the digits of a number d.ddde+xx without the exponent. */
static const char *
write_in_full(dbc_host *host, const char *text)
{
	const char *end = strchr(text, 'e');
	int exponent = atoi(end + 1);
	char digits[20];
	int ndigits = 0;
	dbc_buffer full;

	for (const char *c = text; c < end; c++)
		if (*c >= '0' && *c <= '9')
			digits[ndigits++] = *c;
	while (ndigits > 1 && digits[ndigits - 1] == '0')
		ndigits--;
	dbc_buffer_init(&full, host);
	dbc_append(&full, *text == '-' ? "-" : "");
	for (int i = exponent < 0 ? exponent : 0; i < ndigits || i <= exponent; i++)
		dbc_append_format(&full, "%s%c", i == exponent + 1 ? "." : "",
						  i < 0 || i >= ndigits ? '0' : digits[i]);
	return full.data;
}

const char *
dbc_real_text(dbc_host *host, double real)
{
	const char *text = NULL;

	if (!isfinite(real))
		return dbc_format(host, "%g", real);
	if (real == floor(real) && fabs(real) < 1e15)
		return dbc_format(host, "%.0f", real);
	for (int digits = 15; digits <= 17; digits++)
	{
		text = dbc_format(host, "%.*e", digits - 1, real);
		if (strtod(text, NULL) == real)
			break;
	}
	return write_in_full(host, text);
}

void
dbc_append_hashed(dbc_buffer *buffer, const dbc_value *value)
{
	char head[32];
	const char *text = "";

	/* snprintf(), since dbc_append_format() would take longer than the hash */
	switch (value->kind)
	{
		case DBC_NULL:
			snprintf(head, sizeof(head), "n");
			break;
		case DBC_BOOL:
		case DBC_INT:
			snprintf(head, sizeof(head), "i%lld", (long long) value->integer);
			break;
		case DBC_REAL: /* dbcare writes no reals */
			snprintf(head, sizeof(head), "r%.17g", value->real);
			break;
		default:
			text = value->text ? value->text : "";
			snprintf(head, sizeof(head), "%lld:", (long long) strlen(text));
	}
	dbc_append(buffer, head);
	dbc_append(buffer, text);
	dbc_append(buffer, ";");
}

const char *
dbc_sha256(dbc_host *host, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char hash[SHA256_DIGEST_LENGTH];
	char *hex = dbc_alloc(host, 2 * sizeof(hash) + 1);

	SHA256((const unsigned char *) text, strlen(text), hash);
	for (size_t i = 0; i < sizeof(hash); i++)
	{
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	return hex;
}

/* ---- conditions ---- */

const char *
dbc_is_true(dbc_host *host, const char *condition)
{
	return dbc_format(host,
					  host->traits->booleans
						  ? "(%s) is true"
						  : "case when (%s) then 1 else 0 end",
					  condition);
}

const char *
dbc_is_not_true(dbc_host *host, const char *condition)
{
	return dbc_format(host,
					  host->traits->booleans
						  ? "(%s) is not true"
						  : "case when (%s) then 0 else 1 end",
					  condition);
}
