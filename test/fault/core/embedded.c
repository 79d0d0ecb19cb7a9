/*
 * embedded.c
 *	  Embedded statements that a connection keeps between calls, and what it
 *	  knows of dbcare's tables: any change beneath is noticed.
 *
 * Linked with SQLite and the extension, built with the address sanitizer;
 * prints TAP.
 */
#include "test/fault/core/application.h"

#include <unistd.h>

#define GET	  "select dbcare_get('environment')"
#define COUNT "select count(*) from dbcare_event"

static char path[] = "/tmp/dbcare_embedded_XXXXXX";

/* A connection that has kept what these calls run. */
static sqlite3 *
open_warm(const char *name)
{
	sqlite3 *db = open_path(name);

	run(db, "select dbcare_install();"
			"select dbcare_set('environment', 'staging')");
	for (int i = 0; i < 4; i++)
	{
		expect(gives(db, "staging", GET), "a setting");
		run(db, "begin; select dbaudit_actor('a'), dbcare_set('events_days', "
				"90); commit");
	}
	return db;
}

static void
close_warm(sqlite3 *db)
{
	expect(sqlite3_close(db) == SQLITE_OK, "the connection does not close");
}

/* Steps that SQLite takes to prepare statements in a call. */
static int prepared;

static int
count_prepared(void *answer, int action, const char *first, const char *second,
			   const char *schema, const char *source)
{
	(void) answer;
	(void) first;
	(void) second;
	(void) schema;
	(void) source;
	prepared += action == SQLITE_SELECT || action == SQLITE_INSERT;
	return SQLITE_OK;
}

/* How many statements are prepared for a call, itself among them, that was made before. */
static int
count_again(sqlite3 *db, const char *wanted, const char *sql)
{
	for (int i = 0; i < 4; i++)
	{
		prepared = 0;
		expect(gives(db, wanted, sql), "%s", sql);
	}
	return prepared;
}

static void
test_kept(void)
{
	sqlite3 *db = open_warm(":memory:");
	static const char select[] =
		"select json_array_length(dbops_select('t', '{\"filters\": {\"a\": "
		"1}}'), '$.rows')";

	run(db, "create table t (a integer primary key);"
			"insert into t values (1);"
			"select dbarchive_enable('t', '{\"mode\": \"flag\"}')");
	sqlite3_set_authorizer(db, count_prepared, NULL);
	expect(count_again(db, "staging", GET) == 1, "%d statements of %s",
		   prepared, GET);
	/* it looks up the table in dbcare_known */
	expect(count_again(db, "1", select) == 1, "%d statements of %s", prepared,
		   select);
	sqlite3_set_authorizer(db, NULL, NULL);
	close_warm(db);
	ok(!problems, "embedded statements are kept");
}

/* ---- authorizers ---- */

/* Has calls run, with the authorizer and then without. */
static void
try_ignored(sqlite3 *db, ignored what, const char *sql)
{
	sqlite3_set_authorizer(db, ignore, &what);
	for (int i = 0; i < 4; i++)
		(void) try(db, sql);
	sqlite3_set_authorizer(db, NULL, NULL);
}

