/*
 * register.c
 *	  Registering migrations: dbmigrate_add and dbmigrate_remove.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/migrate.h"

#include <string.h>

#include "common/adopt/adopt.h"
#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

const char *const dbc_migrate_action_names[] = {"added", "updated",
												"unchanged"};

/* A list of strings as JSON text; NULL stays NULL. */
static const char *
list_json(dbc_host *host, const char **list)
{
	dbc_json_node *array = dbc_json_array(host);

	if (!list)
		return NULL;
	for (; *list; list++)
		dbc_json_push_text(array, *list);
	return dbc_json_text(array);
}

/* A checksum over the whole registration, to detect changes. */
static const char *
definition_of(dbc_host *host, const dbc_format_registration *r)
{
	dbc_json_node *all = dbc_json_object(host);

	DBC_PUT_TEXT(all, name, r->name);
	DBC_PUT_TEXT(all, description, r->description);
	DBC_PUT_TEXT(all, kind, r->kind);
	DBC_PUT_TEXT(all, up_sql, r->up_sql);
	DBC_PUT_TEXT(all, down_sql, r->down_sql);
	DBC_PUT_TEXT(all, verify_sql, r->verify_sql);
	DBC_PUT_TEXT(all, depends_on, list_json(host, r->depends_on));
	DBC_PUT_TEXT(all, environments, list_json(host, r->environments));
	DBC_PUT_BOOL(all, transactional, r->transactional);
	DBC_PUT_BOOL(all, repeatable, r->repeatable);
	DBC_PUT_TEXT(all, up_file, r->up_file);
	DBC_PUT_INT(all, up_line, r->up_line);
	DBC_PUT_TEXT(all, down_file, r->down_file);
	DBC_PUT_INT(all, down_line, r->down_line);
	return dbc_sha256(host, dbc_json_text(all));
}

/* Fails for an inconsistent registration. */
static void
check_registration(dbc_host *host, const dbc_format_registration *r)
{
	dbc_ledger_check_version(host, r->version, "version");
	if (*r->name == '\0')
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the name of migration \"%s\" is empty", r->version);
	for (const char **version = r->depends_on; version && *version; version++)
		if (dbc_same(*version, r->version))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "migration \"%s\" depends on itself", r->version);
}

/* Writes the rows of a registration. */
static void
store(dbc_host *host, const dbc_format_registration *r, const char *definition,
	  dbc_ledger_log *log)
{
	bool outside =
		r->transactional && dbc_migrate_has_outside_statement(host, r->up_sql);
	dbc_value version = dbc_text(r->version);
	dbc_ledger_event logged = {.event = "register",
							   .version = r->version,
							   .name = r->name,
							   .checksum = dbc_sha256(host, r->up_sql),
							   .up_sql = r->up_sql,
							   .down_sql = r->down_sql,
							   .happened_at = dbc_now(host)};

	dbc_query(host, "migrate/register", version, dbc_text(r->name),
			  dbc_text(r->description), dbc_text(r->kind), dbc_text(r->up_sql),
			  dbc_text(r->down_sql), dbc_text(r->verify_sql),
			  dbc_text(logged.checksum), dbc_text(definition),
			  dbc_bool(r->transactional && !outside), dbc_bool(r->repeatable),
			  dbc_text(list_json(host, r->environments)), dbc_text(r->source),
			  dbc_text(r->up_file), dbc_int(r->up_line), dbc_text(r->down_file),
			  dbc_int(r->down_line), dbc_text(log->actor),
			  dbc_text(host->role));
	dbc_query(host, "migrate/dependency_clear", version);
	for (const char **needed = r->depends_on; needed && *needed; needed++)
		dbc_query(host, "migrate/dependency_add", version, dbc_text(*needed));
	dbc_ledger_log_event(log, &logged);
}

/* Stores the new directory of a migration's files. */
static void
note_source(dbc_host *host, const dbc_migration *known, const char *source)
{
	if (source && known->source ? !dbc_same(known->source, source)
								: source != known->source)
		dbc_query(host, "migrate/move", dbc_text(known->version),
				  dbc_text(source));
}

dbc_migrate_register_action
dbc_migrate_register(dbc_host *host, const dbc_migrations *list,
					 const dbc_format_registration *registration,
					 dbc_ledger_log *log)
{
	const dbc_migration *known =
		dbc_ledger_find_version(list, registration->version);
	const char *definition;

	check_registration(host, registration);
	if (known && !dbc_same(known->version, registration->version) &&
		registration->text_version)
		known = NULL;
	if (known && !dbc_same(known->version, registration->version))
		dbc_fail(host, DBC_DUPLICATE_OBJECT, NULL,
				 "Use the registered spelling, or choose another version.",
				 "versions \"%s\" and \"%s\" are the same", known->version,
				 registration->version);
	definition = definition_of(host, registration);
	/* the text of a role that this one does not trust becomes its own */
	if (known && known->registered && dbc_same(known->definition, definition) &&
		dbc_migrate_foreign_texts(host, NULL, known->version)->nrows == 0)
	{
		note_source(host, known, registration->source);
		return DBC_UNCHANGED;
	}
	store(host, registration, definition, log);
	if (known && known->applied)
		dbc_adopt_take_text(host, registration->version);
	return known && known->registered ? DBC_UPDATED : DBC_ADDED;
}

