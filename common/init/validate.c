/*
 * validate.c
 *	  What a database lacks of a manifest: dbinit_validate().
 */
#include "common/init/run.h"

#include "common/core/functions.h"
#include "common/core/tables.h"

/* A validation while it runs. */
typedef struct validation
{
	dbc_host *host;
	const dbc_init_manifest *manifest;
	dbc_init_record record;
	dbc_init_problems found;
} validation;

static void
add_problem(validation *v, const char *object, const char *issue,
			bool is_warning, const char *suggestion)
{
	dbc_init_problems *found = &v->found;

	found->items = dbc_grow(v->host, found->items, (size_t) found->count,
							sizeof(*found->items));
	found->items[found->count++] =
		(dbc_init_problem){object, issue, is_warning, suggestion};
	found->nerrors += !is_warning;
}

/* The call of a function with the manifest, which only a pack is known by. */
static const char *
suggest(const validation *v, const char *function, const char *options)
{
	const char *name = v->manifest->name;

	if (v->manifest->is_pack)
		return dbc_format(v->host, "Run SELECT %s('%s'%s%s%s).", function, name,
						  options ? ", '" : "", options ? options : "",
						  options ? "'" : "");
	return dbc_format(v->host, "Run %s() with the manifest %s%s%s.", function,
					  name, options ? " and " : "", options ? options : "");
}

static const char *
run_it(const validation *v)
{
	return suggest(v, "dbinit_run", NULL);
}

static const char *
repair_it(const validation *v)
{
	return suggest(v, "dbinit_repair", NULL);
}

/* ---- migrations and their objects ---- */

static void
check_migrations(validation *v)
{
	dbc_migrations list = {.count = 0};

	if (dbc_has_tables(v->host))
		list = dbc_migrate_describe_migrations(v->host);
	for (int i = 0; i < v->manifest->nmigrations; i++)
	{
		const char *version = v->manifest->migrations[i].version;
		const dbc_migration *m =
			list.count > 0 ? dbc_init_find_migration(&list, v->manifest, i)
						   : NULL;
		const char *object = dbc_format(v->host, "migration %s", version);

		if (!m || !m->applied)
			add_problem(v, object, "is not applied", false, run_it(v));
		else if (m->state == DBC_MODIFIED ||
				 (m->checksum &&
				  !dbc_same(
					  m->checksum,
					  dbc_sha256(v->host, v->manifest->migrations[i].up_sql))))
			add_problem(v, object, "was edited after it was applied", false,
						"Restore its text, or accept it with "
						"dbmigrate_repair().");
	}
}

static void
check_objects(validation *v)
{
	dbc_migrate_schema now;

	if (v->record.objects.count == 0)
		return;
	now = dbc_migrate_read_schema(v->host, DBC_SCHEMA_NOW);
	for (int i = 0; i < v->record.objects.count; i++)
	{
		const dbc_migrate_object *wanted = &v->record.objects.items[i];
		const dbc_migrate_object *here =
			dbc_migrate_find_object(&now, wanted->type, wanted->name);
		const char *object =
			dbc_format(v->host, "%s %s", wanted->type, wanted->shown);

		/* a table that is missing is enough */
		if (!here && (!wanted->parent ||
					  dbc_migrate_find_object(&now, "table", wanted->parent)))
			add_problem(v, object, "is missing", false, repair_it(v));
		else if (here && !dbc_same(here->definition, wanted->definition))
			add_problem(
				v, object,
				dbc_format(v->host, "has another definition: %s instead of %s",
						   here->definition, wanted->definition),
				false,
				suggest(v, "dbinit_run", "{\"on_conflict\": \"migrate\"}"));
	}
}

/* ---- rules, tables and policies ---- */

/* What entries are called, and in init/has_KIND.sql. */
static const char *const kinds[] = {
	[DBC_INIT_SEEDS] = "seed",		[DBC_INIT_RULES] = "rule",
	[DBC_INIT_ARCHIVE] = "archive", [DBC_INIT_AUDIT] = "audit",
	[DBC_INIT_POLICIES] = "policy",
};

/* The steps that set them up. */
static const char *const list_steps[] = {
	[DBC_INIT_SEEDS] = "seeds",		  [DBC_INIT_RULES] = "rules",
	[DBC_INIT_ARCHIVE] = "policies",  [DBC_INIT_AUDIT] = "policies",
	[DBC_INIT_POLICIES] = "policies",
};

/* What is missing, in words. */
static const char *const issues[] = {
	[DBC_INIT_SEEDS] = "is not applied",
	[DBC_INIT_RULES] = "is missing",
	[DBC_INIT_ARCHIVE] = "does not keep deleted rows",
	[DBC_INIT_AUDIT] = "is not audited",
	[DBC_INIT_POLICIES] = "has no such policy",
};

/* The name by which an entry is stored: that of a rule or a seed, or of a
 * table; and of a policy, its own. */
