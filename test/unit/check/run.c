/*
 * run.c
 *	  dbcheck_run and what it is made of: data rules and integrity.
 */
#include "common/core/tables.h"
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/core/text.h"

/* Columns of dbcheck_run. */
enum
{
	SOURCE,
	NAME,
	TABLE,
	VIOLATIONS,
	SEVERITY,
	KEYS,
	MESSAGE
};

/* Columns of dbcheck_integrity. */
enum
{
	OBJECT,
	PROBLEM,
	DAMAGE_SEVERITY,
	FIX_SQL
};

static const dbc_check_result results[] = {
	{.kind = DBC_K_UNIQUE, .name = "u", .columns = "a", .violations = 1},
	{.kind = DBC_K_NOT_NULL,
	 .name = "nn",
	 .columns = "a",
	 .violations = 1,
	 .sample_keys = "[7]"},
	{.kind = DBC_K_RULE, .name = "positive", .violations = 2}};

/* A host with dbcare's tables, two rules, results and nothing damaged. */
static fake_host *
fake_ruled(void)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_value n = dbc_null();

	fake->results = results;
	fake->nresults = 3;
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/intruder", 3, 0);
	fake_rows(fake, "core/settings", 2, 0);
	fake_rows(fake, "check/rule_store", 0, 0);
	fake_rows(fake, "check/rule_drop", 0, 0);
	fake_rows(fake, "check/integrity", 5, 0);
	fake_rows(fake, "check/rules", 10, 1, dbc_text("positive"), dbc_text("b"),
			  dbc_text("a > 0"), dbc_text("c"), dbc_text("info"),
			  dbc_text("a is too small"), n, dbc_text("today"), dbc_text("ann"),
			  n);
	return fake;
}

/* Options that name sources. */
static dbc_value
sources(fake_host *fake, const char *source)
{
	return dbc_json(dbc_format(&fake->base, "{\"sources\": [\"%s\"]}", source));
}

static void
all_sources_run(void **state)
{
	fake_host *fake = fake_ruled();

	(void) state;
	fake_rows(fake, "check/integrity", 5, 1, dbc_text("i"), dbc_text("broken"),
			  dbc_text("critical"), dbc_null(), dbc_null());
	assert_true(fake_call(fake, "dbcheck_run", 0));
	/* tables a and b, a rule on b, damage */
	assert_int_equal(fake->nrows, 6);
	assert_string_equal(fake_text(fake, 0, SOURCE), "constraint");
	assert_string_equal(fake_text(fake, 0, SEVERITY), "critical");
	assert_string_equal(fake_text(fake, 1, SEVERITY), "warning");
	assert_string_equal(fake_text(fake, 1, KEYS), "[7]");
	assert_string_equal(fake_text(fake, 1, MESSAGE), "1 row is null in a");
	assert_string_equal(fake_text(fake, 4, SOURCE), "rule");
	assert_string_equal(fake_text(fake, 4, TABLE), "b");
	assert_string_equal(fake_text(fake, 4, SEVERITY), "info");
	assert_string_equal(fake_text(fake, 4, MESSAGE), "2 rows: a is too small");
	assert_string_equal(fake_text(fake, 5, SOURCE), "integrity");
	assert_string_equal(fake_text(fake, 5, NAME), "i");
	assert_string_equal(fake_text(fake, 5, MESSAGE), "broken");
	assert_int_equal(fake_value(fake, 5, VIOLATIONS)->kind, DBC_NULL);
	assert_int_equal(fake_count(fake, "verify"), 2);
	fake_free(fake);
}

