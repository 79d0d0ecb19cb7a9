/*
 * row.c
 *	  A row that is tested before it is inserted, as SQL: its values.
 */
#include "wire/check/row.h"
#include "wire/core/query.h"
#include "wire/core/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/seam.h"
#include "common/core/text.h"

dbc_check_row_violation *
dbcw_check_add_violation(dbcw_check_row *in, dbc_check_row_violation_kind kind)
{
	in->violations =
		dbc_grow(in->host, in->violations, (size_t) in->nviolations,
				 sizeof(*in->violations));
	in->violations[in->nviolations] = (dbc_check_row_violation){.kind = kind};
	return &in->violations[in->nviolations++];
}

static const char *
cell(const dbcw_check_row *in, int row, int column)
{
	return dbc_get_text_or_null(in->host, in->columns, row, column);
}

int
dbcw_check_find_column(const dbcw_check_row *in, int64_t relid, int64_t attnum)
{
	for (int i = 0; i < in->columns->nrows; i++)
		if (dbc_get_int(in->host, in->columns, i, C_RELID) == relid &&
			dbc_get_int(in->host, in->columns, i, C_ATTNUM) == attnum)
			return i;
	return -1;
}

int
dbcw_check_find_table(const dbcw_check_row *in, int64_t relid)
{
	for (int i = 0; i < in->tables->nrows; i++)
		if (dbc_get_int(in->host, in->tables, i, T_RELID) == relid)
			return i;
	dbc_fail(in->host, DBC_CORRUPTED, NULL, NULL,
			 "the server did not return table %lld", (long long) relid);
	return -1;
}

/* Whether the value of a column, by its name, is unknown. */
static bool
is_unknown(const dbcw_check_row *in, const char *name)
{
	for (int i = in->first; i < in->end; i++)
		if (dbc_same(cell(in, i, C_NAME), name))
			return !in->values[i - in->first];
	return false;
}

bool
dbcw_check_reads_unknown(const dbcw_check_row *in, int64_t relid,
						 const char *attnums)
{
	char *end;

	for (; attnums && *attnums; attnums = end)
	{
		int column =
			dbcw_check_find_column(in, relid, strtol(attnums, &end, 10));

		if (end == attnums)
			return false;
		if (column >= 0 && is_unknown(in, cell(in, column, C_NAME)))
			return true;
	}
	return false;
}

/* ---- the row ---- */

static bool
is_generated(const dbcw_check_row *in, int row)
{
	return dbc_get_bool(in->host, in->columns, row, C_GENERATED);
}

/* Appends the columns that are generated, or are not, with their values. */
static void
append_columns(const dbcw_check_row *in, dbc_buffer *text, bool generated)
{
	for (int i = in->first; i < in->end; i++)
		if (is_generated(in, i) == generated)
		{
			const char *value = in->values[i - in->first];

			dbc_append_format(text, ", %s as %s",
							  value ? value : cell(in, i, C_EMPTY),
							  cell(in, i, C_QUOTED));
		}
}

/* The document as a row of "dbcare row": what converts its members. */
static const char *
document(const dbcw_check_row *in)
{
	dbc_buffer text;
	int count = 0;

	dbc_buffer_init(&text, in->host);
	for (int i = in->first; i < in->end; i++)
	{
		const char *value = in->values[i - in->first];

		if (value && dbc_starts_with(value, "\"dbcare row\"."))
			dbc_append_format(&text, "%s%s %s", count++ > 0 ? ", " : "",
							  cell(in, i, C_QUOTED), cell(in, i, C_TYPE));
	}
	return count > 0
			   ? dbc_format(in->host,
							" from pg_catalog.jsonb_to_record("
							"$1::pg_catalog.jsonb) as \"dbcare row\" (%s)",
							text.data)
			   : "";
}

/* What an evaluation needs. */
typedef struct evaluation
{
	dbcw_check_row *in;
	const char *text;
	const dbc_rows *rows;
} evaluation;

/* Runs a query with the search path of the owner's code, and with the user's
 * formats of values; the end of the guard restores dbcare's. */
static void
run_query(dbc_host *host, void *arg)
{
	evaluation *e = arg;
	const dbc_sql sql = {.text = e->text};

	dbcw_add_pending(
		dbcw_of(host), NULL,
		dbc_format(host, "set local search_path = %s", e->in->table.path), NULL,
		0);
	dbcw_add_users_formats(dbcw_of(host));
	e->rows = host->seam->query(host, &sql, &e->in->json, 1);
}

const dbc_rows *
dbcw_check_evaluate(dbcw_check_row *in, int64_t relid, const char *list,
					dbc_error *error)
{
	dbc_buffer text;
	evaluation e = {.in = in};

	dbc_buffer_init(&text, in->host);
	dbc_append_format(&text, "select %s from (select \"dbcare base\".*", list);
	append_columns(in, &text, true);
	dbc_append_format(&text, " from (select %lld::pg_catalog.oid as tableoid",
					  (long long) relid);
	append_columns(in, &text, false);
	dbc_append_format(&text, "%s) as \"dbcare base\") as %s", document(in),
					  dbc_quote(in->host, in->relation->name));
	e.text = text.data;
	if (!dbc_guard(in->host, run_query, &e, DBC_UNDO, true, error))
		return NULL;
	if (e.rows->nrows != 1)
		dbc_fail(in->host, DBC_CORRUPTED, NULL, NULL,
				 "the server returned %d rows instead of 1", e.rows->nrows);
	return e.rows;
}

/* ---- values ---- */

