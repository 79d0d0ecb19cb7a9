/*
 * run.c
 *	  Running the health checks: from the rows of a check's SQL (see
 *	  health/check.h) to findings.
 */
#include "common/health/run.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "common/check/check.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/health/backup_checks.h"
#include "common/health/history.h"
#include "common/health/migration_checks.h"
#include "common/health/record_checks.h"
#include "common/health/probe.h"
#include "common/health/row_checks.h"
#include "common/health/rows.h"
#include "common/health/settings.h"
#include "common/health/suppress.h"

#define NPARAMETERS 10

/* The options of a call, and the parameters of all checks. */
typedef struct check_run
{
	dbc_host *host;
	const dbc_health_options *given;
	const dbc_setting_values *stored;
	dbc_health_row_verification *verification;
	/* the first two are set for each check */
	dbc_value parameters[NPARAMETERS];
	dbc_findings *findings;
	const char *no_history; /* why the stored samples cannot be read, or NULL */
} check_run;

/* The check being run, and its current statement. */
typedef struct check_call
{
	const dbc_health_check *check;
	double warning;
	double critical;
	bool thorough; /* requested at level full, or by name */
	const dbc_setting_values *stored;
	dbc_value *parameters;
	dbc_health_row_verification *verification;
	const char *probe;
	const dbc_rows *rows;
	const dbc_sequence *sequences; /* of the remaining rows; NULL: not read */
	dbc_health_probe_result measured;
	dbc_findings *findings;
} check_call;

/* ---- options ---- */

/* Whether a list given as an option contains a name. */
static bool
names(const dbc_option_value *given, const char *name)
{
	if (!given->given)
		return false;
	for (const char **text = given->texts; *text; text++)
		if (dbc_same(*text, name))
			return true;
	return false;
}

/* Whether the options request a check. */
static bool
is_asked_for(const dbc_health_options *given, const dbc_health_check *check)
{
	const dbc_option_value *categories = &given->categories;
	const dbc_option_value *checks = &given->checks;

	return (!categories->given ||
			names(categories, dbc_health_categories[check->category])) &&
		   (!checks->given || names(checks, check->id));
}

/* The number of requested checks; fails if there are none, since an empty
 * report would look healthy. */
static int
count_asked_for(dbc_host *host, const dbc_health_options *given)
{
	int count = 0;

	for (int i = 0; i < dbc_health_nchecks; i++)
		count += is_asked_for(given, &dbc_health_checks[i]);
	if (count == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Select other checks, or remove the options categories and "
				 "checks to run all checks.",
				 "the options select no health check");
	return count;
}

/* Whether a check may take long: at level full, or requested by name. */
static bool
is_thorough(const dbc_health_options *given, const dbc_health_check *check)
{
	const char *level = given->level.text;

	return names(&given->checks, check->id) ||
		   (level && dbc_same(level, "full"));
}

/* Whether the level allows a check. */
static bool
is_level_allowed(const dbc_health_options *given, const dbc_health_check *check)
{
	return check->level == DBC_LEVEL_FAST || is_thorough(given, check);
}

/* ---- severity ---- */

/* The severity with a name; unknown if there is none. */
static dbc_health_severity
named_severity(const char *name)
{
	for (int i = 0; i < DBC_NSEVERITIES; i++)
		if (dbc_same(dbc_health_severity_names[i], name))
			return (dbc_health_severity) i;
	return DBC_UNKNOWN;
}

/* Whether a value has reached a threshold; false if either is NAN. */
static bool
has_reached(const dbc_health_check *check, double value, double threshold)
{
	/* this rule is "more than": 10 slow queries are accepted */
	if (check->scoring == DBC_SCORE_SLOW_QUERIES)
		return value > threshold;
	return value >= threshold;
}

/* The severity of a value by the thresholds of its check. */
static dbc_health_severity
measured_severity(const check_call *call, double value)
{
	if (has_reached(call->check, value, call->critical))
		return DBC_CRITICAL;
	if (has_reached(call->check, value, call->warning))
		return DBC_WARNING;
	return DBC_INFO;
}

