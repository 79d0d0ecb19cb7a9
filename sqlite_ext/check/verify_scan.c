/*
 * verify_scan.c
 *	  Running tests in one scan.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/core/statement.h"

/* The maximum number of values of one call: SQLite functions take at most 127
 * arguments. */
#define MAX_VALUES 126

/* Rows between two progress reports. */
#define ROWS_PER_REPORT 65536

/* Tests that get their values from one call of the function. */
typedef struct group
{
	dbcsl_check_row_visitor base;
	dbcsl_check_verification *v;
	const char *sql[MAX_VALUES];
	bool by_type[MAX_VALUES];  /* the name of a type instead of a value */
	unsigned fine[MAX_VALUES]; /* types that pass all tests of a value */
	int nvalues;
	dbcsl_check_row_test **tests; /* of a single value */
	int ntests;
	dbcsl_check_row_test **keyed; /* of keys */
	int nkeyed;
	int64_t nrows; /* visited */
} group;

/* ---- visiting a row ---- */

/* The type that a result of typeof() names. */
static int
type_named(sqlite3_value *value)
{
	const unsigned char *name = sqlite3_value_text(value);

	switch (name ? name[0] : 0)
	{
		case 'i':
			return SQLITE_INTEGER;
		case 'r':
			return SQLITE_FLOAT;
		case 't':
			return SQLITE_TEXT;
		case 'b':
			return SQLITE_BLOB;
	}
	return SQLITE_NULL;
}

/* Whether a row has the parent required by a test. */
static inline bool
has_parent(dbcsl_check_row_test *test, uint64_t seed, sqlite3_value **values,
		   const int *types, int *code)
{
	const dbcsl_check_parent_keys *parent = test->parent;
	int place = test->places[0];

	if (types[place] == SQLITE_NULL)
		return true;
	/* fast path for a single integer, the most common key */
	if (types[place] == SQLITE_INTEGER && parent->ncolumns == 1 &&
		parent->parts[0].affinity != DBCSL_TO_TEXT)
		return dbc_check_keyset_has(
			&parent->keys.integers,
			(uint64_t) sqlite3_value_int64(values[place]));
	return dbcsl_check_has_parent(test->parent, seed, values, test->places,
								  code);
}

/* Whether no earlier row had the same key.  A repeated fingerprint is not
 * reported here but left to sorting. */
static bool
is_new(dbcsl_check_row_test *test, uint64_t seed, sqlite3_value **values,
	   int *code)
{
	uint64_t key;
	dbcsl_check_key_kind kind;
	dbc_check_keyset *set;
	bool there;

	if (test->method != DBCSL_DISTINCT ||
		(test->condition &&
		 sqlite3_value_int(values[test->places[test->nvalues]]) == 0))
		return true;
	kind = dbcsl_check_read_key(seed, test->parts, test->nvalues, values,
								test->places, &key);
	if (kind == DBCSL_KEY_FAILED)
		*code = SQLITE_NOMEM;
	if (kind == DBCSL_KEY_FAILED || kind == DBCSL_KEY_NULL)
		return true;
	set = dbcsl_check_choose_keyset(&test->keys, kind);
	there = dbc_check_keyset_add(set, key);
	if (set->full)
	{
		/* leave the memory to other sets */
		dbcsl_check_close_keysets(&test->keys);
		test->method = DBCSL_SORTED;
		return true;
	}
	if (!there)
		return true;
	dbc_check_keyset_add(dbcsl_check_choose_keyset(&test->repeated, kind), key);
	test->doubtful = test->doubtful || kind == DBCSL_KEY_OTHER;
	return kind == DBCSL_KEY_OTHER;
}

/* The types that pass a test of a single value. */
static unsigned
accepted_types(const dbcsl_check_row_test *test)
{
	if (test->method == DBCSL_NOT_NULL)
		return ~DBCSL_ACCEPT(SQLITE_NULL);
	/* the type does not tell whether a text is a number */
	return test->refuses_numeric ? test->accepted & ~DBCSL_ACCEPT(SQLITE_TEXT)
								 : test->accepted;
}

/* Whether a value passes a test of a single value. */
static bool
is_accepted(const dbcsl_check_memory_pool *pool,
			const dbcsl_check_row_test *test, sqlite3_value *value, int type,
			int *code)
{
	bool failed = false;
	bool numeric;

	if (accepted_types(test) & DBCSL_ACCEPT(type))
		return true;
	if (test->method == DBCSL_NOT_NULL ||
		!(test->accepted & DBCSL_ACCEPT(type)))
		return false;
	numeric = dbcsl_check_is_numeric(pool, value, &failed);
	if (failed)
		*code = SQLITE_NOMEM;
	return !numeric;
}

