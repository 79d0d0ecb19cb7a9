/*
 * score.c
 *	  The health score; see health/score.h for its rules.
 *
 * Each finding is charged against what its caps leave, critical findings first,
 * so that warnings do not use up the caps.
 */
#include "common/health/score.h"

#include <math.h>
#include <string.h>

#include "common/core/text.h"

#define CRITICAL_BASE	  15
#define WARNING_BASE	  3
#define CHECK_CAP		  30 /* critical findings and warnings of one check */
#define WARNINGS_CAP	  35 /* warnings of all checks */
#define STOPS_WRITES_CAP  59
#define CRITICAL_CAP	  79
#define SEQUENCE_IMMINENT 98 /* percent */
#define HEALTHY_FROM	  80
#define WARNING_FROM	  60

static const double category_caps[DBC_NCATEGORIES] = {
	[DBC_CATEGORY_integrity] = INFINITY, [DBC_CATEGORY_constraints] = 20,
	[DBC_CATEGORY_performance] = 20,	 [DBC_CATEGORY_storage] = 25,
	[DBC_CATEGORY_security] = 20,		 [DBC_CATEGORY_configuration] = 15,
	[DBC_CATEGORY_operations] = 40};

/* The remaining amounts of the caps. */
typedef struct caps
{
	double category[DBC_NCATEGORIES];
	double warnings;
} caps;

/* A rule with fixed penalties. */
typedef struct fixed_rule
{
	double penalty; /* 0: not a fixed rule */
	dbc_health_severity least;
	bool each; /* for every finding, not only the first one */
} fixed_rule;

static const fixed_rule fixed_rules[] = {
	[DBC_SCORE_INTEGRITY] = {50, DBC_CRITICAL, false},
	[DBC_SCORE_FOREIGN_KEYS] = {10, DBC_WARNING, false},
	[DBC_SCORE_ORPHANS] = {5, DBC_WARNING, true},
	[DBC_SCORE_SLOW_QUERIES] = {10, DBC_WARNING, false}};

static bool
is_fixed(const dbc_health_check *check)
{
	return fixed_rules[check->scoring].penalty > 0;
}

/* Whether a finding of a severity has a penalty. */
static bool
is_charged(const dbc_finding *finding, dbc_health_severity severity)
{
	return finding->severity == severity && !finding->suppressed;
}

/* The penalty of a finding if it is the first of its check and no cap
 * applies. */
double
dbc_health_base_penalty(const dbc_finding *finding)
{
	const fixed_rule *rule = &fixed_rules[finding->check->scoring];

	if (is_fixed(finding->check))
		return is_charged(finding, DBC_CRITICAL) ||
					   is_charged(finding, rule->least)
				   ? rule->penalty
				   : 0;
	if (is_charged(finding, DBC_CRITICAL))
		return CRITICAL_BASE;
	return is_charged(finding, DBC_WARNING) ? WARNING_BASE : 0;
}

static void
charge_fixed(dbc_findings *findings, dbc_health_scoring scoring)
{
	const fixed_rule *rule = &fixed_rules[scoring];
	bool charged = false;

	for (int i = 0; i < findings->count; i++)
	{
		dbc_finding *finding = &findings->list[i];

		if (finding->check->scoring != scoring ||
			dbc_health_base_penalty(finding) == 0)
			continue;
		if (!charged || rule->each)
			finding->penalty = rule->penalty;
		else
			finding->cap = "once";
		charged = true;
	}
}

/* Charges a finding up to amount, limited by three remaining amounts; records
 * which of them was the limit. */
static void
charge(dbc_finding *finding, double amount, double *check, double *category,
	   double *warnings)
{
	double allowed = fmin(fmin(amount, *check), fmin(*category, *warnings));

	finding->penalty = allowed;
	*check -= allowed;
	*category -= allowed;
	*warnings -= allowed;
	if (allowed < amount)
		finding->cap = *check <= 0		? "check"
					   : *category <= 0 ? "category"
										: "warnings";
}

/* The sum of the penalties of a check so far. */
static double
cost_of(const dbc_findings *findings, const dbc_health_check *check)
{
	double cost = 0;

	for (int i = 0; i < findings->count; i++)
		if (findings->list[i].check == check)
			cost += findings->list[i].penalty;
	return cost;
}

/* Whether the findings of a check have the whole server as their cause. */
static bool
is_of_server(const dbc_health_check *check)
{
	return check->scoring == DBC_SCORE_SERVER ||
		   check->scoring == DBC_SCORE_SERVER_PRIVILEGED ||
		   check->scoring == DBC_SCORE_STOPS_WRITES;
}

/* Charges the findings of one severity of a check by the standard rule. */
static void
charge_standard(dbc_findings *findings, const dbc_health_check *check,
				dbc_health_severity severity, caps *left)
{
	double base = severity == DBC_CRITICAL ? CRITICAL_BASE : WARNING_BASE;
	double cap = severity == DBC_CRITICAL ? 30 : 9;
	double cost = cost_of(findings, check);
	double room = fmin(cap, CHECK_CAP - cost);
	double unlimited = INFINITY;
	double *warnings = severity == DBC_WARNING ? &left->warnings : &unlimited;
	double *category = &left->category[check->category];
	int n = 0;

	for (int i = 0; i < findings->count; i++)
	{
		dbc_finding *finding = &findings->list[i];

		if (finding->check != check || !is_charged(finding, severity))
			continue;
		n++;
		if (is_of_server(check) && (n > 1 || cost > 0))
		{
			finding->cap = "once";
			continue;
		}
		charge(finding, n == 1 ? base : base * log2((double) n / (n - 1)),
			   &room, category, warnings);
	}
}

