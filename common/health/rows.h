/*
 * rows.h
 *	  Rows of a check that are made without SQL; see health/check.h.
 */
#ifndef DBC_HEALTH_ROWS_H
#define DBC_HEALTH_ROWS_H

#include "common/core/host.h"

/* Columns of a row. */
enum
{
	DBC_R_SEVERITY,
	DBC_R_OBJECT,
	DBC_R_VALUE,
	DBC_R_DETAIL,
	DBC_R_FIX_SQL,
	DBC_R_REASON,
	DBC_R_PROBE,
	DBC_R_SUGGESTION, /* not in all */
	DBC_R_COLUMNS
};

/* The rows of a check while they are made. */
typedef struct dbc_health_rows
{
	dbc_host *host;
	dbc_rows *rows;
	dbc_value *values; /* there is room for all */
} dbc_health_rows;

/* Makes room for rows. */
static inline void
dbc_health_begin_rows(dbc_health_rows *list, dbc_host *host, int count)
{
	list->host = host;
	list->rows = dbc_alloc(host, sizeof(*list->rows));
	list->values = dbc_alloc(host, ((size_t) count + 1) * DBC_R_COLUMNS *
									   sizeof(*list->values));
	*list->rows =
		(dbc_rows){.values = list->values, .ncols = DBC_R_COLUMNS, .nrows = 0};
	for (int i = 0; i < (count + 1) * DBC_R_COLUMNS; i++)
		list->values[i] = dbc_null();
}

/* Adds a row. */
static inline dbc_value *
dbc_health_add_row(dbc_health_rows *list, const char *severity,
				   const char *object)
{
	dbc_value *row =
		list->values + (size_t) list->rows->nrows++ * DBC_R_COLUMNS;

	row[DBC_R_SEVERITY] = dbc_text(severity);
	row[DBC_R_OBJECT] = dbc_text(object);
	return row;
}

#endif /* DBC_HEALTH_ROWS_H */
