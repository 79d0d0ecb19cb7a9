/*
 * text.c
 *	  Strings, numbers, checksums and the order of versions.
 */
#include "test/unit/fake/host.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/core/version_order.h"

static void
buffers_grow(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_buffer buffer;
	size_t i;

	(void) state;
	dbc_buffer_init(&buffer, &fake->base);
	assert_string_equal(buffer.data, "");
	for (i = 0; i < 5000; i++)
	{
		dbc_append_bytes(&buffer, "abc", 1 + i % 3);
		assert_int_equal(buffer.data[buffer.length], '\0');
		assert_true(buffer.length < buffer.room);
	}
	assert_int_equal(buffer.length, 9999);
	assert_int_equal(strlen(buffer.data), 9999);
	assert_true(dbc_starts_with(buffer.data, "aababca"));
	dbc_append_format(&buffer, "-%d-%s", 7, "x");
	dbc_append(&buffer, "");
	assert_true(dbc_ends_with(buffer.data, "aab-7-x"));
	fake_free(fake);
}

static void
formats_have_no_limit(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	char *text = dbc_format(&fake->base, "%5000d|", 1);

	(void) state;
	assert_int_equal(strlen(text), 5001);
	assert_string_equal(text + 4998, " 1|");
	assert_string_equal(dbc_format(&fake->base, "%s", ""), "");
	assert_string_equal(dbc_copy(&fake->base, "abcdef", 3), "abc");
	fake_free(fake);
}

static void
parts_of_text(void **state)
{
	const char *text = "one\ntwo\nthree";

	(void) state;
	assert_true(dbc_starts_with(text, "one"));
	assert_true(dbc_starts_with(text, ""));
	assert_false(dbc_starts_with("on", "one"));
	assert_true(dbc_starts_with_nocase("OnE", "oNe"));
	assert_false(dbc_starts_with_nocase("ON", "one"));
	assert_true(dbc_ends_with(text, "three"));
	assert_false(dbc_ends_with("ree", "three"));
	assert_int_equal(dbc_line_of(text, text), 1);
	assert_int_equal(dbc_line_of(text, text + 3), 1);
	assert_int_equal(dbc_line_of(text, text + 4), 2);
	assert_int_equal(dbc_line_of(text, text + 12), 3);
	assert_true(dbc_may_be_json(" \t\r\n{}"));
	assert_false(dbc_may_be_json("x{}"));
	assert_false(dbc_may_be_json(""));
}

static void
counts_have_a_plural(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	assert_string_equal(dbc_count_text(&fake->base, 0, "row"), "0 rows");
	assert_string_equal(dbc_count_text(&fake->base, 1, "row"), "1 row");
	assert_string_equal(dbc_count_text(&fake->base, 2, "row"), "2 rows");
	fake_free(fake);
}

static void
numbers_use_the_whole_text(void **state)
{
	static const char *const good[] = {"0",	 "-1", "+2.5", "1e3",
									   ".5", "5.", "1E-2", "007"};
	static const double values[] = {0, -1, 2.5, 1000, 0.5, 5, 0.01, 7};
	static const char *const bad[] = {"",	 " ",	"1 ",  " 1",	"1x",
									  "0x1", "nan", "inf", "1e999", "1,5",
									  "--1", "e",	"."};
	double value;
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		assert_true(dbc_parse_real(good[i], &value));
		assert_true(value == values[i]);
	}
	value = 42;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		assert_false(dbc_parse_real(bad[i], &value));
		assert_true(value == 42);
	}
}

/* Known answers of FIPS 180-4. */
/* Needs a locale with a decimal comma, which not every machine has. */
static void
numbers_have_a_point_in_every_locale(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	double number = 0;

	(void) state;
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
	{
		fake_free(fake);
		skip();
	}
	assert_true(dbc_parse_real("-1.25e1", &number));
	assert_true(number == -12.5);
	assert_string_equal(dbc_real_text(&fake->base, 0.1), "0.1");
	assert_string_equal(dbc_real_text(&fake->base, 3), "3");
	setlocale(LC_NUMERIC, "C");
	fake_free(fake);
}

static void
sha256(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;
	char *million = dbc_alloc(host, 1000001);

	(void) state;
	assert_string_equal(
		dbc_sha256(host, ""),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(
		dbc_sha256(host, "abc"),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(
		dbc_sha256(host,
				   "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', 1000000);
	assert_string_equal(
		dbc_sha256(host, million),
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	fake_free(fake);
}

/* Versions in their order; neighbours differ as the comment says. */
static const char *const ordered[] = {
	"",
	"001", /* equal in value: by bytes */
	"01",
	"1",
	"1.9",
	"1.10",
	"1.10.1",
	"1.10a",
	"2", /* by value, not by bytes */
	"9",
	"010",
	"10",
	"99",
	"9999999999999",	  /* 13 digits: a number */
	"20260626100902",	  /* 14: a timestamp */
	"202606261009020000", /* with a fraction */
	"202606261009020001", /* a later fraction */
	"20260626100903",	  /* the next second */
	"20260626100903_b",
	"V1",
	"V2",
	"V10",
	"a",
	"a1b2",
	"a1b10",
	"\xc3\xa9" /* bytes have no sign */};

static void
versions_have_an_order(void **state)
{
	int n = sizeof(ordered) / sizeof(ordered[0]);
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;
	int i;
	int j;

	(void) state;
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
		{
			int order = strcmp(dbc_version_key(host, ordered[i], false),
							   dbc_version_key(host, ordered[j], false));

			if (order == 0)
				order = strcmp(ordered[i], ordered[j]);

			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				fail_msg("%s and %s are compared as %d", ordered[i], ordered[j],
						 order);
		}
	assert_true(strcmp(dbc_version_key(host, "20260626100903", true),
					   dbc_version_key(host, "202606261009020", true)) < 0);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffers_grow),
		cmocka_unit_test(formats_have_no_limit),
		cmocka_unit_test(parts_of_text),
		cmocka_unit_test(counts_have_a_plural),
		cmocka_unit_test(numbers_use_the_whole_text),
		cmocka_unit_test(numbers_have_a_point_in_every_locale),
		cmocka_unit_test(sha256),
		cmocka_unit_test(versions_have_an_order)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
