/*
 * parts.c
 *	  JSON Schema from below: documents as items, numbers, URIs.
 */
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/jsonschema/uri.h"

/* Reads a document that is JSON. */
static const dbc_json_item *
read_json(fake_host *fake, const char *text)
{
	const char *problem = NULL;
	const dbc_json_item *item =
		dbc_json_read(&fake->base, text, strlen(text), NULL, 0, &problem);

	if (!item)
		fail_msg("%s: %s", text, problem);
	return item;
}

/* ---- documents ---- */

static void
items_follow_each_other(void **state)
{
	static const struct
	{
		dbc_json_kind kind;
		uint32_t length;
		uint32_t size;
	} expected[] = {
		{DBC_I_OBJECT, 3, 11}, {DBC_I_STRING, 1, 1}, {DBC_I_ARRAY, 3, 4},
		{DBC_I_NUMBER, 1, 1},  {DBC_I_TRUE, 0, 1},	 {DBC_I_ARRAY, 0, 1},
		{DBC_I_STRING, 2, 1},  {DBC_I_OBJECT, 1, 3}, {DBC_I_STRING, 0, 1},
		{DBC_I_NULL, 0, 1},	   {DBC_I_STRING, 1, 1}, {DBC_I_FALSE, 0, 1}};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const dbc_json_item *items = read_json(
		fake, " {\"a\": [1, true, []], \"bb\": {\"\": null}, \"c\": false} ");
	size_t i;

	(void) state;
	assert_int_equal(items->size, sizeof(expected) / sizeof(expected[0]));
	for (i = 1; i < items->size; i++)
	{
		assert_int_equal(items[i].kind, expected[i].kind);
		assert_int_equal(items[i].length, expected[i].length);
		assert_int_equal(items[i].size, expected[i].size);
	}
	assert_int_equal(items->length, expected[0].length);
	assert_ptr_equal(dbc_json_next(items + 2), items + 6);
	assert_ptr_equal(dbc_json_member(items, "bb"), items + 7);
	assert_null(dbc_json_member(items, "b"));
	fake_free(fake);
}

static void
room_is_used_where_it_does(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const char *problem;
	dbc_json_item room[5];

	(void) state;
	assert_ptr_equal(dbc_json_read(&fake->base, "[1,2]", 5, room, 5, &problem),
					 room);
	/* more text than room, but not more items */
	assert_ptr_equal(
		dbc_json_read(&fake->base, "[1, 2000]", 9, room, 5, &problem), room);
	assert_ptr_not_equal(
		dbc_json_read(&fake->base, "[1,2,3,4,5]", 11, room, 5, &problem), room);
	/* text that is no JSON fills no more than it has */
	assert_null(dbc_json_read(&fake->base, "[[[[[[[[", 8, room, 5, &problem));
	assert_string_equal(problem, "unexpected end at byte 9");
	fake_free(fake);
}

static void
equal_values(void **state)
{
	static const char *const values[] = {
		"1",		  "true",	"\"1\"",		"[1]",
		"null",		  "[[1]]",	"{\"a\": 1}",	"{\"a\": 1, \"b\": 2}",
		"{\"b\": 1}", "0",		"\"\"",			"[]",
		"{}",		  "[1, 2]", "[2, 1]",		"1e1",
		"-1",		  "false",	"{\"a\": [1]}", "\"a\""};
	const int n = sizeof(values) / sizeof(values[0]);
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	int i;
	int j;

	(void) state;
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			assert_int_equal(dbc_json_equal(&fake->base,
											read_json(fake, values[i]),
											read_json(fake, values[j])),
							 i == j);
	fake_free(fake);
}

static void
digests_of_equal_values(void **state)
{
	static const char *const pairs[][2] = {
		{"1", "1.0"},
		{"-0", "0e5"},
		{"1200", "1.2e3"},
		{"[1, {\"a\": 1, \"b\": [2]}]", "[1e0, {\"b\": [2.00], \"a\": 10e-1}]"},
		{"\"a\"", "\"\\u0061\""}};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
	{
		const dbc_json_item *left = read_json(fake, pairs[i][0]);
		const dbc_json_item *right = read_json(fake, pairs[i][1]);

		assert_true(dbc_json_equal(&fake->base, left, right));
		assert_true(dbc_json_digest(&fake->base, left) ==
					dbc_json_digest(&fake->base, right));
	}
	fake_free(fake);
}

