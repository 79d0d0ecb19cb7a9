/*
 * report.c
 *	  dbhealth_report(): the health of the database as one JSON document.
 */
#include "common/core/functions.h"
#include "common/core/names.h"

#include "common/core/clock.h"
#include "common/core/recent.h"
#include "common/health/fold.h"
#include "common/health/growth.h"
#include "common/health/recommend.h"
#include "common/health/run.h"
#include "common/health/score.h"
#include "common/migrate/migrate.h"
#include "common/sample/alerts.h"
#include "common/sample/sample.h"

/* Adds a number, or null if it is NAN. */
static void
put_real(dbc_json_node *object, const char *key, double real)
{
	dbc_value value = dbc_real(real);

	dbc_json_put_value(object, key, &value);
}

/* A finding with all columns of dbhealth_checks(). */
static dbc_json_node *
finding_node(dbc_host *host, const dbc_finding *finding)
{
	dbc_json_node *node = dbc_json_object(host);

	DBC_PUT_TEXT(node, check_id, finding->check->id);
	DBC_PUT_TEXT(node, category,
				 dbc_health_categories[finding->check->category]);
	DBC_PUT_TEXT(node, severity, dbc_health_severity_names[finding->severity]);
	DBC_PUT_TEXT(node, object, finding->object);
	put_real(node, "value", finding->value);
	DBC_PUT_TEXT(node, unit, finding->check->unit);
	DBC_PUT_TEXT(node, message, finding->message);
	DBC_PUT_TEXT(node, suggestion, finding->suggestion);
	DBC_PUT_TEXT(node, fix_sql, finding->fix_sql);
	DBC_PUT_TEXT(node, fix_risk, dbc_health_risk_of(finding));
	DBC_PUT_TEXT(node, fix_locks, finding->fix_locks);
	put_real(node, "penalty", finding->penalty);
	DBC_PUT_TEXT(node, reason, finding->reason);
	return node;
}

static dbc_json_node *
findings_node(dbc_host *host, const dbc_findings *findings)
{
	dbc_json_node *node = dbc_json_array(host);

	for (int i = 0; i < findings->count; i++)
		if (dbc_health_is_shown(findings, &findings->list[i]))
			dbc_json_push(node, finding_node(host, &findings->list[i]));
	return node;
}

/* The number of folded findings of each check. */
static dbc_json_node *
omitted_node(dbc_host *host, const dbc_findings *findings)
{
	dbc_json_node *node = dbc_json_array(host);
	const dbc_health_check *check;
	int place = 0;
	int count;

	while ((count = dbc_health_next_folded(findings, &place, &check)) > 0)
	{
		dbc_json_node *item = dbc_json_object(host);

		DBC_PUT_TEXT(item, check_id, check->id);
		DBC_PUT_INT(item, findings, count);
		dbc_json_push(node, item);
	}
	return node;
}

static dbc_json_node *
summary_node(dbc_host *host, const dbc_health_score *score)
{
	dbc_json_node *node = dbc_json_object(host);

	for (int i = 0; i < DBC_NSEVERITIES; i++)
		dbc_json_put_int(node, dbc_health_severity_names[i], score->counts[i]);
	DBC_PUT_INT(node, suppressed, score->suppressed);
	return node;
}

static dbc_json_node *
recommendations_node(dbc_host *host, const dbc_findings *findings)
{
	const dbc_finding *chosen[DBC_MAX_RECOMMENDED];
	int nchosen = dbc_health_recommend(findings, false, chosen);
	dbc_json_node *node = dbc_json_array(host);

	for (int i = 0; i < nchosen; i++)
	{
		const dbc_finding *finding = chosen[i];
		dbc_json_node *item = dbc_json_object(host);

		DBC_PUT_TEXT(item, check_id, finding->check->id);
		DBC_PUT_TEXT(item, object, finding->object);
		DBC_PUT_TEXT(item, severity,
					 dbc_health_severity_names[finding->severity]);
		DBC_PUT_TEXT(item, suggestion, finding->suggestion);
		DBC_PUT_TEXT(item, fix_sql, finding->fix_sql);
		DBC_PUT_TEXT(item, fix_risk, dbc_health_risk_of(finding));
		dbc_json_push(node, item);
	}
	return node;
}

/* Whether the schema has drifted; null if the check has not found out. */
static dbc_value
has_drifted(const dbc_findings *findings)
{
	dbc_value drifted = dbc_null();

	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		if (!dbc_same(finding->check->id, "schema_drift"))
			continue;
		if (finding->severity == DBC_OK)
			drifted = dbc_bool(false);
		else if (finding->severity <= DBC_WARNING)
			drifted = dbc_bool(true);
	}
	return drifted;
}

