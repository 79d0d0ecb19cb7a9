/*
 * score.c
 *	  The health score: worked examples, caps, and what must hold for any
 *	  findings.
 */
#include "test/unit/fake/host.h"

#include <math.h>
#include <string.h>

#include "common/core/text.h"
#include "common/health/score.h"

#define MAX_FINDINGS 4000
#define ROUNDS		 3000

/* Findings on which a test works. */
typedef struct sample
{
	dbc_findings findings;
	dbc_finding list[MAX_FINDINGS];
} sample;

/* The check of an id. */
static const dbc_health_check *
check_named(const char *id)
{
	int i;

	for (i = 0; i < dbc_health_nchecks; i++)
		if (dbc_same(dbc_health_checks[i].id, id))
			return &dbc_health_checks[i];
	fail_msg("there is no check %s", id);
	return NULL;
}

/* Adds count findings. */
static void
add(sample *s, const char *id, dbc_health_severity severity, int count)
{
	const dbc_health_check *check = check_named(id);

	s->findings.list = s->list;
	while (count-- > 0)
		s->list[s->findings.count++] =
			(dbc_finding){.check = check, .severity = severity, .value = NAN};
}

/* The score; proves that the penalties are whole and add up to what the score
 * lacks, as long as nothing caps it. */
static int
score(sample *s)
{
	dbc_health_score result;
	double sum = 0;
	int i;

	s->findings.list = s->list;
	result = dbc_health_score_findings(&s->findings);
	for (i = 0; i < s->findings.count; i++)
	{
		double penalty = s->list[i].penalty;

		assert_true(penalty >= 0 && penalty == floor(penalty));
		sum += penalty;
	}
	assert_true(result.score <= 100 - sum);
	assert_true(result.score == 100 - (int) sum || result.score == 59 ||
				result.score == 79);
	return result.score;
}

/* The score of count findings of one check. */
static int
score_of(const char *id, dbc_health_severity severity, int count)
{
	sample s = {0};

	add(&s, id, severity, count);
	return score(&s);
}

/* The status that goes with findings. */
static const char *
status(sample *s)
{
	s->findings.list = s->list;
	return dbc_health_score_findings(&s->findings).status;
}

static void
worked_examples(void **state)
{
	sample mixed = {0};
	sample damaged = {0};

	(void) state;
	assert_int_equal(score_of("foreign_keys_disabled", DBC_WARNING, 1), 90);
	assert_int_equal(score_of("orphaned_rows", DBC_WARNING, 3), 85);
	assert_int_equal(score_of("integrity_structure", DBC_CRITICAL, 1), 50);
	assert_int_equal(score_of("duplicate_indexes", DBC_WARNING, 12), 91);
	/* one critical finding costs 15, and leaves no database healthy */
	assert_int_equal(score_of("collation_version_mismatch", DBC_CRITICAL, 1),
					 79);
	add(&mixed, "foreign_keys_disabled", DBC_WARNING, 1);
	add(&mixed, "orphaned_rows", DBC_WARNING, 3);
	add(&mixed, "slow_queries", DBC_WARNING, 1);
	assert_int_equal(score(&mixed), 65);
	assert_string_equal(status(&mixed), "warning");
	add(&damaged, "integrity_structure", DBC_CRITICAL, 1);
	assert_string_equal(status(&damaged), "critical");
}

static void
standard_rule(void **state)
{
	(void) state;
	assert_int_equal(score_of("stats_stale", DBC_WARNING, 1), 97);
	assert_int_equal(score_of("stats_stale", DBC_WARNING, 2), 94);
	/* 3 * (1 + log2(3)) = 7.75 */
	assert_int_equal(score_of("stats_stale", DBC_WARNING, 3), 92);
	assert_int_equal(score_of("stats_stale", DBC_WARNING, 4), 91);
	assert_int_equal(score_of("stats_stale", DBC_WARNING, 100), 91);
	assert_int_equal(score_of("stats_stale", DBC_INFO, 100), 100);
	assert_int_equal(score_of("blocked_sessions", DBC_CRITICAL, 2), 70);
	assert_int_equal(score_of("blocked_sessions", DBC_CRITICAL, 50), 70);
}

