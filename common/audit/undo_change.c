/*
 * undo_change.c
 *	  Changing the rows of an undo: those that exist are deleted, those that
 *	  existed before the changes are inserted; where triggers fire, those that
 *	  exist before and after are updated.
 */
#include "common/audit/undo.h"

#include <string.h>

#include "common/check/repair.h"
#include "common/row/held.h"
#include "common/row/identity.h"
#include "common/row/key.h"

/* Numbers of the sets of deleted and of restored rows. */
#define DELETED	 INT64_MIN
#define RESTORED (INT64_MIN + 1)

/* Bytes of rows that are stored together. */
#define MOST_BYTES 1000000

/* ---- deleting ---- */

/* Whether a row is updated, not deleted and inserted. */
static bool
is_updated(const dbc_undo *u, const dbc_undo_table *t, int row)
{
	return u->fires && t->existed[row] && t->replay.rows[row]->exists;
}

/* Rows of a table that are deleted together, or saved if they are updated. */
typedef struct deletion
{
	dbc_undo *undo;
	const dbc_undo_table *table;
	bool updates;
	const char *keys[DBC_AUDIT_BATCH];
	int count;
} deletion;

/* Saves the rows in the partitions that they are in, and deletes them unless
 * they are updated; for host->scoped(). */
static void
delete_from_parts(dbc_host *host, void *arg)
{
	deletion *d = arg;
	const dbc_audit_parts *parts = &d->table->parts;
	const char *condition =
		dbc_row_find_all(host, d->table->replay.table, d->keys, d->count);
	bool *used = dbc_alloc(host, (size_t) parts->count + 1);

	dbc_audit_find_parts(host, parts, condition, used);
	for (int i = 0; i < parts->count; i++)
	{
		const dbc_relation *table = &parts->list[i].table;
		dbc_row_cause cause = {.constraint = "", .reason = ""};
		dbc_row_step step = {.set_id = DELETED,
							 .number = ++d->undo->step,
							 .table = table,
							 .causes = &cause,
							 .ncauses = 1,
							 .fires = d->undo->fires};

		if (!used[i])
			continue;
		cause.condition = parts->is_partitioned
							  ? dbc_row_find_all(host, table, d->keys, d->count)
							  : condition;
		d->undo->rows += dbc_row_act(host, DBC_ACT_SAVE, &step);
		if (!d->updates)
			(void) dbc_row_act(host, DBC_ACT_CHANGE, &step);
	}
	d->count = 0;
}

/* Deletes the rows of a table that exist, or saves those that are updated. */
static void
delete_rows(dbc_undo *u, const dbc_undo_table *t, bool updates)
{
	dbc_host *host = u->host;
	deletion *d = dbc_alloc(host, sizeof(*d));

	*d = (deletion){.undo = u, .table = t, .updates = updates};
	for (int i = 0; i < t->replay.nrows; i++)
	{
		if (t->existed[i] && is_updated(u, t, i) == updates)
			d->keys[d->count++] = t->replay.rows[i]->key;
		if (d->count == DBC_AUDIT_BATCH)
			host->scoped(host, delete_from_parts, d);
	}
	if (d->count > 0)
		host->scoped(host, delete_from_parts, d);
}

/* Fails if rows of a table with these keys are there. */
static void
refuse_returned(dbc_undo *u, const dbc_relation *table, const char *const *keys,
				int nkeys)
{
	dbc_row_cause cause = {.constraint = "", .reason = ""};
	dbc_row_step step = {.table = table, .causes = &cause, .ncauses = 1};

	cause.condition = dbc_row_find_all(u->host, table, keys, nkeys);
	if (dbc_row_act(u->host, DBC_ACT_COUNT, &step) > 0)
		dbc_fail(u->host, DBC_NOT_READY, NULL, NULL,
				 "triggers insert deleted rows of %s again", table->shown);
}

/* Fails if a row that was deleted is there again: a trigger has inserted it. */
static void
require_deleted(dbc_undo *u, const dbc_undo_table *t)
{
	const char *keys[DBC_AUDIT_BATCH];
	int n = 0;

	for (int i = 0; u->fires && i < t->replay.nrows; i++)
	{
		if (t->existed[i] && !t->replay.rows[i]->exists)
			keys[n++] = t->replay.rows[i]->key;
		if (n == DBC_AUDIT_BATCH || (n > 0 && i == t->replay.nrows - 1))
		{
			refuse_returned(u, t->replay.table, keys, n);
			n = 0;
		}
	}
}

/* ---- writing ---- */

/* Rows of a table that are prepared together to be inserted, or updated. */
typedef struct staging
{
	dbc_undo *undo;
	const dbc_undo_table *table;
	bool updates;
	int next;	/* row of the replay */
	int *steps; /* by partition, from 1; 0: none yet */
	const char *keys[DBC_AUDIT_BATCH];
	const char *images[DBC_AUDIT_BATCH];
	int count;
	size_t bytes;
} staging;

