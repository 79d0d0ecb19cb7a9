/*
 * run.c
 *	  Running a manifest: dbinit_run() and dbinit_repair().
 *
 * A run is one transaction under the lock of migrations: it ends ready, or
 * nothing is changed and the result lists why.  Each part is done by the
 * function of dbcare that users call for it.
 */
#include "common/init/run.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/inner_call.h"
#include "common/core/rights.h"
#include "common/core/tables.h"
#include "common/health/run.h"
#include "common/health/score.h"
#include "common/migrate/drift.h"
#include "common/seed/host.h"

/* ---- steps ---- */

static void
check_connection(dbc_init_run *run)
{
	const dbc_rows *rows = dbc_query(run->host, "core/ping");

	DBC_PUT_CELL(run->entry, engine_version, rows, 0, 0);
	DBC_PUT_CELL(run->entry, database, rows, 0, 1);
}

/* Damage does not prevent a run, but is a warning. */
static void
check_health(dbc_init_run *run)
{
	dbc_health_options options = {
		.categories = {.given = true,
					   .texts = (const char *[]){"integrity", NULL}}};
	dbc_findings *findings =
		dbc_health_run_checks(run->host, run->stored, &options);

	for (int i = 0; i < findings->count; i++)
		if (findings->list[i].severity == DBC_CRITICAL)
			dbc_init_note(run, run->warnings, findings->list[i].object,
						  findings->list[i].message, NULL,
						  findings->list[i].suggestion);
	DBC_PUT_INT(run->entry, score, dbc_health_score_findings(findings).score);
}

/* Calls a function with each entry of a list. */
static void
call_with_entries(dbc_init_run *run, dbc_init_list list, const char *function,
				  const char *counted)
{
	int count = dbc_init_count(&run->manifest, list);
	const dbc_json_item *entry =
		count > 0 ? dbc_init_first_entry(&run->manifest, list) : NULL;
	dbc_call_list calls;

	dbc_begin_calls(run->host, &calls);
	for (int i = 0; i < count; i++, entry = dbc_json_next(entry))
	{
		run->object = dbc_format(run->host, "entry %d of %s", i + 1, counted);
		calls.more = i + 1 < count;
		(void) dbc_call_inner(run->host, function, entry);
	}
	dbc_end_calls(run->host);
	run->object = NULL;
	if (count > 0)
		dbc_json_put_int(run->entry, counted, count);
}

/* Registers the seeds and applies them: they may refer to each other. */
static void
apply_seeds(dbc_init_run *run)
{
	int count = dbc_init_count(&run->manifest, DBC_INIT_SEEDS);
	dbc_json_node *names = dbc_json_array(run->host);
	dbc_json_node *options = dbc_json_object(run->host);
	dbc_json_node *arguments = dbc_json_object(run->host);
	const dbc_json_item *entry;
	const char *problem;
	const char *text;

	if (count == 0)
		return;
	call_with_entries(run, DBC_INIT_SEEDS, "dbseed_add", "seeds");
	entry = dbc_init_first_entry(&run->manifest, DBC_INIT_SEEDS);
	for (int i = 0; i < count; i++, entry = dbc_json_next(entry))
		dbc_json_push_text(
			names,
			dbc_json_string_or_null(run->host, dbc_json_member(entry, "name")));
	DBC_PUT(options, names, names);
	DBC_PUT(arguments, options, options);
	text = dbc_json_text(arguments);
	entry = dbc_json_read(run->host, text, strlen(text), NULL, 0, &problem);
	run->seeds = run->entry;
	run->seeds_result = dbc_call_inner(run->host, "dbseed_apply", entry);
}

static void
add_rules(dbc_init_run *run)
{
	call_with_entries(run, DBC_INIT_RULES, "dbcheck_rule_add", "rules");
}

/* Columns and views that mode flag adds are no drift; what drifted before still
 * is. */