static void
critical_and_warnings_of_one_check(void **state)
{
	sample s = {0};

	(void) state;
	add(&s, "blocked_sessions", DBC_WARNING, 8);
	add(&s, "blocked_sessions", DBC_CRITICAL, 2);
	assert_int_equal(score(&s), 70);
	/* the critical ones bear the penalty wherever they stand */
	assert_true(s.list[0].penalty == 0);
	assert_true(s.list[8].penalty == 15);
	assert_true(s.list[9].penalty == 15);
}

static void
fixed_rules(void **state)
{
	sample s = {0};

	(void) state;
	assert_int_equal(score_of("foreign_keys_disabled", DBC_WARNING, 5), 90);
	assert_int_equal(score_of("foreign_keys_disabled", DBC_INFO, 5), 100);
	assert_int_equal(score_of("slow_queries", DBC_WARNING, 1), 90);
	assert_int_equal(score_of("slow_queries", DBC_INFO, 1), 100);
	assert_int_equal(score_of("orphaned_rows", DBC_WARNING, 19), 5);
	assert_int_equal(score_of("orphaned_rows", DBC_WARNING, 300), 0);
	assert_int_equal(score_of("orphaned_rows", DBC_INFO, 3), 100);
	assert_int_equal(score_of("integrity_structure", DBC_CRITICAL, 9), 50);
	assert_int_equal(score_of("integrity_structure", DBC_WARNING, 9), 100);
	/* once for all checks of the rule */
	add(&s, "integrity_structure", DBC_CRITICAL, 1);
	add(&s, "pg_checksum_failures", DBC_CRITICAL, 1);
	assert_int_equal(score(&s), 50);
}

static void
category_caps(void **state)
{
	sample operations = {0};
	sample performance = {0};

	(void) state;
	add(&operations, "long_running_tx", DBC_CRITICAL, 9);
	add(&operations, "blocked_sessions", DBC_CRITICAL, 9);
	add(&operations, "vacuum_overdue", DBC_WARNING, 9);
	assert_int_equal(score(&operations), 60);
	add(&performance, "missing_fk_index", DBC_CRITICAL, 9);
	add(&performance, "duplicate_indexes", DBC_WARNING, 9);
	assert_int_equal(score(&performance), 79);
	assert_true(performance.list[1].penalty == 5);
	assert_true(performance.list[9].penalty == 0);
}

static void
warnings_never_make_critical(void **state)
{
	sample s = {0};
	int i;

	(void) state;
	for (i = 0; i < dbc_health_nchecks; i++)
		if (dbc_health_checks[i].scoring == DBC_SCORE_STANDARD ||
			dbc_health_checks[i].scoring == DBC_SCORE_STOPS_WRITES)
			add(&s, dbc_health_checks[i].id, DBC_WARNING, 10);
	assert_int_equal(score(&s), 65);
	assert_string_equal(status(&s), "warning");
}

/* Findings that have the whole server as their cause cost as much as one. */
static void
server_counts_once(void **state)
{
	sample s = {0};

	(void) state;
	assert_int_equal(score_of("xid_wraparound", DBC_WARNING, 9), 97);
	assert_int_equal(score_of("connection_usage", DBC_WARNING, 3), 97);
	assert_int_equal(score_of("connection_usage", DBC_CRITICAL, 3), 79);
	assert_int_equal(score_of("weak_auth", DBC_WARNING, 6), 97);
	add(&s, "mxid_wraparound", DBC_WARNING, 4);
	add(&s, "mxid_wraparound", DBC_CRITICAL, 2);
	add(&s, "migration_failed", DBC_WARNING, 2);
	assert_int_equal(score(&s), 59);
	assert_int_equal((int) s.list[4].penalty, 15);
	assert_string_equal(s.list[0].cap, "once");
	assert_string_equal(s.list[5].cap, "once");
	assert_null(s.list[7].cap);
}

static void
final_caps(void **state)
{
	sample sequence = {0};

	(void) state;
	assert_int_equal(score_of("disk_free", DBC_CRITICAL, 1), 59);
	assert_int_equal(score_of("xid_wraparound", DBC_CRITICAL, 1), 59);
	assert_int_equal(score_of("replication_slots", DBC_CRITICAL, 1), 59);
	assert_int_equal(score_of("durability_settings", DBC_CRITICAL, 1), 59);
	assert_int_equal(score_of("disk_free", DBC_WARNING, 1), 97);
	/* even a penalty of 5 */
	assert_int_equal(score_of("orphaned_rows", DBC_CRITICAL, 1), 79);
	add(&sequence, "sequence_exhaustion", DBC_CRITICAL, 1);
	sequence.list[0].value = 97.9;
	assert_int_equal(score(&sequence), 79);
	sequence.list[0].value = 98;
	assert_int_equal(score(&sequence), 59);
	sequence.list[0].severity = DBC_WARNING;
	assert_int_equal(score(&sequence), 97);
}

