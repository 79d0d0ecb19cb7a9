/*
 * rebuild.c
 *	  Rebuilds random tables of SQLite and compares them before and after.
 *
 * Each table has rows of all types, indexes, triggers, views and child rows
 * that ON DELETE CASCADE would delete, and is rebuilt with random differences.
 * A rebuild that succeeds must keep the values of all remaining columns, the
 * rowids, every row that refers to the table and every other object; a refused
 * one must change nothing.  Most must succeed.
 *
 * usage: rebuild [TABLES [SEED]]
 *
 * TABLES (20) random tables, which depend on SEED alone, by default that of the
 * run.  Prints TAP; the last test limits how many are refused.
 */
#include "test/fault/core/tap.h"

#include "test/seed.h"

#include <stdint.h>
#include <string.h>

#define MAX_COLUMNS 8

/* Appends to a text that is being written. */
#define append sqlite3_str_appendf

/* ---- what is drawn ---- */

static uint64_t drawn;

/* A number below a limit. */
static int
draw(int limit)
{
	drawn = drawn * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (int) ((drawn >> 33) % (uint64_t) limit);
}

/* True once in so many times. */
#define once_in(times) (draw(times) == 0)

/* One of the texts. */
#define ONE_OF(texts) \
	((texts)[draw((int) (sizeof(texts) / sizeof((texts)[0])))])

/* Names of columns, as they are written and as they are. */
typedef struct name
{
	const char *sql;
	const char *plain;
} name;

static const name names[] = {{"a", "a"},
							 {"\"b c\"", "b c"},
							 {"[order]", "order"},
							 {"`x\"y`", "x\"y"},
							 {"\"ROWID\"", "ROWID"},
							 {"oid", "oid"},
							 {"\xc3\x89t\xc3\xa9", "\xc3\x89t\xc3\xa9"},
							 {"\"group by\"", "group by"},
							 {"\"c.d\"", "c.d"},
							 {"Name", "Name"}};

static const char *const table_names[] = {"t", "\"t able\"", "[select]",
										  "\"T\"\"t\""};

typedef struct column
{
	name name;
	const char *type;
	const char *said;  /* NOT NULL, DEFAULT, COLLATE, CHECK, REFERENCES */
	const char *value; /* the expression of a generated one, or NULL */
	bool converted;	   /* it has another type than before */
} column;

typedef enum key
{
	NO_KEY,
	ROWID_KEY,	   /* id integer primary key */
	NUMBERED_KEY,  /* ... autoincrement */
	COMPOSITE_KEY, /* (id, code) */
	CLUSTERED_KEY  /* the same, without rowid */
} key;

typedef struct table
{
	const char *name;
	column columns[MAX_COLUMNS];
	int ncolumns;
	key key;
	bool strict;
	bool qualifies; /* a CHECK names the table */
} table;

/* The CREATE TABLE statement of a table; to be freed by sqlite3_free(), as all
 * texts are. */
static char *
write_table(const table *t)
{
	sqlite3_str *to = sqlite3_str_new(NULL);
	int i;

	append(to, "create table %s (id integer %s, code text not null", t->name,
		   t->key == ROWID_KEY		? "primary key"
		   : t->key == NUMBERED_KEY ? "primary key autoincrement"
									: "not null");
	for (i = 0; i < t->ncolumns; i++)
	{
		const column *c = &t->columns[i];

		append(to, ", %s %s ", c->name.sql, c->type);
		append(to, c->value ? "as (%s) %s" : "%s%s", c->value ? c->value : "",
			   c->said);
	}
	if (t->key >= COMPOSITE_KEY)
		append(to, ", primary key (id desc, code collate nocase)");
	if (t->qualifies)
		append(to, ", check (%s.id <> -1)", t->name);
	append(to, ", unique (id))%s%s%s",
		   t->key == CLUSTERED_KEY ? " without rowid" : "",
		   t->key == CLUSTERED_KEY && t->strict ? "," : "",
		   t->strict ? " strict" : "");
	return sqlite3_str_finish(to);
}

/* ---- drawing a table ---- */

static const char *
draw_type(bool strict)
{
	static const char *const loose[] = {
		"",		"int",		  "text",		 "real", "decimal(10, 2)",
		"blob", "varchar(7)", "\"double x\""};
	static const char *const tight[] = {"any", "any", "any", "any", "text"};

	return strict ? ONE_OF(tight) : ONE_OF(loose);
}

