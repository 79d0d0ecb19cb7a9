/*
 * table.c
 *	  A table and its rows in the order of the key.
 *
 * Key values are stored as literals that the engine has written, so that values
 * of every type are read back unchanged.
 */
#include "common/batch/batch.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/json_write.h"

/* Columns of batch/table.sql: one row per column of the key, or one row with
 * nulls if there is no key. */
enum
{
	T_QUOTED,
	T_OBSTACLE,
	T_ESTIMATE,
	T_OPERATORS,
	T_NAME,
	T_COLUMN,
	T_COLLATION,
	T_LITERAL,
	T_ALIASES
};

/* ---- the table ---- */

/* Fails if the rows of a table cannot be read in the order of a key. */
static void
refuse_obstacle(dbc_host *host, const char *table, const char *obstacle)
{
	static const struct
	{
		const char *name;
		const char *words;
		const char *hint;
	} obstacles[] = {
		{"key", "has no primary key", "Add a primary key."},
		{"temporary", "is temporary",
		 "Run the statement directly: a temporary table ends with its "
		 "session."},
		{"parent", "has tables that inherit from it",
		 "Copy the rows into a table without inheritance, or run the statement "
		 "in batches by hand."},
		{"elsewhere", "is not in the main database",
		 "Open the file of the table as the main database."},
		{"operators",
		 "has a primary key whose types have comparison operators in more than "
		 "one schema",
		 "Run the statement in batches by hand."},
		{"money",
		 "has a primary key of type money, whose text depends on lc_monetary",
		 "Run the statement in batches by hand."},
	};

	for (size_t i = 0; i < sizeof(obstacles) / sizeof(obstacles[0]); i++)
		if (dbc_same(obstacle, obstacles[i].name))
			dbc_fail(host, DBC_WRONG_OBJECT_TYPE,
					 "Batches process a table in the order of its primary key.",
					 obstacles[i].hint, "table %s %s", table,
					 obstacles[i].words);
}

/* Reads a table and its key. */
dbc_batch_table
dbc_batch_read_table(dbc_host *host, const char *name)
{
	const dbc_relation *relation = dbc_resolve(host, name);
	const dbc_rows *rows =
		dbc_query(host, "batch/table", dbc_text(relation->schema),
				  dbc_text(relation->name));
	dbc_batch_table table = {.relation = relation, .shown = relation->shown};

	if (dbc_get_text_or_null(host, rows, 0, T_OBSTACLE))
		refuse_obstacle(host, table.shown,
						dbc_get_text_or_null(host, rows, 0, T_OBSTACLE));
	table.quoted = dbc_get_text(host, rows, 0, T_QUOTED);
	table.estimate = dbc_get_text(host, rows, 0, T_ESTIMATE);
	table.operators = dbc_get_text_or_null(host, rows, 0, T_OPERATORS);
	table.nkey = rows->nrows;
	table.key = dbc_alloc(host, (size_t) rows->nrows * sizeof(*table.key));
	for (int i = 0; i < rows->nrows; i++)
		table.key[i] = (dbc_batch_key_column){
			.name = dbc_get_text(host, rows, i, T_NAME),
			.quoted = dbc_get_text(host, rows, i, T_COLUMN),
			.collation = dbc_get_text(host, rows, i, T_COLLATION),
			.literal = dbc_get_text(host, rows, i, T_LITERAL)};
	table.aliases = dbc_get_text_or_null(host, rows, 0, T_ALIASES);
	return table;
}

/* The columns of the key, as a JSON array. */
const char *
dbc_batch_key_names(dbc_host *host, const dbc_batch_table *table)
{
	dbc_json_node *names = dbc_json_array(host);

	for (int i = 0; i < table->nkey; i++)
		dbc_json_push_text(names, table->key[i].name);
	return dbc_json_text(names);
}

/* ---- places ---- */

/* Appends a column of the key for a comparison. */
static void
append_column(dbc_buffer *sql, const dbc_batch_key_column *column,
			  const char *qualifier)
{
	dbc_append_format(sql, "%s.%s%s", qualifier, column->quoted,
					  column->collation);
}

