/*
 * unfired.c
 *	  The triggers that do not fire while triggers are switched off.
 */
#include "sqlite_ext/core/host.h"
#include "sqlite_ext/row/fulltext.h"

const char *const *
dbcsl_row_list_unfired(dbc_host *host, const dbc_relation *table, int events)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbcsl_row_indexes *indexes =
		dbcsl_row_read_indexes(h, dbcsl_row_read_shape(h, table), table);
	const dbc_rows *rows =
		dbc_query(host, "row/triggers", dbc_text(table->name));
	const char **names =
		dbcsl_alloc(host, (size_t) (rows->nrows + 1) * sizeof(*names));
	int count = 0;

	for (int i = 0; i < rows->nrows; i++)
		if (dbcsl_row_does_more(h, dbc_get_text(host, rows, i, 1), events,
								indexes))
			names[count++] = dbc_get_text(host, rows, i, 0);
	names[count] = NULL;
	return names;
}
