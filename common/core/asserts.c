/*
 * asserts.c
 *	  What assertions ask.
 */
#include "common/core/asserts.h"

/* Whether each element is compared to the next one as less, or at most equal. */
static bool
is_ordered(const void *array, int count, size_t size,
		   int (*compare)(const void *, const void *), int most)
{
	const char *element = array;

	for (int i = 1; i < count; i++, element += size)
		if (compare(element, element + size) > most)
			return false;
	return true;
}

bool
dbc_is_sorted(const void *array, int count, size_t size,
			  int (*compare)(const void *, const void *))
{
	return is_ordered(array, count, size, compare, 0);
}

bool
dbc_is_ascending(const void *array, int count, size_t size,
				 int (*compare)(const void *, const void *))
{
	return is_ordered(array, count, size, compare, -1);
}
