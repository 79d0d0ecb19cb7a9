/*
 * undo.c
 *	  dbaudit_undo: takes back logged changes.
 *
 * The rows are rebuilt as they were before the changes.  Those that exist are
 * deleted, then those that existed are inserted, both without firing triggers;
 * the log has entries of both.
 */
#include "common/audit/part.h"
#include "common/audit/replay.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/identity.h"
#include "common/row/key.h"
#include "common/row/held.h"

#define UNDO_OPTIONS(O)               \
	O(transaction, INT, 0, INT64_MAX) \
	O(actor, TEXT)                    \
	O(since, TEXT)                    \
	O(dry_run, BOOL)
DBC_OPTIONS(undo_options, UNDO_OPTIONS);

/* Numbers of the sets of deleted and of restored rows. */
#define DELETED	 INT64_MIN
#define RESTORED (INT64_MIN + 1)

/* Rows that a condition names. */
#define ROWS_OF_STEP 100

/* Conflicts that are listed. */
#define MOST_LISTED 20

/* Columns of audit/undo_entries.sql after those of audit/newer.sql. */
enum
{
	U_TABLE_ID = DBC_NEWER_CHANGED + 1,
	U_TABLE
};

/* A table with changes. */
typedef struct undo_table
{
	dbc_audit_replay replay;
	dbc_audit_parts parts;
	int first; /* its entries */
	int end;
	bool *existed; /* per row of the replay: before the undo */
} undo_table;

typedef struct undo
{
	dbc_host *host;
	const dbc_rows *entries;
	undo_table *tables;
	int ntables;
	dbc_row_step *steps; /* that insert rows */
	int nsteps;
	dbc_buffer conflicts;
	int nconflicts;
	int64_t step; /* number of the last one */
	int64_t rows;
} undo;

static const dbc_value *
entry_at(const undo *u, int i)
{
	return dbc_audit_get_newer(u->host, u->entries, i, "iijtjjit");
}

static void
add_conflict(undo *u, const char *text)
{
	if (u->nconflicts++ < MOST_LISTED)
		dbc_append_format(&u->conflicts, "%s%s",
						  u->conflicts.length > 0 ? " " : "", text);
}

static void
refuse_conflicts(undo *u)
{
	if (u->nconflicts > 0)
		dbc_fail(u->host, DBC_NOT_READY, u->conflicts.data,
				 "Undo these changes, too, or change the rows by hand.",
				 "the changes cannot be undone");
}

/* ---- rows ---- */

/* Whether an entry is one of those to undo. */
static bool
is_chosen(const undo *u, const undo_table *t, int64_t entry)
{
	int low = t->first;
	int high = t->end;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (dbc_get_int(u->host, u->entries, middle, DBC_NEWER_ID) > entry)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->end &&
		   dbc_get_int(u->host, u->entries, low, DBC_NEWER_ID) == entry;
}

/* Lists changes of a row after the first one that is undone. */
static void
find_later(undo *u, undo_table *t, const dbc_audit_row *row)
{
	const dbc_rows *rows = dbc_audit_entries_of(
		u->host, t->replay.id, dbc_text("0001-01-01T00:00:00.000Z"), row->key);

	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t entry = dbc_get_int(u->host, rows, i, DBC_NEWER_ID);

		if (entry > row->first && !is_chosen(u, t, entry))
			add_conflict(
				u, dbc_format(
					   u->host, "Entry %lld has changed row %s of table %s.",
					   (long long) entry, row->key, t->replay.table->shown));
	}
}

/* Fails if a value of a row is not in the log. */
static void
require_values(undo *u, const undo_table *t, const dbc_audit_row *row)
{
	for (int i = 0; row->exists && i < row->count; i++)
	{
		const char *value = row->cells[i].value;

		if (dbc_starts_with(value, "{\"masked\"") ||
			dbc_starts_with(value, "{\"hash\"") ||
			dbc_starts_with(value, "{\"erased\""))
			dbc_fail(u->host, DBC_NOT_READY, NULL, NULL,
					 "row %s of table %s cannot be restored: a value is "
					 "masked, hashed or erased",
					 row->key, t->replay.table->shown);
	}
}

/* Reads the rows of a table that have changes. */
static void
read_rows(undo *u, undo_table *t)
{
	dbc_audit_replay *r = &t->replay;

	for (int i = t->first; i < t->end; i++)
	{
		const dbc_value *entry = entry_at(u, i);
		const char *moved_to = dbc_audit_moved_to(r, entry);

		dbc_audit_row_of(r, entry[DBC_NEWER_KEY].text)->first =
			entry[DBC_NEWER_ID].integer;
		if (moved_to)
			dbc_audit_row_of(r, moved_to)->first = entry[DBC_NEWER_ID].integer;
	}
	for (int i = 0; i < r->nrows; i++)
		find_later(u, t, r->rows[i]);
	refuse_conflicts(u);
	t->existed = dbc_alloc(u->host, (size_t) r->nrows + 1);
	for (int i = 0; i < r->nrows; i++)
	{
		dbc_audit_read_present(r, r->rows[i]->key);
		t->existed[i] = r->rows[i]->exists;
	}
	for (int i = t->first; i < t->end; i++)
		dbc_audit_take_back(r, entry_at(u, i));
	for (int i = 0; i < r->nrows; i++)
		require_values(u, t, r->rows[i]);
}

