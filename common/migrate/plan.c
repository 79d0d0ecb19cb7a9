/*
 * plan.c
 *	  Which migrations run, in which order.
 */

#include <stdlib.h>

#include "common/adopt/adopt.h"
#include "common/backfill/backfill.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/sort.h"
#include "common/migrate/lint_step.h"

/* Marks of the walk over dependencies. */
enum
{
	MARK_NONE,
	MARK_OPEN, /* on the path from the start: meeting it again is a cycle */
	MARK_DONE
};

typedef struct planner
{
	dbc_host *host;
	const dbc_migrations *list;
	const char *environment;
	const dbc_migrate_wait *waits; /* by rank */
	dbc_migrate_plan plan;
} planner;

/* All migrations, with the state in a mirrored ledger. */
static dbc_migrations
read_migrations(dbc_host *host, bool details)
{
	dbc_migrations list = dbc_ledger_read(host, details);

	dbc_adopt_read_mirror(host, &list);
	dbc_ledger_complete(host, &list);
	return list;
}

dbc_migrations
dbc_migrate_list_migrations(dbc_host *host)
{
	return read_migrations(host, false);
}

dbc_migrations
dbc_migrate_describe_migrations(dbc_host *host)
{
	return read_migrations(host, true);
}

/* Whether a migration is still to be run. */
static bool
is_open(planner *p, const dbc_migration *migration)
{
	return dbc_migrate_is_open(p->host, migration, p->environment);
}

/* Whether a migration has to wait for a backfill; fails for a requested one. */
static bool
must_wait(planner *p, const dbc_migration *migration, bool asked_for)
{
	const dbc_migrate_wait *wait = &p->waits[migration->rank];

	if (!wait->backfill)
		return false;
	if (asked_for)
		dbc_fail(p->host, DBC_NOT_READY, wait->left,
				 "Run the backfill with dbmigrate_backfill().",
				 "migration \"%s\" waits for backfill \"%s\"",
				 migration->version, wait->backfill);
	dbc_notice(p->host, "migration \"%s\" waits for backfill \"%s\". %s",
			   migration->version, wait->backfill, wait->left);
	return true;
}

static void add_step(planner *p, dbc_migration *migration, int depth);

/* Adds the dependencies of a migration. */
static void
add_dependencies(planner *p, dbc_migration *migration, int depth)
{
	const char *const *version;

	for (version = migration->depends_on; *version; version++)
	{
		dbc_migration *needed = dbc_ledger_find_migration(p->list, *version);

		if (dbc_backfill_of_dependency(*version))
			continue;
		if (!needed)
			dbc_fail(p->host, DBC_UNDEFINED_OBJECT, NULL,
					 "Register the missing migration, or correct depends_on.",
					 "migration \"%s\" depends on \"%s\", which does not exist",
					 migration->version, *version);
		if (needed->applied && !is_open(p, needed))
			continue;
		if (!is_open(p, needed))
			dbc_fail(p->host, DBC_NOT_READY, NULL,
					 "Give both migrations the same environments.",
					 "migration \"%s\" depends on \"%s\", which is not for "
					 "environment \"%s\"",
					 migration->version, *version, p->environment);
		add_step(p, needed, depth + 1);
	}
}

/* Adds a migration after its dependencies. */
static void
add_step(planner *p, dbc_migration *migration, int depth)
{
	if (migration->mark == MARK_DONE)
		return;
	if (migration->mark == MARK_OPEN)
		dbc_fail(p->host, DBC_INVALID_PARAMETER, NULL, "Correct depends_on.",
				 "migration \"%s\" depends on itself through other migrations",
				 migration->version);
	dbc_ledger_limit_dependencies(p->host, migration, depth);
	migration->mark = MARK_OPEN;
	add_dependencies(p, migration, depth);
	migration->mark = MARK_DONE;
	p->plan.steps[p->plan.count++] = migration;
}

dbc_migrate_order
dbc_migrate_read_order(dbc_host *host, const dbc_migrations *list)
{
	return (dbc_migrate_order){.last = dbc_ledger_last_applied(list),
							   .waits =
								   dbc_migrate_find_waits(host, list, NULL)};
}

