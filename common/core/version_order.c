/*
 * version_order.c
 *	  Comparing the versions of migrations.
 */
#include "common/core/version_order.h"

#include <string.h>

#include "common/core/text.h"

#define TIMESTAMP_DIGITS 14 /* YYYYMMDDHHMMSS */

/* Adds a run of digits; a longer number by value begins with a character that
 * is above all digits. */
static void
append_number(dbc_buffer *key, const char *digits, size_t length, bool by_value)
{
	for (; length > 1 && *digits == '0'; length--)
		digits++;
	if (by_value && length > TIMESTAMP_DIGITS)
		dbc_append_format(key, "%c",
						  length < 80 ? '9' + (int) length - TIMESTAMP_DIGITS
									  : '{');
	for (size_t pad = length; pad < TIMESTAMP_DIGITS; pad++)
		dbc_append(key, "0");
	dbc_append_bytes(key, digits, length);
	dbc_append(key, "!");
}

/* The place of a version in an order, as text that compares by its bytes. */
const char *
dbc_version_key(dbc_host *host, const char *version, bool by_value)
{
	dbc_buffer key;

	dbc_buffer_init(&key, host);
	while (*version)
	{
		size_t digits = strspn(version, "0123456789");
		size_t others = strcspn(version, "0123456789");

		if (digits)
			append_number(&key, version, digits, by_value);
		else
			dbc_append_bytes(&key, version, others);
		version += digits + others;
	}
	return key.data;
}

bool
dbc_version_same_number(const char *left, const char *right)
{
	return strcmp(left + strspn(left, "0"), right + strspn(right, "0")) == 0;
}
