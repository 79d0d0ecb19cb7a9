/*
 * sql_normal.c
 *	  Normalised statements and their fingerprints.
 */
#include "test/unit/fake/host.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sql_normal.h"

#define PG DBC_ON_POSTGRESQL
#define SL DBC_ON_SQLITE

static const struct
{
	int engines;
	const char *sql;
	const char *wanted;
} cases[] = {
	{DBC_ON_BOTH, "", ""},
	{DBC_ON_BOTH, " ; ;; ", ""},
	{DBC_ON_BOTH, "SELECT 1", "select ?"},
	{DBC_ON_BOTH, "select  -1 ;", "select ?"},
	{DBC_ON_BOTH, "select a-1, a - 1, -a, 2*-3",
	 "select a - ?, a - ?, - a, ? * ?"},
	{DBC_ON_BOTH, "select 1.5e-3,.5,0x1F,1_000", "select ?, ?, ?, ?"},
	{DBC_ON_BOTH, "select 'it''s', x'00ff'", "select ?, ?"},
	{DBC_ON_BOTH, "select a -- 'b'\n from/* 'c' */t", "select a from t"},
	{DBC_ON_SQLITE, "\xef\xbb\xbfselect a", "select a"},
	{DBC_ON_POSTGRESQL, "select 1 as \xef\xbb\xbf$a$; select '$a$'",
	 "select ? as \xef\xbb\xbf$a$; select ?"},
	{DBC_ON_POSTGRESQL, "select 1e--'\n, 2e-3", "select ?, ?"},
	{DBC_ON_POSTGRESQL, "do E'a' -- b\n'\\'c', 'd'", "do ?, ?"},
	{DBC_ON_POSTGRESQL, "do E'a' /* \n */'\\', 'c'", "do ? ?, ?"},
	{DBC_ON_BOTH, "select a;select 2;", "select a; select ?"},
	{DBC_ON_BOTH, "select count ( * ) from T WHERE Name='x' and t . a!=5",
	 "select count(*) from t where name = ? and t.a <> ?"},
	{DBC_ON_BOTH, "select * from t where a in (1, 'b',-3 , NULL)",
	 "select * from t where a in (?)"},
	{DBC_ON_BOTH, "select * from t where a in(7)",
	 "select * from t where a in (?)"},
	{DBC_ON_BOTH, "select * from t where a in (1, b, 2)",
	 "select * from t where a in (?, b, ?)"},
	{DBC_ON_BOTH, "select * from t where a in (select b from \"u\")",
	 "select * from t where a in (select b from \"u\")"},
	{DBC_ON_BOTH, "insert into t(a,b) values (1,'x'), (2,null),(3,true)",
	 "insert into t(a, b) values (?)"},
	{DBC_ON_BOTH, "insert into t values (1, now()), (2, now())",
	 "insert into t values (?, now()), (?, now())"},
	{DBC_ON_BOTH, "select a is null, b is not null, null, not true",
	 "select a is null, b is not null, ?, not true"},
	{DBC_ON_BOTH, "update t set a = null, b = false where c <> true",
	 "update t set a = ?, b = ? where c <> ?"},
	{DBC_ON_BOTH, "create table t (a int not null default 5, b varchar(20))",
	 "create table t(a int not null default ?, b varchar(?))"},
	{DBC_ON_BOTH, "select t.\"Id\" from \"My Table\" where \"t\".\"b c\" = 1",
	 "select t.\"Id\" from \"My Table\" where \"t\".\"b c\" = ?"},
	/* what SQLite may read as a value is a name on PostgreSQL */
	{PG, "select \"a\" from t where \"b\" = \"c\" order by \"d\"",
	 "select \"a\" from t where \"b\" = \"c\" order by \"d\""},
	{SL, "select \"a\" from t where \"b\" = \"c\" order by \"d\"",
	 "select ? from t where ? = ? order by ?"},
	{SL, "select a from t where b like \"s%\" or b in (\"x\", \"y\")",
	 "select a from t where b like ? or b in (?)"},
	{SL, "insert into t values (\"secret\", f(1))",
	 "insert into t values (?, f(?))"},
	{SL, "select f(\"secret\"), f(a, \"me@example.com\")",
	 "select f(?), f(a, ?)"},
	{SL, "select a is \"v\", a is not \"v\", b between ? and \"v\"",
	 "select a is ?, a is not ?, b between ? and ?"},
	{SL, "select a is distinct from \"v\", \"w\" from t",
	 "select a is distinct from ?, ? from t"},
	{SL, "select \"a\" from t join u on \"v\", \"w\"",
	 "select ? from t join u on ?, \"w\""},
	{SL, "select * from (\"t\" join \"u\" using (\"a\", \"b\")), \"w\"",
	 "select * from (\"t\" join \"u\" using (\"a\", \"b\")), \"w\""},
	{SL,
	 "insert into \"t\" (\"a\", \"b\") values (?, ?) on conflict (\"a\") "
	 "do update set \"b\" = \"v\", \"c\" = f(\"v\") where \"v\" "
	 "returning \"v\", \"w\"",
	 "insert into \"t\"(\"a\", \"b\") values (?) on conflict(\"a\") "
	 "do update set \"b\" = ?, \"c\" = f(?) where ? returning ?, ?"},
	{SL,
	 "update s.\"t\" set \"a\" = 1, \"b\" = case when \"v\" then 1 end, "
	 "(\"c\", \"d\") = (\"v\", 1) where \"e\" = 5",
	 "update s.\"t\" set \"a\" = ?, \"b\" = case when ? then ? end, "
	 "(\"c\", \"d\") = (?, ?) where ? = ?"},
	{SL,
	 "create table \"t\" (\"a\" int default \"v\", \"b\" check (\"v\"), "
	 "\"c\" default secret, primary key (\"a\"), check (\"v\"))",
	 "create table \"t\"(\"a\" int default ?, \"b\" check (?), "
	 "\"c\" default ?, primary key (\"a\"), check (?))"},
	{SL,
	 "create trigger \"r\" after insert on \"t\" begin "
	 "select \"v\"; update t set \"a\" = \"v\"; end",
	 "create trigger \"r\" after insert on \"t\" begin "
	 "select ?; update t set \"a\" = ?; end"},
	{SL, "with \"x\"(\"a\") as (select \"v\") select * from \"x\"",
	 "with \"x\"(\"a\") as (select ?) select * from \"x\""},
	{SL, "select sum(\"a\") over \"w\", b collate \"c\" as \"d\" from t",
	 "select sum(?) over \"w\", b collate \"c\" as \"d\" from t"},
	{SL, "insert into t default values", "insert into t default values"},
	{SL, "vacuum main into \"file\"", "vacuum main into ?"},
	{SL, "explain pragma key = \"secret\"", "explain pragma key = ?"},
	{SL, "pragma key = [secret]", "pragma key = ?"},
	{SL, "attach secret as x key [secret]", "attach ? as x key ?"},
	{SL, "attach database [f] as x key secret", "attach database ? as x key ?"},
	{DBC_ON_BOTH, "select 'never ends", "select ?"},
	{SL, "select \"never ends", "select ?"},
	{DBC_ON_BOTH, "select a /* never ends", "select a"},
	{DBC_ON_BOTH, "select a from t where b between 1 and -2 limit 10 offset +5",
	 "select a from t where b between ? and ? limit ? offset ?"},
	{DBC_ON_BOTH, "select data->>'a', data->'b'",
	 "select data ->> ?, data -> ?"},
	{DBC_ON_BOTH, "select a<-1", "select a < ?"},
	{DBC_ON_BOTH, "select \xc3\xa9, t.\"\xc3\xa9\"",
	 "select \xc3\xa9, t.\"\xc3\xa9\""},
	{PG, "select $1, $2::int, 'x'::text", "select ?, ?::int, ?::text"},
	{PG, "select $$it's$$, $a$ $$ $b$ $a$, a$b", "select ?, ?, a$b"},
	{PG, "select E'it\\'s', U&'\\0061', b'01', n'x'", "select ?, ?, ?, ?"},
	{PG, "select e, u from x", "select e, u from x"},
	{PG, "select 'a'\n 'b', 'c' -- d\n 'e'", "select ?, ?"},
	{PG, "select a /* 1 /* 2 */ 'secret' */ from t", "select a from t"},
	{PG, "select -- a\r b", "select b"},
	{PG, "select array[1,2,3], a[1], a[1:2]",
	 "select array[?], a[?], a[? : ?]"},
	{PG, "select a @> '{}' and b ? 'c' and d ?| $1",
	 "select a @> ? and b ? ? and d ?| ?"},
	{PG, "select a from t where b = ANY ($1) and c IN ($2, $3 /*, ... */)",
	 "select a from t where b = any (?) and c in (?)"},
	{PG, "select a||-1", "select a ||- ?"},
	{PG, "select a=-1, a*-- 'b'\n-2", "select a = ?, a * ?"},
	{PG, "do $$ begin secret(); end $$", "do ?"},
	{PG, "select u&\"d\\0061t\"", "select u&\"d\\0061t\""},
	{SL, "select ?, ?12, :name, @name, $name, $a::b(c), 5",
	 "select ?, ?, ?, ?, ?, ?, ?"},
	{SL, "select [a b], `c d` from [x]]",
	 "select \"a b\", \"c d\" from \"x\"]"},
	{SL, "select a==1 and b||-1", "select a = ? and b || ?"},
	{SL, "select 'a\\', b", "select ?, b"},
	{SL, "select a -- b\r 'secret'\n", "select a"},
	{SL, "pragma key = secret", "pragma key = ?"},
	{SL, "pragma main.table_info(t)", "pragma main.table_info(?)"},
	{SL, "attach \"secret\" as x", "attach ? as x"},
	{SL, "attach database \"secret\" as x", "attach database ? as x"},
	{SL,
	 "select case a when 1 then \"b\" else \"c\" end, d between \"e\" and 2",
	 "select case a when ? then ? else ? end, d between ? and ?"},
	{SL, "attach 'f' as x key \"secret\"", "attach ? as x key ?"},
	{SL, "select a from t limit -1", "select a from t limit ?"},
};