/* Runs the SQL of a check, or verifies rows. */
static void
query_check(dbc_host *host, void *arg)
{
	check_call *call = arg;

	if (call->check->scoring == DBC_SCORE_SEQUENCE &&
		dbc_find_sql(host, "health/sequences"))
		call->parameters[9] = dbc_text(dbc_health_find_near_sequences(
			host, fmin(call->warning, call->critical)));
	if (dbc_health_is_row_check(call->check))
		call->rows =
			dbc_health_verify_rows(host, call->verification, call->check);
	else if (dbc_health_is_migration_check(call->check))
		call->rows =
			dbc_health_check_migrations(host, call->check, call->thorough);
	else if (dbc_health_is_record_check(call->check))
		call->rows = dbc_health_check_records(host, call->check,
											  call->parameters, NPARAMETERS);
	else if (dbc_health_is_backup_check(call->check))
		call->rows =
			dbc_health_check_backups(host, call->check, call->warning,
									 call->stored, &call->findings->backups);
	else
		call->rows = dbc_query_array(
			host, dbc_format(host, "health/%s", call->check->id),
			call->parameters, NPARAMETERS);
}

static void
read_sequences(dbc_host *host, void *arg)
{
	check_call *call = arg;

	call->sequences = dbc_health_read_sequences(host, call->rows, DBC_R_PROBE);
}

static void
query_probe(dbc_host *host, void *arg)
{
	check_call *call = arg;

	call->rows = dbc_query_text(host, call->probe);
}

static void
run_host_probe(dbc_host *host, void *arg)
{
	check_call *call = arg;

	call->measured.detail = dbc_check_run_host_probe(host, call->probe);
}

static void
measure_probe(dbc_host *host, void *arg)
{
	check_call *call = arg;

	dbc_health_run_probe(host, call->probe, call->warning, call->critical,
						 &call->measured);
}

/* Adds a finding for a failed statement: damage if the check looks for damage,
 * otherwise an unknown result.  A page that cannot be read, of an index or of its
 * table, is a finding of integrity_structure, and no index to be rebuilt. */
static void
add_failure(dbc_host *host, check_call *call, const dbc_health_check_row *row,
			const dbc_error *error)
{
	dbc_health_check_row damaged = *row;

	if (call->check->scoring == DBC_SCORE_INTEGRITY &&
		dbc_check_is_damage(error) &&
		!(dbc_same(call->check->id, "integrity_index_match") &&
		  dbc_check_is_of_file(error)))
	{
		damaged.detail = error->message;
		dbc_health_add_finding(host, call->findings, call->check, DBC_CRITICAL,
							   &damaged);
	}
	else
		dbc_health_add_note(host, call->findings, call->check, DBC_UNKNOWN,
							row->object, error->message)
			->failed = !dbc_same(error->sqlstate, DBC_INSUFFICIENT);
}

/* A value as a number; NAN if it is not one. */
static double
number_of(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	dbc_value value = dbc_get_value(host, rows, row, col);
	double number = NAN;

	switch (value.kind)
	{
		case DBC_BOOL:
		case DBC_INT:
			return (double) value.integer;
		case DBC_REAL:
			return value.real;
		case DBC_TEXT:
			(void) dbc_parse_real(value.text, &number);
			break;
		case DBC_NULL:
		case DBC_JSON:
			break;
	}
	return number;
}

/* Applies a measurement of the host.  False if it is not a finding, or has
 * already been added. */
static bool
take_probed(dbc_host *host, check_call *call, dbc_health_check_row *row)
{
	const dbc_health_probe_result *measured = &call->measured;

	if (measured->reason)
	{
		dbc_health_add_note(host, call->findings, call->check, DBC_SKIPPED,
							row->object, measured->reason);
		return false;
	}
	row->value = measured->value;
	if (measured->detail)
		row->detail = measured->detail;
	return measured_severity(call, row->value) > DBC_INFO;
}

/* Runs the probe of a row.  False if there is no finding, or if the failure of
 * the probe was added as one. */
