/*
 * sync.c
 *	  Mode sync: rows that have left the seed are removed, unless users have
 *	  changed them or refer to them.
 */
#include "common/seed/merge.h"

#include <stdlib.h>
#include <string.h>

#include "common/archive/flag.h"
#include "common/archive/stays.h"
#include "common/core/sort.h"
#include "common/row/held.h"

/* Columns of archive/children.sql. */
enum
{
	C_SCHEMA,
	C_NAME,
	C_SHOWN,
	C_MATCHES
};

/* The keys of the rows that the seed has, sorted. */
static const char **
sort_keys(dbc_host *host, const dbc_seed_rows *rows)
{
	const char **keys =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*keys));

	memcpy(keys, rows->keys, (size_t) rows->nrows * sizeof(*keys));
	dbc_sort(keys, (size_t) rows->nrows, sizeof(*keys), dbc_compare_texts);
	return keys;
}

/* The values of a row as it was stored; false if it has none of the key. */
static bool
read_stored(dbc_host *host, dbc_seed_row *row)
{
	const dbc_seed_rows *rows = &row->work->rows;
	const dbc_json_item *key = row->base_stored + 1;
	const char *problem = NULL;
	int nkey = 0;

	if (row->base_stored->kind != DBC_I_OBJECT ||
		row->base_wanted->kind != DBC_I_OBJECT)
		return false;
	row->values = dbc_alloc(host, ((size_t) row->base_stored->length + 1) *
									  sizeof(*row->values));
	for (uint32_t i = 0; i < row->base_stored->length; i++)
	{
		const dbc_json_item *stored = dbc_json_next(key);
		dbc_seed_value value = {.column =
									dbc_seed_find_column(rows->table, key)};

		value.given =
			value.column ? dbc_json_member(row->base_wanted, value.column->name)
						 : NULL;
		key = dbc_json_next(stored);
		if (!value.given)
			continue;
		value.kind =
			dbc_seed_read_cell(host, value.column, value.given, &problem);
		if (value.kind == DBC_SEED_PLAIN || value.kind == DBC_SEED_REF)
			value.wanted = stored;
		nkey += dbc_seed_in_key(rows, value.column) && value.wanted &&
				value.wanted->kind != DBC_I_NULL;
		row->values[row->nvalues++] = value;
	}
	return nkey == rows->nkey;
}

static void
report(dbc_host *host, const dbc_seed_row *row, const char *key,
	   const char *message)
{
	const char *choice = row->run->request->on_conflict;
	bool fails = choice && dbc_same(choice, "fail");

	row->work->counts.conflicts++;
	row->work->counts.skipped++;
	row->work->counts.errors += fails;
	dbc_seed_add_problem(host, &row->run->problems,
						 (dbc_seed_problem){.kind = fails ? "error" : "kept",
											.seed = row->work->seed->name,
											.key = key,
											.message = message,
											.sqlstate = "23000"});
}

/* The table whose rows refer to the row, or NULL. */
static const char *
find_child(dbc_host *host, const dbc_seed_row *row)
{
	const dbc_ops_table *table = row->work->rows.table;
	const dbc_rows *children =
		dbc_query(host, "archive/children", dbc_text(table->relation->schema),
				  dbc_text(table->relation->name), dbc_text("dbcare_1"),
				  dbc_text("dbcare_2"));

	for (int i = 0; i < children->nrows; i++)
	{
		dbc_relation *relation = dbc_alloc(host, sizeof(*relation));
		dbc_ops_statement s;

		*relation = (dbc_relation){dbc_get_text(host, children, i, C_SCHEMA),
								   dbc_get_text(host, children, i, C_NAME),
								   dbc_get_text(host, children, i, C_SHOWN), 0};
		dbc_ops_begin(&s, host, table);
		dbc_append_format(
			&s.text,
			"select 1 from %s as dbcare_2 where exists (select 1 from %s as "
			"dbcare_1",
			DBC_CALL(host, ops, describe)(host, relation)->qualified,
			table->qualified);
		dbc_seed_add_key(&s, row);
		dbc_append_format(&s.text, " and (%s)) limit 1",
						  dbc_get_text(host, children, i, C_MATCHES));
		if (dbc_ops_run(&s, NULL)->nrows > 0)
			return relation->shown;
	}
	return NULL;
}

/* Whether the row is held, so that it must not be deleted for good. */
static bool
is_held(dbc_host *host, const dbc_seed_row *row)
{
	const dbc_ops_table *table = row->work->rows.table;
	dbc_ops_statement s;

	/* rows are held by their primary key */
	if (row->work->is_flagged || table->nkeys == 0)
		return false;
	dbc_exclude(host, DBC_X_HOLDS);
	dbc_row_find_held(host, table->relation);
	dbc_ops_begin(&s, host, table);
	dbc_append_format(&s.text, "select 1 from %s", table->qualified);
	dbc_seed_add_key(&s, row);
	dbc_append_format(&s.text, " and (%s)",
					  dbc_row_held(host, table->relation));
	return dbc_ops_run(&s, NULL)->nrows > 0;
}