/* Whether the value of a default is unknown before the insert: the planner
 * keeps a subquery with a volatile function. */
static bool
is_volatile(dbcw_check_row *in, const char *expression)
{
	evaluation e = {
		.in = in,
		.text = dbc_format(
			in->host,
			"explain (costs off) select from (select %s as v) as s where "
			"(s.v is null)::text <> pg_catalog.current_setting('search_path')",
			expression)};
	dbc_error error;

	return dbc_guard(in->host, run_query, &e, DBC_UNDO, true, &error) &&
		   e.rows->nrows > 0 &&
		   dbc_starts_with(dbc_get_text(in->host, e.rows, 0, 0),
						   "Subquery Scan");
}

/* Sets how the value of a column that is not generated is made. */
static void
take_value(dbcw_check_row *in, int row, bool given)
{
	const char **value = &in->values[row - in->first];
	const char *identity = cell(in, row, C_IDENTITY);
	const char *source = cell(in, row, C_SOURCE);
	bool always = dbc_same(identity, "a");

	if (given && always)
		dbcw_check_add_violation(in, DBC_VIOLATION_IDENTITY)->column =
			cell(in, row, C_NAME);
	if (given ? always : *identity)
		return;
	*value = !given && source ? source
							  : dbc_format(in->host, "\"dbcare row\".%s",
										   cell(in, row, C_QUOTED));
	if (*value == source && is_volatile(in, source))
		*value = NULL;
}

static void
generate(dbcw_check_row *in, int row, bool given)
{
	if (given)
		dbcw_check_add_violation(in, DBC_VIOLATION_GENERATED)->column =
			cell(in, row, C_NAME);
	if (!dbcw_check_reads_unknown(in, in->table.relid, cell(in, row, C_READS)))
		in->values[row - in->first] =
			dbc_format(in->host, "(%s)",
					   dbc_get_text(in->host, in->columns, row, C_SOURCE));
}

/* Reports that a value cannot be made. */
static void
report_value(dbcw_check_row *in, int row, const dbc_error *error)
{
	const char *constraint = dbcw_pq.PQresultErrorField(
		dbcw_of(in->host)->connection->result, PG_DIAG_CONSTRAINT_NAME);
	dbc_check_row_violation *violation = dbcw_check_add_violation(
		in, dbc_same(error->sqlstate, DBC_INSUFFICIENT) ? DBC_VIOLATION_UNKNOWN
														: DBC_VIOLATION_VALUE);

	violation->column = cell(in, row, C_NAME);
	violation->text = error->message;
	if (constraint)
		violation->constraint =
			dbc_copy(in->host, constraint, strlen(constraint));
}

/* Makes the values of columns, generated ones or the others; those that cannot
 * be made become unknown. */
static void
test_values(dbcw_check_row *in, bool generated)
{
	dbc_buffer list;
	dbc_error error;
	const char **all;
	size_t count = (size_t) (in->end - in->first);

	dbc_buffer_init(&list, in->host);
	dbc_append(&list, "true");
	for (int i = in->first; i < in->end; i++)
		if (is_generated(in, i) == generated)
			dbc_append_format(&list, ", %s is null", cell(in, i, C_QUOTED));
	if (dbcw_check_evaluate(in, in->table.relid, list.data, &error))
		return;
	all = in->values;
	in->values = dbc_alloc(in->host, (count + 1) * sizeof(*in->values));
	if (generated)
		memcpy(in->values, all, count * sizeof(*all));
	for (int i = in->first; i < in->end; i++)
	{
		const char **value = &in->values[i - in->first];
		const char *made = all[i - in->first];

		if (is_generated(in, i) != generated || !made)
			continue;
		/* alone */
		for (size_t j = 0; j < count; j++)
			if (is_generated(in, in->first + (int) j) == generated)
				in->values[j] = NULL;
		*value = made;
		if (dbcw_check_evaluate(
				in, in->table.relid,
				dbc_format(in->host, "%s is null", cell(in, i, C_QUOTED)),
				&error))
			continue;
		report_value(in, i, &error);
		all[i - in->first] = NULL;
	}
	in->values = all;
}

/* Marks the columns that have a value; other names are violations. */
static bool *
find_given(dbcw_check_row *in)
{
	bool *given = dbc_alloc(in->host, (size_t) (in->end - in->first + 1) *
										  sizeof(*given));
	const dbc_sql sql = {.text = "select k from pg_catalog.jsonb_object_keys("
								 "$1::pg_catalog.jsonb) as k "
								 "order by k collate pg_catalog.\"C\""};
	const dbc_rows *keys = in->host->seam->query(in->host, &sql, &in->json, 1);

	memset(given, 0, (size_t) (in->end - in->first + 1) * sizeof(*given));
	for (int key = 0; key < keys->nrows; key++)
	{
		const char *name = dbc_get_text(in->host, keys, key, 0);
		int i = in->first;

		while (i < in->end && !dbc_same(cell(in, i, C_NAME), name))
			i++;
		if (i < in->end)
			given[i - in->first] = true;
		else
			dbcw_check_add_violation(in, DBC_VIOLATION_COLUMN)->column = name;
	}
	return given;
}

void
dbcw_check_fill_row(dbcw_check_row *in)
{
	const bool *given = find_given(in);

	for (int i = in->first; i < in->end; i++)
		if (!is_generated(in, i))
			take_value(in, i, given[i - in->first]);
	test_values(in, false);
	for (int i = in->first; i < in->end; i++)
		if (is_generated(in, i))
			generate(in, i, given[i - in->first]);
	test_values(in, true);
}
