/*
 * record_checks.c
 *	  Health checks of what dbcare records about rows; see record_checks.h.
 *
 * They read dbcare's tables, which a database need not have.  Triggers are
 * compared by the statements that create them.
 */
#include "common/health/record_checks.h"

#include <string.h>

#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/health/row_checks.h"

/* The first version of dbcare's tables that has the records. */
#define RECORDS_VERSION 7

/* Columns of a row; see health/check.h. */
enum
{
	R_SEVERITY,
	R_OBJECT,
	R_VALUE,
	R_DETAIL,
	R_FIX_SQL,
	R_REASON,
	R_PROBE,
	R_COLUMNS
};

/* The rows of a check while they are made. */
typedef struct listing
{
	dbc_host *host;
	dbc_rows *rows;
	dbc_value *values; /* there is room for all */
} listing;

/* Makes room for rows. */
static void
reserve(listing *l, int count)
{
	l->values = dbc_alloc(l->host, ((size_t) count + 1) * R_COLUMNS *
									   sizeof(*l->values));
	l->rows->values = l->values;
	l->rows->ncols = R_COLUMNS;
}

/* Adds a row. */
static dbc_value *
add_row(listing *l, const char *severity, const char *object)
{
	dbc_value *row = l->values + (size_t) l->rows->nrows++ * R_COLUMNS;

	row[R_SEVERITY] = dbc_text(severity);
	row[R_OBJECT] = dbc_text(object);
	return row;
}

/* The call of a function that enables a table with options. */
static dbc_value
enable_sql(dbc_host *host, const char *function, const char *table,
		   const char *options)
{
	return dbc_text(dbc_format(
		host, "SELECT %s(%s, %s);",
		dbc_get_text(
			host, dbc_query(host, "health/function", dbc_text(function)), 0, 0),
		dbc_health_literal(host, table), dbc_health_literal(host, options)));
}

/* Tables whose changes are not logged as they should be.  A renamed table is
 * logged under its old name; one that was dropped has no changes. */
static void
find_audit_triggers(listing *l)
{
	dbc_host *host = l->host;
	const dbc_rows *tables = dbc_query(host, "audit/tables");

	reserve(l, tables->nrows);
	for (int i = 0; i < tables->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, tables, i, "tttttTT");
		const char *problem = cells[6].text;
		dbc_value *row;

		if (cells[6].kind == DBC_NULL || dbc_same(problem, "it was dropped"))
			continue;
		row = add_row(l, "warning", cells[0].text);
		row[R_DETAIL] = dbc_text(problem);
		if (strncmp(problem, "it was renamed", 14) == 0)
			row[R_SEVERITY] = dbc_text("info");
		else
			row[R_FIX_SQL] = enable_sql(host, "dbaudit_enable", cells[0].text,
										cells[2].text);
	}
}

/* Adds the tables with mode trash that were renamed. */
static bool
find_renamed(listing *l)
{
	dbc_host *host = l->host;
	const dbc_rows *renamed = dbc_query(host, "archive/renamed");
	dbc_value *row = NULL;

	reserve(l, renamed->nrows);
	for (int i = 0; i < renamed->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, renamed, i, "TTT");

		if (cells[1].kind == DBC_NULL)
			continue;
		row = add_row(l, "warning", cells[1].text);
		if (cells[2].kind != DBC_NULL)
			row[R_FIX_SQL] = enable_sql(
				host, "dbarchive_enable", cells[1].text,
				dbc_format(host, "{\"mode\": \"%s\"}", cells[2].text));
	}
	return row != NULL;
}

/* Tables whose triggers are not those that keep deleted rows.  Renamed tables
 * come first: until they are enabled, their triggers seem not to be needed. */
static void
find_archive_triggers(listing *l)
{
	dbc_host *host = l->host;
	const dbc_rows *statements;
	dbc_value *row = NULL;

	if (find_renamed(l))
		return;
	statements = dbc_query(host, "archive/triggers");
	reserve(l, statements->nrows);
	for (int i = 0; i < statements->nrows; i++)
	{
		const char *table = dbc_get_text(host, statements, i, 0);
		const char *statement = dbc_get_text(host, statements, i, 1);

		if (row && dbc_same(row[R_OBJECT].text, table))
			row[R_FIX_SQL] = dbc_text(
				dbc_format(host, "%s\n%s;", row[R_FIX_SQL].text, statement));
		else
		{
			row = add_row(l, "warning", table);
			row[R_FIX_SQL] = dbc_text(dbc_format(host, "%s;", statement));
		}
	}
}

/* The checks; the first ones offer a fix, the others have SQL. */
static const struct
{
	const char *id;
	void (*find)(listing *l);
} record_checks[] = {
	{"audit_triggers", find_audit_triggers},
	{"archive_triggers", find_archive_triggers},
	{"audit_unsealed", NULL},
	{"audit_log_size", NULL},
	{"held_rows_old", NULL},
	{"retention_policies", NULL},
};

#define NCHECKS ((int) (sizeof(record_checks) / sizeof(record_checks[0])))

/* The place of a check in the list, or NCHECKS. */
static int
place_of(const dbc_health_check *check)
{
	int i = 0;

	while (i < NCHECKS && !dbc_same(record_checks[i].id, check->id))
		i++;
	return i;
}

bool
dbc_health_is_record_check(const dbc_health_check *check)
{
	return place_of(check) < NCHECKS;
}

const dbc_rows *
dbc_health_check_records(dbc_host *host, const dbc_health_check *check,
						 const dbc_value *parameters, int count)
{
	void (*find)(listing *) = record_checks[place_of(check)].find;
	listing l = {.host = host, .rows = dbc_alloc(host, sizeof(*l.rows))};

	if (dbc_tables_version(host) < RECORDS_VERSION)
	{
		reserve(&l, 1);
		add_row(&l, "not_applicable", NULL)[R_REASON] =
			dbc_text("dbcare's tables do not exist, or are of an older "
					 "version");
	}
	else if (find)
		find(&l);
	else
		return dbc_query_array(host, dbc_format(host, "health/%s", check->id),
							   parameters, count);
	return l.rows;
}
