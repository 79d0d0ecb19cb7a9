/*
 * update.c
 *	  dbops_update and dbops_delete: rows that satisfy filters.
 */
#include "common/ops/change.h"
#include "common/ops/every_row.h"

#include <string.h>

#include "common/archive/flag.h"
#include "common/archive/stays.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/settings.h"
#include "common/row/held.h"

typedef struct work
{
	dbc_ops_change change;
	const dbc_json_item *filters;
	const dbc_json_item *changes; /* NULL: a DELETE */
	const dbops_update_options *given;
	const char *reason;
	bool marks; /* rows as deleted */
} work;

/* Appends the condition; fails if it is about all rows by accident, or in
 * production without confirmation. */
static void
add_where(dbc_ops_statement *s, const work *w)
{
	dbc_ops_add_where(s, w->filters, w->given->deleted.integer);
	if (!dbc_ops_match_every_row(s->host, s->table, w->filters))
		return;
	if (!w->given->all.integer)
		dbc_fail(s->host, DBC_INVALID_PARAMETER,
				 "All rows of the table would be changed or deleted.",
				 "Pass filters, or the option {\"all\": true}.",
				 s->ncomparisons == 0 ? "the filters are empty"
									  : "the filters may match every row, "
										"whatever its values");
	dbc_require_confirmation(s->host, dbc_read_settings(s->host),
							 w->given->confirm.text,
							 w->changes ? "changes all rows of the table"
										: "deletes all rows of the table",
							 NULL);
}

/* Appends column = value, ... */
static void
add_assignments(dbc_ops_statement *s, const dbc_json_item *changes)
{
	const dbc_json_item *key = changes + 1;

	for (uint32_t i = 0; i < changes->length; i++)
	{
		const dbc_json_item *item = dbc_json_next(key);
		const dbc_ops_column *column = dbc_ops_find_column(
			s->host, s->table, dbc_json_string(s->host, key));
		bool is_document =
			item->kind == DBC_I_ARRAY || item->kind == DBC_I_OBJECT;
		dbc_ops_value value;

		if (column->is_generated)
			dbc_fail(s->host, "428C9", NULL, NULL,
					 "column %s is generated and takes no value",
					 dbc_quote(s->host, column->name));
		value = item->kind == DBC_I_NULL || is_document
					? dbc_ops_take(s->host, column, item)
					: dbc_ops_take_operand(s->host, column, item);
		if (column->kind == DBC_OPS_INTEGER && value.value.kind != DBC_INT &&
			value.value.kind != DBC_NULL)
			dbc_fail(s->host, DBC_INVALID_TEXT, NULL, NULL,
					 "column \"%s\" takes an integer, not %s", column->name,
					 dbc_json_value_text(s->host, item));
		dbc_append_format(&s->text, "%s%s = ", i > 0 ? ", " : " set ",
						  column->quoted);
		dbc_ops_add_written(s, column, item, &value);
		key = dbc_json_next(item);
	}
}

/* Marks the rows as deleted, each with its children. */
static void
mark_rows(dbc_host *host, work *w)
{
	const dbc_ops_table *table = w->change.table;
	dbc_ops_statement s;
	const dbc_rows *rows;

	dbc_ops_begin(&s, host, table);
	dbc_append(&s.text, "select ");
	dbc_ops_add_columns(&s, table->keys, table->nkeys);
	dbc_append_format(&s.text, " from %s", table->qualified);
	add_where(&s, w);
	rows = dbc_ops_run(&s, NULL);
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_rows row = *rows;
		const char *array;
		dbc_value key;
		dbc_row_named named;
		int64_t marked;

		row.nrows = 1;
		row.values += (size_t) i * (size_t) rows->ncols;
		array = dbc_ops_rows_text(host, table->keys, table->nkeys, &row, 0, 1);
		/* without the brackets */
		key = dbc_json(dbc_copy(host, array + 1, strlen(array) - 2));
		named = dbc_row_find(host, table->relation, &key);
		/* the row before may have marked it */
		dbc_ops_begin(&s, host, table);
		dbc_append_format(
			&s.text, "select 1 from %s where (%s) and %s is null",
			table->qualified, named.condition,
			dbc_ops_find_column(host, table, "deleted_at")->quoted);
		if (dbc_ops_run(&s, NULL)->nrows == 0)
			continue;
		(void) dbc_archive_flag(host, table->relation, &named, w->reason,
								&marked);
		w->change.affected++;
		dbc_append(&w->change.keys, w->change.keys.length > 0 ? ", " : "");
		dbc_append(&w->change.keys,
				   table->nkeys > 1
					   ? key.text
					   : dbc_ops_cell_text(host, table->keys[0], row.values));
	}
}

