/*
 * repair.c
 *	  dbcheck_repair and dbcheck_undo: in which order rows are kept and changed,
 *	  what a cascade is, and what is refused.
 */
#include "test/unit/fake/repair.h"

#include <string.h>

#include "common/core/text.h"

/* a <- b <- c, as child, parent, columns. */
static const fake_key chain[] = {
	{.child = "b", .parent = "a", .columns = "b_a"},
	{.child = "c", .parent = "b", .columns = "c_b", .on_delete = "cascade"}};

/* Makes a call with options. */
static bool
repair(fake_host *fake, const char *options)
{
	return fake_call(fake, "dbcheck_repair", 1, dbc_text(options));
}

/* Expects a part in the result of the call. */
static void
expect(const fake_host *fake, const char *part)
{
	if (!strstr(fake_text(fake, 0, 0), part))
		fail_msg("%s is not in %s", part, fake_text(fake, 0, 0));
}

/* Where in the log the first call of a kind is, for a table if that is not
 * NULL. */
static int
place(const fake_host *fake, const char *what, const char *table)
{
	int i;

	for (i = 0; i < fake->ncalls; i++)
		if (dbc_same(fake->log[i].what, what) &&
			(!table || dbc_same(fake->log[i].table, table)))
			return i;
	fail_msg("the core did not ask for %s", what);
	return -1;
}

static void
no_findings_write_nothing(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);

	(void) state;
	assert_true(
		repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": false}"));
	expect(fake, "\"message\": \"nothing to repair\"");
	expect(fake, "\"repair_id\": null");
	assert_int_equal(fake_count(fake, "check/repair_add"), 0);
	fake_free(fake);
}

static void
rows_are_saved_before_any_is_changed(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);

	(void) state;
	fake_find(fake, "b_a", 2);
	fake_find(fake, "c_b", 3);
	assert_true(
		repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": false}"));
	expect(fake, "\"message\": \"5 rows repaired\"");
	expect(fake, "\"repair_id\": 7");
	expect(fake, "\"cascades\": []");
	assert_true(place(fake, "lock it", NULL) < place(fake, "keep rows", "b"));
	assert_true(place(fake, "keep rows", "c") <
				place(fake, "change rows", "b"));
	fake_free(fake);
}

static void
rows_that_lose_their_parent_cascade(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);

	(void) state;
	fake_find(fake, "b_a", 2);
	fake_then(fake, "c_b", 4);
	fake_find(fake, "c_b", 1);
	assert_false(
		repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": false}"));
	fake_expect_error(fake, "23503", "other rows reference rows");
	assert_string_equal(
		fake->error.detail,
		"The repair would also change 4 rows of c (c_b: delete).");
	fake_free(fake);
	fake = fake_repairable(chain, 2);
	fake_find(fake, "b_a", 2);
	fake_then(fake, "c_b", 4);
	fake_find(fake, "c_b", 1);
	assert_true(repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": "
							 "false, \"cascade\": true}"));
	expect(fake, "\"cascades\": [{\"rows\": 4, \"action\": \"delete\", "
				 "\"table_name\": \"c\"");
	expect(fake, "{\"rows\": 1, \"action\": \"delete\", \"table_name\": \"c\"");
	fake_free(fake);
}

static void
children_of_few_rows_are_looked_for_alone(void **state)
{
	fake_key keys[] = {chain[0], chain[1]};
	fake_host *fake;

	(void) state;
	keys[1].named = "id";
	fake = fake_repairable(keys, 2);
	fake_rows(fake, "check/new_orphans", 1, 1, dbc_text("gone"));
	fake_find(fake, "b_a", 2);
	fake_then(fake, "gone and (c_b)", 4);
	fake_find(fake, "gone and (c_b)", 0);
	fake_then(fake, "c_b", 3);
	fake_find(fake, "c_b", 0);
	assert_true(repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": "
							 "false, \"cascade\": true}"));
	/* and so are those that were missed, in the end */
	expect(fake, "\"cascades\": [{\"rows\": 7, \"action\": \"delete\", "
				 "\"table_name\": \"c\"");
	fake_free(fake);
}