static void
unknown_is_not_healthy(void **state)
{
	sample s = {0};

	(void) state;
	assert_int_equal(score_of("missing_fk_index", DBC_UNKNOWN, 1), 79);
	assert_int_equal(score_of("integrity_structure", DBC_UNKNOWN, 1), 100);
	assert_int_equal(score_of("weak_auth", DBC_UNKNOWN, 1), 100);
	assert_int_equal(score_of("weak_auth", DBC_WARNING, 1), 97);
	assert_int_equal(score_of("weak_auth", DBC_CRITICAL, 1), 79);
	assert_int_equal(score_of("missing_fk_index", DBC_SKIPPED, 1), 100);
	assert_int_equal(score_of("missing_fk_index", DBC_NOT_APPLICABLE, 1), 100);
	add(&s, "missing_fk_index", DBC_UNKNOWN, 1);
	assert_string_equal(status(&s), "warning");
}

static void
statuses(void **state)
{
	sample s = {0};

	(void) state;
	assert_string_equal(status(&s), "healthy");
	add(&s, "orphaned_rows", DBC_WARNING, 4);
	assert_string_equal(status(&s), "healthy"); /* 80 */
	add(&s, "orphaned_rows", DBC_WARNING, 1);
	assert_string_equal(status(&s), "warning"); /* 75 */
	add(&s, "orphaned_rows", DBC_WARNING, 3);
	assert_string_equal(status(&s), "warning"); /* 60 */
	add(&s, "orphaned_rows", DBC_WARNING, 1);
	assert_string_equal(status(&s), "critical"); /* 55 */
}

/* The coverage of findings. */
static double
coverage(sample *s)
{
	s->findings.list = s->list;
	return dbc_health_score_findings(&s->findings).coverage;
}

static void
coverage_counts_known_checks(void **state)
{
	sample s = {0};

	(void) state;
	assert_true(isnan(coverage(&s)));
	add(&s, "pg_checksum_failures", DBC_NOT_APPLICABLE, 1);
	assert_true(isnan(coverage(&s)));
	add(&s, "missing_fk_index", DBC_OK, 1); /* 15 */
	assert_true(coverage(&s) == 1);
	add(&s, "integrity_structure", DBC_SKIPPED, 1); /* 50 */
	assert_true(coverage(&s) == 0.23);
	add(&s, "orphaned_rows", DBC_OK, 1); /* 5 */
	assert_true(coverage(&s) == 0.29);
	/* one relation that could not be looked at is enough, also the first */
	add(&s, "orphaned_rows", DBC_UNKNOWN, 1);
	assert_true(coverage(&s) == 0.21);
	s.list[0] = s.list[4];
	s.list[4].severity = DBC_OK;
	assert_true(coverage(&s) == 0.21);
}

static void
counts(void **state)
{
	sample s = {0};
	dbc_health_score result;
	int i;

	(void) state;
	for (i = 0; i < DBC_NSEVERITIES; i++)
		add(&s, "stats_stale", (dbc_health_severity) i, i + 1);
	result = dbc_health_score_findings(&s.findings);
	for (i = 0; i < DBC_NSEVERITIES; i++)
		assert_int_equal(result.counts[i], i + 1);
}

/* ---- what holds for any findings ---- */

/* A random number below limit, the same ones in every run. */
static int
random_below(int limit)
{
	static uint64_t seed = 20261121;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int) ((seed >> 33) % (uint64_t) limit);
}

/* Random findings, of few checks so that caps are met. */
static void
randomise(sample *s)
{
	int nchecks = 1 + random_below(6);
	int kinds[6];
	int i;

	for (i = 0; i < nchecks; i++)
		kinds[i] = random_below(dbc_health_nchecks);
	s->findings.count = 1 + random_below(25);
	for (i = 0; i < s->findings.count; i++)
		s->list[i] = (dbc_finding){
			.check = &dbc_health_checks[kinds[random_below(nchecks)]],
			.severity = (dbc_health_severity) random_below(5),
			.suppressed = random_below(8) == 0,
			.value = 90 + random_below(10)};
}

