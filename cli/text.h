/*
 * text.h
 *	  Text of the command: growing buffers, and words as JSON.
 *
 * The command ends if it runs out of memory.
 */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cli_text
{
	char *data; /* NUL-terminated; NULL while nothing was added */
	size_t length;
	size_t size;
} cli_text;

extern void cli_add(cli_text *text, const char *more);
extern void cli_add_bytes(cli_text *text, const char *more, size_t length);
extern void cli_addf(cli_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The text, "" if nothing was added; it stays the buffer's. */
extern const char *cli_text_of(const cli_text *text);

/* Adds a number of things: "1 migration", "3 migrations", "no migrations". */
extern void cli_add_count(cli_text *text, long long count, const char *what);

/* Adds a number of bytes as people read it: "12 bytes", "1.5 MB". */
extern void cli_add_size(cli_text *text, double bytes);

/* Adds text as a JSON string; control characters are escaped. */
extern void cli_add_json(cli_text *text, const char *string);

/* Adds words that commas separate as a JSON array of strings. */
extern void cli_add_list(cli_text *text, const char *words);

/* Adds an identifier in double quotes. */
extern void cli_add_quoted(cli_text *text, const char *identifier);

/* Appends text between single quotes; quote stands for one in it: '\'' for a
 * shell of POSIX. */
extern void cli_add_single_quoted(cli_text *text, const char *content,
								  const char *quote);

/* Adds a member of a JSON object: its braces are not in the text. */
extern void cli_add_member(cli_text *text, const char *key, const char *json);

/* Removes blanks at the end. */
extern void cli_trim(cli_text *text);

extern void cli_text_free(cli_text *text);

/* Zeroed memory, and copies; ended by free(). */
extern void *cli_alloc(size_t count, size_t size);
extern char *cli_copy(const char *text);
extern char *cli_copy_bytes(const char *text, size_t length);

/* The bytes of the UTF-8 character at text, and its code point; 1 and U+FFFD
 * where the bytes are not UTF-8. */
extern int cli_utf8(const char *text, unsigned *code);

#endif /* CLI_TEXT_H */
