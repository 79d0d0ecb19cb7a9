/*
 * restore.c
 *	  dbarchive_restore and dbarchive_restore_batch: putting back what a command
 *	  has deleted.
 *
 * The rows are inserted as they were, without firing triggers, and the foreign
 * keys of all of them are tested when the last one is back, so neither the
 * order of tables nor circles between them matter.
 */
#include "common/archive/flag.h"
#include "common/archive/packed.h"
#include "common/archive/shape.h"

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/held.h"
#include "common/row/host.h"
#include "common/row/unfired.h"

/* Conditions in one statement that gives rows their parents back. */
#define MOST_CONDITIONS 200

/* Columns of archive/batch_tables.sql. */
enum
{
	T_NAME,
	T_ROWS,
	T_NUMBER,
	T_SHAPE
};

typedef struct restoration
{
	int64_t batch;
	int64_t set; /* of the copies that are restored */
	bool keeps_orphans;
	bool fires;
	const dbc_rows *tables;
	dbc_row_step *steps;
	int64_t rows;
	int64_t links;		/* rows that have their parents again */
	int64_t links_left; /* rows that no longer exist or have another parent */
	dbc_row_unfired unfired;
	const dbc_rows *not_kept; /* tables whose rows are lost */
} restoration;

/* Rows of a table that get the same parent. */
typedef struct links
{
	const dbc_relation *table;
	const char *assignments;
	dbc_buffer condition;
	int count;
	int64_t steps;
} links;

/* A row whose parent was deleted. */
typedef struct linked
{
	const char *row;		 /* condition that finds it */
	const char *unlinked;	 /* ... and that it still has no parent */
	const char *assignments; /* that give it its parent */
} linked;

/* Copies the rows of a table of the batch, and adds a step for it. */
static void
add_step(dbc_host *host, restoration *r, int number)
{
	dbc_archive_kept kept = {
		.table = dbc_get_text(host, r->tables, number, T_NAME),
		.number = dbc_get_int(host, r->tables, number, T_NUMBER),
		.shape = dbc_get_int(host, r->tables, number, T_SHAPE)};
	dbc_row_step *step = &r->steps[number];

	*step = (dbc_row_step){.set_id = r->set,
						   .number = number + 1,
						   .keeps_orphans = r->keeps_orphans,
						   .fires = r->fires};
	dbc_archive_stage(host, r->batch, &kept, 0, step);
}

/* Gives rows their parent back, unless they have another one by now. */
static void
restore_links(dbc_host *host, restoration *r, links *l)
{
	dbc_row_cause cause = {
		.constraint = "", .reason = "", .condition = l->condition.data};
	dbc_row_step step = {.set_id = r->set,
						 .number = r->tables->nrows + ++l->steps,
						 .table = l->table,
						 .causes = &cause,
						 .ncauses = 1,
						 .assignments = l->assignments};
	int64_t found = dbc_row_act(host, DBC_ACT_SAVE, &step);

	if (found > 0)
	{
		dbc_row_act(host, DBC_ACT_CHANGE, &step);
		dbc_row_add_unfired(host, &r->unfired, l->table, DBC_ROWS_UPDATED);
	}
	r->links += found;
	r->links_left += l->count - found;
	l->count = 0;
	dbc_buffer_init(&l->condition, host);
	dbc_poll(host);
}

/* The condition that finds the row with a key; NULL if that is not certain. */
static const char *
find_by_key(dbc_host *host, const dbc_archive_target *target, const char *key)
{
	key = dbc_archive_rename_key(host, target, key);
	if (!key)
		return NULL;
	return dbc_row_find(host, target->table,
						&(dbc_value){.kind = DBC_JSON, .text = key})
		.condition;
}

/* The same for a row whose key does not say which it is. */
static const char *
find_by_image(dbc_host *host, const dbc_archive_target *target,
			  const char *image, const char *place)
{
	const dbc_relation *table = target->table;

	image = dbc_archive_rename(host, target, image);
	if (!image)
		return NULL;
	return dbc_get_text(
		host,
		dbc_query(host, "archive/linked_row", dbc_text(table->schema),
				  dbc_text(table->name), dbc_text(image), dbc_text(place)),
		0, 0);
}

/* Reads where the row with a lost parent is, and gets its parent from; false if
 * that is not certain. */
static bool
find_linked(dbc_host *host, const dbc_value *cells, dbc_archive_target *target,
			linked *found)
{
	const char *row;
	const char *values;
	const dbc_rows *link;

	if (!target->name || !dbc_same(target->name, cells[0].text) ||
		target->shape != cells[3].integer)
		*target =
			dbc_archive_find_target(host, cells[0].text, cells[3].integer);
	if (!target->table)
		return false;
	row = cells[5].kind == DBC_NULL
			  ? find_by_key(host, target, cells[1].text)
			  : find_by_image(host, target, cells[5].text, cells[4].text);
	values = dbc_archive_rename(host, target, cells[2].text);
	if (!row || !values)
		return false;
	link = dbc_query(host, "archive/link", dbc_text(target->table->schema),
					 dbc_text(target->table->name), dbc_text(values));
	*found = (linked){.assignments = dbc_get_text(host, link, 0, 0),
					  .unlinked = dbc_get_text(host, link, 0, 1),
					  .row = row};
	return true;
}