static void
repairing_never_lowers(void **state)
{
	sample s = {0};
	sample better;
	int round;
	int at;

	(void) state;
	for (round = 0; round < ROUNDS; round++)
	{
		randomise(&s);
		at = random_below(s.findings.count);
		better = s;
		better.list[at] = better.list[--better.findings.count];
		assert_true(score(&better) >= score(&s));
		better = s;
		if (better.list[at].severity <= DBC_CRITICAL &&
			better.list[at].severity > DBC_OK)
			better.list[at].severity--;
		assert_true(score(&better) >= score(&s));
	}
}

static void
order_does_not_matter(void **state)
{
	sample s = {0};
	int before;
	int round;
	int i;

	(void) state;
	for (round = 0; round < ROUNDS; round++)
	{
		randomise(&s);
		before = score(&s);
		for (i = s.findings.count - 1; i > 0; i--)
		{
			int other = random_below(i + 1);
			dbc_finding finding = s.list[i];

			s.list[i] = s.list[other];
			s.list[other] = finding;
		}
		assert_int_equal(score(&s), before);
	}
}

static void
healthy_checks_change_nothing(void **state)
{
	sample s = {0};
	int before;
	int round;

	(void) state;
	for (round = 0; round < ROUNDS; round++)
	{
		randomise(&s);
		before = score(&s);
		add(&s, dbc_health_checks[random_below(dbc_health_nchecks)].id, DBC_OK,
			1);
		assert_int_equal(score(&s), before);
	}
}

static void
suppressing_is_removing(void **state)
{
	sample s = {0};
	sample less;
	int round;
	int at;

	(void) state;
	for (round = 0; round < ROUNDS; round++)
	{
		randomise(&s);
		at = random_below(s.findings.count);
		less = s;
		less.list[at] = less.list[--less.findings.count];
		s.list[at].suppressed = true;
		assert_int_equal(score(&s), score(&less));
		assert_true(s.list[at].penalty == 0);
	}
}

static void
caps_are_named(void **state)
{
	sample s = {0};
	dbc_health_score result;
	int i;

	(void) state;
	add(&s, "missing_fk_index", DBC_CRITICAL, 4);
	add(&s, "integrity_structure", DBC_CRITICAL, 2);
	add(&s, "orphaned_rows", DBC_WARNING, 10);
	result = dbc_health_score_findings(&s.findings);
	assert_null(s.list[0].cap); /* 15 of the category's 20 */
	assert_string_equal(s.list[1].cap, "category");
	assert_null(s.list[4].cap);
	assert_string_equal(s.list[5].cap, "once");
	assert_string_equal(s.list[15].cap, "total");
	assert_int_equal(result.score, 0);
	assert_null(result.capped_by);
	s.findings.count = 1;
	result = dbc_health_score_findings(&s.findings);
	assert_int_equal(result.uncapped, 85);
	assert_ptr_equal(result.capped_by, &s.list[0]);
	s.findings.count = 0;
	add(&s, "blocked_sessions", DBC_CRITICAL, 4);
	dbc_health_score_findings(&s.findings);
	assert_null(s.list[1].cap);
	assert_string_equal(s.list[3].cap, "check");
	s.findings.count = 0;
	add(&s, "blocked_sessions", DBC_WARNING, 9);
	add(&s, "duplicate_indexes", DBC_WARNING, 9);
	add(&s, "missing_fk_index", DBC_WARNING, 9);
	add(&s, "disk_free", DBC_WARNING, 9);
	add(&s, "missing_primary_key", DBC_WARNING, 9);
	dbc_health_score_findings(&s.findings);
	for (i = 0; i < 45; i++)
		if (s.list[i].cap && dbc_same(s.list[i].cap, "warnings"))
			return;
	fail_msg("warnings of all checks are not capped");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_examples),
		cmocka_unit_test(standard_rule),
		cmocka_unit_test(critical_and_warnings_of_one_check),
		cmocka_unit_test(fixed_rules),
		cmocka_unit_test(category_caps),
		cmocka_unit_test(warnings_never_make_critical),
		cmocka_unit_test(server_counts_once),
		cmocka_unit_test(final_caps),
		cmocka_unit_test(suppressing_is_removing),
		cmocka_unit_test(caps_are_named),
		cmocka_unit_test(unknown_is_not_healthy),
		cmocka_unit_test(statuses),
		cmocka_unit_test(coverage_counts_known_checks),
		cmocka_unit_test(counts),
		cmocka_unit_test(repairing_never_lowers),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(healthy_checks_change_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