static void
set_policies(dbc_init_run *run)
{
	dbc_host *host = run->host;
	bool follows =
		dbc_init_count(&run->manifest, DBC_INIT_ARCHIVE) > 0 &&
		dbc_migrate_has_snapshot(host) &&
		(run->stored_schema || dbc_migrate_find_drift(host).count == 0);

	call_with_entries(run, DBC_INIT_ARCHIVE, "dbarchive_enable", "archive");
	call_with_entries(run, DBC_INIT_AUDIT, "dbaudit_enable", "audit");
	call_with_entries(run, DBC_INIT_POLICIES, "dbarchive_policy", "policies");
	if (follows &&
		dbc_query(host, "archive/flag_tables", dbc_null())->nrows > 0 &&
		dbc_migrate_find_drift(host).count > 0)
		dbc_migrate_take_snapshot(host);
}

/* Fails for what is not as the manifest says. */
static void
validate(dbc_init_run *run)
{
	dbc_init_problems found =
		dbc_init_find_problems(run->host, &run->manifest, run->recorded);

	for (int i = 0; i < found.count; i++)
		dbc_init_note(run,
					  found.items[i].is_warning ? run->warnings : run->errors,
					  found.items[i].object, found.items[i].issue, NULL,
					  found.items[i].suggestion);
	if (found.nerrors > 0)
		dbc_fail(run->host, DBC_NOT_READY, NULL, "See errors.",
				 "the database is not as the manifest says: %s",
				 dbc_count_text(run->host, found.nerrors, "problem"));
}

static void
be_ready(dbc_init_run *run)
{
	dbc_progress_end(run->host, 1);
}

typedef struct init_step
{
	const char *name;
	void (*run)(dbc_init_run *run);
} init_step;

/* ---- the run ---- */

/* One step, for dbc_guard(). */
typedef struct guarded_step
{
	dbc_init_run *run;
	const init_step *step;
} guarded_step;

static void
run_guarded(dbc_host *host, void *arg)
{
	guarded_step *g = arg;

	(void) host;
	g->step->run(g->run);
}

/* Runs a step; the failure of one that may fail becomes a warning. */
static bool
run_step(dbc_init_run *run, const init_step *step)
{
	guarded_step guarded = {run, step};
	dbc_error error;

	if (!dbc_init_may_fail(&run->manifest, step->name))
	{
		step->run(run);
		return true;
	}
	if (dbc_guard(run->host, run_guarded, &guarded, DBC_KEEP, false, &error))
		return true;
	dbc_init_note(run, run->warnings, run->object, error.message, error.detail,
				  error.hint);
	run->object = NULL;
	return false;
}

static void
run_several(dbc_init_run *run, const init_step *list, int count)
{
	for (int i = 0; i < count; i++)
	{
		int64_t start = dbc_microseconds();

		run->step = list[i].name;
		run->entry = dbc_json_object(run->host);
		DBC_PUT_TEXT(run->entry, step, run->step);
		DBC_PUT_TEXT(run->entry, at, dbc_now(run->host));
		dbc_progress(run->host, run->step, i, count);
		if (!run_step(run, &list[i]))
			continue;
		DBC_PUT_INT(run->entry, duration_ms,
					(dbc_microseconds() - start) / 1000);
		dbc_json_push(run->completed, run->entry);
	}
}

/* All steps, for dbc_guard(). */
static void
run_steps(dbc_host *host, void *arg)
{
	static const init_step steps[] = {
		{"connection", check_connection},
		{"health", check_health},
		{"schema", dbc_init_compare},
		{"migrations", dbc_init_migrate},
		{"seeds", apply_seeds},
		{"rules", add_rules},
		{"policies", set_policies},
		{"validation", validate},
		{"ready", be_ready},
	};

	(void) host;
	run_several(arg, steps, (int) (sizeof(steps) / sizeof(steps[0])));
}

