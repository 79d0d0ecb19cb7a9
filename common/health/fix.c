/*
 * fix.c
 *	  dbhealth_fix: runs the SQL that repairs the findings of one check.
 *
 * Each repair runs in a separate transaction, or outside of any if the engine
 * requires that (CREATE INDEX CONCURRENTLY, VACUUM).  A repair that fails does
 * not stop the next one.  Repairs run with the caller's privileges and a search
 * path that contains no schema others can write to.
 */
#include "common/health/fix.h"

#include "common/core/clock.h"
#include "common/core/event.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/health/row_checks.h"
#include "common/health/run.h"
#include "common/migrate/drift.h"

typedef struct repair
{
	dbc_health_fixer *fixer;
	const char *sql;
	dbc_script script;
} repair;

/* ---- one repair ---- */

/* Splits the SQL of a repair into statements. */
static void
split(dbc_host *host, void *arg)
{
	repair *r = arg;
	const char *sql = r->sql;

	r->script = (dbc_script){
		.label = "the repair", .is_fix = true, .is_own = true, .first_line = 1};
	dbc_split(host, sql, &r->script);
}

static bool
has_kind(const dbc_script *script, dbc_statement_kind kind)
{
	for (int i = 0; i < script->nstatements; i++)
		if (script->statements[i].kind == kind)
			return true;
	return false;
}

static bool
is_setting(const dbc_script *script)
{
	for (int i = 0; i < script->nstatements; i++)
		if (script->statements[i].kind != DBC_STATEMENT_SETTING ||
			script->statements[i].lock_level)
			return false;
	return true;
}

/* Runs a repair in the open transaction. */
static void
run_inside(dbc_host *host, void *arg)
{
	repair *r = arg;

	dbc_run_script(host, &r->script, NULL);
}

/* [PG] Whether a schema got another name since the findings: what they name could
 * be another one's. */
static bool
has_renamed_schema(const dbc_health_fixer *fixer, dbc_error *error)
{
	const dbc_rows *rows;

	if (fixer->schemas.kind == DBC_NULL)
		return false;
	rows = dbc_query(fixer->host, "health/renamed_schema", fixer->schemas);
	if (rows->nrows > 0)
		*error = (dbc_error){
			.sqlstate = DBC_NOT_READY,
			.message =
				dbc_format(fixer->host, "schema %s was renamed during the call",
						   dbc_get_text(fixer->host, rows, 0, 0)),
			.hint = "Repeat the call."};
	return rows->nrows > 0;
}

/* Runs a repair; false if it fails. */
static bool
run(repair *r, dbc_error *error)
{
	dbc_host *host = r->fixer->host;
	dbc_outside_script outside = {.script = &r->script, .first = 1};

	if (has_renamed_schema(r->fixer, error))
		return false;
	if (has_kind(&r->script, DBC_STATEMENT_OUTSIDE))
		return dbc_outside(host, &outside, error);
	return dbc_guard(host, run_inside, r, DBC_KEEP, false, error);
}

/* An error as JSON. */
static dbc_json_node *
error_node(dbc_host *host, const dbc_error *error)
{
	dbc_json_node *node = dbc_json_object(host);

	DBC_PUT_TEXT(node, message, error->message);
	DBC_PUT_TEXT(node, detail, error->detail);
	DBC_PUT_TEXT(node, hint, error->hint);
	DBC_PUT_TEXT(node, sqlstate, error->sqlstate);
	return node;
}

/* Adds the size of the object that a repair would work on; null: not known. */
static void
put_bytes(const dbc_health_fixer *fixer, dbc_json_node *step,
		  const char *object)
{
	dbc_host *host = fixer->host;
	dbc_value bytes = dbc_null();

	if (fixer->dry_run && object && dbc_find_sql(host, "health/object_bytes"))
		bytes = dbc_get_value(
			host, dbc_query(host, "health/object_bytes", dbc_text(object)), 0,
			0);
	DBC_PUT_VALUE(step, bytes, &bytes);
}

