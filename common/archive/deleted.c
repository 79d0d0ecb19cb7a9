/*
 * deleted.c
 *	  dbarchive_deleted: the deleted rows.
 */
#include "common/archive/flag.h"

#include <stdlib.h>

#include "common/core/functions.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/shown.h"

/* Lists the marked rows of tables with mode flag. */
static void
list_marked(dbc_host *host, const dbc_value *only, int64_t days)
{
	const dbc_rows *tables = dbc_query(host, "archive/flag_tables", *only);

	for (int i = 0; i < tables->nrows; i++)
	{
		const dbc_relation *table;
		const dbc_rows *rows;

		/* a list of all tables has those that the caller may read */
		if (only->kind == DBC_NULL && !dbc_get_bool(host, tables, i, 1))
			continue;
		table = host->resolve(host, dbc_get_text(host, tables, i, 0));
		rows = dbc_archive_read(
			host, dbc_get_text(host,
							   dbc_query(host, "archive/flagged",
										 dbc_text(table->schema),
										 dbc_text(table->name), dbc_int(days)),
							   0, 0));

		for (int j = 0; j < rows->nrows; j++)
		{
			const dbc_value *cells = dbc_get_row(host, rows, j, "tTTItTt");

			dbc_emit(host, dbc_text(table->shown), dbc_json(cells[0].text),
					 cells[1], cells[2], cells[3],
					 dbc_int(strtoll(cells[4].text, NULL, 10)), cells[5],
					 dbc_row_shown(host, cells[6].text));
		}
		dbc_poll(host);
	}
}

/* dbarchive_deleted(relation) */
DBC_RUN(dbarchive_deleted)
{
	dbc_value table = dbc_null();
	const dbc_rows *rows;
	int64_t days;

	if (args->relation.kind != DBC_NULL)
		table = dbc_text(dbc_check_user_table(host, &args->relation)->shown);
	if (dbc_tables_version(host) < DBC_ARCHIVE_VERSION)
		return;
	if (table.kind != DBC_NULL)
		dbc_check_row_security(host, "archive/hidden", table);
	days = dbc_setting_int(host, dbc_read_settings(host),
						   DBC_SETTING_purge_deleted_after_days);
	list_marked(host, &table, days);
	rows = dbc_query(host, "archive/deleted", table, dbc_int(days));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tttTiiTt");

		dbc_emit(host, cells[0], dbc_json(cells[1].text), cells[2], cells[3],
				 cells[4], cells[5], cells[6],
				 dbc_row_shown(host, cells[7].text));
	}
}
