/*
 * test_cycle.c
 *	  One cycle of dbmigrate_test: some migrations up, down and up again.
 *
 * It runs in a guard, which fails on purpose where the cycle has to be undone:
 * the downs do not restore the database, or the engine can show the former
 * state only after undoing the changes.
 */
#include "common/core/sort.h"
#include "common/migrate/test_cycle.h"

#include <stdlib.h>
#include <string.h>

static const char ok[] = "ok";
static const char failed[] = "failed";
static const char missing[] = "missing";
static const char empty[] = "empty";
static const char refused[] = "refused";

/* ---- scripts ---- */

/* A script as it can be run inside a transaction. */
static dbc_migrate_prepared_script *
inside_transaction(dbc_host *host, const dbc_migrate_prepared_script *given)
{
	dbc_migrate_prepared_script *prepared = dbc_alloc(host, sizeof(*prepared));
	const dbc_script *script = &given->script;
	dbc_statement *statements = dbc_alloc(
		host, ((size_t) script->nstatements + 1) * sizeof(*statements));

	*prepared = *given;
	if (given->has_parts)
		dbc_migrate_require_one_transaction(
			host, given, "Test it by hand, on a copy of the database.");
	for (int i = 0; i < script->nstatements; i++)
	{
		dbc_statement *s = &statements[i];

		*s = script->statements[i];
		if (s->kind != DBC_STATEMENT_OUTSIDE)
			continue;
		if (!s->inside)
			dbc_fail(host, DBC_ACTIVE_TRANSACTION,
					 dbc_describe_position(host, script, i + 1, s->line),
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
	const char *role;
	dbc_migrate_prepared_script *result;
	bool idle; /* there is nothing to run */
} preparation;

/* Reads and splits a script. */
static void
prepare(dbc_host *host, void *arg)
{
	preparation *p = arg;

	dbc_migrate_require_own_text(
		host, dbc_migrate_foreign_texts(host, p->role, p->migration->version),
		p->migration->version);
	p->result = dbc_migrate_prepare_script(host, p->migration, p->up);
	p->idle = dbc_migrate_is_empty_script(p->result);
	if (!p->result->error)
		p->result = inside_transaction(host, p->result);
	p->result->script.role = p->role;
}

/* The script of a migration, with the error of one that cannot be run; *idle is
 * whether it has no statements. */
static const dbc_migrate_prepared_script *
prepared_script(dbc_host *host, const char *role, dbc_migration *migration,
				bool up, bool *idle)
{
	preparation p = {.migration = migration, .up = up, .role = role};
	dbc_error error;
	dbc_migrate_prepared_script *unusable;

	if (dbc_guard(host, prepare, &p, DBC_KEEP, false, &error))
	{
		*idle = p.idle;
		return p.result;
	}
	*idle = false;
	unusable = dbc_alloc(host, sizeof(*unusable));
	unusable->script.label = dbc_format(host, "migration %s %s",
										migration->version, up ? "up" : "down");
	unusable->error = dbc_alloc(host, sizeof(error));
	*unusable->error = error;
	return unusable;
}

/* Runs a script of a cycle. */
static void
run_script(dbc_host *host, dbc_migrate_test_cycle *cycle,
		   const dbc_migrate_prepared_script *prepared)
{
	cycle->running = &prepared->script;
	dbc_migrate_run_script(host, prepared, prepared->skip);
}

/* Runs the up scripts of a cycle in order. */
static void
run_ups(dbc_host *host, void *arg)
{
	dbc_migrate_test_cycle *cycle = arg;

	for (int i = 0; i < cycle->nparts; i++)
		run_script(host, cycle, cycle->parts[i].up);
}

/* Runs the down scripts of a cycle, the last one first. */
static void
run_downs(dbc_host *host, dbc_migrate_test_cycle *cycle)
{
	for (int i = cycle->nparts - 1; i >= 0; i--)
		run_script(host, cycle, cycle->parts[i].down);
}

/* Runs the verify_sql of each migration; fails if one fails. */
static void
run_verifies(dbc_host *host, dbc_migrate_test_cycle *cycle)
{
	for (int i = 0; i < cycle->nparts; i++)
	{
		const dbc_migrate_prepared_script *up = cycle->parts[i].up;

		if (up->verifiable)
			dbc_migrate_require_verified(host, cycle->parts[i].migration,
										 up->script.role, &cycle->running);
	}
}

/* The result of the downs before any has run. */
static const char *
kind_of_down(const dbc_migrate_test_cycle *cycle)
{
	bool nothing = true;

	for (int i = 0; i < cycle->nparts; i++)
	{
		if (!cycle->parts[i].down)
			return missing;
		nothing = nothing && cycle->parts[i].idle;
	}
	return nothing ? empty : NULL;
}

/* ---- comparing ---- */

/* The digest of a table, or NULL if it does not exist. */
static const char *
digest_of(dbc_host *host, const dbc_rows *tables, const char *name)
{
	for (int i = 0; i < tables->nrows; i++)
		if (dbc_same(dbc_get_text(host, tables, i, 0), name))
			return dbc_get_text_or_null(host, tables, i, 1);
	return NULL;
}

/*
 * Adds the tables whose rows differ from those of the same tables in others;
 * returns their new number.  Tables that an up created or dropped and that no
 * down changed are skipped.
 */
static size_t
add_changed_rows(dbc_host *host, const dbc_migrate_test_cycle *cycle,
				 const dbc_rows *tables, const dbc_rows *others,
				 bool missing_only, const char **names, size_t count)
{
	for (int i = 0; i < tables->nrows; i++)
	{
		const dbc_value *table = dbc_get_row(host, tables, i, "tT");
		const char *other = digest_of(host, others, table[0].text);

		if (other ? !missing_only && !dbc_same(other, table[1].text)
				  : cycle->down == ok)
			names[count++] = table[0].text;
	}
	return count;
}

/* Lists the tables whose rows have changed, by name. */
static void
list_changed_rows(dbc_host *host, const dbc_migrate_test_cycle *cycle,
				  const dbc_rows *before)
{
	const dbc_rows *after = cycle->after.tables;
	const char **names =
		dbc_alloc(host, ((size_t) before->nrows + (size_t) after->nrows + 1) *
							sizeof(*names));
	size_t count =
		add_changed_rows(host, cycle, before, after, false, names, 0);

	count = add_changed_rows(host, cycle, after, before, true, names, count);
	dbc_sort(names, count, sizeof(*names), dbc_compare_texts);
	for (size_t i = 0; i < count; i++)
		dbc_json_push_text(cycle->rows_changed, names[i]);
}

/* Compares the database after the downs with that before the ups, once the
 * former state is available. */
static void
compare(dbc_host *host, dbc_migrate_test_cycle *cycle)
{
	dbc_changes before;
	dbc_migrate_schema old;
	dbc_migrate_schema new;

	if (!cycle->has_after || cycle->compared ||
		!DBC_CALL(host, migrate, touched)(host, DBC_BEFORE, &before))
		return;
	old = dbc_migrate_make_schema(host, before.objects);
	new = dbc_migrate_make_schema(host, cycle->after.objects);
	cycle->differences = dbc_migrate_compare_schemas(host, &old, &new);
	cycle->compared = cycle->restored = true;
	for (int i = 0; i < cycle->differences.count; i++)
		if (!cycle->differences.items[i].cosmetic)
			cycle->restored = false;
	list_changed_rows(host, cycle, before.tables);
}

/* ---- the cycle ---- */

/* Whether the downs have restored everything, as far as tracking can prove. */
static bool
is_back(const dbc_migrate_test_cycle *cycle)
{
	return cycle->compared && cycle->after.complete &&
		   cycle->differences.count == 0 &&
		   dbc_json_length(cycle->rows_changed) == 0;
}

/* Runs the ups again after the downs. */
static void
run_ups_again(dbc_host *host, dbc_migrate_test_cycle *cycle)
{
	cycle->reup = failed;
	run_ups(host, cycle);
	cycle->reup = ok;
}

/* Runs ups and downs, and the ups again if the former state is available by
 * then. */
static void
run_cycle(dbc_host *host, void *arg)
{
	dbc_migrate_test_cycle *cycle = arg;

	cycle->up = failed;
	run_ups(host, cycle);
	cycle->applies = true;
	run_verifies(host, cycle);
	cycle->up = ok;
	cycle->down = kind_of_down(cycle);
	if (cycle->down == missing)
		return;
	if (!cycle->down)
	{
		cycle->down = failed;
		run_downs(host, cycle);
		cycle->down = ok;
	}
	cycle->has_after =
		DBC_CALL(host, migrate, touched)(host, DBC_NOW, &cycle->after);
	compare(host, cycle);
	if (cycle->compared && cycle->down == ok)
		run_ups_again(host, cycle);
	if (cycle->compared && (cycle->down == empty || is_back(cycle)))
		return;
	cycle->undone = true;
	dbc_fail(host, DBC_INTERNAL, NULL, NULL, "the test cycle is rolled back");
}

/* Whether an error comes from the script, not from the server's state. */
static bool
is_script_error(const dbc_error *error)
{
	/* rollbacks, resources, interventions, the system, and locks of others */
	static const char *const server_errors[] = {"40", "53", "57", "58",
												DBC_LOCK_NOT_AVAILABLE};

	for (size_t i = 0; i < sizeof(server_errors) / sizeof(server_errors[0]);
		 i++)
		if (dbc_starts_with(error->sqlstate, server_errors[i]))
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

/* Raises the error of a script again, with its place in the script. */
static _Noreturn void
raise_located(dbc_host *host, const dbc_migrate_test_cycle *cycle,
			  dbc_error *error)
{
	error->context = dbc_migrate_locate_error(host, cycle->running, error);
	dbc_rethrow(host, error);
}

/* Stores the error that ended a cycle; raises it again if it ends the whole
 * test. */
static void
note_error(dbc_host *host, dbc_migrate_test_cycle *cycle, dbc_error *error)
{
	if (!is_script_error(error))
		raise_located(host, cycle, error);
	if (cycle->down == failed && is_on_purpose(error))
		cycle->down = refused;
	if (!cycle->error)
		cycle->error = dbc_migrate_describe_error(host, cycle->running, error);
}

/* Runs the whole cycle, to be undone, only to see whether it succeeds. */
static void
try_cycle(dbc_host *host, void *arg)
{
	dbc_migrate_test_cycle *cycle = arg;

	run_ups(host, cycle);
	run_downs(host, cycle);
	run_ups_again(host, cycle);
}

/* Runs the ups for good after a cycle that was undone.  If the downs restore
 * the database, this counts as applying the ups again. */
static void
apply_for_good(dbc_host *host, void *arg)
{
	dbc_migrate_test_cycle *cycle = arg;

	if (cycle->down == ok && !cycle->reup)
		run_ups_again(host, cycle);
	else
		run_ups(host, cycle);
}

/* Finishes a cycle that was undone, and runs its ups for good. */
static void
finish_cycle(dbc_host *host, dbc_migrate_test_cycle *cycle)
{
	dbc_error error;

	compare(host, cycle);
	if (!cycle->applies)
		return;
	if (cycle->down == ok && !cycle->reup && !is_back(cycle) &&
		!dbc_guard(host, try_cycle, cycle, DBC_UNDO, false, &error))
		note_error(host, cycle, &error);
	if (dbc_guard(host, apply_for_good, cycle, DBC_KEEP, false, &error))
		return;
	cycle->up = failed;
	note_error(host, cycle, &error);
}

/* Runs a cycle. */
void
dbc_migrate_run_test_cycle(dbc_host *host, dbc_migrate_test_cycle *cycle)
{
	dbc_error error;

	cycle->rows_changed = dbc_json_array(host);
	DBC_CALL(host, migrate, track)(host, true);
	if (!dbc_guard(host, run_cycle, cycle, DBC_KEEP, false, &error))
	{
		if (!cycle->undone)
			note_error(host, cycle, &error);
		finish_cycle(host, cycle);
	}
	/* a missing down is no failure, but a down that runs has to restore
	 * everything */
	cycle->good = cycle->up == ok && cycle->down != failed &&
				  cycle->reup != failed &&
				  (!cycle->compared || cycle->restored);
}

/* Runs the ups of a cycle; fails if one does. */
void
dbc_migrate_apply_test_cycle(dbc_host *host, dbc_migrate_test_cycle *cycle)
{
	dbc_error error;

	/* checks deferred constraints at the end of each script */
	DBC_CALL(host, migrate, track)(host, true);
	if (!dbc_guard(host, run_ups, cycle, DBC_KEEP, false, &error))
		raise_located(host, cycle, &error);
}

const char *
dbc_migrate_test_cycle_name(dbc_host *host, const dbc_migrate_test_cycle *cycle)
{
	const char *first = cycle->parts[0].migration->version;

	if (cycle->nparts == 1)
		return first;
	return dbc_format(host, "%s..%s", first,
					  cycle->parts[cycle->nparts - 1].migration->version);
}

dbc_migrate_test_cycle
dbc_migrate_make_test_cycle(dbc_host *host, const char *role,
							dbc_migration **migrations, int count)
{
	dbc_migrate_test_cycle cycle = {.nparts = count};

	cycle.parts = dbc_alloc(host, (size_t) count * sizeof(*cycle.parts));
	for (int i = 0; i < count; i++)
	{
		dbc_migrate_test_cycle_part *part = &cycle.parts[i];

		part->migration = migrations[i];
		part->up =
			prepared_script(host, role, migrations[i], true, &part->idle);
		if (migrations[i]->reversible || migrations[i]->empty_down)
			part->down =
				prepared_script(host, role, migrations[i], false, &part->idle);
	}
	return cycle;
}
