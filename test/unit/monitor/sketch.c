/*
 * sketch.c
 *	  Distributions of times.
 */
#include "test/unit/fake/host.h"

#include <math.h>

#include "common/monitor/sketch.h"

/* Adds a time in nanoseconds. */
static void
add(dbc_monitor_sketch *sketch, double nanoseconds)
{
	sketch->counts[dbc_monitor_sketch_bucket((uint64_t) nanoseconds)]++;
}

static void
buckets_are_in_order(void **state)
{
	int last = 0;
	uint64_t time;

	(void) state;
	assert_int_equal(dbc_monitor_sketch_bucket(0), 0);
	assert_int_equal(dbc_monitor_sketch_bucket(1), 0);
	assert_int_equal(dbc_monitor_sketch_bucket(UINT64_MAX),
					 DBC_SKETCH_BUCKETS - 1);
	for (time = 1; time < UINT64_C(1) << 48; time += 1 + time / 64)
	{
		int bucket = dbc_monitor_sketch_bucket(time);

		assert_in_range(bucket, last, DBC_SKETCH_BUCKETS - 1);
		last = bucket;
	}
	assert_int_equal(last, DBC_SKETCH_BUCKETS - 1);
}

/* From some hundred nanoseconds to minutes, what is said is 5 % off at most. */
static void
quantiles_are_near(void **state)
{
	static const double growth[] = {1.00001, 1.001, 1.5};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(growth) / sizeof(growth[0]); i++)
	{
		static double times[10001];
		dbc_monitor_sketch sketch = {{0}};
		int n;

		times[0] = 300;
		for (n = 0; n < 10000; n++)
		{
			add(&sketch, times[n]);
			times[n + 1] =
				times[n] * growth[i] < 1e11 ? times[n] * growth[i] : times[n];
		}
		for (n = 1; n < 100; n++)
		{
			double exact = times[n * 100 - 1] / 1e6;
			double told = dbc_monitor_sketch_quantile(&sketch, n / 100.0);

			if (fabs(told / exact - 1) > 0.05)
				fail_msg("%d %%: %g, told %g", n, exact, told);
		}
	}
}

static void
sketches_can_be_added_and_stored(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_monitor_sketch left = {{0}};
	dbc_monitor_sketch right = {{0}};
	dbc_monitor_sketch back;

	(void) state;
	assert_true(isnan(dbc_monitor_sketch_quantile(&left, 0.95)));
	assert_string_equal(dbc_monitor_sketch_text(&fake->base, &left), "");
	add(&left, 1000);
	add(&right, 1000);
	add(&right, 1e9);
	dbc_monitor_sketch_merge(&left, &right);
	assert_string_equal(dbc_monitor_sketch_text(&fake->base, &left),
						"79:2 239:1");
	dbc_monitor_sketch_read("79:2 239:1", &back);
	assert_memory_equal(&left, &back, sizeof(back));
	dbc_monitor_sketch_read("79:1 239:1 79:1", &back);
	assert_memory_equal(&left, &back, sizeof(back));
	fake_free(fake);
}

static void
invalid_sketches_are_empty(void **state)
{
	static const char *const bad[] = {
		"x", "-1:5", "376:1", "5", "5:", "5:-1", "5:0", ":", "5:x 6:1"};
	static const dbc_monitor_sketch empty = {{0}};
	dbc_monitor_sketch sketch;
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		dbc_monitor_sketch_read(bad[i], &sketch);
		assert_memory_equal(&sketch, &empty, sizeof(sketch));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_in_order),
		cmocka_unit_test(quantiles_are_near),
		cmocka_unit_test(sketches_can_be_added_and_stored),
		cmocka_unit_test(invalid_sketches_are_empty)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
