/*
 * explain.c
 *	  How each check contributes to the health score.
 */
#include "common/core/functions.h"

#include "common/core/text.h"
#include "common/health/run.h"
#include "common/health/score.h"

/* The penalties of one check. */
typedef struct share
{
	int findings; /* with a penalty */
	double base;
	double penalty;
	const char *cap;
} share;

/* Adds up the findings of one check from *first on; moves *first to those of
 * the next check. */
static share
add_up(const dbc_findings *findings, int *first)
{
	const dbc_health_check *check = findings->list[*first].check;
	share sum = {0};

	for (; *first < findings->count; ++*first)
	{
		const dbc_finding *finding = &findings->list[*first];
		double base = dbc_health_base_penalty(finding);

		if (finding->check != check)
			break;
		if (base == 0)
			continue;
		sum.findings++;
		sum.base = base > sum.base ? base : sum.base;
		sum.penalty += finding->penalty;
		if (!sum.cap)
			sum.cap = finding->cap;
	}
	return sum;
}

/* dbhealth_score_explain(options) */
DBC_RUN(dbhealth_score_explain)
{
	dbc_findings *findings = dbc_health_run_checks(
		host, dbc_read_settings(host),
		dbc_health_read(host, &args->options, dbhealth_score_explain_options));
	dbc_health_score score = dbc_health_score_findings(findings);
	int next = 0;

	while (next < findings->count)
	{
		const char *id = findings->list[next].check->id;
		share sum = add_up(findings, &next);

		if (sum.findings > 0)
			dbc_emit(host, dbc_text(id), dbc_int(sum.findings),
					 dbc_real(sum.base), dbc_real(sum.penalty),
					 dbc_text(sum.cap), dbc_real(0));
	}
	if (score.capped_by)
		dbc_emit(host, dbc_text(score.capped_by->check->id), dbc_null(),
				 dbc_null(), dbc_real(score.uncapped - score.score),
				 dbc_text(dbc_format(
					 host, "at most %d while this is %s", score.score,
					 dbc_health_severity_names[score.capped_by->severity])),
				 dbc_real(0));
}
