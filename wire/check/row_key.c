/*
 * row_key.c
 *	  Testing whether a table would accept a row: its constraints.
 *
 * Each is an expression over the row, which is 0 if the row satisfies it; all
 * are evaluated at once, and one by one only if that fails.
 */
#include "wire/check/row.h"
#include "wire/core/query.h"

#include <stdlib.h>
#include <string.h>

#include "common/check/check.h"
#include "common/core/json.h"
#include "common/core/sql_scan.h"
#include "common/core/text.h"

/* Columns of check/row_constraints.sql. */
enum
{
	D_KIND,
	D_NAME,
	D_RELID,
	D_OBJECT,
	D_ATTNUMS,
	D_COLUMNS,
	D_PARENT,
	D_PARENT_ATTNUMS,
	D_PARENT_SHOWN,
	D_PARENT_COLUMNS,
	D_MATCH_FULL,
	D_EXPRESSION,
	D_QUERY,
	D_REASON
};

/* Columns of check/row_indexes.sql. */
enum
{
	I_INDEX,
	I_KEYS,
	I_PREDICATE,
	I_READS,
	I_NULLS_EQUAL
};

/* Results of a test. */
enum
{
	SATISFIED,
	VIOLATED,
	PARTLY_NULL,
	EMPTY_PERIOD
};

/* A constraint and its expression. */
typedef struct constraint_test
{
	const dbc_value *cell;
	const char *text;	/* NULL: it is not tested */
	const char *reason; /* why that is unknown, or NULL */
} constraint_test;

typedef struct testing
{
	dbcw_check_row *in;
	const dbc_rows *constraints;
	const dbc_rows *indexes;
} testing;

/* ---- keys ---- */

/* A key of the row: its values are columns of "dbcare key". */
typedef struct key
{
	dbc_buffer values;
	dbc_buffer nulls; /* "... is null or ... is null" */
	int count;
} key;

static key
new_key(const testing *t)
{
	key k = {.count = 0};

	dbc_buffer_init(&k.values, t->in->host);
	dbc_buffer_init(&k.nulls, t->in->host);
	return k;
}

static void
add_key(key *k, const char *expression, bool counts)
{
	dbc_append_format(&k->values, "%s(%s) as \"dbcare %d\"",
					  k->count > 0 ? ", " : "", expression, k->count + 1);
	k->count++;
	if (counts)
		dbc_append_format(&k->nulls, "%s\"dbcare key\".\"dbcare %d\" is null",
						  k->count > 1 ? " or " : "", k->count);
}

/* Whether a table has a row that the query of a constraint finds, as SQL: $1,
 * $2 ... are the values of the key. */
