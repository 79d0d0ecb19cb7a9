/*
 * table.c
 *	  How deleted rows of a table are kept.
 */
#include "common/archive/archive.h"

#include "common/core/tables.h"

const char *
dbc_archive_mode(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return NULL;
	rows = dbc_query(host, "archive/table", dbc_text(table->shown));
	return rows->nrows > 0 ? dbc_get_text(host, rows, 0, 0) : NULL;
}
