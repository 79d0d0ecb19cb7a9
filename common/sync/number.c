/*
 * number.c
 *	  Numbers as decimals: without exponent and trailing zeros.
 */
#include "common/sync/encode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decimal places that are tried before digits are counted. */
#define FEW_PLACES 9

/* Integers up to here have at most 15 digits, which a double has all. */
#define EXACT 1e15

/* Real numbers from 2^53 to 2^63 are integers that a column of SQLite can also
 * have as such, and not each integer has a real number. */
#define INEXACT		9007199254740992.0
#define INEXACT_END 9223372036854775808.0

static size_t
magnitude_text(char *to, uint64_t magnitude)
{
	char digits[20];
	size_t length = 0;

	do
		digits[length++] = (char) ('0' + magnitude % 10);
	while ((magnitude /= 10) > 0);
	for (size_t i = 0; i < length; i++)
		to[i] = digits[length - 1 - i];
	return length;
}

size_t
dbc_sync_integer_text(char *to, int64_t integer)
{
	if (integer >= 0)
		return magnitude_text(to, (uint64_t) integer);
	*to = '-';
	return 1 + magnitude_text(to + 1, 0 - (uint64_t) integer);
}

size_t
dbc_sync_decimal_length(const char *digits, size_t length)
{
	if (!memchr(digits, '.', length))
		return length;
	while (digits[length - 1] == '0')
		length--;
	return digits[length - 1] == '.' ? length - 1 : length;
}

/* A number with few decimal places; 0 if it has more. */
static size_t
few_places(char *to, double real)
{
	double magnitude = fabs(real);
	double power = 1;

	for (int places = 0; places <= FEW_PLACES; places++, power *= 10)
	{
		double scaled = magnitude * power;
		uint64_t whole;
		size_t length = 0;
		size_t digits;

		if (scaled >= EXACT)
			return 0;
		whole = (uint64_t) (scaled + 0.5);
		/* correctly rounded, since both have at most 15 digits */
		if ((double) whole / power != magnitude)
			continue;
		if (real < 0)
			to[length++] = '-';
		digits = magnitude_text(to + length, whole);
		if (places == 0)
			return length + digits;
		for (; digits <= (size_t) places; digits++)
		{
			memmove(to + length + 1, to + length, digits);
			to[length] = '0';
		}
		length += digits - (size_t) places;
		memmove(to + length + 1, to + length, (size_t) places);
		to[length] = '.';
		return length + 1 + (size_t) places;
	}
	return 0;
}

/* Writes digits times ten to the exponent of the first one. */
static size_t
write_decimal(char *to, const char *digits, int ndigits, int exponent)
{
	char *end = to;

	if (exponent < 0)
	{
		*end++ = '0';
		*end++ = '.';
		for (int i = -1; i > exponent; i--)
			*end++ = '0';
	}
	for (int i = 0; i < ndigits || i <= exponent; i++)
	{
		if (i > 0 && i == exponent + 1)
			*end++ = '.';
		*end++ = i < ndigits ? digits[i] : '0';
	}
	return (size_t) (end - to);
}

/* A number by the fewest digits that read back exactly. */
static size_t
all_digits(char *to, double real, bool is_single)
{
	char text[40];
	char digits[20];
	int ndigits = 0;
	size_t sign = real < 0;
	const char *at = text;

	for (int most = is_single ? 6 : 15; most <= (is_single ? 9 : 17); most++)
	{
		snprintf(text, sizeof(text), "%.*e", most - 1, fabs(real));
		if (is_single ? (float) strtod(text, NULL) == (float) fabs(real)
					  : strtod(text, NULL) == fabs(real))
			break;
	}
	/* a locale may have another decimal point */
	for (; *at != 'e'; at++)
		if (*at >= '0' && *at <= '9')
			digits[ndigits++] = *at;
	while (ndigits > 1 && digits[ndigits - 1] == '0')
		ndigits--;
	if (sign)
		*to = '-';
	return sign + write_decimal(to + sign, digits, ndigits,
								(int) strtol(at + 1, NULL, 10));
}

size_t
dbc_sync_real_text(char *to, double real, bool is_single)
{
	size_t length;

	if (real == 0 && signbit(real))
		return (size_t) snprintf(to, DBC_SYNC_NUMBER, "-0");
	if (!isfinite(real))
		return (size_t) snprintf(to, DBC_SYNC_NUMBER, "%s",
								 isnan(real) ? "NaN"
								 : real < 0	 ? "-Infinity"
											 : "Infinity");
	if (!is_single && (length = few_places(to, real)) > 0)
		return length;
	length = all_digits(to, real, is_single);
	/* the fewest digits may be those of another integer */
	if (fabs(real) >= INEXACT && fabs(real) <= INEXACT_END)
		length += (size_t) snprintf(to + length, 3, ".0");
	return length;
}