/* The step that writes rows of a partition of a table. */
static const dbc_row_step *
step_for(staging *s, int part)
{
	dbc_undo *u = s->undo;

	if (s->steps[part] == 0)
	{
		u->steps[u->nsteps++] =
			(dbc_row_step){.set_id = RESTORED,
						   .number = ++u->step,
						   .table = &s->table->parts.list[part].table,
						   .assignments = s->updates ? "" : NULL,
						   .partial = true,
						   .fires = u->fires};
		s->steps[part] = u->nsteps;
	}
	return &u->steps[s->steps[part] - 1];
}

/* Stores the rows. */
static void
store_rows(staging *s)
{
	dbc_host *host = s->undo->host;
	dbc_json_node *rows = dbc_json_array(host);
	int to[DBC_AUDIT_BATCH];

	dbc_audit_route(host, &s->table->parts, s->images, s->count, to);
	for (int i = 0; i < s->count; i++)
	{
		const dbc_row_step *step = step_for(s, to[i]);
		dbc_value number = dbc_int(step->number);
		dbc_json_node *row = dbc_json_array(host);

		dbc_json_push_value(row, &number);
		dbc_json_push_text(row, step->table->shown);
		dbc_json_push_text(row, s->keys[i]);
		dbc_json_push_text(row, s->images[i]);
		dbc_json_push(rows, row);
	}
	if (s->count > 0)
		dbc_query(host, "audit/stage_rows", dbc_int(RESTORED),
				  dbc_text(dbc_json_text(rows)), dbc_int(s->table->replay.id));
	dbc_poll(host);
}

/* Prepares the next rows; for host->scoped(). */
static void
stage_rows(dbc_host *host, void *arg)
{
	staging *s = arg;
	const dbc_undo_table *t = s->table;

	(void) host;
	s->count = 0;
	s->bytes = 0;
	while (s->next < t->replay.nrows && s->count < DBC_AUDIT_BATCH &&
		   s->bytes <= MOST_BYTES)
	{
		int i = s->next++;
		const dbc_audit_row *row = t->replay.rows[i];

		if (!row->exists || is_updated(s->undo, t, i) != s->updates)
			continue;
		s->undo->rows += !t->existed[i];
		s->keys[s->count] = row->key;
		s->images[s->count] = dbc_audit_present_text(&t->replay, row);
		s->bytes += strlen(s->images[s->count++]);
	}
	store_rows(s);
}

/* Makes room for a step of each partition: steps outlive the scope of a
 * batch. */
static void
reserve_steps(dbc_undo *u, const dbc_undo_table *t)
{
	size_t count = (size_t) u->nsteps;
	dbc_row_step *steps = dbc_alloc(
		u->host, (count + (size_t) t->parts.count + 1) * sizeof(*steps));

	if (count > 0)
		memcpy(steps, u->steps, count * sizeof(*steps));
	u->steps = steps;
}

/* Prepares the rows of a table that existed, to be inserted or updated. */
static void
stage_table(dbc_undo *u, const dbc_undo_table *t, bool updates)
{
	size_t bytes = (size_t) (t->parts.count + 1) * sizeof(int);
	staging *s = dbc_alloc(u->host, sizeof(*s));
	int first = u->nsteps;

	*s = (staging){.undo = u,
				   .table = t,
				   .updates = updates,
				   .steps = dbc_alloc(u->host, bytes)};
	memset(s->steps, 0, bytes);
	reserve_steps(u, t);
	while (s->next < t->replay.nrows)
		u->host->scoped(u->host, stage_rows, s);
	for (int i = first; i < u->nsteps; i++)
		u->steps[i].demands =
			dbc_row_compare(u->host, u->steps[i].table, "[]").demands;
	for (int i = 0; i < t->parts.count && updates; i++)
		if (s->steps[i] > 0)
			dbc_query(u->host, "audit/stage_left", dbc_int(RESTORED),
					  dbc_int(u->steps[s->steps[i] - 1].number),
					  dbc_int(DELETED), dbc_text(t->parts.list[i].table.shown));
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

			if (!r.keys[i].reason && dbc_same(r.keys[i].parent_root,
											  u->tables[t].replay.table->shown))
				count += dbc_row_act(u->host, DBC_ACT_COUNT, &step);
		}
	return count;
}

void
dbc_undo_change(dbc_host *host, void *undo)
{
	dbc_undo *u = undo;
	int64_t orphans = count_orphans(u);

	for (int updates = 0; updates < 2; updates++)
		for (int t = 0; t < u->ntables; t++)
			delete_rows(u, &u->tables[t], updates);
	for (int updates = 1; updates >= 0; updates--)
		for (int t = 0; t < u->ntables; t++)
			stage_table(u, &u->tables[t], updates);
	if (u->nsteps > 0)
		(void) DBC_CALL(host, row, restore)(host, u->steps, u->nsteps);
	for (int t = 0; t < u->ntables; t++)
		require_deleted(u, &u->tables[t]);
	if (count_orphans(u) > orphans)
		dbc_fail(host, DBC_FOREIGN_KEY, NULL, NULL,
				 "other rows refer to rows that would be deleted");
	dbc_query(host, "audit/unstage_rows", dbc_int(DELETED), dbc_int(RESTORED));
	dbc_undo_forget_deleted(u);
}