static bool
run_probe(dbc_host *host, check_call *call, const char *probe,
		  dbc_health_check_row *row)
{
	bool of_host = dbc_health_is_host_probe(probe);
	bool of_check = dbc_check_is_host_probe(probe);
	dbc_error error;

	if (call->sequences && dbc_health_is_sequence_probe(probe))
	{
		dbc_health_probe_sequence(call->sequences++, &call->measured);
		return take_probed(host, call, row);
	}
	call->probe = probe;
	if (!dbc_guard(host,
				   of_check	 ? run_host_probe
				   : of_host ? measure_probe
							 : query_probe,
				   call, DBC_UNDO, true, &error))
	{
		add_failure(host, call, row, &error);
		return false;
	}
	if (of_check)
	{
		row->detail = call->measured.detail;
		return row->detail != NULL;
	}
	if (of_host)
		return take_probed(host, call, row);
	if (call->rows->nrows == 0 || dbc_is_null(host, call->rows, 0, 0))
		return false;
	row->value = number_of(host, call->rows, 0, 0);
	if (call->rows->ncols > 1)
		row->detail = dbc_get_text_or_null(host, call->rows, 0, 1);
	if (call->rows->ncols > 2)
		row->object = dbc_get_text_or_null(host, call->rows, 0, 2);
	return true;
}

/* The severity of a row: as given, else by its value; the lower of both if the
 * host has measured the value. */
static dbc_health_severity
row_severity(const check_call *call, const char *given, const char *probe,
			 double value)
{
	dbc_health_severity measured = measured_severity(call, value);
	dbc_health_severity named = given ? named_severity(given) : measured;

	if (probe && dbc_health_is_host_probe(probe) && measured < named)
		return measured;
	return named;
}

/* Adds a finding for a row of the SQL. */
static void
add_row(dbc_host *host, check_call *call, const dbc_rows *rows, int at)
{
	const char *given = dbc_get_text_or_null(host, rows, at, DBC_R_SEVERITY);
	const char *probe = dbc_get_text_or_null(host, rows, at, DBC_R_PROBE);
	dbc_health_check_row row = {
		dbc_get_text_or_null(host, rows, at, DBC_R_OBJECT),
		number_of(host, rows, at, DBC_R_VALUE),
		dbc_get_text_or_null(host, rows, at, DBC_R_DETAIL),
		dbc_get_text_or_null(host, rows, at, DBC_R_FIX_SQL),
		dbc_get_text_or_null(host, rows, at, DBC_R_REASON),
		rows->ncols > DBC_R_SUGGESTION
			? dbc_get_text_or_null(host, rows, at, DBC_R_SUGGESTION)
			: NULL};
	dbc_health_severity severity;

	if (probe && !run_probe(host, call, probe, &row))
		return;
	severity = row_severity(call, given, probe, row.value);
	if (severity >= DBC_INFO && severity <= DBC_CRITICAL)
		dbc_health_add_finding(host, call->findings, call->check, severity,
							   &row);
	else
		/* what is unknown needs no repair */
		dbc_health_add_note(host, call->findings, call->check, severity,
							row.object, row.reason)
			->fix_sql = severity == DBC_NOT_APPLICABLE ? row.fix_sql : NULL;
}

/* A threshold as a parameter. */
static dbc_value
threshold_value(double threshold)
{
	return isnan(threshold) ? dbc_null() : dbc_real(threshold);
}

/* Runs a check that is not disabled. */
static void
run_check(dbc_host *host, check_run *run, const dbc_health_check *check)
{
	static const dbc_health_check_row nothing = {.value = NAN};
	check_call call = {
		.check = check,
		.warning = dbc_health_check_warning(host, run->stored, check),
		.critical = dbc_health_check_critical(host, run->stored, check),
		.thorough = is_thorough(run->given, check),
		.stored = run->stored,
		.parameters = run->parameters,
		.verification = run->verification,
		.findings = run->findings};
	int before = run->findings->count;
	const dbc_rows *rows;
	dbc_error error;

	run->parameters[0] = threshold_value(call.warning);
	run->parameters[1] = threshold_value(call.critical);
	if (!dbc_guard(host, query_check, &call, DBC_UNDO, true, &error))
	{
		add_failure(host, &call, &nothing, &error);
		return;
	}
	rows = call.rows;
	/* if this fails, each is read separately, to find the failing one */
	if (!dbc_guard(host, read_sequences, &call, DBC_UNDO, true, &error))
		call.sequences = NULL;
	for (int i = 0; i < rows->nrows; i++)
		add_row(host, &call, rows, i);
	if (run->findings->count == before)
		dbc_health_add_note(host, run->findings, check, DBC_OK, NULL, NULL);
}

/* Whether the SQL of a check uses the stored samples. */
static bool
needs_history(dbc_host *host, const dbc_health_check *check)
{
	const dbc_sql *sql =
		dbc_find_sql(host, dbc_format(host, "health/%s", check->id));

	return sql && strstr(sql->text, "$8");
}

