/*
 * conflicts.c
 *	  Objects that a manifest creates and that exist already.
 *
 * Once its migrations are applied, a manifest has the objects that were
 * recorded.  Before, its scripts are run where nothing is, to see what they
 * create; and on an engine without roles, if objects have to be created again.
 */
#include "common/init/run.h"

#include "common/core/rights.h"
#include "common/core/names.h"

/* Adds the statements of a script, without a BEGIN and COMMIT around them. */
static void
append_script(dbc_host *host, dbc_buffer *text, const char *sql)
{
	dbc_script script = {.label = "the migrations of the manifest",
						 .first_line = 1};

	dbc_split(host, sql, &script);
	for (int i = 0; i < script.nstatements; i++)
		if (script.statements[i].kind != DBC_STATEMENT_BEGIN &&
			script.statements[i].kind != DBC_STATEMENT_COMMIT)
			dbc_append_format(text, "%s\n;\n", script.statements[i].text);
}

/* The scripts of the manifest as one. */
static dbc_script
join_scripts(dbc_init_run *run)
{
	dbc_script script = {.label = "the migrations of the manifest",
						 .first_line = 1};
	dbc_buffer text;

	dbc_buffer_init(&text, run->host);
	for (int i = 0; i < run->manifest.nmigrations; i++)
		append_script(run->host, &text, run->manifest.migrations[i].up_sql);
	script.text = text.data;
	dbc_split(run->host, text.data, &script);
	return script;
}

/* Finds what the manifest's migrations create. */
static void
preview(dbc_host *host, void *arg)
{
	dbc_init_run *run = arg;
	dbc_script script = join_scripts(run);

	run->wanted = dbc_migrate_make_schema(
		host, DBC_CALL(host, migrate, preview)(host, &script));
}

/* The same.  Scripts may need what is not there, such as a table of another
 * manifest, or a role may not create a schema: then the migrations run without
 * a comparison, and fail if their objects exist. */
static void
find_wanted(dbc_init_run *run)
{
	dbc_error error;

	if (dbc_guard(run->host, preview, run, DBC_KEEP, false, &error))
		return;
	dbc_init_note(run, run->warnings, NULL,
				  "what exists already could not be compared", error.message,
				  NULL);
}

/* Whether an object exists that the manifest will create, but has not. */
static bool
collides(const dbc_init_run *run)
{
	for (int i = 0; i < run->wanted.count; i++)
	{
		const dbc_migrate_object *object = &run->wanted.items[i];

		if (dbc_migrate_find_object(&run->before, object->type, object->name) &&
			!dbc_migrate_find_object(&run->record.objects, object->type,
									 object->name))
			return true;
	}
	return false;
}

/* Lists a conflict. */
static void
note_conflict(dbc_init_run *run, const dbc_migrate_object *here,
			  const dbc_migrate_object *wanted)
{
	bool stops = run->on_conflict == DBC_INIT_STOP;
	dbc_host *host = run->host;

	if (run->on_conflict == DBC_INIT_MIGRATE)
		return;
	dbc_init_note(
		run, stops ? run->errors : run->warnings,
		dbc_format(host, "%s %s", here->type, here->shown),
		"exists with another definition",
		dbc_format(host, "Here: %s. In the manifest: %s.",
				   *here->definition ? here->definition : "nothing",
				   *wanted->definition ? wanted->definition : "nothing"),
		stops ? "Pass on_conflict keep or migrate, or change the object."
			  : NULL);
}

/* Lists all conflicts; returns their number. */
static int
list_conflicts(dbc_init_run *run)
{
	int count = 0;

	for (int i = 0; i < run->wanted.count; i++)
	{
		const dbc_migrate_object *object = &run->wanted.items[i];
		const dbc_migrate_object *here =
			dbc_migrate_find_object(&run->before, object->type, object->name);

		if (!here || dbc_same(here->definition, object->definition))
			continue;
		note_conflict(run, here, object);
		count++;
	}
	return count;
}

/* Fails if a pending migration changes data: recording it as applied would
 * leave that out. */
static void
refuse_data(dbc_init_run *run)
{
	for (int i = 0; i < run->manifest.nmigrations; i++)
	{
		const dbc_migration *known =
			dbc_init_find_migration(&run->runner.list, &run->manifest, i);

		if (!(known && known->applied) &&
			dbc_same(run->manifest.migrations[i].kind, "data"))
			dbc_fail(run->host, DBC_NOT_READY,
					 "Some of the manifest's objects exist already, so its "
					 "migrations cannot run.",
					 "Drop these objects, or move the rows to a seed.",
					 "migration \"%s\" changes data",
					 run->manifest.migrations[i].version);
	}
}