/* Marks the row as deleted. */
static void
mark(dbc_host *host, const dbc_seed_row *row)
{
	const dbc_ops_table *table = row->work->rows.table;
	dbc_ops_statement s;
	const char *array;
	dbc_value key;
	dbc_row_named named;
	int64_t marked;

	dbc_ops_begin(&s, host, table);
	dbc_append(&s.text, "select ");
	dbc_ops_add_columns(&s, table->keys, table->nkeys);
	dbc_append_format(&s.text, " from %s", table->qualified);
	dbc_seed_add_key(&s, row);
	array = dbc_ops_rows_text(host, table->keys, table->nkeys,
							  dbc_ops_run(&s, NULL), 0, 1);
	/* without the brackets */
	key = dbc_json(dbc_copy(host, array + 1, strlen(array) - 2));
	named = dbc_row_find(host, table->relation, &key);
	(void) dbc_archive_flag(
		host, table->relation, &named,
		dbc_format(host, "left seed %s", row->work->seed->name), &marked);
}

static void
delete_row(dbc_host *host, const dbc_seed_row *row)
{
	dbc_ops_statement s;

	if (row->work->is_flagged)
	{
		mark(host, row);
		return;
	}
	dbc_archive_know_columns(host);
	dbc_ops_begin(&s, host, row->work->rows.table);
	dbc_append_format(&s.text, "delete from %s",
					  row->work->rows.table->qualified);
	dbc_seed_add_key(&s, row);
	(void) dbc_ops_run(&s, NULL);
}

/* Whether the row is as it was seeded. */
static bool
is_untouched(dbc_host *host, const dbc_seed_row *row,
			 const dbc_seed_current *current)
{
	for (int i = 0; i < row->nvalues; i++)
		if (!dbc_seed_is_untouched(host, row, &row->values[i],
								   &current->cells[i]))
			return false;
	return true;
}

/* Why the row must stay, or NULL. */
static const char *
find_reason(dbc_host *host, const dbc_seed_row *row,
			const dbc_seed_current *current)
{
	const char *choice = row->run->request->on_conflict;
	const char *child;

	if (!is_untouched(host, row, current) &&
		!(choice && dbc_same(choice, "overwrite")))
		return "it was changed";
	if (is_held(host, row))
		return "it is held";
	child = find_child(host, row);
	return child ? dbc_format(host, "rows of table %s refer to it", child)
				 : NULL;
}

/* Removes a row that has left the seed. */
static void
remove_row(dbc_host *host, dbc_seed_row *row, const char *key)
{
	const char *reason = "the table has no longer its columns";
	dbc_seed_current current = {.exists = false};
	bool is_readable = read_stored(host, row);

	if (is_readable)
		current = dbc_seed_read(host, row, true);
	if (current.exists && !current.is_marked)
		reason = find_reason(host, row, &current);
	else if (is_readable)
		reason = NULL;
	if (reason)
	{
		report(host, row, key,
			   dbc_format(host,
						  "the row has left the seed, and is kept, since %s",
						  reason));
		return;
	}
	if (current.exists && !current.is_marked)
	{
		delete_row(host, row);
		row->work->counts.removed++;
	}
	dbc_query(host, "seed/forget", dbc_text(row->work->seed->name),
			  dbc_text(key));
}

typedef struct removal
{
	dbc_seed_row row;
	const dbc_value *image;
} removal;

static void
try_to_remove(dbc_host *host, void *arg)
{
	removal *r = arg;

	r->row.base_wanted = dbc_seed_item(host, r->image[DBC_SEED_I_WANTED].text);
	r->row.base_stored = dbc_seed_item(host, r->image[DBC_SEED_I_STORED].text);
	remove_row(host, &r->row, r->image[DBC_SEED_I_KEY].text);
}

void
dbc_seed_sync(dbc_host *host, dbc_seed_run *run, dbc_seed_work *work)
{
	const char **keys = sort_keys(host, &work->rows);

	for (int i = 0; i < work->images->nrows; i++)
	{
		removal r = {.row = {.run = run, .work = work, .number = -1},
					 .image = dbc_get_row(host, work->images, i, "tjj")};
		const char *key = r.image[DBC_SEED_I_KEY].text;
		dbc_seed_counts before = work->counts;
		dbc_error error;

		if (dbc_search(&key, keys, (size_t) work->rows.nrows, sizeof(*keys),
					   dbc_compare_texts) ||
			dbc_guard(host, try_to_remove, &r, DBC_KEEP, false, &error))
			continue;
		work->counts = before;
		work->counts.errors++;
		dbc_seed_add_problem(host, &run->problems,
							 (dbc_seed_problem){.kind = "error",
												.seed = work->seed->name,
												.key = key,
												.message = error.message,
												.sqlstate = error.sqlstate});
	}
}
