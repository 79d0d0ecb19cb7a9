/*
 * wording.c
 *	  Numbers, sizes and names in messages.
 */
#include "common/core/wording.h"

#include <math.h>
#include <string.h>

#include "common/core/text.h"

/* Longer names are not compared. */
#define LONGEST_NAME 63

/* ---- numbers ---- */

const char *
dbc_digits_text(dbc_host *host, double number)
{
	double scale = 1;

	while (scale < 100 && fabs(number) * scale < 100)
		scale *= 10;
	/* adding zero turns minus zero into zero */
	return dbc_real_text(host, round(number * scale) / scale + 0.0);
}

const char *
dbc_grouped_text(dbc_host *host, int64_t number)
{
	const char *digits = dbc_format(host, "%lld", (long long) number);
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	if (*digits == '-')
		dbc_append_bytes(&buffer, digits++, 1);
	for (size_t left = strlen(digits); left > 0; left--)
	{
		dbc_append_bytes(&buffer, digits++, 1);
		if (left % 3 == 1 && left > 1)
			dbc_append(&buffer, ",");
	}
	return buffer.data;
}

const char *
dbc_bytes_text(dbc_host *host, double bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
	size_t unit = 0;

	while (round(fabs(bytes)) >= 1024 &&
		   unit < sizeof(units) / sizeof(units[0]) - 1)
	{
		bytes /= 1024;
		unit++;
	}
	if (unit == 0)
		bytes = round(bytes);
	return dbc_format(host, "%s %s", dbc_digits_text(host, bytes),
					  unit == 0 && bytes == 1 ? "byte" : units[unit]);
}

const char *
dbc_shorten_bytes(dbc_host *host, const char *text)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	while (*text)
	{
		size_t digits = strspn(text, "0123456789");
		size_t other = strcspn(text, "0123456789");
		double bytes;

		if (digits > 0 && dbc_starts_with(text + digits, " bytes") &&
			dbc_parse_real(dbc_copy(host, text, digits), &bytes))
		{
			dbc_append(&buffer, dbc_bytes_text(host, bytes));
			text += digits + strlen(" bytes");
			continue;
		}
		dbc_append_bytes(&buffer, text, digits + other);
		text += digits + other;
	}
	return buffer.data;
}

/* ---- names ---- */

static int
least_of(int a, int b, int c)
{
	int least = a < b ? a : b;

	return least < c ? least : c;
}

/* Folds a name: case and the sign between its words do not count. */
static int
folded(char c)
{
	return c == '-' || c == ' ' ? '_' : dbc_lower(c);
}

/* The number of characters to insert, delete or replace. */
static int
distance(const char *left, const char *right)
{
	int row[LONGEST_NAME + 1];
	int width = (int) strlen(right);

	for (int j = 0; j <= width; j++)
		row[j] = j;
	for (int i = 1; left[i - 1]; i++)
	{
		int diagonal = row[0];

		row[0] = i;
		for (int j = 1; j <= width; j++)
		{
			int above = row[j];

			row[j] = least_of(
				above + 1, row[j - 1] + 1,
				diagonal + (folded(left[i - 1]) != folded(right[j - 1])));
			diagonal = above;
		}
	}
	return row[width];
}

const char *
dbc_did_you_mean(dbc_host *host, const char *word, const char *const *names)
{
	size_t length = strlen(word);
	int nearest = (int) (length + 1) / 3;
	const char *found = NULL;

	if (length < 2 || length > LONGEST_NAME)
		return "";
	for (; *names; names++)
	{
		int away = strlen(*names) > LONGEST_NAME ? nearest + 1
												 : distance(word, *names);

		if (away > nearest || (found && away == nearest))
			continue;
		found = *names;
		nearest = away;
	}
	return found ? dbc_format(host, "Did you mean \"%s\"? ", found) : "";
}
