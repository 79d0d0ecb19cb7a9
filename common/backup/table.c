/*
 * table.c
 *	  Restoring a single table into the live database.
 *
 * Its rows are compared by key.  Those that are missing here, and on request
 * those that differ, are restored as repaired and deleted rows are: without
 * firing triggers unless that is asked for, in one transaction.  Rows that are
 * only here stay.
 */
#include "common/backup/table.h"

#include "common/backup/catalog.h"
#include "common/check/user_table.h"
#include "common/core/tables.h"
#include "common/row/host.h"
#include "common/row/shown.h"
#include "common/row/held.h"
#include "common/row/unfired.h"
#include "common/core/names.h"

/* The set of rows that are restored: no batch and no repair has it. */
#define SET (-(INT64_C(1) << 52))

typedef struct restoring
{
	dbc_backup_work *work;
	const char *name;
	const char *on_conflict;
	bool fires; /* triggers */
	const dbc_relation *table;
	dbc_backup_rows rows;
	bool failed;
	dbc_error error;
} restoring;

/* ---- what was found ---- */

/* The examples of a kind, as JSON: keys, or keys with both rows. */
static dbc_json_node *
list_examples(dbc_host *host, const dbc_backup_rows *rows,
			  dbc_backup_row_kind kind)
{
	dbc_json_node *list = dbc_json_array(host);

	for (int i = 0; i < rows->nexamples; i++)
	{
		const dbc_backup_row *row = &rows->examples[i];
		dbc_value key = dbc_json(row->key);
		dbc_value theirs;
		dbc_value ours;
		dbc_json_node *node;

		if (row->kind != kind)
			continue;
		if (kind != DBC_ROW_DIFFERS)
		{
			dbc_json_push_value(list, &key);
			continue;
		}
		theirs = dbc_row_shown(host, row->backup);
		ours = dbc_row_shown(host, row->here);
		node = dbc_json_object(host);
		DBC_PUT_VALUE(node, key, &key);
		DBC_PUT_VALUE(node, backup, &theirs);
		DBC_PUT_VALUE(node, here, &ours);
		dbc_json_push(list, node);
	}
	return list;
}

static void
put_rows(dbc_host *host, const dbc_backup_rows *rows, dbc_json_node *result)
{
	dbc_json_node *examples = dbc_json_object(host);

	DBC_PUT_INT(result, same, rows->same);
	DBC_PUT_INT(result, missing, rows->count[DBC_ROW_MISSING]);
	DBC_PUT_INT(result, differ, rows->count[DBC_ROW_DIFFERS]);
	DBC_PUT_INT(result, only_here, rows->count[DBC_ROW_ONLY_HERE]);
	DBC_PUT(examples, missing, list_examples(host, rows, DBC_ROW_MISSING));
	DBC_PUT(examples, differ, list_examples(host, rows, DBC_ROW_DIFFERS));
	DBC_PUT(examples, only_here, list_examples(host, rows, DBC_ROW_ONLY_HERE));
	DBC_PUT(result, examples, examples);
}

/* ---- the change ---- */

/* Rows of the table and of those that refer to it that lack a parent. */
static int64_t
count_orphans(dbc_host *host, const restoring *r)
{
	return dbc_get_int(
		host, dbc_query(host, "backup/orphans", dbc_text(r->table->name)), 0,
		0);
}

static void
refuse_conflicts(dbc_host *host, const restoring *r)
{
	int64_t count = r->rows.count[DBC_ROW_DIFFERS];

	if (count == 0 || !dbc_same(r->on_conflict, DBC_TABLE_REFUSE))
		return;
	dbc_fail(host, DBC_NOT_READY,
			 dbc_format(host, "%s, for example that with the key %s.",
						count == 1 ? "1 row differs"
								   : dbc_format(host, "%lld rows differ",
												(long long) count),
						r->rows.first_differing),
			 "Call it with {\"dry_run\": true} to see them, then with "
			 "{\"on_conflict\": \"overwrite\"} or {\"on_conflict\": "
			 "\"keep\"}.",
			 "table %s has rows that differ from those of the backup",
			 r->table->shown);
}

