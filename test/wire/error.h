/*
 * error.h
 *	  Errors as test/parity.sh prints them.
 */
#ifndef DBC_TEST_WIRE_ERROR_H
#define DBC_TEST_WIRE_ERROR_H

#include <stdio.h>
#include <string.h>

/* Prints the parts of an error as sentences of one line. */
static inline void
print_error(const char *message, const char *detail, const char *hint)
{
	const char *parts[] = {message, detail, hint};
	const char *before = "ERROR: ";

	for (int i = 0; i < 3; i++)
	{
		if (!parts[i])
			continue;
		printf("%s%s", before, parts[i]);
		before = parts[i][strlen(parts[i]) - 1] == '.' ? " " : ". ";
	}
	puts("");
}

#endif /* DBC_TEST_WIRE_ERROR_H */
