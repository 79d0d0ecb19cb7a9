/*
 * exact.c
 *	  Saved text that is not valid UTF-8.
 */
#include "common/row/exact.h"

#include <string.h>

#define BEFORE "{\"text\": \""
#define AFTER  "\"}"

/* What triggers in plain SQL escape, and the letters after the backslash. */
static const char escaped[] = "\\\"\n\r\t";
static const char letters[] = "\\\"nrt";

/* The character of an escape sequence with this letter. */
static char
unescaped(char letter)
{
	const char *at = strchr(letters, letter);

	return at && *at ? escaped[at - letters] : letter;
}

/* Appends the bytes of a string without its quotation marks. */
static void
append_exact(dbc_buffer *text, const char *string, const char *end)
{
	dbc_append(text, BEFORE);
	for (; string < end; string++)
	{
		if (*string == '\\' && string + 1 < end)
			string++;
		else
		{
			dbc_append_format(text, "%02x", (unsigned char) *string);
			continue;
		}
		dbc_append_format(text, "%02x", (unsigned char) unescaped(*string));
	}
	dbc_append(text, AFTER);
}

/* The closing quotation mark of a string, or the end of the text. */
static const char *
end_of_string(const char *string)
{
	while (*string && *string != '"')
		string += string[0] == '\\' && string[1] ? 2 : 1;
	return string;
}

const char *
dbc_row_exact(dbc_host *host, const char *json)
{
	const char *from = json;
	const char *at = json;
	size_t length = strlen(json);
	dbc_buffer text;

	if (dbc_valid_utf8(json, length) == length)
		return json;
	dbc_buffer_init(&text, host);
	while (*(at += strcspn(at, "\"")))
	{
		const char *string = at + 1;
		const char *end = end_of_string(string);
		bool is_name = *end && end[1 + strspn(end + 1, " ")] == ':';

		length = (size_t) (end - string);
		if (!is_name && dbc_valid_utf8(string, length) < length)
		{
			dbc_append_bytes(&text, from, (size_t) (at - from));
			append_exact(&text, string, end);
			from = *end ? end + 1 : end;
		}
		at = *end ? end + 1 : end;
	}
	dbc_append(&text, from);
	return text.data;
}

/* The value of a hexadecimal digit; -1 for another character. */
static int
digit(char c)
{
	return c >= '0' && c <= '9'	  ? c - '0'
		   : c >= 'a' && c <= 'f' ? c - 'a' + 10
								  : -1;
}

/* The bytes that hexadecimal digits up to a quotation mark represent, as a
 * string of JSON; NULL if plain SQL writes them as digits, too, or they are no
 * such digits. */
static const char *
plain_string(dbc_host *host, const char *digits)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	dbc_append(&text, "\"");
	for (; *digits != '"'; digits += 2)
	{
		int high = digit(digits[0]);
		int low = high < 0 ? -1 : digit(digits[1]);
		char byte = (char) (high * 16 + low);
		const char *escape = low < 0 || !byte ? NULL : strchr(escaped, byte);

		if (low < 0 || (!escape && high < 2))
			return NULL;
		if (escape)
			dbc_append_format(&text, "\\%c", letters[escape - escaped]);
		else
			dbc_append_bytes(&text, &byte, 1);
	}
	dbc_append(&text, "\"");
	return text.data;
}

const char *
dbc_row_plain_key(dbc_host *host, const char *key)
{
	const char *from = key;
	const char *at = key;
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	while ((at = strstr(at, BEFORE)))
	{
		const char *string = plain_string(host, at + strlen(BEFORE));
		const char *end = strstr(at + strlen(BEFORE), AFTER);

		if (string && end)
		{
			dbc_append_bytes(&text, from, (size_t) (at - from));
			dbc_append(&text, string);
			from = end + strlen(AFTER);
		}
		at += strlen(BEFORE);
	}
	if (from == key)
		return key;
	dbc_append(&text, from);
	return text.data;
}
