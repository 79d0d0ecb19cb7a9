/*
 * normal.c
 *	  Normalising a statement removes every value in double quotes.
 *
 * usage: normal [COUNT [SEED]]
 *
 * A word in double quotes is put at random places of statements.  SQLite shows
 * whether it is a value there: it accepts the statement only while unknown
 * names in double quotes are read as text.  Prints TAP.
 */
#include "test/fault/core/tap.h"

#include <string.h>

#include "common/core/sql_normal.h"
#include "common/core/sql_scan.h"

#define SECRET		"\"zqsecret\""
#define MOST_TOKENS 128

/* Statements that use the grammar of SQLite. */
static const char *const statements[] = {
	"select a, b as c, 'x' from t where a = 1 and b is not null",
	"select a is b, a is not b, a is distinct from b, not a from t",
	"select f(a), max(a, b), count(*) filter (where a > b) from t group by a "
	"having count(*) > 1 order by b collate nocase desc limit 10 offset 5",
	"select a between b and c, a in (1, b), a in (select a from u), "
	"case a when 1 then b else c end, cast(a as text) from t",
	"select a like b escape 'x', a glob b, a || b, - a, a -> b, (a, b) = (b, c)"
	" from t",
	"select distinct x.a from t as x left join u y on x.a = y.a, t cross join "
	"(u natural join t) where exists (select 1 from u where u.a = x.a)",
	"select t.a from t join u using (a, b) indexed by i where a = 1",
	"select a from t union all select b from u except values (1, 2, 3)",
	"with recursive n (x, y) as (select 1, b from t union select x + 1, y from "
	"n), m as materialized (select a from t) select * from n, m, t",
	"select sum(a) over (partition by b order by c rows between 1 preceding "
	"and current row), lag(a, 1, b) over w from t window w as (order by b)",
	"values (1, 'a'), (2, b(1))",
	"insert into t (a, b) values (1, 'x'), (2, f(3)) on conflict (a) where b "
	"do update set b = excluded.b, c = f(b) where a > 1 returning a, b as d",
	"insert or replace into main.t select a, b, c from u where true on "
	"conflict "
	"do nothing",
	"replace into t default values",
	"update or ignore t as x set a = 1, b = f(c), (c, d) = (1, 2) from u, t y "
	"where x.a = y.b returning a",
	"update t set a = case when b then c end, b = (select a from u) where a",
	"delete from t indexed by i where a = 1 returning a, f(b)",
	"create table v (a integer primary key default 1, b text default 'x' not "
	"null check (b <> 'y') collate nocase, c generated always as (a + b), "
	"d references t (a) on delete set null deferrable, e, unique (b, c), "
	"check (a > b), foreign key (d, e) references t (a, b)) without rowid",
	"create table v as select a, b from t",
	"create unique index j on t (a, f(b), c collate nocase desc) where a > b",
	"create view v (a, b) as select a, b from t where a = 1",
	"create trigger r after update of a, b on t when new.a > old.b begin "
	"update u set a = new.a, b = 2 where b = 1; insert into u (a) values (1); "
	"select raise(abort, 'x') from t; delete from u where a; end",
	"alter table t rename column a to z",
	"alter table t rename to z",
	"alter table t add column z integer default 5 check (z > 1)",
	"explain query plan select a from t",
	"vacuum main into 'file'",
	"attach 'f' as z",
	"pragma user_version = 5",
	"pragma table_info(t)",
	"savepoint a",
	"analyze t",
	"select * from json_each(a, b), t where t.a match b and a regexp b",
	"create virtual table v using fts5(a, b, tokenize = 'x')",
};
#define NSTATEMENTS (sizeof(statements) / sizeof(statements[0]))

/* A statement in pieces. */
typedef struct pieces
{
	int count;
	dbc_lexeme all[MOST_TOKENS];
} pieces;

/* A number below another. */
static int
below(int limit)
{
	return (int) (random() % limit);
}

/* Splits a statement. */
static pieces
split(const char *sql)
{
	pieces p = {0};
	dbc_lexeme next = dbc_scan_sql(sql, DBC_ON_SQLITE);

	while (next.kind != DBC_LEX_END && p.count < MOST_TOKENS)
	{
		p.all[p.count++] = next;
		next = dbc_scan_sql(next.text + next.length, DBC_ON_SQLITE);
	}
	return p;
}

