/*
 * identity.c
 *	  Whether a table is still the one whose rows were saved.
 *
 * Rows are restored into the table of that name.  By then another table may
 * have it, or its columns may have changed so that restored values would
 * differ.
 */
#include "common/row/identity.h"

#include "common/core/text.h"

/* Columns of row/identity_differs.sql. */
enum
{
	D_KIND,
	D_NAME,
	D_WAS,
	D_IS
};

const char *
dbc_row_identify(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows = dbc_query(
		host, "row/identity", dbc_text(table->schema), dbc_text(table->name));

	return dbc_get_json(host, rows, 0, 0);
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
	else if (dbc_same(kind, "place"))
		dbc_append_format(sentences,
						  "Column %s is another one: columns have exchanged "
						  "their names.",
						  name);
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

/* Whether a column has the place that another one had: they have exchanged
 * their names.  A copy of the database has other places, and a column that was
 * dropped and added again is the same by decision of who has done that. */
static bool
is_moved(dbc_host *host, const dbc_rows *rows, int row,
		 const dbc_row_difference *difference)
{
	const char *is = dbc_is_null(host, rows, row, D_WAS)
						 ? NULL
						 : dbc_get_text_or_null(host, rows, row, D_IS);

	for (int i = 0; is && !difference->elsewhere && i < rows->nrows; i++)
	{
		const char *was = dbc_get_text_or_null(host, rows, i, D_WAS);

		if (dbc_same(dbc_get_text(host, rows, i, D_KIND), "place") && was &&
			dbc_same(was, is))
			return true;
	}
	return false;
}

dbc_row_difference
dbc_row_compare(dbc_host *host, const dbc_relation *table, const char *identity)
{
	const dbc_rows *rows =
		dbc_query(host, "row/identity_differs", dbc_text(identity),
				  dbc_text(dbc_row_identify(host, table)));
	dbc_row_difference difference = {.elsewhere = false};
	dbc_buffer demands;
	dbc_buffer sentences;

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
			difference.elsewhere = true;
		else if (!dbc_same(kind, "place") ||
				 is_moved(host, rows, i, &difference))
			append_difference(&sentences, rows, i);
	}
	if (sentences.length > 0)
		difference.sentences = sentences.data;
	if (demands.length > 0)
		difference.demands = demands.data;
	return difference;
}
