/*
 * keep.c
 *	  Which backups retention keeps.
 */
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/backup/keep.h"
#include "common/core/clock.h"

#define DAY	 INT64_C(86400000)
#define MOST 400

static dbc_keep_backup backups[MOST];
static int nbackups;
static dbc_keep_rules rules;

static void
judge(dbc_host *host, void *arg)
{
	(void) arg;
	dbc_backup_keep(host, &rules, backups, nbackups);
}

/* A good backup every step from a time on; none has a parent. */
static void
make_backups(const char *from, int count, int64_t step)
{
	int64_t at;

	assert_true(dbc_parse_time(from, &at));
	nbackups = count;
	for (int i = 0; i < count; i++)
		backups[i] = (dbc_keep_backup){
			.name = "b", .at_ms = at + i * step, .good = true, .parent = -1};
	rules = (dbc_keep_rules){.now_ms = at + (count - 1) * step};
}

/* Judges, and expects so many to be kept. */
static void
keeps(int count)
{
	static char reasons[MOST][64]; /* they outlive the host */
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	int found = 0;

	assert_true(fake_try(fake, judge, NULL));
	for (int i = 0; i < nbackups; i++)
	{
		found += backups[i].kept;
		assert_int_equal(backups[i].kept, backups[i].reason != NULL);
		if (backups[i].kept)
			backups[i].reason =
				strncpy(reasons[i], backups[i].reason, sizeof(*reasons) - 1);
	}
	assert_int_equal(found, count);
	fake_free(fake);
}

static void
by_days_and_number(void **state)
{
	(void) state;
	make_backups("2026-01-01", 50, DAY);
	rules.days = 30;
	keeps(31); /* that of 30 days ago is not older */
	rules.now_ms += 1;
	keeps(30);
	rules.days = 0;
	rules.last = 5;
	keeps(5);
	assert_true(backups[45].kept);
	backups[49].good = false;
	keeps(5);
	assert_true(backups[44].kept);
	assert_false(backups[49].kept);
}

static void
never_the_last_good_one(void **state)
{
	(void) state;
	make_backups("2020-01-01", 10, DAY);
	rules.now_ms += 1000 * DAY;
	rules.days = 30;
	keeps(1);
	assert_true(backups[9].kept);
	for (int i = 3; i < 10; i++)
		backups[i].good = false;
	keeps(1);
	assert_true(backups[2].kept);
	nbackups = 0;
	keeps(0);
}

static void
by_day_week_and_month(void **state)
{
	(void) state;
	/* a year, four times a day; 2026-01-01 is a Thursday */
	make_backups("2026-01-01T03:00:00Z", 400, DAY / 4);
	rules.daily = 7;
	keeps(7);
	for (int i = 0; i < 7; i++)
		assert_true(backups[399 - 4 * i].kept); /* the newest of each day */
	rules.weekly = 4;
	keeps(7 + 2); /* the newest of two weeks are kept already */
	rules.monthly = 3;
	keeps(7 + 2 + 2);
	rules = (dbc_keep_rules){.now_ms = rules.now_ms, .weekly = 100};
	keeps(15); /* weeks that have one; no period is counted twice */
}

static void
chains_are_not_broken(void **state)
{
	(void) state;
	make_backups("2026-01-01", 30, DAY);
	for (int i = 0; i < 30; i++)
		backups[i].parent = i % 10 == 0 ? -1 : i - 1;
	rules.last = 3;
	keeps(10);
	assert_true(backups[20].kept);
	assert_string_equal(backups[20].reason, "needed by b");
	assert_false(backups[19].kept);

	/* a parent that is listed after its child, since a clock went back */
	backups[29].parent = -1;
	backups[28].parent = 29;
	rules.last = 1;
	keeps(1);
	backups[29].good = false;
	keeps(2);
}

static void
of_a_clock_that_was_set_back(void **state)
{
	(void) state;
	make_backups("2026-01-01", 10, DAY);
	/* the last three were made before that */
	rules.now_ms -= 3 * DAY;
	rules.last = 2;
	rules.daily = 2;
	keeps(3 + 2);
	assert_true(backups[6].kept && backups[5].kept);
	assert_string_equal(backups[9].reason, "from a time that is still to come");
	/* no time has come */
	rules.now_ms -= 100 * DAY;
	keeps(10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_days_and_number),
		cmocka_unit_test(never_the_last_good_one),
		cmocka_unit_test(by_day_week_and_month),
		cmocka_unit_test(chains_are_not_broken),
		cmocka_unit_test(of_a_clock_that_was_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
