/*
 * migrate_test.c
 *	  dbmigrate_test: does every migration come up, go down and come up again,
 *	  and is everything after the way down as it was before the way up.
 *
 * The pending migrations are walked in order inside one guard that undoes all
 * of it.  Each step of the walk makes its round in a guard of its own, which
 * fails on purpose where the round has to be undone: the way down has not led
 * back, or the engine can tell only then how things were.  In either case the
 * next step starts from what the ups before it have made.
 */
#include "functions.h"
#include "migrate.h"
#include "schema.h"

#include "options.h"
#include "settings.h"
#include "text.h"

/* Options. */
enum
{
	O_FROM,
	O_CONFIRM,
	O_LOCK_TIMEOUT,
	O_COUNT
};

static const char ok[] = "ok";
static const char failed[] = "failed";
static const char missing[] = "missing";
static const char empty[] = "empty";
static const char refused[] = "refused";

/* One migration of a step. */
typedef struct part
{
	dbc_migration *migration;
	const dbc_prepared *up;
	const dbc_prepared *down; /* NULL if there is none */
} part;

/* What is tested as one: up, down and up again. */
typedef struct step
{
	part *parts;
	int nparts;
	const char *up; /* words of the result, NULL: not tried */
	const char *down;
	const char *reup;
	dbc_touched before;
	dbc_touched after; /* the way down, or up if that is empty */
	bool has_before;
	bool has_after;
	bool restored;
	dbc_differences differences;
	const dbc_script *running;
	bool applies; /* its ups have run */
	bool undone;  /* on purpose, not by an error */
	dbc_node *error;
} step;

typedef struct tester
{
	dbc_host *host;
	dbc_plan plan;
	int first;	/* of the plan that is tested, the others are only applied */
	bool group; /* all that is tested is one step */
	int64_t timeout_ms;
	dbc_node *results;
	int tested;
	bool success;
} tester;

/* ---- scripts ---- */

/* A script as it can be run inside a transaction. */
static dbc_prepared *
inside_transaction(dbc_host *host, const dbc_prepared *given)
{
	dbc_prepared *prepared = dbc_alloc(host, sizeof(*prepared));
	const dbc_script *script = &given->script;
	dbc_statement *statements = dbc_alloc(
		host, ((size_t) script->nstatements + 1) * sizeof(*statements));
	int i;

	*prepared = *given;
	for (i = 0; i < script->nstatements; i++)
	{
		dbc_statement *s = &statements[i];

		*s = script->statements[i];
		if (s->kind != DBC_S_OUTSIDE)
			continue;
		if (!s->inside)
			dbc_fail(host, DBC_ACTIVE_TRANSACTION,
					 dbc_position(host, script, i + 1, s->line),
					 "Test it by hand, on a copy of the database.",
					 "%s cannot be tested inside a transaction", s->command);
		s->text = s->inside;
		prepared->skip[i] = !*s->inside;
	}
	prepared->script.statements = statements;
	return prepared;
}

/* A script while it is prepared. */
typedef struct preparation
{
	const dbc_migration *migration;
	bool up;
	const dbc_prepared *result;
} preparation;

/* Reads and splits a script; one that does nothing stays without statements. */
static void
prepare(dbc_host *host, void *arg)
{
	preparation *p = arg;

	p->result = dbc_prepare_script(host, p->migration, p->up);
	if (!p->result->error && !dbc_is_empty_script(p->result))
		p->result = inside_transaction(host, p->result);
}

/* The script of a migration, with the error of one that cannot be run. */
static const dbc_prepared *
prepared_script(dbc_host *host, dbc_migration *migration, bool up)
{
	preparation p = {.migration = migration, .up = up};
	dbc_error error;
	dbc_prepared *unusable;

	if (dbc_guard(host, prepare, &p, DBC_KEEP, false, &error))
		return p.result;
	unusable = dbc_alloc(host, sizeof(*unusable));
	unusable->script.label = dbc_format(host, "migration %s %s",
										migration->version, up ? "up" : "down");
	unusable->error = dbc_alloc(host, sizeof(error));
	*unusable->error = error;
	return unusable;
}

/* Runs a script of a step. */
static void
run_script(dbc_host *host, step *s, const dbc_prepared *prepared)
{
	s->running = &prepared->script;
	dbc_run_script(host, prepared);
}

