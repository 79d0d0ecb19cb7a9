/*
 * wording.c
 *	  Numbers, sizes and names in messages.
 */
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/core/wording.h"

static void
numbers_have_three_digits(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;

	(void) state;
	assert_string_equal(dbc_digits_text(host, 0), "0");
	assert_string_equal(dbc_digits_text(host, -0.0), "0");
	assert_string_equal(dbc_digits_text(host, 12.345678), "12.3");
	assert_string_equal(dbc_digits_text(host, 99.96), "100");
	assert_string_equal(dbc_digits_text(host, -0.012345), "-0.01");
	assert_string_equal(dbc_digits_text(host, 1234567.8), "1234568");
	assert_string_equal(dbc_digits_text(host, 2.0), "2");
	assert_string_equal(dbc_grouped_text(host, 7), "7");
	assert_string_equal(dbc_grouped_text(host, -1234567), "-1,234,567");
	assert_string_equal(dbc_grouped_text(host, 123456), "123,456");
	fake_free(fake);
}

static void
sizes_have_units(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;

	(void) state;
	assert_string_equal(dbc_bytes_text(host, 0), "0 bytes");
	assert_string_equal(dbc_bytes_text(host, 1), "1 byte");
	assert_string_equal(dbc_bytes_text(host, 1023), "1023 bytes");
	assert_string_equal(dbc_bytes_text(host, 1536), "1.5 kB");
	assert_string_equal(dbc_bytes_text(host, 1048575), "1 MB");
	assert_string_equal(dbc_bytes_text(host, 1.5 * 1073741824), "1.5 GB");
	assert_string_equal(dbc_bytes_text(host, 123.4 * 1048576), "123 MB");
	assert_string_equal(dbc_bytes_text(host, -2.0 * 1024), "-2 kB");
	assert_string_equal(
		dbc_shorten_bytes(host,
						  "16777216 bytes, 3 slots keep 12 of 2048 bytes"),
		"16 MB, 3 slots keep 12 of 2 kB");
	assert_string_equal(dbc_shorten_bytes(host, "bytes"), "bytes");
	fake_free(fake);
}

static void
names_are_guessed(void **state)
{
	static const char *const names[] = {"checks",	"categories", "level",
										"findings", "dry_run",	  NULL};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;
	char longer[100] = "";

	(void) state;
	memset(longer, 'x', sizeof(longer) - 1);
	assert_string_equal(dbc_did_you_mean(host, "check", names),
						"Did you mean \"checks\"? ");
	assert_string_equal(dbc_did_you_mean(host, "Dry-Run", names),
						"Did you mean \"dry_run\"? ");
	assert_string_equal(dbc_did_you_mean(host, "catagory", names), "");
	assert_string_equal(dbc_did_you_mean(host, "catagories", names),
						"Did you mean \"categories\"? ");
	assert_string_equal(dbc_did_you_mean(host, "colour", names), "");
	assert_string_equal(dbc_did_you_mean(host, "", names), "");
	assert_string_equal(dbc_did_you_mean(host, longer, names), "");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_three_digits),
		cmocka_unit_test(sizes_have_units),
		cmocka_unit_test(names_are_guessed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