static void
sources_are_chosen(void **state)
{
	fake_host *fake = fake_ruled();

	(void) state;
	assert_true(fake_call(fake, "dbcheck_run", 1, sources(fake, "rule")));
	assert_int_equal(fake->nrows, 1);
	assert_int_equal(fake_count(fake, "verify"), 1);
	assert_int_equal(fake_count(fake, "check/integrity"), 0);
	assert_true(fake_call(fake, "dbcheck_run", 1, sources(fake, "constraint")));
	assert_int_equal(fake->nrows, 4);
	assert_int_equal(fake_count(fake, "check/rules"), 0);
	assert_true(fake_call(fake, "dbcheck_run", 1, sources(fake, "integrity")));
	assert_int_equal(fake_count(fake, "verify"), 0);
	assert_int_equal(fake_count(fake, "check/integrity"), 1);
	/* one table is not the whole database */
	assert_true(
		fake_call(fake, "dbcheck_run", 1, dbc_json("{\"relation\": \"b\"}")));
	assert_int_equal(fake->nrows, 3);
	assert_int_equal(fake_count(fake, "check/integrity"), 0);
	fake_free(fake);
}

static void
rules_without_a_table(void **state)
{
	fake_host *fake = fake_ruled();
	dbc_value n = dbc_null();

	(void) state;
	/* not one of the user's tables, but there */
	fake_rows(fake, "check/rules", 10, 1, dbc_text("positive"),
			  dbc_text("part"), dbc_text("a > 0"), n, dbc_text("warning"), n, n,
			  n, n, n);
	assert_true(fake_call(fake, "dbcheck_run", 1, sources(fake, "rule")));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, TABLE), "part");
	assert_string_equal(fake_text(fake, 0, MESSAGE),
						"2 rows violate the rule positive");
	/* gone */
	fake->missing = "part";
	assert_true(fake_call(fake, "dbcheck_run", 1, sources(fake, "rule")));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, SEVERITY), "unknown");
	assert_string_equal(fake_text(fake, 0, NAME), "positive");
	assert_string_equal(fake_text(fake, 0, MESSAGE),
						"table part does not exist");
	fake_free(fake);
}

static void
rules_are_stored(void **state)
{
	fake_host *fake = fake_ruled();
	const dbc_value *stored;

	(void) state;
	assert_true(
		fake_call(fake, "dbcheck_rule_add", 4, dbc_text("r"), dbc_text("t"),
				  dbc_text("a"),
				  dbc_json("{\"where\": \"b -- or so\", \"severity\": "
						   "\"critical\", \"repair_sql\": \"delete\"}")));
	assert_string_equal(
		fake_text(fake, 0, 0),
		"{\"name\": \"r\", \"action\": \"added\", \"table_name\": \"t\"}");
	assert_int_equal(fake_count(fake, "try rule"), 1);
	stored = fake_last(fake, "check/rule_store")->args;
	/* a comment ends before what will follow it */
	assert_string_equal(stored[3].text, "b -- or so\n");
	assert_string_equal(stored[4].text, "critical");
	assert_string_equal(stored[6].text, "delete");
	assert_string_equal(stored[7].text, "tester");
	assert_true(fake_call(fake, "dbcheck_rule_add", 3, dbc_text("positive"),
						  dbc_text("t"), dbc_text("a")));
	assert_non_null(strstr(fake_text(fake, 0, 0), "\"replaced\""));
	assert_true(fake_call(fake, "dbcheck_rule_drop", 1, dbc_text("positive")));
	assert_true(fake_call(fake, "dbcheck_rules", 0));
	assert_string_equal(fake_text(fake, 0, 0), "positive");
	fake_free(fake);
}