/* Reads the stored samples. */
static void
read_history(dbc_host *host, void *arg)
{
	check_run *run = arg;

	run->parameters[7] = dbc_text(dbc_health_read_history(host, run->stored));
}

/* Runs a check, or adds why it was not run. */
static void
visit_check(dbc_host *host, check_run *run, const dbc_health_check *check)
{
	if (!dbc_is_here(host, check->engines))
		dbc_health_add_note(host, run->findings, check, DBC_NOT_APPLICABLE,
							NULL,
							dbc_format(host, "exists on %s only",
									   dbc_engine_title(check->engines)));
	else if (run->findings->of_command && check->scope == DBC_SCOPE_CONNECTION)
		dbc_health_add_note(host, run->findings, check, DBC_NOT_APPLICABLE,
							NULL,
							"is set by the application in its connections, "
							"which this command cannot see");
	else if (!dbc_health_check_enabled(host, run->stored, check))
		dbc_health_add_note(host, run->findings, check, DBC_SKIPPED, NULL,
							dbc_format(host,
									   "disabled by setting check_%s_enabled",
									   check->id));
	else if (!is_level_allowed(run->given, check))
		dbc_health_add_note(host, run->findings, check, DBC_SKIPPED, NULL,
							"needs level full");
	else if (run->no_history && needs_history(host, check))
		dbc_health_add_note(host, run->findings, check, DBC_UNKNOWN, NULL,
							run->no_history);
	else
		run_check(host, run, check);
}

static bool
will_run(const dbc_health_check *check, void *arg)
{
	check_run *run = arg;

	return is_asked_for(run->given, check) &&
		   dbc_is_here(run->host, check->engines) &&
		   dbc_health_check_enabled(run->host, run->stored, check) &&
		   is_level_allowed(run->given, check);
}

/* A measurement as a parameter. */
static dbc_value
fact_value(int64_t fact)
{
	return fact < 0 ? dbc_null() : dbc_int(fact);
}

dbc_findings *
dbc_health_run_checks(dbc_host *host, const dbc_setting_values *stored,
					  const dbc_health_options *given)
{
	check_run run = {.host = host, .stored = stored, .given = given};
	dbc_facts facts;
	dbc_error error;
	int total;
	int done = 0;

	total = count_asked_for(host, given);
	run.findings = dbc_alloc(host, sizeof(*run.findings));
	run.findings->backups = NULL;
	run.findings->verbose = given->verbose.integer || given->checks.given;
	run.findings->most = dbc_option_or(&given->findings, -1);
	run.findings->duration_ms =
		dbc_alloc(host, (size_t) dbc_health_nchecks * sizeof(double));
	run.verification = dbc_health_open_row_verification(host, will_run, &run);
	dbc_sample_read_facts(host, &facts);
	run.findings->of_command = facts.of_command;
	run.parameters[2] = fact_value(facts.disk_total);
	run.parameters[3] = fact_value(facts.disk_free);
	run.parameters[4] = fact_value(facts.wal_bytes);
	run.parameters[5] =
		dbc_real(dbc_setting_real(host, stored, DBC_SETTING_slow_query_ms));
	run.parameters[6] = dbc_text(facts.details);
	/* an invalid stored value must not prevent the checks */
	if (!dbc_guard(host, read_history, &run, DBC_KEEP, true, &error))
	{
		if (!dbc_same(error.sqlstate, DBC_CORRUPTED) &&
			!dbc_starts_with(error.sqlstate, "22"))
			dbc_rethrow(host, &error);
		run.no_history = error.message;
	}
	run.parameters[8] =
		dbc_real(dbc_setting_real(host, stored, DBC_SETTING_bloat_min_mb));
	for (int i = 0; i < dbc_health_nchecks; i++)
		if (is_asked_for(run.given, &dbc_health_checks[i]))
		{
			int64_t started = dbc_microseconds();

			dbc_progress(host, dbc_health_checks[i].id, done++, total);
			visit_check(host, &run, &dbc_health_checks[i]);
			run.findings->duration_ms[i] =
				(double) (dbc_microseconds() - started) / 1000;
		}
	dbc_progress_end(host, total);
	dbc_health_suppress_findings(host, run.findings);
	return run.findings;
}