/* Those of a run that has nothing to do, for dbc_guard(). */
static void
run_validation(dbc_host *host, void *arg)
{
	static const init_step steps[] = {{"validation", validate},
									  {"ready", be_ready}};

	(void) host;
	run_several(arg, steps, (int) (sizeof(steps) / sizeof(steps[0])));
}

/* A run with the options of a call. */
static dbc_init_run
make_run(dbc_host *host, const char *manifest, const dbinit_run_options *given)
{
	return (dbc_init_run){.host = host,
						  .start = dbc_microseconds(),
						  .stored = dbc_read_settings(host),
						  .manifest = dbc_init_read_manifest(host, manifest),
						  .dry_run = given->dry_run.integer,
						  .on_conflict =
							  (dbc_init_on_conflict) given->on_conflict.choice,
						  .completed = dbc_json_array(host),
						  .errors = dbc_json_array(host),
						  .warnings = dbc_json_array(host)};
}

/* Ends an attempt that has failed, slowly: the lock of migrations is held, so
 * no other is made meanwhile. */
static void
fail_run(dbc_init_run *run, const dbc_error *error)
{
	DBC_CALL(run->host, seed, pause)(run->host, DBC_SEED_WAIT_MS);
	dbc_init_emit_result(run, error);
}

/* Runs all steps; unless all succeed, nothing of them stays. */
static void
run_all(dbc_init_run *run, const dbinit_run_options *given)
{
	dbc_run_options options = {.backup = given->backup};
	dbc_host *host = run->host;
	dbc_error error;

	dbc_need_tables(host);
	/* the guard undoes a dry run */
	run->runner = dbc_migrate_make_runner(host, &options, true);
	run->runner.backup = given->backup.integer && !run->dry_run;
	run->runner.verify = true;
	dbc_migrate_start_runner(&run->runner, run->stored);
	run->record = dbc_init_read_record(host, run->manifest.name);
	/* then what the manifest itself creates decides */
	if (!dbc_trusts_author(host, run->record.author, NULL))
		run->record = (dbc_init_record){.exists = false};
	if (dbc_guard(host, run_steps, run, run->dry_run ? DBC_UNDO : DBC_KEEP,
				  false, &error))
		dbc_init_emit_result(run, NULL);
	else
		fail_run(run, &error);
}

/* Whether the program that starts may initialise the database. */
static bool
may_be_automatic(const dbc_init_run *run)
{
	return dbc_same(
			   dbc_setting_text(run->host, run->stored, DBC_SETTING_auto_init),
			   "true") ||
		   !dbc_same(dbc_setting_text(run->host, run->stored,
									  DBC_SETTING_environment),
					 "production");
}

/* dbinit_run(pack_or_manifest, options) */
DBC_RUN(dbinit_run)
{
	const dbinit_run_options *given =
		dbc_read_options(host, &args->options, dbinit_run_options);
	dbc_init_run run = make_run(host, args->pack_or_manifest.text, given);
	dbc_error error;

	if (!given->automatic.integer)
		run_all(&run, given);
	else if (dbc_guard(host, run_validation, &run, DBC_KEEP, true, &error))
	{
		host->silent = true; /* each start of a program would leave an event */
		dbc_init_emit_result(&run, NULL);
	}
	else if (may_be_automatic(&run))
	{
		run.errors = dbc_json_array(host);
		run.warnings = dbc_json_array(host);
		run_all(&run, given);
	}
	else
	{
		error.hint = "In production, run it without the option automatic, or "
					 "set auto_init.";
		fail_run(&run, &error);
	}
}

/* dbinit_repair(pack_or_manifest, options) */
DBC_RUN(dbinit_repair)
{
	const dbinit_run_options *given =
		dbc_read_options(host, &args->options, dbinit_run_options);
	dbc_init_run run = make_run(host, args->pack_or_manifest.text, given);

	if (!given->on_conflict.given)
		run.on_conflict = DBC_INIT_KEEP;
	run_all(&run, given);
}
