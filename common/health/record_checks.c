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
#include "common/health/rows.h"
#include "common/row/held.h"

/* Keys that a finding lists. */
#define MOST_KEYS 5

/* The call of a function that enables a table with options; with the types of
 * its arguments, so that no function of others fits better. */
static dbc_value
enable_sql(dbc_host *host, const char *function, const char *table,
		   const char *options)
{
	bool has_types = host->traits->overloads;

	return dbc_text(dbc_format(
		host, "SELECT %s(%s%s, %s%s);",
		dbc_get_text(
			host, dbc_query(host, "health/function", dbc_text(function)), 0, 0),
		dbc_literal(host, table), has_types ? "::pg_catalog.text" : "",
		dbc_literal(host, options), has_types ? "::pg_catalog.jsonb" : ""));
}

/* Tables whose changes are not logged as they should be.  A renamed table is
 * logged under its old name; one that was dropped has no changes. */
static void
find_audit_triggers(dbc_health_rows *l)
{
	dbc_host *host = l->host;
	const dbc_rows *tables = dbc_query(host, "audit/tables");

	dbc_health_begin_rows(l, host, tables->nrows);
	for (int i = 0; i < tables->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, tables, i, "tttttTT");
		const char *problem = cells[6].text;
		dbc_value *row;

		if (cells[6].kind == DBC_NULL || dbc_same(problem, "it was dropped") ||
			strncmp(problem, "it is a partition", 17) == 0)
			continue;
		row = dbc_health_add_row(l, "warning", cells[0].text);
		row[DBC_R_DETAIL] = dbc_text(problem);
		if (strncmp(problem, "it was renamed", 14) == 0)
			row[DBC_R_SEVERITY] = dbc_text("info");
		else
			row[DBC_R_FIX_SQL] = enable_sql(host, "dbaudit_enable",
											cells[0].text, cells[2].text);
	}
}

/* Adds the tables with mode trash that were renamed. */
static bool
find_renamed(dbc_health_rows *l)
{
	dbc_host *host = l->host;
	const dbc_rows *renamed = dbc_query(host, "archive/renamed");
	dbc_value *row = NULL;

	dbc_health_begin_rows(l, host, renamed->nrows);
	for (int i = 0; i < renamed->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, renamed, i, "tT");

		row = dbc_health_add_row(l, "warning", cells[0].text);
		if (cells[1].kind != DBC_NULL)
			row[DBC_R_FIX_SQL] = enable_sql(
				host, "dbarchive_enable", cells[0].text,
				dbc_format(host, "{\"mode\": \"%s\"}", cells[1].text));
	}
	return row != NULL;
}

/* Tables whose triggers are not those that keep deleted rows.  Renamed tables
 * come first: until they are enabled, their triggers seem not to be needed. */
static void
find_archive_triggers(dbc_health_rows *l)
{
	dbc_host *host = l->host;
	const dbc_rows *statements;
	dbc_value *row = NULL;

	if (find_renamed(l))
		return;
	statements = dbc_query(host, "archive/triggers", dbc_null());
	dbc_health_begin_rows(l, host, statements->nrows);
	for (int i = 0; i < statements->nrows; i++)
	{
		const char *table = dbc_get_text(host, statements, i, 0);
		const char *statement = dbc_get_text(host, statements, i, 1);

		if (row && dbc_same(row[DBC_R_OBJECT].text, table))
			row[DBC_R_FIX_SQL] = dbc_text(dbc_format(
				host, "%s\n%s;", row[DBC_R_FIX_SQL].text, statement));
		else
		{
			row = dbc_health_add_row(l, "warning", table);
			row[DBC_R_FIX_SQL] = dbc_text(dbc_format(host, "%s;", statement));
		}
	}
}

/* The tables with holds whose rows cannot be found. */
static void
find_lost_holds(dbc_health_rows *l)
{
	dbc_host *host = l->host;
	int count;
	const dbc_row_lost *lost = dbc_row_list_lost(host, &count);
	dbc_value *row = NULL;

	dbc_health_begin_rows(l, host, count);
	for (int i = 0; i < count; i++)
	{
		if (lost[i].problem)
		{
			dbc_health_add_row(l, "unknown", lost[i].table)[DBC_R_REASON] =
				dbc_text(dbc_format(host, "row %s: %s", lost[i].key,
									lost[i].problem));
			continue;
		}
		if (!row || !dbc_same(row[DBC_R_OBJECT].text, lost[i].table))
		{
			row = dbc_health_add_row(l, "warning", lost[i].table);
			row[DBC_R_VALUE] = (dbc_value){.kind = DBC_REAL, .real = 0};
			row[DBC_R_DETAIL] = dbc_text(lost[i].key);
		}
		else if (row[DBC_R_VALUE].real < MOST_KEYS)
			row[DBC_R_DETAIL] = dbc_text(dbc_format(
				host, "%s, %s", row[DBC_R_DETAIL].text, lost[i].key));
		row[DBC_R_VALUE].real++;
	}
}

/* The checks; those of triggers offer a fix, and those without a function have
 * SQL. */
static const struct
{
	const char *id;
	void (*find)(dbc_health_rows *l);
} record_checks[] = {
	{"audit_triggers", find_audit_triggers},
	{"archive_triggers", find_archive_triggers},
	{"audit_unsealed", NULL},
	{"audit_log_size", NULL},
	{"held_rows_lost", find_lost_holds},
	{"held_rows_old", NULL},
	{"retention_policies", NULL},
	{"initialisation_failed", NULL},
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
	void (*find)(dbc_health_rows *) = record_checks[place_of(check)].find;
	dbc_health_rows l;

	if (!dbc_has_tables(host))
	{
		dbc_health_begin_rows(&l, host, 1);
		dbc_health_add_row(&l, "not_applicable", NULL)[DBC_R_REASON] =
			dbc_text("dbcare's tables do not exist");
	}
	else if (find)
	{
		l.host = host;
		find(&l);
	}
	else
		return dbc_query_array(host, dbc_format(host, "health/%s", check->id),
							   parameters, count);
	return l.rows;
}
