/*
 * libpq.c
 *	  Loading libpq.
 */
#include "wire/core/libpq.h"

#include <dlfcn.h>
#include <stddef.h>

dbcw_libpq dbcw_pq;

bool
dbcw_load_libpq(dbcw_load_error *error)
{
	static const char *const names[] = {"libpq.so.5", "libpq.so",
										"libpq.5.dylib"};
	static void *library = NULL;

	for (size_t i = 0; !library && i < sizeof(names) / sizeof(names[0]); i++)
		library = dlopen(names[i], RTLD_NOW);
	if (!library)
	{
		*error = (dbcw_load_error){
			"PostgreSQL's client library libpq is not installed", dlerror(),
			"Install it: libpq5 on Debian."};
		return false;
	}
#define DBCW_LIBPQ(result, name, arguments)                       \
	*(void **) &dbcw_pq.name = dlsym(library, #name);             \
	if (!dbcw_pq.name)                                            \
	{                                                             \
		*error = (dbcw_load_error){"libpq lacks " #name, NULL,    \
								   "Install libpq 14 or newer."}; \
		return false;                                             \
	}
#include "wire/core/libpq.def"
#undef DBCW_LIBPQ
	return true;
}
