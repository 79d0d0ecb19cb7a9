/*
 * optimize.c
 *	  dbhealth_optimize: repairs the findings of health checks on statistics,
 *	  indexes and space.
 */
#include "common/core/functions.h"

#include "common/core/options.h"
#include "common/core/text.h"
#include "common/health/fix.h"

enum
{
	O_DRY_RUN,
	O_STEPS,
	O_CONFIRM,
	O_LOCK_TIMEOUT_MS
};

static const char *const step_choices[] = {"analyze", "reindex",
										   "create_indexes", "vacuum", NULL};

static const dbc_option options[] = {
	{.name = "dry_run", .type = DBC_O_BOOL},
	{.name = "steps", .type = DBC_O_TEXTS, .choices = step_choices},
	{.name = "confirm", .type = DBC_O_TEXT},
	{.name = "lock_timeout_ms",
	 .type = DBC_O_INT,
	 .minimum = -1,
	 .maximum = DBC_LOCK_TIMEOUT_MAX},
};

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
	const char **name;

	if (!steps->given)
		return !works[work].on_request;
	for (name = steps->texts; *name; name++)
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
	int i;

	for (i = 0; i < findings->count; i++)
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
void
dbc_run_dbhealth_optimize(dbc_host *host, const dbc_value *args)
{
	const dbc_option_value *given = dbc_read_options(host, &args[0], options);
	dbc_json_node *result = dbc_json_object(host);
	dbc_health_fixer fixer = dbc_health_start_fixer(
		host, args, given[O_DRY_RUN].integer, given[O_CONFIRM].text);
	int i;

	for (i = 0; i < NWORKS; i++)
		if (is_asked_for(&given[O_STEPS], i))
			run_work(&fixer, i);
	dbc_health_put_fix_result(result, &fixer);
	dbc_json_emit(host, result);
}
