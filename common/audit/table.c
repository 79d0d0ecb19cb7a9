/*
 * table.c
 *	  dbaudit_tables, and whether a table is logged.
 */
#include "common/audit/audit.h"

#include "common/core/functions.h"
#include "common/core/tables.h"

dbc_audit_logged
dbc_audit_find(dbc_host *host, const dbc_relation *table)
{
	const dbc_value *cells;

	if (!dbc_has_tables(host))
		return (dbc_audit_logged){0};
	cells =
		dbc_get_row(host,
					dbc_query(host, "audit/table", dbc_text(table->schema),
							  dbc_text(table->name), dbc_text(table->shown)),
					0, "IbT");
	return (dbc_audit_logged){.id = cells[0].integer,
							  .enabled = cells[1].integer,
							  .problem = cells[2].text};
}

/* dbaudit_tables() */
DBC_RUN(dbaudit_tables)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "audit/tables");
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ttjttTT");

		dbc_emit(host, cells[0], cells[1], dbc_json(cells[2].text), cells[3],
				 cells[4], cells[5], cells[6]);
	}
}