/* Rounds the penalties to integers with the same rounded sum, at most 100;
 * returns the sum. */
static int
round_penalties(dbc_findings *findings)
{
	double exact = 0;
	long whole = 0;

	for (int i = 0; i < findings->count; i++)
	{
		long before = whole;

		exact += findings->list[i].penalty;
		if (exact > 100 && findings->list[i].penalty > 0)
			findings->list[i].cap = "total";
		whole = lround(fmin(exact, 100));
		findings->list[i].penalty = (double) (whole - before);
	}
	return (int) whole;
}

/* Whether a lack of privileges costs nothing. */
static bool
is_privileged(const dbc_health_check *check)
{
	return check->scoring == DBC_SCORE_PRIVILEGED ||
		   check->scoring == DBC_SCORE_SERVER_PRIVILEGED;
}

static int
cap_of(const dbc_finding *finding)
{
	if (finding->suppressed)
		return 100;
	if (finding->severity == DBC_UNKNOWN)
		return finding->check->level == DBC_LEVEL_FAST &&
					   (finding->failed || !is_privileged(finding->check))
				   ? CRITICAL_CAP
				   : 100;
	if (finding->severity != DBC_CRITICAL)
		return 100;
	if (finding->check->scoring == DBC_SCORE_STOPS_WRITES ||
		(finding->check->scoring == DBC_SCORE_SEQUENCE &&
		 finding->value >= SEQUENCE_IMMINENT))
		return STOPS_WRITES_CAP;
	return CRITICAL_CAP;
}

/* The weight of a check in the coverage. */
static double
weight_of(const dbc_health_check *check)
{
	return is_fixed(check) ? fixed_rules[check->scoring].penalty : 15;
}

/* The share of the applicable checks with a result. */
static double
find_coverage(const dbc_findings *findings)
{
	double applicable = 0;
	double judged = 0;

	for (int i = 0; i < dbc_health_nchecks; i++)
	{
		bool applies = false;
		bool open = false;

		for (int j = 0; j < findings->count; j++)
		{
			const dbc_finding *finding = &findings->list[j];

			if (finding->check != &dbc_health_checks[i])
				continue;
			applies |= finding->severity != DBC_NOT_APPLICABLE;
			open |= finding->severity == DBC_UNKNOWN ||
					finding->severity == DBC_SKIPPED;
		}
		if (applies)
			applicable += weight_of(&dbc_health_checks[i]);
		if (applies && !open)
			judged += weight_of(&dbc_health_checks[i]);
	}
	return applicable > 0 ? round(judged / applicable * 100) / 100 : NAN;
}

static void
charge_severity(dbc_findings *findings, dbc_health_severity severity,
				caps *left)
{
	for (int i = 0; i < dbc_health_nchecks; i++)
		if (!is_fixed(&dbc_health_checks[i]))
			charge_standard(findings, &dbc_health_checks[i], severity, left);
}

/* Sets the penalty of each finding; returns their sum. */
static int
charge_findings(dbc_findings *findings)
{
	caps left = {.warnings = WARNINGS_CAP};

	memcpy(left.category, category_caps, sizeof(category_caps));
	for (int i = 0; i < findings->count; i++)
	{
		findings->list[i].penalty = 0;
		findings->list[i].cap = NULL;
	}
	charge_severity(findings, DBC_CRITICAL, &left);
	charge_severity(findings, DBC_WARNING, &left);
	for (int i = DBC_SCORE_INTEGRITY; i <= DBC_SCORE_SLOW_QUERIES; i++)
		charge_fixed(findings, (dbc_health_scoring) i);
	return round_penalties(findings);
}

static const char *
status_of(int score)
{
	if (score >= HEALTHY_FROM)
		return "healthy";
	return score >= WARNING_FROM ? "warning" : "critical";
}

dbc_health_score
dbc_health_score_findings(dbc_findings *findings)
{
	dbc_health_score result = {.coverage = find_coverage(findings)};

	result.uncapped = result.score = 100 - charge_findings(findings);
	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		result.counts[finding->severity]++;
		result.suppressed += finding->suppressed;
		if (cap_of(finding) < result.score)
		{
			result.score = cap_of(finding);
			result.capped_by = finding;
		}
	}
	result.status = status_of(result.score);
	return result;
}

const char *
dbc_health_cap_text(dbc_host *host, const dbc_health_score *score)
{
	const dbc_finding *finding = score->capped_by;

	if (!finding)
		return NULL;
	if (finding->severity == DBC_UNKNOWN)
		return dbc_format(
			host,
			"Score capped at %d, %d without that, because %s is unknown: %s. "
			"Where that cannot be helped, dbcare_set('check_%s_enabled', "
			"'false') leaves the check out",
			score->score, score->uncapped, finding->check->id, finding->reason,
			finding->check->id);
	return dbc_format(host, "Score capped at %d because %s is %s: %s",
					  score->score, finding->check->id,
					  dbc_health_severity_names[finding->severity],
					  finding->reason ? finding->reason : finding->message);
}
