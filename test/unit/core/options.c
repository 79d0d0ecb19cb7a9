/*
 * options.c
 *	  Reading the options argument of a function.
 */
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/core/options.h"

static const char *const colours[] = {"red", "blue", NULL};

/* Options of all types. */
static const dbc_option options[] = {
	{.name = "flag", .type = DBC_O_BOOL},
	{.name = "number", .type = DBC_O_INT, .minimum = -5, .maximum = 100},
	{.name = "text", .type = DBC_O_TEXT},
	{.name = "colour", .type = DBC_O_TEXT, .choices = colours},
	{.name = "names", .type = DBC_O_TEXTS},
	{.name = "colours", .type = DBC_O_TEXTS, .choices = colours},
	{.name = NULL}};

enum
{
	FLAG,
	NUMBER,
	TEXT,
	COLOUR,
	NAMES,
	COLOURS,
	NOPTIONS
};

/* A value to read, and what came of it. */
typedef struct reading
{
	dbc_value value;
	const dbc_option_value *given;
} reading;

/* Reads options. */
static void
read_options(dbc_host *host, void *arg)
{
	reading *r = arg;

	r->given = dbc_read_option_array(host, &r->value, options);
}

/* What is given by JSON text. */
static const dbc_option_value *
accepted(fake_host *fake, const char *json)
{
	reading r = {.value = dbc_json(json)};

	if (!fake_try(fake, read_options, &r))
		fail_msg("%s: %s", json, fake->error.message);
	return r.given;
}

/* Expects a failure with a part of its message and a part of its hint. */
static void
refused(fake_host *fake, const char *json, const char *part, const char *hint)
{
	reading r = {.value = dbc_json(json)};

	assert_false(fake_try(fake, read_options, &r));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, part);
	assert_non_null(fake->error.hint);
	if (!strstr(fake->error.hint, hint))
		fail_msg("\"%s\" is not in \"%s\"", hint, fake->error.hint);
}

static void
missing_options_have_defaults(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	reading r = {.value = dbc_null()};
	const dbc_option_value *given;
	int i;

	(void) state;
	assert_true(fake_try(fake, read_options, &r));
	for (i = 0; i < NOPTIONS; i++)
	{
		assert_false(r.given[i].given);
		given = accepted(fake, "{}");
		assert_false(given[i].given);
		given = accepted(fake, "{\"number\": null}");
		assert_false(given[i].given);
	}
	fake_free(fake);
}

static void
each_type_is_read(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const dbc_option_value *given;

	(void) state;
	given = accepted(fake, "{\"flag\": true, \"number\": -5, \"text\": "
						   "\"any\\u00e4thing\", \"colour\": \"blue\", "
						   "\"names\": [\"x\", \"y\"], \"colours\": []}");
	assert_true(given[FLAG].given && given[FLAG].integer == 1);
	assert_true(given[NUMBER].given && given[NUMBER].integer == -5);
	assert_string_equal(given[TEXT].text, "any\xc3\xa4thing");
	assert_string_equal(given[COLOUR].text, "blue");
	assert_string_equal(given[NAMES].texts[0], "x");
	assert_string_equal(given[NAMES].texts[1], "y");
	assert_null(given[NAMES].texts[2]);
	assert_true(given[COLOURS].given);
	assert_null(given[COLOURS].texts[0]);
	/* of members with one key the last counts */
	given =
		accepted(fake, "{\"flag\": true, \"number\": 1e2, \"flag\": false}");
	assert_true(given[FLAG].given && given[FLAG].integer == 0);
	assert_int_equal(given[NUMBER].integer, 100);
	fake_free(fake);
}

static void
wrong_keys(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	refused(fake, "{\"Flag\": true}", "unknown option \"Flag\"",
			"Valid options are: flag, number, text, colour, names, colours.");
	/* also one that is null */
	refused(fake, "{\"x\": null}", "unknown option \"x\"", "flag");
	/* the first one by its bytes, in whatever order they come */
	refused(fake, "{\"c\": 1, \"bb\": 1}", "unknown option \"bb\"", "flag");
	fake_free(fake);
}

static void
wrong_values(void **state)
{
	static const struct
	{
		const char *json;
		const char *part;
		const char *hint;
	} cases[] = {
		{"{\"flag\": \"true\"}", "\"flag\" cannot be \"true\"",
		 "true or false"},
		{"{\"flag\": 1}", "\"flag\" cannot be 1", "true or false"},
		{"{\"number\": \"1\"}", "\"number\" cannot be \"1\"",
		 "a whole number from -5 to 100"},
		{"{\"number\": -6}", "cannot be -6", "from -5 to 100"},
		{"{\"number\": 101}", "cannot be 101", "from -5 to 100"},
		{"{\"number\": 1.5}", "cannot be 1.5", "whole"},
		{"{\"number\": 1e400}", "cannot be a number of this size", "whole"},
		{"{\"text\": 1}", "\"text\" cannot be 1", "a string"},
		{"{\"text\": {\"a\\\\\": \"]\\\"}\"}, \"flag\": true}",
		 "\"text\" cannot be {\"a\\\\\": \"]\\\"}\"}", "a string"},
		{"{\"colour\": \"green\"}", "cannot be \"green\"", "one of: red, blue"},
		{"{\"names\": \"x\"}", "\"names\" cannot be \"x\"",
		 "an array of strings"},
		{"{\"names\": [1]}", "\"names\" cannot be [1]", "an array of strings"},
		{"{\"colours\": [\"red\", \"green\"]}",
		 "\"colours\" cannot be [\"red\", \"green\"]",
		 "an array of any of: red, blue"}};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refused(fake, cases[i].json, cases[i].part, cases[i].hint);
	fake_free(fake);
}

static void
not_an_object(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	reading r = {.value = dbc_json("{oops")};

	(void) state;
	refused(fake, "[1]", "not [1]", "Pass a JSON object");
	refused(fake, "fast", "not fast", "Pass a JSON object");
	refused(fake, "", "options must be a JSON object", "Pass a JSON object");
	assert_false(fake_try(fake, read_options, &r));
	fake_expect_error(fake, DBC_INVALID_TEXT, "options is not valid JSON");
	fake_free(fake);
}

/* Refuses text that looks like options. */
static void
refuse_json(dbc_host *host, void *arg)
{
	dbc_refuse_options(host, arg, "target");
}

static void
misplaced_options_are_refused(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	char options_text[] = " {\"dry_run\": true}";
	char version[] = "1.2";

	(void) state;
	assert_true(fake_try(fake, refuse_json, NULL));
	assert_true(fake_try(fake, refuse_json, version));
	assert_false(fake_try(fake, refuse_json, options_text));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "target starts with \"{\"");
	assert_non_null(strstr(fake->error.hint, "options were passed"));
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_options_have_defaults),
		cmocka_unit_test(each_type_is_read),
		cmocka_unit_test(wrong_keys),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test(not_an_object),
		cmocka_unit_test(misplaced_options_are_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
