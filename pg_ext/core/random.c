/*
 * random.c
 *	  Numbers that nobody can guess.
 */
#include "pg_ext/core/random.h"

void
dbcpg_fill_random(void *bytes, size_t length)
{
	if (!pg_strong_random(bytes, length))
		ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
				errmsg("could not generate random bytes"));
}

unsigned long long
dbcpg_make_random(void)
{
	uint64 number;

	dbcpg_fill_random(&number, sizeof(number));
	return number;
}