/* Runs the ups of a step in order. */
static void
run_ups(dbc_host *host, void *arg)
{
	step *s = arg;
	int i;

	for (i = 0; i < s->nparts; i++)
		run_script(host, s, s->parts[i].up);
}

/* Runs the downs of a step, the last one first. */
static void
run_downs(dbc_host *host, step *s)
{
	int i;

	for (i = s->nparts - 1; i >= 0; i--)
		run_script(host, s, s->parts[i].down);
}

/* Fails if the verify_sql of a migration does. */
static void
run_verifies(dbc_host *host, step *s)
{
	dbc_error error;
	int i;

	for (i = 0; i < s->nparts; i++)
		if (s->parts[i].migration->verifiable &&
			dbc_run_verify(host, s->parts[i].migration, &error))
			dbc_rethrow(host, &error);
}

/* What there is to say of the ways down before any is tried. */
static const char *
kind_of_down(const step *s)
{
	bool nothing = true;
	int i;

	for (i = 0; i < s->nparts; i++)
	{
		if (!s->parts[i].down)
			return missing;
		nothing = nothing && dbc_is_empty_script(s->parts[i].down);
	}
	return nothing ? empty : NULL;
}

/* ---- comparing ---- */

/* Adds the difference of a table's rows to those that have changed. */
static bool
same_rows(const dbc_rows *tables, const dbc_value *table)
{
	int i;

	for (i = 0; i < tables->nrows; i++)
	{
		const dbc_value *other = dbc_cell(tables, i, 0);

		if (dbc_same(other[0].text, table[0].text))
			return dbc_same(other[1].text, table[1].text);
	}
	return false;
}

/* Whether a list of tables has one. */
static bool
has_table(const dbc_rows *tables, const char *name)
{
	int i;

	for (i = 0; i < tables->nrows; i++)
		if (dbc_same(dbc_cell(tables, i, 0)->text, name))
			return true;
	return false;
}

/* The names of the tables whose rows are not what they were. */
static dbc_node *
changed_tables(dbc_host *host, const step *s)
{
	dbc_node *names = dbc_json_array(host);
	const dbc_rows *before = s->before.tables;
	const dbc_rows *after = s->after.tables;
	int i;

	if (!s->has_before)
		return names;
	for (i = 0; i < before->nrows; i++)
		if (!same_rows(after, dbc_cell(before, i, 0)))
			dbc_push_text(names, dbc_cell(before, i, 0)->text);
	for (i = 0; i < after->nrows; i++)
		if (!has_table(before, dbc_cell(after, i, 0)->text))
			dbc_push_text(names, dbc_cell(after, i, 0)->text);
	return names;
}

/* Compares how things are after the way down with how they were, once that is
 * known. */
static void
compare(dbc_host *host, step *s)
{
	dbc_schema before;
	dbc_schema after;
	int i;

	if (!s->has_after || s->has_before)
		return;
	s->has_before = host->touched(host, DBC_BEFORE, &s->before);
	if (!s->has_before)
		return;
	before = dbc_schema_of_rows(host, s->before.objects);
	after = dbc_schema_of_rows(host, s->after.objects);
	s->differences = dbc_compare_schemas(host, &before, &after);
	s->restored = true;
	for (i = 0; i < s->differences.count; i++)
		if (!s->differences.items[i].cosmetic)
			s->restored = false;
}

/* ---- one step ---- */

/* Goes up, down and up again; undoes that if the next step could not start
 * from it, or if nothing else can tell how things were before. */
static void
go_round(dbc_host *host, void *arg)
{
	step *s = arg;

	s->up = failed;
	run_ups(host, s);
	s->applies = true;
	run_verifies(host, s);
	s->up = ok;
	s->down = kind_of_down(s);
	if (s->down == missing)
		return;
	if (!s->down)
	{
		s->down = failed;
		run_downs(host, s);
		s->down = ok;
	}
	s->has_after = host->touched(host, DBC_NOW, &s->after);
	if (s->down == ok)
	{
		s->reup = failed;
		run_ups(host, s);
		s->reup = ok;
	}
	compare(host, s);
	if (s->has_before &&
		(s->down == empty || (s->differences.count == 0 &&
							  dbc_json_length(changed_tables(host, s)) == 0)))
		return;
	s->undone = true;
	dbc_fail(host, DBC_INTERNAL, NULL, NULL, "the round is undone");
}

