/*
 * kept_insert.c
 *	  The INSERT that dbops_insert() leaves to later calls: it is not used after any
 *	  change of what it leads to, nor kept if an authorizer ignores a part of it.
 *
 * Linked with SQLite and the extension, built with the address sanitizer;
 * prints TAP.
 */
#include "test/fault/core/application.h"
#include "test/fault/core/row.h"

#define KEPT                                                             \
	"id integer primary key, name text check (length(name) > 1), p int " \
	"references p"
static const char insert[] =
	"select dbops_insert('t', '{\"name\": \"ab\", \"p\": 1}')";

/* Whether the statement that inserts is among those that are kept. */
static bool
is_kept(sqlite3 *db)
{
	static const char start[] = "insert into \"main\".\"t\"";
	sqlite3_stmt *statement = NULL;

	while ((statement = sqlite3_next_stmt(db, statement)) != NULL)
		if (strncmp(sqlite3_sql(statement), start, strlen(start)) == 0)
			return true;
	return false;
}

static sqlite3 *
open_inserting(void)
{
	sqlite3 *db = open_new(":memory:", KEPT);

	run(db, "pragma foreign_keys = on; insert into p values (1)");
	for (int i = 0; i < 3; i++)
		expect(gives(db, "{", insert), "inserted");
	expect(is_kept(db), "kept");
	return db;
}

static void
test_insert(void)
{
	sqlite3 *db = open_inserting();

	expect(gives(db, "3", "select count(*) from t"), "rows");
	add(db, "length", 1, 0, call_unsafe);
	expect(gives(db, "dbcare: ", insert), "an unsafe function");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");

	db = open_inserting();
	add(db, "run_program", 0, 0, call_unsafe);
	run(db, "create trigger r after insert on t begin select run_program(); "
			"end");
	expect(gives(db, "dbcare: unsafe use of run_program()", insert) &&
			   gives(db, "dbcare: unsafe use of run_program()", insert),
		   "a trigger");
	run(db, "drop trigger r; create temp trigger r after insert on main.t "
			"begin insert into p values (null); end");
	for (int i = 0; i < 3; i++)
		expect(gives(db, "{", insert), "a temporary trigger");
	expect(!is_kept(db), "kept with a trigger");
	expect(gives(db, "4", "select count(*) from p"), "fired");
	run(db, "drop trigger temp.r");
	expect(gives(db, "{", insert) && gives(db, "{", insert), "without it");
	expect(is_kept(db), "not kept");
	expect(gives(db, "4", "select count(*) from p"), "fired again");
	run(db, "begin; create trigger r after insert on t begin select "
			"run_program(); end");
	expect(gives(db, "dbcare: ", insert), "inside");
	run(db, "rollback; delete from t; drop table p");
	expect(gives(db, "dbcare: ", insert), "without the parent");
	end(db, "an INSERT is kept while it leads to what it led to");
}

static void
test_insert_authorizer(void)
{
	static ignored all[] = {{SQLITE_INSERT, "t", NULL},
							{SQLITE_READ, "t", "name"},
							{SQLITE_READ, "p", "id"},
							{SQLITE_PRAGMA, "foreign_key_list", NULL}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
	{
		sqlite3 *db = open_new(":memory:", KEPT);

		run(db, "pragma foreign_keys = on; insert into p values (1)");
		sqlite3_set_authorizer(db, ignore, &all[i]);
		for (int j = 0; j < 4; j++)
			(void) try(db, insert);
		expect(!is_kept(db), "%s", all[i].first ? all[i].first : all[i].second);
		sqlite3_set_authorizer(db, NULL, NULL);
		expect(sqlite3_close(db) == SQLITE_OK, "does not close");
	}
	ok(!problems, "... and if an authorizer ignores nothing of it");
}

/* REPLACE reads the children of the row that it deletes. */
static void
test_replacing_authorizer(void)
{
	static ignored child = {SQLITE_READ, "c", "of"};
	static ignored name = {SQLITE_UPDATE, "t", "name"};
	static const char upsert[] =
		"select dbops_upsert('t', '{\"id\": 9, \"name\": \"ab\"}')";
	sqlite3 *db = open_new(":memory:", "id integer primary key, name text "
									   "unique on conflict replace");

	run(db, "pragma foreign_keys = on; create table c (id integer primary key, "
			"of int references t)");
	sqlite3_set_authorizer(db, ignore, &child);
	for (int i = 0; i < 4; i++)
		(void) try(db, "select dbops_insert('t', json_object('name', "
					   "hex(randomblob(8))))");
	expect(!is_kept(db), "REPLACE");
	expect(sqlite3_close(db) == SQLITE_OK, "does not close");

	db = open_new(":memory:", COLUMNS);
	sqlite3_set_authorizer(db, ignore, &name);
	for (int i = 0; i < 4; i++)
		(void) try(db, upsert);
	expect(!is_kept(db), "upsert");
	sqlite3_set_authorizer(db, NULL, NULL);
	end(db, "... nor of the rows that it replaces");
}

int
main(void)
{
	test_insert();
	test_insert_authorizer();
	test_replacing_authorizer();
	return finish();
}