/* Adds a step; a finding gives its object and SQL, or is NULL. */
static dbc_json_node *
add_step(dbc_health_fixer *fixer, const char *object,
		 const dbc_finding *finding, const char *state, const char *reason)
{
	dbc_json_node *step = dbc_json_object(fixer->host);
	const char *sql = finding ? finding->fix_sql : NULL;

	if (fixer->step)
		DBC_PUT_TEXT(step, step, fixer->step);
	DBC_PUT_TEXT(step, object, object);
	DBC_PUT_TEXT(step, sql, sql);
	DBC_PUT_TEXT(step, risk,
				 sql && finding->check
					 ? dbc_health_risks[finding->check->fix_risk]
					 : NULL);
	DBC_PUT_TEXT(step, locks, sql ? finding->fix_locks : NULL);
	put_bytes(fixer, step, object);
	DBC_PUT_TEXT(step, state, state);
	DBC_PUT_TEXT(step, reason, reason);
	DBC_PUT(step, error, NULL);
	DBC_PUT(step, duration_ms, NULL);
	dbc_json_push(fixer->steps, step);
	return step;
}

void
dbc_health_add_step(dbc_health_fixer *fixer, const char *object,
					const char *state, const char *reason)
{
	(void) add_step(fixer, object, NULL, state, reason);
}

/* Whether a repair was tried before; if not, records it as tried. */
static bool
was_tried(dbc_health_fixer *fixer, const char *sql)
{
	const char **done;
	int i;

	for (i = 0; i < fixer->ndone; i++)
		if (dbc_same(fixer->done[i], sql))
			return true;
	done = dbc_alloc(fixer->host, ((size_t) i + 1) * sizeof(*done));
	for (i = 0; i < fixer->ndone; i++)
		done[i] = fixer->done[i];
	done[i] = sql;
	fixer->done = done;
	fixer->ndone++;
	return false;
}

/* Why a finding cannot be repaired, or NULL. */
static const char *
obstacle_of(dbc_health_fixer *fixer, const dbc_finding *finding, repair *r,
			dbc_error *error)
{
	if (finding->suppressed)
		return finding->reason;
	if (!finding->fix_sql)
		return finding->reason ? finding->reason
							   : "no SQL statement repairs this finding; see "
								 "its suggestion";
	if (finding->check && dbc_health_is_row_check(finding->check))
		return "dbhealth_fix() changes no rows: run this statement, which "
			   "saves "
			   "them first";
	if (finding->check && finding->check->fix_risk > fixer->risk)
		return dbc_format(
			fixer->host,
			"its risk is \"%s\": to run it, set the option risk to "
			"that",
			dbc_health_risks[finding->check->fix_risk]);
	if (was_tried(fixer, finding->fix_sql))
		return "an earlier step has the same statement";
	r->sql = finding->fix_sql;
	if (!dbc_guard(fixer->host, split, r, DBC_KEEP, true, error))
		return error->message;
	if (has_kind(&r->script, DBC_STATEMENT_BEGIN) ||
		has_kind(&r->script, DBC_STATEMENT_COMMIT) ||
		has_kind(&r->script, DBC_STATEMENT_TRANSACTION) ||
		has_kind(&r->script, DBC_STATEMENT_CLIENT))
		return "the statement must be run by a client";
	if (is_setting(&r->script))
		return "the statement changes a setting of the connection: run it in "
			   "the application";
	return NULL;
}

