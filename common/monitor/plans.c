/*
 * plans.c
 *	  The plans of statements, and those that became slower with another plan.
 *
 * A look plans few statements: those whose mean time has changed, and new ones.
 * It runs with health checks, because planning can take long, and a sample must
 * not wait for it.
 */
#include "common/monitor/plans.h"

#include <math.h>
#include <string.h>

#include "common/advise/host.h"
#include "common/advise/seen.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/options.h"
#include "common/core/sort.h"
#include "common/core/text.h"
#include "common/core/wording.h"
#include "common/sample/sample.h"

/* Statements that a look is about, by their time since the last one, how many
 * of them it plans, and how long it goes on with that. */
#define MOST_WATCHED 100
#define MOST_PLANNED 20
#define MOST_MS		 5000

/* A mean time changes notably by this factor, and by a millisecond. */
#define NOTABLE	   2
#define NOTABLE_MS 1.0

/* Executions that a mean needs, and those that it is of. */
#define LEAST_CALLS 3
#define MEAN_CALLS	1000

/* A statement is planned again after a day, or an hour if it could not be.  If
 * it became slower more than a day after its plan changed, or does not run for
 * a day, the plan is no news. */
#define HOUR_MS INT64_C(3600000)
#define DAY_MS	(24 * HOUR_MS)

/* Regressions that alerts are raised for. */
#define MOST_ALERTS 100

/* What of plans and problems is stored, and what of texts is in messages, in
 * bytes. */
#define LONGEST_PLAN	2000
#define LONGEST_PROBLEM 500
#define LONGEST_SHOWN	160

#define DEFAULT_LIMIT 100

/* Columns of monitor/sql/plan_marks.sql. */
enum
{
	COLUMN_FINGERPRINT,
	COLUMN_HASH,
	COLUMN_CALLS,
	COLUMN_MEAN,
	COLUMN_MEAN_BEFORE,
	COLUMN_PROBLEM,
	COLUMN_LOOKED,
	COLUMN_SOURCE,
	COLUMN_MARK_CALLS,
	COLUMN_MARK_MS
};

/* A statement that has run since the last look. */
typedef struct statement
{
	const dbc_sample_statement_stats *stats;
	/* since then */
	int64_t new_calls;
	double new_ms;
	/* known before */
	bool is_known;
	bool is_of_other; /* server, whose counters cannot be compared */
	const char *hash; /* NULL: not planned */
	int64_t calls;
	double mean_ms; /* NAN: unknown */
	double mean_before_ms;
	const char *problem;
	int64_t looked_ms;
	/* found now */
	bool planned;
	const char *new_hash; /* NULL: not planned */
	const char *new_plan;
} statement;

struct dbc_monitor_plans
{
	const char *source;
	int count;
	statement *list;
};

/* ---- statements ---- */

/* For qsort(): by fingerprint. */
static int
compare_fingerprint(const void *left, const void *right)
{
	return strcmp(((const statement *) left)->stats->fingerprint,
				  ((const statement *) right)->stats->fingerprint);
}

/* For qsort(): the highest time since the last look first. */
static int
compare_time(const void *left, const void *right)
{
	double l = ((const statement *) left)->new_ms;
	double r = ((const statement *) right)->new_ms;

	return l == r ? compare_fingerprint(left, right) : (r > l) - (r < l);
}

/* Reads what is known of a statement from row i. */
static void
read_known(dbc_host *host, const dbc_rows *rows, int i, const char *source,
		   statement *s)
{
	int64_t mark_calls = dbc_get_int(host, rows, i, COLUMN_MARK_CALLS);

	s->is_known = true;
	s->hash = dbc_get_text_or_null(host, rows, i, COLUMN_HASH);
	s->calls = dbc_get_int(host, rows, i, COLUMN_CALLS);
	s->mean_ms = dbc_get_real_or_nan(host, rows, i, COLUMN_MEAN);
	s->mean_before_ms = dbc_get_real_or_nan(host, rows, i, COLUMN_MEAN_BEFORE);
	s->problem = dbc_get_text_or_null(host, rows, i, COLUMN_PROBLEM);
	s->looked_ms = dbc_get_time(host, rows, i, COLUMN_LOOKED);
	if (!dbc_same(dbc_get_text(host, rows, i, COLUMN_SOURCE), source))
	{
		s->is_of_other = true;
		s->new_calls = 0;
		s->new_ms = 0;
	}
	else if (s->new_calls >= mark_calls)
	{
		s->new_calls -= mark_calls;
		s->new_ms =
			fmax(0, s->new_ms - dbc_get_real(host, rows, i, COLUMN_MARK_MS));
	}
}

/* The statements that have run since the last look, the most expensive first.
 */