/* The status of the migrations; members are null if it cannot be read. */
static dbc_json_node *
migrations_node(dbc_host *host, const dbc_findings *findings)
{
	dbc_json_node *node = dbc_json_object(host);
	dbc_migrate_summary summary = {.version = NULL};
	dbc_value drift = has_drifted(findings);
	dbc_error error;

	DBC_PUT(node, version, NULL);
	DBC_PUT(node, pending, NULL);
	DBC_PUT_VALUE(node, drift, &drift);
	if (dbc_guard(host, dbc_migrate_summarize, &summary, DBC_KEEP, true,
				  &error))
	{
		DBC_PUT_TEXT(node, version, summary.version);
		DBC_PUT_INT(node, pending, summary.pending);
	}
	return node;
}

typedef struct monitoring
{
	const dbc_setting_values *stored;
	dbc_json_node *growth;
	dbc_json_node *alerts;
} monitoring;

static void
query_alerts(dbc_host *host, void *arg)
{
	monitoring *known = arg;

	known->alerts = dbc_sample_alerts_json(host);
}

/* Computes the growth, if a sample has been stored. */
static void
query_growth(dbc_host *host, void *arg)
{
	monitoring *known = arg;
	dbc_json_node *growth =
		dbc_health_growth_json(host, known->stored, DBC_GROWTH_DAYS);
	dbc_sample sample;

	if (dbc_sample_read_last(host, &sample))
		known->growth = growth;
}

/* Adds growth and alerts; null if they cannot be read, or if no sample has been
 * stored. */
static void
put_monitoring(dbc_host *host, const dbc_setting_values *stored,
			   dbc_json_node *report)
{
	monitoring known = {.stored = stored};
	dbc_error error;

	(void) dbc_guard(host, query_alerts, &known, DBC_KEEP, true, &error);
	(void) dbc_guard(host, query_growth, &known, DBC_KEEP, true, &error);
	DBC_PUT(report, alerts, known.alerts);
	DBC_PUT(report, growth, known.growth);
}

/* Adds facts about the server and the database. */
static void
put_identity(dbc_host *host, dbc_json_node *report)
{
	const dbc_rows *ping = dbc_query(host, "core/ping");

	DBC_PUT_TEXT(report, engine, host->engine_name);
	DBC_PUT_CELL(report, engine_version, ping, 0, 0);
	DBC_PUT_CELL(report, database, ping, 0, 1);
	DBC_PUT_CELL(report, size_bytes, ping, 0, 3);
	DBC_PUT_TEXT(report, dbcare_version, DBC_VERSION);
}

/* The report. */
static dbc_value
make_report(dbc_host *host, const void *given)
{
	int64_t started = dbc_microseconds();
	const dbc_setting_values *stored = dbc_read_settings(host);
	dbc_findings *findings = dbc_health_run_checks(host, stored, given);
	dbc_health_score score = dbc_health_score_findings(findings);
	dbc_json_node *report = dbc_json_object(host);

	put_identity(host, report);
	DBC_PUT_TEXT(report, environment,
				 dbc_setting_text(host, stored, DBC_SETTING_environment));
	DBC_PUT_TEXT(report, generated_at, dbc_now(host));
	DBC_PUT_INT(report, score, score.score);
	DBC_PUT_INT(report, score_version, DBC_SCORE_VERSION);
	DBC_PUT_TEXT(report, status, score.status);
	DBC_PUT_TEXT(report, cap, dbc_health_cap_text(host, &score));
	DBC_PUT(report, summary, summary_node(host, &score));
	put_real(report, "coverage", score.coverage);
	dbc_health_fold_findings(host, findings, DBC_MOST_FINDINGS);
	DBC_PUT(report, checks, findings_node(host, findings));
	DBC_PUT(report, omitted, omitted_node(host, findings));
	DBC_PUT(report, recommendations, recommendations_node(host, findings));
	DBC_PUT(report, migrations, migrations_node(host, findings));
	put_monitoring(host, stored, report);
	DBC_PUT_INT(report, duration_ms, (dbc_microseconds() - started) / 1000);
	return dbc_json(dbc_json_text(report));
}

/* dbhealth_report(options) */
DBC_RUN(dbhealth_report)
{
	const dbhealth_report_options *given =
		dbc_read_options(host, &args->options, dbhealth_report_options);

	dbc_emit_recent(host, &args->options, &given->max_age_ms, make_report,
					given);
}
