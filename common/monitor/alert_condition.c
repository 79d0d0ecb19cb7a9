/*
 * alert_condition.c
 *	  The conditions of alerts: from samples, and from health checks.
 */
#include "common/monitor/alert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/wording.h"
#include "common/health/row_checks.h"
#include "common/health/settings.h"

/* The period for rates; longer if samples are further apart. */
#define RATE_SECONDS   300
#define RATE_INTERVALS 3

/* The least number of statements for a rate. */
#define LEAST_STATEMENTS 100
#define LEAST_TIMED		 50

/* Pauses between samples up to this length raise no alert. */
#define SHORT_SILENCE 30

/* Used space in percent, and free space that is always sufficient. */
#define STORAGE_WARNING	 85
#define STORAGE_CRITICAL 95
#define STORAGE_ROOM	 (50 * 1073741824.0)

/* Scores from which an alert is raised, and the least number of scores for a
 * median. */
#define SCORE_WARNING  80
#define SCORE_CRITICAL 60
#define SCORE_DROP	   15
#define SCORE_DAYS	   7
#define LEAST_SCORES   12

/* The objects of the alert storage, besides the checks of growth. */
#define DISK  "disk"
#define LIMIT "storage limit"

/* A check with more objects raises no further alerts; raised ones stay. */
#define MOST_OBJECTS 100

/* ---- samples ---- */

/* Observes a value against a threshold; NAN leaves the alert as it is. */
static void
observe_value(dbc_monitor_alerts *alerts, dbc_monitor_alert_id alert,
			  const char *object, double value, double threshold,
			  const char *message)
{
	const dbc_monitor_alert_kind *kind = &dbc_monitor_alert_kinds[alert];
	dbc_monitor_observation found = {
		alert, object, DBC_BETWEEN, kind->severity, value, threshold, message};

	if (value > threshold)
		found.presence = DBC_MET;
	else if (value < threshold * kind->leave)
		found.presence = DBC_CLEARED;
	dbc_monitor_observe(alerts, &found);
}

/* Observes a value that is too low below a threshold. */
static void
observe_low(dbc_monitor_alerts *alerts, dbc_monitor_alert_id alert,
			dbc_health_severity severity, double value, double threshold,
			const char *message)
{
	dbc_monitor_observation found = {alert, "",		   DBC_BETWEEN, severity,
									 value, threshold, message};

	if (value < threshold)
		found.presence = DBC_MET;
	else if (value > threshold * dbc_monitor_alert_kinds[alert].leave)
		found.presence = DBC_CLEARED;
	dbc_monitor_observe(alerts, &found);
}

/* Observes whether samples were taken. */
static void
observe_silence(dbc_monitor_alerts *alerts, dbc_host *host, double seconds)
{
	dbc_monitor_observation found = {
		DBC_A_connection_failure,
		"",
		seconds > SHORT_SILENCE ? DBC_MET : DBC_CLEARED,
		DBC_CRITICAL,
		seconds,
		SHORT_SILENCE,
		dbc_format(host, "no sample could be taken for %s s",
				   dbc_digits_text(host, seconds))};

	dbc_monitor_observe(alerts, &found);
}

/* A ratio; 0 if the whole is less than least, NAN if either is unknown. */
static double
rate_of(double part, double all, double least)
{
	return all < least ? 0 : part / all;
}

/* Observes the rate of failed statements, or of rollbacks if it is unknown.
 * Where only failed statements are counted, they are compared with
 * transactions. */
static void
observe_errors(dbc_monitor_alerts *alerts, dbc_host *host,
			   const dbc_setting_values *stored,
			   const dbc_sample_readings *grown)
{
	double errors = grown->values[DBC_M_statement_errors];
	double all = grown->values[DBC_M_statements];
	double transactions =
		grown->values[DBC_M_rollbacks] + grown->values[DBC_M_commits];
	const char *format = "%s %% of the statements fail";
	double rate;

	if (isnan(errors))
	{
		errors = grown->values[DBC_M_rollbacks];
		all = transactions;
		format = "%s %% of the transactions are rolled back";
	}
	else if (isnan(all))
	{
		all = transactions;
		format = "%s statements fail per 100 transactions";
	}
	rate = rate_of(errors, all, LEAST_STATEMENTS);
	observe_value(
		alerts, DBC_A_error_rate, "", rate,
		dbc_setting_real(host, stored, DBC_SETTING_error_rate_critical),
		dbc_format(host, format, dbc_digits_text(host, 100 * rate)));
}

/* Observes the execution time of statements. */
static void
observe_time(dbc_monitor_alerts *alerts, dbc_host *host,
			 const dbc_setting_values *stored, const dbc_sample_readings *grown)
{
	double mean_ms = rate_of(grown->values[DBC_M_statement_ms],
							 grown->values[DBC_M_statements], LEAST_TIMED);

	observe_value(
		alerts, DBC_A_query_time, "", mean_ms,
		dbc_setting_real(host, stored, DBC_SETTING_avg_query_warning_ms),
		dbc_format(host, "statements take %s ms on average",
				   dbc_digits_text(host, mean_ms)));
}