static dbc_monitor_plans *
read_statements(dbc_host *host)
{
	dbc_monitor_plans *plans = dbc_alloc(host, sizeof(*plans));
	const char *missing;
	int nstats;
	int row = 0;
	int kept = 0;
	const dbc_rows *rows;
	const dbc_sample_statement_stats *stats =
		dbc_sample_read_statements(host, &nstats, &missing);

	if (!stats)
		return NULL;
	plans->source = dbc_sample_read_origin(host).source;
	plans->list = dbc_alloc(host, ((size_t) nstats + 1) * sizeof(statement));
	for (int i = 0; i < nstats; i++)
		if (dbc_advise_has_plan(host, stats[i].query))
			plans->list[plans->count++] =
				(statement){.stats = &stats[i],
							.new_calls = stats[i].calls,
							.new_ms = stats[i].total_ms,
							.mean_ms = NAN,
							.mean_before_ms = NAN};
	dbc_sort(plans->list, (size_t) plans->count, sizeof(statement),
			 compare_fingerprint);
	rows = dbc_query(host, "monitor/plan_marks");
	for (int i = 0; i < plans->count; i++)
	{
		statement *s = &plans->list[i];
		int order = 1;

		while (
			row < rows->nrows &&
			(order = strcmp(dbc_get_text(host, rows, row, COLUMN_FINGERPRINT),
							s->stats->fingerprint)) < 0)
			row++;
		if (order == 0)
			read_known(host, rows, row, plans->source, s);
		if (s->new_calls > 0 || s->is_known)
			plans->list[kept++] = *s;
	}
	plans->count = kept;
	dbc_sort(plans->list, (size_t) kept, sizeof(statement), compare_time);
	if (plans->count > MOST_WATCHED)
		plans->count = MOST_WATCHED;
	return plans;
}

/* ---- plans ---- */

/* Why a statement is planned, the most urgent reason first. */
typedef enum reason
{
	CHANGED, /* its mean time has */
	NEW,
	OLD, /* its plan is */
	NONE
} reason;

/* Whether one mean time is notably longer than another. */
static bool
is_slower(double left_ms, double right_ms)
{
	return left_ms >= NOTABLE * right_ms && left_ms - right_ms >= NOTABLE_MS;
}

static reason
reason_of(const statement *s, int64_t now_ms)
{
	double mean_ms = s->new_ms / (double) s->new_calls;

	if (s->new_calls == 0)
		return NONE;
	if (!s->is_known)
		return NEW;
	if (s->hash && s->new_calls >= LEAST_CALLS &&
		(is_slower(mean_ms, s->mean_ms) || is_slower(s->mean_ms, mean_ms)))
		return CHANGED;
	return now_ms - s->looked_ms >= (s->problem ? HOUR_MS : DAY_MS) ? OLD
																	: NONE;
}

/* A text, shortened at a character if it is long. */
static const char *
shorten(dbc_host *host, const char *text, size_t most)
{
	if (strlen(text) <= most)
		return text;
	return dbc_format(host, "%s...",
					  dbc_copy(host, text, dbc_valid_utf8(text, most)));
}

typedef struct planning
{
	statement *statement;
	const char *shape;
} planning;

static void
plan(dbc_host *host, void *arg)
{
	planning *p = arg;
	const dbc_sample_statement_stats *stats = p->statement->stats;

	p->shape = host->rooms.advise->shape(
		host, dbc_advise_plannable_text(host, stats->query), stats->author);
}

/* Plans a statement, unless a lock is in the way: then the next look does. */
static void
plan_statement(dbc_host *host, statement *s)
{
	planning p = {.statement = s};
	dbc_error error;

	/* what is undone holds no locks */
	if (dbc_guard(host, plan, &p, DBC_UNDO, true, &error))
	{
		s->new_hash = dbc_copy(host, dbc_sha256(host, p.shape), 16);
		s->new_plan = shorten(host, p.shape, LONGEST_PLAN);
		s->problem = NULL;
	}
	else if (dbc_same(error.sqlstate, "55P03"))
		return;
	else
		s->problem = shorten(host, dbc_format(host, "%s", error.message),
							 LONGEST_PROBLEM);
	s->planned = true;
}

dbc_monitor_plans *
dbc_monitor_look_at_plans(dbc_host *host)
{
	dbc_monitor_plans *plans;
	int64_t start_ms = dbc_now_ms();
	int planned = 0;

	if (!host->rooms.advise || !host->rooms.advise->shape)
		return NULL;
	plans = read_statements(host);
	for (reason why = CHANGED; plans && why < NONE; why++)
		for (int i = 0; i < plans->count; i++)
		{
			statement *s = &plans->list[i];

			if (s->planned || reason_of(s, start_ms) != why)
				continue;
			if (planned++ == MOST_PLANNED || dbc_now_ms() - start_ms > MOST_MS)
				return plans;
			plan_statement(host, s);
		}
	return plans;
}

/* ---- storage ---- */

/* A time as a parameter. */
static dbc_value
time_value(dbc_host *host, int64_t time_ms)
{
	return dbc_text(dbc_time_text(host, time_ms));
}

/* A number as a parameter; null if it is unknown. */
static dbc_value
real_value(double number)
{
	return isnan(number) ? dbc_null() : dbc_real(number);
}

/* The mean time with new executions. */
static double
add_to_mean(const statement *s, int64_t calls, double mean_ms)
{
	double weight = isnan(mean_ms) ? 0 : (double) calls;

	if (s->new_calls == 0)
		return mean_ms;
	weight = fmin(weight, MEAN_CALLS);
	return ((weight > 0 ? mean_ms * weight : 0) + s->new_ms) /
		   (weight + (double) s->new_calls);
}