/* Appends a comparison operator. */
static void
append_operator(dbc_buffer *sql, const dbc_batch_table *table,
				const char *operator)
{
	if (table->operators)
		dbc_append_format(sql, " OPERATOR(%s.%s) ", table->operators, operator);
	else
		dbc_append_format(sql, " %s ", operator);
}

/* Appends ORDER BY with the columns of the key, each followed by a direction.
 */
static void
append_order(dbc_buffer *sql, const dbc_batch_table *table,
			 const char *direction)
{
	for (int i = 0; i < table->nkey; i++)
	{
		dbc_append(sql, i ? ", " : " ORDER BY ");
		append_column(sql, &table->key[i], "t");
		dbc_append(sql, direction);
	}
}

/* A query and its result. */
typedef struct search
{
	const char *sql;
	const dbc_rows *rows;
} search;

/* Runs a query in the order of the key; for dbc_guard(). */
static void
search_by_key(dbc_host *host, void *arg)
{
	search *s = arg;

	if (dbc_find_sql(host, "batch/by_key"))
		dbc_query(host, "batch/by_key");
	s->rows = dbc_query_text(host, s->sql);
}

/* The place of row n, in a direction of the key, of the rows for which a
 * condition is true, or of all rows; NULL if there are fewer. */
static const char *
find_place(dbc_host *host, const dbc_batch_table *table, const char *condition,
		   const char *direction, int64_t n)
{
	dbc_json_node *place = dbc_json_array(host);
	search s = {.sql = NULL};
	dbc_error error;
	dbc_buffer sql;

	dbc_buffer_init(&sql, host);
	for (int i = 0; i < table->nkey; i++)
		dbc_append_format(&sql, "%s%s", i ? ", " : "SELECT ",
						  table->key[i].literal);
	dbc_append_format(&sql, " FROM %s AS t WHERE %s", table->quoted,
					  condition ? condition : "1 = 1");
	append_order(&sql, table, direction);
	dbc_append(&sql, " LIMIT 1");
	if (n > 1)
		dbc_append_format(&sql, " OFFSET %lld", (long long) n - 1);
	s.sql = sql.data;
	/* DBC_UNDO resets the settings; nothing else was changed */
	if (!dbc_guard(host, search_by_key, &s, DBC_UNDO, false, &error))
		dbc_rethrow(host, &error);
	if (s.rows->nrows == 0)
		return NULL;
	for (int i = 0; i < table->nkey; i++)
		dbc_json_push_text(place, dbc_get_text(host, s.rows, 0, i));
	return dbc_json_text(place);
}

/* ---- ranges ---- */

/* The literals of a place. */
static dbc_json_entries
read_place(dbc_host *host, const dbc_batch_table *table, const char *place)
{
	dbc_json_entries literals =
		dbc_json_read_entries(host, place, "the place of a batch");
	bool fits = literals.count == table->nkey;

	for (int i = 0; i < literals.count; i++)
		fits = fits && literals.list[i].kind == DBC_I_STRING;
	if (!fits)
		dbc_fail(host, DBC_CORRUPTED, NULL, NULL,
				 "the place %s does not fit the key of table %s", place,
				 table->shown);
	return literals;
}

/* Appends AND between conditions. */
static void
append_and(dbc_buffer *sql)
{
	if (sql->length > 0)
		dbc_append(sql, " AND ");
}

/* Appends the comparison of a column with the literal of a place. */
static void
append_comparison(dbc_buffer *sql, const dbc_batch_table *table,
				  const char *qualifier, const char *operator,
				  const dbc_json_entries * place, int column)
{
	append_and(sql);
	append_column(sql, &table->key[column], qualifier);
	append_operator(sql, table, operator);
	dbc_append(sql, place->list[column].text);
}

/*
 * Appends the comparison of the key, without its first columns, with a place.
 * The first one that is left is also compared alone, so that planners use its
 * index and estimate the rows better.
 */
