/*
 * json_number.c
 *	  JSON numbers of any size, computed exactly: 0.1 is a tenth and 1e400 is
 *	  finite.
 */
#include <string.h>

#include "common/core/json.h"
#include "common/core/text.h"

/* Larger exponents are reduced to this one, which no text can compensate by its
 * digits. */
#define MAX_EXPONENT INT64_C(1000000000000000)

/* The maximum number of digits in messages. */
#define MAX_SHOWN 40

/* Parses digits as a number, limited to MAX_EXPONENT. */
static int64_t
read_exponent(const char *text, const char *end)
{
	bool negative = text < end && *text == '-';
	int64_t exponent = 0;

	if (text < end && (*text == '-' || *text == '+'))
		text++;
	for (; text < end && exponent < MAX_EXPONENT; text++)
		exponent = exponent * 10 + (*text - '0');
	if (exponent > MAX_EXPONENT)
		exponent = MAX_EXPONENT;
	return negative ? -exponent : exponent;
}

/* The digits of a text without the decimal point. */
static const char *
without_point(dbc_host *host, const char *first, const char *point,
			  const char *last)
{
	size_t before = (size_t) (point - first);
	char *digits = dbc_alloc(host, (size_t) (last - first) + 1);

	memcpy(digits, first, before);
	memcpy(digits + before, point + 1, (size_t) (last - point));
	return digits;
}

/* Parses the text of a number. */
static dbc_decimal
read_decimal(dbc_host *host, const char *text, const char *end)
{
	dbc_decimal number = {.digits = "", .negative = *text == '-'};
	const char *mantissa_end = text;
	const char *point = NULL;
	const char *first;
	const char *last;

	if (number.negative)
		text++;
	for (; mantissa_end < end && (*mantissa_end | 0x20) != 'e'; mantissa_end++)
		if (*mantissa_end == '.')
			point = mantissa_end;
	for (first = text; first < mantissa_end && (*first == '0' || *first == '.');
		 first++)
		;
	if (first == mantissa_end)
		return (dbc_decimal){.digits = ""};
	for (last = mantissa_end - 1; *last == '0' || *last == '.'; last--)
		;
	if (!point)
		point = mantissa_end;
	number.exponent = point > first ? point - first : point - first + 1;
	if (mantissa_end < end)
		number.exponent += read_exponent(mantissa_end + 1, end);
	number.ndigits = (size_t) (last - first) + 1;
	number.digits = first;
	if (first < point && point < last)
	{
		number.digits = without_point(host, first, point, last);
		number.ndigits--;
	}
	return number;
}

/* Replaces the native form of a number by its text. */
static void
keep_text(dbc_host *host, const dbc_json_item *number)
{
	const char *text = dbc_number_text(host, number->text);
	/* the number is unchanged, so this may be cached in a const item */
	dbc_json_item *item = (dbc_json_item *) number;

	item->text = text;
	item->length = (uint32_t) strlen(text);
	item->native = 0;
}

dbc_decimal
dbc_json_decimal(dbc_host *host, const dbc_json_item *number)
{
	if (number->native)
		keep_text(host, number);
	return read_decimal(host, number->text, number->text + number->length);
}

/* Compares two numbers without their signs. */
static int
compare_magnitudes(const dbc_decimal *left, const dbc_decimal *right)
{
	size_t common =
		left->ndigits < right->ndigits ? left->ndigits : right->ndigits;
	int order;

	if (left->ndigits == 0 || right->ndigits == 0)
		return (left->ndigits > 0) - (right->ndigits > 0);
	if (left->exponent != right->exponent)
		return left->exponent < right->exponent ? -1 : 1;
	order = memcmp(left->digits, right->digits, common);
	if (order != 0)
		return order;
	return (left->ndigits > common) - (right->ndigits > common);
}

int
dbc_decimal_compare(const dbc_decimal *left, const dbc_decimal *right)
{
	if (left->negative != right->negative)
		return left->negative ? -1 : 1;
	return left->negative ? compare_magnitudes(right, left)
						  : compare_magnitudes(left, right);
}

/* Whether a number is an integer. */
bool
dbc_decimal_is_integer(const dbc_decimal *number)
{
	return number->exponent >= (int64_t) number->ndigits;
}

/* (left * right) modulo a divisor. */
static uint64_t
multiply(uint64_t left, uint64_t right, uint64_t divisor)
{
	__extension__ typedef unsigned __int128 wide;

	return (uint64_t) ((wide) left * right % divisor);
}

/* Ten to the exponent modulo a divisor. */
static uint64_t
power_of_ten(int64_t exponent, uint64_t divisor)
{
	uint64_t result = 1 % divisor;
	uint64_t base = 10 % divisor;

	for (; exponent > 0; exponent >>= 1)
	{
		if (exponent & 1)
			result = multiply(result, base, divisor);
		base = multiply(base, base, divisor);
	}
	return result;
}

/* Whether a number is a multiple of another one.  Both are an integer that does
 * not end in 0, times a power of ten.  If the power of the divisor is larger,
 * the number cannot be a multiple; else the remainder decides. */
bool
dbc_decimal_is_multiple(const dbc_decimal *number, const dbc_decimal *divisor)
{
	int64_t more = (number->exponent - (int64_t) number->ndigits) -
				   (divisor->exponent - (int64_t) divisor->ndigits);
	uint64_t whole = 0;
	uint64_t rest = 0;

	if (number->ndigits == 0)
		return true;
	if (more < 0)
		return false;
	for (size_t i = 0; i < divisor->ndigits; i++)
		whole = whole * 10 + (uint64_t) (divisor->digits[i] - '0');
	for (size_t i = 0; i < number->ndigits; i++)
		rest =
			(multiply(rest, 10, whole) + (uint64_t) (number->digits[i] - '0')) %
			whole;
	return multiply(rest, power_of_ten(more, whole), whole) == 0;
}

const char *
dbc_decimal_text(dbc_host *host, const dbc_decimal *number)
{
	int64_t zeros = number->exponent - (int64_t) number->ndigits;
	int ndigits =
		number->ndigits > MAX_SHOWN ? MAX_SHOWN : (int) number->ndigits;
	const char *sign = number->negative ? "-" : "";

	if (ndigits == 0)
		return "0";
	if (number->exponent > MAX_SHOWN || number->exponent < -MAX_SHOWN)
		return dbc_format(host, "%s%c%s%.*s%se%lld", sign, number->digits[0],
						  ndigits > 1 ? "." : "", ndigits - 1,
						  number->digits + 1,
						  number->ndigits > MAX_SHOWN ? "..." : "",
						  (long long) number->exponent - 1);
	if (zeros >= 0)
		return dbc_format(host, "%s%.*s%.*s", sign, ndigits, number->digits,
						  (int) zeros,
						  "0000000000000000000000000000000000000000");
	if (number->exponent <= 0)
		return dbc_format(host, "%s0.%.*s%.*s%s", sign, (int) -number->exponent,
						  "0000000000000000000000000000000000000000", ndigits,
						  number->digits,
						  number->ndigits > MAX_SHOWN ? "..." : "");
	return dbc_format(host, "%s%.*s.%.*s%s", sign, (int) number->exponent,
					  number->digits, ndigits - (int) number->exponent,
					  number->digits + number->exponent,
					  number->ndigits > MAX_SHOWN ? "..." : "");
}
