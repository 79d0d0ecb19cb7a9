/*
 * kept_row.c
 *	  What dbcheck_row() leaves to later calls: it is not used after any change that
 *	  the tests of a row depend on.
 *
 * Linked with SQLite and the extension, built with the address sanitizer;
 * prints TAP.
 */
#include "test/fault/core/application.h"
#include "test/fault/core/row.h"

#include <unistd.h>

static char path[] = "/tmp/dbcare_kept_row_XXXXXX";

/* ---- connections ---- */

/* Those that were opened: a row that is not tested as before has another
 * scratch database. */
static int opened;

static int
count_opened(sqlite3 *db, char **error, const struct sqlite3_api_routines *api)
{
	(void) db;
	(void) error;
	(void) api;
	opened++;
	return SQLITE_OK;
}

/* Whether two calls give a text, the second with what the first has left. */
static bool
keeps(sqlite3 *db, const char *wanted, const char *sql)
{
	bool same = gives(db, wanted, sql) && gives(db, wanted, sql);
	int before = opened;

	same = same && gives(db, wanted, sql);
	if (opened != before)
		problem("%s is tested anew", sql);
	return same && opened == before;
}

/* Whether the next call gives a text without what was left. */
static bool
tests_anew(sqlite3 *db, const char *wanted, const char *sql)
{
	int before = opened;
	bool same = gives(db, wanted, sql);

	if (opened == before)
		problem("%s is tested as before", sql);
	return same && opened != before;
}

/* ---- rows ---- */

static void
test_rows(void)
{
	sqlite3 *db = open_new(":memory:", COLUMNS
						   " default 'cd', p int references p, n int not null");

	expect(keeps(db, "the row is null in n", GOOD), "a row");
	expect(gives(db, NONE, PROBLEMS("{\"n\": 1}")), "defaults");
	expect(gives(db, "the row does not satisfy",
				 PROBLEMS("{\"name\": \"a\", "
						  "\"n\": 1}")),
		   "a check");
	expect(gives(db, "the row has no parent in p",
				 PROBLEMS("{\"n\": 1, \"p\": 2}")),
		   "a parent");
	run(db, "insert into p values (2)");
	expect(gives(db, NONE, PROBLEMS("{\"n\": 1, \"p\": 2}")), "its parent");
	run(db, "insert into t (id, n) values (7, 1)");
	expect(gives(db, "the row repeats a key of (id)",
				 PROBLEMS("{\"id\": 7, \"n\": 1}")),
		   "a key");
	run(db, "delete from t");
	expect(gives(db, NONE, PROBLEMS("{\"id\": 7, \"n\": 1}")), "without it");
	end(db, "rows of later calls are tested as that of the first");
	ok(sqlite3_memory_used() == 0, "nothing remains");
}

static void
test_number(void)
{
	sqlite3 *db = open_new(":memory:", COLUMNS);
	char sql[200];
	int before;

	for (int i = 0; i < 20; i++)
	{
		sqlite3_snprintf(sizeof(sql), sql,
						 "create table t%d (id integer primary key)", i);
		run(db, sql);
	}
	for (int i = 0; i < 40; i++)
	{
		sqlite3_snprintf(sizeof(sql), sql,
						 "select count(*) from dbcheck_row('t%d', '{}')",
						 i % 20);
		run(db, sql);
	}
	before = opened;
	for (int i = 12; i < 20; i++)
	{
		sqlite3_snprintf(sizeof(sql), sql,
						 "select count(*) from dbcheck_row('t%d', '{}')", i);
		run(db, sql);
	}
	expect(opened == before, "the last tables are known");
	run(db, "select count(*) from dbcheck_row('t0', '{}')");
	expect(opened == before + 1, "another table is not");
	end(db, "their number is limited");
}

/* ---- changes of the schema ---- */

