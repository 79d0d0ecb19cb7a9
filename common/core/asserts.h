/*
 * asserts.h
 *	  Assertions: what must be true of data that the code itself has made,
 *	  whatever a table, a file or a server has in it.
 *
 * They are on in tests alone: the bindings set host->assert_result where the
 * environment variable DBCARE_ASSERT is set, and the fake host does.  One that
 * fails ends the process.
 */
#ifndef DBC_CORE_ASSERTS_H
#define DBC_CORE_ASSERTS_H

/* the host decides whether they are on */
#undef NDEBUG
#include <assert.h>

#include "common/core/host.h"

#define DBC_ASSERT(host, condition) \
	assert(!(host)->assert_result || (condition))

/* Whether an array is in the order of a comparison for qsort(); the second
 * function wants no two elements equal. */
extern bool dbc_is_sorted(const void *array, int count, size_t size,
						  int (*compare)(const void *, const void *));
extern bool dbc_is_ascending(const void *array, int count, size_t size,
							 int (*compare)(const void *, const void *));

#endif /* DBC_CORE_ASSERTS_H */
