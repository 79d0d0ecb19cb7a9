/*
 * stage.c
 *	  Preparing deleted rows for a table that has changed since.
 */
#include "common/archive/shape.h"

#include "common/check/user_table.h"
#include "common/row/identity.h"

/* [PG] Fails if a table has only the name of the one whose rows were kept. */
static void
require_same(dbc_host *host, const dbc_relation *table, int64_t number)
{
	if (dbc_find_sql(host, "archive/same_table") &&
		!dbc_get_bool(host,
					  dbc_query(host, "archive/same_table",
								dbc_text(table->schema), dbc_text(table->name),
								dbc_int(number)),
					  0, 0))
		dbc_fail(host, DBC_NOT_READY,
				 "It was created under this name since, and belongs to another "
				 "role.",
				 "Rename that table, and create the dropped one again as its "
				 "owner.",
				 "table %s is not the one that the rows were deleted from",
				 table->shown);
}

/* [SQLite] Fails if the trigger did not know a column of the rows. */
static void
require_whole(dbc_host *host, int64_t batch, const dbc_archive_kept *kept,
			  int64_t row)
{
	const char *lost =
		dbc_find_sql(host, "archive/lost")
			? dbc_get_text_or_null(
				  host,
				  dbc_query(host, "archive/lost", dbc_int(batch),
							dbc_text(kept->table), dbc_int(kept->shape),
							row ? dbc_int(row) : dbc_null()),
				  0, 0)
			: NULL;

	if (lost)
		dbc_fail(host, DBC_NOT_READY,
				 "It was added before the row was deleted, and "
				 "dbarchive_enable() was not called.",
				 "Insert the row by hand; dbarchive_deleted() returns the "
				 "other values.",
				 "the value of column %s of table %s was not kept", lost,
				 kept->table);
}

void
dbc_archive_stage(dbc_host *host, int64_t batch, const dbc_archive_kept *kept,
				  int64_t row, dbc_row_step *step)
{
	dbc_archive_target target =
		dbc_archive_find_target(host, kept->table, kept->shape);

	if (target.table)
	{
		/* fails unless it is a user table */
		(void) dbc_check_find_partitions(host, target.table->shown);
		require_same(host, target.table, kept->number);
	}
	dbc_archive_require_columns(host, &target);
	require_whole(host, batch, kept, row);
	step->table = target.table;
	step->computes = dbc_archive_computes(host, &target);
	/* all constraints that a new row must satisfy */
	step->demands = dbc_row_compare(host, step->table, "[]").demands;
	dbc_query(
		host, "archive/stage", dbc_int(batch), dbc_text(kept->table),
		dbc_int(step->number), dbc_int(step->set_id),
		row ? dbc_int(row) : dbc_null(),
		dbc_text(dbc_archive_added(host, &target)), dbc_int(kept->number),
		dbc_int(kept->shape), dbc_text(dbc_archive_new_names(host, &target)),
		dbc_text(step->table->shown),
		dbc_get_value(host, dbc_query(host, "archive/last_staged"), 0, 0));
}
