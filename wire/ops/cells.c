/*
 * cells.c
 *	  Values of statements that run under the settings of the user, in the formats
 *	  of dbcare.
 *
 * How a time is read and written depends on settings, which are the user's while
 * a statement runs: its defaults and triggers see them.  So the server converts
 * such values before and after, under the settings of dbcare, and the statement
 * has them in the binary format, which depends on nothing.
 */
#include "wire/ops/ops.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "wire/core/answer.h"
#include "wire/core/query.h"

/* OIDs of types, which never change. */
enum
{
	BOOL = 16,
	NAME = 19,
	INT8 = 20,
	INT2 = 21,
	INT4 = 23,
	TEXT = 25,
	JSON = 114,
	BPCHAR = 1042,
	VARCHAR = 1043,
	NUMERIC = 1700,
	RECORD = 2249,
	UUID = 2950,
	JSONB = 3802
};

/* Values that are converted at once: a statement has at most 65,535. */
#define MOST_VALUES 30000

/* Whether no setting affects the text of a type. */
static bool
has_one_format(Oid type)
{
	switch (type)
	{
		case BOOL:
		case NAME:
		case INT2:
		case INT4:
		case INT8:
		case TEXT:
		case JSON:
		case BPCHAR:
		case VARCHAR:
		case NUMERIC:
		case UUID:
		case JSONB:
			return true;
	}
	return false;
}

/* The text of a value for the input function of a type. */
static const char *
input_text(dbcw_host *h, const dbc_ops_value *value)
{
	if (value->value.kind == DBC_BOOL)
		return value->value.integer ? "true" : "false";
	if (value->is_blob)
		return dbc_format(&h->base, "\\x%s", value->value.text);
	return dbcw_text_of(h, &value->value);
}

/* Takes over a cell of a result. */
static void
take_binary(dbcw_host *h, dbcw_cells *cells, int cell, const PGresult *result,
			int row, int column)
{
	const char *bytes;

	cells->types[cell] = dbcw_pq.PQftype(result, column);
	cells->formats[cell] = 1;
	bytes = dbcw_answer_bytes(result, row, column, &cells->lengths[cell]);
	cells->bytes[cell] =
		bytes ? dbc_copy(&h->base, bytes, (size_t) cells->lengths[cell]) : NULL;
}

static _Noreturn void
refuse_answer(dbcw_host *h)
{
	dbc_fail(&h->base, DBC_CORRUPTED, NULL, NULL,
			 "the server did not return the values that were asked for");
}

/* Appends the parameters of rows of values from $1 on. */
static void
append_rows(dbc_buffer *text, int nrows, int ncolumns)
{
	int number = 0;

	for (int row = 0; row < nrows; row++)
	{
		dbc_append(text, row > 0 ? ", (" : "values (");
		for (int column = 0; column < ncolumns; column++)
			dbc_append_format(text, "%s$%d", column > 0 ? ", " : "", ++number);
		dbc_append(text, ")");
	}
}

/* Has the server convert rows of cells to another format. */
static PGresult *
convert(dbcw_host *h, const dbcw_cells *cells, int nrows, int format)
{
	int ncolumns = cells->count / nrows;
	dbc_buffer text;
	PGresult *result;

	dbc_buffer_init(&text, &h->base);
	append_rows(&text, nrows, ncolumns);
	result = dbcw_run_cells(h, text.data, cells, format);
	if (dbcw_pq.PQntuples(result) != nrows ||
		dbcw_pq.PQnfields(result) != ncolumns)
		refuse_answer(h);
	return result;
}

/* ---- parameters ---- */

dbcw_cells
dbcw_ops_new_parameters(dbcw_host *h, const PGresult *described)
{
	dbcw_cells cells = dbcw_new_cells(h, dbcw_pq.PQnparams(described));

	for (int i = 0; i < cells.count; i++)
		cells.types[i] = dbcw_pq.PQparamtype(described, i);
	return cells;
}