/* Gives all rows that have lost a parent in the batch this parent back. */
static void
restore_all_links(dbc_host *host, restoration *r)
{
	const dbc_rows *rows =
		dbc_query(host, "archive/detached", dbc_int(r->batch));
	dbc_archive_target target = {.name = NULL};
	links l = {.steps = 0};

	dbc_buffer_init(&l.condition, host);
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tttiTTb");
		linked found;

		if (cells[6].integer || !find_linked(host, cells, &target, &found))
		{
			r->links_left++;
			continue;
		}
		if (l.count > 0 && (l.count == MOST_CONDITIONS ||
							!dbc_same(target.table->shown, l.table->shown) ||
							!dbc_same(found.assignments, l.assignments)))
			restore_links(host, r, &l);
		l.table = target.table;
		l.assignments = found.assignments;
		dbc_append_format(&l.condition, "%s(%s and %s)",
						  l.count++ > 0 ? " or " : "", found.row,
						  found.unlinked);
	}
	if (l.count > 0)
		restore_links(host, r, &l);
}

/* [SQLite] Makes links that rows without a key lost follow these rows to their
 * new rowids: another row may have the old one. */
static void
follow_places(dbc_host *host, const restoration *r)
{
	for (int i = 0; i < r->tables->nrows; i++)
		dbc_query(host, "archive/follow_places", dbc_int(r->batch),
				  dbc_get_value(host, r->tables, i, T_NAME),
				  dbc_int(r->steps[i].number), dbc_int(r->set),
				  dbc_get_value(host, r->tables, i, T_SHAPE));
}

/* Restores the batch. */
static void
restore(dbc_host *host, void *arg)
{
	restoration *r = arg;
	int64_t rows = 0;

	for (int i = 0; i < r->tables->nrows; i++)
		add_step(host, r, i);
	r->rows = DBC_CALL(host, row, restore)(host, r->steps, r->tables->nrows);
	for (int i = 0; i < r->tables->nrows; i++)
	{
		rows += dbc_get_int(host, r->tables, i, T_ROWS);
		if (!r->fires || host->traits->inheritance)
			dbc_row_add_unfired(host, &r->unfired, r->steps[i].table,
								DBC_ROWS_INSERTED |
									(r->fires ? DBC_ROWS_OF_PARTS : 0));
	}
	if (r->rows != rows)
		dbc_fail(host, DBC_INSUFFICIENT, NULL,
				 "Restore the batch as the owner of its tables.",
				 "row security hides %lld of its rows",
				 (long long) (rows - r->rows));
	if (dbc_find_sql(host, "archive/follow_places"))
		follow_places(host, r);
	restore_all_links(host, r);
	r->not_kept = dbc_query(host, "archive/not_kept", dbc_int(r->batch));
	dbc_query(host, "archive/unstage", dbc_int(r->set));
	dbc_query(host, "archive/forget", dbc_int(r->batch));
}

/* Names the tables whose rows went with those of the batch and are lost. */
static void
put_not_kept(dbc_host *host, const restoration *r, dbc_json_node *result)
{
	dbc_json_node *tables = dbc_json_array(host);

	for (int i = 0; i < r->not_kept->nrows; i++)
		dbc_json_push_text(tables, dbc_get_text(host, r->not_kept, i, 0));
	if (r->not_kept->nrows > 0)
		DBC_PUT(result, not_kept, tables);
}

static void
emit_result(dbc_host *host, const restoration *r)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *tables = dbc_json_object(host);

	for (int i = 0; i < r->tables->nrows; i++)
	{
		const char *name = dbc_get_text(host, r->tables, i, T_NAME);
		int64_t rows = dbc_get_int(host, r->tables, i, T_ROWS);

		/* with other columns before */
		while (i + 1 < r->tables->nrows &&
			   dbc_same(dbc_get_text(host, r->tables, i + 1, T_NAME), name))
			rows += dbc_get_int(host, r->tables, ++i, T_ROWS);
		dbc_json_put_int(tables, name, rows);
	}
	DBC_PUT_INT(result, batch, r->batch);
	DBC_PUT_INT(result, rows, r->rows);
	DBC_PUT(result, tables, tables);
	DBC_PUT_INT(result, links, r->links);
	DBC_PUT_INT(result, links_left, r->links_left);
	put_not_kept(host, r, result);
	dbc_row_put_unfired(host, &r->unfired, result);
	dbc_json_emit(host, result);
}

