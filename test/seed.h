/*
 * seed.h
 *	  The seed that chooses the samples of a sweep.
 *
 * test/check.sh prints it and sets DBCARE_SEED; with the same number a program
 * tries the same samples again.
 */
#ifndef DBCARE_TEST_SEED_H
#define DBCARE_TEST_SEED_H

#include <stdlib.h>

/* Which of so many samples is the first: 0 without a seed. */
static inline long
first_sample(long samples)
{
	const char *seed = getenv("DBCARE_SEED");

	return seed ? (long) (strtoul(seed, NULL, 10) % (unsigned long) samples)
				: 0;
}

#endif
