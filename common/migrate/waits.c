/*
 * waits.c
 *	  Which migrations are still to be run, and which of them wait for a
 *	  backfill, directly or through others.
 *
 * Dependencies have lower ranks, except in a cycle: one pass in the order of
 * ranks visits each of them once, however many paths lead to it.
 */
#include "common/migrate/migrate.h"

#include "common/backfill/backfill.h"
#include "common/core/text.h"

/* Whether a migration is for an environment; names are quoted in the JSON. */
bool
dbc_migrate_is_for_environment(dbc_host *host, const dbc_migration *migration,
							   const char *environment)
{
	const char *name = migration->environments;
	const char *wanted = dbc_format(host, "\"%s\"", environment);

	if (!name)
		return true;
	for (; *name; name++)
		if (dbc_starts_with(name, wanted))
			return true;
	return false;
}

bool
dbc_migrate_is_open(dbc_host *host, const dbc_migration *migration,
					const char *environment)
{
	return (migration->state == DBC_PENDING ||
			migration->state == DBC_FAILED) &&
		   dbc_migrate_is_for_environment(host, migration, environment);
}

/* What one dependency makes a migration wait for. */
static dbc_migrate_wait
wait_for(dbc_host *host, const dbc_migrations *list,
		 const dbc_migrate_wait *waits, const dbc_migration *migration,
		 const char *version, const char *environment)
{
	const char *backfill = dbc_backfill_of_dependency(version);
	const dbc_migration *needed;

	if (backfill)
		return (dbc_migrate_wait){
			backfill,
			environment ? dbc_backfill_describe_wait(host, backfill) : NULL};
	needed = dbc_ledger_find_migration(list, version);
	if (!needed || needed->rank >= migration->rank ||
		(environment && !dbc_migrate_is_open(host, needed, environment)))
		return (dbc_migrate_wait){NULL, NULL};
	return waits[needed->rank];
}

const dbc_migrate_wait *
dbc_migrate_find_waits(dbc_host *host, const dbc_migrations *list,
					   const char *environment)
{
	size_t count = (size_t) list->count + 1;
	dbc_migrate_wait *waits = dbc_alloc(host, count * sizeof(*waits));
	const dbc_migration **ranked = dbc_alloc(host, count * sizeof(*ranked));

	for (int i = 0; i < list->count; i++)
		ranked[list->items[i].rank] = &list->items[i];
	for (int rank = 1; rank <= list->count; rank++)
	{
		const char *const *version = ranked[rank]->depends_on;

		for (; *version && !waits[rank].backfill; version++)
		{
			dbc_migrate_wait wait;

			dbc_poll(host);
			wait = wait_for(host, list, waits, ranked[rank], *version,
							environment);
			if (wait.left || !environment)
				waits[rank] = wait;
		}
	}
	return waits;
}
