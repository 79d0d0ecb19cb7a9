/*
 * optimize.c
 *	  dbhealth_optimize: repairs the findings of health checks on statistics,
 *	  indexes and space.
 */
#include "common/core/functions.h"

#include "common/core/options.h"
#include "common/health/fix.h"

/* The checks whose warnings and critical findings each step repairs.  Steps run
 * in this order, whatever the order of the option. */
static const struct
{
	const char *step;
	const char *check_id;
	bool on_request;
} works[] = {
	{"reindex", "invalid_indexes", false},
	{"reindex", "integrity_structure", false},
	{"reindex", "integrity_index_match", false},
	{"reindex", "partial_index_stale", false},
	{"create_indexes", "missing_fk_index", true},
	{"vacuum", "vacuum_overdue", true},
	{"vacuum", "free_pages", true},
	{"analyze", "stats_stale", false},
};

#define NWORKS ((int) (sizeof(works) / sizeof(works[0])))

static bool
is_asked_for(const dbc_option_value *steps, int work)
{
	if (!steps->given)
		return !works[work].on_request;
	for (const char **name = steps->texts; *name; name++)
		if (dbc_same(*name, works[work].step))
			return true;
	return false;
}

/* Repairs the findings of a check. */
static void
run_work(dbc_health_fixer *fixer, int work)
{
	const char *check_id = works[work].check_id;
	const dbc_findings *findings;
	int count = 0;

	if (!dbc_is_here(fixer->host,
					 dbc_health_require_check(fixer->host, check_id)->engines))
		return;
	fixer->step = works[work].step;
	findings = dbc_health_rerun_check(fixer, check_id);
	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		dbc_progress(fixer->host, check_id, i, findings->count);
		if (finding->severity < DBC_WARNING || finding->severity > DBC_UNKNOWN)
			continue;
		dbc_health_fix_finding(fixer, finding);
		count++;
	}
	dbc_progress_end(fixer->host, findings->count);
	if (count == 0)
		dbc_health_add_idle_step(fixer, findings);
}

/* Runs what the engine offers for its planner. */
static void
run_engine_work(dbc_health_fixer *fixer)
{
	dbc_finding finding = {0};
	const dbc_rows *rows;

	if (!dbc_find_sql(fixer->host, "health/optimize"))
		return;
	rows = dbc_query(fixer->host, "health/optimize");
	finding.object = dbc_get_text(fixer->host, rows, 0, 0);
	finding.fix_sql = dbc_get_text_or_null(fixer->host, rows, 0, 1);
	fixer->step = "analyze";
	if (finding.fix_sql)
		dbc_health_fix_finding(fixer, &finding);
	else
		dbc_health_add_step(fixer, finding.object, "ok",
							dbc_get_text(fixer->host, rows, 0, 2));
}

/* dbhealth_optimize(options) */
DBC_RUN(dbhealth_optimize)
{
	const dbhealth_optimize_options *given =
		dbc_read_options(host, &args->options, dbhealth_optimize_options);
	dbc_json_node *result = dbc_json_object(host);
	/* what rewrites is done where its step is asked for */
	dbc_health_fixer fixer =
		dbc_health_start_fixer(host, dbc_option_or(&given->dry_run, true),
							   DBC_RISK_REWRITES, given->confirm.text);

	for (int i = 0; i < NWORKS; i++)
		if (is_asked_for(&given->steps, i))
			run_work(&fixer, i);
	if (is_asked_for(&given->steps, NWORKS - 1))
		run_engine_work(&fixer);
	dbc_health_put_fix_result(result, &fixer);
	dbc_health_put_migration(result, &fixer);
	dbc_json_emit(host, result);
}
