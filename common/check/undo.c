/*
 * undo.c
 *	  dbcheck_quarantine and dbcheck_undo: the rows that repairs saved, and
 *	  restoring them.
 */
#include "common/check/repair.h"

#include <string.h>

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/held.h"

enum
{
	Q_KEY = 5,
	Q_DATA,
	Q_COUNT = 11
};

/* A step to undo. */
typedef struct undo
{
	dbc_row_step step;
	int64_t rows;	/* of the step */
	bool elsewhere; /* in a copy of the repaired database */
} undo;

/* Lists some of the saved rows; for dbc_query_pages(). */
static void
list_saved(dbc_host *host, void *arg, const dbc_rows *rows)
{
	(void) arg;
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_value values[Q_COUNT];

		memcpy(values,
			   dbc_get_row(host, rows, i,
						   "iittt"
						   "Jj"
						   "TTTT"),
			   sizeof(values));
		values[Q_KEY] = dbc_json(values[Q_KEY].text);
		values[Q_DATA] = dbc_json(values[Q_DATA].text);
		dbc_emit_array(host, values, Q_COUNT);
	}
}

/* dbcheck_quarantine() */
DBC_RUN(dbcheck_quarantine)
{
	if (dbc_has_tables(host))
		dbc_query_pages(host, "check/quarantine", list_saved, NULL);
}

/* Fails unless the repair exists and has not been undone. */
static void
require_repair(dbc_host *host, const dbc_value *id)
{
	static const dbc_rows none = {0};
	const dbc_rows *rows =
		!dbc_has_tables(host) ? &none : dbc_query(host, "check/repair", *id);

	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbcheck_quarantine() lists the rows of all repairs.",
				 "repair %lld does not exist", (long long) id->integer);
	if (!dbc_is_null(host, rows, 0, 0))
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host, "The repair was undone at %s by %s.",
							dbc_get_text(host, rows, 0, 0),
							dbc_get_text(host, rows, 0, 1)),
				 NULL, "repair %lld has already been undone",
				 (long long) id->integer);
}

static void
restore(dbc_host *host, void *arg)
{
	undo *u = arg;

	u->elsewhere = dbc_check_require_table(host, &u->step);
	if (dbc_row_act(host, DBC_ACT_RESTORE, &u->step) != u->rows)
		dbc_fail(host, DBC_INSUFFICIENT, NULL,
				 "Call the function as the owner of the table.",
				 "row security hides rows that repair %lld has saved of %s",
				 (long long) u->step.set_id, u->step.table->shown);
}

static void
undo_step(dbc_host *host, undo *u)
{
	dbc_check_repair r = {.host = host};
	dbc_error error;

	(void) dbc_check_find_partitions(host, u->step.table->shown);
	dbc_check_lock_table(&r, u->step.table->shown);
	if (dbc_guard(host, restore, u, DBC_KEEP, false, &error))
		return;
	if (dbc_same(error.sqlstate, "23505"))
		dbc_fail(
			host, error.sqlstate,
			error.detail ? error.detail
						 : dbc_format(host, "%s.", error.message),
			"Change or delete the conflicting row, then undo the repair again.",
			"another row of %s now has the key of a row to be restored",
			u->step.table->shown);
	/* the saved rows are not in the format that a repair writes */
	if (dbc_starts_with(error.sqlstate, "22"))
		dbc_fail(host, error.sqlstate, dbc_format(host, "%s.", error.message),
				 "dbcheck_quarantine() lists the saved rows.",
				 "a row of %s saved by repair %lld cannot be read",
				 u->step.table->shown, (long long) u->step.set_id);
	dbc_rethrow(host, &error);
}

int64_t
dbc_check_undo_repair(dbc_host *host, int64_t repair_id, bool fires,
					  dbc_json_node *relations, bool *elsewhere,
					  const dbc_relation **table, dbc_row_unfired *unfired)
{
	const dbc_rows *steps =
		dbc_query(host, "check/repair_steps", dbc_int(repair_id));
	static const char *const actions[] = {"delete", "update", NULL};
	int64_t rows = 0;

	for (int i = 0; i < steps->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, steps, i, "itti");
		bool changed = dbc_same(
			dbc_get_word(host, steps, i, DBC_STEP_ACTION, actions), "update");
		undo u = {
			.rows = cells[DBC_STEP_ROWS].integer,
			.step = {.set_id = repair_id,
					 .number = cells[DBC_STEP_NUMBER].integer,
					 .table = dbc_resolve(host, cells[DBC_STEP_TABLE].text),
					 .assignments = changed ? "" : NULL,
					 .fires = fires}};
		dbc_json_node *entry = dbc_json_object(host);

		if (table)
			*table = u.step.table;
		undo_step(host, &u);
		*elsewhere |= u.elsewhere;
		if (unfired && !fires)
			dbc_row_add_unfired(host, unfired, u.step.table,
								changed ? DBC_ROWS_UPDATED : DBC_ROWS_INSERTED);
		DBC_PUT_TEXT(entry, table_name, u.step.table->shown);
		DBC_PUT_TEXT(entry, action, changed ? "update" : "insert");
		DBC_PUT_VALUE(entry, rows, &cells[DBC_STEP_ROWS]);
		dbc_json_push(relations, entry);
		rows += cells[DBC_STEP_ROWS].integer;
	}
	return rows;
}

/* dbcheck_undo(repair_id, options) */
DBC_RUN(dbcheck_undo)
{
	const dbcheck_undo_options *given =
		dbc_read_options(host, &args->options, dbcheck_undo_options);
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *relations = dbc_json_array(host);
	dbc_row_unfired unfired = {.count = 0};
	bool elsewhere = false;
	int64_t rows;

	dbc_lock(host, dbc_lock_timeout(host));
	require_repair(host, &args->repair_id);
	rows = dbc_check_undo_repair(host, args->repair_id.integer,
								 given->triggers.given, relations, &elsewhere,
								 NULL, &unfired);
	dbc_query(host, "check/repair_undone", args->repair_id,
			  dbc_text(dbc_actor(host, dbc_read_settings(host))));
	DBC_PUT_VALUE(result, repair_id, &args->repair_id);
	DBC_PUT(result, relations, relations);
	DBC_PUT_INT(result, rows, rows);
	dbc_row_put_unfired(host, &unfired, result);
	DBC_PUT_TEXT(
		result, message,
		dbc_format(host, "%s restored%s", dbc_count_text(host, rows, "row"),
				   elsewhere
					   ? "; this database is a copy of the repaired one: "
						 "tables were identified by name, owner and columns"
					   : ""));
	dbc_json_emit(host, result);
}