/* An object with so many members, in order or against it, the last or first of
 * which is a value. */
static const char *
large_object(fake_host *fake, int count, bool backwards, const char *value)
{
	dbc_buffer text;
	int i;

	dbc_buffer_init(&text, &fake->base);
	for (i = 0; i < count; i++)
	{
		int key = backwards ? count - 1 - i : i;

		dbc_append_format(&text, "%s\"%d\": ", i ? ", " : "{", key);
		dbc_append(&text, key == count - 1 ? value : "[1]");
	}
	dbc_append(&text, "}");
	return text.data;
}

/* Whether members are in the same order is no matter, in large objects either,
 * in each other either, and it does not take for ever. */
static void
order_of_members_does_not_matter(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const char *left = "1";
	const char *right = "1";
	const char *other = "2";
	int i;

	(void) state;
	for (i = 0; i < 40; i++)
	{
		left = large_object(fake, 50, false, left);
		right = large_object(fake, 50, true, right);
		other = large_object(fake, 50, true, other);
	}
	assert_true(dbc_json_equal(&fake->base, read_json(fake, left),
							   read_json(fake, right)));
	assert_false(dbc_json_equal(&fake->base, read_json(fake, left),
								read_json(fake, other)));
	left = large_object(fake, 200000, false, "1");
	right = large_object(fake, 200000, true, "1");
	assert_true(dbc_json_equal(&fake->base, read_json(fake, left),
							   read_json(fake, right)));
	fake_free(fake);
}

/* Of equal keys the last one stays, whatever it is in. */
static void
equal_keys_in_each_other(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const dbc_json_item *item = read_json(
		fake, "[{\"a\": {\"b\": 1, \"b\": [2, 3]}, \"c\": {\"d\": null, "
			  "\"e\": {\"f\": 4, \"f\": 5}, \"d\": 6}, \"a\": 7}, 8]");
	dbc_buffer text;
	int i;

	(void) state;
	assert_true(dbc_json_equal(
		&fake->base, item,
		read_json(fake,
				  "[{\"c\": {\"e\": {\"f\": 5}, \"d\": 6}, \"a\": 7}, 8]")));
	assert_int_equal(item->size, 13);
	assert_int_equal(item[1].size, 11);
	assert_int_equal(item[1].length, 2);
	/* a gap in each of many objects, closed in one go */
	dbc_buffer_init(&text, &fake->base);
	for (i = 0; i < 200000; i++)
		dbc_append(&text, "{\"a\": 0, \"a\": ");
	dbc_append(&text, "1");
	for (i = 0; i < 200000; i++)
		dbc_append(&text, "}");
	assert_int_equal(read_json(fake, text.data)->size, 2 * 200000 + 1);
	fake_free(fake);
}

/* ---- numbers ---- */

/* A number of a text. */
static dbc_decimal
decimal(fake_host *fake, const char *text)
{
	return dbc_json_decimal(&fake->base, read_json(fake, text));
}

static void
numbers_have_an_order(void **state)
{
	static const char *const ordered[] = {"-1e999999999999",
										  "-12e400",
										  "-123",
										  "-12.34",
										  "-12.3",
										  "-12",
										  "-0.5",
										  "-0.05",
										  "-1e-9",
										  "0.0",
										  "1e-400",
										  "0.000001",
										  "0.5",
										  "0.50000001",
										  "1",
										  "9.99",
										  "10",
										  "10.25",
										  "1e1000000",
										  "2e1000000"};
	const int n = sizeof(ordered) / sizeof(ordered[0]);
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	int i;
	int j;

	(void) state;
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
		{
			dbc_decimal left = decimal(fake, ordered[i]);
			dbc_decimal right = decimal(fake, ordered[j]);
			int order = dbc_decimal_compare(&left, &right);

			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				fail_msg("%s and %s are compared as %d", ordered[i], ordered[j],
						 order);
		}
	fake_free(fake);
}