void
dbc_health_fix_finding(dbc_health_fixer *fixer, const dbc_finding *finding)
{
	repair r = {.fixer = fixer};
	dbc_error error = {0};
	const char *obstacle = obstacle_of(fixer, finding, &r, &error);
	int64_t started = dbc_microseconds();
	dbc_json_node *step;
	bool done;

	if (obstacle || fixer->dry_run)
	{
		fixer->skipped += obstacle != NULL;
		(void) add_step(fixer, finding->object, finding,
						obstacle ? "skipped" : "planned", obstacle);
		return;
	}
	done = run(&r, &error);
	fixer->fixed += done;
	fixer->failed += !done;
	if (done)
		fixer->run = fixer->run ? dbc_format(fixer->host, "%s\n%s", fixer->run,
											 finding->fix_sql)
								: finding->fix_sql;
	step = add_step(fixer, finding->object, finding, done ? "fixed" : "failed",
					NULL);
	if (!done)
	{
		DBC_PUT(step, error, error_node(fixer->host, &error));
		fixer->host->failure = error.sqlstate;
	}
	DBC_PUT_INT(step, duration_ms, (dbc_microseconds() - started) / 1000);
	dbc_commit(fixer->host, 0);
}

void
dbc_health_add_idle_step(dbc_health_fixer *fixer, const dbc_findings *findings)
{
	const dbc_finding *finding = &findings->list[0];
	bool ok = finding->severity == DBC_OK;
	const char *reason = finding->reason ? finding->reason : finding->message;

	if (finding->severity == DBC_INFO)
		reason = dbc_format(fixer->host,
							"its findings are info; dbhealth_fix('%s') "
							"repairs them",
							finding->check->id);
	fixer->skipped += !ok;
	(void) add_step(
		fixer, NULL, ok ? NULL : finding, ok ? "ok" : "skipped",
		dbc_format(fixer->host, "check %s: %s", finding->check->id, reason));
}

/* ---- the schema that migrations have left ---- */

static void
compare_schema(dbc_host *host, void *arg)
{
	*(bool *) arg = dbc_migrate_is_as_left(host);
}

/* Whether that is known to be today's; to find out is no reason to fail. */
static bool
is_as_left(dbc_host *host)
{
	bool as_left = false;
	dbc_error error;

	return dbc_guard(host, compare_schema, &as_left, DBC_KEEP, true, &error) &&
		   as_left;
}

/* Accepts the changed schema as the one that the last migration left.  What was
 * done on the advice of dbcare is recorded as its event, and is no drift. */
static void
accept_schema(dbc_host *host, void *arg)
{
	(void) arg;
	dbc_migrate_take_snapshot(host);
}

void
dbc_health_put_migration(dbc_json_node *result, const dbc_health_fixer *fixer)
{
	dbc_error error;
	bool changed =
		fixer->was_as_left && fixer->run &&
		!dbc_migrate_is_as_left(fixer->host) &&
		dbc_guard(fixer->host, accept_schema, NULL, DBC_KEEP, false, &error);

	DBC_PUT_TEXT(result, migration, changed ? fixer->run : NULL);
}

/* ---- the call ---- */

dbc_health_fixer
dbc_health_start_fixer(dbc_host *host, bool dry_run, dbc_health_risk risk,
					   const char *confirm)
{
	dbc_health_fixer fixer = {.host = host,
							  .stored = dbc_read_settings(host),
							  .dry_run = dry_run,
							  .risk = risk,
							  .steps = dbc_json_array(host)};

	if (dry_run)
		return fixer;
	dbc_require_confirmation(
		host, fixer.stored, confirm, "takes locks and changes the schema",
		"To list the statements, call the function with the option dry_run.");
	dbc_lock(host, dbc_lock_timeout(host));
	if (dbc_find_sql(host, "health/schema_names"))
		fixer.schemas =
			dbc_get_value(host, dbc_query(host, "health/schema_names"), 0, 0);
	fixer.was_as_left = is_as_left(host);
	return fixer;
}

dbc_findings *
dbc_health_rerun_check(dbc_health_fixer *fixer, const char *check_id)
{
	const char *checks[] = {check_id, NULL};
	dbc_health_options options = {.checks = {.given = true, .texts = checks}};

	return dbc_health_run_checks(fixer->host, fixer->stored, &options);
}