static const char *
draw_said(void)
{
	static const char *const said[] = {
		"",
		"",
		"",
		"default 7",
		"default 'it''s'",
		"default (1 + 1)",
		"collate nocase",
		"collate rtrim default null",
		"check (id <> -7)",
		"constraint \"a name\" check (code is not 'never')"};

	return ONE_OF(said);
}

/* Draws a column that has not the name of another one. */
static void
draw_column(table *t, const table *other)
{
	static const char *const values[] = {"id + 1", "code || 'x'",
										 "length(code) * id"};
	column *c = &t->columns[t->ncolumns];
	bool taken = true;
	int i;

	while (taken)
	{
		*c = (column){.name = ONE_OF(names)};
		taken = false;
		for (i = 0; i < t->ncolumns; i++)
			taken |= t->columns[i].name.sql == c->name.sql;
		for (i = 0; other && i < other->ncolumns; i++)
			taken |= other->columns[i].name.sql == c->name.sql;
	}
	c->type = draw_type(t->strict);
	c->said = draw_said();
	if (once_in(5))
	{
		c->value = ONE_OF(values);
		c->type = t->strict ? "any" : "";
		c->said = once_in(2) ? "stored" : "";
	}
	t->ncolumns++;
}

static table
draw_table(void)
{
	table t = {.name = ONE_OF(table_names)};
	int count = 1 + draw(5);

	t.key = (key) draw(CLUSTERED_KEY + 1);
	t.strict = once_in(4);
	t.qualifies = once_in(5);
	while (t.ncolumns < count)
		draw_column(&t, NULL);
	return t;
}

/* Draws what a table shall become. */
static table
draw_change(const table *from)
{
	table to = *from;
	int i;

	to.ncolumns = 0;
	for (i = 0; i < from->ncolumns; i++)
	{
		column c = from->columns[i];

		if (once_in(6))
			continue;
		if (!c.value && once_in(4))
		{
			c.converted = true;
			c.type = draw_type(from->strict);
			c.said = draw_said();
		}
		to.columns[to.ncolumns++] = c;
	}
	if (once_in(3))
		draw_column(&to, from);
	if (to.ncolumns > 1 && once_in(2))
	{
		column first = to.columns[0];

		memmove(to.columns, to.columns + 1,
				(size_t) (to.ncolumns - 1) * sizeof(column));
		to.columns[to.ncolumns - 1] = first;
	}
	if (once_in(4))
		to.key = (key) draw(CLUSTERED_KEY + 1);
	to.qualifies = once_in(5);
	return to;
}

/* ---- the database ---- */

static sqlite3 *db;

/* Runs SQL, which may fail if it is allowed to. */
static void
run(bool may_fail, const char *format, ...)
{
	va_list args;
	char *sql;

	va_start(args, format);
	sql = sqlite3_vmprintf(format, args);
	va_end(args);
	if (!sql ||
		(sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK && !may_fail))
		bail_out(sql, db);
	sqlite3_free(sql);
}

/* The first value of a query as text; to be freed by sqlite3_free(). */
static char *
ask(const char *sql)
{
	sqlite3_stmt *statement;
	char *answer = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		bail_out(sql, db);
	if (sqlite3_step(statement) == SQLITE_ROW)
		answer = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return answer ? answer : sqlite3_mprintf("");
}

/* Puts rows into a table; those that are not allowed stay out. */
static void
fill(const table *t)
{
	static const char *const values[] = {
		"null",	  "0",		 "-1",		   "9223372036854775807",
		"1.5",	  "-0.0",	 "2.0",		   "1e300",
		"'text'", "'12'",	 "''",		   "' 3.0 '",
		"x''",	  "x'00ff'", "'\xc3\xa9'", "zeroblob(3000)"};
	int rows = draw(25);
	int i;
	int r;

	for (r = 0; r < rows; r++)
	{
		sqlite3_str *insert = sqlite3_str_new(NULL);
		char *sql;

		append(insert, "insert or ignore into %s (id, code", t->name);
		for (i = 0; i < t->ncolumns; i++)
			if (!t->columns[i].value)
				append(insert, ", %s", t->columns[i].name.sql);
		append(insert, ") values (%d, 'code %d'", draw(1000) - 10, r);
		for (i = 0; i < t->ncolumns; i++)
			if (!t->columns[i].value)
				append(insert, ", %s", ONE_OF(values));
		append(insert, ")");
		sql = sqlite3_str_finish(insert);
		run(true, "%s", sql);
		sqlite3_free(sql);
	}
}

