/*
 * migrate_apply.c
 *	  Running migrations: dbmigrate_apply, _rollback and _baseline.
 *
 * Everything of a call happens in the caller's transaction, so that ledger,
 * log and schema change together.  A failure is raised and nothing stays,
 * unless the caller asked for a report: then each migration is guarded, those
 * before the failed one stay, and the failure is logged.
 */
#include "functions.h"
#include "migrate.h"

#include "bookkeeping.h"
#include "migrate_drift.h"
#include "clock.h"
#include "options.h"
#include "settings.h"
#include "text.h"

/* Options of apply and rollback; each accepts some. */
enum
{
	O_DRY_RUN,
	O_ON_ERROR,
	O_LOCK_TIMEOUT,
	O_APP_VERSION,
	O_GIT_SHA,
	O_TICKET,
	O_OWN, /* allow_out_of_order of apply, confirm of rollback */
	O_INCLUDE_BASELINED,
	O_COUNT
};

static const char *const on_error_choices[] = {"abort", "report", NULL};

/* clang-format off */
#define COMMON_OPTIONS \
	{.name = "dry_run", .type = DBC_O_BOOL}, \
	{.name = "on_error", .type = DBC_O_TEXT, .choices = on_error_choices}, \
	{.name = "lock_timeout_ms", .type = DBC_O_INT, .minimum = -1, \
	 .maximum = DBC_LOCK_TIMEOUT_MAX}, \
	{.name = "app_version", .type = DBC_O_TEXT}, \
	{.name = "git_sha", .type = DBC_O_TEXT}, \
	{.name = "ticket", .type = DBC_O_TEXT}

static const dbc_option apply_options[] = {
	COMMON_OPTIONS,
	{.name = "allow_out_of_order", .type = DBC_O_BOOL}};

static const dbc_option rollback_options[] = {
	COMMON_OPTIONS,
	{.name = "confirm", .type = DBC_O_TEXT},
	{.name = "include_baselined", .type = DBC_O_BOOL}};
/* clang-format on */

typedef struct step
{
	dbc_migration *migration;
	dbc_prepared *script;
	dbc_value duration_ms;
	const char *finished_at;
} step;

/* One call of apply, rollback or baseline. */
typedef struct runner
{
	dbc_host *host;
	const dbc_given *given;
	dbc_log log;
	bool up;
	step *steps;
	int nsteps;
	int64_t position; /* of the last applied migration */
	int done;		  /* steps that succeeded */
	dbc_error *error; /* of the step after them, when reporting */
} runner;

/* Logs what happened to a step. */
static void
log_event(runner *r, const char *event, const step *step, const char *error)
{
	dbc_event logged = {.event = event,
						.version = step->migration->version,
						.name = step->migration->name,
						.checksum = step->migration->checksum,
						.happened_at = step->finished_at,
						.duration_ms = step->duration_ms,
						.error = error,
						.app_version = r->given[O_APP_VERSION].text,
						.git_sha = r->given[O_GIT_SHA].text,
						.ticket = r->given[O_TICKET].text};

	dbc_log_event(&r->log, &logged);
}

/* Notes in the ledger that a migration is applied. */
static void
add_to_ledger(runner *r, const step *step, bool baseline)
{
	dbc_value values[] = {dbc_text(step->migration->version),
						  dbc_int(++r->position),
						  dbc_bool(baseline),
						  dbc_text(r->log.actor),
						  step->duration_ms,
						  dbc_text(step->finished_at)};

	dbc_query(r->host, "migrate/ledger_add", values, 6);
}

/* Runs the script of the next step. */
static void
run_step(dbc_host *host, void *arg)
{
	runner *r = arg;
	step *step = &r->steps[r->done];
	int64_t start = dbc_microseconds();

	dbc_progress(host, step->migration->version, r->done, r->nsteps);
	dbc_run_script(host, step->script);
	step->duration_ms = dbc_int((dbc_microseconds() - start) / 1000);
	step->finished_at = dbc_now(host);
}

/* Writes down a step that succeeded. */
static void
record_step(runner *r, const step *step)
{
	dbc_value version = dbc_text(step->migration->version);

	if (r->up)
		add_to_ledger(r, step, false);
	else
		dbc_query(r->host, "migrate/ledger_remove", &version, 1);
	if (step->migration->state == DBC_FAILED)
		dbc_query(r->host, "migrate/clear_failed", &version, 1);
	log_event(r, r->up ? "apply" : "rollback", step, NULL);
}