static void
numbers_are_shown_as_one(void **state)
{
	static const char *const pairs[][2] = {
		{"0.0e7", "0"},		{"-0", "0"},		   {"1.50", "1.5"},
		{"-12e2", "-1200"}, {"0.00120", "0.0012"}, {"100", "100"},
		{"10.01", "10.01"}, {"1e400", "1e400"},	   {"-1.25e-50", "-1.25e-50"},
		{"1E+2", "100"}};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
	{
		dbc_decimal number = decimal(fake, pairs[i][0]);

		assert_string_equal(dbc_decimal_text(&fake->base, &number),
							pairs[i][1]);
	}
	fake_free(fake);
}

static void
multiples(void **state)
{
	static const struct
	{
		const char *number;
		const char *divisor;
		bool is_multiple;
	} cases[] = {{"0", "7", true},
				 {"49", "7", true},
				 {"50", "7", false},
				 {"-49", "7", true},
				 {"0.3", "0.1", true},
				 {"0.35", "0.1", false},
				 {"1e308", "0.123456789", false},
				 {"123456789e300", "0.123456789", true},
				 {"1", "1e2", false},
				 {"100", "1e2", true},
				 {"4.02", "2.01", true},
				 {"999999999999999999e9", "999999999999999999", true},
				 {"1000000000000000000e9", "999999999999999999", false},
				 {"1e1000000000000", "3", false},
				 {"3e1000000000000", "3", true}};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		dbc_decimal number = decimal(fake, cases[i].number);
		dbc_decimal divisor = decimal(fake, cases[i].divisor);

		if (dbc_decimal_is_multiple(&number, &divisor) != cases[i].is_multiple)
			fail_msg("%s of %s", cases[i].number, cases[i].divisor);
	}
	fake_free(fake);
}

/* ---- URIs ---- */

static void
references_are_resolved(void **state)
{
	/* section 5.4 of RFC 3986, without fragments */
	static const char *const pairs[][2] = {{"g:h", "g:h"},
										   {"g", "http://a/b/c/g"},
										   {"./g", "http://a/b/c/g"},
										   {"g/", "http://a/b/c/g/"},
										   {"/g", "http://a/g"},
										   {"//g", "http://g"},
										   {"?y", "http://a/b/c/d;p?y"},
										   {"g?y", "http://a/b/c/g?y"},
										   {"#s", "http://a/b/c/d;p?q"},
										   {"g;x?y#s", "http://a/b/c/g;x?y"},
										   {"", "http://a/b/c/d;p?q"},
										   {".", "http://a/b/c/"},
										   {"./", "http://a/b/c/"},
										   {"..", "http://a/b/"},
										   {"../", "http://a/b/"},
										   {"../g", "http://a/b/g"},
										   {"../..", "http://a/"},
										   {"../../g", "http://a/g"},
										   {"../../../g", "http://a/g"},
										   {"/./g", "http://a/g"},
										   {"/../g", "http://a/g"},
										   {"g.", "http://a/b/c/g."},
										   {"..g", "http://a/b/c/..g"},
										   {"./../g", "http://a/b/g"},
										   {"./g/.", "http://a/b/c/g/"},
										   {"g/./h", "http://a/b/c/g/h"},
										   {"g/../h", "http://a/b/c/h"}};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(dbc_jsonschema_resolve_uri(
								&fake->base, "http://a/b/c/d;p?q", pairs[i][0]),
							pairs[i][1]);
	assert_string_equal(dbc_jsonschema_resolve_uri(&fake->base, "", "a/b#c"),
						"a/b");
	assert_string_equal(
		dbc_jsonschema_resolve_uri(&fake->base, "http://a", "b"), "http://a/b");
	assert_string_equal(
		dbc_jsonschema_resolve_uri(&fake->base, "urn:x:y", "#/z"), "urn:x:y");
	assert_string_equal(
		dbc_jsonschema_uri_fragment(&fake->base, "a#/b%25%7Ec%zz"), "/b%~c%zz");
	assert_string_equal(dbc_jsonschema_uri_fragment(&fake->base, "a"), "");
	fake_free(fake);
}

/* ---- the functions ---- */