/* What belongs to a table of the name that is put in. */
static const char *const belongings[] = {
	"create index i2 on %s (upper(code), id) where id > 3",
	"create view v as select id, code from %s",
	"create view vv as select v.id as \"the id\" from v, child",
	"create trigger \"tr 1\" after insert on %s begin insert into log values "
	"(new.code); end",
	"create trigger tr2 before update of code on %s when new.id > 1 begin "
	"delete from child where parent = old.id; end",
	"create trigger tr3 after delete on child begin delete from %s where id = "
	"old.parent; end",
	"create temp trigger tr4 after delete on main.%s begin select 1; end",
	"create trigger tr5 instead of insert on v begin insert into %s (id, code) "
	"values (new.id, new.code); end"};

/* Makes a database with a table and what belongs to it. */
static void
make_database(const table *t)
{
	char *create = write_table(t);
	const char *one = t->columns[draw(t->ncolumns)].name.sql;
	size_t i;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out("opening", db);
	run(false, "pragma foreign_keys = on; %s; create table log (line)", create);
	sqlite3_free(create);
	run(false,
		"create table child (id integer primary key, parent references %s (id) "
		"on delete cascade on update set null)",
		t->name);
	fill(t);
	/* or else rows that are numbered anew would have the same rowids */
	run(false, "delete from %s where id %% 3 = 0", t->name);
	run(false, "insert into child (parent) select id from %s", t->name);
	for (i = 0; i < sizeof(belongings) / sizeof(belongings[0]); i++)
		run(false, belongings[i], t->name);
	if (once_in(2))
		run(false, "create index \"i 1\" on %s (%s desc, code)", t->name, one);
	if (once_in(2))
		run(false, "create index i3 on %s (code) where %s.id > 3", t->name,
			t->name);
	if (t->key == NUMBERED_KEY)
		run(false, "update sqlite_sequence set seq = 5000");
	if (once_in(2))
		run(false, "analyze");
}

/* ---- what must not change ---- */

/* Everything but the table itself, as text. */
static const char surroundings[] =
	"select group_concat(line, char(10)) from ("
	"select type || ' ' || name || ' ' || tbl_name || ': ' || sql as line "
	"from (select * from main.sqlite_schema "
	"union all select * from temp.sqlite_schema) "
	"where name not in ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4') "
	"and sql is not null and name not glob 'dbcare_*' "
	"and (type <> 'table' or name in ('child', 'log')) "
	"union all select 'child ' || id || ' ' || parent from child "
	"union all select 'log ' || line from log "
	"union all select 'orphans ' || count(*) from pragma_foreign_key_check "
	"union all select 'foreign_keys ' || foreign_keys from pragma_foreign_keys "
	"union all select 'legacy_alter_table ' || legacy_alter_table "
	"from pragma_legacy_alter_table order by 1)";

/* What the counter of a table with AUTOINCREMENT is at. */
static const char counter[] =
	"select group_concat(name || ' ' || seq) from sqlite_sequence";

/* What ANALYZE has found, of indexes that have names. */
static const char statistics[] =
	"select group_concat(tbl || ' ' || ifnull(idx, '') || ' ' || stat, ', ') "
	"from (select * from sqlite_stat1 where idx is null or idx glob 'i*' "
	"order by 1, 2)";

/* Whether both tables have rowids that mean the same. */
static bool
keeps_rowids(const table *from, const table *to)
{
	return from->key != CLUSTERED_KEY && to->key != CLUSTERED_KEY &&
		   to->key != ROWID_KEY && to->key != NUMBERED_KEY;
}

/* The column of a name, or NULL. */
static const column *
find_column(const table *t, const name *name)
{
	int i;

	for (i = 0; i < t->ncolumns; i++)
		if (t->columns[i].name.sql == name->sql)
			return &t->columns[i];
	return NULL;
}

/* A query of the values that must stay. */
static char *
write_values(const table *from, const table *wanted)
{
	sqlite3_str *to = sqlite3_str_new(NULL);
	int i;

	append(to, "select id, code, %s",
		   keeps_rowids(from, wanted) ? "_rowid_" : "null");
	for (i = 0; i < wanted->ncolumns; i++)
	{
		const column *c = &wanted->columns[i];

		if (find_column(from, &c->name) && !c->converted)
			append(to, ", %s collate binary, typeof(%s)", c->name.sql,
				   c->name.sql);
	}
	append(to, " from main.%s", from->name);
	return sqlite3_str_finish(to);
}

