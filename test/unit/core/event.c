/*
 * event.c
 *	  Events: what they keep of the arguments of a call.
 */
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/core/event.h"
#include "common/core/text.h"

/* The arguments of dbmigrate_add(), and what an event keeps of them. */
typedef struct attempt
{
	dbc_value args[5]; /* version, name, up_sql, down_sql, options */
	const char *kept;
} attempt;

static void
keep_arguments(dbc_host *host, void *arg)
{
	attempt *a = arg;

	host->args = a->args;
	a->kept = dbc_event_arguments(host);
}

static const dbc_function *
find_function(const char *name)
{
	const dbc_function *fn = dbc_functions;

	while (!dbc_same(fn->name, name))
		fn++;
	return fn;
}

/* What an event keeps of a name and of options. */
static const char *
kept(fake_host *fake, const char *name, const char *options)
{
	attempt a = {.args = {[1] = dbc_text(name), [4] = dbc_json(options)}};

	fake->base.function = find_function("dbmigrate_add");
	assert_true(fake_try(fake, keep_arguments, &a));
	return a.kept;
}

/* A text of so many bytes. */
static const char *
long_text(fake_host *fake, size_t length, const char *start)
{
	char *text = dbc_alloc(&fake->base, length + 1);

	memset(text, 'x', length);
	memcpy(text, start, strlen(start));
	return text;
}

/* A name whose connection string loses its password. */
static void
expect_name(fake_host *fake, const char *name, const char *wanted)
{
	assert_string_equal(
		kept(fake, name, NULL),
		wanted ? dbc_format(&fake->base, "{\"name\": \"%s\"}", wanted) : "{}");
}

static void
passwords_are_left_out(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);

	(void) state;
	expect_name(fake, "postgres://me:word@db/x", "postgres://me:***@db/x");
	expect_name(fake, "a b://me:w@rd@db c", "a b://me:***@db c");
	expect_name(fake, "postgres://me@db:5432/x", "postgres://me@db:5432/x");
	expect_name(fake, "https://db/x", "https://db/x");
	expect_name(fake, "://", "://");
	expect_name(fake, "://:@", "://:***@");
	expect_name(fake, "", "");
	expect_name(fake, "[1", "[1");
	expect_name(fake, "x://a:b", "x://a:b");
	expect_name(fake, "host=db password=word dbname=x",
				"host=db password=*** dbname=x");
	expect_name(fake, "PASSWORD = 'two \\' words' x", "PASSWORD = *** x");
	expect_name(fake, "passwd='open", "passwd=***");
	expect_name(fake, "password=", "password=***");
	expect_name(fake, "password", "password");
	expect_name(fake, "passwordx = 1", "passwordx = 1");
	expect_name(fake, "a?user=me&password=word&ssl=on",
				"a?user=me&password=***&ssl=on");
	fake_free(fake);
}

static void
secrets_are_left_out(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	assert_string_equal(
		kept(fake, NULL,
			 "{\"password\": \"a\", \"API_KEY\": 1, \"a\": [{\"myToken\": "
			 "{\"b\": 1}}], \"row_key\": 7, \"key_file\": \"f\"}"),
		"{\"options\": {\"a\": [{\"myToken\": \"***\"}], \"API_KEY\": "
		"\"***\", \"row_key\": \"***\", \"key_file\": \"f\", "
		"\"password\": \"***\"}}");
	assert_string_equal(
		kept(fake, NULL,
			 "{\"rows\": [{\"a\": \"geheim\", \"b\": 1}, {\"a\": 2}], "
			 "\"filters\": {\"a\": {\"gt\": 5}}, \"params\": [1, 2], "
			 "\"row_key\": {\"a\": \"x\"}}"),
		"{\"options\": {\"rows\": {\"count\": 2, \"columns\": [\"a\", "
		"\"b\"]}, \"params\": {\"count\": 2}, \"filters\": {\"columns\": "
		"[\"a\"]}, \"row_key\": {\"columns\": [\"a\"]}}}");
	assert_string_equal(
		kept(fake, NULL,
			 "{\"x_sql\": [\"select 'a'\", {\"b\": \"5\"}], "
			 "\"y\": \"select 'a'\", \"z\": null}"),
		"{\"options\": {\"y\": \"select 'a'\", \"z\": null, \"x_sql\": "
		"[\"select ?\", {\"b\": \"?\"}]}}");
	fake_free(fake);
}

static void
long_arguments_are_cut(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const char *text;
	dbc_buffer list;

	(void) state;
	text = kept(fake, long_text(fake, 501, ""), NULL);
	assert_int_equal(strlen(text), strlen("{\"name\": \"...\"}") + 500);
	assert_true(dbc_ends_with(text, "xxx...\"}"));
	text = kept(fake, long_text(fake, 500, ""), NULL);
	assert_true(dbc_ends_with(text, "xxx\"}"));
	/* between characters */
	text = kept(fake,
				dbc_format(&fake->base, "%s\xc3\xa4%s",
						   long_text(fake, 499, ""), long_text(fake, 99, "")),
				NULL);
	assert_true(dbc_ends_with(text, "xxx...\"}"));
	/* many short members */
	dbc_buffer_init(&list, &fake->base);
	for (int i = 0; i < 2000; i++)
		dbc_append_format(&list, "%s\"m%d\": \"password=%d\"", i ? ", " : "{",
						  i, i);
	dbc_append(&list, "}");
	text = kept(fake, NULL, list.data);
	assert_true(dbc_starts_with(text, "{\"options\": \"{\\\"m0\\\": "
									  "\\\"password=***"));
	assert_true(strlen(text) < 700);
	assert_true(dbc_ends_with(text, "...\"}"));
	/* deep ones */
	dbc_buffer_init(&list, &fake->base);
	for (int i = 0; i < 900; i++)
		dbc_append(&list, "[");
	dbc_append(&list, "\"token\"");
	for (int i = 0; i < 900; i++)
		dbc_append(&list, "]");
	text = kept(fake, NULL, list.data);
	assert_true(dbc_starts_with(text, "{\"options\": [[[[[[[[\"***\"]]]"));
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_are_left_out),
		cmocka_unit_test(secrets_are_left_out),
		cmocka_unit_test(long_arguments_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