/* Fails with the conflicts of the batch. */
static _Noreturn void
refuse(dbc_host *host, const restoration *r, const dbc_error *error)
{
	const char *conflicts = dbc_archive_list_conflicts(host, r->batch, r->set);
	bool is_orphan = dbc_same(error->sqlstate, DBC_FOREIGN_KEY);

	/* rows have nothing to do with it */
	if (dbc_same(error->sqlstate, DBC_INSUFFICIENT))
		dbc_fail(host, error->sqlstate,
				 dbc_format(host, "%s.%s%s", error->message,
							error->detail ? " " : "",
							error->detail ? error->detail : ""),
				 error->hint ? error->hint
				 : r->fires	 ? "Leave out {\"triggers\": \"fire\"}."
							 : NULL,
				 "batch %lld cannot be restored", (long long) r->batch);
	dbc_fail(host, error->sqlstate,
			 conflicts ? conflicts : dbc_format(host, "%s.", error->message),
			 error->hint ? error->hint
			 : is_orphan && !conflicts
				 ? "Restore the missing parents first. Rows that had no parent "
				   "when they were deleted come back with {\"orphans\": "
				   "\"keep\"}."
				 : "Change or delete the rows in the way, or restore the "
				   "missing parents, then restore the batch again.",
			 "batch %lld cannot be restored", (long long) r->batch);
}

/* Restores a batch whose rows are marked; false if it is not one. */
static bool
restore_marked(dbc_host *host, int64_t batch)
{
	int64_t rows = dbc_archive_unflag(host, batch);
	dbc_json_node *result = dbc_json_object(host);

	if (rows < 0)
		return false;
	DBC_PUT_INT(result, batch, batch);
	DBC_PUT_INT(result, rows, rows);
	dbc_json_emit(host, result);
	return true;
}

static void
restore_batch(dbc_host *host, int64_t batch,
			  const dbarchive_restore_options *given)
{
	restoration r = {.batch = batch,
					 .set = -batch,
					 .keeps_orphans = given->orphans.given,
					 .fires = given->triggers.given};
	dbc_error error;

	if (restore_marked(host, batch))
		return;
	r.tables = dbc_query(host, "archive/batch_tables", dbc_int(batch));
	if (r.tables->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_deleted() lists the deleted rows.",
				 "batch %lld does not exist", (long long) batch);
	r.steps = dbc_alloc(host, (size_t) r.tables->nrows * sizeof(*r.steps));
	if (!dbc_guard(host, restore, &r, DBC_KEEP, false, &error))
		refuse(host, &r, &error);
	emit_result(host, &r);
}

/* Locks out other restores; the tables must exist. */
static void
begin(dbc_host *host)
{
	dbc_lock(host, dbc_lock_timeout(host));
	dbc_need_tables(host);
}

/* Restores a marked row, with its batch if it has one; false if it is not
 * marked. */
static bool
restore_marked_row(dbc_host *host, const dbc_relation *table,
				   const dbc_row_named *row)
{
	dbc_json_node *result = dbc_json_object(host);
	int64_t batch;

	if (!dbc_archive_unflag_row(host, table, row, &batch))
		return false;
	if (batch != 0 && restore_marked(host, batch))
		return true;
	DBC_PUT_TEXT(result, batch, NULL);
	DBC_PUT_INT(result, rows, 1);
	dbc_json_emit(host, result);
	return true;
}

/* dbarchive_restore(relation, row_key) */
DBC_RUN(dbarchive_restore)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	dbc_row_named row = dbc_row_find(host, table, &args->row_key);
	const char *mode = dbc_archive_mode(host, table);
	const dbarchive_restore_options *given;
	const dbc_rows *rows;

	given = dbc_read_options(host, &args->options, dbarchive_restore_options);
	begin(host);
	dbc_archive_follow_table(host, table);
	if (mode && dbc_same(mode, "flag") && restore_marked_row(host, table, &row))
		return;
	dbc_require_privilege(host, table, "SELECT");
	if (!mode || dbc_same(mode, "trash"))
		dbc_check_row_security(host, "archive/hidden", dbc_text(table->shown));
	rows = dbc_query(host, "archive/batch", dbc_text(table->shown),
					 dbc_row_identifies(host, table, &row));
	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_deleted() lists the deleted rows.",
				 "no deleted row of table %s has the key %s", table->shown,
				 row.key);
	restore_batch(host, dbc_get_int(host, rows, 0, 0), given);
}

/* dbarchive_restore_file(file) */
DBC_RUN(dbarchive_restore_file)
{
	const dbarchive_restore_options *given =
		dbc_read_options(host, &args->options, dbarchive_restore_options);

	begin(host);
	dbc_archive_follow(host);
	restore_batch(host, dbc_archive_packed_unpack(host, args->file.integer),
				  given);
}

/* dbarchive_restore_batch(batch) */
DBC_RUN(dbarchive_restore_batch)
{
	const dbarchive_restore_options *given =
		dbc_read_options(host, &args->options, dbarchive_restore_options);

	begin(host);
	dbc_archive_follow(host);
	restore_batch(host, args->batch.integer, given);
}