static void
test_schema(void)
{
	static const char full[] = "id integer primary key, name text check "
							   "(length(name) > 2)";
	sqlite3 *db = open_new(path, COLUMNS);
	sqlite3 *second = open_path(path);
	char *create = sqlite3_mprintf("drop table t; create table t (%s)", full);

	expect(keeps(db, NONE, GOOD), "kept");
	run(second, create);
	expect(tests_anew(db, "the row does not satisfy", GOOD),
		   "another connection");
	run(db, "begin; drop table t; create table t (id integer primary key, "
			"name text)");
	expect(tests_anew(db, NONE, GOOD), "inside");
	run(db, "rollback");
	expect(tests_anew(db, "the row does not satisfy", GOOD), "rolled back");
	run(db, "begin; drop table t; create table t (id integer primary key, "
			"name text)");
	expect(tests_anew(db, NONE, GOOD), "inside again");
	run(db, "rollback; create table o (a); drop table o");
	expect(tests_anew(db, "the row does not satisfy", GOOD),
		   "of the same version");
	run(db, "savepoint s; drop table t; create table t (id integer primary "
			"key, name text)");
	expect(tests_anew(db, NONE, GOOD), "in a savepoint");
	run(db, "rollback to s; release s");
	expect(tests_anew(db, "the row does not satisfy", GOOD), "out of it");
	run(db, "create temp table t (id integer primary key, name text)");
	expect(tests_anew(db, NONE, GOOD), "a temporary table before it");
	run(db, "drop table temp.t");
	expect(tests_anew(db, "the row does not satisfy", GOOD), "after it");
	run(db, "attach ':memory:' as a; create table a.t (id, name text check "
			"(name <> 'ab')); drop table main.t");
	for (int i = 0; i < 3; i++)
		expect(tests_anew(db, "the row does not satisfy", GOOD),
			   "an attached table");
	sqlite3_free(create);
	expect(sqlite3_close(second) == SQLITE_OK, "does not close");
	end(db, "changes of the schema are seen");
}

/* A definition that changes while the version of the schema is the same. */
static void
test_writable(void)
{
	static const char change[] =
		"update sqlite_schema set sql = replace(sql, '> 1', '> 2') "
		"where name = 't'";
	sqlite3 *db = open_new(path, COLUMNS);

	expect(keeps(db, NONE, GOOD), "kept");
	run(db, "pragma writable_schema = on");
	expect(tests_anew(db, NONE, GOOD) && tests_anew(db, NONE, GOOD), "on");
	run(db, change);
	expect(tests_anew(db, "the row does not satisfy", GOOD), "changed");
	run(db, "pragma writable_schema = off");
	expect(tests_anew(db, "the row does not satisfy", GOOD), "off");
	end(db, "... those with writable_schema, too");
}

static void
test_version(void)
{
	sqlite3 *db = open_new(":memory:", COLUMNS);
	sqlite3_stmt *statement;
	char sql[200];

	expect(keeps(db, NONE, GOOD), "kept");
	if (sqlite3_prepare_v2(db, "pragma schema_version", -1, &statement, NULL) !=
			SQLITE_OK ||
		sqlite3_step(statement) != SQLITE_ROW)
		bail_out("schema_version", db);
	sqlite3_snprintf(sizeof(sql), sql,
					 "drop table t; create table t (id integer primary key, "
					 "name text check (length(name) > 2)); "
					 "pragma schema_version = %d",
					 sqlite3_column_int(statement, 0));
	sqlite3_finalize(statement);
	run(db, sql);
	expect(tests_anew(db, "the row does not satisfy", GOOD), "the old number");
	end(db, "... those that get the number of an earlier one");
}

static void
test_deserialize(void)
{
	sqlite3 *source = open_new(":memory:", "id integer primary key, name text "
										   "check (length(name) > 2)");
	sqlite3 *db = open_new(":memory:", COLUMNS);
	sqlite3_int64 length;
	unsigned char *bytes = sqlite3_serialize(source, "main", &length, 0);

	run(db, "begin");
	expect(keeps(db, "{", INSERT), "kept");
	run(db, "rollback");
	if (sqlite3_deserialize(db, "main", bytes, length, length,
							SQLITE_DESERIALIZE_FREEONCLOSE) != SQLITE_OK)
		bail_out("deserialize", db);
	/* SQLite cannot use a table-valued function again */
	for (int i = 0; i < 3; i++)
		expect(tests_anew(db, "dbcare: table t does not accept", INSERT),
			   "another database");
	sqlite3_close(source);
	end(db, "... and a database put in its place");
}