dbc_migrations
dbc_migrate_start_registering(dbc_host *host, dbc_ledger_log *log)
{
	dbc_need_tables(host);
	dbc_lock(host, dbc_lock_timeout(host));
	*log = dbc_ledger_open_log(host, dbc_actor(host, dbc_read_settings(host)));
	return dbc_migrate_describe_migrations(host);
}

/* ---- dbmigrate_add ---- */

static const char *const kinds[] = {"schema", "data", NULL};

/* The current time as a version that no migration has yet: of two in a second,
 * the later one gets the next second. */
static const char *
generate_version(dbc_host *host, const dbc_migrations *list)
{
	for (int64_t ms = dbc_now_ms();; ms += 1000)
	{
		const char *time = dbc_time_text(host, ms);
		const char *version =
			dbc_format(host, "%.4s%.2s%.2s%.2s%.2s%.2s", time, time + 5,
					   time + 8, time + 11, time + 14, time + 17);

		if (!dbc_ledger_find_version(list, version))
			return version;
	}
}

/* dbmigrate_add(version, name, up_sql, down_sql, options) */
DBC_RUN(dbmigrate_add)
{
	const dbmigrate_add_options *given;
	dbc_format_registration r = {.up_line = 1, .down_line = 1};
	dbc_migrations list;
	dbc_ledger_log log;
	dbc_migrate_register_action action;
	dbc_json_node *result = dbc_json_object(host);

	dbc_refuse_options(host, args->version.text, "version");
	given = dbc_read_options(host, &args->options, dbmigrate_add_options);
	r.version = args->version.text;
	r.name = args->name.text;
	r.up_sql = dbc_own_dialect(host, args->up_sql.text, "up_sql");
	r.down_sql = dbc_own_dialect(host, args->down_sql.text, "down_sql");
	r.description = given->description.text;
	r.depends_on = given->depends_on.texts;
	r.verify_sql = given->verify_sql.text;
	r.transactional = dbc_option_or(&given->transactional, true);
	r.repeatable = given->repeatable.integer;
	r.environments = given->environments.texts;
	r.kind = given->kind.text ? given->kind.text : kinds[0];
	list = dbc_migrate_start_registering(host, &log);
	if (!r.version)
		r.version = generate_version(host, &list);
	action = dbc_migrate_register(host, &list, &r, &log);
	DBC_PUT_TEXT(result, version, r.version);
	DBC_PUT_TEXT(result, name, r.name);
	DBC_PUT_TEXT(result, action, dbc_migrate_action_names[action]);
	DBC_PUT_TEXT(result, checksum, dbc_sha256(host, r.up_sql));
	dbc_json_emit(host, result);
}

/* ---- dbmigrate_remove ---- */

void
dbc_migrate_unregister(dbc_host *host, const dbc_migration *migration,
					   dbc_ledger_log *log)
{
	dbc_value version = dbc_text(migration->version);
	dbc_ledger_event logged = {.event = "repair",
							   .version = migration->version,
							   .name = migration->name,
							   .checksum = migration->checksum,
							   .happened_at = dbc_now(host),
							   .error = "removed before it was applied"};

	dbc_query(host, "migrate/unregister", version);
	dbc_query(host, "migrate/dependency_clear", version);
	if (!migration->applied)
		dbc_ledger_log_event(log, &logged);
}

/* Fails unless a migration was never applied and no other one needs it. */
static void
require_removable(dbc_host *host, const dbc_migrations *list,
				  const dbc_migration *migration)
{
	const char *const *version;

	if (migration->applied)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Roll the migration back with dbmigrate_rollback() first.",
				 "migration \"%s\" is applied", migration->version);
	if (migration->state == DBC_FAILED)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Clear the failure with dbmigrate_repair() first.",
				 "migration \"%s\" has failed", migration->version);
	for (int i = 0; i < list->count; i++)
		for (version = list->items[i].depends_on; *version; version++)
			if (dbc_same(*version, migration->version))
				dbc_fail(host, DBC_NOT_READY, NULL,
						 "Remove the dependent migration first, or register "
						 "it again without the dependency.",
						 "migration \"%s\" depends on \"%s\"",
						 list->items[i].version, migration->version);
}

/* dbmigrate_remove(version) */
DBC_RUN(dbmigrate_remove)
{
	dbc_json_node *result = dbc_json_object(host);
	const dbc_migration *migration;
	dbc_migrations list;
	dbc_ledger_log log;

	dbc_refuse_options(host, args->version.text, "version");
	list = dbc_migrate_start_registering(host, &log);
	migration = dbc_ledger_require_migration(host, &list, args->version.text);
	require_removable(host, &list, migration);
	dbc_migrate_unregister(host, migration, &log);
	DBC_PUT_TEXT(result, version, migration->version);
	DBC_PUT_TEXT(result, name, migration->name);
	DBC_PUT_TEXT(result, action, "removed");
	DBC_PUT_TEXT(result, checksum, migration->checksum);
	dbc_json_emit(host, result);
}
