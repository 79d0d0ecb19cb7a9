/*
 * health.c
 *	  A fake host for tests of health checks; see health.h.
 */
#include "test/unit/fake/health.h"

#include "common/core/text.h"

/* A host whose checks find nothing. */
fake_host *
fake_healthy(int engine)
{
	fake_host *fake = fake_new(engine);
	int i;

	for (i = 0; i < dbc_health_nchecks; i++)
		if (dbc_health_checks[i].engines & engine)
			fake_rows(
				fake,
				dbc_format(&fake->base, "health/%s", dbc_health_checks[i].id),
				7, 0);
	fake_rows(fake, "health/sequences", 2, 0);
	fake_rows(fake, "health/function", 1, 1, dbc_text("f"));
	fake_rows(fake, "health/suppressions", 6, 0);
	fake_rows(fake, "sample/monitor", 5, 0);
	fake_rows(fake, "sample/samples", 4, 0);
	return fake;
}

/* Makes a check find one row with a value, decided by thresholds. */
void
fake_finds(fake_host *fake, const char *check, const char *severity,
		   double value)
{
	fake_rows(fake, dbc_format(&fake->base, "health/%s", check), 7, 1,
			  dbc_text(severity), dbc_text("shop.orders"), dbc_real(value),
			  dbc_text("the detail"), dbc_text("FIX IT;"), dbc_null(),
			  dbc_null());
}

/* Makes a check leave a value to a probe. */
void
fake_probes(fake_host *fake, const char *check)
{
	fake_rows(fake, dbc_format(&fake->base, "health/%s", check), 7, 1,
			  dbc_null(), dbc_text("shop.orders"), dbc_null(),
			  dbc_text("the detail"), dbc_text("FIX IT;"), dbc_null(),
			  dbc_text("the probe"));
}

/* Runs one check, at any level, which is to give one finding. */
void
fake_check(fake_host *fake, const char *check)
{
	const char *options =
		dbc_format(&fake->base, "{\"checks\": [\"%s\"]}", check);

	assert_true(fake_call(fake, "dbhealth_checks", 1, dbc_json(options)));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, CHECK_ID), check);
}

/* Runs one check and expects a severity. */
void
fake_expect(fake_host *fake, const char *check, const char *severity)
{
	fake_check(fake, check);
	assert_string_equal(fake_text(fake, 0, SEVERITY), severity);
}

/* Runs one check and expects a message. */
void
fake_expect_message(fake_host *fake, const char *check, const char *message)
{
	fake_check(fake, check);
	assert_string_equal(fake_text(fake, 0, MESSAGE), message);
}

/* The row of a check. */
int
fake_row_of(const fake_host *fake, const char *check)
{
	int row = 0;

	while (!dbc_same(fake_text(fake, row, CHECK_ID), check))
		row++;
	return row;
}
