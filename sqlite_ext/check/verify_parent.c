/*
 * verify_parent.c
 *	  Keys of the tables that foreign keys refer to.
 *
 * A set of all keys makes the scan of the child many times as fast as seeks,
 * unless the parent is much larger than the child, or its keys do not fit into
 * memory; then SQL seeks each key.
 */
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/core/statement.h"

/* The estimated cost of a seek, in keys added to a set. */
#define KEYS_PER_SEEK 20

/* A set of this many keys is always tried. */
#define FEW_KEYS 50000

/* ---- the set ---- */

/* Collects keys in a scan of the parent. */
typedef struct collector
{
	dbcsl_check_row_visitor base;
	dbcsl_check_parent_keys *parent;
	const int *places;
	uint64_t seed;
} collector;

/* Adds the key of a row; a row that does not fit is returned and so ends the
 * scan. */
static bool
collect(dbcsl_check_row_visitor *visitor, sqlite3_value **values, int *code)
{
	collector *c = (collector *) visitor;
	dbcsl_check_parent_keys *parent = c->parent;
	uint64_t key;
	dbcsl_check_key_kind kind = dbcsl_check_read_key(
		c->seed, parent->parts, parent->ncolumns, values, c->places, &key);
	dbc_check_keyset *set = dbcsl_check_choose_keyset(&parent->keys, kind);

	if (kind == DBCSL_KEY_FAILED)
		*code = SQLITE_NOMEM;
	if (kind == DBCSL_KEY_FAILED || kind == DBCSL_KEY_NULL)
		return false;
	dbc_check_keyset_add(set, key);
	return set->full;
}

/* The places 0, 1, ... */
static const int *
places_in_order(dbcsl_host *h, int count)
{
	int *places = dbcsl_alloc(&h->base, (size_t) count * sizeof(*places));

	for (int i = 0; i < count; i++)
		places[i] = i;
	return places;
}

/* Reads all keys into the set; false if they do not fit. */
static bool
fill_set(dbcsl_host *h, dbcsl_check_memory_pool *pool,
		 dbcsl_check_parent_keys *parent)
{
	collector c = {.base = {collect},
				   .parent = parent,
				   .places = places_in_order(h, parent->ncolumns),
				   .seed = pool->base.seed};
	dbcsl_check_row_visitor *visitor = &c.base;
	dbc_buffer sql;
	int code;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql,
					  "select 1 from %s not indexed where " DBCSL_VISIT "(?1",
					  parent->layout->from);
	for (int i = 0; i < parent->ncolumns; i++)
		dbc_append_format(&sql, ", %s",
						  dbcsl_quote_always(&h->base, parent->columns[i]));
	dbc_append(&sql, ")");
	code = sqlite3_step(dbcsl_check_prepare_visit(h, sql.data, &visitor, 1));
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	dbcsl_finalize_statement(h);
	return code == SQLITE_DONE;
}

/* The range of an indexed column, if its minimum and maximum are integers. */
bool
dbcsl_check_read_integer_range(dbcsl_host *h,
							   const dbcsl_check_table_layout *layout,
							   const char *column, int64_t *low, int64_t *high)
{
	const char *name = dbcsl_quote_always(&h->base, column);
	/* two queries, one seek each: both in one query would be a scan */
	const dbc_rows *rows = dbc_query_text(
		&h->base, dbc_format(&h->base,
							 "select (select min(%s) from %s),"
							 " (select max(%s) from %s)",
							 name, layout->from, name, layout->from));

	if (dbc_get_value(&h->base, rows, 0, 0).kind != DBC_INT ||
		dbc_get_value(&h->base, rows, 0, 1).kind != DBC_INT)
		return false;
	*low = dbc_get_int(&h->base, rows, 0, 0);
	*high = dbc_get_int(&h->base, rows, 0, 1);
	return true;
}

/* The estimated number of keys, at most limit; sets their range, low > high if
 * unknown. */
static int64_t
estimate_keys(dbcsl_host *h, const dbcsl_check_parent_keys *parent, int64_t low,
			  int64_t high, int64_t limit)
{
	uint64_t range = (uint64_t) high - (uint64_t) low;
	const dbc_rows *rows;

	/* distinct integers */
	if (low <= high && range < (uint64_t) limit)
		return (int64_t) range + 1;
	rows = dbc_query_text(
		&h->base,
		dbc_format(&h->base,
				   "select count(*) from (select 1 from %s limit %lld)",
				   parent->layout->from, (long long) limit));
	return dbc_get_int(&h->base, rows, 0, 0);
}

