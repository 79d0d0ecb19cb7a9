/*
 * encode.c
 *	  The canonical form of values.
 */
#include "test/unit/fake/host.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/sync/encode.h"

static void
number_is(double real, const char *expected)
{
	char text[DBC_SYNC_NUMBER];
	size_t length = dbc_sync_real_text(text, real, false);

	text[length] = '\0';
	assert_string_equal(text, expected);
}

static void
real_numbers(void **state)
{
	(void) state;
	number_is(0, "0");
	number_is(-0.0, "-0");
	number_is(1, "1");
	number_is(-1, "-1");
	number_is(100, "100");
	number_is(0.1, "0.1");
	number_is(-0.05, "-0.05");
	number_is(1.5, "1.5");
	number_is(12.000000001, "12.000000001");
	number_is(0.1 + 0.2, "0.30000000000000004");
	number_is(1e15, "1000000000000000");
	number_is(999999999999999, "999999999999999");
	number_is(1e22, "10000000000000000000000");
	number_is(1.25e-10, "0.000000000125");
	number_is(123456789.123456, "123456789.123456");
	number_is((double) INT64_C(9007199254740993), "9007199254740992.0");
	number_is(0x1p63, "9223372036854776000.0");
	number_is(0x1p64, "18446744073709552000");
	number_is(NAN, "NaN");
	number_is(INFINITY, "Infinity");
	number_is(-INFINITY, "-Infinity");
}

/* Every text reads back as its number, and fits. */
static void
random_numbers(void **state)
{
	static const double edges[] = {DBL_MAX, -DBL_MAX, DBL_MIN, 5e-324, 1e-5};
	char text[DBC_SYNC_NUMBER];
	uint64_t bits = 1;

	(void) state;
	for (int i = 0; i < 200000; i++)
	{
		double real;
		size_t length;

		bits = bits * UINT64_C(6364136223846793005) + 1442695040888963407u;
		memcpy(&real, &bits, sizeof(real));
		if (i < 5)
			real = edges[i];
		else if (i % 3 == 0)
			real = (double) (int64_t) (bits >> 30) / 1000;
		if (!isfinite(real))
			continue;
		length = dbc_sync_real_text(text, real, false);
		assert_true(length < sizeof(text));
		text[length] = '\0';
		assert_true(strtod(text, NULL) == real);
		assert_true(!strchr(text, '.') || text[length - 1] != '0' ||
					(fabs(real) >= 0x1p53 && fabs(real) <= 0x1p63));
		assert_null(strchr(text, 'e'));
	}
}

static void
other_numbers(void **state)
{
	char text[DBC_SYNC_NUMBER];

	(void) state;
	text[dbc_sync_real_text(text, 0.1f, true)] = '\0';
	assert_string_equal(text, "0.1");
	text[dbc_sync_real_text(text, 16777216.0f, true)] = '\0';
	assert_string_equal(text, "16777216");
	text[dbc_sync_integer_text(text, INT64_MIN)] = '\0';
	assert_string_equal(text, "-9223372036854775808");
	assert_int_equal(dbc_sync_decimal_length("1.500", 5), 3);
	assert_int_equal(dbc_sync_decimal_length("1.00", 4), 1);
	assert_int_equal(dbc_sync_decimal_length("100", 3), 3);
	assert_int_equal(dbc_sync_decimal_length("NaN", 3), 3);
}

static void
time_is(dbc_sync_class class, const char *given, const char *expected)
{
	char text[DBC_SYNC_TIME];

	text[dbc_sync_time_text(text, class, given, strlen(given))] = '\0';
	assert_string_equal(text, expected);
}

static void
times(void **state)
{
	char text[DBC_SYNC_TIME];

	(void) state;
	time_is(DBC_SYNC_TIMESTAMPS, "2009-01-02", "2009-01-02 00:00:00");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-01-02T03:04", "2009-01-02 03:04:00");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-01-02 03:04:05.600",
			"2009-01-02 03:04:05.6");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-01-01 01:00:00+02:00",
			"2008-12-31 23:00:00");
	time_is(DBC_SYNC_TIMESTAMPS, "2008-02-29T23:30:00-0030",
			"2008-03-01 00:00:00");
	time_is(DBC_SYNC_TIMESTAMPS, "2008-02-29T23:30:00Z", "2008-02-29 23:30:00");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-02-29", "");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-13-01", "");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-01-01 24:00:00", "");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-01-01 00:00:00.", "");
	time_is(DBC_SYNC_TIMESTAMPS, "2009-01-01 00:00:00x", "");
	time_is(DBC_SYNC_TIMESTAMPS, "yesterday", "");
	time_is(DBC_SYNC_TIMESTAMPS, "", "");
	time_is(DBC_SYNC_DATES, "2009-01-02", "2009-01-02");
	time_is(DBC_SYNC_DATES, "2009-01-02 00:00:00", "2009-01-02");
	time_is(DBC_SYNC_DATES, "2009-01-02 00:00:01", "2009-01-02 00:00:01");
	time_is(DBC_SYNC_TIMES, "03:04", "03:04:00");
	time_is(DBC_SYNC_TIMES, "03:04:05.50", "03:04:05.5");
	time_is(DBC_SYNC_TIMES, "03:04Z", "");
	text[dbc_sync_microseconds_text(text, 0)] = '\0';
	assert_string_equal(text, "1970-01-01 00:00:00");
	text[dbc_sync_microseconds_text(text, -1)] = '\0';
	assert_string_equal(text, "1969-12-31 23:59:59.999999");
	text[dbc_sync_microseconds_text(text, 1230000)] = '\0';
	assert_string_equal(text, "1970-01-01 00:00:01.23");
	text[dbc_sync_days_text(text, -719163)] = '\0';
	assert_string_equal(text, "0001-12-31 BC");
	text[dbc_sync_days_text(text, 19782)] = '\0';
	assert_string_equal(text, "2024-02-29");
}

