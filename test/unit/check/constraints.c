/*
 * constraints.c
 *	  What dbcheck asks of the host, and what it says of the results.
 */
#include "test/unit/fake/host.h"

#include "common/core/text.h"

/* Columns of dbcheck_constraints. */
enum
{
	TABLE,
	CONSTRAINT,
	KIND,
	VIOLATIONS,
	KEYS,
	MESSAGE
};

/* A host whose tables have these results. */
static fake_host *
fake_with(const dbc_check_result *results, int nresults)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	fake->results = results;
	fake->nresults = nresults;
	return fake;
}

/* Expects a message and a kind of a result of table t. */
static void
says(dbc_check_result result, const char *kind, const char *message)
{
	fake_host *fake = fake_with(&result, 1);

	assert_true(fake_call(fake, "dbcheck_constraints", 2, dbc_text("t"),
						  dbc_text("{\"all\": true}")));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, TABLE), "t");
	assert_string_equal(fake_text(fake, 0, KIND), kind);
	assert_string_equal(fake_text(fake, 0, MESSAGE), message);
	fake_free(fake);
}

static void
messages(void **state)
{
	dbc_check_result v = {.name = "c",
						  .columns = "a, b",
						  .parent = "p",
						  .parent_columns = "x, y",
						  .type = "integer"};

	(void) state;
	says(v, "primary_key", "every row satisfies c");
	v.violations = 1;
	says(v, "primary_key", "1 row repeats a key of (a, b)");
	v.kind = DBC_K_UNIQUE;
	v.violations = 2;
	says(v, "unique", "2 rows repeat a key of (a, b)");
	v.kind = DBC_K_EXCLUSION;
	says(v, "exclusion", "2 rows conflict with another in (a, b)");
	v.kind = DBC_K_FOREIGN_KEY;
	says(v, "foreign_key", "2 rows have no parent in p (x, y)");
	v.kind = DBC_K_NOT_NULL;
	v.columns = "a";
	says(v, "not_null", "2 rows are null in a");
	v.kind = DBC_K_TYPE;
	says(v, "type", "2 rows have a value in a that is not of type integer");
	v.kind = DBC_K_CHECK;
	v.columns = NULL;
	says(v, "check", "2 rows violate c");
	v.violations = 1;
	says(v, "check", "1 row violates c");
}

static void
unknown_constraints_are_listed(void **state)
{
	dbc_check_result result = {.kind = DBC_K_CHECK,
							   .name = "c",
							   .violations = -1,
							   .reason = "no such function: f"};
	fake_host *fake = fake_with(&result, 1);

	(void) state;
	assert_true(fake_call(fake, "dbcheck_constraints", 1, dbc_text("t")));
	assert_int_equal(fake->nrows, 1);
	assert_int_equal(fake_value(fake, 0, VIOLATIONS)->kind, DBC_NULL);
	assert_int_equal(fake_value(fake, 0, KEYS)->kind, DBC_NULL);
	assert_string_equal(fake_text(fake, 0, MESSAGE), "no such function: f");
	fake_free(fake);
}

static void
valid_constraints_are_omitted(void **state)
{
	static const dbc_check_result results[] = {
		{.kind = DBC_K_CHECK, .name = "sound"},
		{.kind = DBC_K_CHECK,
		 .name = "broken",
		 .violations = 3,
		 .sample_keys = "[1, 2, 7]"}};
	fake_host *fake = fake_with(results, 2);

	(void) state;
	assert_true(fake_call(fake, "dbcheck_constraints", 1, dbc_text("t")));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, CONSTRAINT), "broken");
	assert_int_equal(fake_value(fake, 0, VIOLATIONS)->integer, 3);
	assert_string_equal(fake_text(fake, 0, KEYS), "[1, 2, 7]");
	fake_free(fake);
}

static void
all_tables_in_turn(void **state)
{
	static const dbc_check_result result = {
		.kind = DBC_K_CHECK, .name = "c", .violations = 1};
	fake_host *fake = fake_with(&result, 1);

	(void) state;
	assert_true(fake_call(fake, "dbcheck_constraints", 0));
	assert_int_equal(fake_count(fake, "verify"), 2);
	assert_int_equal(fake_count(fake, "progress"), 3);
	assert_string_equal(fake_text(fake, 0, TABLE), "a");
	assert_string_equal(fake_text(fake, 1, TABLE), "b");
	assert_true(fake_last(fake, "verify")->read_only);
	/* one that cannot be read does not hide the other */
	fake->broken = "a";
	assert_true(fake_call(fake, "dbcheck_constraints", 0));
	assert_int_equal(fake->nrows, 2);
	assert_int_equal(fake_value(fake, 0, KIND)->kind, DBC_NULL);
	assert_string_equal(fake_text(fake, 0, MESSAGE), "it is broken");
	assert_string_equal(fake_text(fake, 1, CONSTRAINT), "c");
	fake_free(fake);
}

