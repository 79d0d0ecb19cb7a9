/*
 * table_identity.c
 *	  Whether a table is still the one that a repair changed.
 *
 * An undo finds the table by name.  By then another table may have that name,
 * or its columns may have changed so that restored values would differ.
 */
#include "common/check/repair.h"

#include "common/core/tables.h"

/* The first version of dbcare's tables that stores the identities. */
#define WITH_TABLES 6

/* Columns of check/identity_differs.sql. */
enum
{
	D_KIND,
	D_NAME,
	D_WAS,
	D_IS
};

/* The identity of a table, as JSON. */
static const char *
read_identity(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows = dbc_query(
		host, "check/identity", dbc_text(table->schema), dbc_text(table->name));

	return dbc_get_json(host, rows, 0, 0);
}

/* Whether an earlier step concerns the same table. */
static bool
is_noted(dbc_host *host, const dbc_rows *steps, int step)
{
	const char *table = dbc_get_text(host, steps, step, DBC_STEP_TABLE);

	for (int i = 0; i < step; i++)
		if (dbc_same(dbc_get_text(host, steps, i, DBC_STEP_TABLE), table))
			return true;
	return false;
}

void
dbc_check_save_table_identities(dbc_host *host, int64_t repair_id)
{
	const dbc_rows *steps =
		dbc_query(host, "check/repair_steps", dbc_int(repair_id));

	for (int i = 0; i < steps->nrows; i++)
		if (!is_noted(host, steps, i))
		{
			const char *table = dbc_get_text(host, steps, i, DBC_STEP_TABLE);

			dbc_query(
				host, "check/repair_table_add", dbc_int(repair_id),
				dbc_text(table),
				dbc_text(read_identity(host, host->resolve(host, table))));
		}
}

/* The stored identity of the table of a step; NULL if the repair was made by a
 * version that did not store it. */
static const char *
noted_identity(dbc_host *host, const dbc_check_repair_step *step)
{
	const dbc_rows *rows;

	if (dbc_tables_version(host) < WITH_TABLES)
		return NULL;
	rows = dbc_query(host, "check/repair_table", dbc_int(step->repair_id),
					 dbc_text(step->table->shown));
	return rows->nrows > 0 ? dbc_get_json(host, rows, 0, 0) : NULL;
}

/* Appends the differences of a table, as a sentence. */
static void
append_difference(dbc_buffer *sentences, const dbc_rows *rows, int row)
{
	dbc_host *host = sentences->host;
	const char *kind = dbc_get_text(host, rows, row, D_KIND);
	const char *name = dbc_get_text(host, rows, row, D_NAME);
	const char *was = dbc_get_text_or_null(host, rows, row, D_WAS);
	const char *is = dbc_get_text_or_null(host, rows, row, D_IS);

	dbc_append(sentences, sentences->length ? " " : "");
	if (dbc_same(kind, "oid"))
		dbc_append(sentences, "The table is another table of the same name.");
	else if (dbc_same(kind, "partition"))
		dbc_append_format(sentences,
						  "The bounds of %s were (%s) and are now (%s).", name,
						  was ? was : "none", is ? is : "none");
	else if (!was)
		dbc_append_format(sentences, "Column %s was added.", name);
	else if (!is)
		dbc_append_format(sentences, "Column %s is missing.", name);
	else if (dbc_same(kind, "owner"))
		dbc_append_format(
			sentences,
			"The table belonged to role \"%s\" and now belongs to role \"%s\".",
			was, is);
	else if (dbc_same(kind, "column"))
		dbc_append_format(sentences, "Column %s was %s and is now %s.", name,
						  was, is);
	else
		dbc_append_format(sentences, "The table was %s and is now %s.", was,
						  is);
}

bool
dbc_check_require_table(dbc_host *host, dbc_check_repair_step *step)
{
	const char *noted = noted_identity(host, step);
	const dbc_rows *rows;
	bool elsewhere = false;
	dbc_buffer demands;
	dbc_buffer sentences;

	if (!noted)
		return false;
	rows = dbc_query(host, "check/identity_differs", dbc_text(noted),
					 dbc_text(read_identity(host, step->table)));
	dbc_buffer_init(&demands, host);
	dbc_buffer_init(&sentences, host);
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *kind = dbc_get_text(host, rows, i, D_KIND);

		if (dbc_same(kind, "demand"))
			dbc_append_format(&demands, "%s(%s)", demands.length ? " and " : "",
							  dbc_get_text(host, rows, i, D_NAME));
		/* OIDs differ in a copy of the database */
		else if (dbc_same(kind, "oid") && (dbc_is_null(host, rows, i, D_WAS) ||
										   dbc_is_null(host, rows, i, D_IS)))
			elsewhere = true;
		else
			append_difference(&sentences, rows, i);
	}
	if (sentences.length > 0)
		dbc_fail(
			host, DBC_NOT_READY, sentences.data,
			"Restore the definition of the table, then undo the repair again.",
			"table %s has changed since the repair", step->table->shown);
	step->demands = demands.length > 0 ? demands.data : NULL;
	return elsewhere;
}
