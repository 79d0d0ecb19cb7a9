/*
 * held.c
 *	  Held rows, which an import must not overwrite.
 *
 * They are compared before and after: rows that the file has with the same
 * values are no obstacle.
 */
#include "common/sync/held.h"

#include "common/core/text.h"
#include "common/row/held.h"
#include "common/row/key.h"
#include "common/sync/choice.h"

/* The held rows of a table in the order of their keys, or NULL. */
static const dbc_rows *
read_held(dbc_host *host, const dbc_sync_target *target)
{
	const dbc_sync_table *table =
		dbc_sync_match(host, target->section, target->relation);
	const char *held = dbc_row_held(host, target->relation);
	dbc_buffer sql;

	if (dbc_same(held, "false"))
		return NULL;
	dbc_buffer_init(&sql, host);
	dbc_append_format(&sql, "select %s",
					  dbc_row_key_sql(host, target->relation));
	for (int i = 0; i < table->ncolumns; i++)
		dbc_append_format(&sql, " || ',' || %s(%s)", host->traits->quote_value,
						  dbc_quote(host, table->columns[i].name));
	dbc_append_format(&sql, " from %s where %s order by 1",
					  target->relation->shown, held);
	return dbc_row_read(host, sql.data);
}

void
dbc_sync_read_held(dbc_host *host, dbc_sync_target *target)
{
	dbc_exclude(host, DBC_X_HOLDS);
	dbc_row_find_held(host, target->relation);
	target->held = read_held(host, target);
}

void
dbc_sync_check_held(dbc_host *host, const dbc_sync_target *target)
{
	const dbc_rows *rows = target->held ? read_held(host, target) : NULL;
	int next = 0;

	/* those that were there must be there; the file may have held rows that
	 * were deleted */
	for (int i = 0; target->held && i < target->held->nrows; i++, next++)
	{
		while (rows && next < rows->nrows &&
			   !dbc_same(dbc_get_text(host, rows, next, 0),
						 dbc_get_text(host, target->held, i, 0)))
			next++;
		if (!rows || next >= rows->nrows)
			dbc_fail(host, DBC_NOT_READY,
					 "The file has a row with its key and other values.",
					 "Pass {\"on_conflict\": \"skip\"} to keep the rows of "
					 "the table, or call dbarchive_release().",
					 "a held row of table %s would be overwritten",
					 target->relation->shown);
	}
}
