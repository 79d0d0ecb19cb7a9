/*
 * fold.c
 *	  The worst findings of each check are listed, the others counted.
 */
#include "test/unit/fake/host.h"

#include <math.h>

#include "common/health/fold.h"

#define COUNT 7

/* Folds findings of two checks, so that at most two of each are listed. */
static void
the_worst_are_listed(void **state)
{
	const dbc_health_check *one = &dbc_health_checks[0];
	const dbc_health_check *other = &dbc_health_checks[1];
	dbc_finding list[COUNT] = {
		{.check = one, .severity = DBC_INFO, .value = 9},
		{.check = one, .severity = DBC_WARNING, .value = 3},
		{.check = one, .severity = DBC_OK, .value = NAN},
		{.check = one, .severity = DBC_WARNING, .value = 5},
		{.check = one, .severity = DBC_CRITICAL, .value = NAN},
		{.check = other, .severity = DBC_INFO, .value = NAN},
		{.check = other, .severity = DBC_INFO, .value = NAN}};
	const bool folded[COUNT] = {true, true, false, false, false, false, false};
	dbc_findings findings = {.list = list, .count = COUNT, .most = -1};
	const dbc_health_check *check = NULL;
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	int place = 0;

	(void) state;
	dbc_health_fold_findings(&fake->base, &findings, 2);
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(list[i].folded, folded[i]);
	assert_int_equal(dbc_health_next_folded(&findings, &place, &check), 2);
	assert_ptr_equal(check, one);
	assert_int_equal(dbc_health_next_folded(&findings, &place, &check), 0);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_worst_are_listed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
