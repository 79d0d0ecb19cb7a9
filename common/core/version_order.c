/*
 * version_order.c
 *	  Comparing the versions of migrations.
 */
#include "common/core/version_order.h"

#include <stddef.h>
#include <string.h>

#define TIMESTAMP_DIGITS 14 /* YYYYMMDDHHMMSS */

/* Compares two runs of digits. */
static int
compare_digits(const char *left, size_t nleft, const char *right, size_t nright)
{
	size_t shorter = nleft < nright ? nleft : nright;
	int order;

	if (nleft >= TIMESTAMP_DIGITS && nright >= TIMESTAMP_DIGITS)
	{
		order = memcmp(left, right, shorter);
		return order ? order : (nleft > nright) - (nleft < nright);
	}
	for (; nleft > 1 && *left == '0'; nleft--)
		left++;
	for (; nright > 1 && *right == '0'; nright--)
		right++;
	if (nleft != nright)
		return nleft < nright ? -1 : 1;
	return memcmp(left, right, nleft);
}

/* Compares two versions naturally; see core/version_order.h. */
int
dbc_version_compare(const char *left, const char *right)
{
	const char *l = left;
	const char *r = right;

	while (*l && *r)
	{
		size_t nleft = strspn(l, "0123456789");
		size_t nright = strspn(r, "0123456789");

		if (nleft && nright)
		{
			int order = compare_digits(l, nleft, r, nright);

			if (order)
				return order;
			l += nleft;
			r += nright;
		}
		else if (*l != *r)
			return (unsigned char) *l < (unsigned char) *r ? -1 : 1;
		else
		{
			l++;
			r++;
		}
	}
	if (*l || *r)
		return *l ? 1 : -1;
	return strcmp(left, right);
}

/* Whether two versions differ in leading zeros at most. */
bool
dbc_version_same_number(const char *left, const char *right)
{
	return strcmp(left + strspn(left, "0"), right + strspn(right, "0")) == 0;
}