static void
statements_lose_their_data(void **state)
{
	static dbc_normalised_sql normal;
	size_t i;
	int engine;

	(void) state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (engine = PG; engine <= SL; engine++)
			if (cases[i].engines & engine)
			{
				dbc_normalise_sql(cases[i].sql, engine, &normal);
				if (strcmp(normal.text, cases[i].wanted) != 0)
					fail_msg("engine %d: %s\n became %s\nbut not %s", engine,
							 cases[i].sql, normal.text, cases[i].wanted);
				assert_int_equal(normal.length, strlen(normal.text));
			}
}

/* Asserts that statements have one fingerprint, or have not. */
static void
compare(const char *postgresql, const char *sqlite, bool same)
{
	static dbc_normalised_sql left;
	static dbc_normalised_sql right;

	dbc_normalise_sql(postgresql, PG, &left);
	dbc_normalise_sql(sqlite, SL, &right);
	assert_int_equal(strlen(left.fingerprint), 16);
	if ((strcmp(left.fingerprint, right.fingerprint) == 0) != same)
		fail_msg("%s\n%s", left.text, right.text);
}

static void
fingerprints_are_of_both_engines(void **state)
{
	(void) state;
	compare("select a from t where b = $1", "SELECT a FROM t WHERE b=?1", true);
	compare("select a from t where b = 5", "SELECT a FROM t WHERE b = :b",
			true);
	compare("select a from t where b in ($1,$2)",
			"select a from t where b in ('x')", true);
	compare("insert into t(a) values ($1), ($2)",
			"insert into t (a) values (7);", true);
	compare("select a from t where b = $1", "select a from t where c = ?",
			false);
	compare("select \"A\" from t", "select \"a\" from t", false);
}

