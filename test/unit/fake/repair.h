/*
 * repair.h
 *	  A fake host with rows to repair.  What rows are is of no matter: there are
 *	  so many for which a condition is true.
 */
#ifndef FAKE_REPAIR_H
#define FAKE_REPAIR_H

#include "test/unit/fake/script.h"

#include "common/check/repair.h"

/* A foreign key; its name and the condition of orphans are its columns. */
typedef struct fake_key
{
	const char *child;
	const char *parent;
	const char *columns;
	const char *on_delete; /* NULL: none */
	const char *not_null;
	const char *reason;
	const char *named; /* columns of the parent, or NULL */
	bool unnamed;
} fake_key;

/* Gives a host foreign keys, and a repair that changed 4 rows of c and before
 * removed 2 of b.  New ones have number 7.  It knows the options {look},
 * {remove}, {null} and {cascade}. */
extern void fake_repairs(fake_host *fake, const fake_key *keys, int nkeys);

/* A host on PostgreSQL with that. */
extern fake_host *fake_repairable(const fake_key *keys, int nkeys);

/* A condition is true for so many rows. */
extern void fake_find(fake_host *fake, const char *condition, int64_t rows);

/* When the rows that fake_find() was last called for are changed, another
 * condition becomes true for so many more. */
extern void fake_then(fake_host *fake, const char *then, int64_t more);

#endif /* FAKE_REPAIR_H */
