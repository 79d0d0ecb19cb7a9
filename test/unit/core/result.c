/*
 * result.c
 *	  A JSON result is as it is declared, or a test fails.
 */
#include "test/unit/fake/host.h"

#include "common/core/result.h"
#include "common/core/text.h"

static const dbc_member inner[] = {{"id", DBC_M_KEY, DBC_ALWAYS, "", NULL},
								   {"why", DBC_M_TEXT, DBC_SOMETIMES, "", NULL},
								   {.name = NULL}};
static const dbc_member members[] = {
	{"rows", DBC_M_INT, DBC_ALWAYS, "", NULL},
	{"share", DBC_M_REAL, DBC_NULLABLE, "", NULL},
	{"names", DBC_M_TEXTS, DBC_SOMETIMES, "", NULL},
	{"sizes", DBC_M_NUMBERS, DBC_SOMETIMES, "", NULL},
	{"left", DBC_M_OBJECTS, DBC_SOMETIMES, "", inner},
	{.name = NULL}};

static void
emit_result(dbc_host *host, void *arg)
{
	dbc_emit(host, dbc_json(arg));
}

/* A result, and the error, if it is not as declared. */
static const struct
{
	const char *json;
	const char *error;
} results[] = {
	{"{\"rows\": 1, \"share\": 0.5}", NULL},
	{"{\"rows\": 1, \"share\": null, \"names\": [\"a\"], \"sizes\": {\"b\": "
	 "1.5}, \"left\": [{\"id\": {\"a\": 1}}, {\"id\": 1, \"why\": \"c\"}]}",
	 NULL},
	{"{\"rows\": 1}", "f lacks share"},
	{"{\"rows\": null, \"share\": null}", "f.rows is not integer: null"},
	{"{\"rows\": 1.5, \"share\": null}", "f.rows is not integer: 1.5"},
	{"{\"rows\": 1, \"share\": \"x\"}", "f.share is not number: x"},
	{"{\"rows\": 1, \"share\": 1, \"names\": [1]}",
	 "f.names is not texts: [1]"},
	{"{\"rows\": 1, \"share\": 1, \"sizes\": {\"b\": \"c\"}}",
	 "f.sizes is not numbers: {\"b\": \"c\"}"},
	{"{\"rows\": 1, \"share\": 1, \"left\": [{\"why\": \"c\"}]}",
	 "f.left lacks id"},
	{"{\"rows\": 1, \"share\": 1, \"row\": 1}", "f.row is not declared"},
	{"[]", "result of f() is no object: []"},
};

static void
results_are_as_declared(void **state)
{
	dbc_function fn = dbc_functions[0];

	(void) state;
	fn.name = "f";
	fn.result = DBC_T_JSON;
	fn.members = members;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
	{
		fake_host *fake = fake_new(DBC_ON_SQLITE);
		bool fails = results[i].error != NULL;

		fake->base.function = &fn;
		fake->base.assert_result = dbc_assert_result;
		assert_int_equal(fake_try(fake, emit_result, (void *) results[i].json),
						 !fails);
		if (fails)
			fake_expect_error(fake, DBC_INTERNAL, results[i].error);
		/* users get what there is */
		fake->base.assert_result = NULL;
		assert_true(fake_try(fake, emit_result, (void *) results[i].json));
		fake_free(fake);
	}
}

static void
schema_has_what_is_declared(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_function fn = dbc_functions[0];

	(void) state;
	fn.members = members + 3;
	assert_string_equal(
		dbc_result_schema(&fake->base, &fn),
		"{\"type\": \"object\", \"required\": [], \"properties\": {\"left\": "
		"{\"type\": [\"array\", \"null\"], \"items\": {\"type\": \"object\", "
		"\"required\": [\"id\"], \"properties\": {\"id\": {\"description\": "
		"\"\"}, \"why\": {\"type\": [\"string\", \"null\"], \"description\": "
		"\"\"}}, \"additionalProperties\": false}, \"description\": \"\"}, "
		"\"sizes\": {\"type\": [\"object\", \"null\"], \"description\": \"\", "
		"\"additionalProperties\": {\"type\": [\"number\", \"null\"]}}}, "
		"\"additionalProperties\": false}");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_as_declared),
		cmocka_unit_test(schema_has_what_is_declared)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
