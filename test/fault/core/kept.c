/*
 * kept.c
 *	  Statements that a connection keeps between calls: they hold nothing, end
 *	  with the connection, and are not used after a change that SQLite does not
 *	  notice.
 *
 * Linked with SQLite and the extension, built with the address sanitizer;
 * prints TAP.
 */
#include "test/fault/core/sql.h"

#include <unistd.h>

static char path[] = "/tmp/dbcare_kept_XXXXXX";
static char other_path[] = "/tmp/dbcare_kept_XXXXXX";

/* ---- connections ---- */

#define NAMES                                                              \
	"select json_extract(dbops_select('t', '{\"columns\": [\"name\"]}'), " \
	"'$.rows')"
#define PLAN \
	"select json_extract(dbops_select('t', '{\"verbose\": true}'), '$.plan')"

/* A connection to a new database with a table, which has kept a statement. */
static sqlite3 *
open_new(void)
{
	sqlite3 *db = open_path(":memory:");

	run(db, "create table t (id integer primary key, name text);"
			"insert into t values (1, 'a')");
	expect(gives(db, "[{\"name\":\"a\"}]", NAMES), "a new database");
	expect(gives(db, "new", PLAN) && gives(db, "reused", PLAN),
		   "a statement is kept");
	expect(count_statements(db) > 0, "kept statements");
	return db;
}

/* ---- the end of the connection ---- */