/* Changes or deletes the rows. */
static void
change_rows(dbc_host *host, void *arg)
{
	work *w = arg;
	dbc_ops_statement s;

	if (w->marks)
	{
		mark_rows(host, w);
		return;
	}
	if (!w->changes)
	{
		dbc_archive_know_columns(host);
		dbc_archive_visit_family(host, w->change.table->relation,
								 dbc_row_find_held);
	}
	dbc_ops_begin(&s, host, w->change.table);
	dbc_append_format(&s.text, w->changes ? "update %s" : "delete from %s",
					  w->change.table->qualified);
	if (w->changes)
		add_assignments(&s, w->changes);
	add_where(&s, w);
	dbc_ops_run_change(&s, &w->change);
	if (!w->changes)
		dbc_archive_visit_family(host, w->change.table->relation,
								 dbc_row_keep_held);
}

/* Does it, again after conflicts with other transactions if that is wanted. */
static void
try_change(dbc_host *host, work *w)
{
	const dbc_ops_change before = w->change;
	int64_t retries = w->given->retries.integer;
	dbc_error error;

	while (!dbc_guard(host, change_rows, w, DBC_KEEP, false, &error))
	{
		dbc_ops_reset_change(&w->change, &before);
		if (!dbc_ops_may_retry(host, &error, &retries))
			dbc_rethrow(host, &error);
	}
}

/* dbops_update(relation, changes, filters, options) */
DBC_RUN(dbops_update)
{
	work w = {.given =
				  dbc_read_options(host, &args->options, dbops_update_options)};
	dbc_json_node *result = dbc_json_object(host);

	dbc_ops_begin_change(host, &w.change, &args->relation, &w.given->returning,
						 &w.given->keys, &w.given->lock_timeout_ms);
	w.changes = dbc_ops_read_object(host, &args->changes, "changes");
	if (w.changes->length == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "changes names no column");
	w.filters = dbc_ops_read_object(host, &args->filters, "filters");
	try_change(host, &w);
	dbc_ops_put_change(result, &w.change);
	dbc_json_emit(host, result);
}

/* dbops_delete(relation, filters, options) */
DBC_RUN(dbops_delete)
{
	const dbops_delete_options *given =
		dbc_read_options(host, &args->options, dbops_delete_options);
	/* whose first options are those of dbops_update() */
	work w = {.given = (const dbops_update_options *) given,
			  .reason = given->reason.text};
	dbc_json_node *result = dbc_json_object(host);
	const char *mode;

	dbc_ops_begin_change(host, &w.change, &args->relation, &given->returning,
						 &given->keys, &given->lock_timeout_ms);
	w.filters = dbc_ops_read_object(host, &args->filters, "filters");
	mode = dbc_archive_mode(host, w.change.table->relation);
	if (given->soft.integer && !mode)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Call dbarchive_enable() for the table first.",
				 "deleted rows of table %s are not kept",
				 w.change.table->relation->shown);
	w.marks = mode && dbc_same(mode, "flag") &&
			  (!given->soft.given || given->soft.integer);
	if (w.marks && given->returning.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "option returning is not for rows that are only marked as "
				 "deleted");
	if (w.marks)
		dbc_lock(host, dbc_lock_timeout(host));
	try_change(host, &w);
	dbc_ops_put_change(result, &w.change);
	DBC_PUT_TEXT(result, mode, w.marks ? "flag" : mode);
	dbc_json_emit(host, result);
}
