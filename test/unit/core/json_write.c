/*
 * json_write.c
 *	  Writing JSON the way jsonb is printed.
 */
#include "test/unit/fake/host.h"

#include <math.h>
#include <stdlib.h>

#include "common/core/json_write.h"
#include "common/core/text.h"

static void
keys_are_ordered_like_jsonb(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_json_node *node = dbc_json_object(&fake->base);

	(void) state;
	assert_string_equal(dbc_json_text(node), "{}");
	dbc_json_put_int(node, "ccc", 1);
	dbc_json_put_int(node, "b", 2);
	dbc_json_put_int(node, "aaa", 3);
	dbc_json_put_int(node, "B", 4);
	dbc_json_put_int(node, "", 5);
	dbc_json_put_int(node, "zz", 6);
	dbc_json_put_int(node, "\xc3\xa9", 7); /* two bytes */
	assert_string_equal(dbc_json_text(node),
						"{\"\": 5, \"B\": 4, \"b\": 2, \"zz\": 6, "
						"\"\xc3\xa9\": 7, \"aaa\": 3, \"ccc\": 1}");
	assert_int_equal(dbc_json_length(node), 7);
	fake_free(fake);
}

static void
last_of_equal_keys_stays(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_json_node *node = dbc_json_object(&fake->base);

	(void) state;
	dbc_json_put_int(node, "a", 1);
	dbc_json_put_int(node, "b", 2);
	dbc_json_put_text(node, "a", "new");
	assert_string_equal(dbc_json_text(node), "{\"a\": \"new\", \"b\": 2}");
	assert_int_equal(dbc_json_length(node), 2);
	fake_free(fake);
}

static void
many_members(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_json_node *array = dbc_json_array(&fake->base);
	dbc_json_node *object = dbc_json_object(&fake->base);
	int i;

	(void) state;
	for (i = 99; i >= 0; i--)
	{
		dbc_json_push_text(array, dbc_format(&fake->base, "%d", i));
		dbc_json_put_int(object, dbc_format(&fake->base, "%02d", i), i);
	}
	assert_int_equal(dbc_json_length(array), 100);
	assert_true(
		dbc_starts_with(dbc_json_text(array), "[\"99\", \"98\", \"97\","));
	assert_true(dbc_ends_with(dbc_json_text(array), "\"1\", \"0\"]"));
	assert_int_equal(dbc_json_length(object), 100);
	assert_true(
		dbc_starts_with(dbc_json_text(object), "{\"00\": 0, \"01\": 1,"));
	fake_free(fake);
}

static void
values(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_json_node *node = dbc_json_object(&fake->base);
	dbc_json_node *list = dbc_json_array(&fake->base);
	dbc_value real = dbc_real(0.1);
	dbc_value none = dbc_real(NAN);
	dbc_value infinite = dbc_real(INFINITY);
	dbc_value null = dbc_null();
	dbc_value json = dbc_json("[1,2]");

	(void) state;
	dbc_json_put_text(node, "a", NULL);
	dbc_json_put(node, "b", NULL);
	dbc_json_put_bool(node, "c", true);
	dbc_json_put_bool(node, "d", false);
	dbc_json_put_int(node, "e", INT64_MIN);
	dbc_json_put_value(node, "f", &real);
	dbc_json_put_value(node, "g", &none);
	dbc_json_put_value(node, "h", &infinite);
	dbc_json_put_value(node, "i", &null);
	dbc_json_put_value(node, "j", &json);
	dbc_json_put(node, "k", list);
	dbc_json_push_value(list, &real);
	dbc_json_push_value(list, &null);
	assert_string_equal(
		dbc_json_text(node),
		"{\"a\": null, \"b\": null, \"c\": true, \"d\": false, "
		"\"e\": -9223372036854775808, \"f\": 0.1, \"g\": null, "
		"\"h\": null, \"i\": null, \"j\": [1,2], \"k\": [0.1, null]}");
	fake_free(fake);
}

static void
strings_are_escaped(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_json_node *node = dbc_json_array(&fake->base);

	(void) state;
	dbc_json_push_text(node, "\"\\/\b\f\n\r\t");
	dbc_json_push_text(node, "\x01\x1f\x7f");
	dbc_json_push_text(node, "\xd1\x82\xf0\x9f\x90\x98");
	dbc_json_push(node, NULL);
	assert_string_equal(dbc_json_text(node),
						"[\"\\\"\\\\/\\b\\f\\n\\r\\t\", "
						"\"\\u0001\\u001f\x7f\", "
						"\"\xd1\x82\xf0\x9f\x90\x98\", null]");
	fake_free(fake);
}

static void
numbers_read_back(void **state)
{
	static const double reals[] = {0.1,
								   1.0 / 3,
								   0.1 + 0.2,
								   1e15,
								   1e-7,
								   1e300,
								   1e-300,
								   -2.5,
								   1234.56,
								   5e-324,
								   1.7976931348623157e308};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(reals) / sizeof(reals[0]); i++)
		assert_true(strtod(dbc_real_text(host, reals[i]), NULL) == reals[i]);
	assert_string_equal(dbc_real_text(host, 0.1), "0.1");
	assert_string_equal(dbc_real_text(host, 0.1 + 0.2), "0.30000000000000004");
	assert_string_equal(dbc_real_text(host, 100), "100");
	/* no exponents, as in jsonb */
	assert_string_equal(dbc_real_text(host, 1e20), "100000000000000000000");
	assert_string_equal(dbc_real_text(host, 1e23), "100000000000000000000000");
	assert_string_equal(dbc_real_text(host, 1234567890123456.75),
						"1234567890123456.8");
	assert_string_equal(dbc_real_text(host, -1.5e-7), "-0.00000015");
	assert_string_equal(dbc_real_text(host, 0.012), "0.012");
	assert_string_equal(dbc_real_text(host, -123.456), "-123.456");
	assert_string_equal(dbc_real_text(host, -5), "-5");
	assert_string_equal(dbc_real_text(host, 2147483648.0), "2147483648");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_ordered_like_jsonb),
		cmocka_unit_test(last_of_equal_keys_stays),
		cmocka_unit_test(many_members),
		cmocka_unit_test(values),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(numbers_read_back)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