void
dbcsl_check_build_parent_keys(dbcsl_host *h, dbcsl_check_memory_pool *pool,
							  dbcsl_check_parent_keys *parent,
							  int64_t nchildren)
{
	int64_t worth = nchildren < (INT64_MAX - FEW_KEYS) / KEYS_PER_SEEK
						? nchildren * KEYS_PER_SEEK + FEW_KEYS
						: INT64_MAX;
	int64_t low = 1;
	int64_t high = 0;
	int64_t nkeys;

	if (parent->tried)
		return;
	parent->tried = true;
	if (!dbcsl_check_can_fingerprint(parent->parts, parent->ncolumns))
		return;
	if (parent->has_key && parent->ncolumns == 1 &&
		!dbcsl_check_read_integer_range(h, parent->layout, parent->columns[0],
										&low, &high))
		high = low - 1;
	nkeys = estimate_keys(h, parent, low, high, worth);
	if (nkeys == worth && parent->has_key)
		return;
	dbcsl_check_open_keysets(&parent->keys, pool, low, high, nkeys);
	parent->has_set = fill_set(h, pool, parent);
	if (!parent->has_set)
		dbcsl_check_close_keysets(&parent->keys);
}

/* ---- searching for a parent ---- */

bool
dbcsl_check_has_parent(dbcsl_check_parent_keys *parent, uint64_t seed,
					   sqlite3_value **values, const int *places, int *code)
{
	uint64_t key;
	dbcsl_check_key_kind kind = dbcsl_check_read_key(
		seed, parent->parts, parent->ncolumns, values, places, &key);

	if (kind == DBCSL_KEY_FAILED)
		*code = SQLITE_NOMEM;
	if (kind == DBCSL_KEY_FAILED || kind == DBCSL_KEY_NULL)
		return true;
	return dbc_check_keyset_has(dbcsl_check_choose_keyset(&parent->keys, kind),
								key);
}

/* Appends "a column of a row is null" in a form that SQLite does not optimize
 * to false for NOT NULL columns. */
static void
append_any_null(dbcsl_host *h, dbc_buffer *sql, const char *const *columns,
				int ncolumns)
{
	for (int i = 0; i < ncolumns; i++)
		dbc_append_format(sql, "%stypeof(%s) = 'null'", i > 0 ? " or " : "",
						  dbcsl_quote_always(&h->base, columns[i]));
}

/* SQL that is false for a row without parent; the parent is the left operand of
 * each comparison, so that its affinity and collation apply. */
const char *
dbcsl_check_make_parent_expression(dbcsl_host *h,
								   const dbcsl_check_parent_keys *parent,
								   const dbcsl_check_table_layout *child,
								   const char *const *columns)
{
	const char *table = dbcsl_quote_always(&h->base, child->name);
	/* longer than the name of the child, so a different name */
	const char *alias = dbcsl_printf(h, "\"%w parent\"", child->name);
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	append_any_null(h, &sql, columns, parent->ncolumns);
	if (!parent->layout)
		return sql.data;
	if (!parent->has_key)
	{
		dbc_append_format(
			&sql,
			" or +%s.%s collate %s in (select %s from %s"
			" where typeof(%s) <> 'null')",
			table, dbcsl_quote_always(&h->base, columns[0]),
			dbcsl_quote_always(&h->base, parent->parts[0].collation_name),
			dbcsl_quote_always(&h->base, parent->columns[0]),
			parent->layout->from,
			dbcsl_quote_always(&h->base, parent->columns[0]));
		return sql.data;
	}
	dbc_append_format(&sql, " or exists (select 1 from %s as %s where",
					  parent->layout->from, alias);
	for (int i = 0; i < parent->ncolumns; i++)
		dbc_append_format(
			&sql, "%s %s.%s collate %s = +%s.%s", i > 0 ? " and" : "", alias,
			dbcsl_quote_always(&h->base, parent->columns[i]),
			dbcsl_quote_always(&h->base, parent->parts[i].collation_name),
			table, dbcsl_quote_always(&h->base, columns[i]));
	dbc_append(&sql, ")");
	return sql.data;
}