static void
test_authorizer(void)
{
	static const char set[] = "select dbcare_set('environment', 'testing')";
	static const char rows[] =
		"select json_extract(dbops_select('t'), '$.rows')";
	sqlite3 *db = open_warm(":memory:");

	try_ignored(db, (ignored){SQLITE_READ, "dbcare_setting", "value"}, GET);
	expect(gives(db, "staging", GET), "a column");
	try_ignored(db, (ignored){SQLITE_READ, "sqlite_master", "name"}, GET);
	expect(gives(db, "staging", GET), "a column of the schema");
	try_ignored(db, (ignored){SQLITE_FUNCTION, NULL, "coalesce"}, GET);
	expect(gives(db, "staging", GET), "a function without a call");
	try_ignored(db, (ignored){SQLITE_FUNCTION, NULL, "dbcare_refuse_unsafe"},
				GET);
	expect(gives(db, "staging", GET), "a function");
	try_ignored(db, (ignored){SQLITE_SELECT, NULL, NULL}, GET);
	expect(gives(db, "staging", GET), "queries");
	ok(!problems, "what an authorizer has ignored is read when it is removed");

	try_ignored(db, (ignored){SQLITE_INSERT, "dbcare_event", NULL}, set);
	run(db, "delete from dbcare_event");
	run(db, set);
	expect(gives(db, "1", COUNT), "an event");
	expect(gives(db, "testing", GET), "a setting");
	try_ignored(db, (ignored){SQLITE_INSERT, "dbcare_setting", NULL}, set);
	run(db, "select dbcare_set('environment', 'production')");
	expect(gives(db, "production", GET), "a row that is inserted");
	try_ignored(db, (ignored){SQLITE_UPDATE, "dbcare_setting", "value"}, set);
	run(db, set);
	expect(gives(db, "testing", GET), "a column that is changed");
	run(db, "create table t (id integer primary key, name text check "
			"(length(name) < 9)); insert into t values (1, 'a')");
	expect(gives(db, "[{\"id\":1,\"name\":\"a\"}]", rows), "rows");
	try_ignored(db, (ignored){SQLITE_READ, "pragma_table_xinfo", "name"},
				"select dbops_insert('t', '{\"name\": \"b\"}')");
	expect(gives(db, "{", "select dbops_insert('t', '{\"name\": \"b\"}')"),
		   "columns of a pragma");
	close_warm(db);
	ok(!problems, "... and written");
}

/* Denies the tables of dbcare from a moment on. */
static int
deny(void *data, int action, const char *first, const char *second,
	 const char *schema, const char *source)
{
	(void) second;
	(void) schema;
	(void) source;
	return *(const bool *) data && action == SQLITE_READ && first &&
				   strncmp(first, "dbcare_", 7) == 0
			   ? SQLITE_DENY
			   : SQLITE_OK;
}

static void
test_denied(void)
{
	sqlite3 *db = open_warm(":memory:");
	bool denies = false;

	sqlite3_set_authorizer(db, deny, &denies);
	for (int i = 0; i < 4; i++)
		expect(gives(db, "staging", GET), "a setting");
	denies = true;
	sqlite3_set_authorizer(db, deny, &denies);
	expect(try(db, GET) != SQLITE_OK, "a setting that is denied is read");
	denies = false;
	sqlite3_set_authorizer(db, deny, &denies);
	expect(gives(db, "staging", GET), "a setting");
	sqlite3_set_authorizer(db, NULL, NULL);
	close_warm(db);
	ok(!problems, "an authorizer that is set again is asked again");
}

/* ---- functions ---- */

static void
call_changed(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void) count;
	(void) values;
	problem("an unsafe function was called");
	sqlite3_result_text(context, "x", -1, SQLITE_STATIC);
}

/* The index calls SQLite's upper(), until the application has another one. */
static void
test_functions(void)
{
	static const char refused[] = "dbcare: unsafe use of upper()";
	static const char plan[] = "select dbhealth_score()";
	sqlite3 *db;

	for (int arguments = -1; arguments <= 1; arguments += 2)
	{
		db = open_warm(":memory:");
		run(db, "create index i on dbcare_setting (upper(name))");
		for (int i = 0; i < 4; i++)
			run(db, "select dbcare_set('environment', 'testing')");
		if (sqlite3_create_function(db, "upper", arguments,
									SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
									call_changed, NULL, NULL) != SQLITE_OK)
			bail_out("upper", db);
		/* a statement that was prepared before calls that of before */
		if (arguments == -1)
			expect(gives(db, "testing", GET), "a setting");
		else
			expect(gives(db, refused, GET), "the same function");
		expect(gives(db, refused, plan) && gives(db, refused, plan),
			   "a statement that is new");
		run(db, "drop index i");
		expect(gives(db, "testing", GET), "without the index");
		close_warm(db);
	}
	ok(!problems, "a function that takes the place of another is not called");
}