/* The call that makes one table the other. */
static char *
write_call(const table *from, const table *wanted)
{
	char *create = write_table(wanted);
	sqlite3_str *call = sqlite3_str_new(NULL);
	const char *before = "";
	int i;

	append(call,
		   "select dbmigrate_rebuild(%Q, %Q, json_object("
		   "'drop_columns', json_array(",
		   from->name, create);
	sqlite3_free(create);
	for (i = 0; i < from->ncolumns; i++)
		if (!from->columns[i].value &&
			!find_column(wanted, &from->columns[i].name))
		{
			append(call, "%s%Q", before, from->columns[i].name.plain);
			before = ", ";
		}
	append(call, "), 'columns', json_object(");
	before = "";
	for (i = 0; i < wanted->ncolumns; i++)
		if (wanted->columns[i].converted)
		{
			append(call, "%s%Q, '+%q'", before, wanted->columns[i].name.plain,
				   wanted->columns[i].name.sql);
			before = ", ";
		}
	append(call, ")))");
	return sqlite3_str_finish(call);
}

/* ---- one rebuild ---- */

/* Whether two texts, which it frees, are the same. */
static bool
same(char *before, char *after)
{
	bool is_same = before && after && strcmp(before, after) == 0;

	if (!is_same)
		printf("# %s\n# %s\n", before, after);
	sqlite3_free(before);
	sqlite3_free(after);
	return is_same;
}

/* Whether all rows of a query are in the other. */
static bool
has_rows(const char *rows, const char *others)
{
	char *query =
		sqlite3_mprintf("select count(*) from (%s except %s)", rows, others);
	bool has = same(ask(query), sqlite3_mprintf("0"));

	if (!has)
		printf("# %s\n", query);
	sqlite3_free(query);
	return has;
}

/* What must be the same after a rebuild. */
typedef struct state
{
	char *surroundings;
	char *counter;
	char *statistics;
} state;

static state
take_state(bool numbered)
{
	char *has = ask("select count(*) from sqlite_schema "
					"where name = 'sqlite_stat1'");
	state now = {ask(surroundings), ask(numbered ? counter : "select ''"),
				 ask(*has == '1' ? statistics : "select ''")};

	sqlite3_free(has);
	return now;
}

/* Rebuilds a random table; true if that was not refused. */
static bool
rebuild(uint64_t seed)
{
	table from;
	table wanted;
	char *values;
	state before;
	state after;
	bool numbered;
	char *call;
	char *outcome;
	bool done;
	bool within;

	drawn = seed * UINT64_C(0x9e3779b97f4a7c15);
	from = draw_table();
	wanted = draw_change(&from);
	within = once_in(2);
	numbered = from.key == NUMBERED_KEY && wanted.key == NUMBERED_KEY;
	make_database(&from);
	values = write_values(&from, &wanted);
	call = write_call(&from, &wanted);
	run(false, "create temp table was as %s", values);
	before = take_state(numbered);
	if (within)
		run(false, "begin");
	done = sqlite3_exec(db, call, NULL, NULL, NULL) == SQLITE_OK;
	outcome = sqlite3_mprintf("%s", done ? "rebuilt" : sqlite3_errmsg(db));
	if (within)
		run(false, "commit");
	after = take_state(numbered);
	expect(same(before.surroundings, after.surroundings),
		   "other objects are changed");
	expect(same(before.counter, after.counter), "the counter is changed");
	expect(same(before.statistics, after.statistics), "statistics are changed");
	expect(has_rows("select * from temp.was", values), "rows are lost");
	expect(has_rows(values, "select * from temp.was"), "rows are new");
	expect(same(ask("pragma integrity_check"), sqlite3_mprintf("ok")),
		   "the file is damaged");
	if (problems)
		printf("# %s\n", call);
	ok(!problems, "table %llu: %s", (unsigned long long) seed, outcome);
	sqlite3_free(outcome);
	sqlite3_free(values);
	sqlite3_free(call);
	sqlite3_close(db);
	return done;
}

int
main(int argc, char **argv)
{
	long tables = argc > 1 ? strtol(argv[1], NULL, 10) : 20;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10)
							 : (uint64_t) first_sample(1000000) + 1;
	long refused = 0;
	long i;

	for (i = 0; i < tables; i++)
		refused += !rebuild(seed + (uint64_t) i);
	ok(refused <= tables / 3, "%ld of %ld rebuilds are refused", refused,
	   tables);
	return finish();
}
