/*
 * files.c
 *	  dbarchive_files and dbarchive_files_done: files outside the database that
 *	  rows have left.
 *
 * Whether a row still names a file is tested when files are listed: rows can be
 * restored, and inserted, at any time.
 */
#include "common/archive/files.h"

#include "common/archive/flag.h"
#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/row/held.h"

#define HINT "Pass an array of numbers that dbarchive_files() lists."

/* ---- rows that are deleted for good ---- */

const dbc_rows *
dbc_archive_file_columns(dbc_host *host)
{
	return dbc_query(host, "archive/file_columns");
}

void
dbc_archive_leave_files(dbc_host *host, const dbc_rows *columns,
						const dbc_rows *rows)
{
	const char *actor = dbc_actor(host, dbc_read_settings(host));

	for (int i = 0; i < rows->nrows; i++)
		for (int j = 0; j < columns->nrows; j++)
			if (dbc_same(dbc_get_text(host, rows, i, 0),
						 dbc_get_text(host, columns, j, 0)))
				dbc_query(host, "archive/leave_file",
						  dbc_get_value(host, rows, i, 0),
						  dbc_get_value(host, rows, i, 1),
						  dbc_get_value(host, columns, j, 1),
						  dbc_get_value(host, rows, i, 2), dbc_text(actor),
						  dbc_get_value(host, rows, i, 3));
}

/* The query, up to a further condition, for the files of a column; NULL if
 * there is no such column. */
static const char *
files_of(dbc_host *host, const dbc_relation *table, const char *column,
		 const char *key_sql, int64_t number)
{
	const dbc_rows *rows =
		dbc_query(host, "archive/leave_files", dbc_text(table->schema),
				  dbc_text(table->name), dbc_text(table->shown),
				  dbc_text(column), dbc_text(key_sql), dbc_int(number));

	return rows->nrows > 0 ? dbc_get_text(host, rows, 0, 0) : NULL;
}

bool
dbc_archive_has_column(dbc_host *host, const dbc_relation *table,
					   const char *column)
{
	return files_of(host, table, column, "", 0) != NULL;
}

void
dbc_archive_leave_files_of(dbc_host *host, const dbc_rows *columns,
						   const dbc_relation *table, const char *condition)
{
	for (int i = 0; i < columns->nrows; i++)
	{
		const char *query = NULL;

		if (dbc_same(dbc_get_text(host, columns, i, 0), table->shown))
			query = files_of(host, table, dbc_get_text(host, columns, i, 1),
							 dbc_row_key_sql(host, table),
							 dbc_know_table(host, table));
		if (query)
			dbc_archive_leave_files(
				host, columns,
				dbc_row_read(host, dbc_format(host, "%s%s", query, condition)));
	}
}

/* ---- dbarchive_files ---- */

/* Lists the files that a column named and no row names now. */
static void
list_unused(dbc_host *host, const char *table, const char *column)
{
	const dbc_rows *query = dbc_query(host, "archive/unused_files",
									  dbc_text(table), dbc_text(column));
	const dbc_rows *rows;

	if (dbc_get_bool(host, query, 0, 1))
		dbc_fail(host, DBC_INSUFFICIENT,
				 "A hidden row may still name the file.", NULL,
				 "row security hides rows of %s", table);
	rows = dbc_row_read(host, dbc_get_text(host, query, 0, 0));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "itttTT");

		dbc_emit(host, cells[0], cells[1], dbc_json(cells[2].text), cells[3],
				 cells[4], cells[5], dbc_null(), dbc_null());
	}
}

/* dbarchive_files(options) */
DBC_RUN(dbarchive_files)
{
	const dbarchive_files_options *given =
		dbc_read_options(host, &args->options, dbarchive_files_options);
	dbc_value table = dbc_text(given->relation.text);
	const dbc_rows *rows;

	if (given->relation.given)
		table = dbc_text(dbc_check_user_table(host, &table)->shown);
	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "archive/left_columns", table);
	for (int i = 0; i < rows->nrows; i++)
		list_unused(host, dbc_get_text(host, rows, i, 0),
					dbc_get_text(host, rows, i, 1));
	if (!given->removed.integer)
		return;
	rows = dbc_query(host, "archive/removed_files", table);
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "itttTTTT");

		dbc_emit(host, cells[0], cells[1], dbc_json(cells[2].text), cells[3],
				 cells[4], cells[5], cells[6], cells[7]);
	}
}

/* ---- dbarchive_files_done ---- */

/* dbarchive_files_done(ids) */
DBC_RUN(dbarchive_files_done)
{
	dbc_json_entries ids = dbc_json_read_entries(host, args->ids.text, "ids");
	const char *actor = dbc_actor(host, dbc_read_settings(host));
	dbc_json_node *result = dbc_json_object(host);

	if (args->ids.text[0] != '[')
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, HINT,
				 "argument ids is not an array");
	dbc_need_tables(host);
	for (int i = 0; i < ids.count; i++)
	{
		double id;

		if (ids.list[i].kind != DBC_I_NUMBER ||
			!dbc_parse_real(ids.list[i].text, &id) || id < 1 || id > 1e15 ||
			id != (double) (int64_t) id)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, HINT,
					 "argument ids has an element that is not a number of a "
					 "file");
		if (dbc_query(host, "archive/left_file", dbc_int((int64_t) id))
					->nrows == 0 ||
			dbc_query(host, "archive/files_done", dbc_int((int64_t) id),
					  dbc_text(actor))
					->nrows == 0)
			dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
					 "dbarchive_files() lists the files.",
					 "file %lld does not exist", (long long) id);
	}
	DBC_PUT_INT(result, removed, ids.count);
	dbc_json_emit(host, result);
}
