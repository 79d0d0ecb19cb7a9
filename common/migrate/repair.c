/*
 * repair.c
 *	  dbmigrate_repair: repairs dbcare's tables after a failure or an edit.
 *	  It runs no script.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/migrate.h"

#include "common/adopt/adopt.h"
#include "common/core/clock.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/migrate/drift.h"

typedef struct repair
{
	dbc_host *host;
	dbc_migrations list;
	dbc_ledger_log log;
} repair;

/* Logs the repair of a migration. */
static void
note_repair(repair *r, const dbc_migration *m, dbc_json_node *done)
{
	dbc_ledger_event logged = {.event = "repair",
							   .version = m->version,
							   .name = m->name,
							   .checksum = m->checksum,
							   .happened_at = dbc_now(r->host)};

	dbc_ledger_log_event(&r->log, &logged);
	dbc_json_push_text(done, m->version);
}

/* Repairs the named migrations; fails unless all are in the given state. */
static dbc_json_node *
repair_named(repair *r, const dbc_option_value *given, dbc_ledger_state state,
			 const char *sql)
{
	dbc_json_node *done = dbc_json_array(r->host);
	const char *const *version = (const char *const *) given->texts;

	for (; version && *version; version++)
	{
		const dbc_migration *m =
			dbc_ledger_require_migration(r->host, &r->list, *version);

		if (m->state != state)
			dbc_fail(r->host, DBC_INVALID_PARAMETER, NULL,
					 "dbmigrate_status() shows the states.",
					 "migration \"%s\" is %s, not %s", m->version,
					 dbc_ledger_state_name(m->state),
					 dbc_ledger_state_name(state));
		if (state == DBC_MISSING)
			dbc_adopt_write_mirror(r->host, &r->list, m, false, r->log.actor,
								   NULL);
		dbc_query(r->host, sql, dbc_text(m->version));
		note_repair(r, m, done);
	}
	return done;
}

/* Stores today's schema as the one after the last migration; returns the
 * objects that differed. */
static dbc_json_node *
accept_drift(repair *r)
{
	dbc_migrate_differences drift = dbc_migrate_find_drift(r->host);
	dbc_json_node *objects = dbc_json_array(r->host);

	for (int i = 0; i < drift.count; i++)
		dbc_json_push_text(objects, drift.items[i].object);
	if (drift.count > 0)
		dbc_migrate_take_snapshot(r->host);
	return objects;
}

/*
 * Invalid indexes and the like that interrupted calls of dbmigrate_deploy()
 * have left; drops them on request.  The next deploy would drop them too, but
 * not after the failure is cleared.
 */
static dbc_json_node *
list_leftovers(repair *r, bool drop)
{
	const dbc_sql *sql = dbc_find_sql(r->host, "migrate/all_leftovers");
	dbc_json_node *names = dbc_json_array(r->host);
	const dbc_rows *rows;

	if (!sql)
		return names; /* this engine leaves nothing behind */
	rows = dbc_query(r->host, sql->name);
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_json_push_text(names, dbc_get_text(r->host, rows, i, 0));
		if (drop)
			dbc_query_text(r->host, dbc_get_text(r->host, rows, i, 1));
	}
	return names;
}

/* Clears rollbacks that dbmigrate_deploy() has not finished: the migrations
 * count as applied, and the next rollback begins at their first statement. */
static void
clear_rollbacks(repair *r, dbc_json_node *cleared)
{
	const dbc_rows *rows = dbc_ledger_find_unfinished_rollbacks(r->host);
	int i;

	for (i = 0; i < rows->nrows; i++)
	{
		const dbc_migration *m = dbc_ledger_require_migration(
			r->host, &r->list, dbc_get_text(r->host, rows, i, 0));

		dbc_ledger_clear_failed(r->host, m);
		note_repair(r, m, cleared);
	}
}

/* dbmigrate_repair(options) */
DBC_RUN(dbmigrate_repair)
{
	const dbmigrate_repair_options *given =
		dbc_read_options(host, &args->options, dbmigrate_repair_options);
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *cleared = dbc_json_array(host);
	repair r = {.host = host};
	const char *actor;

	dbc_need_tables(host);
	dbc_lock(host, dbc_lock_timeout(host));
	actor = dbc_actor(host, dbc_read_settings(host));
	if (dbc_adopt_record_mirror(host, actor))
		dbc_migrate_take_snapshot(host);
	r.list = dbc_migrate_list_migrations(host);
	r.log = dbc_ledger_open_log(host, actor);
	DBC_PUT(result, leftovers,
			list_leftovers(&r, given->drop_leftovers.integer));
	for (int i = 0; i < r.list.count; i++)
	{
		if (r.list.items[i].state != DBC_FAILED)
			continue;
		dbc_ledger_clear_failed(host, &r.list.items[i]);
		note_repair(&r, &r.list.items[i], cleared);
	}
	clear_rollbacks(&r, cleared);
	DBC_PUT(result, cleared, cleared);
	DBC_PUT(
		result, accepted,
		repair_named(&r, &given->accept, DBC_MODIFIED, "ledger/accept_text"));
	DBC_PUT(
		result, forgotten,
		repair_named(&r, &given->forget, DBC_MISSING, "ledger/ledger_remove"));
	if (given->accept_drift.integer)
		DBC_PUT(result, accepted_drift, accept_drift(&r));
	dbc_json_emit(host, result);
}
