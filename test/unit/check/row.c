/*
 * row.c
 *	  What dbcheck_row says of a row's violations, and in which order.
 */
#include "test/unit/fake/host.h"

#include "common/check/row.h"

/* Columns of dbcheck_row. */
enum
{
	COLUMN,
	CONSTRAINT,
	MESSAGE
};

/* A call on a table of which any row has these violations. */
static fake_host *
call_with(const dbc_check_row_violation *violations, int nviolations)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	fake->violations = violations;
	fake->nviolations = nviolations;
	assert_true(
		fake_call(fake, "dbcheck_row", 2, dbc_text("t"), dbc_json("{row}")));
	return fake;
}

/* Expects the message of a violation. */
static void
says(dbc_check_row_violation_kind kind, const char *message)
{
	dbc_check_row_violation violation = {.kind = kind,
										 .column = "a",
										 .constraint = "c",
										 .columns = "a, b",
										 .parent = "p",
										 .parent_columns = "x, y",
										 .text = "a > 0"};
	fake_host *fake = call_with(&violation, 1);

	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, COLUMN), "a");
	assert_string_equal(fake_text(fake, 0, CONSTRAINT), "c");
	assert_string_equal(fake_text(fake, 0, MESSAGE), message);
	fake_free(fake);
	violation.error = "division by zero";
	fake = call_with(&violation, 1);
	assert_string_equal(fake_text(fake, 0, MESSAGE), "division by zero");
	fake_free(fake);
}

static void
messages(void **state)
{
	(void) state;
	says(DBC_VIOLATION_UNKNOWN, "a > 0");
	says(DBC_VIOLATION_COLUMN, "column a does not exist");
	says(DBC_VIOLATION_GENERATED, "column a is generated and takes no value");
	says(DBC_VIOLATION_IDENTITY,
		 "column a is always generated as identity and takes no value");
	says(DBC_VIOLATION_VALUE, "a > 0");
	says(DBC_VIOLATION_PARTITION, "no partition of t accepts the row");
	says(DBC_VIOLATION_KEY, "the row repeats a key of (a, b)");
	says(DBC_VIOLATION_EXCLUSION, "the row conflicts with another in (a, b)");
	says(DBC_VIOLATION_PARENT, "the row has no parent in p (x, y)");
	says(DBC_VIOLATION_HALF_NULL,
		 "the row is null in some of (a, b), but not in all");
	says(DBC_VIOLATION_NOT_NULL, "the row is null in a, b");
	says(DBC_VIOLATION_CHECK, "the row does not satisfy a > 0");
}

static void
violations_are_in_order(void **state)
{
	static const dbc_check_row_violation violations[] = {
		{.kind = DBC_VIOLATION_CHECK, .constraint = "k2"},
		{.kind = DBC_VIOLATION_VALUE, .column = "z", .text = ""},
		{.kind = DBC_VIOLATION_CHECK, .constraint = "k1"},
		{.kind = DBC_VIOLATION_VALUE, .column = "b", .text = ""},
		{.kind = DBC_VIOLATION_COLUMN, .column = "y"},
		{.kind = DBC_VIOLATION_COLUMN, .column = "x"}};
	static const char *const expected[] = {"x", "y", "z", "b", "k1", "k2"};
	fake_host *fake = call_with(violations, 6);
	int i;

	(void) state;
	assert_int_equal(fake->nrows, 6);
	for (i = 0; i < 6; i++)
		assert_string_equal(fake_text(fake, i, i < 4 ? COLUMN : CONSTRAINT),
							expected[i]);
	fake_free(fake);
}

static void
wrong_arguments_are_refused(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	assert_false(fake_call(fake, "dbcheck_row", 2, dbc_text("{row}"),
						   dbc_json("{row}")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "relation starts with");
	assert_false(
		fake_call(fake, "dbcheck_row", 2, dbc_text("t"), dbc_json("[1]")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER,
					  "row_data must be a JSON object, not [1]");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages), cmocka_unit_test(violations_are_in_order),
		cmocka_unit_test(wrong_arguments_are_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