bool
dbc_migrate_is_late(const dbc_migrate_order *order, const dbc_migration *step)
{
	return order->last && !step->repeatable && step->state != DBC_FAILED &&
		   dbc_ledger_comes_after(order->last, step) &&
		   order->last->rank > step->rank && !order->waits[step->rank].backfill;
}

/* Fails for a step older than an applied migration. */
static void
refuse_out_of_order(planner *p)
{
	dbc_migrate_order order = dbc_migrate_read_order(p->host, p->list);

	for (int i = 0; i < p->plan.count; i++)
		if (dbc_migrate_is_late(&order, p->plan.steps[i]))
			dbc_fail(p->host, DBC_NOT_READY,
					 "The migration was registered after a newer one had been "
					 "applied.",
					 "Give the migration a higher version, or pass "
					 "{\"allow_out_of_order\": true}.",
					 "migration \"%s\" is older than \"%s\", which is applied",
					 p->plan.steps[i]->version, order.last->version);
}

/* What apply would run. */
dbc_migrate_plan
dbc_migrate_plan_up(dbc_host *host, const dbc_migrations *list,
					const char *target, bool allow_out_of_order)
{
	planner p = {.host = host, .list = list};
	const dbc_migration *last = NULL;

	if (target)
		last = dbc_ledger_require_migration(host, list, target);
	if (list->count == 0)
		return p.plan;
	p.environment = dbc_setting_text(host, dbc_read_settings(host),
									 DBC_SETTING_environment);
	p.waits = dbc_migrate_find_waits(host, list, p.environment);
	if (last && !last->applied &&
		!dbc_migrate_is_for_environment(host, last, p.environment))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Choose another target, or omit the target.",
				 "migration \"%s\" is not for environment \"%s\"",
				 last->version, p.environment);
	p.plan.steps =
		dbc_alloc(host, (size_t) list->count * sizeof(*p.plan.steps));
	for (int i = 0; i < list->count; i++)
		list->items[i].mark = MARK_NONE;
	for (int repeatable = 0; repeatable <= 1; repeatable++)
		for (int i = 0; i < list->count; i++)
		{
			dbc_migration *migration = &list->items[i];

			if (migration->repeatable == repeatable && is_open(&p, migration) &&
				(!last || !dbc_ledger_comes_after(migration, last)) &&
				!must_wait(&p, migration, migration == last))
				add_step(&p, migration, 0);
		}
	if (!allow_out_of_order)
		refuse_out_of_order(&p);
	return p.plan;
}

/* The order of a rollback. */
static int
compare_positions(const void *left, const void *right)
{
	int64_t l = (*(dbc_migration *const *) left)->position;
	int64_t r = (*(dbc_migration *const *) right)->position;

	return (l < r) - (l > r);
}

/* Fails if a step that stays applied depends on one that is rolled back. */
static void
refuse_dependents(dbc_host *host, const dbc_migrations *list)
{
	const char *const *version;

	for (int i = 0; i < list->count; i++)
	{
		const dbc_migration *stays = &list->items[i];

		if (!stays->applied || stays->mark == MARK_DONE)
			continue;
		for (version = stays->depends_on; *version; version++)
		{
			const dbc_migration *goes =
				dbc_ledger_find_migration(list, *version);

			if (goes && goes->mark == MARK_DONE)
				dbc_fail(host, DBC_NOT_READY, NULL,
						 "Roll back to a version below both migrations.",
						 "migration \"%s\" stays applied and depends on \"%s\"",
						 stays->version, *version);
		}
	}
}

/* Fails for a step that cannot or should not be rolled back. */
static void
require_way_back(dbc_host *host, const dbc_migration *step,
				 dbc_migrate_down_options allowed)
{
	if (step->empty_down && !allowed.empty_down)
		dbc_fail(host, DBC_NOT_READY, "Nothing was rolled back.",
				 "Register the migration again with a down script. To record "
				 "the migration as not applied without a change to the schema, "
				 "pass {\"allow_empty_down\": true}.",
				 "the down script of migration \"%s\" is empty", step->version);
	if (!step->reversible && !step->empty_down)
		dbc_fail(host, DBC_NOT_READY, "Nothing was rolled back.",
				 "Register the migration again with a down script, or choose a "
				 "higher target.",
				 "migration \"%s\" has no down script", step->version);
	if (step->baseline && !allowed.baselined)
		dbc_fail(
			host, DBC_NOT_READY,
			"The down script would drop objects that dbcare did not create.",
			"To run the down script anyway, pass {\"include_baselined\": "
			"true}.",
			"migration \"%s\" was baselined, not applied", step->version);
}