/* Observes the share of connections in use. */
static void
observe_connections(dbc_monitor_alerts *alerts, dbc_host *host,
					const dbc_setting_values *stored,
					const dbc_sample_readings *now)
{
	double used = now->values[DBC_M_connections];
	double most = now->values[DBC_M_connections_max];

	observe_value(
		alerts, DBC_A_connections, "", used / most,
		dbc_setting_real(host, stored, DBC_SETTING_connection_usage_warning),
		dbc_format(host, "%s of %s connections are in use",
				   dbc_digits_text(host, used), dbc_digits_text(host, most)));
}

/* Observes the used share of a file system or of a limit. */
static void
observe_full(dbc_monitor_alerts *alerts, dbc_host *host, const char *object,
			 double used, double total, bool has_room)
{
	double percent = 100 * used / total;
	dbc_monitor_observation found = {
		DBC_A_storage,
		object,
		DBC_BETWEEN,
		percent > STORAGE_CRITICAL ? DBC_CRITICAL : DBC_WARNING,
		percent,
		percent > STORAGE_CRITICAL ? STORAGE_CRITICAL : STORAGE_WARNING,
		dbc_format(host, "%s %% of the %s is used",
				   dbc_digits_text(host, percent), object)};

	if (percent > STORAGE_CRITICAL || (percent > STORAGE_WARNING && !has_room))
		found.presence = DBC_MET;
	else if (percent <
			 STORAGE_WARNING * dbc_monitor_alert_kinds[DBC_A_storage].leave)
		found.presence = DBC_CLEARED;
	dbc_monitor_observe(alerts, &found);
}

/* Observes the used share of the disk and of the limits of the database. */
static void
observe_storage(dbc_monitor_alerts *alerts, dbc_host *host,
				const dbc_setting_values *stored,
				const dbc_sample_readings *now)
{
	double total = now->values[DBC_M_disk_total_bytes];
	double room = now->values[DBC_M_disk_free_bytes];
	double free_pages = now->values[DBC_M_free_bytes];
	double used =
		now->values[DBC_M_size_bytes] - (isnan(free_pages) ? 0 : free_pages);
	double limit = fmin(
		fmin(dbc_setting_real(host, stored, DBC_SETTING_storage_limit_bytes),
			 INFINITY),
		now->values[DBC_M_max_bytes]);

	observe_full(alerts, host, DISK, total - room, total, room >= STORAGE_ROOM);
	observe_full(alerts, host, LIMIT, used, limit, false);
}

/* For qsort(). */
static int
compare_numbers(const void *left, const void *right)
{
	double a = *(const double *) left;
	double b = *(const double *) right;

	return (a > b) - (a < b);
}

/* The median of the scores of seven days, one for each hour; NAN if there are
 * too few. */
static double
median_score(dbc_host *host, int64_t now_ms)
{
	dbc_sample_series samples = dbc_sample_read_stored(
		host, now_ms - SCORE_DAYS * INT64_C(86400000), DBC_PER_HOUR);
	double *scores =
		dbc_alloc(host, ((size_t) samples.count + 1) * sizeof(*scores));
	int count = 0;

	for (int i = 0; i < samples.count; i++)
	{
		scores[count] = samples.list[i].readings.values[DBC_M_score];
		count += !isnan(scores[count]);
	}
	if (count < LEAST_SCORES)
		return NAN;
	dbc_sort(scores, (size_t) count, sizeof(*scores), compare_numbers);
	return scores[count / 2];
}

/* Observes the score, if the checks ran with the sample. */
static void
observe_score(dbc_monitor_alerts *alerts, dbc_host *host,
			  const dbc_sample_readings *now, int64_t now_ms)
{
	double score = now->values[DBC_M_score];
	const char *text = dbc_digits_text(host, score);
	double usual;

	if (isnan(score))
		return;
	usual = median_score(host, now_ms);
	observe_low(alerts, DBC_A_score,
				score < SCORE_CRITICAL ? DBC_CRITICAL : DBC_WARNING, score,
				SCORE_WARNING,
				dbc_format(host, "the health score is %s", text));
	observe_low(alerts, DBC_A_score_drop, DBC_WARNING, score,
				usual - SCORE_DROP + 1,
				dbc_format(host,
						   "the health score is %s, its median of seven days "
						   "%s",
						   text, dbc_digits_text(host, usual)));
}

