/*
 * migrations.c
 *	  The migrations of a manifest, and the objects they have created.
 */
#include "common/init/run.h"

#include "common/migrate/drift.h"
#include "common/core/names.h"

dbc_migration *
dbc_init_find_migration(const dbc_migrations *list,
						const dbc_init_manifest *manifest, int i)
{
	return dbc_ledger_find_migration(list, manifest->migrations[i].version);
}

bool
dbc_init_is_pending(const dbc_migrations *list,
					const dbc_init_manifest *manifest)
{
	for (int i = 0; i < manifest->nmigrations; i++)
	{
		const dbc_migration *known =
			list->count > 0 ? dbc_init_find_migration(list, manifest, i) : NULL;

		if (!known || !known->applied)
			return true;
	}
	return false;
}

/* Registers the migrations. */
static void
register_all(dbc_init_run *run)
{
	dbc_migrations list = dbc_migrate_describe_migrations(run->host);
	dbc_json_node *actions = dbc_json_object(run->host);
	int changed = 0;

	for (int i = 0; i < run->manifest.nmigrations; i++)
	{
		const dbc_format_registration *r = &run->manifest.migrations[i];
		dbc_migrate_register_action action;

		run->object = r->version;
		action = dbc_migrate_register(run->host, &list, r, &run->runner.log);
		if (action == DBC_UNCHANGED)
			continue;
		dbc_json_put_text(actions, r->version,
						  dbc_migrate_action_names[action]);
		changed++;
	}
	if (changed > 0)
		dbc_migrate_read_migrations(&run->runner);
	run->object = NULL;
}

/* A migration of the manifest, once all are registered. */
static dbc_migration *
require_migration(dbc_init_run *run, int i)
{
	return dbc_ledger_require_migration(run->host, &run->runner.list,
										run->manifest.migrations[i].version);
}

/* Fails if an applied migration was edited. */
static void
refuse_edited(dbc_init_run *run)
{
	int edited = 0;

	for (int i = 0; i < run->manifest.nmigrations; i++)
	{
		const dbc_migration *m = require_migration(run, i);

		if (m->state != DBC_MODIFIED)
			continue;
		dbc_init_note(run, run->errors,
					  dbc_format(run->host, "migration %s", m->version),
					  "was edited after it was applied", NULL,
					  "Restore its text, and make another migration of the "
					  "change; or accept it with dbmigrate_repair().");
		edited++;
	}
	if (edited > 0)
		dbc_fail(run->host, DBC_NOT_READY, NULL, "See errors.",
				 "%s edited after being applied",
				 edited == 1
					 ? "1 migration was"
					 : dbc_format(run->host, "%d migrations were", edited));
}

/* The steps that are not applied, in the manifest's order. */
static dbc_migrate_plan
plan_steps(dbc_init_run *run)
{
	dbc_migrate_plan plan = {NULL, 0};

	plan.steps = dbc_alloc(run->host, ((size_t) run->manifest.nmigrations + 1) *
										  sizeof(*plan.steps));
	for (int i = 0; i < run->manifest.nmigrations; i++)
	{
		dbc_migration *m = require_migration(run, i);

		if (!m->applied)
			plan.steps[plan.count++] = m;
	}
	return plan;
}

/* Objects of today's schema that were not there before. */
static dbc_migrate_schema
find_created(dbc_init_run *run, const dbc_migrate_schema *now)
{
	dbc_migrate_schema created = {.count = 0};

	created.items = dbc_alloc(run->host, ((size_t) now->count + 1) *
											 sizeof(*created.items));
	for (int i = 0; i < now->count; i++)
		if (!dbc_migrate_find_object(&run->before, now->items[i].type,
									 now->items[i].name))
			created.items[created.count++] = now->items[i];
	return created;
}

int
dbc_init_note_missing(dbc_init_run *run, const dbc_migrate_schema *schema)
{
	int missing = 0;

	for (int i = 0; i < run->wanted.count; i++)
	{
		const dbc_migrate_object *object = &run->wanted.items[i];

		if (dbc_migrate_find_object(schema, object->type, object->name))
			continue;
		dbc_init_note(
			run, run->errors,
			dbc_format(run->host, "%s %s", object->type, object->shown),
			"is missing", NULL,
			"Add it by a migration: its table has other columns or "
			"constraints than the manifest's.");
		missing++;
	}
	return missing;
}

void
dbc_init_refuse_missing(dbc_init_run *run, int missing)
{
	if (missing > 0)
		dbc_fail(run->host, DBC_NOT_READY, NULL, "See errors.", "%s missing",
				 missing == 1
					 ? "1 object is"
					 : dbc_format(run->host, "%d objects are", missing));
}

/* Records the objects that the manifest's migrations have left. */
static void
record_objects(dbc_init_run *run, bool changed)
{
	dbc_migrate_schema objects = run->record.objects;

	if (run->manifest.nmigrations > 0 && (changed || !run->record.exists))
	{
		/* the migrations have stored it */
		dbc_migrate_schema now = dbc_migrate_read_schema(
			run->host,
			run->stored_schema ? DBC_SCHEMA_STORED_WHOLE : DBC_SCHEMA_WHOLE);

		dbc_init_refuse_missing(run, dbc_init_note_missing(run, &now));
		run->recorded = true;
		objects = run->wanted.count > 0
					  ? dbc_init_restrict(run->host, &now, &run->wanted)
					  : find_created(run, &now);
	}
	dbc_init_store_record(run->host, &run->manifest, &objects);
}

void
dbc_init_migrate(dbc_init_run *run)
{
	dbc_migrate_plan plan;

	register_all(run);
	refuse_edited(run);
	plan = plan_steps(run);
	if (run->changes)
		dbc_init_run_changes(run->host, run->changes, &run->before);
	if (run->adopts)
	{
		for (int i = 0; i < plan.count; i++)
			dbc_migrate_record_baseline(&run->runner, plan.steps[i]);
		run->stored_schema = dbc_migrate_save_schema(&run->runner);
		DBC_PUT(run->entry, adopted, run->runner.finished);
	}
	else if (plan.count > 0)
	{
		dbc_migrate_take_steps(&run->runner, &plan);
		dbc_migrate_refuse_dangerous(&run->runner, run->stored);
		run->runs_scripts = true;
		(void) dbc_migrate_run_steps(&run->runner);
		run->runs_scripts = false;
		run->stored_schema = true;
		DBC_PUT(run->entry, applied, run->runner.finished);
	}
	record_objects(run, plan.count > 0 || run->changes);
}