static void
a_dry_run_is_rolled_back(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);
	int guard;

	(void) state;
	fake_find(fake, "b_a", 2);
	fake_then(fake, "c_b", 4);
	fake_find(fake, "c_b", 0);
	fake_rows(fake, "check/damaged_indexes", 4, 1, dbc_text("i"),
			  dbc_text("not valid"), dbc_text("reindex it"), dbc_null());
	fake_rows(fake, "reindex it", 0, 0);
	assert_true(fake_call(fake, "dbcheck_repair", 0));
	expect(fake, "\"dry_run\": true");
	expect(fake, "\"repair_id\": null");
	expect(fake, "\"message\": \"6 rows and 1 index to be repaired\"");
	expect(fake, "{\"problem\": \"not valid\", \"index_name\": \"i\"}");
	/* the guard around all of it, after those that orphans are counted in */
	guard = place(fake, "check/repair_add", NULL);
	while (guard > 0 && !dbc_same(fake->log[guard].what, "guard"))
		guard--;
	assert_int_equal(fake->log[guard].mode, DBC_UNDO);
	assert_int_equal(fake_count(fake, "reindex it"), 0);
	fake_free(fake);
}

static void
unrestorable_rows_are_not_removed(void **state)
{
	fake_host *fake = fake_repairable(chain, 1);

	(void) state;
	fake_find(fake, "b_a", 2);
	fake_rows(fake, "row/identity_differs", 4, 1, dbc_text("column"),
			  dbc_text("x"), dbc_text("integer"), dbc_null());
	assert_false(
		repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": false}"));
	assert_string_equal(
		fake->error.message,
		"rows that the repair would change could not be restored by an undo");
	assert_true(repair(fake, "{\"orphans\": \"quarantine\"}"));
	expect(fake,
		   "2 rows to be repaired, but an undo could not restore all of them");
	fake_free(fake);
}

static void
actions_of_a_cascade(void **state)
{
	static const struct
	{
		const char *on_delete;
		const char *assignments;
	} actions[] = {{"cascade", NULL},
				   {"none", NULL},
				   {"set_null", "delete nulls"},
				   {"set_default", "defaults"}};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
	{
		fake_key keys[] = {chain[0], chain[1]};
		fake_host *fake;

		keys[1].on_delete = actions[i].on_delete;
		fake = fake_repairable(keys, 2);
		fake_find(fake, "b_a", 2);
		fake_then(fake, "c_b", 1);
		fake_find(fake, "c_b", 0);
		assert_true(repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": "
								 "false, \"cascade\": true}"));
		assert_true(dbc_same(fake_last(fake, "change rows")->table, "c"));
		if (actions[i].assignments)
			assert_string_equal(fake_last(fake, "change rows")->phase,
								actions[i].assignments);
		else
			assert_null(fake_last(fake, "change rows")->phase);
		fake_free(fake);
	}
}

static void
set_null_needs_columns_that_can_be(void **state)
{
	fake_key keys[] = {chain[0]};
	fake_host *fake = fake_repairable(keys, 1);

	(void) state;
	fake_find(fake, "b_a", 2);
	assert_true(
		repair(fake, "{\"orphans\": \"set_null\", \"dry_run\": false}"));
	expect(fake, "\"action\": \"set_null\"");
	assert_string_equal(fake_last(fake, "change rows")->phase, "nulls");
	fake_free(fake);
	keys[0].not_null = "x";
	fake = fake_repairable(keys, 1);
	fake_find(fake, "b_a", 2);
	assert_false(
		repair(fake, "{\"orphans\": \"set_null\", \"dry_run\": false}"));
	fake_expect_error(fake, "55000",
					  "constraint b_a of b cannot be set to null");
	assert_string_equal(fake->error.detail, "Column x is NOT NULL.");
	fake_free(fake);
}

static void
a_default_needs_a_parent(void **state)
{
	fake_key keys[] = {chain[0], chain[1]};
	fake_host *fake;

	(void) state;
	keys[1].on_delete = "set_default";
	fake = fake_repairable(keys, 2);
	fake_find(fake, "b_a", 2);
	fake_then(fake, "c_b", 1);
	fake_find(fake, "c_b", 0);
	fake->found[1].stubborn = true;
	assert_false(repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": "
							  "false, \"cascade\": true}"));
	fake_expect_error(fake, "23503", "the default of constraint c_b of c");
	fake_free(fake);
}