void
dbcw_ops_set_parameters(dbcw_host *h, dbcw_cells *cells,
						const dbc_ops_value *values)
{
	size_t count = (size_t) cells->count + 1;
	dbcw_cells apart = dbcw_new_cells(h, cells->count);
	int *places = dbc_alloc(&h->base, count * sizeof(*places));
	bool differ = dbcw_formats_differ(h);
	PGresult *result;

	apart.count = 0;
	for (int i = 0; i < cells->count; i++)
	{
		cells->bytes[i] = input_text(h, &values[i]);
		if (!differ || !cells->bytes[i] || has_one_format(cells->types[i]))
			continue;
		apart.types[apart.count] = cells->types[i];
		apart.bytes[apart.count] = cells->bytes[i];
		places[apart.count++] = i;
	}
	if (apart.count == 0)
		return;
	result = convert(h, &apart, 1, 1);
	for (int i = 0; i < apart.count; i++)
		take_binary(h, cells, places[i], result, 0, i);
}

/* ---- results ---- */

bool
dbcw_ops_is_binary(dbcw_host *h, const PGresult *described)
{
	int count = dbcw_pq.PQnfields(described);
	bool depends = false;

	for (int i = 0; i < count; i++)
		depends |= !has_one_format(dbcw_pq.PQftype(described, i));
	if (!depends || !dbcw_formats_differ(h))
		return false;
	for (int i = 0; i < count; i++)
		if (dbcw_pq.PQftype(described, i) == RECORD)
			dbc_fail(&h->base, DBC_UNSUPPORTED, NULL,
					 "Convert it in the statement: cast(... as text).",
					 "column \"%s\" of the result has rows without a type",
					 dbcw_pq.PQfname(described, i));
	return true;
}

static dbc_value
take_value(dbcw_host *h, const PGresult *result, int row, int column)
{
	const char *text;

	switch (dbcw_pq.PQftype(result, column))
	{
		case BOOL:
		case INT2:
		case INT4:
		case INT8:
			return dbcw_value_of(h, result, row, column);
	}
	if (dbcw_pq.PQgetisnull(result, row, column))
		return dbc_null();
	text = dbcw_cell(h, result, row, column);
	return dbc_text(dbc_copy(&h->base, text, strlen(text)));
}

/* Takes the rows of a result in texts. */
static void
take_texts(dbcw_host *h, const PGresult *result, dbc_value *values)
{
	int ncolumns = dbcw_pq.PQnfields(result);

	for (int row = 0; row < dbcw_pq.PQntuples(result); row++)
		for (int column = 0; column < ncolumns; column++)
			*values++ = take_value(h, result, row, column);
}

dbcw_ops_answer
dbcw_ops_take_rows(dbcw_host *h, PGresult *result, bool is_binary)
{
	dbc_rows *rows = dbc_alloc(&h->base, sizeof(*rows));
	int ncells = dbcw_pq.PQntuples(result) * dbcw_pq.PQnfields(result);
	dbcw_ops_answer answer = {.rows = rows};
	const char **names;

	rows->affected = atoll(dbcw_pq.PQcmdTuples(result));
	rows->nrows = dbcw_pq.PQntuples(result);
	rows->ncols = dbcw_pq.PQnfields(result);
	names = dbc_alloc(&h->base, ((size_t) rows->ncols + 1) * sizeof(*names));
	for (int i = 0; i < rows->ncols; i++)
		names[i] = dbc_format(&h->base, "%s", dbcw_pq.PQfname(result, i));
	rows->columns = names;
	answer.values =
		dbc_alloc(&h->base, ((size_t) ncells + 1) * sizeof(*answer.values));
	rows->values = answer.values;
	if (!is_binary)
	{
		take_texts(h, result, answer.values);
		return answer;
	}
	answer.binary = dbcw_new_cells(h, ncells);
	for (int i = 0; i < ncells; i++)
		take_binary(h, &answer.binary, i, result, i / rows->ncols,
					i % rows->ncols);
	return answer;
}

void
dbcw_ops_convert_rows(dbcw_host *h, dbcw_ops_answer *answer)
{
	int ncolumns = answer->rows->ncols;
	int left = answer->binary.count;
	int most = ncolumns < MOST_VALUES ? MOST_VALUES / (ncolumns + 1) : 1;

	for (int first = 0; left > 0; first += most * ncolumns)
	{
		int count = left < most * ncolumns ? left : most * ncolumns;
		const dbcw_cells part = {.count = count,
								 .types = answer->binary.types + first,
								 .bytes = answer->binary.bytes + first,
								 .lengths = answer->binary.lengths + first,
								 .formats = answer->binary.formats + first};

		take_texts(h, convert(h, &part, count / ncolumns, 0),
				   answer->values + first);
		left -= count;
	}
}
