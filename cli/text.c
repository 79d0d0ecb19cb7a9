/*
 * text.c
 *	  Text of the command: growing buffers, and words as JSON.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text.h"
#include "common/core/shown.h"

static void
out_of_memory(void)
{
	fputs("dbcare: out of memory\n", stderr);
	exit(2);
}

void *
cli_alloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		out_of_memory();
	return memory;
}

char *
cli_copy_bytes(const char *text, size_t length)
{
	char *copy = cli_alloc(length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *
cli_copy(const char *text)
{
	return cli_copy_bytes(text, strlen(text));
}

static void
reserve(cli_text *text, size_t more)
{
	size_t size = text->size ? text->size : 64;

	while (size - text->length <= more)
		size *= 2;
	if (size == text->size)
		return;
	text->data = realloc(text->data, size);
	if (!text->data)
		out_of_memory();
	text->size = size;
}

void
cli_add_bytes(cli_text *text, const char *more, size_t length)
{
	reserve(text, length);
	memcpy(text->data + text->length, more, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void
cli_add(cli_text *text, const char *more)
{
	cli_add_bytes(text, more, strlen(more));
}

void
cli_addf(cli_text *text, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	reserve(text, (size_t) length);
	va_start(args, format);
	vsnprintf(text->data + text->length, (size_t) length + 1, format, args);
	va_end(args);
	text->length += (size_t) length;
}

const char *
cli_text_of(const cli_text *text)
{
	return text->data ? text->data : "";
}

void
cli_trim(cli_text *text)
{
	while (text->length > 0 && text->data[text->length - 1] == ' ')
		text->data[--text->length] = '\0';
}

void
cli_text_free(cli_text *text)
{
	free(text->data);
	*text = (cli_text){0};
}

int
cli_utf8(const char *text, unsigned *code)
{
	int length = (int) dbc_utf8_length(text, strnlen(text, 4));

	if (length == 0)
	{
		*code = 0xFFFD;
		return 1;
	}
	*code = dbc_code_point(text, (size_t) length);
	return length;
}

void
cli_add_count(cli_text *text, long long count, const char *what)
{
	size_t length = strlen(what);
	bool is_y = length > 1 && what[length - 1] == 'y' &&
				!strchr("aeiou", what[length - 2]);
	bool hisses = length > 1 && strcmp(what + length - 2, "ch") == 0;

	if (count == 0)
		cli_add(text, "no ");
	else
		cli_addf(text, "%lld ", count);
	cli_add_bytes(text, what, length - (is_y && count != 1));
	if (count != 1)
		cli_add(text, is_y ? "ies" : hisses ? "es" : "s");
}

void
cli_add_json(cli_text *text, const char *string)
{
	cli_add(text, "\"");
	while (*string)
	{
		unsigned code;
		int length = cli_utf8(string, &code);

		if (code == '"' || code == '\\')
			cli_addf(text, "\\%c", (int) code);
		else if (code == '\n')
			cli_add(text, "\\n");
		else if (code == '\t')
			cli_add(text, "\\t");
		else if (code < 0x20 || (code >= 0x7F && code < 0xA0) ||
				 (code == 0xFFFD && length == 1))
			cli_addf(text, "\\u%04x", code);
		else
			cli_add_bytes(text, string, (size_t) length);
		string += length;
	}
	cli_add(text, "\"");
}

void
cli_add_list(cli_text *text, const char *words)
{
	cli_add(text, "[");
	while (*words)
	{
		size_t length = strcspn(words, ",");
		char *word = cli_copy_bytes(words, length);

		cli_add_json(text, word);
		free(word);
		words += length;
		if (*words)
		{
			cli_add(text, ", ");
			words++;
		}
	}
	cli_add(text, "]");
}

void
cli_add_quoted(cli_text *text, const char *identifier)
{
	cli_add(text, "\"");
	for (; *identifier; identifier++)
		cli_addf(text, *identifier == '"' ? "\"%c" : "%c", *identifier);
	cli_add(text, "\"");
}

void
cli_add_member(cli_text *text, const char *key, const char *json)
{
	if (text->length > 0)
		cli_add(text, ", ");
	cli_add_json(text, key);
	cli_add(text, ": ");
	cli_add(text, json);
}

void
cli_add_single_quoted(cli_text *text, const char *content, const char *quote)
{
	cli_add(text, "'");
	for (; *content; content++)
	{
		if (*content == '\'')
			cli_add(text, quote);
		else
			cli_add_bytes(text, content, 1);
	}
	cli_add(text, "'");
}

void
cli_add_size(cli_text *out, double bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB"};
	int unit = -1;

	while (fabs(bytes) >= 999.5 && unit < 4)
	{
		bytes /= 1024;
		unit++;
	}
	if (unit < 0)
		cli_add_count(out, llround(bytes), "byte");
	else
		cli_addf(out, "%.3g %s", bytes, units[unit]);
}
