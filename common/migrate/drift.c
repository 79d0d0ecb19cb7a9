/*
 * drift.c
 *	  Compares today's schema with the one after the last migration and shows
 *	  who changed it: dbmigrate_drift and dbmigrate_watch.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/drift.h"

#include "common/core/tables.h"

/* Columns of migrate/schema_changes.sql. */
enum
{
	C_OBJECT,
	C_TABLE, /* the object itself unless it belongs to a table */
	C_CHANGED_AT,
	C_CHANGED_BY,
	C_STATEMENT
};

/* Stores today's schema as the one after the last migration. */
void
dbc_migrate_take_snapshot(dbc_host *host)
{
	dbc_need_tables(host);
	DBC_CALL(host, migrate, store_schema)(host);
	dbc_query(host, "migrate/snapshot_clear");
	dbc_query(host, "migrate/snapshot_add");
}

/* Whether the stored schema is the one after the last migration; a deploy that
 * was killed has not stored its schema. */
bool
dbc_migrate_has_snapshot(dbc_host *host)
{
	return dbc_has_tables(host) &&
		   dbc_query(host, "migrate/snapshot")->nrows > 0;
}

/* How today's schema differs from the stored one. */
dbc_migrate_differences
dbc_migrate_find_drift(dbc_host *host)
{
	dbc_migrate_differences none = {NULL, 0};
	dbc_migrate_schema expected;
	dbc_migrate_schema actual;

	if (!dbc_migrate_has_snapshot(host))
		return none;
	expected = dbc_migrate_read_schema(host, DBC_SCHEMA_STORED);
	actual = dbc_migrate_read_schema(host, DBC_SCHEMA_NOW);
	return dbc_migrate_compare_schemas(host, &expected, &actual);
}

bool
dbc_migrate_is_as_left(dbc_host *host)
{
	return dbc_migrate_has_snapshot(host) &&
		   dbc_migrate_find_drift(host).count == 0;
}

/* The changes recorded since the schema was stored; NULL if the engine cannot
 * record any. */
static const dbc_rows *
read_changes(dbc_host *host)
{
	if (!dbc_find_sql(host, "migrate/schema_changes"))
		return NULL;
	return dbc_query(host, "migrate/schema_changes");
}

/* The latest recorded change of an object or, failing that, of its table; NULL
 * if there is none. */
static const dbc_value *
find_change(dbc_host *host, const dbc_rows *changes,
			const dbc_migrate_difference *difference)
{
	const dbc_value *of_table = NULL;

	for (int i = 0; changes && i < changes->nrows; i++)
	{
		const dbc_value *change = dbc_get_row(host, changes, i, "ttTTT");

		if (dbc_same(change[C_OBJECT].text, difference->object))
			return change;
		if (!of_table && difference->parent &&
			dbc_same(change[C_TABLE].text, difference->parent))
			of_table = change;
	}
	return of_table;
}

/* Emits a difference. */
static void
emit_drift(dbc_host *host, const dbc_rows *changes,
		   const dbc_migrate_difference *d)
{
	const dbc_value *change = find_change(host, changes, d);

	dbc_emit(host, dbc_text(d->type), dbc_text(d->object), dbc_text(d->change),
			 dbc_text(d->before), dbc_text(d->after),
			 change ? change[C_CHANGED_AT] : dbc_null(),
			 change ? change[C_CHANGED_BY] : dbc_null(),
			 change ? change[C_STATEMENT] : dbc_null());
}

/* dbmigrate_drift() */
DBC_RUN(dbmigrate_drift)
{
	dbc_migrate_differences drift = dbc_migrate_find_drift(host);
	const dbc_rows *changes = drift.count > 0 ? read_changes(host) : NULL;

	for (int i = 0; i < drift.count; i++)
		emit_drift(host, changes, &drift.items[i]);
}

/* dbmigrate_watch(enabled) */
DBC_RUN(dbmigrate_watch)
{
	dbc_json_node *result = dbc_json_object(host);
	const dbc_rows *statements;

	dbc_need_tables(host);
	statements =
		dbc_query(host, "core/event_triggers", args->enabled,
				  dbc_text("dbcare_watch"), dbc_text("dbcare_record_change"));
	for (int i = 0; i < statements->nrows; i++)
		dbc_query_text(host, dbc_get_text(host, statements, i, 0));
	DBC_PUT_BOOL(result, enabled, args->enabled.integer);
	DBC_PUT_BOOL(result, changed, statements->nrows > 0);
	dbc_json_emit(host, result);
}
