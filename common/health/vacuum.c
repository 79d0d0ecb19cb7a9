/*
 * vacuum.c
 *	  dbhealth_vacuum(): tables that are due for autovacuum, or that a process
 *	  is working on.
 */
#include "common/health/vacuum.h"

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/text.h"
#include "common/sample/host.h"

/* Tables for which is stored since when they are due. */
#define MOST_STORED 1000

/* Columns of health/vacuum.sql. */
enum
{
	COLUMN_TABLE,
	COLUMN_WORK,
	COLUMN_REASON,
	COLUMN_VALUE,
	COLUMN_THRESHOLD,
	COLUMN_LAST,
	COLUMN_ENABLED,
	COLUMN_PID,
	COLUMN_PHASE,
	COLUMN_PERCENT
};

void
dbc_health_store_vacuum_due(dbc_host *host, int64_t now_ms)
{
	dbc_value now = dbc_text(dbc_time_text(host, now_ms));
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "health/vacuum"))
		return;
	rows = dbc_query(host, "health/vacuum");
	for (int i = 0; i < rows->nrows && i < MOST_STORED; i++)
		if (!dbc_is_null(host, rows, i, COLUMN_REASON))
			dbc_query(host, "health/vacuum_due_add",
					  dbc_get_value(host, rows, i, COLUMN_TABLE),
					  dbc_get_value(host, rows, i, COLUMN_REASON), now);
	dbc_query(host, "health/vacuum_due_drop", now);
}

/* Since when a table has been due, or null. */
static dbc_value
find_since(dbc_host *host, const dbc_rows *stored, const dbc_value *row)
{
	for (int i = 0; stored && row[COLUMN_REASON].text && i < stored->nrows; i++)
		if (dbc_same(dbc_get_text(host, stored, i, 0),
					 row[COLUMN_TABLE].text) &&
			dbc_same(dbc_get_text(host, stored, i, 1), row[COLUMN_REASON].text))
			return dbc_get_value(host, stored, i, 2);
	return dbc_null();
}

/* dbhealth_vacuum() */
DBC_RUN(dbhealth_vacuum)
{
	const dbc_rows *rows = dbc_query(host, "health/vacuum");
	const dbc_rows *stored = dbc_sample_has_tables(host)
								 ? dbc_query(host, "health/vacuum_due")
								 : NULL;

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(host, rows, i, "ttTIRTbITR");

		dbc_emit(host, row[COLUMN_TABLE], row[COLUMN_WORK], row[COLUMN_REASON],
				 row[COLUMN_VALUE], row[COLUMN_THRESHOLD],
				 find_since(host, stored, row), row[COLUMN_LAST],
				 row[COLUMN_ENABLED], row[COLUMN_PID], row[COLUMN_PHASE],
				 row[COLUMN_PERCENT]);
	}
}
