/*
 * locks.c
 *	  dbmonitor_locks(): chains, deadlocks, and very many sessions.
 */
#include "test/unit/fake/host.h"

#include <stdio.h>

#define NCOLUMNS 11
#define MANY	 1000

/* A session as monitor/sql/locks.sql returns it. */
static void
put(dbc_value *cells, int at, int64_t pid, const char *blockers,
	const char *query)
{
	dbc_value *row = &cells[at * NCOLUMNS];

	row[0] = dbc_int(pid);
	row[1] = dbc_text(blockers);
	row[7] = dbc_text(query);
}

static void
a_deadlock_has_no_root(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	dbc_value cells[6 * NCOLUMNS] = {{.kind = DBC_NULL}};

	(void) state;
	put(cells, 0, 10, "{11}", "select 'secret'");
	put(cells, 1, 11, "{10,99}", NULL);
	put(cells, 2, 12, "{11}", NULL); /* behind it */
	put(cells, 3, 13, "{0,14}", NULL);
	put(cells, 4, 14, "{15}", NULL);
	put(cells, 5, 15, NULL, NULL);
	fake_table(fake, "monitor/locks", NULL, NCOLUMNS, 6, cells);
	assert_true(fake_call(fake, "dbmonitor_locks", 0));
	assert_int_equal(fake->nrows, 6);
	for (int i = 0; i < 6; i++)
	{
		static const int64_t expected[6][4] = {
			{13, 0, 0, 1},	  {14, 15, 15, 1},	{13, 14, 15, 2},
			{10, 11, -1, -1}, {11, 10, -1, -1}, {12, 11, -1, -1}};

		for (int c = 0; c < 4; c++)
			if (expected[i][c] < 0)
				assert_int_equal(fake_value(fake, i, c)->kind, DBC_NULL);
			else
				assert_int_equal(fake_value(fake, i, c)->integer,
								 expected[i][c]);
	}
	assert_string_equal(fake_text(fake, 3, 8), "select ?");
	fake_free(fake);
}

/* Each waits for all before it, and the first one for another session. */
static void
a_long_queue_is_listed(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	dbc_value *cells =
		dbc_alloc(&fake->base, (MANY + 1) * NCOLUMNS * sizeof(*cells));
	char *blockers = dbc_alloc(&fake->base, MANY * (MANY + 1) * 6);

	(void) state;
	for (int i = 0; i < MANY; i++)
	{
		int length;

		put(cells, i, 10000 + i, blockers, "truncate item");
		length = sprintf(blockers, "{%d", i > 0 ? 10000 : 20000);
		for (int b = 1; b < i; b++)
			length += sprintf(blockers + length, ",%d", 10000 + b);
		blockers += sprintf(blockers + length, "}") + length + 1;
	}
	put(cells, MANY, 20000, NULL, NULL);
	fake_table(fake, "monitor/locks", NULL, NCOLUMNS, MANY + 1, cells);
	assert_true(fake_call(fake, "dbmonitor_locks", 0));
	assert_int_equal(fake->nrows, MANY);
	for (int i = 0; i < MANY; i++)
	{
		assert_int_equal(fake_value(fake, i, 0)->integer, 10000 + i);
		assert_int_equal(fake_value(fake, i, 2)->integer, 20000);
		assert_int_equal(fake_value(fake, i, 3)->integer, i > 0 ? 2 : 1);
	}
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deadlock_has_no_root),
		cmocka_unit_test(a_long_queue_is_listed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