/*
 * Whether a rollback to a target (NULL: to nothing) includes a migration.
 * Repeatable ones run after all others, so they are rolled back first if
 * possible.
 */
static bool
is_above(const dbc_migration *migration, const dbc_migration *target)
{
	if (!target)
		return true;
	if (migration->repeatable)
		return migration->reversible;
	return dbc_ledger_comes_after(migration, target);
}

dbc_migrate_plan
dbc_migrate_plan_down(dbc_host *host, const dbc_migrations *list,
					  const char *target, dbc_migrate_down_options allowed)
{
	dbc_migrate_plan plan = {NULL, 0};
	const dbc_migration *last = NULL;

	if (target && !dbc_same(target, "0"))
		last = dbc_ledger_require_migration(host, list, target);
	if (list->count == 0)
		return plan;
	plan.steps = dbc_alloc(host, (size_t) list->count * sizeof(*plan.steps));
	for (int i = 0; i < list->count; i++)
	{
		dbc_migration *migration = &list->items[i];

		migration->mark = MARK_NONE;
		if (migration->applied && is_above(migration, last))
			plan.steps[plan.count++] = migration;
	}
	dbc_sort(plan.steps, (size_t) plan.count, sizeof(*plan.steps),
			 compare_positions);
	if (!target && plan.count > 1)
		plan.count = 1;
	for (int i = 0; i < plan.count; i++)
	{
		plan.steps[i]->mark = MARK_DONE;
		require_way_back(host, plan.steps[i], allowed);
	}
	refuse_dependents(host, list);
	return plan;
}

void
dbc_migrate_refuse_modified(dbc_host *host, const dbc_migrations *list)
{
	dbc_json_node *versions = dbc_json_array(host);
	dbc_json_node *accept = dbc_json_object(host);
	dbc_buffer names;

	dbc_buffer_init(&names, host);
	for (int i = 0; i < list->count; i++)
	{
		if (list->items[i].state != DBC_MODIFIED)
			continue;
		dbc_json_push_text(versions, list->items[i].version);
		dbc_append_format(&names, "%s%s", names.length ? ", " : "",
						  list->items[i].version);
	}
	DBC_PUT(accept, accept, versions);
	if (names.length)
		dbc_fail(host, DBC_NOT_READY,
				 "The registered text of these migrations differs from the "
				 "text that was applied.",
				 dbc_format(host,
							"Restore the text that was applied and put the "
							"change into a new migration, or accept the new "
							"text with dbmigrate_repair(%s). "
							"dbmigrate_verify() shows the differences.",
							dbc_literal(host, dbc_json_text(accept))),
				 "applied migrations have been modified: %s", names.data);
}

/* ---- SQL function ---- */

/* The findings of one statement as text, or NULL; findings of the whole script
 * come with the first. */
static const char *
finding_text(dbc_host *host, const dbc_lint_result *linted, int statement_no)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < linted->count; i++)
	{
		const dbc_lint_finding *finding = &linted->items[i];

		if (finding->statement_no == statement_no ||
			(finding->statement_no == 0 && statement_no == 1))
			dbc_append_format(&text, "%s%s %s: %s", text.length ? "\n" : "",
							  dbc_lint_severity_name(finding->severity),
							  dbc_lint_rules[finding->rule].id,
							  finding->message);
	}
	return text.length ? text.data : NULL;
}

/* Emits the error of a script that cannot be prepared, as its only row. */
static void
emit_error(dbc_host *host, int step, const dbc_migration *migration, bool up,
		   const dbc_migrate_prepared_script *prepared)
{
	const dbc_error *error = prepared->error;
	const char *place =
		dbc_migrate_locate_error(host, &prepared->script, error);
	dbc_value none = dbc_null();

	if (!place)
		place = error->detail;
	dbc_emit(host, dbc_int(step), dbc_text(migration->version),
			 dbc_text(up ? "up" : "down"),
			 error->statement_no ? dbc_int(error->statement_no) : none, none,
			 none, none, none, none, dbc_bool(migration->transactional),
			 dbc_text(dbc_format(
				 host, "error %s: %s%s%s", dbc_lint_rules[DBC_RULE_refused].id,
				 error->message, place ? ". " : "", place ? place : "")));
}