/* Fails, with the SQL that would change what differs, if that can be changed.
 */
static void
refuse_conflicts(dbc_init_run *run, int count, bool can_change)
{
	dbc_host *host = run->host;
	dbc_migrate_schema target;

	dbc_fail(host, DBC_DUPLICATE_OBJECT,
			 can_change ? dbc_format(host, "This would change them:\n%s",
									 dbc_init_write_changes(host, &run->before,
															&run->wanted, true,
															&target))
						: NULL,
			 can_change ? "See errors; or pass {\"on_conflict\": \"keep\"} or "
						  "{\"on_conflict\": \"migrate\"}."
						: "See errors.",
			 "%s with another definition than in the manifest",
			 count == 1 ? "1 object exists"
						: dbc_format(host, "%d objects exist", count));
}

/* Decides what is done about objects that are missing or different. */
static void
settle(dbc_init_run *run)
{
	int conflicts = list_conflicts(run);
	dbc_migrate_schema target;
	int missing;

	run->changes =
		dbc_init_write_changes(run->host, &run->before, &run->wanted,
							   run->on_conflict == DBC_INIT_MIGRATE, &target);
	if (run->changes)
		DBC_PUT_TEXT(run->entry, changes, run->changes);
	missing = dbc_init_note_missing(run, &target);
	if (conflicts > 0 && run->on_conflict == DBC_INIT_STOP)
		refuse_conflicts(run, conflicts, missing == 0);
	dbc_init_refuse_missing(run, missing);
}

/* The object of a schema that is as it was recorded, or NULL. */
static const dbc_migrate_object *
find_same(const dbc_migrate_schema *schema, const dbc_migrate_object *recorded)
{
	const dbc_migrate_object *object =
		dbc_migrate_find_object(schema, recorded->type, recorded->name);

	return object && dbc_same(object->definition, recorded->definition) ? object
																		: NULL;
}

/* What a recorded object shall be, without what the record says about it.  The
 * manifest comes first: a table of today that is as recorded may lack a
 * constraint, which is an object of its own, and so has its SQL. */
static dbc_migrate_object
describe(const dbc_init_run *run, const dbc_migrate_schema *made,
		 const dbc_migrate_object *recorded)
{
	const dbc_migrate_object *object = find_same(made, recorded);

	if (!object)
		object = find_same(&run->before, recorded);
	if (!object)
		object = dbc_migrate_find_object(made, recorded->type, recorded->name);
	if (!object)
		object = dbc_migrate_find_object(&run->before, recorded->type,
										 recorded->name);
	if (!object)
		dbc_fail(run->host, DBC_NOT_READY,
				 "It is recorded in the database, but the manifest does not "
				 "create it.",
				 "Restore it from a backup, or pass a manifest that does.",
				 "%s %s is missing", recorded->type, recorded->shown);
	return *object;
}

/* Takes what is to be created from the manifest, not from the record: a SQLite
 * file of somebody else has any SQL there. */
static void
distrust_record(dbc_init_run *run)
{
	const dbc_migrate_schema *recorded = &run->record.objects;
	dbc_migrate_schema made = {.count = 0};

	for (int i = 0; i < recorded->count; i++)
		if (!find_same(&run->before, &recorded->items[i]))
		{
			find_wanted(run);
			made = run->wanted;
			break;
		}
	run->wanted.items = dbc_alloc(run->host, ((size_t) recorded->count + 1) *
												 sizeof(*recorded->items));
	run->wanted.count = recorded->count;
	for (int i = 0; i < recorded->count; i++)
		run->wanted.items[i] = describe(run, &made, &recorded->items[i]);
}

/* Whether a schema has nothing but empty schemas and extensions. */
static bool
is_empty(const dbc_migrate_schema *schema)
{
	for (int i = 0; i < schema->count; i++)
		if (!dbc_same(schema->items[i].type, "schema") &&
			!dbc_same(schema->items[i].type, "extension"))
			return false;
	return true;
}

void
dbc_init_compare(dbc_init_run *run)
{
	bool pending = dbc_init_is_pending(&run->runner.list, &run->manifest);

	if (run->manifest.nmigrations == 0)
		return;
	run->before = dbc_migrate_read_schema(run->host, DBC_SCHEMA_WHOLE);
	if (pending && is_empty(&run->before))
		return;
	if (!pending && run->record.exists)
	{
		if (dbc_knows_authors(run->host))
			run->wanted = run->record.objects;
		else
			distrust_record(run);
	}
	else
		find_wanted(run);
	if (pending)
	{
		run->adopts = collides(run);
		if (!run->adopts)
			return;
		refuse_data(run);
	}
	settle(run);
}
