/*
 * take_sample.c
 *	  dbmonitor_sample(): takes a sample, runs due checks and updates alerts.
 */
#include "common/core/functions.h"
#include "common/core/names.h"

#include "common/core/clock.h"
#include "common/core/options.h"
#include "common/health/run.h"
#include "common/health/score.h"
#include "common/monitor/alert.h"
#include "common/monitor/errors.h"
#include "common/monitor/plans.h"
#include "common/monitor/retention.h"
#include "common/monitor/slow_log.h"
#include "common/schedule/home.h"

#define PRUNE_MS (5 * INT64_C(60000))
#define HOUR_MS	 INT64_C(3600000)

/* A sample being taken. */
typedef struct sampling
{
	dbc_host *host;
	const dbc_setting_values *stored;
	dbc_sample_task task;
	dbc_sample_origin origin;
	dbc_sample sample;
	dbc_sample before;				/* the previous sample ... */
	bool has_before;				/* ... if there is one */
	dbc_findings *findings;			/* NULL unless checks ran */
	const dbc_monitor_plans *plans; /* NULL unless they were looked at */
	double silent_seconds;
} sampling;

/* Whether this is the first sample of a period. */
static bool
begins(const sampling *s, int64_t span_ms)
{
	return !s->has_before ||
		   dbc_monitor_is_other_span(s->before.taken_ms, s->sample.taken_ms,
									 span_ms);
}

/* Takes and stores the sample. */
static void
measure(sampling *s)
{
	dbc_host *host = s->host;
	int64_t errors;
	dbc_json_node *states = dbc_monitor_count_errors(host, &errors);

	/* soon after a promotion: a restart forgets that there was one */
	dbc_schedule_home_follow(host);
	s->sample.taken_ms = dbc_now_ms();
	s->sample.epoch = s->origin.epoch;
	/* first, since PostgreSQL reads states of sessions once per transaction,
	 * but what they wait for every time */
	dbc_monitor_store_waits(host, s->sample.taken_ms);
	s->sample.readings = dbc_sample_take_readings(host);
	dbc_monitor_store_statements(host, &s->sample,
								 s->has_before ? &s->before : NULL);
	dbc_monitor_set_slow_limit(host, s->stored);
	dbc_monitor_store_slow(host, s->sample.taken_ms);
	s->sample.id =
		dbc_get_int(host,
					dbc_query(host, "monitor/sample_add",
							  dbc_text(dbc_time_text(host, s->sample.taken_ms)),
							  dbc_text(s->sample.epoch),
							  dbc_text(dbc_json_text(dbc_sample_readings_json(
								  host, &s->sample.readings))),
							  dbc_text(states ? dbc_json_text(states) : NULL)),
					0, 0);
}

/* Runs health checks, and looks at plans. */
static void
run_checks(sampling *s, const char *level)
{
	dbc_health_options options = {.level = {.text = level}};

	s->findings = dbc_health_run_checks(s->host, s->stored, &options);
	s->plans = dbc_monitor_look_at_plans(s->host);
}

/* Stores their results, and adds the score to the sample. */
static void
store_checks(sampling *s)
{
	dbc_monitor_store_checks(s->host, s->findings, s->sample.taken_ms);
	s->sample.readings.values[DBC_M_score] =
		dbc_health_score_findings(s->findings).score;
	dbc_query(s->host, "monitor/sample_score", dbc_int(s->sample.id),
			  dbc_text(dbc_json_text(
				  dbc_sample_readings_json(s->host, &s->sample.readings))));
}

/* Updates alerts; returns the number of raised ones. */
static int
update_alerts(sampling *s)
{
	dbc_monitor_alerts *alerts = dbc_monitor_read_alerts(
		s->host, s->sample.taken_ms, s->task.watch.interval_seconds);

	dbc_monitor_observe_measures(alerts, s->host, s->stored, &s->task,
								 &s->sample.readings, s->sample.taken_ms,
								 s->silent_seconds);
	if (s->findings)
		dbc_monitor_observe_findings(alerts, s->host, s->stored, s->findings);
	if (s->plans)
		dbc_monitor_observe_plans(alerts, s->host, s->sample.taken_ms);
	return dbc_monitor_count_raised(alerts);
}

/* The time without samples before this one. */
static double
silence_before(const sampling *s)
{
	if (!s->has_before)
		return 0;
	return dbc_sample_measure_silence(&s->task, true, s->before.taken_ms,
									  s->sample.taken_ms);
}

/* dbmonitor_sample(options) */
DBC_RUN(dbmonitor_sample)
{
	sampling s = {.host = host};
	const dbmonitor_sample_options *given =
		dbc_read_options(host, &args->options, dbmonitor_sample_options);
	const char *level = given->level.text;
	dbc_json_node *result = dbc_json_object(host);
	int raised;

	dbc_sample_need_tables(host);
	s.stored = dbc_read_settings(host);
	/* before the lock, so that others can take samples meanwhile */
	if (level ? !dbc_same(level, "none")
			  : dbc_monitor_checks_due(host, dbc_now_ms()))
		run_checks(&s, level);
	dbc_exclude(host, DBC_X_SAMPLES);
	(void) dbc_sample_read_task(host, &s.task);
	s.has_before = dbc_sample_read_last(host, &s.before);
	s.origin = dbc_sample_read_origin(host);
	measure(&s);
	s.silent_seconds = silence_before(&s);
	if (begins(&s, HOUR_MS))
		dbc_monitor_store_tables(host, &s.sample);
	if (s.findings)
		store_checks(&s);
	dbc_monitor_store_plans(host, s.plans, s.sample.taken_ms);
	raised = update_alerts(&s);
	if (begins(&s, PRUNE_MS))
		dbc_monitor_prune(host, s.stored, s.sample.taken_ms);
	DBC_PUT_INT(result, sample_id, s.sample.id);
	DBC_PUT_TEXT(result, taken_at, dbc_time_text(host, s.sample.taken_ms));
	DBC_PUT_INT(result, alerts, raised);
	DBC_PUT_BOOL(result, checks, s.findings != NULL);
	DBC_PUT(result, readings,
			dbc_sample_readings_json(host, &s.sample.readings));
	dbc_json_emit(host, result);
}