static void
hidden_rows_are_unknown(void **state)
{
	fake_key keys[] = {chain[0], chain[1]};
	fake_host *fake;

	(void) state;
	keys[1].reason = "row security hides rows";
	fake = fake_repairable(keys, 2);
	assert_true(
		repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": false}"));
	expect(fake, "\"unknown\": [{\"reason\": \"row security hides rows\", "
				 "\"table_name\": \"c\", \"constraint_name\": \"c_b\"}]");
	fake_find(fake, "b_a", 2);
	assert_true(repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": "
							 "false, \"cascade\": true}"));
	expect(fake, "\"unknown\": [{\"reason\": \"rows of c may lose their parent "
				 "in b, but row security hides rows\", \"table_name\": \"b\", "
				 "\"constraint_name\": \"b_a\"}");
	fake_free(fake);
}

static void
one_table_leaves_orphans_of_others(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);

	(void) state;
	fake_rows(fake, "check/parts", 5, 1, dbc_text("main"), dbc_text("b"),
			  dbc_text("b"), dbc_text("b"), dbc_int(0));
	fake_find(fake, "b_a", 2);
	fake_find(fake, "c_b", 1);
	assert_true(repair(fake, "{\"orphans\": \"quarantine\", \"relation\": "
							 "\"b\", \"cascade\": true, \"dry_run\": false}"));
	expect(fake, "\"message\": \"2 rows repaired\"");
	fake->found[0].then = "c_b";
	fake->found[0].more = 1;
	assert_false(repair(fake, "{\"orphans\": \"quarantine\", \"relation\": "
							  "\"b\", \"cascade\": true, \"dry_run\": false}"));
	fake_expect_error(fake, "55000", "rows of c would lose their parent in b");
	fake_free(fake);
}

/* Makes a rule of a host; violated by 3 rows. */
static void
add_rule(fake_host *fake, const char *repair_sql)
{
	fake_rows(fake, "check/repair_rules", 6, 1, dbc_text("r"), dbc_text("a"),
			  dbc_text("x > 0"), dbc_null(), dbc_text(repair_sql), dbc_null());
	fake_rows(fake, "check/parts", 5, 1, dbc_text("main"), dbc_text("a"),
			  dbc_text("a"), dbc_text("a"), dbc_int(0));
	fake_find(fake, "(1 = 1\n) and not (x > 0\n)", 3);
}

static void
rules(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);

	(void) state;
	add_rule(fake, "x = 1");
	assert_true(repair(fake, "{\"rules\": [\"r\"], \"dry_run\": false}"));
	expect(fake, "{\"rows\": 3, \"action\": \"update\", \"rule_name\": \"r\", "
				 "\"table_name\": \"a\"}");
	assert_string_equal(fake_last(fake, "change rows")->phase, "x = 1");
	fake_free(fake);
	fake = fake_repairable(chain, 2);
	add_rule(fake, "delete");
	assert_true(repair(fake, "{\"rules\": [\"r\"], \"dry_run\": false}"));
	expect(fake, "\"action\": \"delete\"");
	assert_null(fake_last(fake, "change rows")->phase);
	fake_free(fake);
	fake = fake_repairable(chain, 2);
	add_rule(fake, "x = 0");
	fake->found[0].stubborn = true;
	assert_false(repair(fake, "{\"rules\": [\"r\"], \"dry_run\": false}"));
	fake_expect_error(fake, "P0004", "3 rows of a would still violate");
	fake_free(fake);
	/* a rule that makes orphans of rows */
	fake = fake_repairable(chain, 1);
	add_rule(fake, "x = 1");
	fake_rows(fake, "check/parts", 5, 1, dbc_text("main"), dbc_text("b"),
			  dbc_text("b"), dbc_text("b"), dbc_int(0));
	fake_then(fake, "b_a", 1);
	fake_find(fake, "b_a", 0);
	assert_false(repair(fake, "{\"rules\": [\"r\"], \"dry_run\": false}"));
	fake_expect_error(fake, "23503",
					  "rows of b would be left without a parent");
	fake_free(fake);
}

