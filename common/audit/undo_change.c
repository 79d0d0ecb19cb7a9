/*
 * undo_change.c
 *	  Changing the rows of an undo: those that exist are deleted, those that
 *	  existed before the changes are inserted; where triggers fire, those that
 *	  exist before and after are updated.
 */
#include "common/audit/undo.h"

#include "common/check/repair.h"
#include "common/row/held.h"
#include "common/row/identity.h"
#include "common/row/key.h"

/* ---- deleting ---- */

/* Rows of a table that are deleted together, or saved if they are updated. */
typedef struct deletion
{
	dbc_undo *undo;
	const dbc_undo_table *table;
	int updated; /* the part that has them afterwards, too; -1: none */
} deletion;

/* The keys that a page of audit/staged_keys.sql has. */
static const char *const *
read_keys(dbc_host *host, const dbc_rows *rows)
{
	const char **keys =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*keys));

	for (int i = 0; i < rows->nrows; i++)
		keys[i] = dbc_get_text(host, rows, i, 0);
	return keys;
}

/* Saves rows in the partitions that they are in, and deletes them unless they
 * are updated there; for dbc_query_pages(). */
static void
delete_page(dbc_host *host, void *arg, const dbc_rows *rows)
{
	deletion *d = arg;
	const dbc_audit_parts *parts = &d->table->parts;
	const char *const *keys = read_keys(host, rows);
	const char *condition =
		dbc_row_find_all(host, d->table->base.table, keys, rows->nrows);
	bool *used = dbc_alloc(host, (size_t) parts->count + 1);

	dbc_audit_find_parts(host, parts, condition, used);
	for (int i = 0; i < parts->count; i++)
	{
		const dbc_relation *table = &parts->list[i].table;
		dbc_row_cause cause = {.constraint = "", .reason = ""};
		dbc_row_step step = {.set_id = DBC_UNDO_DELETED,
							 .number = ++d->undo->step,
							 .table = table,
							 .causes = &cause,
							 .ncauses = 1,
							 .fires = d->undo->fires};

		if (!used[i])
			continue;
		cause.condition = parts->is_partitioned
							  ? dbc_row_find_all(host, table, keys, rows->nrows)
							  : condition;
		d->undo->rows += dbc_row_act(host, DBC_ACT_SAVE, &step);
		if (i != d->updated)
			(void) dbc_row_act(host, DBC_ACT_CHANGE, &step);
	}
	dbc_poll(host);
}

/* Passes the keys of the rows of a step that are in their table. */
static void
pass_keys(dbc_undo *u, int64_t step,
		  void (*page)(dbc_host *, void *, const dbc_rows *), void *arg)
{
	if (step)
		dbc_query_pages(u->host, "audit/staged_keys", page, arg,
						dbc_int(DBC_UNDO_RESTORED), dbc_int(step));
}

/* Deletes the rows of a table that exist, or saves those that are updated. */
static void
delete_rows(dbc_undo *u, const dbc_undo_table *t, bool updates)
{
	deletion d = {.undo = u, .table = t, .updated = -1};
	const dbc_row_step *steps = t->steps + (updates ? t->parts.count : 0);

	if (!updates)
		pass_keys(u, t->removed, delete_page, &d);
	for (int i = 0; i < t->parts.count; i++)
	{
		d.updated = updates ? i : -1;
		pass_keys(u, steps[i].number, delete_page, &d);
	}
}

/* Fails if rows that were deleted are there again: a trigger has inserted them;
 * for dbc_query_pages(). */
static void
refuse_returned(dbc_host *host, void *arg, const dbc_rows *rows)
{
	const dbc_undo_table *t = arg;
	const dbc_relation *table = t->base.table;
	dbc_row_cause cause = {.constraint = "", .reason = ""};
	dbc_row_step step = {.table = table, .causes = &cause, .ncauses = 1};

	cause.condition =
		dbc_row_find_all(host, table, read_keys(host, rows), rows->nrows);
	if (dbc_row_act(host, DBC_ACT_COUNT, &step) > 0)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL,
				 "triggers insert deleted rows of %s again", table->shown);
}

/* ---- writing ---- */

/* Adds the steps of a table that have rows, which are inserted or updated, to
 * those that are restored. */
static int
add_steps(dbc_undo *u, const dbc_undo_table *t, bool updates,
		  dbc_row_step *steps)
{
	const dbc_row_step *list = t->steps + (updates ? t->parts.count : 0);
	int count = 0;

	for (int i = 0; i < t->parts.count; i++)
	{
		if (list[i].number == 0)
			continue;
		steps[count] = list[i];
		steps[count++].demands =
			dbc_row_compare(u->host, list[i].table, "[]").demands;
		if (updates)
			dbc_query(u->host, "audit/stage_left", dbc_int(DBC_UNDO_RESTORED),
					  dbc_int(list[i].number), dbc_int(DBC_UNDO_DELETED),
					  dbc_text(list[i].table->shown));
	}
	return count;
}

/* Inserts and updates the rows of all tables. */
static void
write_rows(dbc_undo *u)
{
	size_t most = 1;
	dbc_row_step *steps;
	int count = 0;

	for (int t = 0; t < u->ntables; t++)
		most += 2 * (size_t) u->tables[t].parts.count;
	steps = dbc_alloc(u->host, most * sizeof(*steps));
	for (int updates = 1; updates >= 0; updates--)
		for (int t = 0; t < u->ntables; t++)
			count += add_steps(u, &u->tables[t], updates, steps + count);
	if (count > 0)
		(void) DBC_CALL(u->host, row, restore)(u->host, steps, count);
}

/* ---- all tables ---- */

/* The number of rows without parent, of the keys that refer to the tables. */
static int64_t
count_orphans(dbc_undo *u)
{
	dbc_check_repair r = {.host = u->host};
	int64_t count = 0;

	dbc_check_read_foreign_keys(&r, false);
	for (int i = 0; i < r.nkeys; i++)
		for (int t = 0; t < u->ntables; t++)
		{
			dbc_row_cause cause = {.constraint = "",
								   .condition = r.keys[i].orphaned,
								   .reason = ""};
			dbc_row_step step = {
				.table = &r.keys[i].table, .causes = &cause, .ncauses = 1};

			if (!r.keys[i].reason &&
				dbc_same(r.keys[i].parent_root, u->tables[t].base.table->shown))
				count += dbc_row_act(u->host, DBC_ACT_COUNT, &step);
		}
	return count;
}

void
dbc_audit_undo_change(dbc_undo *u)
{
	int64_t orphans = count_orphans(u);

	for (int updates = 0; updates < 2; updates++)
		for (int t = 0; t < u->ntables; t++)
			delete_rows(u, &u->tables[t], updates);
	write_rows(u);
	for (int t = 0; t < u->ntables && u->fires; t++)
		pass_keys(u, u->tables[t].removed, refuse_returned, &u->tables[t]);
	if (count_orphans(u) > orphans)
		dbc_fail(u->host, DBC_FOREIGN_KEY, NULL, NULL,
				 "other rows refer to rows that would be deleted");
	dbc_audit_undo_forget_deleted(u);
	dbc_query(u->host, "audit/unstage_rows", dbc_int(DBC_UNDO_DELETED),
			  dbc_int(DBC_UNDO_RESTORED));
}
