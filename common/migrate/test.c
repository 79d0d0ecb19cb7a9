/*
 * test.c
 *	  dbmigrate_test: applies, rolls back and applies again each pending
 *	  migration, and compares the database before the first up with that after
 *	  the down.
 *
 * The pending migrations run in order inside one guard, which undoes all of it.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/run.h"
#include "common/migrate/sizes.h"
#include "common/lint/host.h"
#include "common/migrate/test_cycle.h"

typedef struct tester
{
	dbc_host *host;
	dbc_migrate_plan plan;
	int first;	/* of the plan that is tested; earlier ones are only applied */
	bool group; /* all migrations are tested in one cycle */
	int64_t timeout_ms;
	const char *role;
	dbc_json_node *results;
	int tested;
	bool success;
} tester;

/* ---- results ---- */

/* The differences as JSON. */
static dbc_json_node *
describe_differences(dbc_host *host, const dbc_migrate_differences *differences)
{
	dbc_json_node *list = dbc_json_array(host);

	for (int i = 0; i < differences->count; i++)
	{
		const dbc_migrate_difference *d = &differences->items[i];
		dbc_json_node *node = dbc_json_object(host);

		DBC_PUT_TEXT(node, object_type, d->type);
		DBC_PUT_TEXT(node, object, d->object);
		DBC_PUT_TEXT(node, change, d->change);
		DBC_PUT_TEXT(node, before, d->before);
		DBC_PUT_TEXT(node, after, d->after);
		DBC_PUT_BOOL(node, cosmetic, d->cosmetic);
		dbc_json_push(list, node);
	}
	return list;
}

/* Adds the result of a cycle. */
static void
add_result(tester *t, const dbc_migrate_test_cycle *cycle)
{
	dbc_host *host = t->host;
	dbc_json_node *node = dbc_json_object(host);
	dbc_value restored =
		cycle->compared ? dbc_bool(cycle->restored) : dbc_null();

	DBC_PUT_TEXT(node, version, dbc_migrate_test_cycle_name(host, cycle));
	DBC_PUT_TEXT(node, up, cycle->up);
	DBC_PUT_TEXT(node, down, cycle->down);
	DBC_PUT_VALUE(node, restored, &restored);
	DBC_PUT_TEXT(node, reup, cycle->reup);
	DBC_PUT(node, differences, describe_differences(host, &cycle->differences));
	DBC_PUT(node, rows_changed, cycle->rows_changed);
	DBC_PUT(node, error, cycle->error);
	dbc_json_push(t->results, node);
	t->tested += cycle->nparts;
	t->success = t->success && cycle->good;
}

/* ---- running ---- */

/* Runs the plan. */
static void
walk(dbc_host *host, void *arg)
{
	tester *t = arg;
	int size = t->group ? t->plan.count - t->first : 1;
	dbc_migrate_test_cycle *cycles =
		dbc_alloc(host, ((size_t) t->plan.count + 1) * sizeof(*cycles));

	dbc_lock(host, t->timeout_ms);
	/* reading dbcare's tables between two schema changes would be slow */
	for (int i = 0; i < t->plan.count; i += i < t->first ? 1 : size)
		cycles[i] = dbc_migrate_make_test_cycle(
			host, t->role, &t->plan.steps[i], i < t->first ? 1 : size);
	for (int i = 0; i < t->plan.count; i += cycles[i].nparts)
	{
		dbc_migrate_progress(host,
							 dbc_migrate_test_cycle_name(host, &cycles[i]), i,
							 t->plan.count);
		if (i < t->first)
		{
			dbc_migrate_apply_test_cycle(host, &cycles[i]);
			continue;
		}
		dbc_migrate_run_test_cycle(host, &cycles[i]);
		add_result(t, &cycles[i]);
	}
	dbc_progress_end(host, t->plan.count);
	DBC_CALL(host, migrate, track)(host, false);
}

/* The index of a migration in the plan; fails if it is not there. */
static int
find_step(tester *t, const dbc_migration *migration)
{
	for (int i = 0; i < t->plan.count; i++)
		if (t->plan.steps[i] == migration)
			return i;
	if (migration->applied)
		dbc_fail(t->host, DBC_NOT_READY, NULL,
				 "Roll the migration back first, or test on a database where "
				 "it is pending.",
				 "migration \"%s\" is applied", migration->version);
	dbc_fail(t->host, DBC_INVALID_PARAMETER, NULL,
			 "Option \"from\" names the first migration to test.",
			 "migration \"%s\" does not come before the last one to test",
			 migration->version);
}

/* Plans what to test: all, one version, or a range of versions. */
static void
plan_walk(tester *t, const char *version, const char *from)
{
	dbc_migrations list = dbc_migrate_describe_migrations(t->host);
	dbc_host *host = t->host;
	int last;

	if (from && !version)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "dbmigrate_test('4', '{\"from\": \"2\"}') tests 2, 3 and 4 as "
				 "one.",
				 "option \"from\" requires the argument version");
	t->plan = dbc_migrate_plan_up(host, &list, version, true);
	if (!version)
		return;
	last = find_step(t, dbc_ledger_require_migration(host, &list, version));
	t->plan.count = last + 1;
	t->first = last;
	if (!from)
		return;
	t->first = find_step(t, dbc_ledger_require_migration(host, &list, from));
	t->group = true;
}

/* Fails where the test would hold locks on large tables, which others wait for.
 * SQLite has one writer anyway; over a connection sizes are not known. */
static void
refuse_large(tester *t, int64_t max_mb)
{
	size_t count = (size_t) t->plan.count + 1;
	dbc_migrate_step *steps = dbc_alloc(t->host, count * sizeof(*steps));

	if (!t->host->rooms.lint || !DBC_ROOM(t->host, lint)->has_locks)
		return;
	for (int i = 0; i < t->plan.count; i++)
	{
		steps[i].migration = t->plan.steps[i];
		steps[i].script =
			dbc_migrate_try_prepare_script(t->host, t->plan.steps[i], true);
	}
	dbc_migrate_refuse_large(t->host, steps, t->plan.count, max_mb);
}

/* dbmigrate_test(version, options) */
DBC_RUN(dbmigrate_test)
{
	tester t = {.host = host, .success = true};
	dbc_json_node *result = dbc_json_object(host);
	const dbmigrate_test_options *given;
	dbc_error error;

	dbc_refuse_options(host, args->version.text, "version");
	given = dbc_read_options(host, &args->options, dbmigrate_test_options);
	dbc_require_confirmation(host, dbc_read_settings(host), given->confirm.text,
							 "locks the tables it changes",
							 "All changes are rolled back at the end, but "
							 "locks on the tables are held until then.");
	t.role = given->role.text;
	/* the only writer has one lock */
	t.timeout_ms = given->lock_timeout_ms.given || host->traits->one_writer
					   ? dbc_lock_timeout(host)
					   : DBC_MIGRATE_PROBE_MS;
	t.results = dbc_json_array(host);
	plan_walk(&t, args->version.text, given->from.text);
	refuse_large(&t, dbc_option_or(&given->max_mb, DBC_MIGRATE_MAX_MB));
	if (!dbc_guard(host, walk, &t, DBC_UNDO, false, &error))
		dbc_rethrow(host, &error);
	DBC_PUT_BOOL(result, success, t.success);
	DBC_PUT_INT(result, tested, t.tested);
	DBC_PUT(result, results, t.results);
	dbc_json_emit(host, result);
}