/* Adds the table of the entries from first on. */
static void
add_table(undo *u, int first)
{
	dbc_host *host = u->host;
	const dbc_value *entry = entry_at(u, first);
	int64_t id = entry[U_TABLE_ID].integer;
	dbc_value name = dbc_text(dbc_get_text(
		host, dbc_query(host, "audit/table_now", dbc_int(id), entry[U_TABLE]),
		0, 0));
	const dbc_relation *table = dbc_check_user_table(host, &name);
	const dbc_value *facts =
		dbc_get_row(host,
					dbc_query(host, "audit/restorable", dbc_text(table->schema),
							  dbc_text(table->name)),
					0, "b");
	undo_table *t = &u->tables[u->ntables++];

	if (dbc_audit_find(host, table).id != id)
		dbc_fail(host, DBC_NOT_READY,
				 "It was created under this name since, or the logged one was "
				 "renamed.",
				 "Call dbaudit_enable() for a renamed table.",
				 "table %s is not the one that the changes were logged of",
				 table->shown);
	*t = (undo_table){.first = first,
					  .parts =
						  dbc_audit_read_parts(host, table, facts[0].integer)};
	for (t->end = first; t->end < u->entries->nrows; t->end++)
		if (entry_at(u, t->end)[U_TABLE_ID].integer != id)
			break;
	dbc_audit_begin_replay(&t->replay, host, table, id);
	read_rows(u, t);
}

/* ---- changing ---- */

/* The condition that finds rows with these keys in a table or partition. */
static const char *
condition_of(dbc_host *host, const dbc_relation *table,
			 const dbc_audit_row *const *rows, int nrows)
{
	dbc_buffer condition;

	dbc_buffer_init(&condition, host);
	for (int i = 0; i < nrows; i++)
	{
		dbc_value key = dbc_json(rows[i]->key);

		dbc_append_format(&condition, "%s(%s)", i > 0 ? " or " : "",
						  dbc_row_find(host, table, &key).condition);
	}
	return condition.data;
}

/* Deletes rows of a table from the partitions that they are in. */
static void
delete_from_parts(undo *u, const undo_table *t,
				  const dbc_audit_row *const *rows, int nrows)
{
	dbc_host *host = u->host;
	const char *condition = condition_of(host, t->replay.table, rows, nrows);
	bool *used = dbc_alloc(host, (size_t) t->parts.count + 1);

	dbc_audit_find_parts(host, &t->parts, condition, used);
	for (int i = 0; i < t->parts.count; i++)
	{
		const dbc_relation *table = &t->parts.list[i].table;
		dbc_row_cause cause = {.constraint = "", .reason = ""};
		dbc_row_step step = {.set_id = DELETED,
							 .number = ++u->step,
							 .table = table,
							 .causes = &cause,
							 .ncauses = 1};

		if (!used[i])
			continue;
		cause.condition = t->parts.is_partitioned
							  ? condition_of(host, table, rows, nrows)
							  : condition;
		(void) dbc_row_act(host, DBC_ACT_SAVE, &step);
		u->rows += dbc_row_act(host, DBC_ACT_CHANGE, &step);
	}
}

/* Deletes the rows of a table that exist, from row i on; returns where to
 * continue. */
static int
delete_rows(undo *u, const undo_table *t, int i)
{
	const dbc_audit_row *rows[ROWS_OF_STEP];
	int n = 0;

	for (; i < t->replay.nrows && n < ROWS_OF_STEP; i++)
		if (t->existed[i])
			rows[n++] = t->replay.rows[i];
	if (n > 0)
		delete_from_parts(u, t, rows, n);
	return i;
}

/* The step that inserts rows into a partition of a table; new if steps, by
 * partition, has none. */
static const dbc_row_step *
step_for(undo *u, const undo_table *t, int part, int *steps)
{
	dbc_row_step *step;

	if (steps[part] == 0)
	{
		u->steps =
			dbc_grow(u->host, u->steps, (size_t) u->nsteps, sizeof(*u->steps));
		step = &u->steps[u->nsteps++];
		*step = (dbc_row_step){.set_id = RESTORED,
							   .number = ++u->step,
							   .table = &t->parts.list[part].table,
							   .partial = true};
		step->demands = dbc_row_compare(u->host, step->table, "[]").demands;
		steps[part] = u->nsteps;
	}
	return &u->steps[steps[part] - 1];
}