/* The bytes of a value. */
static const char *
encoded(fake_host *fake, dbc_sync_class class, const char *text, size_t *length)
{
	dbc_sync_value value = {
		.kind = DBC_SYNC_TEXT, .bytes = text, .length = strlen(text)};
	dbc_sync_encoder encoder;

	dbc_sync_init_encoder(&encoder, &fake->base);
	dbc_sync_put_value(&encoder, class, &value);
	*length = encoder.length;
	return (const char *) encoder.bytes;
}

static void
text_is(dbc_sync_class class, const char *given, const char *expected)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t length;
	const char *bytes = encoded(fake, class, given, &length);

	assert_int_equal(bytes[0], DBC_SYNC_TAG_TEXT);
	assert_int_equal(bytes[1], (int) strlen(expected));
	assert_int_equal(length, strlen(expected) + 2);
	assert_memory_equal(bytes + 2, expected, strlen(expected));
	fake_free(fake);
}

static void
texts(void **state)
{
	(void) state;
	text_is(DBC_SYNC_TEXTS, "a  ", "a  ");
	text_is(DBC_SYNC_PADDED, "a  ", "a");
	text_is(DBC_SYNC_PADDED, "   ", "");
	text_is(DBC_SYNC_UUIDS, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
			"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
	text_is(DBC_SYNC_UUIDS, "No UUID", "No UUID");
	text_is(DBC_SYNC_DATES, "Soon", "Soon");
}

static void
documents(void **state)
{
	(void) state;
	text_is(DBC_SYNC_DOCUMENTS, " { \"b\" : [1 , 2] , \"a\" : null } ",
			"{\"a\":null,\"b\":[1,2]}");
	text_is(DBC_SYNC_DOCUMENTS, "[1.0, 1e2, -0, 1.50, 0.010, 12e-3]",
			"[1,100,0,1.5,0.01,0.012]");
	text_is(DBC_SYNC_DOCUMENTS, "[1e999, 1.5e-999, 10e998]",
			"[1e999,15e-1000,1e999]");
	text_is(DBC_SYNC_DOCUMENTS, "\"\\u0041\\n\\/\\u0001\\\"\"",
			"\"A\\n/\\u0001\\\"\"");
	text_is(DBC_SYNC_DOCUMENTS, "{\"a\": 1, \"a\": 2}", "{\"a\": 1, \"a\": 2}");
	text_is(DBC_SYNC_DOCUMENTS, "{broken", "{broken");
	text_is(DBC_SYNC_DOCUMENTS, "{}", "{}");
}

/* ---- rows ---- */

/* The sum of one row with a text in its only column. */
static const char *
row_digest(fake_host *fake, const char *text, size_t length)
{
	const dbc_sync_column column = {.name = "a", .class = DBC_SYNC_TEXTS};
	const dbc_sync_table table = {.ncolumns = 1, .columns = &column};
	const dbc_sync_value value = {
		.kind = DBC_SYNC_TEXT, .bytes = text, .length = length};
	dbc_sync_encoder encoder;
	dbc_sync_sum sum = {0};

	dbc_sync_init_encoder(&encoder, &fake->base);
	dbc_sync_encode(&encoder, &table, &value);
	dbc_sync_add(&sum, encoder.hash);
	return dbc_sync_sum_text(&fake->base, &sum);
}

/* A row is hashed as a whole, however long it is. */
static void
long_rows(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t length = 3 * DBC_SYNC_ROW;
	char *text = malloc(length + 4);

	(void) state;
	memset(text, 'x', length + 4);
	assert_string_equal(row_digest(fake, "a", 1),
						dbc_sha256(&fake->base, "T\1a"));
	/* a tag, and a length of 196608: 0, 128, 12 */
	memcpy(text, "T\x80\x80\x0c", 4);
	{
		char *copy = dbc_copy(&fake->base, text, length + 4);

		assert_string_equal(row_digest(fake, text + 4, length),
							dbc_sha256(&fake->base, copy));
	}
	free(text);
	fake_free(fake);
}

static void
sums(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_sync_sum sum = {0};
	dbc_sync_sum other = {0};
	unsigned char hash[DBC_SYNC_HASH];

	(void) state;
	memset(hash, 0xff, sizeof(hash));
	dbc_sync_add(&sum, hash);
	assert_string_equal(
		dbc_sync_sum_text(&fake->base, &sum),
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
	dbc_sync_add(&sum, hash);
	assert_string_equal(
		dbc_sync_sum_text(&fake->base, &sum),
		"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe");
	memset(hash, 0, sizeof(hash));
	hash[DBC_SYNC_HASH - 1] = 2;
	dbc_sync_add(&other, hash);
	dbc_sync_add_sum(&sum, &other);
	assert_string_equal(
		dbc_sync_sum_text(&fake->base, &sum),
		"0000000000000000000000000000000000000000000000000000000000000000");
	assert_int_equal(sum.rows, 3);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_numbers),	 cmocka_unit_test(random_numbers),
		cmocka_unit_test(other_numbers), cmocka_unit_test(times),
		cmocka_unit_test(texts),		 cmocka_unit_test(documents),
		cmocka_unit_test(long_rows),	 cmocka_unit_test(sums)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
