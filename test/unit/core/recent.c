/*
 * recent.c
 *	  Which results of a session are found again.
 */
#include "test/unit/fake/host.h"

#include "common/core/recent.h"

static void
put(dbc_recent *all, char *key, char *text)
{
	(void) dbc_put_recent(all, &(dbc_recent){.key = key, .text = text});
}

static void
by_age(void **state)
{
	dbc_recent all[DBC_MOST_RECENT] = {{0}};

	(void) state;
	assert_null(dbc_find_recent(all, "a", 3600000));
	put(all, "a", "1");
	assert_string_equal(dbc_find_recent(all, "a", 3600000), "1");
	assert_null(dbc_find_recent(all, "b", 3600000));
	all[0].made_at -= 2000 * 1000;
	assert_null(dbc_find_recent(all, "a", 2000));
	assert_string_equal(dbc_find_recent(all, "a", 3600000), "1");
}

static void
the_oldest_goes(void **state)
{
	char *keys[DBC_MOST_RECENT + 1] = {"a", "b", "c", "d", "e"};
	dbc_recent all[DBC_MOST_RECENT] = {{0}};
	dbc_recent before;

	(void) state;
	for (int i = 0; i < DBC_MOST_RECENT; i++)
	{
		put(all, keys[i], "1");
		all[i].made_at -= (DBC_MOST_RECENT - i) * 1000 * 1000;
	}
	put(all, "a", "2"); /* is now the latest */
	assert_string_equal(dbc_find_recent(all, "a", 3600000), "2");
	before = dbc_put_recent(all, &(dbc_recent){.key = "e", .text = "1"});
	assert_string_equal(before.key, "b");
	assert_null(dbc_find_recent(all, "b", 3600000));
	for (int i = 2; i <= DBC_MOST_RECENT; i++)
		assert_string_equal(dbc_find_recent(all, keys[i], 3600000), "1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(by_age),
									   cmocka_unit_test(the_oldest_goes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