/* Counts a violation; returns whether to report the key of the row. */
static bool
count_violation(const dbcsl_check_verification *v, dbcsl_check_row_test *test)
{
	test->wanted = test->violations++ < v->task->samples;
	return test->wanted;
}

/* Runs the tests of a group on one row; returns whether to report its key. */
static bool
visit(dbcsl_check_row_visitor *visitor, sqlite3_value **values, int *code)
{
	group *g = (group *) visitor;
	uint64_t seed = g->v->pool.base.seed;
	int types[MAX_VALUES];
	bool fine = true;
	bool leaves = false;

	if (++g->nrows % ROWS_PER_REPORT == 0)
		dbcsl_record_progress(g->v->h, g->v->task->table->shown, g->nrows,
							  g->v->nrows);
	for (int i = 0; i < g->nvalues; i++)
	{
		types[i] = g->by_type[i] ? type_named(values[i])
								 : sqlite3_value_type(values[i]);
		fine = fine && (g->fine[i] & DBCSL_ACCEPT(types[i]));
	}
	for (int i = 0; i < g->ntests && !fine; i++)
	{
		dbcsl_check_row_test *test = g->tests[i];
		int place = test->places[0];

		if (!is_accepted(&g->v->pool, test, values[place], types[place], code))
			leaves |= count_violation(g->v, test);
	}
	for (int i = 0; i < g->nkeyed; i++)
	{
		dbcsl_check_row_test *test = g->keyed[i];

		if (test->method == DBCSL_HAS_PARENT
				? !has_parent(test, seed, values, types, code)
				: !is_new(test, seed, values, code))
			leaves |= count_violation(g->v, test);
	}
	return leaves;
}

typedef struct scan
{
	dbcsl_check_verification *v;
	dbcsl_check_row_visitor **groups;
	int ngroups;
	dbcsl_check_row_test **expressions;
	int nexpressions;
	int capacity; /* maximum number of values of one call */
} scan;

/* The number of values that a test needs. */
static int
values_needed(const dbcsl_check_row_test *test)
{
	return test->nvalues + (test->condition != NULL);
}

/* The argument position of a value in a group; adds the value if necessary. */
static int
place_value(group *g, const char *sql, bool by_type)
{
	int i;

	for (i = 0; i < g->nvalues; i++)
		if (g->by_type[i] == by_type && dbc_same(g->sql[i], sql))
			return i;
	g->sql[i] = sql;
	g->by_type[i] = by_type;
	g->fine[i] = ~0u;
	g->nvalues++;
	return i;
}

/* Adds a test to the last group, or to a new one if that is full. */
static void
group_test(scan *s, dbcsl_check_row_test *test)
{
	dbcsl_host *h = s->v->h;
	group *g = s->ngroups > 0 ? (group *) s->groups[s->ngroups - 1] : NULL;
	int i;

	if (!g || g->nvalues + values_needed(test) > s->capacity)
	{
		g = dbcsl_alloc(&h->base, sizeof(*g));
		g->base.visit = visit;
		g->v = s->v;
		s->groups = dbc_grow(&h->base, s->groups, (size_t) s->ngroups,
							 sizeof(*s->groups));
		s->groups[s->ngroups++] = &g->base;
	}
	test->places = dbcsl_alloc(&h->base, (size_t) values_needed(test) *
											 sizeof(*test->places));
	for (i = 0; i < test->nvalues; i++)
		test->places[i] = place_value(g, test->values[i], test->by_type);
	if (test->condition)
		test->places[i] =
			place_value(g,
						dbc_format(&h->base, "case when (%s) then 1 else 0 end",
								   test->condition),
						false);
	if (test->method == DBCSL_NOT_NULL || test->method == DBCSL_TYPED)
	{
		g->fine[test->places[0]] &= accepted_types(test);
		g->tests =
			dbc_grow(&h->base, g->tests, (size_t) g->ntests, sizeof(*g->tests));
		g->tests[g->ntests++] = test;
		return;
	}
	g->keyed =
		dbc_grow(&h->base, g->keyed, (size_t) g->nkeyed, sizeof(*g->keyed));
	g->keyed[g->nkeyed++] = test;
}

static void
add_expression(scan *s, dbcsl_check_row_test *test)
{
	s->expressions =
		dbc_grow(&s->v->h->base, s->expressions, (size_t) s->nexpressions,
				 sizeof(*s->expressions));
	s->expressions[s->nexpressions++] = test;
}

static void
open_keys(dbcsl_check_verification *v, dbcsl_check_row_test *test)
{
	const dbcsl_check_layout_column *field =
		test->column ? dbcsl_check_find_layout_column(v->layout, test->column)
					 : NULL;
	int64_t low = 1;
	int64_t high = 0;

	if (field && field->affinity == DBCSL_TO_NUMBER && !test->condition &&
		!dbcsl_check_read_integer_range(v->h, v->layout, field->name, &low,
										&high))
		high = low - 1;
	dbcsl_check_open_keysets(&test->keys, &v->pool, low, high,
							 test->condition ? 0 : v->nrows);
	dbcsl_check_open_keysets(&test->repeated, &v->pool, 1, 0, 0);
}