/* ---- changes ---- */

/* Others change the settings, and roll back. */
static void
test_data(void)
{
	sqlite3 *db = open_warm(path);
	sqlite3 *second = open_path(path);

	run(second, "select dbcare_set('environment', 'testing')");
	expect(gives(db, "testing", GET), "another connection");
	run(db, "begin; savepoint s; "
			"select dbcare_set('environment', 'production')");
	expect(gives(db, "production", GET), "in the transaction");
	run(db, "rollback to s");
	expect(gives(db, "testing", GET), "rolled back to a savepoint");
	run(db, "select dbcare_set('environment', 'production'); rollback");
	expect(gives(db, "testing", GET), "rolled back");
	run(db, "vacuum");
	expect(gives(db, "testing", GET), "after VACUUM");
	run(db, "attach ':memory:' as dbcare_other; "
			"create table dbcare_other.dbcare_setting (name, value)");
	expect(gives(db, "testing", GET), "with another table attached");
	run(db, "detach dbcare_other");
	expect(gives(db, "testing", GET), "without it");
	run(db, "create temp table dbcare_setting (name, value); insert into "
			"temp.dbcare_setting values ('environment', 'production')");
	expect(gives(db, "testing", GET), "with a temporary table");
	run(db, "drop table temp.dbcare_setting");
	close_warm(second);
	close_warm(db);
	ok(!problems, "changes of settings are seen");
}

/* Others drop and make dbcare's tables, and make them unsafe. */
static void
test_schema(void)
{
	static const char refused[] = "dbcare: unsafe use of run_program()";
	sqlite3 *db = open_warm(path);
	sqlite3 *second = open_path(path);
	char sql[100];

	if (sqlite3_create_function(db, "run_program", 1,
								SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
								call_changed, NULL, NULL) != SQLITE_OK ||
		sqlite3_create_function(second, "run_program", 1,
								SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
								call_changed, NULL, NULL) != SQLITE_OK)
		bail_out("run_program", db);
	expect(gives(db, "staging", GET), "an unsafe function without a use");
	run(second, "create trigger r before insert on dbcare_event begin "
				"select run_program(1); end");
	expect(gives(db, refused, GET) && gives(db, refused, GET), "a trigger");
	run(second, "drop trigger r");
	expect(gives(db, "staging", GET) && gives(db, "staging", GET),
		   "without the trigger");
	run(db, "begin; create trigger r before insert on dbcare_event begin "
			"select run_program(1); end");
	expect(gives(db, refused, GET), "a trigger of the same transaction");
	run(db, "rollback");
	expect(gives(db, "staging", GET), "without it");
	run(db, "begin; drop table dbcare_setting; "
			"create table dbcare_setting (name, value, x)");
	expect(gives(db, "development", GET), "another table");
	run(db, "rollback");
	expect(gives(db, "staging", GET), "the table");
	run(second, "alter table dbcare_setting add column more text");
	expect(gives(db, "staging", GET), "with another column");
	run(second, "alter table dbcare_setting drop column more");
	sqlite3_snprintf(sizeof(sql), sql,
					 "select dbcare_uninstall('{\"confirm\": \"%s\"}')",
					 strrchr(path, '/') + 1);
	run(second, sql);
	expect(gives(db, "development", GET), "no tables");
	close_warm(second);
	close_warm(db);
	ok(!problems, "changes of dbcare's tables are seen");
}

int
main(void)
{
	if (mkstemp(path) < 0)
		bail_out("mkstemp", NULL);
	test_kept();
	test_authorizer();
	test_denied();
	test_functions();
	test_data();
	test_schema();
	unlink(path);
	return finish();
}