void
dbc_health_put_fix_result(dbc_json_node *result, const dbc_health_fixer *fixer)
{
	if (fixer->fixed > 0 || fixer->failed > 0)
		dbc_event_need_tables(fixer->host);
	DBC_PUT_BOOL(result, dry_run, fixer->dry_run);
	DBC_PUT_INT(result, fixed, fixer->fixed);
	DBC_PUT_INT(result, failed, fixer->failed);
	DBC_PUT_INT(result, skipped, fixer->skipped);
	DBC_PUT(result, steps, fixer->steps);
}

/* Whether a list contains an object; NULL contains all. */
static bool
is_asked_for(const dbc_option_value *objects, const char *object)
{
	if (!objects->given)
		return true;
	for (const char **name = objects->texts; *name; name++)
		if (object && dbc_same(*name, object))
			return true;
	return false;
}

/* Whether a finding is a problem, or unknown. */
static bool
is_trouble(const dbc_finding *finding)
{
	return finding->severity >= DBC_INFO && finding->severity <= DBC_UNKNOWN;
}

static int
count_trouble(const dbc_findings *findings)
{
	int count = 0;

	for (int i = 0; i < findings->count; i++)
		count +=
			is_trouble(&findings->list[i]) && !findings->list[i].suppressed;
	return count;
}

/* Adds a step for each requested object without a finding. */
static void
add_missing(dbc_health_fixer *fixer, const dbc_option_value *objects,
			const dbc_findings *findings)
{
	int i;

	for (const char **name = objects->texts; objects->given && *name; name++)
	{
		for (i = 0; i < findings->count; i++)
			if (findings->list[i].object &&
				dbc_same(findings->list[i].object, *name))
				break;
		if (i < findings->count)
			continue;
		fixer->skipped++;
		dbc_health_add_step(fixer, *name, "skipped",
							"the check has no finding for this object");
	}
}

/* The worst that a call may do. */
static dbc_health_risk
risk_option(const dbc_option_value *given)
{
	int risk = DBC_RISK_LOCKS;

	for (int i = 0; given->given && dbc_health_risks[i]; i++)
		if (dbc_same(given->text, dbc_health_risks[i]))
			risk = i;
	return (dbc_health_risk) risk;
}

/* dbhealth_fix(check_id, options) */
DBC_RUN(dbhealth_fix)
{
	const dbhealth_fix_options *given =
		dbc_read_options(host, &args->options, dbhealth_fix_options);
	const dbc_health_check *check =
		dbc_health_require_check(host, args->check_id.text);
	dbc_json_node *result = dbc_json_object(host);
	const dbc_findings *findings;
	dbc_health_fixer fixer;
	int count = 0;

	if (!dbc_is_here(host, check->engines))
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 "dbhealth_checks() lists the checks.",
				 "health check \"%s\" exists on %s only", check->id,
				 dbc_engine_title(check->engines));
	fixer =
		dbc_health_start_fixer(host, dbc_option_or(&given->dry_run, true),
							   risk_option(&given->risk), given->confirm.text);
	findings = dbc_health_rerun_check(&fixer, check->id);
	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		dbc_progress(host, check->id, i, findings->count);
		if (!is_trouble(finding) ||
			!is_asked_for(&given->objects, finding->object))
			continue;
		dbc_health_fix_finding(&fixer, finding);
		count++;
	}
	dbc_progress_end(host, findings->count);
	add_missing(&fixer, &given->objects, findings);
	if (count == 0 && !given->objects.given)
		dbc_health_add_idle_step(&fixer, findings);
	DBC_PUT_TEXT(result, check_id, check->id);
	dbc_health_put_fix_result(result, &fixer);
	dbc_health_put_migration(result, &fixer);
	if (fixer.fixed + fixer.failed > 0)
		findings = dbc_health_rerun_check(&fixer, check->id);
	DBC_PUT_INT(result, left, count_trouble(findings));
	dbc_json_emit(host, result);
}