/* Emits the statements of one step alone: the binding cannot analyse them. */
static void
emit_statements(dbc_host *host, int step, const dbc_migration *migration,
				bool up)
{
	const dbc_migrate_prepared_script *prepared =
		dbc_migrate_try_prepare_script(host, migration, up);
	dbc_value none = dbc_null();

	if (prepared->error)
		emit_error(host, step, migration, up, prepared);
	for (int i = 0; i < prepared->script.nstatements; i++)
	{
		const dbc_statement *s = &prepared->script.statements[i];

		if (!prepared->skip[i])
			dbc_emit(host, dbc_int(step), dbc_text(migration->version),
					 dbc_text(up ? "up" : "down"), dbc_int(i + 1),
					 dbc_text(s->text), none, none, none, none,
					 dbc_bool(s->kind != DBC_STATEMENT_OUTSIDE &&
							  migration->transactional),
					 none);
	}
}

/* Emits the statements of one step. */
static void
emit_step(dbc_lint_runner *linter, int step, const dbc_migration *migration,
		  bool up)
{
	dbc_host *host = linter->host;
	const dbc_migrate_prepared_script *prepared =
		dbc_migrate_try_prepare_script(host, migration, up);
	bool has_locks = DBC_ROOM(host, lint)->has_locks;
	dbc_lint_result linted;

	linted = dbc_migrate_lint_step(linter, migration, prepared, up);
	if (prepared->error)
		emit_error(host, step, migration, up, prepared);
	for (int i = 0; i < prepared->script.nstatements; i++)
	{
		const dbc_statement *s = &prepared->script.statements[i];
		dbc_lint_impact impact = dbc_lint_find_impact(linter, &linted, i);
		bool is_known = has_locks && !impact.opaque;

		if (!prepared->skip[i])
			dbc_emit(host, dbc_int(step), dbc_text(migration->version),
					 dbc_text(up ? "up" : "down"), dbc_int(i + 1),
					 dbc_text(s->text),
					 dbc_text(has_locks ? dbc_lint_lock_mode_name(impact.lock)
										: s->lock_level),
					 is_known ? dbc_json(impact.locks) : dbc_null(),
					 is_known || impact.rewrites ? dbc_bool(impact.rewrites)
												 : dbc_null(),
					 impact.bytes >= 0 ? dbc_int(impact.bytes) : dbc_null(),
					 dbc_bool(s->kind != DBC_STATEMENT_OUTSIDE &&
							  migration->transactional),
					 dbc_text(finding_text(host, &linted, i + 1)));
	}
}

/* dbmigrate_plan(target, options) */
DBC_RUN(dbmigrate_plan)
{
	const dbmigrate_plan_options *given;
	dbc_lint_runner *linter;
	dbc_migrations list;
	dbc_migrate_plan plan;
	bool up;

	dbc_refuse_options(host, args->target.text, "target");
	given = dbc_read_options(host, &args->options, dbmigrate_plan_options);
	up = !given->direction.text || dbc_same(given->direction.text, "up");
	list = dbc_migrate_list_migrations(host);
	if (up)
		dbc_migrate_refuse_modified(host, &list);
	plan = up ? dbc_migrate_plan_up(host, &list, args->target.text,
									given->allow_out_of_order.integer)
			  : dbc_migrate_plan_down(
					host, &list, args->target.text,
					(dbc_migrate_down_options){.baselined = true});
	linter = dbc_lint_make_runner(host, dbc_read_settings(host));
	linter->no_down_scripts = true;
	for (int i = 0; i < list.count; i++)
		if (list.items[i].reversible)
			linter->no_down_scripts = false;
	for (int i = 0; i < plan.count; i++)
		if (host->rooms.lint)
			emit_step(linter, i + 1, plan.steps[i], up);
		else
			emit_statements(host, i + 1, plan.steps[i], up);
}
