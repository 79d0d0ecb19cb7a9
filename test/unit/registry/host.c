/*
 * host.c
 *	  A binding that leaves out what a room asks of it, or one call of that.
 */
#include "test/unit/fake/health.h"

#include <string.h>

/* Fails as what the engine's binding lacks. */
static void
expect_refused(const fake_host *fake, const char *function, const char *call)
{
	fake_expect_error(fake, "0A000", function);
	assert_non_null(
		strstr(fake->error.message, "is not supported on this connection"));
	assert_non_null(strstr(fake->error.detail, call));
}

static void
missing_call_is_refused(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	dbc_value table = dbc_text("t");

	(void) state;
	fake->check.inspect = NULL;
	assert_false(fake_call(fake, "dbcheck_row", 2, table, dbc_json("{}")));
	expect_refused(fake, "dbcheck_row", "\"check.inspect\"");
	fake_free(fake);
}

static void
missing_room_is_refused(void **state)
{
	static const struct
	{
		const char *function;
		const char *call;
	} cases[] = {{"dbcheck_row", "\"check.inspect\""},
				 {"dbmigrate_fingerprint", "\"migrate.schema\""},
				 {"dbmonitor_status", "\"monitor.watched\""}};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		fake_host *fake = fake_new(DBC_ON_SQLITE);

		fake->base.rooms = (dbc_rooms){.format = NULL};
		assert_false(fake_call(fake, cases[i].function, 2, dbc_text("t"),
							   dbc_json("{}")));
		expect_refused(fake, cases[i].function, cases[i].call);
		fake_free(fake);
	}
}

static void
missing_probe_is_unknown(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	(void) state;
	fake_rows(fake, "health/table_bloat", 8, 1, dbc_text("warning"),
			  dbc_text("shop.orders"), dbc_null(), dbc_null(), dbc_null(),
			  dbc_null(), dbc_text("pages of 4711"), dbc_null());
	fake->base.rooms.health = NULL;
	fake_expect(fake, "table_bloat", "unknown");
	fake_free(fake);
}

static void
missing_measurements_are_unknown(void **state)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);
	const fake_entry *asked;

	(void) state;
	fake->base.rooms.sample = NULL;
	fake_expect(fake, "disk_free", "ok");
	asked = fake_last(fake, "health/disk_free");
	assert_int_equal(asked->args[2].kind, DBC_NULL);
	fake_free(fake);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_call_is_refused),
		cmocka_unit_test(missing_room_is_refused),
		cmocka_unit_test(missing_probe_is_unknown),
		cmocka_unit_test(missing_measurements_are_unknown),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
