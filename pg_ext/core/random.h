/*
 * random.h
 *	  Numbers that nobody can guess.
 */
#ifndef DBCPG_CORE_RANDOM_H
#define DBCPG_CORE_RANDOM_H

#include "postgres.h"

extern void dbcpg_fill_random(void *bytes, size_t length);

/* For a name. */
extern unsigned long long dbcpg_make_random(void);

#endif /* DBCPG_CORE_RANDOM_H */
