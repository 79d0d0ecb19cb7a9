/*
 * migrate.h
 *	  A fake host for tests of migrations.
 */
#ifndef FAKE_MIGRATE_H
#define FAKE_MIGRATE_H

#include "test/unit/fake/host.h"

/* A migration in dbcare's tables; what is left out is false or NULL. */
typedef struct fake_migration
{
	const char *version;
	const char *up;	  /* NULL: "up" */
	const char *down; /* NULL: not reversible */
	const char *verify;
	const char *depends_on[3];
	const char *environments; /* JSON array */
	int applied;			  /* position in the order applied, from 1 */
	bool modified;
	bool missing;  /* no longer registered */
	bool baseline; /* not applied by dbcare */
	bool failed;
	bool repeatable;
} fake_migration;

/* A host with dbcare's tables, count migrations, and the settings environment
 * and actor in it. */
extern fake_host *fake_migrating(int engine, const char *environment,
								 const fake_migration *list, int count);

/* The versions that a function listed in a column, or that a query was run
 * for, as "1 2 3". */
extern const char *fake_column(fake_host *fake, int column);
extern const char *fake_versions(fake_host *fake, const char *what);

#endif /* FAKE_MIGRATE_H */