static void
test_backup(void)
{
	sqlite3 *source = open_new(":memory:", "id integer primary key, name text "
										   "check (length(name) > 2)");
	sqlite3 *db = open_new(path, COLUMNS);
	sqlite3_backup *backup;

	expect(keeps(db, NONE, GOOD), "kept");
	backup = sqlite3_backup_init(db, "main", source, "main");
	expect(backup && sqlite3_backup_step(backup, -1) == SQLITE_DONE, "copied");
	sqlite3_backup_finish(backup);
	expect(tests_anew(db, "the row does not satisfy", GOOD),
		   "a restored database");
	sqlite3_close(source);
	end(db, "... and one that was restored");
}

/* ---- functions and collations ---- */

static void
test_replaced(void)
{
	sqlite3 *db = open_new(":memory:", COLUMNS);

	expect(keeps(db, NONE, GOOD), "kept");
	add(db, "length", 1, SQLITE_INNOCUOUS, give_one);
	expect(tests_anew(db, "the row does not satisfy", GOOD),
		   "a function of the application");
	expect(tests_anew(db, "the row does not satisfy", GOOD),
		   "... is asked anew");
	add(db, "length", 1, 0, call_unsafe);
	expect(gives(db, "unsafe use of length()", GOOD), "an unsafe function");
	end(db, "functions that replace SQLite's are not called");
}

/* SQLite does not signal a function whose arguments or encoding differ from those
 * of the one that it hides. */
static void
test_overload(void)
{
	sqlite3 *db = open_new(":memory:", COLUMNS);

	expect(keeps(db, NONE, GOOD) && keeps(db, "{", INSERT), "kept");
	run(db, "delete from t");
	add(db, "length", -1, 0, call_unsafe);
	expect(gives(db, "unsafe use of length()", GOOD), "a row");
	expect(gives(db, "dbcare: table t does not accept", INSERT), "an INSERT");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");

	db = open_new(":memory:", COLUMNS);
	expect(keeps(db, NONE, GOOD), "kept");
	if (sqlite3_create_function(db, "length", 1, SQLITE_UTF16, NULL,
								call_unsafe, NULL, NULL) != SQLITE_OK)
		bail_out("length", db);
	/* as statements that the application has prepared go on with SQLite's */
	expect(gives(db, NONE, GOOD), "another encoding");
	run(db, "create table o (a)");
	expect(gives(db, "unsafe use of length()", GOOD), "prepared again");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");

	db = open_path(":memory:");
	add(db, "is_good", -1, SQLITE_INNOCUOUS, give_one);
	run(db, "create table t (id integer primary key, name text check "
			"(is_good(name)))");
	for (int i = 0; i < 3; i++)
		expect(tests_anew(db, NONE, GOOD), "a function of the application");
	add(db, "is_good", 1, 0, call_unsafe);
	expect(gives(db, "unsafe use of is_good()", GOOD), "an unsafe overload");
	end(db, "... and others are judged by each call");
}

static int
equal(void *data, int left_length, const void *left, int right_length,
	  const void *right)
{
	(void) data;
	(void) left_length;
	(void) left;
	(void) right_length;
	(void) right;
	return 0;
}

static int
differ(void *data, int left_length, const void *left, int right_length,
	   const void *right)
{
	return equal(data, left_length, left, right_length, right) + 1;
}

static void
test_collation(void)
{
	sqlite3 *db = open_path(":memory:");

	if (sqlite3_create_collation(db, "mine", SQLITE_UTF8, NULL, differ) !=
		SQLITE_OK)
		bail_out("mine", db);
	run(db, "create table t (id integer primary key, name text collate mine "
			"check (name <> 'zz'))");
	expect(keeps(db, NONE, GOOD), "kept");
	if (sqlite3_create_collation(db, "mine", SQLITE_UTF8, NULL, equal) !=
		SQLITE_OK)
		bail_out("mine", db);
	expect(tests_anew(db, "the row does not satisfy", GOOD),
		   "another collation");
	end(db, "so are collations");
}

/* ---- authorizers ---- */

