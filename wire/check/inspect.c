/*
 * inspect.c
 *	  Testing whether a table would accept a row: its partition, and the whole.
 */
#include "wire/check/inspect.h"
#include "wire/check/row.h"

#include <string.h>

#include "common/core/text.h"

/* ---- partitions ---- */

/* Finds the first of some tables whose partition condition the row satisfies;
 * returns its place, or -1.  Fails if a condition cannot be evaluated. */
static int
find_fit(dbcw_check_row *in, const int *tables, int ntables)
{
	const dbc_rows *rows;
	dbc_error error;
	dbc_buffer text;

	dbc_buffer_init(&text, in->host);
	dbc_append(&text, "case");
	for (int i = 0; i < ntables; i++)
	{
		const char *condition =
			dbc_get_text_or_null(in->host, in->tables, tables[i], T_CONDITION);

		dbc_append_format(&text, " when (%s) is not false then %d",
						  condition ? condition : "true", i);
	}
	dbc_append(&text, " else -1 end");
	rows = dbcw_check_evaluate(in, in->table.relid, text.data, &error);
	if (!rows)
		dbc_rethrow(in->host, &error);
	return (int) dbc_get_int(in->host, rows, 0, 0);
}

/* Whether the key of a partitioned table reads a column of unknown value; an
 * expression in it may. */
static bool
has_unknown_key(const dbcw_check_row *in, int64_t relid)
{
	const char *key = dbc_get_text_or_null(
		in->host, in->tables, dbcw_check_find_table(in, relid), T_KEY);

	if (key && (dbc_starts_with(key, "0") || strstr(key, " 0")))
		for (int i = in->first; i < in->end; i++)
			if (!in->values[i - in->first])
				return true;
	return dbcw_check_reads_unknown(in, relid, key);
}

/* Adds the partition of a table that accepts the row, if it is known; false if
 * there is none. */
static bool
descend(dbcw_check_row *in, int64_t relid)
{
	int *partitions = dbc_alloc(in->host, ((size_t) in->tables->nrows + 1) *
											  sizeof(*partitions));
	int count = 0;
	int found;

	for (int i = 0; i < in->tables->nrows; i++)
		if (!dbc_is_null(in->host, in->tables, i, T_PARENT) &&
			dbc_get_int(in->host, in->tables, i, T_PARENT) == relid)
			partitions[count++] = i;
	if (count == 0)
		return false;
	if (has_unknown_key(in, relid))
		return true;
	found = find_fit(in, partitions, count);
	if (found < 0 || found >= count)
		return false;
	in->levels[in->nlevels++] =
		dbc_get_int(in->host, in->tables, partitions[found], T_RELID);
	return true;
}

static bool
is_partitioned(const dbcw_check_row *in, int64_t relid)
{
	return dbc_same(dbc_get_text(in->host, in->tables,
								 dbcw_check_find_table(in, relid), T_KIND),
					"p");
}

static void
find_partition(dbcw_check_row *in)
{
	int table = dbcw_check_find_table(in, in->table.relid);
	int level = 0;

	in->levels[in->nlevels++] = in->table.relid;
	if (!dbc_is_null(in->host, in->tables, table, T_CONDITION) &&
		find_fit(in, &table, 1) < 0)
	{
		dbcw_check_add_violation(in, DBC_VIOLATION_PARTITION)->error =
			dbc_format(in->host,
					   "the row is not within the bounds of partition %s",
					   in->relation->shown);
		return;
	}
	for (; level < in->nlevels && is_partitioned(in, in->levels[level]) &&
		   in->nlevels < (int) (sizeof(in->levels) / sizeof(in->levels[0]));
		 level++)
		if (!descend(in, in->levels[level]))
		{
			(void) dbcw_check_add_violation(in, DBC_VIOLATION_PARTITION);
			return;
		}
}

/* ---- the inspection ---- */

/* Why the user may not learn the contents of the table, or why nothing may be
 * evaluated over it; or NULL. */
static const char *
find_obstacle(const dbcw_check_row *in)
{
	int table = dbcw_check_find_table(in, in->table.relid);

	if (!dbc_get_bool(in->host, in->tables, table, T_MAY_READ))
		return dbc_format(in->host, "SELECT on %s is needed",
						  in->relation->shown);
	if (dbc_get_bool(in->host, in->tables, table, T_HIDES))
		return dbc_format(in->host, "row security hides rows of %s",
						  in->relation->shown);
	return in->table.danger;
}

const dbc_check_row_violation *
dbcw_check_inspect_row(dbc_host *host, const dbc_relation *table,
					   const char *row, int *nviolations)
{
	dbcw_check_row in = {
		.host = host, .relation = table, .json = dbc_text(row)};
	dbc_value relid;
	const char *obstacle;

	in.table = dbcw_describe_table(host, table, DBCW_DEFAULTS);
	relid = dbc_int(in.table.relid);
	in.tables =
		dbc_query(host, "check/row_tables", relid, dbc_bool(!in.table.danger));
	obstacle = find_obstacle(&in);
	if (obstacle)
		dbcw_check_add_violation(&in, DBC_VIOLATION_UNKNOWN)->text = obstacle;
	else
	{
		in.columns = dbc_query(host, "check/row_columns", relid);
		while (in.first < in.columns->nrows &&
			   dbc_get_int(host, in.columns, in.first, C_RELID) !=
				   in.table.relid)
			in.first++;
		for (in.end = in.first;
			 in.end < in.columns->nrows &&
			 dbc_get_int(host, in.columns, in.end, C_RELID) == in.table.relid;)
			in.end++;
		in.values = dbc_alloc(host, (size_t) (in.end - in.first + 1) *
										sizeof(*in.values));
		dbcw_check_fill_row(&in);
		find_partition(&in);
		dbcw_check_inspect_constraints(&in);
	}
	*nviolations = in.nviolations;
	return in.violations;
}