static void
store_statement(dbc_host *host, const char *source, const statement *s,
				int64_t now_ms)
{
	bool is_other =
		s->new_hash && (!s->hash || !dbc_same(s->hash, s->new_hash));
	int64_t calls = is_other ? 0 : s->calls;
	double mean_ms = add_to_mean(s, calls, is_other ? NAN : s->mean_ms);
	/* a plan that was slower than the one before, as the next one is, is not
	 * what to compare with */
	bool moves = is_other && s->hash && !isnan(s->mean_ms) &&
				 !(is_slower(s->mean_ms, s->mean_before_ms) &&
				   is_slower(mean_ms, s->mean_before_ms));

	if (!s->planned && !(s->is_known && (s->new_calls > 0 || s->is_of_other)))
		return;
	if (!s->is_known)
		dbc_query(host, "monitor/query_add", dbc_text(s->stats->fingerprint),
				  dbc_text(s->stats->query), time_value(host, now_ms));
	dbc_query(host, "monitor/plan_store", dbc_text(s->stats->fingerprint),
			  dbc_text(s->new_hash), dbc_text(s->new_plan),
			  dbc_int(calls + s->new_calls), real_value(mean_ms),
			  dbc_bool(is_other), dbc_bool(moves), dbc_text(s->problem),
			  s->planned ? time_value(host, now_ms) : dbc_null(),
			  time_value(host, now_ms), dbc_text(source),
			  dbc_int(s->stats->calls), dbc_real(s->stats->total_ms));
}

void
dbc_monitor_store_plans(dbc_host *host, const dbc_monitor_plans *plans,
						int64_t now_ms)
{
	for (int i = 0; plans && i < plans->count; i++)
		store_statement(host, plans->source, &plans->list[i], now_ms);
}

void
dbc_monitor_prune_plans(dbc_host *host, int64_t now_ms, int64_t keep_days)
{
	if (dbc_find_sql(host, "monitor/plan_prune"))
		dbc_query(host, "monitor/plan_prune",
				  time_value(host, now_ms - keep_days * DAY_MS));
}

/* ---- alerts ---- */

/* Whether all regressions were observed. */
static bool
is_cleared(const char *object, const void *arg)
{
	(void) object;
	return *(const int *) arg < MOST_ALERTS;
}

void
dbc_monitor_observe_plans(dbc_monitor_alerts *alerts, dbc_host *host,
						  int64_t now_ms)
{
	const dbc_monitor_alert_kind *kind =
		&dbc_monitor_alert_kinds[DBC_A_plan_regression];
	const dbc_rows *rows =
		dbc_query(host, "monitor/plan_changes",
				  time_value(host, now_ms - DAY_MS), dbc_int(MOST_ALERTS));

	for (int i = 0; i < rows->nrows; i++)
	{
		double mean_ms = dbc_get_real(host, rows, i, 6);
		double before_ms = dbc_get_real(host, rows, i, 9);
		dbc_monitor_observation found = {DBC_A_plan_regression,
										 dbc_get_text(host, rows, i, 0),
										 DBC_BETWEEN,
										 kind->severity,
										 mean_ms,
										 NOTABLE * before_ms,
										 NULL};

		if (!is_slower(mean_ms, kind->leave * before_ms))
			found.presence = DBC_CLEARED;
		else if (is_slower(mean_ms, before_ms) &&
				 dbc_get_int(host, rows, i, 5) >= LEAST_CALLS &&
				 now_ms - dbc_get_time(host, rows, i, 4) < DAY_MS)
			found.presence = DBC_MET;
		found.message = dbc_format(
			host,
			"statement %s takes %s ms on average instead of %s ms since its "
			"plan changed from %s [%s] to %s [%s]: %s",
			found.object, dbc_digits_text(host, mean_ms),
			dbc_digits_text(host, before_ms),
			shorten(host, dbc_get_text(host, rows, i, 8), LONGEST_SHOWN),
			dbc_get_text(host, rows, i, 7),
			shorten(host, dbc_get_text(host, rows, i, 3), LONGEST_SHOWN),
			dbc_get_text(host, rows, i, 2),
			shorten(host, dbc_get_text(host, rows, i, 1), LONGEST_SHOWN));
		dbc_monitor_observe(alerts, &found);
	}
	dbc_monitor_clear_unobserved(alerts, DBC_A_plan_regression, is_cleared,
								 &rows->nrows);
}

/* ---- dbmonitor_plans() ---- */

/* dbmonitor_plans(options) */
DBC_RUN(dbmonitor_plans)
{
	const dbmonitor_plans_options *given =
		dbc_read_options(host, &args->options, dbmonitor_plans_options);
	const dbc_rows *rows;

	if (!dbc_sample_has_tables(host))
		return;
	rows = dbc_query(host, "monitor/plans",
					 dbc_int(dbc_option_or(&given->limit, DEFAULT_LIMIT)));
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}
