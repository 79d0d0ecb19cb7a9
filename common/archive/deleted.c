/*
 * deleted.c
 *	  dbarchive_deleted: the deleted rows.
 */
#include "common/archive/archive.h"

#include "common/core/functions.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* dbarchive_deleted(relation) */
DBC_RUN(dbarchive_deleted)
{
	dbc_value table = dbc_null();
	const dbc_rows *rows;

	if (args->relation.kind != DBC_NULL)
		table = dbc_text(dbc_archive_table(host, &args->relation)->shown);
	if (dbc_tables_version(host) < DBC_ARCHIVE_VERSION)
		return;
	rows = dbc_query(
		host, "archive/deleted", table,
		dbc_int(dbc_setting_int(host, dbc_read_settings(host),
								DBC_SETTING_purge_deleted_after_days)));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tttTiiTt");

		dbc_emit(host, cells[0], dbc_json(cells[1].text), cells[2], cells[3],
				 cells[4], cells[5], cells[6], dbc_json(cells[7].text));
	}
}