static const char *
stored_name(validation *v, dbc_init_list list, const dbc_json_item *entry,
			const char **policy)
{
	const char *name = dbc_json_string_or_null(
		v->host,
		dbc_json_member(entry, list <= DBC_INIT_RULES ? "name" : "relation"));
	const dbc_json_item *options = dbc_json_member(entry, "options");

	*policy = NULL;
	if (list == DBC_INIT_POLICIES)
	{
		if (options && options->kind == DBC_I_OBJECT)
			*policy = dbc_json_string_or_null(v->host,
											  dbc_json_member(options, "name"));
		if (!*policy)
			*policy = "default";
	}
	return name;
}

/* A table's name as dbcare's tables have it; NULL if it does not exist. */
typedef struct resolution
{
	const char *text;
	const char *shown;
} resolution;

static void
resolve(dbc_host *host, void *arg)
{
	resolution *r = arg;

	r->shown = dbc_resolve(host, r->text)->shown;
}

/* The row of an entry among the stored ones, or NULL. */
static const dbc_value *
find_stored(validation *v, const dbc_rows *rows, const char *name,
			const char *policy)
{
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(v->host, rows, i, "tT");

		if (dbc_same(row[0].text, name) &&
			(!policy || (row[1].text && dbc_same(row[1].text, policy))))
			return row;
	}
	return NULL;
}

static void
check_entry(validation *v, const dbc_rows *rows, dbc_init_list list,
			const dbc_json_item *entry)
{
	const char *policy;
	resolution r = {.text = stored_name(v, list, entry, &policy)};
	const char *issue = issues[list];
	const dbc_value *stored;
	dbc_error error;

	if (!r.text)
		return; /* running the manifest refuses it */
	r.shown = list <= DBC_INIT_RULES ? r.text : NULL;
	if (!r.shown && !dbc_guard(v->host, resolve, &r, DBC_KEEP, true, &error))
		return; /* its table is missing, which is another problem */
	stored = find_stored(v, rows, r.shown, policy);
	if (stored && list == DBC_INIT_ARCHIVE && stored[1].text)
		issue = dbc_format(v->host,
						   "does not keep rows that its foreign keys delete or "
						   "change in table %s",
						   stored[1].text);
	else if (stored)
		return;
	else if (policy)
		issue = dbc_format(v->host, "has no policy \"%s\"", policy);
	add_problem(
		v,
		dbc_format(v->host, "%s %s",
				   list <= DBC_INIT_RULES ? kinds[list] : "table", r.shown),
		issue, dbc_init_may_fail(v->manifest, list_steps[list]), run_it(v));
}

/* Each list has a separate query: a role may lack rights on the other
 * tables. */
static void
check_lists(validation *v)
{
	for (int l = 0; l < DBC_INIT_LISTS; l++)
	{
		int count = dbc_init_count(v->manifest, l);
		const dbc_json_item *entry;
		const dbc_rows *rows;

		if (count == 0)
			continue;
		rows = dbc_query(v->host, dbc_format(v->host, "init/has_%s", kinds[l]));
		entry = dbc_init_first_entry(v->manifest, l);
		for (int i = 0; i < count; i++, entry = dbc_json_next(entry))
			if (entry->kind == DBC_I_OBJECT)
				check_entry(v, rows, l, entry);
	}
}

/* ---- expectations ---- */

static void
check_expectations(validation *v)
{
	for (int i = 0; i < v->manifest->nexpectations; i++)
	{
		const dbc_init_expectation *e = &v->manifest->expectations[i];
		dbc_script script = {
			.label = dbc_format(v->host, "expectation %s", e->name),
			.text = v->manifest->is_pack ? dbc_init_pack_text(v->host, e->sql)
										 : e->sql,
			.first_line = 1};
		dbc_error error;

		if (dbc_migrate_run_check(v->host, &script, NULL, &error))
			add_problem(v, script.label, error.message, false,
						dbc_format(v->host, "Its SQL is: %s", e->sql));
	}
}

dbc_init_problems
dbc_init_find_problems(dbc_host *host, const dbc_init_manifest *manifest,
					   bool recorded)
{
	validation v = {
		.host = host, .manifest = manifest, .found = {.host = host}};

	if (!recorded)
	{
		v.record = dbc_init_read_record(host, manifest->name);
		check_migrations(&v);
		check_objects(&v);
	}
	if (!recorded && !v.record.exists)
		add_problem(&v, dbc_format(host, "manifest %s", manifest->name),
					"was never run", false, run_it(&v));
	else
		check_lists(&v);
	/* a query of what is missing would only say so again */
	if (v.found.nerrors == 0)
		check_expectations(&v);
	return v.found;
}

/* dbinit_validate(pack_or_manifest) */
DBC_RUN(dbinit_validate)
{
	dbc_init_manifest manifest =
		dbc_init_read_manifest(host, args->pack_or_manifest.text);
	dbc_init_problems found = dbc_init_find_problems(host, &manifest, false);

	for (int i = 0; i < found.count; i++)
		dbc_emit(host, dbc_text(found.items[i].object),
				 dbc_text(found.items[i].issue),
				 dbc_text(found.items[i].is_warning ? "warning" : "error"),
				 dbc_text(found.items[i].suggestion));
}