static void
functions_answer(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	assert_true(fake_call(fake, "dbcheck_json", 2, dbc_json("1"),
						  dbc_json("{\"minimum\": 2}")));
	assert_int_equal(fake_value(fake, 0, 0)->integer, 0);
	assert_true(fake_call(fake, "dbcheck_json", 2, dbc_json("2"),
						  dbc_json("{\"minimum\": 2}")));
	assert_int_equal(fake_value(fake, 0, 0)->integer, 1);
	assert_true(fake_call(fake, "dbcheck_json", 2, dbc_null(),
						  dbc_json("{\"minimum\": 2}")));
	assert_int_equal(fake_value(fake, 0, 0)->kind, DBC_NULL);
	assert_true(fake_call(fake, "dbcheck_json_errors", 2, dbc_json("[1"),
						  dbc_json("true")));
	assert_int_equal(fake_value(fake, 0, 1)->kind, DBC_NULL);
	assert_string_equal(fake_text(fake, 0, 2),
						"not JSON: unexpected end at byte 3");
	assert_false(fake_call(fake, "dbcheck_json", 2, dbc_json("1"),
						   dbc_json("{\"type\": 1}")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "/type");
	fake_free(fake);
}

/* What a call asks a cancel for: every so many steps. */
static void
long_work_polls(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_buffer text;
	int i;

	(void) state;
	dbc_buffer_init(&text, &fake->base);
	dbc_append(&text, "[1");
	for (i = 0; i < 20000; i++)
		dbc_append(&text, ",1");
	dbc_append(&text, "]");
	assert_true(fake_call(fake, "dbcheck_json", 2, dbc_json(text.data),
						  dbc_json("{\"items\": {\"type\": \"integer\"}}")));
	assert_int_equal(fake_count(fake, "poll"), 20);
	assert_true(fake_call(fake, "dbcheck_json", 2, dbc_json(text.data),
						  dbc_json("{\"uniqueItems\": true}")));
	assert_int_equal(fake_count(fake, "poll"), 21);
	fake_free(fake);
}

/* Allocations of a validation of an array with so many of a value. */
static int
allocations(fake_host *fake, int count, const char *value, const char *schema)
{
	dbc_buffer text;
	int i;

	dbc_buffer_init(&text, &fake->base);
	for (i = 0; i < count; i++)
		dbc_append_format(&text, "%s%s", i ? "," : "[", value);
	dbc_append(&text, "]");
	assert_true(fake_call(fake, "dbcheck_json", 2, dbc_json(text.data),
						  dbc_json(schema)));
	assert_int_equal(fake_value(fake, 0, 0)->integer, 1);
	return fake->nallocs;
}

/* Values that are valid take no memory each. */
static void
values_take_no_memory(void **state)
{
	static const char branches[] =
		"{\"items\": {\"anyOf\": [{\"enum\": [1, 2]}, {\"type\": \"null\"}, "
		"{\"required\": [\"b\"]}, {\"minProperties\": 5}, "
		"{\"properties\": {\"a\": {\"minimum\": 3}}}, {\"type\": "
		"\"object\"}]}}";
	static const char unevaluated[] =
		"{\"items\": {\"anyOf\": [{\"properties\": {\"a\": true}}, {\"not\": "
		"{\"unevaluatedProperties\": false}}], \"unevaluatedProperties\": "
		"false}}";
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_buffer names;
	int i;

	(void) state;
	assert_in_range(allocations(fake, 1000, "{\"a\": 1}", branches) -
						allocations(fake, 10, "{\"a\": 1}", branches),
					0, 10);
	assert_in_range(allocations(fake, 1000, "{\"a\": 1}", unevaluated) -
						allocations(fake, 10, "{\"a\": 1}", unevaluated),
					0, 10);
	dbc_buffer_init(&names, &fake->base);
	dbc_append(&names, "{\"items\": {\"properties\": {\"a\": true");
	for (i = 0; i < 100; i++)
		dbc_append_format(&names, ", \"%d\": true", i);
	dbc_append(&names, "}}}");
	assert_in_range(allocations(fake, 1000, "{\"a\": 1}", names.data) -
						allocations(fake, 10, "{\"a\": 1}", names.data),
					0, 10);
	fake_free(fake);
}

/* What is told of a violation is text that no other has. */
static void
violations_take_little_memory(void **state)
{
	static const char schema[] =
		"{\"items\": {\"type\": [\"string\", \"null\"], \"enum\": [1, 2], "
		"\"const\": 3}}";
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_buffer text;
	int i;
	int few;

	(void) state;
	dbc_buffer_init(&text, &fake->base);
	dbc_append(&text, "[0");
	assert_true(fake_call(fake, "dbcheck_json_errors", 2, dbc_json("[0]"),
						  dbc_json(schema)));
	few = fake->nallocs;
	for (i = 0; i < 1000; i++)
		dbc_append(&text, ",0");
	dbc_append(&text, "]");
	assert_true(fake_call(fake, "dbcheck_json_errors", 2, dbc_json(text.data),
						  dbc_json(schema)));
	assert_int_equal(fake->nrows, 3003);
	/* path and message, for a row in the fake as many, and larger lists */
	assert_in_range(fake->nallocs - few, 6000, 9100);
	fake_free(fake);
}

/* A schema with so many definitions and a reference to each. */
static const char *
many_references(fake_host *fake, int count)
{
	dbc_buffer text;
	int i;

	dbc_buffer_init(&text, &fake->base);
	dbc_append(&text, "{\"$defs\": {\"\": true");
	for (i = 0; i < count; i++)
		dbc_append_format(&text, ", \"x%d\": true", i);
	dbc_append(&text, "}, \"allOf\": [true");
	for (i = 0; i < count; i++)
		dbc_append_format(&text, ", {\"$ref\": \"#/$defs/x%d\"}", i);
	dbc_append(&text, "]}");
	return text.data;
}

/* The memory of a schema grows as its references do, and a large one gives way
 * to a cancel. */
static void
references_are_found_at_once(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const char *few = many_references(fake, 50);
	const char *many = many_references(fake, 1000);
	int allocs;

	(void) state;
	assert_true(
		fake_call(fake, "dbcheck_json", 2, dbc_json("1"), dbc_json(few)));
	allocs = fake->nallocs;
	assert_in_range(fake_count(fake, "poll"), 0, 2);
	assert_true(
		fake_call(fake, "dbcheck_json", 2, dbc_json("1"), dbc_json(many)));
	assert_in_range(fake->nallocs, allocs, 30 * allocs);
	assert_in_range(fake_count(fake, "poll"), 10, 20);
	fake_free(fake);
}

static void
memory_may_end_anywhere(void **state)
{
	static const char schema[] =
		"{\"$id\": \"http://a/b\", \"$defs\": {\"x\": {\"$anchor\": \"y\", "
		"\"pattern\": \"^(a|b)+$\"}}, \"properties\": {\"a\": {\"$ref\": "
		"\"#y\"}}, \"required\": [\"b\"], \"unevaluatedProperties\": false, "
		"\"anyOf\": [{\"properties\": {\"c\": {\"uniqueItems\": true}}}]}";
	static const char document[] =
		"{\"a\": \"\\u0061c\", \"c\": [1.5, 1.50, 2, 3, 4, 5, 6, 7, 8, 9]}";
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	int total;

	(void) state;
	assert_true(fake_call(fake, "dbcheck_json_errors", 2, dbc_json(document),
						  dbc_json(schema)));
	assert_int_equal(fake->nrows, 4);
	total = fake->nallocs;
	for (fake->fail_alloc_at = 1; fake->fail_alloc_at <= total;
		 fake->fail_alloc_at += 1 + fake->fail_alloc_at / 50)
		assert_false(fake_call(fake, "dbcheck_json_errors", 2,
							   dbc_json(document), dbc_json(schema)));
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_follow_each_other),
		cmocka_unit_test(room_is_used_where_it_does),
		cmocka_unit_test(equal_values),
		cmocka_unit_test(digests_of_equal_values),
		cmocka_unit_test(order_of_members_does_not_matter),
		cmocka_unit_test(equal_keys_in_each_other),
		cmocka_unit_test(numbers_have_an_order),
		cmocka_unit_test(numbers_are_shown_as_one),
		cmocka_unit_test(multiples),
		cmocka_unit_test(references_are_resolved),
		cmocka_unit_test(functions_answer),
		cmocka_unit_test(long_work_polls),
		cmocka_unit_test(values_take_no_memory),
		cmocka_unit_test(violations_take_little_memory),
		cmocka_unit_test(references_are_found_at_once),
		cmocka_unit_test(memory_may_end_anywhere)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