static void
append_bound(dbc_buffer *sql, const dbc_batch_table *table,
			 const char *qualifier, const char *operator,
			 const dbc_json_entries * place, int skip)
{
	if (table->nkey - skip == 1)
	{
		append_comparison(sql, table, qualifier, operator, place, skip);
		return;
	}
	append_comparison(sql, table, qualifier,
					  *operator== '>' ? ">=" : "<=", place, skip);
	for (int i = skip; i < table->nkey; i++)
	{
		dbc_append(sql, i > skip ? ", " : " AND (");
		append_column(sql, &table->key[i], qualifier);
	}
	dbc_append(sql, ")");
	append_operator(sql, table, operator);
	for (int i = skip; i < table->nkey; i++)
		dbc_append_format(sql, "%s%s", i > skip ? ", " : "(",
						  place->list[i].text);
	dbc_append(sql, ")");
}

/*
 * The condition for the rows after one place up to another.
 *
 * PostgreSQL stops reading an index at the end of a comparison of rows only
 * when their first column ends, so leading columns that are the same in both
 * places are compared for equality; and there is a first place.
 */
const char *
dbc_batch_range(dbc_host *host, const dbc_batch_table *table,
				const char *qualifier, const char *after, const char *up_to)
{
	const char *greater = ">";
	dbc_json_entries first = {0};
	dbc_json_entries last = {0};
	int skip = 0;
	dbc_buffer sql;

	dbc_buffer_init(&sql, host);
	if (!after && up_to && table->nkey > 1)
	{
		after = find_place(host, table, NULL, "", 1);
		greater = ">=";
	}
	if (after)
		first = read_place(host, table, after);
	if (up_to)
		last = read_place(host, table, up_to);
	if (after && up_to)
		for (; skip < table->nkey - 1 &&
			   dbc_same(first.list[skip].text, last.list[skip].text);
			 skip++)
			append_comparison(&sql, table, qualifier, "=", &first, skip);
	if (after)
		append_bound(&sql, table, qualifier, greater, &first, skip);
	if (up_to)
		append_bound(&sql, table, qualifier, "<=", &last, skip);
	return sql.length > 0 ? sql.data : "1 = 1";
}

/* The place of row n of a range. */
const char *
dbc_batch_nth_place(dbc_host *host, const dbc_batch_table *table,
					const char *after, const char *up_to, int64_t n)
{
	return find_place(host, table,
					  dbc_batch_range(host, table, "t", after, up_to), "", n);
}

/* The last place after a place. */
const char *
dbc_batch_last_place(dbc_host *host, const dbc_batch_table *table,
					 const char *after)
{
	return find_place(host, table,
					  dbc_batch_range(host, table, "t", after, NULL), " DESC",
					  1);
}

/* The span of the rows for which a condition is true.  They are found first, by
 * an index for the condition if there is one: the limit keeps planners from
 * walking along the key until a row satisfies it.  The only writer would read the
 * whole table, while all others wait. */
bool
dbc_batch_find_span(dbc_host *host, const dbc_batch_table *table,
					const char *alias, const char *condition,
					const char **after, const char **up_to)
{
	dbc_batch_table found = *table;
	dbc_json_entries literals;
	const char *first;
	dbc_buffer before;

	if (host->traits->one_writer)
	{
		*after = NULL;
		*up_to = dbc_batch_last_place(host, table, NULL);
		return *up_to != NULL;
	}
	found.quoted =
		dbc_format(host, "(SELECT * FROM %s AS %s WHERE %s LIMIT %lld)",
				   table->quoted, alias, condition, (long long) INT64_MAX);
	first = find_place(host, &found, NULL, "", 1);
	if (!first)
		return false;
	*up_to = find_place(host, &found, NULL, " DESC", 1);
	dbc_buffer_init(&before, host);
	literals = read_place(host, table, first);
	append_bound(&before, table, "t", "<", &literals, 0);
	*after = find_place(host, table, before.data, " DESC", 1);
	return *up_to != NULL;
}

/* The number of rows in a range. */
int64_t
dbc_batch_count_rows(dbc_host *host, const dbc_batch_table *table,
					 const char *after, const char *up_to)
{
	const char *sql =
		dbc_format(host, "SELECT count(*) FROM %s AS t WHERE %s", table->quoted,
				   dbc_batch_range(host, table, "t", after, up_to));

	return dbc_get_int(host, dbc_query_text(host, sql), 0, 0);
}