static void
invalid_rules_are_refused(void **state)
{
	fake_host *fake = fake_ruled();

	(void) state;
	assert_false(fake_call(fake, "dbcheck_rule_add", 3, dbc_text(""),
						   dbc_text("t"), dbc_text("a")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "name of a rule");
	assert_false(fake_call(fake, "dbcheck_rule_add", 3, dbc_text("r"),
						   dbc_text("{t}"), dbc_text("a")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "relation starts with");
	assert_false(fake_call(fake, "dbcheck_rule_add", 3, dbc_text("r"),
						   dbc_text("t"), dbc_text("{}")));
	fake_expect_error(fake, DBC_INVALID_PARAMETER, "expression starts with");
	assert_false(fake_call(fake, "dbcheck_rule_drop", 1, dbc_text("no")));
	fake_expect_error(fake, DBC_UNDEFINED_OBJECT, "\"no\" does not exist");
	fake_free(fake);
}

static void
empty_tables_have_no_rules(void **state)
{
	fake_host *fake = fake_ruled();

	(void) state;
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(0));
	assert_true(fake_call(fake, "dbcheck_rules", 0));
	assert_int_equal(fake->nrows, 0);
	assert_true(fake_call(fake, "dbcheck_run", 1, sources(fake, "rule")));
	assert_int_equal(fake->nrows, 0);
	assert_false(fake_call(fake, "dbcheck_rule_drop", 1, dbc_text("r")));
	fake_expect_error(fake, DBC_UNDEFINED_OBJECT, "does not exist");
	assert_int_equal(fake_count(fake, "check/rule_drop"), 0);
	fake_free(fake);
}

static void
probes_find_damage(void **state)
{
	fake_host *fake = fake_ruled();
	dbc_value n = dbc_null();

	(void) state;
	fake_rows(fake, "check/integrity", 5, 1, dbc_text("i"), n,
			  dbc_text("critical"), dbc_text("REINDEX;"),
			  dbc_text("the probe"));
	fake_rows(fake, "the probe", 1, 3, dbc_text("one"), n, dbc_text("two"));
	assert_true(fake_call(fake, "dbcheck_integrity", 0));
	assert_int_equal(fake->nrows, 2);
	assert_string_equal(fake_text(fake, 1, PROBLEM), "two");
	assert_true(fake_last(fake, "the probe")->read_only);
	/* a probe that fails has found damage, or could not look */
	fake_fails(fake, "the probe", "XX002", "out of order");
	assert_true(fake_call(fake, "dbcheck_integrity", 0));
	assert_string_equal(fake_text(fake, 0, DAMAGE_SEVERITY), "critical");
	assert_string_equal(fake_text(fake, 0, PROBLEM), "out of order");
	assert_string_equal(fake_text(fake, 0, FIX_SQL), "REINDEX;");
	fake_fails(fake, "the probe", "42501", "permission denied");
	assert_true(fake_call(fake, "dbcheck_integrity", 0));
	assert_string_equal(fake_text(fake, 0, DAMAGE_SEVERITY), "unknown");
	assert_null(fake_text(fake, 0, FIX_SQL));
	fake_free(fake);
}

static void
damage_may_stop_the_search(void **state)
{
	fake_host *fake = fake_ruled();

	(void) state;
	fake_fails(fake, "check/integrity", "XX001", "malformed");
	assert_true(fake_call(fake, "dbcheck_integrity", 1,
						  dbc_json("{\"level\": \"quick\"}")));
	assert_int_equal(fake->nrows, 1);
	assert_string_equal(fake_text(fake, 0, OBJECT), "database");
	assert_string_equal(fake_text(fake, 0, DAMAGE_SEVERITY), "critical");
	/* asked again for the first problem alone */
	assert_int_equal(fake_count(fake, "check/integrity"), 2);
	assert_int_equal(fake_last(fake, "check/integrity")->args[0].integer, 0);
	assert_int_equal(fake_last(fake, "check/integrity")->args[1].integer, 1);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_sources_run),
		cmocka_unit_test(sources_are_chosen),
		cmocka_unit_test(rules_without_a_table),
		cmocka_unit_test(rules_are_stored),
		cmocka_unit_test(invalid_rules_are_refused),
		cmocka_unit_test(empty_tables_have_no_rules),
		cmocka_unit_test(probes_find_damage),
		cmocka_unit_test(damage_may_stop_the_search)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