static void
test_close(void)
{
	sqlite3 *db = open_new();
	sqlite3_stmt *open;

	expect(sqlite3_close(db) == SQLITE_OK, "the connection does not close");
	ok(!problems, "a connection with kept statements closes");

	db = open_new();
	if (sqlite3_prepare_v2(db, "select 1", -1, &open, NULL) != SQLITE_OK)
		bail_out("select 1", db);
	expect(sqlite3_close(db) == SQLITE_BUSY, "closed with an open statement");
	expect(count_statements(db) == 1, "kept statements after a failed close");
	expect(gives(db, "new", PLAN) && gives(db, "reused", PLAN),
		   "statements are kept again");
	sqlite3_finalize(open);
	expect(sqlite3_close(db) == SQLITE_OK, "the connection does not close");
	ok(!problems, "... after an attempt to close it with an open statement");

	db = open_new();
	while ((open = sqlite3_next_stmt(db, NULL)) != NULL)
		sqlite3_finalize(open);
	expect(sqlite3_close(db) == SQLITE_OK, "the connection does not close");
	ok(!problems, "... after the application has finalized all statements");

	db = open_new();
	if (sqlite3_prepare_v2(db, NAMES, -1, &open, NULL) != SQLITE_OK)
		bail_out(NAMES, db);
	sqlite3_close_v2(db);
	expect(sqlite3_step(open) != SQLITE_ROW, "a call after the end");
	sqlite3_finalize(open);
	ok(!problems, "... by sqlite3_close_v2(), with a call that comes later");

	db = open_new();
	if (sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out("load again", db);
	expect(gives(db, "new", PLAN) && gives(db, "reused", PLAN),
		   "loaded again, statements are kept");
	expect(sqlite3_close(db) == SQLITE_OK, "the connection does not close");
	ok(!problems, "... that has loaded the library twice");
	ok(sqlite3_memory_used() == 0, "nothing remains");
}

/* ---- what they hold ---- */

static void
test_holds(void)
{
	sqlite3 *db = open_path(path);
	sqlite3 *second = open_path(path);
	char sql[200];

	run(db, "create table t (id integer primary key, name text);"
			"insert into t values (1, 'a'), (2, 'b');"
			"create table u (id integer primary key)");
	expect(gives(db, "new", PLAN) && gives(db, "reused", PLAN), "is kept");
	expect(
		try(second, "begin exclusive; insert into t values (3, 'c'); commit") ==
			SQLITE_OK,
		"another connection cannot write");
	expect(try(db, "pragma journal_mode = wal") == SQLITE_OK, "journal_mode");
	expect(gives(db, "3", "select dbops_count('t')"), "rows");
	expect(try(second, "insert into t values (4, 'd');"
					   "pragma wal_checkpoint(truncate)") == SQLITE_OK,
		   "checkpoint");
	expect(gives(second, "0", "pragma wal_checkpoint(truncate)"), "blocked");
	expect(gives(db, "4", "select dbops_count('t')"), "an old snapshot");
	expect(try(db, "vacuum") == SQLITE_OK, "vacuum");
	expect(try(db, "drop table u") == SQLITE_OK, "drop");
	ok(!problems, "a kept statement holds no lock and no snapshot");

	sqlite3_snprintf(sizeof(sql), sql,
					 "attach '%q' as o; create table o.t (id integer primary"
					 " key, name text); insert into o.t values (9, 'z')",
					 other_path);
	run(db, sql);
	expect(gives(db, "1", "select dbops_count('o.t')") &&
			   gives(db, "1", "select dbops_count('o.t')"),
		   "rows of an attached database");
	expect(gives(db, "4", "select dbops_count('t')"), "rows");
	expect(try(db, "detach o") == SQLITE_OK, "detach");
	expect(gives(db, "dbcare: table o.t does not exist",
				 "select dbops_count('o.t')"),
		   "a detached table");
	expect(gives(db, "4", "select dbops_count('t')"), "rows");
	ok(!problems, "... and no attached database");

	for (int i = 0; i < 1000; i++)
	{
		sqlite3_snprintf(sizeof(sql), sql,
						 "select dbops_select('t', '{\"limit\": %d}')", i);
		run(db, sql);
	}
	ok(count_statements(db) < 300, "their number is limited: %d",
	   count_statements(db));
	expect(sqlite3_close(db) == SQLITE_OK && sqlite3_close(second) == SQLITE_OK,
		   "does not close");
}

/* ---- changes ---- */

static void
test_schema(void)
{
	static const char rows[] =
		"select json_extract(dbops_select('t'), '$.rows')";
	sqlite3 *db = open_path(path);
	sqlite3 *second = open_path(path);

	run(db, "drop table if exists t; create table t (id integer primary key);"
			"insert into t values (1)");
	expect(gives(db, "[{\"id\":1}]", rows) && gives(db, "[{\"id\":1}]", rows),
		   "rows");
	run(second, "alter table t add a default 'x'");
	expect(gives(db, "[{\"a\":\"x\",\"id\":1}]", rows), "another connection");
	run(db, "begin; alter table t add b default 'y'");
	expect(gives(db, "[{\"a\":\"x\",\"b\":\"y\",\"id\":1}]", rows), "inside");
	run(db, "rollback");
	expect(gives(db, "[{\"a\":\"x\",\"id\":1}]", rows), "rolled back");
	run(db, "alter table t add c default 'z'");
	expect(gives(db, "[{\"a\":\"x\",\"c\":\"z\",\"id\":1}]", rows), "again");
	run(db, "savepoint s; alter table t drop c");
	expect(gives(db, "[{\"a\":\"x\",\"id\":1}]", rows), "in a savepoint");
	run(db, "rollback to s; release s");
	expect(gives(db, "[{\"a\":\"x\",\"c\":\"z\",\"id\":1}]", rows),
		   "out of it");
	run(db, "create temp table t (id integer primary key);"
			"insert into temp.t values (7)");
	expect(gives(db, "[{\"id\":7}]", rows), "a temporary table before it");
	run(db, "drop table temp.t");
	expect(gives(db, "[{\"a\":\"x\",\"c\":\"z\",\"id\":1}]", rows), "after it");
	run(db, "drop table t; create table t (k integer primary key);"
			"insert into t values (5)");
	expect(gives(db, "[{\"k\":5}]", rows), "another table");
	run(db, "drop table t; create view t as select 1 as a");
	expect(gives(db, "dbcare: t is not a table", rows), "a view");
	expect(sqlite3_close(db) == SQLITE_OK && sqlite3_close(second) == SQLITE_OK,
		   "does not close");
	ok(!problems, "changes of the schema are seen");
}

/* The bytes of a database with two tables in this order. */
static unsigned char *
make_image(const char *first, const char *second, sqlite3_int64 *length)
{
	sqlite3 *db = open_path(":memory:");
	char *sql = sqlite3_mprintf(
		"create table %s (id integer primary key, name text);"
		"create table %s (id integer primary key, name text);"
		"insert into t values (1, 't'); insert into u values (1, 'u')",
		first, second);
	unsigned char *bytes;

	run(db, sql);
	sqlite3_free(sql);
	bytes = sqlite3_serialize(db, "main", length, 0);
	sqlite3_close(db);
	return bytes;
}

static void
load_image(sqlite3 *db, const char *first, const char *second)
{
	sqlite3_int64 length;
	unsigned char *bytes = make_image(first, second, &length);

	if (sqlite3_deserialize(db, "main", bytes, length, length,
							SQLITE_DESERIALIZE_FREEONCLOSE |
								SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
		bail_out("deserialize", db);
}

static void
test_deserialize(void)
{
	sqlite3 *db = open_path(":memory:");

	run(db, "create table t (id integer primary key, name text);"
			"create table u (id integer primary key, name text);"
			"insert into t values (1, 't'); insert into u values (1, 'u')");
	expect(gives(db, "[{\"name\":\"t\"}]", NAMES), "the first");
	load_image(db, "u", "t");
	expect(gives(db, "[{\"name\":\"t\"}]", NAMES), "the second");
	load_image(db, "t", "u");
	expect(gives(db, "[{\"name\":\"t\"}]", NAMES), "the third");
	expect(gives(db, "[{\"name\":\"t\"}]", NAMES), "the third again");
	load_image(db, "u", "t");
	expect(gives(db, "[{\"name\":\"t\"}]", NAMES), "the fourth");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	ok(!problems, "so is a database put in its place");
}

/* Table-valued functions that were used before. */
static void
test_functions(void)
{
	static const char each[] = "select count(*) > 0 from json_each('[1]')";
	static const char enable[] = "select dbaudit_enable('t')";
	static const char stale[] =
		"dbcare: json_each() belongs to a database that was replaced";
	sqlite3 *db = open_path(":memory:");

	run(db, "create table t (id integer primary key, name text);"
			"insert into t values (1, 't')");
	expect(gives(db, "1",
				 "select count(*) from pragma_table_info('t') "
				 "where name = 'id'"),
		   "pragma_table_info");
	load_image(db, "u", "t");
	expect(gives(db, "{",
				 "select dbops_update('t', '{\"id\": 1}', "
				 "'{\"name\": \"v\"}')"),
		   "pragmas are used again");
	ok(!problems, "... with the table-valued functions of pragmas");

	expect(gives(db, "1", each), "json_each");
	load_image(db, "t", "u");
	expect(gives(db, stale, enable), "a stale function");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	ok(!problems, "others are refused");

	db = open_path(":memory:");
	run(db, "create table t (id integer primary key, name text)");
	run(db, enable);
	run(db, enable);
	load_image(db, "t", "u");
	expect(gives(db, stale, enable), "one that is prepared again and again");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	ok(!problems, "... before they are tried");
}

/* ---- definitions that change ---- */

static void
call_unsafe(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void) count;
	(void) values;
	problem("an unsafe function was called");
	sqlite3_result_text(context, "x", -1, SQLITE_STATIC);
}

static void
test_unsafe(void)
{
	static const char update[] =
		"select dbops_update('t', '{\"id\": 1}', '{\"name\": \"b\"}')";
	static const char refused[] = "dbcare: unsafe use of run_program()";
	sqlite3 *db = open_new();

	if (sqlite3_create_function(db, "run_program", 0,
								SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
								call_unsafe, NULL, NULL) != SQLITE_OK)
		bail_out("run_program", db);
	expect(gives(db, "{", update) && gives(db, "{", update), "updated");
	run(db, "create table o (id integer primary key, name text default "
			"(run_program()));"
			"create trigger r after update on t begin "
			"insert into o (id) values (null); end");
	expect(gives(db, refused, update) && gives(db, refused, update),
		   "a new trigger");
	run(db, "begin; drop trigger r");
	expect(gives(db, "{", update), "without the trigger");
	run(db, "rollback");
	expect(gives(db, refused, update), "with it again");
	run(db, "drop trigger r; begin; create table p (a)");
	expect(gives(db, "{", update), "without the trigger");
	run(db, "rollback; create trigger r after update on t begin "
			"insert into o (id) values (null); end");
	expect(gives(db, refused, update), "a trigger of the same version");
	run(db, "drop trigger r");
	expect(gives(db, "{", update), "without it");
	run(db, "create temp trigger r after update on main.t begin "
			"insert into o (id) values (null); end");
	expect(gives(db, refused, update), "a temporary trigger");
	run(db, "drop trigger temp.r");
	expect(gives(db, "{", update), "without any");
	/* the statement that was kept first is prepared again, and no longer kept
	 */
	expect(gives(db, "new", PLAN) && gives(db, "new", PLAN) &&
			   gives(db, "reused", PLAN),
		   "kept statements");
	run(db, "drop table t; create table t (id integer primary key, name text "
			"as (run_program()))");
	expect(gives(db, refused, PLAN) && gives(db, refused, PLAN),
		   "a generated column");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	ok(!problems, "what statements lead to is followed again");
}

/* ---- authorizers ---- */

static int
ignore_name(void *answer, int action, const char *table, const char *column,
			const char *schema, const char *source)
{
	(void) schema;
	(void) source;
	return action == SQLITE_READ && strcmp(table, "t") == 0 &&
				   strcmp(column, "name") == 0
			   ? *(int *) answer
			   : SQLITE_OK;
}

static int
ignore_function(void *answer, int action, const char *first, const char *name,
				const char *schema, const char *source)
{
	(void) first;
	(void) schema;
	(void) source;
	return action == SQLITE_FUNCTION && strcmp(name, "instr") == 0
			   ? *(int *) answer
			   : SQLITE_OK;
}

static void
test_authorizer(void)
{
	static const char by_name[] =
		"select dbops_count('t', '{\"name\": \"a\"}')";
	static const char by_part[] =
		"select dbops_count('t', '{\"name\": {\"contains\": \"a\"}}')";
	sqlite3 *db = open_new();
	int answer = SQLITE_DENY;

	expect(gives(db, "1", by_name) && gives(db, "1", by_part), "counts");
	sqlite3_set_authorizer(db, ignore_name, &answer);
	expect(gives(db, "dbcare: access to t.name is prohibited", NAMES) &&
			   gives(db, "dbcare: access to t.name is prohibited", by_name),
		   "denied");
	answer = SQLITE_IGNORE;
	for (int i = 0; i < 2; i++)
		expect(gives(db, "[{\"name\":null}]", NAMES) && gives(db, "0", by_name),
			   "ignored");
	sqlite3_set_authorizer(db, NULL, NULL);
	expect(gives(db, "[{\"name\":\"a\"}]", NAMES) && gives(db, "1", by_name),
		   "allowed");
	sqlite3_set_authorizer(db, ignore_function, &answer);
	expect(gives(db, "0", by_part) && gives(db, "0", by_part), "ignored");
	sqlite3_set_authorizer(db, NULL, NULL);
	expect(gives(db, "1", by_part), "allowed");
	answer = SQLITE_DENY;
	sqlite3_set_authorizer(db, ignore_function, &answer);
	expect(gives(db, "new", PLAN) && gives(db, "new", PLAN), "not needed");
	sqlite3_set_authorizer(db, NULL, NULL);
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	ok(!problems, "an authorizer that is set or removed takes effect");
}

/* ---- nested calls ---- */

static int depth;

/* lower(), which calls the function that calls it, with the same shape. */
static void
nested_lower(sqlite3_context *context, int count, sqlite3_value **values)
{
	static const char nested[] =
		"select dbops_count('t', '{\"name\": {\"ilike\": \"A%\"}}')";
	sqlite3 *db = sqlite3_context_db_handle(context);
	char *text = sqlite3_mprintf("%s", sqlite3_value_text(values[0]));

	(void) count;
	if (depth++ == 0)
		expect(gives(db, "2", nested), "nested");
	depth--;
	for (char *c = text; c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	sqlite3_result_text(context, text, -1, sqlite3_free);
}

static void
test_nested(void)
{
	static const char call[] =
		"select dbops_count('t', '{\"name\": {\"ilike\": \"A%\"}}')";
	sqlite3 *db = open_new();

	run(db, "insert into t values (2, 'AB'), (3, 'b')");
	if (sqlite3_create_function(db, "lower", 1, SQLITE_UTF8, NULL, nested_lower,
								NULL, NULL) != SQLITE_OK)
		bail_out("lower", db);
	for (int i = 0; i < 3; i++)
		expect(gives(db, "2", call), "outer");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	ok(!problems, "a statement that runs is not used by a nested call");
}

int
main(void)
{
	if (mkstemp(path) < 0 || mkstemp(other_path) < 0)
		bail_out("mkstemp", NULL);
	test_close();
	test_holds();
	test_schema();
	test_deserialize();
	test_functions();
	test_unsafe();
	test_authorizer();
	test_nested();
	unlink(path);
	unlink(other_path);
	return finish();
}