/* Where the step that failed did, as a sentence; NULL if nobody knows. */
static const char *
place_of_error(const runner *r)
{
	const dbc_error *error = r->error;

	if (error->statement_no == 0)
		return NULL;
	return dbc_position(r->host, &r->steps[r->done].script->script,
						error->statement_no, error->line);
}

/* Writes down the failure of the step after those that succeeded. */
static void
record_failure(runner *r)
{
	step *step = &r->steps[r->done];
	const dbc_error *error = r->error;
	const char *place = place_of_error(r);
	const char *words =
		place ? dbc_format(r->host, "%s. %s", error->message, place)
			  : error->message;
	dbc_value values[] = {dbc_text(step->migration->version), dbc_text(words)};

	step->finished_at = dbc_now(r->host);
	step->duration_ms = dbc_null();
	if (r->up)
		dbc_query(r->host, "migrate/mark_failed", values, 2);
	log_event(r, "failure", step, words);
}

/* Runs steps up to the end or to the first that fails; a failure is kept in
 * r->error when a report is wanted. */
static void
run_scripts(runner *r)
{
	const char *on_error = r->given[O_ON_ERROR].text;
	bool report = on_error && dbc_same(on_error, "report");

	for (r->done = 0; r->done < r->nsteps; r->done++)
	{
		dbc_error error;

		if (!report)
			run_step(r->host, r);
		else if (!dbc_guard(r->host, run_step, r, DBC_KEEP, false, &error))
		{
			r->error = dbc_alloc(r->host, sizeof(error));
			*r->error = error;
			return;
		}
	}
}

/*
 * Runs all steps, then writes all of them down: statements on the bookkeeping
 * between two schema changes would be prepared anew each time.
 */
static void
run_steps(dbc_host *host, void *arg)
{
	runner *r = arg;
	int i;

	(void) host;
	run_scripts(r);
	for (i = 0; i < r->done; i++)
		record_step(r, &r->steps[i]);
	if (r->error)
		record_failure(r);
}

/* Takes the steps of a plan, each with its script, so that what is not allowed
 * is refused before anything runs. */
static void
prepare_steps(runner *r, const dbc_plan *plan)
{
	int i;

	r->nsteps = plan->count;
	r->steps =
		dbc_alloc(r->host, ((size_t) plan->count + 1) * sizeof(*r->steps));
	for (i = 0; i < plan->count; i++)
	{
		step *step = &r->steps[i];

		step->migration = plan->steps[i];
		step->script = dbc_prepare_script(r->host, plan->steps[i], r->up);
		dbc_refuse_outside(r->host, plan->steps[i], step->script, r->up);
	}
}

/* Runs the plan, or runs it and takes all back for a dry run. */
static void
run_plan(runner *r, const dbc_plan *plan)
{
	dbc_error error;

	prepare_steps(r, plan);
	if (!r->given[O_DRY_RUN].integer)
		run_steps(r->host, r);
	else if (!dbc_guard(r->host, run_steps, r, DBC_UNDO, false, &error))
		dbc_rethrow(r->host, &error);
}

/* The versions of the first done steps. */
static dbc_node *
versions_done(runner *r)
{
	dbc_node *versions = dbc_json_array(r->host);
	int i;

	for (i = 0; i < r->done; i++)
		dbc_push_text(versions, r->steps[i].migration->version);
	return versions;
}

/* The error of the step that failed, or NULL. */
static dbc_node *
describe_error(runner *r)
{
	const dbc_error *error = r->error;
	dbc_node *node;
	dbc_value none = dbc_null();
	dbc_value number;
	dbc_value line;

	if (!error)
		return NULL;
	node = dbc_json_object(r->host);
	number = dbc_int(error->statement_no);
	line = dbc_int(error->line);
	dbc_put_text(node, "message", error->message);
	dbc_put_text(node, "detail", error->detail);
	dbc_put_text(node, "hint", error->hint);
	dbc_put_text(node, "context", place_of_error(r));
	dbc_put_text(node, "sqlstate", error->sqlstate);
	dbc_put_text(node, "version", r->steps[r->done].migration->version);
	dbc_put_value(node, "statement_no", error->statement_no ? &number : &none);
	dbc_put_value(node, "line", error->line ? &line : &none);
	return node;
}

/* The highest version that is applied after the steps. */
static const char *
version_after(runner *r, const dbc_migrations *list)
{
	int i;

	for (i = 0; i < r->done && !r->given[O_DRY_RUN].integer; i++)
		r->steps[i].migration->applied = r->up;
	return dbc_highest_applied(list);
}

/* Keeps the schema the steps have left, to tell drift from it. */
static void
keep_schema(runner *r, const dbc_migrations *list)
{
	if (r->done > 0 && !r->given[O_DRY_RUN].integer)
		dbc_take_snapshot(r->host, version_after(r, list));
}