void
dbc_monitor_observe_measures(dbc_monitor_alerts *alerts, dbc_host *host,
							 const dbc_setting_values *stored,
							 const dbc_sample_task *task,
							 const dbc_sample_readings *now, int64_t now_ms,
							 double silent_seconds)
{
	double seconds =
		fmax(RATE_SECONDS, RATE_INTERVALS * task->watch.interval_seconds);
	dbc_health_window window = dbc_health_read_window(
		host, now_ms - (int64_t) (seconds * 1000), DBC_PER_SECOND);

	observe_silence(alerts, host, silent_seconds);
	observe_errors(alerts, host, stored, &window.last);
	observe_time(alerts, host, stored, &window.last);
	observe_connections(alerts, host, stored, now);
	observe_storage(alerts, host, stored, now);
	observe_score(alerts, host, now, now_ms);
}

/* ---- health checks ---- */

/* Whether a separate alert covers the condition of a check. */
static bool
has_separate_alert(const dbc_health_check *check)
{
	static const char *const ids[] = {"disk_free", "connection_usage",
									  "query_error_rate", "monitor_self"};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (dbc_same(check->id, ids[i]))
			return true;
	return false;
}

/* The alert that a finding raises; DBC_NALERTS: none, because it is suppressed
 * or the alert storage covers it. */
static dbc_monitor_alert_id
alert_of(const dbc_monitor_alerts *alerts, const dbc_finding *finding)
{
	const dbc_health_check *check = finding->check;

	if (finding->suppressed || has_separate_alert(check) ||
		finding->severity < DBC_WARNING || finding->severity > DBC_CRITICAL)
		return DBC_NALERTS;
	if (dbc_same(check->id, "days_until_full"))
		return dbc_monitor_is_alert_open(alerts, DBC_A_storage, DISK) ||
					   dbc_monitor_is_alert_open(alerts, DBC_A_storage, LIMIT)
				   ? DBC_NALERTS
				   : DBC_A_storage;
	if (dbc_same(check->id, "migration_failed"))
		return DBC_A_migration_failed;
	if (dbc_same(check->id, "schema_drift"))
		return DBC_A_schema_drift;
	if (dbc_same(check->id, "backup_failed"))
		return DBC_A_backup_failed;
	if (dbc_same(check->id, "initialisation_failed"))
		return DBC_A_initialisation_failed;
	if (finding->severity == DBC_WARNING)
		return dbc_health_is_row_check(check) ? DBC_A_consistency : DBC_NALERTS;
	return check->scoring == DBC_SCORE_INTEGRITY ? DBC_A_integrity_violation
												 : DBC_A_health_failure;
}

/* The object of an alert: the check, and the object of the finding. */
static const char *
object_of(dbc_host *host, const dbc_finding *finding)
{
	return finding->object
			   ? dbc_format(host, "%s %s", finding->check->id, finding->object)
			   : finding->check->id;
}

/* The findings of health checks. */
typedef struct check_findings
{
	dbc_host *host;
	const dbc_setting_values *stored;
	const dbc_findings *findings;
} check_findings;

/* Whether the check of an alert has run or is disabled, so that a missing
 * finding clears the alert. */
static bool
has_run(const check_findings *results, const char *object)
{
	bool found = false;

	for (int i = 0; i < results->findings->count; i++)
	{
		const dbc_finding *finding = &results->findings->list[i];
		size_t length = strlen(finding->check->id);

		if (strncmp(finding->check->id, object, length) != 0 ||
			(object[length] != '\0' && object[length] != ' '))
			continue;
		if (!dbc_health_check_enabled(results->host, results->stored,
									  finding->check))
			return true;
		if (finding->severity == DBC_UNKNOWN ||
			finding->severity == DBC_SKIPPED)
			return false;
		found = true;
	}
	return found;
}

static bool
is_cleared(const char *object, const void *arg)
{
	return has_run(arg, object);
}

void
dbc_monitor_observe_findings(dbc_monitor_alerts *alerts, dbc_host *host,
							 const dbc_setting_values *stored,
							 const dbc_findings *findings)
{
	static const dbc_monitor_alert_id of_checks[] = {
		DBC_A_integrity_violation, DBC_A_health_failure,
		DBC_A_consistency,		   DBC_A_storage,
		DBC_A_migration_failed,	   DBC_A_schema_drift,
		DBC_A_backup_failed,	   DBC_A_initialisation_failed};
	check_findings results = {host, stored, findings};
	const dbc_health_check *check = NULL;
	int objects = 0;

	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];
		dbc_monitor_observation found = {alert_of(alerts, finding),
										 "",
										 DBC_MET,
										 finding->severity,
										 finding->value,
										 NAN,
										 finding->message};

		if (finding->check != check)
			objects = 0;
		check = finding->check;
		if (found.alert == DBC_NALERTS)
			continue;
		found.object = object_of(host, finding);
		if (objects++ >= MOST_OBJECTS &&
			!dbc_monitor_is_alert_open(alerts, found.alert, found.object))
			continue;
		dbc_monitor_observe(alerts, &found);
	}
	for (size_t i = 0; i < sizeof(of_checks) / sizeof(of_checks[0]); i++)
		dbc_monitor_clear_unobserved(alerts, of_checks[i], is_cleared,
									 &results);
}
