/*
 * text.h
 *	  Strings in the arena.
 *
 * Every function that returns a string returns arena memory; the only possible
 * error is out of memory, which does not return.
 */
#ifndef DBC_CORE_TEXT_H
#define DBC_CORE_TEXT_H

#include "common/core/host.h"

#include <stdarg.h>

/* A growing string; data is always NUL-terminated. */
typedef struct dbc_buffer
{
	dbc_host *host;
	char *data;
	size_t length;
	size_t room;
} dbc_buffer;

extern void dbc_buffer_init(dbc_buffer *buffer, dbc_host *host);

/* The same, for a text of about this length. */
extern void dbc_buffer_init_for(dbc_buffer *buffer, dbc_host *host,
								size_t length);

extern void dbc_append(dbc_buffer *buffer, const char *text);
extern void dbc_append_bytes(dbc_buffer *buffer, const char *text,
							 size_t length);
extern void dbc_append_integer(dbc_buffer *buffer, int64_t integer);
extern void dbc_append_format(dbc_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The SQL condition that another one is true, or is not.  In SQLite TRUE can be
 * a column. */
extern const char *dbc_is_true(dbc_host *host, const char *condition);
extern const char *dbc_is_not_true(dbc_host *host, const char *condition);

extern char *dbc_format(dbc_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
extern char *dbc_vformat(dbc_host *host, const char *format, va_list args);
extern char *dbc_copy(dbc_host *host, const char *text, size_t length);

/* Text as an SQL literal of the engine, and with escapes for a backslash or
 * without them. */
extern const char *dbc_literal(dbc_host *host, const char *text);
extern const char *dbc_escaped_literal(dbc_host *host, bool escapes,
									   const char *text);

/* Grows an array of count elements, if necessary, to hold one more; returns its
 * new address. */
extern void *dbc_grow(dbc_host *host, void *array, size_t count,
					  size_t element);

/* The length of the first character of a text of at most so many bytes; 0 if it
 * is not valid UTF-8. */
extern size_t dbc_utf8_length(const char *text, size_t most);

/* The length of the longest prefix that is valid UTF-8. */
extern size_t dbc_valid_utf8(const char *text, size_t length);

/* The text with invalid UTF-8 replaced by U+FFFD: names in a file, and of files,
 * may contain any bytes, but some clients cannot read a result that does. */
extern const char *dbc_readable(dbc_host *host, const char *text);

extern bool dbc_same(const char *left, const char *right);

/* An ASCII letter in lower case, whatever the locale. */
extern char dbc_lower(char c);

/* The same without regard to the case of ASCII letters, whatever the locale. */
extern bool dbc_same_nocase(const char *left, const char *right);

/* Whether text starts or ends with a part; _nocase ignores ASCII case. */
extern bool dbc_starts_with(const char *text, const char *start);
extern bool dbc_ends_with(const char *text, const char *end);
extern bool dbc_starts_with_nocase(const char *text, const char *start);

/* Whether text starts like a JSON object, after white space. */
extern bool dbc_may_be_json(const char *text);

/* The line number of a position, from 1. */
extern int dbc_line_of(const char *text, const char *position);

/* "n thing" or "n things", for messages. */
extern const char *dbc_count_text(dbc_host *host, int64_t n, const char *thing);

/* Parses text as a finite number, independent of the locale.  Returns false and
 * leaves *value unchanged if it is invalid. */
extern bool dbc_parse_real(const char *text, double *value);

/* A number as both engines print it: the shortest text that reads back
 * exactly. */
extern const char *dbc_real_text(dbc_host *host, double real);

/* Appends a value to text that is hashed: its length and its text, or a
 * number, so that different values never give the same text. */
extern void dbc_append_hashed(dbc_buffer *buffer, const dbc_value *value);

/* The SHA-256 of text, as 64 hexadecimal digits. */
extern const char *dbc_sha256(dbc_host *host, const char *text);

#endif /* DBC_CORE_TEXT_H */