/* Prepares rows of a table to be inserted. */
static void
stage_rows(undo *u, const undo_table *t, const dbc_audit_row *const *rows,
		   int nrows, int *steps)
{
	dbc_host *host = u->host;
	const char *images[ROWS_OF_STEP] = {NULL};
	int to[ROWS_OF_STEP];

	for (int i = 0; i < nrows; i++)
		images[i] = dbc_audit_present_text(&t->replay, rows[i]);
	dbc_audit_route(host, &t->parts, images, nrows, to);
	for (int i = 0; i < nrows; i++)
	{
		const dbc_row_step *step = step_for(u, t, to[i], steps);

		dbc_query(host, "audit/stage_row", dbc_int(RESTORED),
				  dbc_int(step->number), dbc_text(step->table->shown),
				  dbc_text(rows[i]->key), dbc_text(images[i]),
				  dbc_int(t->replay.id));
	}
}

/* Prepares the rows of a table that existed, to be inserted. */
static void
stage_table(undo *u, const undo_table *t)
{
	dbc_host *host = u->host;
	const dbc_audit_row *rows[ROWS_OF_STEP];
	int *steps =
		dbc_alloc(host, (size_t) (t->parts.count + 1) * sizeof(*steps));
	int n = 0;

	memset(steps, 0, (size_t) (t->parts.count + 1) * sizeof(*steps));
	for (int i = 0; i < t->replay.nrows; i++)
	{
		if (!t->replay.rows[i]->exists)
			continue;
		u->rows += !t->existed[i];
		rows[n++] = t->replay.rows[i];
		if (n == ROWS_OF_STEP)
		{
			stage_rows(u, t, rows, n, steps);
			n = 0;
		}
	}
	stage_rows(u, t, rows, n, steps);
}

/* The number of rows without parent, of the keys that refer to the tables. */
static int64_t
count_orphans(undo *u)
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

/* Changes the rows of all tables; for dbc_guard(). */
static void
change(dbc_host *host, void *arg)
{
	undo *u = arg;
	int64_t orphans = count_orphans(u);

	for (int t = 0; t < u->ntables; t++)
		for (int i = 0; i < u->tables[t].replay.nrows;)
			i = delete_rows(u, &u->tables[t], i);
	for (int t = 0; t < u->ntables; t++)
		stage_table(u, &u->tables[t]);
	if (u->nsteps > 0)
		(void) DBC_CALL(host, row, restore)(host, u->steps, u->nsteps);
	if (count_orphans(u) > orphans)
		dbc_fail(host, DBC_FOREIGN_KEY, NULL, NULL,
				 "other rows refer to rows that would be deleted");
	dbc_query(host, "audit/unstage_rows", dbc_int(DELETED), dbc_int(RESTORED));
}

/* The entries that are to be undone. */
static const dbc_rows *
choose_entries(dbc_host *host, const dbc_value *id, const undo_options *given)
{
	dbc_value since = dbc_null();
	int64_t ms;
	int ways =
		(id->kind != DBC_NULL) + given->transaction.given + given->actor.given;

	if (ways != 1 || (given->actor.given != given->since.given))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass the number of an entry, or null and the option "
				 "transaction, or null and the options actor and since.",
				 "it is not clear which changes to undo");
	if (given->since.given)
	{
		if (!dbc_parse_time(given->since.text, &ms))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Write a time such as 2026-11-21T09:00:00Z.",
					 "option \"since\" cannot be \"%s\"", given->since.text);
		/* PostgreSQL's has microseconds */
		since = host->engine == DBC_ON_SQLITE
					? dbc_text(dbc_time_text(host, ms))
					: dbc_text(given->since.text);
	}
	return dbc_query(host, "audit/undo_entries", *id,
					 given->transaction.given
						 ? dbc_int(given->transaction.integer)
						 : dbc_null(),
					 dbc_text(given->actor.text), since);
}

/* dbaudit_undo(id, options) */
DBC_RUN(dbaudit_undo)
{
	const undo_options *given =
		dbc_read_options(host, &args->options, undo_options);
	dbc_json_node *result = dbc_json_object(host);
	undo u = {.host = host};
	dbc_error error;

	host->lock(host, dbc_lock_timeout(host));
	dbc_need_tables(host);
	dbc_check_row_security(host, "audit/hidden", dbc_null());
	u.entries = choose_entries(host, &args->id, given);
	if (u.entries->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_log() lists the logged changes.",
				 "the log has no such changes of rows");
	dbc_buffer_init(&u.conflicts, host);
	u.tables = dbc_alloc(host, (size_t) u.entries->nrows * sizeof(*u.tables));
	for (int i = 0; i < u.entries->nrows; i = u.tables[u.ntables - 1].end)
		add_table(&u, i);
	if (!dbc_guard(host, change, &u,
				   given->dry_run.integer ? DBC_UNDO : DBC_KEEP, false, &error))
		dbc_fail(host, error.sqlstate,
				 dbc_format(host, "%s.%s%s", error.message,
							error.detail ? " " : "",
							error.detail ? error.detail : ""),
				 NULL, "the changes cannot be undone");
	dbc_json_put_int(result, "entries", u.entries->nrows);
	dbc_json_put_int(result, "tables", u.ntables);
	dbc_json_put_int(result, "rows", u.rows);
	dbc_json_put_bool(result, "dry_run", given->dry_run.integer);
	dbc_json_emit(host, result);
}