/* Emits the MigrationResult. */
static void
emit_result(runner *r, const dbc_migrations *list, int64_t start)
{
	dbc_host *host = r->host;
	dbc_node *result = dbc_json_object(host);
	dbc_node *none = dbc_json_array(host);

	dbc_put_bool(result, "success", !r->error);
	dbc_put(result, "applied", r->up ? versions_done(r) : none);
	dbc_put(result, "rolled_back", r->up ? none : versions_done(r));
	dbc_put_text(result, "failed",
				 r->error ? r->steps[r->done].migration->version : NULL);
	dbc_put(result, "error", describe_error(r));
	dbc_put_text(result, "version", version_after(r, list));
	dbc_put_int(result, "duration_ms", (dbc_microseconds() - start) / 1000);
	dbc_put_bool(result, "dry_run", r->given[O_DRY_RUN].integer);
	dbc_emit_json(host, result);
}

/* The position of the migration applied last. */
static int64_t
last_position(const dbc_migrations *list)
{
	int64_t position = 0;
	int i;

	for (i = 0; i < list->count; i++)
		if (list->items[i].position > position)
			position = list->items[i].position;
	return position;
}

/* Keeps other runners out, and reads what there is then. */
static dbc_migrations
start_running(runner *r, const dbc_value *args, const dbc_stored *stored)
{
	dbc_migrations list;

	r->host->lock(r->host, dbc_lock_timeout(r->host, args));
	list = dbc_list_migrations(r->host);
	r->log = dbc_open_log(r->host, dbc_actor(r->host, stored));
	r->position = last_position(&list);
	return list;
}

/* dbmigrate_apply(target, options) */
void
dbc_run_dbmigrate_apply(dbc_host *host, const dbc_value *args)
{
	int64_t start = dbc_microseconds();
	runner r = {.host = host, .up = true};
	dbc_migrations list;
	dbc_plan plan;

	dbc_refuse_json(host, args[0].text, "target");
	r.given =
		dbc_read_options(host, &args[1], apply_options, O_INCLUDE_BASELINED);
	list = start_running(&r, args, dbc_stored_settings(host));
	dbc_refuse_modified(host, &list);
	plan = dbc_plan_up(host, &list, args[0].text, r.given[O_OWN].integer);
	run_plan(&r, &plan);
	keep_schema(&r, &list);
	emit_result(&r, &list, start);
}

/* dbmigrate_rollback(target, options) */
void
dbc_run_dbmigrate_rollback(dbc_host *host, const dbc_value *args)
{
	int64_t start = dbc_microseconds();
	runner r = {.host = host};
	const dbc_stored *stored;
	dbc_migrations list;
	dbc_plan plan;

	dbc_refuse_json(host, args[0].text, "target");
	r.given = dbc_read_options(host, &args[1], rollback_options, O_COUNT);
	stored = dbc_stored_settings(host);
	if (!r.given[O_DRY_RUN].integer)
		dbc_confirm(host, stored, r.given[O_OWN].text,
					"Rolling back drops what the migrations made, with its "
					"data.");
	list = start_running(&r, args, stored);
	plan = dbc_plan_down(host, &list, args[0].text,
						 r.given[O_INCLUDE_BASELINED].integer);
	run_plan(&r, &plan);
	keep_schema(&r, &list);
	emit_result(&r, &list, start);
}

/* dbmigrate_baseline(version) */
void
dbc_run_dbmigrate_baseline(dbc_host *host, const dbc_value *args)
{
	static const dbc_given nothing[O_COUNT];
	runner r = {.host = host, .given = nothing};
	dbc_node *result = dbc_json_object(host);
	dbc_node *versions = dbc_json_array(host);
	dbc_migrations list;
	dbc_plan plan;
	int i;

	dbc_refuse_json(host, args[0].text, "version");
	list = start_running(&r, args, dbc_stored_settings(host));
	plan = dbc_plan_up(host, &list, args[0].text, true);
	for (i = 0; i < plan.count; i++)
	{
		step step = {.migration = plan.steps[i], .finished_at = dbc_now(host)};

		if (step.migration->repeatable)
			continue;
		add_to_ledger(&r, &step, true);
		log_event(&r, "baseline", &step, NULL);
		dbc_push_text(versions, step.migration->version);
	}
	list = dbc_list_migrations(host);
	dbc_take_snapshot(host, dbc_highest_applied(&list));
	dbc_put(result, "baselined", versions);
	dbc_put_text(result, "version", dbc_highest_applied(&list));
	dbc_emit_json(host, result);
}