/* Whether an error tells of the script, and not of the server it ran on. */
static bool
is_verdict(const dbc_error *error)
{
	/* rollbacks, resources, interventions, the system, and locks of others */
	static const char *const others[] = {"40", "53", "57", "58",
										 DBC_LOCK_NOT_AVAILABLE};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (dbc_starts_with(error->sqlstate, others[i]))
			return false;
	return true;
}

/* Whether a script has raised an error on purpose: RAISE of PL/pgSQL or of a
 * trigger. */
static bool
is_on_purpose(const dbc_error *error)
{
	return dbc_same(error->sqlstate, "P0001");
}

/* Notes the error that has ended a round, unless it ends the whole test. */
static void
note_error(dbc_host *host, step *s, dbc_error *error)
{
	if (!is_verdict(error))
	{
		error->context = dbc_place_of_error(host, s->running, error);
		dbc_rethrow(host, error);
	}
	if (s->down == failed && is_on_purpose(error))
		s->down = refused;
	if (!s->error)
		s->error = dbc_describe_error(host, s->running, error);
}

/* Tests a step, and leaves what its ups make. */
static void
test_step(dbc_host *host, step *s)
{
	dbc_error error;

	host->track(host, true);
	if (dbc_guard(host, go_round, s, DBC_KEEP, false, &error))
		return;
	if (!s->undone)
		note_error(host, s, &error);
	compare(host, s);
	if (!s->applies || dbc_guard(host, run_ups, s, DBC_KEEP, false, &error))
		return;
	s->up = failed;
	note_error(host, s, &error);
}

/* ---- results ---- */

/* The version of a step, of a group its first and its last. */
static const char *
name_of(dbc_host *host, const step *s)
{
	const char *first = s->parts[0].migration->version;

	if (s->nparts == 1)
		return first;
	return dbc_format(host, "%s..%s", first,
					  s->parts[s->nparts - 1].migration->version);
}

/* The differences as JSON. */
static dbc_node *
describe_differences(dbc_host *host, const dbc_differences *differences)
{
	dbc_node *list = dbc_json_array(host);
	int i;

	for (i = 0; i < differences->count; i++)
	{
		const dbc_difference *d = &differences->items[i];
		dbc_node *node = dbc_json_object(host);

		dbc_put_text(node, "object_type", d->type);
		dbc_put_text(node, "object", d->object);
		dbc_put_text(node, "change", d->change);
		dbc_put_text(node, "before", d->before);
		dbc_put_text(node, "after", d->after);
		dbc_put_bool(node, "cosmetic", d->cosmetic);
		dbc_push(list, node);
	}
	return list;
}

/* Whether a step is as it should be; one may be without a way back, but what
 * is there has to lead back. */
static bool
is_good(const step *s)
{
	return s->up == ok && s->down != failed && s->reup != failed &&
		   (!s->has_before || s->restored);
}

/* Adds the result of a step. */
static void
add_result(tester *t, step *s)
{
	dbc_host *host = t->host;
	dbc_node *node = dbc_json_object(host);
	dbc_value restored = s->has_before ? dbc_bool(s->restored) : dbc_null();

	dbc_put_text(node, "version", name_of(host, s));
	dbc_put_text(node, "up", s->up);
	dbc_put_text(node, "down", s->down);
	dbc_put_value(node, "restored", &restored);
	dbc_put_text(node, "reup", s->reup);
	dbc_put(node, "differences", describe_differences(host, &s->differences));
	dbc_put(node, "rows_changed", changed_tables(host, s));
	dbc_put(node, "error", s->error);
	dbc_push(t->results, node);
	t->tested += s->nparts;
	t->success = t->success && is_good(s);
}

/* ---- the walk ---- */

/* Makes a step of some migrations of the plan. */
static step
make_step(tester *t, int first, int nparts)
{
	step s = {.nparts = nparts};
	int i;

	s.parts = dbc_alloc(t->host, (size_t) nparts * sizeof(*s.parts));
	for (i = 0; i < nparts; i++)
	{
		dbc_migration *migration = t->plan.steps[first + i];

		s.parts[i].migration = migration;
		s.parts[i].up = prepared_script(t->host, migration, true);
		if (migration->reversible)
			s.parts[i].down = prepared_script(t->host, migration, false);
	}
	return s;
}

