/*
 * shown.c
 *	  Text of a database on a line that people read.
 */
#include "common/core/shown.h"

#include <string.h>

uint32_t
dbc_code_point(const char *text, size_t length)
{
	const unsigned char *byte = (const unsigned char *) text;
	uint32_t code = length == 1 ? byte[0] : byte[0] & (0x7Fu >> length);

	for (size_t i = 1; i < length; i++)
		code = code << 6 | (byte[i] & 0x3Fu);
	return code;
}

bool
dbc_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C ||
		   (code >= 0x200B && code <= 0x200F) ||
		   (code >= 0x2028 && code <= 0x202E) ||
		   (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
		   (code >= 0xFFF9 && code <= 0xFFFB) || code >= 0xE0000;
}

void
dbc_append_shown(dbc_buffer *buffer, const char *text)
{
	size_t left = strlen(text);

	while (*text)
	{
		size_t length = dbc_utf8_length(text, left);
		uint32_t code = length > 0 ? dbc_code_point(text, length) : 0;

		if (*text == '\n')
			dbc_append(buffer, "\\n");
		else if (length == 0 || (dbc_is_control(code) && code < 0x100))
			dbc_append_format(buffer, "\\x%02x",
							  length > 0 ? code : (unsigned char) *text);
		else if (dbc_is_control(code))
			dbc_append_format(buffer, "\\u%04x", code);
		else
			dbc_append_bytes(buffer, text, length);
		text += length > 0 ? length : 1;
		left -= length > 0 ? length : 1;
	}
}