static void
test_authorizer(void)
{
	static const char *const pragmas[] = {"index_list", "index_xinfo",
										  "foreign_key_list"};
	static ignored name = {SQLITE_READ, "t", "name"};
	sqlite3 *db = open_new(":memory:", "id integer primary key, name text "
									   "unique references p");

	run(db, "insert into t values (9, 'ab')");
	expect(keeps(db, "the row repeats a key of (name)", GOOD), "kept");
	for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++)
	{
		char before[500];
		sqlite3_stmt *statement;

		if (sqlite3_prepare_v2(db, GOOD, -1, &statement, NULL) != SQLITE_OK ||
			sqlite3_step(statement) != SQLITE_ROW)
			bail_out(GOOD, db);
		sqlite3_snprintf(sizeof(before), before, "%s",
						 sqlite3_column_text(statement, 0));
		sqlite3_finalize(statement);
		sqlite3_set_authorizer(db, ignore,
							   &(ignored){SQLITE_PRAGMA, pragmas[i], NULL});
		for (int j = 0; j < 3; j++)
			(void) try(db, GOOD);
		sqlite3_set_authorizer(db, NULL, NULL);
		expect(gives(db, before, GOOD), "%s", pragmas[i]);
	}
	sqlite3_set_authorizer(db, ignore, &name);
	for (int j = 0; j < 3; j++)
		(void) try(db, GOOD);
	sqlite3_set_authorizer(db, NULL, NULL);
	expect(gives(db, "the row repeats a key of (name)", GOOD),
		   "a column that was ignored");
	end(db, "nothing is left of what an authorizer has ignored");
}

static void
test_inspection_authorizer(void)
{
	static ignored index = {SQLITE_PRAGMA, "index_xinfo",
							"sqlite_autoindex_t_1"};
	static ignored functions = {SQLITE_PRAGMA, "function_list", NULL};
	static ignored column = {SQLITE_READ, "pragma_index_xinfo", "name"};
	sqlite3 *db = open_new(":memory:", "id integer primary key, name text "
									   "unique check (length(name) > 1)");

	run(db, "insert into t values (9, 'ab')");
	sqlite3_set_authorizer(db, ignore, &index);
	for (int i = 0; i < 3; i++)
		(void) try(db, GOOD);
	sqlite3_set_authorizer(db, NULL, NULL);
	expect(gives(db, "the row repeats a key of (name)", GOOD), "an index");
	sqlite3_set_authorizer(db, ignore, &column);
	expect(gives(db, "dbcare: the columns of an index cannot be read", GOOD),
		   "its columns");
	sqlite3_set_authorizer(db, NULL, NULL);
	run(db, "delete from t");
	add(db, "length", 1, 0, give_one);
	sqlite3_set_authorizer(db, ignore, &functions);
	for (int i = 0; i < 3; i++)
		(void) try(db, GOOD);
	sqlite3_set_authorizer(db, NULL, NULL);
	expect(gives(db, "unsafe use of length()", GOOD), "a function");
	end(db, "... and of indexes and functions that it has ignored");
}

/* ---- nested calls ---- */

static void
nested(sqlite3_context *context, int count, sqlite3_value **values)
{
	static int depth;

	(void) count;
	(void) values;
	if (depth++ == 0)
		expect(gives(sqlite3_context_db_handle(context), NONE, GOOD), "nested");
	depth--;
	sqlite3_result_int(context, 1);
}

static void
test_nested(void)
{
	sqlite3 *db = open_path(":memory:");

	add(db, "is_good", 1, SQLITE_INNOCUOUS, nested);
	run(db, "create table t (id integer primary key, name text check "
			"(is_good(name)))");
	for (int i = 0; i < 3; i++)
		expect(gives(db, NONE, GOOD), "outer");
	end(db, "a nested call has its own");
}

int
main(void)
{
	if (mkstemp(path) < 0)
		bail_out("mkstemp", NULL);
	test_rows();
	if (sqlite3_auto_extension((void (*)(void)) count_opened) != SQLITE_OK)
		bail_out("auto_extension", NULL);
	test_number();
	test_schema();
	test_writable();
	test_version();
	test_deserialize();
	test_backup();
	test_replaced();
	test_overload();
	test_collation();
	test_authorizer();
	test_inspection_authorizer();
	test_nested();
	unlink(path);
	return finish();
}
