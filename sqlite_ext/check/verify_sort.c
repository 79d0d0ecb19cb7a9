/*
 * verify_sort.c
 *	  Duplicate keys, found by sorting; and the keys that identify rows.
 *
 * SQLite's sorter and comparisons are exact for every collation and memory
 * limit.
 */
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/core/value.h"
#include "common/core/names.h"

#include <string.h>

/* The columns that identify a row: the primary key and the rowid. */
const char *const *
dbcsl_check_list_key_columns(dbcsl_check_verification *v, int *count)
{
	const dbcsl_check_table_layout *layout = v->layout;
	const char **columns = dbcsl_alloc(
		&v->h->base, (size_t) (layout->nkey + 1) * sizeof(*columns));

	for (int i = 0; i < layout->nkey; i++)
		columns[i] = dbcsl_quote_always(&v->h->base, layout->key[i]);
	*count = layout->nkey;
	if (layout->rowid || layout->nkey == 0)
		columns[(*count)++] = layout->rowid ? layout->rowid : "null";
	return columns;
}

/* A value in JSON, which must be UTF-8. */
static dbc_value
shown_value(dbcsl_host *h, sqlite3_stmt *statement, int column)
{
	dbc_value value = dbcsl_column_value(h, statement, column);
	dbc_buffer valid;
	const char *rest;
	size_t at;

	if (value.kind != DBC_TEXT)
		return value;
	dbc_buffer_init(&valid, &h->base);
	rest = value.text;
	for (size_t length = strlen(rest); length > 0; rest += at, length -= at)
	{
		at = dbc_valid_utf8(rest, length);
		dbc_append_bytes(&valid, rest, at);
		if (at == length)
			break;
		dbc_append(&valid, "\xef\xbf\xbd");
		at++;
	}
	return dbc_text(valid.data);
}

/* Whether the primary key of the current row identifies it: no part is null. */
static bool
has_key(const dbcsl_check_table_layout *layout, sqlite3_stmt *statement)
{
	for (int i = 0; i < layout->nkey; i++)
		if (sqlite3_column_type(statement, i) == SQLITE_NULL)
			return !layout->rowid;
	return layout->nkey > 0;
}

/* Adds the key of the current row to the samples of a test. */
void
dbcsl_check_add_sample(dbcsl_check_verification *v, sqlite3_stmt *statement,
					   dbcsl_check_row_test *test)
{
	const dbcsl_check_table_layout *layout = v->layout;
	bool keyed = has_key(layout, statement);
	dbc_json_node *object = dbc_json_object(&v->h->base);
	dbc_value value;

	test->wanted = false;
	if (!test->samples)
		test->samples = dbc_json_array(&v->h->base);
	if (keyed && layout->nkey == 1)
	{
		value = shown_value(v->h, statement, 0);
		dbc_json_push_value(test->samples, &value);
		return;
	}
	for (int i = 0; keyed && i < layout->nkey; i++)
	{
		value = shown_value(v->h, statement, i);
		dbc_json_put_value(object, layout->key[i], &value);
	}
	if (!keyed)
	{
		value = shown_value(v->h, statement, layout->nkey);
		DBC_PUT_VALUE(object, rowid, &value);
	}
	dbc_json_push(test->samples, object);
}

/* ---- sorting ---- */

/* A visitor that selects rows whose keys may be duplicates. */
typedef struct sieve
{
	dbcsl_check_row_visitor base;
	dbcsl_check_row_test *test;
	const int *places;
	uint64_t seed;
} sieve;

/* Selects a row if its key was found more than once in the scan. */
static bool
keep_repeated(dbcsl_check_row_visitor *visitor, sqlite3_value **values,
			  int *code)
{
	sieve *s = (sieve *) visitor;
	dbcsl_check_row_test *test = s->test;
	uint64_t key;
	dbcsl_check_key_kind kind = dbcsl_check_read_key(
		s->seed, test->parts, test->nvalues, values, s->places, &key);

	if (kind == DBCSL_KEY_FAILED)
		*code = SQLITE_NOMEM;
	if (kind == DBCSL_KEY_FAILED || kind == DBCSL_KEY_NULL)
		return false;
	return dbc_check_keyset_has(
		dbcsl_check_choose_keyset(&test->repeated, kind), key);
}

/* The statement that returns duplicate rows except the first of each key, in
 * the order of the table; with a sieve only rows that pass it. */
static const char *
make_sql(dbcsl_check_verification *v, const dbcsl_check_row_test *test,
		 bool sieved)
{
	int nkey;
	const char *const *key = dbcsl_check_list_key_columns(v, &nkey);
	int first = v->layout->rowid ? nkey - 1 : 0; /* first column of the order */
	dbc_buffer sql;

	dbc_buffer_init(&sql, &v->h->base);
	for (int i = 0; i < nkey; i++)
		dbc_append_format(&sql, "%s \"dbcare %d\"", i > 0 ? "," : "select", i);
	for (int i = 0; i < nkey; i++)
		dbc_append_format(&sql, "%s %s as \"dbcare %d\"",
						  i > 0 ? "," : " from (select", key[i], i);
	dbc_append(&sql, ", row_number() over (partition by");
	for (int i = 0; i < test->nvalues; i++)
		dbc_append_format(
			&sql, "%s %s collate %s", i > 0 ? "," : "", test->values[i],
			dbcsl_quote_always(&v->h->base, test->parts[i].collation_name));
	for (int i = first; i < nkey; i++)
		dbc_append_format(&sql, "%s %s", i > first ? "," : " order by", key[i]);
	dbc_append_format(&sql, ") as \"dbcare n\" from %s not indexed where 1",
					  v->layout->from);
	for (int i = 0; i < test->nvalues; i++)
		dbc_append_format(&sql, " and typeof(%s) <> 'null'", test->values[i]);
	if (test->condition)
		dbc_append_format(&sql, " and (%s)", test->condition);
	if (sieved)
	{
		dbc_append(&sql, " and " DBCSL_VISIT "(?1");
		for (int i = 0; i < test->nvalues; i++)
			dbc_append_format(&sql, ", %s", test->values[i]);
		dbc_append(&sql, ")");
	}
	dbc_append(&sql, ") where \"dbcare n\" > 1");
	for (int i = first; i < nkey; i++)
		dbc_append_format(&sql, "%s \"dbcare %d\"",
						  i > first ? "," : " order by", i);
	return sql.data;
}

/* Whether the scan has stored all keys that may be duplicates. */
static bool
has_sieve(const dbcsl_check_row_test *test)
{
	return test->method == DBCSL_DISTINCT && !test->repeated.others.full &&
		   !test->repeated.integers.full;
}

void
dbcsl_check_verify_by_sort(dbcsl_check_verification *v,
						   dbcsl_check_row_test *test)
{
	int *places =
		dbcsl_alloc(&v->h->base, (size_t) test->nvalues * sizeof(*places));
	sieve s = {{keep_repeated}, test, places, v->pool.base.seed};
	dbcsl_check_row_visitor *visitor = &s.base;
	bool sieved = has_sieve(test);
	sqlite3_stmt *statement;
	int code;

	test->violations = 0;
	test->samples = NULL;
	for (int i = 0; i < test->nvalues; i++)
		places[i] = i;
	statement = dbcsl_check_prepare_visit(v->h, make_sql(v, test, sieved),
										  &visitor, sieved);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (test->violations++ < v->task->samples)
			dbcsl_check_add_sample(v, statement, test);
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(v->h, code);
	dbcsl_finalize_statement(v->h);
}
