/*
 * host.c
 *	  What the room migrate asks of SQLite: the calls of its seam.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/migrate/diff.h"
#include "sqlite_ext/migrate/rebuild.h"
#include "sqlite_ext/migrate/track.h"

#include <unistd.h>

/* The query for each source. */
static const char *const queries[] = {
	[DBC_SCHEMA_NOW] = "migrate/schema_entries",
	[DBC_SCHEMA_WHOLE] = "migrate/schema_entries",
	[DBC_SCHEMA_STORED] = "migrate/stored_entries",
	[DBC_SCHEMA_STORED_WHOLE] = "migrate/stored_entries"};

/* See common/migrate/host.h. */
static const dbc_rows *
list_schema(dbc_host *host, dbc_schema_source source)
{
	return dbcsl_migrate_list_objects(
		dbcsl_of(host), dbc_query(host, queries[source]),
		source == DBC_SCHEMA_WHOLE || source == DBC_SCHEMA_STORED_WHOLE);
}

/* Stores today's schema; only changed objects are replaced. */
static void
store_schema(dbc_host *host)
{
	dbc_query(host, "migrate/forget_schema");
	dbc_query(host, "migrate/store_schema");
}

/* Locks a script against calls of all processes. */
static void
lock_script(dbc_host *host, const char *version)
{
	const dbc_rows *rows =
		dbc_query(host, "migrate/deployment_runner", dbc_text(version));
	int64_t runner = dbc_get_int_or(host, rows, 0, 0, 0);

	if (dbcsl_is_running(dbcsl_of(host), runner, version))
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE, NULL,
				 "If the process is another program, call dbmigrate_repair().",
				 "process %lld is running it", (long long) runner);
	dbc_query(host, "core/deployment_claim", dbc_text(version),
			  dbc_int(getpid()));
}

/* Unlocks a script that does not run outside a transaction. */
static void
unlock_script(dbc_host *host, const char *version)
{
	dbc_query(host, "core/deployment_claim", dbc_text(version), dbc_null());
	dbcsl_progress_lock(dbcsl_of(host), NULL);
}

const dbc_migrate_host dbcsl_migrate_host = {
	.ledger_schema = "main",
	.lock_script = lock_script,
	.unlock_script = unlock_script,
	.rebuild = dbcsl_migrate_rebuild_table,
	.schema = list_schema,
	.store_schema = store_schema,
	.preview = dbcsl_migrate_preview,
	.diff = dbcsl_migrate_diff,
	.track = dbcsl_migrate_track,
	.touched = dbcsl_migrate_read_changes,
};