/* Appends pieces with blanks; a name in brackets is never a value. */
static void
append_pieces(sqlite3_str *sql, const pieces *p, int from, int to, bool quoted)
{
	int i;

	for (i = from; i < to; i++)
	{
		const dbc_lexeme *piece = &p->all[i];
		bool name = piece->kind == DBC_LEX_WORD && piece->length == 1;

		sqlite3_str_appendf(sql, quoted && name ? " [%.*s]" : " %.*s",
							(int) piece->length, piece->text);
	}
}

/* A statement with a word in double quotes in it: instead of some pieces, or
 * between them, and what follows may be the end of another statement. */
static char *
with_secret(void)
{
	static const char *const forms[] = {
		SECRET,			  SECRET " ,",		  ", " SECRET,
		"= " SECRET,	  "( " SECRET " )",	  "f( " SECRET " )",
		"is " SECRET,	  SECRET " and",	  "select " SECRET,
		"a , " SECRET,	  "as " SECRET,		  "from " SECRET,
		SECRET " from t", "|| " SECRET,		  "default " SECRET,
		"on " SECRET,	  "where " SECRET,	  "order by " SECRET,
		"not " SECRET,	  "in ( " SECRET " )"};
	pieces p = split(statements[below(NSTATEMENTS)]);
	pieces other = split(statements[below(NSTATEMENTS)]);
	sqlite3_str *sql = sqlite3_str_new(NULL);
	bool quoted = below(2);
	int at = below(p.count + 1);
	int to = at + below(3);

	append_pieces(sql, &p, 0, at, quoted);
	sqlite3_str_appendf(
		sql, " %s",
		below(2) ? SECRET : forms[below(sizeof(forms) / sizeof(*forms))]);
	if (to > p.count)
		to = p.count;
	if (below(8) == 0)
		append_pieces(sql, &other, below(other.count), other.count, quoted);
	else
		append_pieces(sql, &p, to, p.count, quoted);
	return sqlite3_str_finish(sql);
}

/* Whether SQLite accepts a statement, with or without texts in double quotes.
 */
static bool
is_accepted(sqlite3 *db, const char *sql, int texts)
{
	sqlite3_stmt *statement = NULL;
	int code;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, texts, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, texts, NULL);
	code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	sqlite3_finalize(statement);
	return code == SQLITE_OK;
}

/* The function of the statements. */
static void
f(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	(void) nvalues;
	(void) values;
	sqlite3_result_null(context);
}

/* Normalises so many statements. */
static void
normalise_all(sqlite3 *db, long count)
{
	static dbc_normalised_sql normal;
	long values = 0;
	long names = 0;
	long kept = 0;
	long left = 0;
	long i;

	for (i = 0; i < count; i++)
	{
		char *sql = with_secret();
		bool has;

		if (is_accepted(db, sql, 1))
		{
			bool value = !is_accepted(db, sql, 0);

			dbc_normalise_sql(sql, DBC_ON_SQLITE, &normal);
			has = strstr(normal.text, "zqsecret") != NULL;
			values += value;
			names += !value;
			kept += !value && has;
			if (value && has && left++ < 20)
				printf("# %s\n# became %s\n", sql, normal.text);
		}
		sqlite3_free(sql);
	}
	ok(values > count / 100 && left == 0,
	   "no value in double quotes stays in the normalised text");
	ok(kept > names / 4, "names in double quotes stay where no value can be");
	printf("# %ld statements, %ld with a value, %ld with a name, of which %ld "
		   "are kept\n",
		   count, values, names, kept);
}

int
main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 20000;
	sqlite3 *db;

	srandom(argc > 2 ? (unsigned) strtoul(argv[2], NULL, 10) : 1);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_create_function(db, "f", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
								NULL, f, NULL, NULL) != SQLITE_OK ||
		sqlite3_exec(db,
					 "create table t (a primary key, b, c, d);"
					 "create table u (a, b, c, d, unique (a, b));"
					 "create index i on t (a)",
					 NULL, NULL, NULL) != SQLITE_OK)
		return 1;
	normalise_all(db, count);
	sqlite3_close(db);
	return finish();
}