/* Applies what comes before the migrations that are tested. */
static void
apply_earlier(tester *t)
{
	dbc_error error;
	int i;

	for (i = 0; i < t->first; i++)
	{
		step s = make_step(t, i, 1);

		dbc_progress(t->host, name_of(t->host, &s), i, t->plan.count);
		if (dbc_guard(t->host, run_ups, &s, DBC_KEEP, false, &error))
			continue;
		error.context = dbc_place_of_error(t->host, s.running, &error);
		dbc_rethrow(t->host, &error);
	}
}

/* Tests all that is to be tested. */
static void
walk(dbc_host *host, void *arg)
{
	tester *t = arg;
	int nsteps = t->group ? 1 : t->plan.count - t->first;
	int nparts = t->group ? t->plan.count - t->first : 1;
	step *steps = dbc_alloc(host, ((size_t) nsteps + 1) * sizeof(*steps));
	int i;

	host->lock(host, t->timeout_ms);
	/* statements on the bookkeeping between two schema changes would be
	 * prepared anew each time */
	for (i = 0; i < nsteps; i++)
		steps[i] = make_step(t, t->first + i, nparts);
	apply_earlier(t);
	for (i = 0; i < nsteps; i++)
	{
		dbc_progress(host, name_of(host, &steps[i]), t->first + i,
					 t->plan.count);
		test_step(host, &steps[i]);
		add_result(t, &steps[i]);
	}
	host->track(host, false);
}

/* Fails if a version is not pending. */
static void
require_pending(tester *t, const dbc_migration *migration)
{
	int i;

	for (i = 0; i < t->plan.count; i++)
		if (t->plan.steps[i] == migration)
			return;
	dbc_fail(t->host, DBC_NOT_READY, NULL,
			 "Only pending migrations are tested: roll it back first, or test "
			 "on a database where it is not applied.",
			 "migration \"%s\" is applied", migration->version);
}

/* Plans the walk: all, up to a version, or from one to another. */
static void
plan_walk(tester *t, const char *version, const char *from)
{
	dbc_migrations list = dbc_describe_migrations(t->host);
	const dbc_migration *first = NULL;

	if (from && !version)
		dbc_fail(t->host, DBC_INVALID_PARAMETER, NULL,
				 "dbmigrate_test('4', '{\"from\": \"2\"}') tests 2, 3 and 4 as "
				 "one.",
				 "option \"from\" needs a version to go to");
	if (from)
		first = dbc_require_migration(t->host, &list, from);
	t->plan = dbc_plan_up(t->host, &list, version, true);
	if (!version)
		return;
	require_pending(t, dbc_require_migration(t->host, &list, version));
	t->first = t->plan.count - 1;
	if (!first)
		return;
	require_pending(t, first);
	t->group = true;
	for (t->first = 0; t->plan.steps[t->first] != first;)
		t->first++;
}

/* dbmigrate_test(version, options) */
void
dbc_run_dbmigrate_test(dbc_host *host, const dbc_value *args)
{
	static const dbc_option options[] = {
		{.name = "from", .type = DBC_O_TEXT},
		{.name = "confirm", .type = DBC_O_TEXT},
		{.name = "lock_timeout_ms",
		 .type = DBC_O_INT,
		 .minimum = -1,
		 .maximum = DBC_LOCK_TIMEOUT_MAX}};
	tester t = {.host = host, .success = true};
	dbc_node *result = dbc_json_object(host);
	const dbc_given *given;
	dbc_error error;

	dbc_refuse_json(host, args[0].text, "version");
	given = dbc_read_options(host, &args[1], options, O_COUNT);
	dbc_confirm(host, dbc_stored_settings(host), given[O_CONFIRM].text,
				"locks what it tests",
				"All is undone in the end, but what it takes to run the "
				"migrations is locked until then.");
	t.timeout_ms = dbc_lock_timeout(host, args);
	t.results = dbc_json_array(host);
	plan_walk(&t, args[0].text, given[O_FROM].text);
	if (!dbc_guard(host, walk, &t, DBC_UNDO, false, &error))
		dbc_rethrow(host, &error);
	dbc_put_bool(result, "success", t.success);
	dbc_put_int(result, "tested", t.tested);
	dbc_put(result, "results", t.results);
	dbc_emit_json(host, result);
}
