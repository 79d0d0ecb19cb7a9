/*
 * report.c
 *	  dbhealth_report(): the health of the database as one JSON document.
 */
#include "common/core/functions.h"

#include "common/core/clock.h"
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

	dbc_json_put_text(node, "check_id", finding->check->id);
	dbc_json_put_text(node, "category",
					  dbc_health_categories[finding->check->category]);
	dbc_json_put_text(node, "severity",
					  dbc_health_severity_names[finding->severity]);
	dbc_json_put_text(node, "object", finding->object);
	put_real(node, "value", finding->value);
	dbc_json_put_text(node, "unit", finding->check->unit);
	dbc_json_put_text(node, "message", finding->message);
	dbc_json_put_text(node, "suggestion", finding->suggestion);
	dbc_json_put_text(node, "fix_sql", finding->fix_sql);
	dbc_json_put_text(node, "fix_risk", dbc_health_risk_of(finding));
	dbc_json_put_text(node, "fix_locks", finding->fix_locks);
	put_real(node, "penalty", finding->penalty);
	dbc_json_put_text(node, "reason", finding->reason);
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

		dbc_json_put_text(item, "check_id", check->id);
		dbc_json_put_int(item, "findings", count);
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
	dbc_json_put_int(node, "suppressed", score->suppressed);
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

		dbc_json_put_text(item, "check_id", finding->check->id);
		dbc_json_put_text(item, "object", finding->object);
		dbc_json_put_text(item, "severity",
						  dbc_health_severity_names[finding->severity]);
		dbc_json_put_text(item, "suggestion", finding->suggestion);
		dbc_json_put_text(item, "fix_sql", finding->fix_sql);
		dbc_json_put_text(item, "fix_risk", dbc_health_risk_of(finding));
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

	dbc_json_put(node, "version", NULL);
	dbc_json_put(node, "pending", NULL);
	dbc_json_put_value(node, "drift", &drift);
	if (dbc_guard(host, dbc_migrate_summarize, &summary, DBC_KEEP, true,
				  &error))
	{
		dbc_json_put_text(node, "version", summary.version);
		dbc_json_put_int(node, "pending", summary.pending);
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
	dbc_json_put(report, "alerts", known.alerts);
	dbc_json_put(report, "growth", known.growth);
}

/* Adds facts about the server and the database. */
static void
put_identity(dbc_host *host, dbc_json_node *report)
{
	const dbc_rows *ping = dbc_query(host, "core/ping");

	dbc_json_put_text(report, "engine", host->engine_name);
	dbc_json_put_cell(report, "engine_version", ping, 0, 0);
	dbc_json_put_cell(report, "database", ping, 0, 1);
	dbc_json_put_cell(report, "size_bytes", ping, 0, 3);
	dbc_json_put_text(report, "dbcare_version", DBC_VERSION);
}

/* dbhealth_report(options) */
DBC_RUN(dbhealth_report)
{
	int64_t started = dbc_microseconds();
	const dbc_setting_values *stored = dbc_read_settings(host);
	dbc_findings *findings =
		dbc_health_run_checks(host, stored, &args->options);
	dbc_health_score score = dbc_health_score_findings(findings);
	dbc_json_node *report = dbc_json_object(host);

	put_identity(host, report);
	dbc_json_put_text(report, "environment",
					  dbc_setting_text(host, stored, DBC_SETTING_environment));
	dbc_json_put_text(report, "generated_at", dbc_now(host));
	dbc_json_put_int(report, "score", score.score);
	dbc_json_put_int(report, "score_version", DBC_SCORE_VERSION);
	dbc_json_put_text(report, "status", score.status);
	dbc_json_put_text(report, "cap", dbc_health_cap_text(host, &score));
	dbc_json_put(report, "summary", summary_node(host, &score));
	put_real(report, "coverage", score.coverage);
	dbc_health_fold_findings(host, findings, DBC_MOST_FINDINGS);
	dbc_json_put(report, "checks", findings_node(host, findings));
	dbc_json_put(report, "omitted", omitted_node(host, findings));
	dbc_json_put(report, "recommendations",
				 recommendations_node(host, findings));
	dbc_json_put(report, "migrations", migrations_node(host, findings));
	put_monitoring(host, stored, report);
	dbc_json_put_int(report, "duration_ms",
					 (dbc_microseconds() - started) / 1000);
	dbc_json_emit(host, report);
}
