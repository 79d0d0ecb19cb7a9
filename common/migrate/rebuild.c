/*
 * rebuild.c
 *	  [SQLite] dbmigrate_rebuild: rebuilds a table as a CREATE TABLE statement
 *	  defines it.
 *
 * A dry run rebuilds it and undoes that, so that it reports failures too.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/rebuild.h"
#include "common/migrate/kept.h"

#include "common/core/event.h"
#include "common/core/json.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* Reads the members of option columns. */
static void
read_fillings(dbc_host *host, dbc_migrate_rebuild *task, const char *json)
{
	dbc_json_entries members = dbc_json_read_entries(host, json, "columns");
	dbc_migrate_rebuild_fill *fillings =
		dbc_alloc(host, ((size_t) members.count + 1) * sizeof(*fillings));

	for (int i = 0; i < members.count; i++)
	{
		fillings[i] = (dbc_migrate_rebuild_fill){
			.column = members.list[i].key, .expression = members.list[i].text};
		if (members.list[i].kind != DBC_I_STRING)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Pass SQL as a string: {\"columns\": {\"name\": "
					 "\"upper(name)\"}}.",
					 "column \"%s\" cannot be filled with %s",
					 fillings[i].column, fillings[i].expression);
	}
	task->fillings = fillings;
	task->nfillings = members.count;
}

/* The columns of the key in their order, by which rows are kept; null if there
 * are none. */
static dbc_value
key_order(dbc_host *host, const dbc_relation *table)
{
	return dbc_get_value(
		host, dbc_query(host, "migrate/key_order", dbc_text(table->name)), 0,
		0);
}

static void
rebuild(dbc_host *host, void *arg)
{
	dbc_migrate_rebuild *task = arg;
	dbc_value key = key_order(host, task->table);
	dbc_value columns = dbc_get_value(host,
									  dbc_query(host, "retention/policy_shape",
												dbc_text(task->table->schema),
												dbc_text(task->table->name)),
									  0, 0);
	dbc_migrate_doubt doubt = dbc_migrate_read_doubt(host);
	bool aside;

	dbc_migrate_refuse_moved(host, &doubt, task->table->shown);
	aside = task->drop_columns &&
			dbc_migrate_put_triggers_aside(host, task->table->name);
	if (dbc_has_tables(host))
		dbc_query(host, "archive/name_holds");
	DBC_CALL(host, migrate, rebuild)(host, task);
	dbc_migrate_move_keys(host, dbc_text(task->table->shown), key,
						  key_order(host, task->table));
	if (aside)
		dbc_migrate_put_triggers_back(host, &doubt);
	else
		dbc_migrate_refresh_kept(host, &doubt);
	if (dbc_has_tables(host))
		dbc_query(host, "migrate/move_policy_columns",
				  dbc_text(task->table->shown), columns);
}

/* dbmigrate_rebuild(relation, new_create_sql, options) */
DBC_RUN(dbmigrate_rebuild)
{
	const dbmigrate_rebuild_options *given =
		dbc_read_options(host, &args->options, dbmigrate_rebuild_options);
	bool dry_run = given->dry_run.integer;
	dbc_migrate_rebuild task = {
		.table = dbc_resolve(host, args->relation.text),
		.create_sql = args->new_create_sql.text,
		.drop_columns = (const char *const *) given->drop_columns.texts,
		.kept = dbc_json_array(host),
		.added = dbc_json_array(host),
		.dropped = dbc_json_array(host),
		.recreated = dbc_json_array(host),
		.changed = dbc_json_array(host)};
	dbc_json_node *result = dbc_json_object(host);
	dbc_error error;

	if (given->columns.given)
		read_fillings(host, &task, given->columns.text);
	if (!dry_run && given->drop_columns.given)
		dbc_require_confirmation(host, dbc_read_settings(host),
								 given->confirm.text,
								 "drops columns and their data", NULL);
	dbc_lock(host, dbc_lock_timeout(host));
	if (!dbc_guard(host, rebuild, &task, dry_run ? DBC_UNDO : DBC_KEEP, false,
				   &error))
		dbc_rethrow(host, &error);
	if (!dry_run)
		dbc_event_need_tables(host);
	DBC_PUT_TEXT(result, table_name, task.table->shown);
	DBC_PUT_INT(result, rows, task.rows);
	DBC_PUT_BOOL(result, dry_run, dry_run);
	DBC_PUT(result, kept, task.kept);
	DBC_PUT(result, added, task.added);
	DBC_PUT(result, dropped, task.dropped);
	DBC_PUT(result, recreated, task.recreated);
	DBC_PUT(result, changed, task.changed);
	DBC_PUT_TEXT(result, sql, task.sql);
	dbc_json_emit(host, result);
}
