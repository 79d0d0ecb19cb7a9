/*
 * deleted.c
 *	  dbarchive_deleted: the deleted rows.
 */
#include "common/archive/flag.h"

#include <stdlib.h>

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/exact.h"
#include "common/row/moved.h"
#include "common/row/shown.h"

/* Columns of archive/flagged.sql. */
enum
{
	F_KEY,
	F_DELETED_AT,
	F_DELETED_BY,
	F_BATCH,
	F_PURGE_AFTER,
	F_ROW
};

/* The batches of rows, with their numbers of rows; read apart from the rows,
 * since the owner of the table may not read dbcare's tables. */
static const dbc_rows *
count_batches(dbc_host *host, const dbc_rows *rows)
{
	dbc_json_node *batches = dbc_json_array(host);

	for (int i = 0; i < rows->nrows; i++)
		if (!dbc_is_null(host, rows, i, F_BATCH))
			dbc_json_push_value(
				batches,
				&(dbc_value){.kind = DBC_INT,
							 .integer = dbc_get_int(host, rows, i, F_BATCH)});
	return dbc_query(host, "archive/flag_counts",
					 dbc_text(dbc_json_text(batches)));
}

/* The number of rows of a batch, and why they were marked; a row without a
 * batch counts as one. */
static int64_t
rows_in(dbc_host *host, const dbc_rows *batches, const dbc_value *batch,
		dbc_value *reason)
{
	int low = 0;
	int high = batch->kind == DBC_NULL ? 0 : batches->nrows;

	*reason = dbc_null();
	while (low < high)
	{
		int middle = low + (high - low) / 2;
		int64_t found = dbc_get_int(host, batches, middle, 0);

		if (found == batch->integer)
		{
			*reason = dbc_text(dbc_get_text_or_null(host, batches, middle, 2));
			return strtoll(dbc_get_text(host, batches, middle, 1), NULL, 10);
		}
		if (found < batch->integer)
			low = middle + 1;
		else
			high = middle;
	}
	return 1;
}

/* Lists some of the marked rows of a table; for dbc_query_text_pages(). */
static void
list_marked_page(dbc_host *host, void *arg, const dbc_rows *rows)
{
	const dbc_relation *table = arg;
	const dbc_rows *batches = count_batches(host, rows);

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tTTITt");
		dbc_value reason;
		int64_t count = rows_in(host, batches, &cells[F_BATCH], &reason);

		dbc_emit(host, dbc_text(table->shown),
				 dbc_json(dbc_row_exact(host, cells[F_KEY].text)),
				 cells[F_DELETED_AT], cells[F_DELETED_BY], cells[F_BATCH],
				 dbc_int(count), cells[F_PURGE_AFTER],
				 dbc_row_shown(host, cells[F_ROW].text), reason);
	}
}

/* Lists the marked rows of tables with mode flag. */
static void
list_marked(dbc_host *host, const dbc_value *only, int64_t days)
{
	const dbc_rows *tables = dbc_query(host, "archive/flag_tables", *only);

	for (int i = 0; i < tables->nrows; i++)
	{
		dbc_relation table;
		const dbc_rows *query;

		/* a list of all tables has those that the caller may read */
		if (only->kind == DBC_NULL && !dbc_get_bool(host, tables, i, 1))
			continue;
		table = *dbc_resolve(host, dbc_get_text(host, tables, i, 0));
		query = dbc_query(host, "archive/flagged", dbc_text(table.schema),
						  dbc_text(table.name), dbc_int(days));
		dbc_query_text_pages(host, dbc_get_text(host, query, 0, 0), false,
							 list_marked_page, &table);
		dbc_poll(host);
	}
}

/* Lists some of the rows of the trash; for dbc_query_pages(). */
static void
list_kept(dbc_host *host, void *arg, const dbc_rows *rows)
{
	(void) arg;
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tttTiiTtT");

		dbc_emit(host, cells[0], dbc_json(dbc_row_exact(host, cells[1].text)),
				 cells[2], cells[3], cells[4], cells[5], cells[6],
				 dbc_row_shown(host, cells[7].text), cells[8]);
	}
}

/* dbarchive_deleted(relation) */
DBC_RUN(dbarchive_deleted)
{
	dbc_value table = dbc_null();
	int64_t days;

	if (args->relation.kind != DBC_NULL)
	{
		dbc_relation gone = {.name = NULL};
		const dbc_relation *only =
			dbc_archive_find_table(host, &args->relation, &gone);

		/* rows of a dropped table are for its last owner */
		if (only != &gone)
			dbc_require_privilege(host, only, "SELECT");
		table = dbc_text(only->shown);
	}
	if (!dbc_has_tables(host))
		return;
	if (table.kind != DBC_NULL)
		dbc_check_row_security(host, "archive/hidden", table);
	dbc_row_refuse_moved(host, &table);
	days = dbc_setting_int(host, dbc_read_settings(host),
						   DBC_SETTING_purge_deleted_after_days);
	list_marked(host, &table, days);
	dbc_query_pages(host, "archive/deleted", list_kept, NULL, table,
					dbc_int(days));
}
