/*
 * growth.c
 *	  The forecast: days left by it, to days that are left in truth.
 */
#include "common/core/tables.h"
#include "test/unit/fake/samples.h"

#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/health/growth.h"

#define DAYS  30
#define LIMIT 2000.0
#define DAILY 10.0

/* What has become of the database each day. */
typedef double series(int day);

/* Something like noise, the same each time. */
static double
noise(int day)
{
	return (double) (day * 7919 % 13 - 6) / 2;
}

static double
clean(int day)
{
	return 1000 + DAILY * day + noise(day);
}

/* One VACUUM FULL. */
static double
dropped(int day)
{
	return clean(day) - (day >= 20 ? 116 : 0);
}

/* One bulk load. */
static double
loaded(int day)
{
	return clean(day) + (day >= 25 ? 97 : 0);
}

/* A week's growth every Sunday. */
static double
weekly(int day)
{
	return 1000 + DAILY * 7 * (int) ((day + 3) / 7) + noise(day);
}

static double
shrinking(int day)
{
	return 1000 - DAILY * day + noise(day);
}

static double
quiet(int day)
{
	return 1000 + noise(day);
}

/* The slope of so many days. */
static dbc_health_slope
slope_of(series *of)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_health_growth_point points[DAYS];
	dbc_health_slope slope;
	int i;

	for (i = 0; i < DAYS; i++)
		points[i] = (dbc_health_growth_point){i, of(i)};
	slope = dbc_health_estimate_slope(&fake->base, points, DAYS);
	fake_free(fake);
	return slope;
}

/* Expects days left as a share of the truth. */
static void
expect_share(series *of, double least, double most)
{
	double room = LIMIT - of(DAYS - 1);
	double share = (room / slope_of(of).likely) / (room / DAILY);

	if (share < least || share > most)
		fail_msg("%g is not from %g to %g", share, least, most);
}

static void
the_forecast_is_robust(void **state)
{
	(void) state;
	expect_share(clean, 0.98, 1.02);
	expect_share(dropped, 0.95, 1.20);
	expect_share(loaded, 0.90, 1.02);
	expect_share(weekly, 0.93, 1.07);
}

static void
the_interval_contains_the_true_value(void **state)
{
	dbc_health_slope slope = slope_of(clean);

	(void) state;
	assert_true(slope.low <= DAILY && DAILY <= slope.high);
	assert_true(slope.low <= slope.likely && slope.likely <= slope.high);
	assert_true(slope_of(shrinking).low < 0);
	assert_true(slope_of(quiet).low <= 0);
}

/* ---- the document ---- */

/* A host with samples of so many days, so many hours apart. */
static fake_host *
sampled(series *of, int count, int hours_apart)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_value *cells =
		dbc_alloc(&fake->base, (size_t) count * 4 * sizeof(*cells));
	int i;

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 1, dbc_text("storage_limit_bytes"),
			  dbc_text("2000"));
	fake_monitors(fake);
	for (i = 0; i < count; i++)
	{
		cells[4 * i] = dbc_int(i + 1);
		cells[4 * i + 1] = dbc_text(
			fake_ago(fake, (int64_t) (count - 1 - i) * hours_apart * 3600));
		cells[4 * i + 2] = dbc_text("an epoch");
		cells[4 * i + 3] =
			dbc_text(dbc_format(&fake->base, "{\"size_bytes\": %g}", of(i)));
	}
	fake_table(fake, "sample/samples", NULL, 4, count, cells);
	assert_true(fake_call(fake, "dbhealth_growth", 0));
	return fake;
}

/* Expects a part of the document. */
static void
expect_part(fake_host *fake, const char *part)
{
	if (!strstr(fake_text(fake, 0, 0), part))
		fail_msg("%s is not in %s", part, fake_text(fake, 0, 0));
}

static void
a_forecast_has_the_time_until_full(void **state)
{
	fake_host *fake = sampled(clean, DAYS, 24);

	(void) state;
	expect_part(fake, "\"limited_by\": \"storage_limit_bytes\"");
	expect_part(fake, "\"bytes_per_day\": 10");
	expect_part(fake, "\"likely\": 70.8");
	expect_part(fake, "\"reason\": null");
	fake_free(fake);
}

static void
a_constant_size_is_never_full(void **state)
{
	fake_host *fake = sampled(quiet, DAYS, 24);

	(void) state;
	expect_part(fake, "\"days_until_limit\": null");
	expect_part(fake, "\"reason\": \"the database is not growing\"");
	fake_free(fake);
	fake = sampled(shrinking, DAYS, 24);
	expect_part(fake, "\"days_until_limit\": null");
	fake_free(fake);
}

static void
few_samples_give_no_forecast(void **state)
{
	fake_host *fake = sampled(clean, 7, 24);

	(void) state;
	expect_part(fake, "a forecast needs at least 8 samples over 3 days");
	fake_free(fake);
	/* nor do those of two days */
	fake = sampled(clean, 48, 1);
	expect_part(fake, "\"bytes_per_day\": null");
	fake_free(fake);
}

static void
tables_that_grow_are_listed(void **state)
{
	fake_host *fake = sampled(clean, DAYS, 24);
	const char *then = fake_ago(fake, 10 * 86400);
	const char *now = fake_ago(fake, 0);

	(void) state;
	fake_rows(fake, "health/table_growth", 7, 3, dbc_text("small"),
			  dbc_text(then), dbc_int(0), dbc_int(0), dbc_text(now),
			  dbc_int(1000), dbc_int(10), dbc_text("large"), dbc_text(then),
			  dbc_int(0), dbc_null(), dbc_text(now), dbc_int(9000), dbc_int(10),
			  dbc_text("same"), dbc_text(then), dbc_int(5), dbc_int(0),
			  dbc_text(now), dbc_int(5), dbc_int(10));
	assert_true(fake_call(fake, "dbhealth_growth", 0));
	expect_part(fake, "[{\"size_bytes\": 9000, \"table_name\": \"large\", "
					  "\"rows_per_day\": null, \"bytes_per_day\": 900}, "
					  "{\"size_bytes\": 1000, \"table_name\": \"small\", "
					  "\"rows_per_day\": 1, \"bytes_per_day\": 100}]");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_forecast_is_robust),
		cmocka_unit_test(the_interval_contains_the_true_value),
		cmocka_unit_test(a_forecast_has_the_time_until_full),
		cmocka_unit_test(a_constant_size_is_never_full),
		cmocka_unit_test(few_samples_give_no_forecast),
		cmocka_unit_test(tables_that_grow_are_listed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