static void
options_are_passed_on(void **state)
{
	static const dbc_check_result result = {.kind = DBC_K_CHECK, .name = "x"};
	fake_host *fake = fake_with(&result, 1);

	(void) state;
	assert_true(fake_call(fake, "dbcheck_constraints", 1, dbc_text("t")));
	assert_int_equal(fake->task.kinds, DBC_ALL_KINDS);
	assert_null(fake->task.names);
	assert_int_equal(fake->task.samples, 10);
	assert_int_equal(fake->task.memory, 64 << 20);
	assert_false(fake->task.declared_types);
	assert_int_equal(fake->task.nrules + fake->task.nreferences, 0);
	fake_set(fake, "check_memory_mb", "3000");
	assert_true(fake_call(
		fake, "dbcheck_constraints", 2, dbc_text("t"),
		dbc_text("{\"kinds\": [\"check\", \"type\"], \"constraints\": [\"x\"], "
				 "\"samples\": 0, \"types\": \"declared\"}")));
	assert_int_equal(fake->task.kinds, 1 << DBC_K_CHECK | 1 << DBC_K_TYPE);
	assert_string_equal(fake->task.names[0], "x");
	assert_null(fake->task.names[1]);
	assert_int_equal(fake->task.samples, 0);
	assert_int_equal(fake->task.memory, INT64_C(3000) << 20);
	assert_true(fake->task.declared_types);
	fake_free(fake);
}

static void
wrong_arguments_are_refused(void **state)
{
	static const dbc_check_result result = {.kind = DBC_K_CHECK, .name = "x"};
	fake_host *fake = fake_with(&result, 1);

	(void) state;
	assert_false(
		fake_call(fake, "dbcheck_constraints", 1, dbc_text("{\"all\": true}")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "relation starts with");
	assert_false(fake_call(fake, "dbcheck_constraints", 2, dbc_null(),
						   dbc_text("{\"kinds\": [\"rule\"]}")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "option \"kinds\"");
	assert_false(fake_call(fake, "dbcheck_constraints", 2, dbc_null(),
						   dbc_text("{\"constraints\": [\"x\", \"y\"]}")));
	fake_expect_error(fake, DBC_UNDEFINED_OBJECT,
					  "constraint \"y\" does not exist");
	/* it may be one of a table that cannot be read */
	fake->broken = "b";
	assert_true(fake_call(fake, "dbcheck_constraints", 2, dbc_null(),
						  dbc_text("{\"constraints\": [\"x\", \"y\"]}")));
	fake_free(fake);
}

/* Options of dbcheck_orphans with two relations. */
static dbc_value
relations(fake_host *fake)
{
	fake_rows(fake, "check/column", 1, 1, dbc_text("the column"));
	return dbc_json(
		"{\"relations\": ["
		"{\"child\": \"\\\"x.y\\\".t.a\", \"parent\": \"p.\\\"c.d\\\"\"}, "
		"{\"child\": \"\\\"x.y\\\".t.b\", \"parent\": \"q.[e.f]\"}]}");
}

static void
orphans_of_any_relation(void **state)
{
	static const dbc_check_result result = {.kind = DBC_K_FOREIGN_KEY,
											.columns = "a",
											.parent = "p",
											.parent_columns = "c",
											.violations = 3};
	fake_host *fake = fake_with(&result, 1);
	const dbc_value *args;

	(void) state;
	assert_true(
		fake_call(fake, "dbcheck_orphans", 2, dbc_text("t"), relations(fake)));
	assert_int_equal(fake->nrows, 2);
	assert_string_equal(fake_text(fake, 0, TABLE), "t");
	assert_string_equal(fake_text(fake, 1, TABLE), "\"x.y\".t");
	assert_null(fake_text(fake, 1, CONSTRAINT));
	assert_string_equal(fake_text(fake, 1, KIND), "p");
	assert_string_equal(fake_text(fake, 1, MESSAGE),
						"3 rows have no parent in p (c)");
	/* its declared ones were not asked for, both others at once were */
	assert_int_equal(fake->task.kinds, 0);
	assert_int_equal(fake->task.nreferences, 2);
	assert_string_equal(fake->task.references[0].parent->name, "p");
	assert_string_equal(fake->task.references[1].parent->name, "q");
	args = fake_last(fake, "check/column")->args;
	assert_string_equal(args[1].text, "q");
	assert_string_equal(args[2].text, "[e.f]");
	fake_free(fake);
}

static void
wrong_relations_are_refused(void **state)
{
	fake_host *fake = fake_with(NULL, 0);
	dbc_value options = relations(fake);

	(void) state;
	fake_rows(fake, "check/column", 1, 0);
	assert_false(fake_call(fake, "dbcheck_orphans", 2, dbc_null(), options));
	fake_expect_error(fake, DBC_UNDEFINED_COLUMN, "has no column a");
	assert_false(fake_call(
		fake, "dbcheck_orphans", 2, dbc_null(),
		dbc_json("{\"relations\": [{\"child\": \"\\\"x.y\\\"\", \"parent\": "
				 "\"p.c\"}]}")));
	fake_expect_error(fake, DBC_INVALID_NAME, "not a table and a column");
	assert_false(
		fake_call(fake, "dbcheck_orphans", 2, dbc_null(),
				  dbc_json("{\"relations\": [{\"child\": \"t.a\"}]}")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "cannot have the element");
	assert_false(fake_call(fake, "dbcheck_orphans", 2, dbc_null(),
						   dbc_json("{\"relations\": [null]}")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "element null");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(unknown_constraints_are_listed),
		cmocka_unit_test(valid_constraints_are_omitted),
		cmocka_unit_test(all_tables_in_turn),
		cmocka_unit_test(options_are_passed_on),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(orphans_of_any_relation),
		cmocka_unit_test(wrong_relations_are_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
