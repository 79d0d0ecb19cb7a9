/*
 * optimize.c
 *	  dbhealth_optimize: repairs the findings of health checks on statistics,
 *	  indexes and space.
 */
#include "common/core/functions.h"

#include "common/core/options.h"
#include "common/health/fix.h"

static const char *const step_choices[] = {"analyze", "reindex",
										   "create_indexes", "vacuum", NULL};

#define OPTIMIZE_OPTIONS(O)                  \
	O(dry_run, BOOL)                         \
	O(steps, TEXTS, .choices = step_choices) \
	O(confirm, TEXT)                         \
	O(lock_timeout_ms, INT, -1, DBC_LOCK_TIMEOUT_MAX)
DBC_OPTIONS(optimize_options, OPTIMIZE_OPTIONS);

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
	const dbc_findings *findings =
		dbc_health_rerun_check(fixer, works[work].check_id);

	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];
		bool unknown = finding->severity == DBC_UNKNOWN;

		dbc_progress(fixer->host, works[work].check_id, i, findings->count);
		if (unknown)
		{
			fixer->skipped++;
			dbc_json_put_text(dbc_health_add_fix_step(fixer, finding->object,
													  NULL, "skipped",
													  finding->reason),
							  "step", works[work].step);
		}
		else if (finding->severity == DBC_WARNING ||
				 finding->severity == DBC_CRITICAL)
			dbc_json_put_text(dbc_health_fix_finding(fixer, finding), "step",
							  works[work].step);
	}
}

/* dbhealth_optimize(options) */
DBC_RUN(dbhealth_optimize)
{
	const optimize_options *given =
		dbc_read_options(host, &args->options, optimize_options);
	dbc_json_node *result = dbc_json_object(host);
	dbc_health_fixer fixer = dbc_health_start_fixer(
		host, given->dry_run.integer, given->confirm.text);

	for (int i = 0; i < NWORKS; i++)
		if (is_asked_for(&given->steps, i))
			run_work(&fixer, i);
	dbc_health_put_fix_result(result, &fixer);
	dbc_json_emit(host, result);
}
