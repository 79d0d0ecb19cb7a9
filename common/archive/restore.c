/*
 * restore.c
 *	  dbarchive_restore and dbarchive_restore_batch: putting back what a command
 *	  has deleted.
 *
 * The rows are inserted as they were, without firing triggers, and the foreign
 * keys of all of them are tested when the last one is back, so neither the
 *order of tables nor circles between them matter.
 */
#include "common/archive/archive.h"

#include "common/check/repair.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/host.h"

typedef struct restoration
{
	int64_t batch;
	int64_t set; /* of the copies that are restored */
	const dbc_rows *tables;
	dbc_row_step *steps;
	int64_t rows;
} restoration;

/* Copies the rows of a table of the batch, and adds a step for it. */
static void
add_step(dbc_host *host, restoration *r, int number)
{
	const char *name = dbc_get_text(host, r->tables, number, 0);
	dbc_row_step *step = &r->steps[number];

	(void) dbc_check_find_partitions(host, name);
	*step = (dbc_row_step){.set_id = r->set,
						   .number = number + 1,
						   .table = host->resolve(host, name)};
	dbc_query(host, "archive/stage", dbc_int(r->batch), dbc_text(name),
			  dbc_int(step->number), dbc_int(r->set), dbc_null());
}

/* Restores the batch. */
static void
restore(dbc_host *host, void *arg)
{
	restoration *r = arg;

	for (int i = 0; i < r->tables->nrows; i++)
		add_step(host, r, i);
	r->rows = DBC_CALL(host, row, restore)(host, r->steps, r->tables->nrows);
	dbc_query(host, "archive/unstage", dbc_int(r->set));
	dbc_query(host, "archive/forget", dbc_int(r->batch));
}

static void
emit_result(dbc_host *host, const restoration *r)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *tables = dbc_json_object(host);

	for (int i = 0; i < r->tables->nrows; i++)
		dbc_json_put_cell(tables, dbc_get_text(host, r->tables, i, 0),
						  r->tables, i, 1);
	dbc_json_put_int(result, "batch", r->batch);
	dbc_json_put_int(result, "rows", r->rows);
	dbc_json_put(result, "tables", tables);
	dbc_json_emit(host, result);
}

/* Fails with the conflicts of the batch. */
static _Noreturn void
refuse(dbc_host *host, const restoration *r, const dbc_error *error)
{
	const char *conflicts = dbc_archive_list_conflicts(host, r->batch, r->set);

	dbc_fail(host, error->sqlstate,
			 conflicts ? conflicts : dbc_format(host, "%s.", error->message),
			 "Change or delete the rows in the way, or restore the missing "
			 "parents, then restore the batch again.",
			 "batch %lld cannot be restored", (long long) r->batch);
}

static void
restore_batch(dbc_host *host, int64_t batch)
{
	restoration r = {.batch = batch, .set = -batch};
	dbc_error error;

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
	host->lock(host, dbc_lock_timeout(host));
	dbc_need_tables(host);
}

/* dbarchive_restore(relation, row_key) */
DBC_RUN(dbarchive_restore)
{
	const dbc_relation *table = dbc_archive_table(host, &args->relation);
	dbc_archive_row row = dbc_archive_find_row(host, table, &args->row_key);
	const dbc_rows *rows;

	begin(host);
	rows = dbc_query(host, "archive/batch", dbc_text(table->shown),
					 dbc_text(row.key));
	if (dbc_is_null(host, rows, 0, 0))
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_deleted() lists the deleted rows.",
				 "no deleted row of table %s has the key %s", table->shown,
				 row.key);
	restore_batch(host, dbc_get_int(host, rows, 0, 0));
}

/* dbarchive_restore_batch(batch) */
DBC_RUN(dbarchive_restore_batch)
{
	begin(host);
	restore_batch(host, args->batch.integer);
}