static void
names_come_from_verifying(void **state)
{
	static const dbc_check_result result = {.kind = DBC_K_FOREIGN_KEY,
											.name = "the name",
											.columns = "b_a",
											.parent = "a"};
	fake_key keys[] = {chain[0]};
	fake_host *fake;

	(void) state;
	keys[0].unnamed = true;
	fake = fake_repairable(keys, 1);
	fake->results = &result;
	fake->nresults = 1;
	fake_find(fake, "b_a", 1);
	assert_true(
		repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": false}"));
	expect(fake, "\"constraint_name\": \"the name\"");
	fake->nresults = 0;
	assert_true(
		repair(fake, "{\"orphans\": \"quarantine\", \"dry_run\": false}"));
	expect(fake, "\"constraint_name\": \"b_a\"");
	fake_free(fake);
}

static void
probes_separate_damage_from_errors(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);

	(void) state;
	fake_rows(fake, "check/damaged_indexes", 4, 1, dbc_text("i"), dbc_null(),
			  dbc_text("reindex it"), dbc_text("probe it"));
	fake_rows(fake, "reindex it", 0, 0);
	fake_rows(fake, "probe it", 0, 0);
	assert_true(repair(fake, "{\"indexes\": true, \"dry_run\": false}"));
	expect(fake, "nothing to repair");
	fake_fails(fake, "probe it", "XX002", "it is torn");
	assert_true(repair(fake, "{\"indexes\": true, \"dry_run\": false}"));
	expect(fake, "\"problem\": \"it is torn\"");
	assert_int_equal(fake_count(fake, "reindex it"), 1);
	fake_fails(fake, "probe it", "42501", "not allowed");
	assert_false(repair(fake, "{\"indexes\": true, \"dry_run\": false}"));
	fake_expect_error(fake, "42501", "not allowed");
	fake_free(fake);
}

static void
undo_goes_backwards(void **state)
{
	fake_host *fake = fake_repairable(chain, 2);

	(void) state;
	assert_true(fake_call(fake, "dbcheck_undo", 1, dbc_int(7)));
	expect(fake, "\"rows\": 6");
	assert_true(place(fake, "restore rows", "c") <
				place(fake, "restore rows", "b"));
	fake_rows(fake, "row/identity_differs", 4, 1, dbc_text("column"),
			  dbc_text("x"), dbc_text("integer"), dbc_null());
	assert_false(fake_call(fake, "dbcheck_undo", 1, dbc_int(7)));
	fake_expect_error(fake, "55000", "table c has changed since the repair");
	assert_string_equal(fake->error.detail, "Column x is missing.");
	fake_rows(fake, "row/identity_differs", 4, 1, dbc_text("oid"),
			  dbc_text("1/2"), dbc_text("3"), dbc_null());
	assert_true(fake_call(fake, "dbcheck_undo", 1, dbc_int(7)));
	expect(fake,
		   "6 rows restored; this database is a copy of the repaired one");
	fake_rows(fake, "check/repair", 2, 1, dbc_text("noon"), dbc_text("ann"));
	assert_false(fake_call(fake, "dbcheck_undo", 1, dbc_int(7)));
	fake_expect_error(fake, "55000", "repair 7 has already been undone");
	assert_string_equal(fake->error.detail,
						"The repair was undone at noon by ann.");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_findings_write_nothing),
		cmocka_unit_test(rows_are_saved_before_any_is_changed),
		cmocka_unit_test(rows_that_lose_their_parent_cascade),
		cmocka_unit_test(children_of_few_rows_are_looked_for_alone),
		cmocka_unit_test(a_dry_run_is_rolled_back),
		cmocka_unit_test(unrestorable_rows_are_not_removed),
		cmocka_unit_test(actions_of_a_cascade),
		cmocka_unit_test(set_null_needs_columns_that_can_be),
		cmocka_unit_test(a_default_needs_a_parent),
		cmocka_unit_test(hidden_rows_are_unknown),
		cmocka_unit_test(one_table_leaves_orphans_of_others),
		cmocka_unit_test(rules),
		cmocka_unit_test(names_come_from_verifying),
		cmocka_unit_test(probes_separate_damage_from_errors),
		cmocka_unit_test(undo_goes_backwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
