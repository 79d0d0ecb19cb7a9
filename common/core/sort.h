/*
 * sort.h
 *	  qsort() and bsearch() of arrays that may be empty.
 *
 * The C library's want an address even for no elements, and a list that nothing was
 * added to has none.
 */
#ifndef DBC_CORE_SORT_H
#define DBC_CORE_SORT_H

#include <stdlib.h>
#include <string.h>

static inline void
dbc_sort(void *array, size_t count, size_t size,
		 int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(array, count, size, compare);
}

/* The element that is equal to a key, or NULL. */
static inline void *
dbc_search(const void *key, const void *array, size_t count, size_t size,
		   int (*compare)(const void *, const void *))
{
	/* newer headers make it const as the array is */
	return count > 0 ? (void *) bsearch(key, array, count, size, compare)
					 : NULL;
}

/* Compares the texts that two elements point to. */
static inline int
dbc_compare_texts(const void *left, const void *right)
{
	const char *const *l = left;
	const char *const *r = right;

	return strcmp(*l, *r);
}

#endif /* DBC_CORE_SORT_H */
