/*
 * kept_answers.c
 *	  What a connection has read of the schema for calls about a row: it is not
 *	  used after a change, nor kept if an authorizer ignores a part of it.
 *
 * Linked with SQLite and the extension, built with the address sanitizer;
 * prints TAP.
 */
#include "test/fault/core/application.h"
#include "test/fault/core/row.h"

#include <unistd.h>

static char path[] = "/tmp/dbcare_answers_XXXXXX";

#define FLAG(table) \
	"select dbarchive_enable('" table "', '{\"mode\": \"flag\"}')"
#define DELETE(key) \
	"select json_extract(dbarchive_delete('t', " key "), '$.rows')"
#define CHILD                                                                  \
	"create table c (id integer primary key, t_id int references t on delete " \
	"cascade);" FLAG("c")

/* A connection whose calls have kept what they read, with rows 4 to 9. */
static sqlite3 *
open_deleting(const char *name)
{
	sqlite3 *db = open_new(name, "id integer primary key, name text");

	run(db, FLAG("t"));
	run(db, "insert into t (id, name) select value, 'a' from "
			"json_each('[1,2,3,4,5,6,7,8,9]')");
	for (char key[] = "1"; *key < '4'; ++*key)
	{
		char *sql = sqlite3_mprintf(DELETE("%s"), key);

		expect(gives(db, "1", sql), "deleted");
		sqlite3_free(sql);
	}
	return db;
}

/* ---- changes of the schema ---- */

static void
test_children(void)
{
	sqlite3 *db = open_deleting(path);
	sqlite3 *second = open_path(path);

	run(db,
		"begin; savepoint s;" CHILD "; insert into c (id, t_id) values (1, 4)");
	expect(gives(db, "2", DELETE("4")), "a child");
	run(db, "rollback to s");
	expect(gives(db, "1", DELETE("4")), "without it");
	run(db, "commit");
	run(second, CHILD "; insert into c (id, t_id) values (1, 5)");
	expect(gives(db, "2", DELETE("5")), "one of another connection");
	run(db, "drop table c");
	expect(gives(db, "1", DELETE("6")), "a dropped one");
	expect(sqlite3_close(second) == SQLITE_OK, "does not close");
	end(db, "marks spread to the children of now");
}

static void
test_keys(void)
{
	sqlite3 *db = open_deleting(path);

	run(db, "drop table t; create table t (id text primary key) without rowid;"
			"insert into t values ('4'), ('5')");
	run(db, FLAG("t"));
	expect(gives(db, "1", DELETE("4")), "a text");
	expect(gives(db, "dbcare: table t has no row with the key \"04\"",
				 DELETE("'04'")),
		   "another text");
	run(db, "drop table t; create table t (a int, b int, primary key (a, b));"
			"insert into t values (4, 4)");
	run(db, FLAG("t"));
	expect(gives(db, "dbcare: 4 is not the key of a row", DELETE("4")) &&
			   gives(db, "1", DELETE("'{\"a\": 4, \"b\": 4}'")),
		   "two columns");
	end(db, "rows are found by the key of now");
}

static void
test_relations(void)
{
	sqlite3 *db = open_deleting(":memory:");

	run(db, "create temp table t (id integer primary key)");
	expect(gives(db, "dbcare: ", DELETE("4")), "a temporary table");
	run(db, "drop table temp.t; alter table t rename to u; create view t as "
			"select * from u");
	expect(gives(db, "dbcare: ", DELETE("4")), "a view");
	run(db, "drop view t");
	expect(gives(db, "dbcare: table t does not exist", DELETE("4")),
		   "no table");
	run(db, "alter table u rename to t");
	expect(gives(db, "1", DELETE("4")), "it has its name again");
	end(db, "so is the table");
}

/* ---- authorizers ---- */

static void
test_authorizers(void)
{
	static ignored all[] = {{SQLITE_PRAGMA, "table_xinfo", NULL},
							{SQLITE_PRAGMA, "index_list", NULL},
							{SQLITE_PRAGMA, "foreign_key_list", NULL},
							{SQLITE_READ, "sqlite_master", "name"},
							{SQLITE_READ, "sqlite_master", "type"},
							{SQLITE_READ, "sqlite_master", "sql"},
							{SQLITE_READ, "pragma_foreign_key_list", "table"},
							{SQLITE_READ, "pragma_foreign_key_list", "to"},
							{SQLITE_FUNCTION, NULL, "printf"},
							{SQLITE_FUNCTION, NULL, "lower"}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
	{
		sqlite3 *db = open_new(":memory:", "id integer primary key, name text");

		run(db, FLAG("t"));
		run(db, CHILD);
		run(db, "insert into t (id, name) select value, 'a' from "
				"json_each('[1,2,3,4,5,6,7,8,9]');"
				"insert into c (id, t_id) values (1, 8), (2, 9)");
		sqlite3_set_authorizer(db, ignore, &all[i]);
		for (int j = 0; j < 4; j++)
			(void) try(db, DELETE("1"));
		sqlite3_set_authorizer(db, NULL, NULL);
		expect(gives(db, "2", DELETE("8")) && gives(db, "2", DELETE("9")),
			   "%s %s", all[i].first, all[i].second);
		expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	}
	ok(!problems, "nothing is left of what an authorizer has ignored");
}

int
main(void)
{
	if (mkstemp(path) < 0)
		bail_out("mkstemp", NULL);
	test_children();
	test_keys();
	test_relations();
	test_authorizers();
	unlink(path);
	return finish();
}