/* They are stored, so they stay what they are. */
static void
fingerprints_do_not_change(void **state)
{
	static dbc_normalised_sql normal;

	(void) state;
	dbc_normalise_sql("select a from t where b = 5", PG, &normal);
	assert_string_equal(normal.fingerprint, "e5ba575457df1862");
}

static void
long_statements_are_cut(void **state)
{
	static dbc_normalised_sql left;
	static dbc_normalised_sql right;
	char *sql = test_malloc(100001);
	size_t i;

	(void) state;
	for (i = 0; i < 100000; i++)
		sql[i] = "abcdefg\xc3\xa9"[i % 9];
	sql[100000] = '\0';
	dbc_normalise_sql(sql, PG, &left);
	assert_in_range(left.length, DBC_NORMAL_TEXT - 3, DBC_NORMAL_TEXT);
	assert_memory_equal(left.text, sql, left.length);
	sql[99999] = 'x';
	dbc_normalise_sql(sql, PG, &right);
	assert_string_equal(left.text, right.text);
	assert_string_not_equal(left.fingerprint, right.fingerprint);
	test_free(sql);
}

/* Whatever the text, a number that is in no quotes is not in the result; the
 * sanitizer watches. */
static void
random_statements_lose_their_data(void **state)
{
	static const char *const parts[] = {
		"select ",	"a",		"\"b\"",   " in (", ")",  ",",
		"'secret'", "-",		" 77001 ", "--",	"\n", "/*",
		"*/",		"$",		"$$",	   "E'",	"'",  "\"",
		"[",		"]",		"`",	   ":x",	"?",  ".",
		";",		"values (", "null",	   " not ", "\\", "\xc3\xa9",
		"pragma ",	"=",		"||",	   "e",		"x'", "::",
		"array"};
	static dbc_normalised_sql normal;
	unsigned seed = 1;
	char sql[1024];
	int round;

	(void) state;
	for (round = 0; round < 100000; round++)
	{
		int count = round % 40;

		sql[0] = '\0';
		while (count-- > 0)
		{
			seed = seed * 1103515245 + 12345;
			strcat(sql,
				   parts[(seed >> 16) % (sizeof(parts) / sizeof(parts[0]))]);
		}
		dbc_normalise_sql(sql, round & 1 ? PG : SL, &normal);
		if (strstr(normal.text, "77001") && !strpbrk(sql, "\"[`"))
			fail_msg("%s\n became %s", sql, normal.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_lose_their_data),
		cmocka_unit_test(fingerprints_are_of_both_engines),
		cmocka_unit_test(fingerprints_do_not_change),
		cmocka_unit_test(long_statements_are_cut),
		cmocka_unit_test(random_statements_lose_their_data)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