/* Restores one kind of saved rows. */
static void
restore_rows(dbc_host *host, const restoring *r, dbc_backup_row_kind kind)
{
	dbc_row_step step = {.set_id = SET,
						 .number = (int64_t) kind + 1,
						 .table = r->table,
						 .fires = r->fires};

	if (r->rows.count[kind] == 0)
		return;
	/* only tells that there is another row to remove first */
	if (kind == DBC_ROW_DIFFERS)
	{
		step.assignments = "";
		step.replaces = true;
	}
	(void) dbc_row_act(host, DBC_ACT_RESTORE, &step);
}

static void
change(dbc_host *host, void *arg)
{
	restoring *r = arg;
	int64_t orphans;

	(void) dbc_need_tables(host);
	DBC_CALL(host, backup, compare)(host, r->work, r->table, SET, &r->rows);
	refuse_conflicts(host, r);
	orphans = count_orphans(host, r);
	/* their unique keys may be those of missing rows */
	if (dbc_same(r->on_conflict, DBC_TABLE_OVERWRITE))
		restore_rows(host, r, DBC_ROW_DIFFERS);
	restore_rows(host, r, DBC_ROW_MISSING);
	dbc_query(host, "backup/unstage", dbc_int(SET));
	orphans = count_orphans(host, r) - orphans;
	if (orphans > 0)
		dbc_fail(host, DBC_FOREIGN_KEY, "Nothing was changed.",
				 "Restore the table that they refer to first.",
				 "%s would lack a parent row",
				 dbc_count_text(host, orphans, "row"));
}

static void
write_guarded(dbc_host *host, void *arg)
{
	restoring *r = arg;

	r->failed = !dbc_guard(host, change, r, DBC_KEEP, false, &r->error);
}

static void
compare(dbc_host *host, restoring *r)
{
	DBC_CALL(host, backup, compare)(host, r->work, r->table, 0, &r->rows);
}

/* Names the triggers that the change does not fire. */
static void
put_unfired(dbc_host *host, const restoring *r, bool overwrites,
			dbc_json_node *result)
{
	dbc_row_unfired unfired = {.count = 0};

	if (r->fires)
		return;
	if (r->rows.count[DBC_ROW_MISSING] > 0)
		dbc_row_add_unfired(host, &unfired, r->table, DBC_ROWS_INSERTED);
	if (overwrites && r->rows.count[DBC_ROW_DIFFERS] > 0)
		dbc_row_add_unfired(host, &unfired, r->table, DBC_ROWS_UPDATED);
	dbc_row_put_unfired(host, &unfired, result);
}

void
dbc_backup_restore_table(dbc_host *host, dbc_backup_work *work,
						 const char *table, const char *on_conflict, bool fires,
						 bool dry_run, dbc_json_node *result)
{
	dbc_value name = dbc_text(table);
	restoring r = {.work = work,
				   .name = table,
				   .on_conflict = on_conflict ? on_conflict : DBC_TABLE_REFUSE,
				   .fires = fires,
				   .table = dbc_check_user_table(host, &name)};
	bool overwrites = dbc_same(r.on_conflict, DBC_TABLE_OVERWRITE);

	if (dry_run)
		compare(host, &r);
	else if (!dbc_write(host, write_guarded, &r))
		dbc_fail(host, DBC_NOT_READY, NULL, NULL,
				 "the database cannot be changed");
	if (r.failed)
		dbc_rethrow(host, &r.error);
	DBC_PUT_TEXT(result, table_name, r.table->shown);
	DBC_PUT_BOOL(result, dry_run, dry_run);
	put_rows(host, &r.rows, result);
	put_unfired(host, &r, overwrites, result);
	DBC_PUT_INT(result, restored, dry_run ? 0 : r.rows.count[DBC_ROW_MISSING]);
	DBC_PUT_INT(result, overwritten,
				dry_run || !overwrites ? 0 : r.rows.count[DBC_ROW_DIFFERS]);
}