static const char *
search(const testing *t, int64_t relid, const char *query)
{
	dbc_host *host = t->in->host;
	const char *copied = query;
	dbc_lexeme at = dbc_scan_sql(query, DBC_ON_POSTGRESQL);
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (; at.kind != DBC_LEX_END;
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
	{
		if (at.kind != DBC_LEX_PARAMETER)
			continue;
		dbc_append_bytes(&text, copied, (size_t) (at.text - copied));
		dbc_append_format(&text, "\"dbcare key\".\"dbcare %d\"",
						  atoi(at.text + 1));
		copied = at.text + at.length;
	}
	dbc_append(&text, copied);
	return dbc_format(host, "exists (select from %s %s)",
					  dbc_get_text(host, t->in->tables,
								   dbcw_check_find_table(t->in, relid),
								   T_SOURCE),
					  text.data);
}

/* A test of the row by its key. */
static const char *
key_test(const testing *t, const key *k, const char *tests)
{
	return dbc_format(t->in->host,
					  "(select case %s end from (select %s) as \"dbcare key\")",
					  tests, k->values.data);
}

static const char *
test_key(const testing *t, const dbc_value *cell)
{
	dbc_host *host = t->in->host;
	dbc_json_entries keys;
	key k = new_key(t);
	dbc_buffer tests;
	int i = 0;

	while (i < t->indexes->nrows &&
		   dbc_get_int(host, t->indexes, i, I_INDEX) != cell[D_OBJECT].integer)
		i++;
	if (i == t->indexes->nrows ||
		dbcw_check_reads_unknown(
			t->in, cell[D_RELID].integer,
			dbc_get_text_or_null(host, t->indexes, i, I_READS)))
		return NULL;
	keys = dbc_json_read_entries(
		host, dbc_get_text(host, t->indexes, i, I_KEYS), "keys");
	for (int n = 0; n < keys.count; n++)
		add_key(&k, keys.list[n].text, true);
	dbc_buffer_init(&tests, host);
	if (!dbc_is_null(host, t->indexes, i, I_PREDICATE))
		dbc_append_format(&tests, "when (%s) is not true then 0 ",
						  dbc_get_text(host, t->indexes, i, I_PREDICATE));
	if (cell[D_EXPRESSION].text)
		dbc_append_format(&tests,
						  "when pg_catalog.isempty(\"dbcare key\".\"dbcare "
						  "%d\") then %d ",
						  k.count, EMPTY_PERIOD);
	if (!dbc_get_bool(host, t->indexes, i, I_NULLS_EQUAL))
		dbc_append_format(&tests, "when %s then 0 ", k.nulls.data);
	dbc_append_format(&tests, "when %s then 1 else 0",
					  search(t, cell[D_RELID].integer, cell[D_QUERY].text));
	return key_test(t, &k, tests.data);
}

/* ---- foreign keys ---- */

/* Adds columns of a table to a key. */
static void
add_columns(const testing *t, key *k, int64_t relid, const char *attnums,
			bool counts)
{
	char *end;

	for (; attnums && *attnums; attnums = end)
	{
		int column =
			dbcw_check_find_column(t->in, relid, strtol(attnums, &end, 10));

		if (end == attnums || column < 0)
			return;
		add_key(k, dbc_get_text(t->in->host, t->in->columns, column, C_QUOTED),
				counts);
	}
}

static const char *
test_parent(const testing *t, const dbc_value *cell)
{
	dbc_host *host = t->in->host;
	int64_t relid = cell[D_RELID].integer;
	key k = new_key(t);
	dbc_buffer tests;
	int count;

	if (dbcw_check_reads_unknown(t->in, relid, cell[D_ATTNUMS].text))
		return NULL;
	add_columns(t, &k, relid, cell[D_ATTNUMS].text, true);
	count = k.count;
	/* unknown values are null in the row, and a null never equals anything */
	if (cell[D_PARENT].integer == relid)
		add_columns(t, &k, relid, cell[D_PARENT_ATTNUMS].text, false);
	dbc_buffer_init(&tests, host);
	dbc_append(&tests, "when ");
	for (int i = 1; i <= count; i++)
		dbc_append_format(&tests, "%s\"dbcare key\".\"dbcare %d\" is null",
						  i > 1 ? " and " : "", i);
	dbc_append_format(&tests, " then 0 when %s then %d when %s then 0 else 1",
					  k.nulls.data,
					  cell[D_MATCH_FULL].integer != 0 ? PARTLY_NULL : SATISFIED,
					  search(t, cell[D_PARENT].integer, cell[D_QUERY].text));
	return key_test(t, &k, tests.data);
}

/* ---- constraints of the row alone ---- */

static const char *
test_null(const testing *t, const dbc_value *cell)
{
	int column;

	if (dbcw_check_reads_unknown(t->in, cell[D_RELID].integer,
								 cell[D_ATTNUMS].text))
		return NULL;
	column = dbcw_check_find_column(t->in, cell[D_RELID].integer,
									atoll(cell[D_ATTNUMS].text));
	return column < 0 ? NULL
					  : dbc_format(t->in->host,
								   "case when %s is null then 1 else 0 end",
								   dbc_get_text(t->in->host, t->in->columns,
												column, C_QUOTED));
}

/* Whether a list of numbers separated by blanks has a 0, which is the whole
 * row. */
static bool
has_zero(const char *attnums)
{
	return attnums &&
		   (dbc_same(attnums, "0") || dbc_starts_with(attnums, "0 ") ||
			strstr(attnums, " 0 ") || dbc_ends_with(attnums, " 0"));
}

/* Fails if a constraint lacks a text that all of its kind have. */
static void
require_text(const testing *t, int row, int column)
{
	(void) dbc_get_text(t->in->host, t->constraints, row, column);
}

static constraint_test
find_test(const testing *t, int row)
{
	const dbc_value *cell = dbc_get_row(t->in->host, t->constraints, row, "");
	constraint_test test = {.cell = cell, .reason = cell[D_REASON].text};

	if (test.reason)
		return test;
	switch ((dbc_check_constraint_kind) cell[D_KIND].integer)
	{
		case DBC_K_PRIMARY_KEY:
		case DBC_K_UNIQUE:
		case DBC_K_EXCLUSION:
			require_text(t, row, D_QUERY);
			test.text = test_key(t, cell);
			break;
		case DBC_K_FOREIGN_KEY:
			require_text(t, row, D_QUERY);
			test.text = test_parent(t, cell);
			break;
		case DBC_K_NOT_NULL:
			require_text(t, row, D_ATTNUMS);
			test.text = test_null(t, cell);
			break;
		case DBC_K_CHECK:
			require_text(t, row, D_EXPRESSION);
			if (has_zero(cell[D_ATTNUMS].text))
				test.reason = "conditions on whole rows need the extension";
			else if (!dbcw_check_reads_unknown(t->in, cell[D_RELID].integer,
											   cell[D_ATTNUMS].text))
				test.text = dbc_format(
					t->in->host, "case when (%s) is false then 1 else 0 end",
					cell[D_EXPRESSION].text);
			break;
		default:
			break;
	}
	return test;
}

/* ---- all constraints ---- */

static dbc_check_row_violation_kind
kind_of(const dbc_value *cell, int64_t result)
{
	switch ((dbc_check_constraint_kind) cell[D_KIND].integer)
	{
		case DBC_K_PRIMARY_KEY:
		case DBC_K_UNIQUE:
			return result == EMPTY_PERIOD ? DBC_VIOLATION_CHECK
										  : DBC_VIOLATION_KEY;
		case DBC_K_EXCLUSION:
			return DBC_VIOLATION_EXCLUSION;
		case DBC_K_FOREIGN_KEY:
			return result == PARTLY_NULL ? DBC_VIOLATION_HALF_NULL
										 : DBC_VIOLATION_PARENT;
		case DBC_K_NOT_NULL:
			return DBC_VIOLATION_NOT_NULL;
		default:
			return DBC_VIOLATION_CHECK;
	}
}

/* The column of a constraint if it has one alone. */
static const char *
only_column(const testing *t, const dbc_value *cell)
{
	const char *attnums = cell[D_ATTNUMS].text;
	int column = attnums && !strchr(attnums, ' ')
					 ? dbcw_check_find_column(t->in, cell[D_RELID].integer,
											  atoll(attnums))
					 : -1;

	return column < 0
			   ? NULL
			   : dbc_get_text(t->in->host, t->in->columns, column, C_NAME);
}

/* Reports that a constraint is violated, or why that is unknown. */
static void
report(const testing *t, const constraint_test *test, int64_t result,
	   const dbc_error *error)
{
	const dbc_value *cell = test->cell;
	const char *reason = test->reason;
	dbc_check_row_violation *violation;

	/* the extension evaluates it with the rights of the owner */
	if (error && dbc_same(error->sqlstate, DBC_INSUFFICIENT))
		reason = error->message;
	violation = dbcw_check_add_violation(t->in, reason ? DBC_VIOLATION_UNKNOWN
													   : kind_of(cell, result));
	violation->column = only_column(t, cell);
	violation->constraint = cell[D_NAME].text;
	violation->columns = cell[D_COLUMNS].text;
	violation->parent = cell[D_PARENT_SHOWN].text;
	violation->parent_columns = cell[D_PARENT_COLUMNS].text;
	violation->text = reason ? reason : cell[D_EXPRESSION].text;
	violation->error = error && !reason ? error->message : NULL;
}

/* Tests the row against the constraints of a table. */
static void
inspect_level(const testing *t, int64_t relid)
{
	dbc_host *host = t->in->host;
	constraint_test *tests = NULL;
	int ntests = 0;
	dbc_buffer list;
	const dbc_rows *rows;
	dbc_error error;

	dbc_buffer_init(&list, host);
	for (int i = 0; i < t->constraints->nrows; i++)
	{
		constraint_test test;

		if (dbc_get_int(host, t->constraints, i, D_RELID) != relid)
			continue;
		test = find_test(t, i);
		if (test.reason)
			report(t, &test, VIOLATED, NULL);
		if (!test.text)
			continue;
		tests = dbc_grow(host, tests, (size_t) ntests, sizeof(*tests));
		dbc_append_format(&list, "%s%s", ntests > 0 ? ", " : "", test.text);
		tests[ntests++] = test;
	}
	if (ntests == 0)
		return;
	rows = dbcw_check_evaluate(t->in, relid, list.data, &error);
	for (int i = 0; i < ntests; i++)
	{
		const dbc_rows *own =
			rows ? rows
				 : dbcw_check_evaluate(t->in, relid, tests[i].text, &error);
		int64_t result = own ? dbc_get_int(host, own, 0, rows ? i : 0) : 0;

		if (!own || result != SATISFIED)
			report(t, &tests[i], result, own ? NULL : &error);
	}
}

void
dbcw_check_inspect_constraints(dbcw_check_row *in)
{
	dbc_value relid = dbc_int(in->table.relid);
	testing t = {.in = in};
	int leaf = dbcw_check_find_table(in, in->levels[in->nlevels - 1]);

	/* PostgreSQL does not enforce those of foreign tables */
	if (dbc_same(dbc_get_text(in->host, in->tables, leaf, T_KIND), "f"))
		return;
	t.constraints = dbc_query(in->host, "check/row_constraints", relid);
	t.indexes = dbc_query(in->host, "check/row_indexes", relid);
	for (int i = 0; i < in->nlevels; i++)
		inspect_level(&t, in->levels[i]);
}
