/*
 * functions.c
 *	  The SQL functions of dbhealth other than the report.
 */
#include "common/core/functions.h"

#include <math.h>

#include "common/core/clock.h"
#include "common/core/names.h"
#include "common/health/fold.h"
#include "common/health/run.h"
#include "common/health/score.h"
#include "common/sample/host.h"

/* dbhealth_ping() */
DBC_RUN(dbhealth_ping)
{
	dbc_json_node *result = dbc_json_object(host);
	int64_t started = dbc_microseconds();
	const dbc_rows *rows = dbc_query(host, "core/ping");
	dbc_value latency =
		dbc_real((double) (dbc_microseconds() - started) / 1000);
	dbc_facts facts;

	dbc_sample_read_facts(host, &facts);
	DBC_PUT_BOOL(result, ok, true);
	DBC_PUT_TEXT(result, engine, host->engine_name);
	DBC_PUT_CELL(result, engine_version, rows, 0, 0);
	DBC_PUT_CELL(result, database, rows, 0, 1);
	DBC_PUT_BOOL(result, read_only,
				 facts.read_only || dbc_get_bool(host, rows, 0, 2));
	DBC_PUT_VALUE(result, latency_ms, &latency);
	dbc_json_emit(host, result);
}

/* Runs the checks requested by an options argument. */
static dbc_findings *
run_checks(dbc_host *host, const dbc_value *options, dbc_health_score *score)
{
	dbc_findings *findings = dbc_health_run_checks(
		host, dbc_read_settings(host),
		dbc_health_read(host, options, dbhealth_checks_options));

	*score = dbc_health_score_findings(findings);
	return findings;
}

/* dbhealth_checks(options) */
DBC_RUN(dbhealth_checks)
{
	dbc_health_score score;
	dbc_findings *findings = run_checks(host, &args->options, &score);

	dbc_health_fold_findings(host, findings, 0);
	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		if (!dbc_health_is_shown(findings, finding))
			continue;
		dbc_emit(host, dbc_text(finding->check->id),
				 dbc_text(dbc_health_categories[finding->check->category]),
				 dbc_text(dbc_health_severity_names[finding->severity]),
				 dbc_text(finding->object),
				 isnan(finding->value) ? dbc_null() : dbc_real(finding->value),
				 dbc_text(finding->check->unit), dbc_text(finding->message),
				 dbc_text(finding->suggestion), dbc_text(finding->fix_sql),
				 dbc_text(dbc_health_risk_of(finding)),
				 dbc_text(finding->fix_locks), dbc_real(finding->penalty),
				 dbc_text(finding->reason));
	}
}

/* dbhealth_score(options) */
DBC_RUN(dbhealth_score)
{
	dbc_health_score score;

	run_checks(host, &args->options, &score);
	dbc_emit(host, dbc_int(score.score));
}

/* dbhealth_status(options) */
DBC_RUN(dbhealth_status)
{
	dbc_health_score score;

	run_checks(host, &args->options, &score);
	dbc_emit(host, dbc_text(score.status));
}