/* Prepares a test for a scan. */
static void
ready_test(scan *s, dbcsl_check_row_test *test)
{
	dbcsl_check_verification *v = s->v;

	test->violations = 0;
	test->wanted = false;
	test->samples = NULL;
	test->doubtful = false;
	if (test->method == DBCSL_HAS_PARENT && test->nvalues <= s->capacity)
		dbcsl_check_build_parent_keys(v->h, &v->pool, test->parent, v->nrows);
	if (test->method == DBCSL_HAS_PARENT && !test->parent->has_set)
	{
		test->method = DBCSL_SATISFIED;
		test->expression = dbcsl_check_make_parent_expression(
			v->h, test->parent, v->layout, test->columns);
	}
	if (test->method == DBCSL_DISTINCT && values_needed(test) > s->capacity)
		test->method = DBCSL_SORTED;
	if (test->method == DBCSL_DISTINCT)
		open_keys(v, test);
	if (test->method == DBCSL_SATISFIED)
		add_expression(s, test);
	else if (test->method == DBCSL_NOT_NULL || test->method == DBCSL_TYPED ||
			 test->method == DBCSL_HAS_PARENT || test->method == DBCSL_DISTINCT)
		group_test(s, test);
}

/* Appends the calls for all groups, combined by the bitwise operator so that
 * none is skipped. */
static void
append_calls(const scan *s, dbc_buffer *sql)
{
	for (int i = 0; i < s->ngroups; i++)
	{
		const group *g = (const group *) s->groups[i];

		dbc_append_format(sql, "%s" DBCSL_VISIT "(?%d", i > 0 ? " | " : "",
						  i + 1);
		for (int j = 0; j < g->nvalues; j++)
			dbc_append_format(sql, ", %s", g->sql[j]);
		dbc_append(sql, ")");
	}
}

/* The statement of a scan: it returns the columns of a key, and for each
 * expression whether the row violates it. */
static const char *
make_sql(const scan *s, int *nkey)
{
	const char *const *key = dbcsl_check_list_key_columns(s->v, nkey);
	dbc_buffer sql;

	dbc_buffer_init(&sql, &s->v->h->base);
	for (int i = 0; i < *nkey; i++)
		dbc_append_format(&sql, "%s%s", i > 0 ? ", " : "select ", key[i]);
	for (int i = 0; i < s->nexpressions; i++)
		dbc_append_format(&sql, ", not (%s\n)", s->expressions[i]->expression);
	dbc_append_format(&sql, " from %s not indexed where ", s->v->layout->from);
	/* before the conditions: OR stops at a true operand, and the calls are
	 * needed for all rows */
	append_calls(s, &sql);
	if (s->nexpressions == 0)
		return sql.data;
	dbc_append(&sql, s->ngroups > 0 ? " or (" : "(");
	for (int i = 0; i < s->nexpressions; i++)
		dbc_append_format(&sql, "%snot (%s\n)", i > 0 ? " or " : "",
						  s->expressions[i]->expression);
	dbc_append(&sql, ")");
	return sql.data;
}

/* Counts the expressions that the current row violates, and stores its key as a
 * sample if requested. */
static void
take_row(scan *s, sqlite3_stmt *statement, int nkey,
		 dbcsl_check_row_test *tests, int ntests)
{
	for (int i = 0; i < s->nexpressions; i++)
		if (sqlite3_column_int(statement, nkey + i))
			count_violation(s->v, s->expressions[i]);
	for (int i = 0; i < ntests; i++)
		if (tests[i].wanted)
			dbcsl_check_add_sample(s->v, statement, &tests[i]);
}

void
dbcsl_check_verify_by_scan(dbcsl_check_verification *v,
						   dbcsl_check_row_test *tests, int ntests)
{
	int limit = sqlite3_limit(v->h->db, SQLITE_LIMIT_FUNCTION_ARG, -1) - 1;
	scan s = {.v = v, .capacity = limit < MAX_VALUES ? limit : MAX_VALUES};
	sqlite3_stmt *statement;
	int nkey;
	int code;

	for (int i = 0; i < ntests; i++)
		ready_test(&s, &tests[i]);
	if (s.ngroups + s.nexpressions == 0)
		return;
	statement = dbcsl_check_prepare_visit(v->h, make_sql(&s, &nkey), s.groups,
										  s.ngroups);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		take_row(&s, statement, nkey, tests, ntests);
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(v->h, code);
	dbcsl_finalize_statement(v->h);
}
