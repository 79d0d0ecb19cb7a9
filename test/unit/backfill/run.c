/*
 * run.c
 *	  Backfills: which statements can be run in parts, how a range is added to
 *	  them, and how a run goes.
 */
#include "test/unit/fake/backfill.h"

#include <stdio.h>

#include "common/backfill/backfill.h"
#include "common/core/text.h"

/* A statement on its way into its parts. */
typedef struct task
{
	const char *sql;
	dbc_backfill_update update;
} task;

/* Takes a statement apart; for fake_try(). */
static void
read_update(dbc_host *host, void *arg)
{
	task *t = arg;

	t->update = dbc_backfill_read_update(host, "b", t->sql);
}

/* Fails unless a statement, given to an engine, becomes this one of a range of
 * rows, and is about a table by a name. */
static void
becomes(int engine, const char *sql, const char *expected, const char *table,
		const char *qualifier)
{
	fake_host *fake = fake_new(engine);
	task t = {.sql = sql};

	assert_true(fake_try(fake, read_update, &t));
	assert_string_equal(
		dbc_backfill_update_range(&fake->base, &t.update, "RANGE"), expected);
	assert_string_equal(t.update.relation, table);
	assert_string_equal(t.update.qualifier, qualifier);
	fake_free(fake);
}

static const char *
joined(const char *head, const char *tail)
{
	static char text[1000];

	snprintf(text, sizeof(text), "%s%s", head, tail);
	return text;
}

/* The same on both, but for a condition behind it, or NULL. */
static void
both_become(const char *sql, const char *expected, const char *condition,
			const char *table, const char *qualifier)
{
	char text[1000] = "";

	if (condition)
		snprintf(text, sizeof(text), " AND (%s) is true", condition);
	becomes(DBC_ON_POSTGRESQL, sql, joined(expected, text), table, qualifier);
	if (condition)
		snprintf(text, sizeof(text), " AND case when (%s) then 1 else 0 end",
				 condition);
	becomes(DBC_ON_SQLITE, sql, joined(expected, text), table, qualifier);
}

static void
a_range_is_added(void **state)
{
	(void) state;
	both_become("update t set a = 1", "update t set a = 1 WHERE RANGE", NULL,
				"t", "t");
	both_become("UPDATE app.t AS x SET a = x.b -- the end",
				"UPDATE app.t AS x SET a = x.b WHERE RANGE", NULL, "app.t",
				"x");
	both_become("update \"a\".\"b.c\" x set a = (select 1 from y where y.a = "
				"x.a) where a or b",
				"update \"a\".\"b.c\" x set a = (select 1 from y where y.a = "
				"x.a) WHERE RANGE",
				"a or b", "\"a\".\"b.c\"", "x");
	both_become("update t set a = b is distinct from c, (d, e) = (1, 2) where "
				"a is null -- why",
				"update t set a = b is distinct from c, (d, e) = (1, 2) WHERE "
				"RANGE",
				"a is null", "t", "t");
	both_become("update t set a = s.a from s join r on s.b = r.b where s.id = "
				"t.id",
				"update t set a = s.a from s join r on s.b = r.b WHERE RANGE "
				"AND (s.id = t.id)",
				NULL, "t", "t");
	both_become("update t set a = ' where ' || \"where\" /* where */ where "
				"'from' = b",
				"update t set a = ' where ' || \"where\" WHERE RANGE",
				"'from' = b", "t", "t");
	becomes(DBC_ON_SQLITE, "update [a b] set `from` = 1 where [where] = 2",
			"update [a b] set `from` = 1 WHERE RANGE AND case when ([where] = "
			"2) then 1 else 0 end",
			"[a b]", "[a b]");
	becomes(DBC_ON_POSTGRESQL,
			"update t set a[1] = $$ where $$, b.c = array[1, 2] where true",
			"update t set a[1] = $$ where $$, b.c = array[1, 2] WHERE RANGE "
			"AND (true) is true",
			"t", "t");
}

static void
columns_are_known(void **state)
{
	static const char sql[] =
		"update t set A = f(b, c), \"B\"\"c\" = 1, (d, \"E\") = (select f, g "
		"from h), i = 2 from u where v = 3";
	static const char *const wanted[] = {"a", "B\"c", "d", "E", "i"};
	task t = {.sql = sql};
	int engine;
	size_t i;

	(void) state;
	for (engine = DBC_ON_POSTGRESQL; engine <= DBC_ON_SQLITE; engine++)
	{
		fake_host *fake = fake_new(engine);

		assert_true(fake_try(fake, read_update, &t));
		for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			assert_string_equal(t.update.changed[i], wanted[i]);
		assert_null(t.update.changed[i]);
		assert_string_equal(
			dbc_backfill_match_range(&fake->base, &t.update, "RANGE"),
			"SELECT 1 FROM t, u WHERE RANGE AND (v = 3) LIMIT 1");
		fake_free(fake);
	}
}

/* Fails unless an engine refuses a statement in these words. */
static void
refuses(int engine, const char *sql, const char *message)
{
	fake_host *fake = fake_new(engine);
	task t = {.sql = sql};

	assert_false(fake_try(fake, read_update, &t));
	assert_string_equal(fake->error.message, message);
	fake_free(fake);
}

static void
other_statements_are_refused(void **state)
{
	static const char form[] =
		"a backfill must be one UPDATE statement of one table";
	static const char *const none[] = {
		"",
		"delete from t",
		"update",
		"update t",
		"update t a = 1",
		"update 1 set a = 1",
		"update t set a = 1 where true) or (true",
		"update t set a = 1) where (true",
		"update t set 1 = a",
		"update t set a = 1; update t set a = 2",
		"with x as (select 1) update t set a = 1",
		"select 1"};
	int engine;
	size_t i;

	(void) state;
	for (engine = DBC_ON_POSTGRESQL; engine <= DBC_ON_SQLITE; engine++)
	{
		for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
			refuses(engine, none[i], form);
		refuses(engine, "update t set a = 1 returning a",
				"a backfill cannot use RETURNING");
		refuses(engine, "update t set a = 1 from u returning a",
				"a backfill cannot use RETURNING");
		refuses(engine, "update t set a = $1",
				"a backfill cannot use parameters");
		refuses(engine, "update t set a = 1 where b order by c",
				"a backfill cannot use ORDER BY or LIMIT");
		refuses(engine, "update t set a = 1 limit 1",
				"a backfill cannot use ORDER BY or LIMIT");
		refuses(engine, "update t set a = 1 where current of c",
				"a backfill cannot use WHERE CURRENT OF");
	}
	refuses(DBC_ON_POSTGRESQL, "update only t set a = 1",
			"a backfill cannot use ONLY");
	refuses(DBC_ON_POSTGRESQL, "update t * set a = 1",
			"a backfill cannot use an asterisk after the table");
	refuses(DBC_ON_POSTGRESQL, "update t set U&\"a\" = 1",
			"a backfill cannot use names with Unicode escapes");
	refuses(DBC_ON_SQLITE, "update or ignore t set a = 1",
			"a backfill cannot use UPDATE OR");
	refuses(DBC_ON_SQLITE, "update t not indexed set a = 1",
			"a backfill cannot use INDEXED BY");
	refuses(DBC_ON_SQLITE, "update t set a = :b",
			"a backfill cannot use parameters");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_is_added),
		cmocka_unit_test(columns_are_known),
		cmocka_unit_test(other_statements_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
