/*
 * table.c
 *	  The tables and rows that arguments of dbarchive_* functions name.
 */
#include "common/archive/archive.h"

#include <string.h>

#include "common/check/repair.h"
#include "common/core/json_write.h"
#include "common/core/options.h"
#include "common/core/tables.h"

/* Columns of archive/row.sql. */
enum
{
	R_KEY,
	R_CONDITION,
	R_PROBLEM
};

const dbc_relation *
dbc_archive_table(dbc_host *host, const dbc_value *relation)
{
	dbc_refuse_options(host, relation->text, "relation");
	/* fails if dbcare's tables are not to be trusted */
	(void) dbc_tables_version(host);
	/* fails unless it is a user table */
	(void) dbc_check_find_partitions(host, relation->text);
	return host->resolve(host, relation->text);
}

/* A key as JSON: an object as it is, another value as a scalar. */
static const char *
key_as_json(dbc_host *host, const dbc_value *key)
{
	dbc_json_node *array;
	const char *text;

	if (key->kind == DBC_JSON ||
		(key->kind == DBC_TEXT && dbc_may_be_json(key->text)))
		return key->text;
	array = dbc_json_array(host);
	dbc_json_push_value(array, key);
	text = dbc_json_text(array);
	/* without the brackets */
	return dbc_copy(host, text + 1, strlen(text) - 2);
}

dbc_archive_row
dbc_archive_find_row(dbc_host *host, const dbc_relation *table,
					 const dbc_value *row_key)
{
	const char *given = key_as_json(host, row_key);
	const dbc_rows *rows =
		dbc_query(host, "archive/row", dbc_text(table->schema),
				  dbc_text(table->name), dbc_text(given));
	const char *problem = dbc_get_text_or_null(host, rows, 0, R_PROBLEM);

	if (problem)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 dbc_format(host, "For table %s %s.", table->shown, problem),
				 "Pass the value of a key of one column, or a JSON object with "
				 "a member for each column.",
				 "%s is not the key of a row", given);
	return (dbc_archive_row){.key = dbc_get_text(host, rows, 0, R_KEY),
							 .condition =
								 dbc_get_text(host, rows, 0, R_CONDITION)};
}

const char *
dbc_archive_mode(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows;

	if (dbc_tables_version(host) < DBC_ARCHIVE_VERSION)
		return NULL;
	rows = dbc_query(host, "archive/table", dbc_text(table->shown));
	return rows->nrows > 0 ? dbc_get_text(host, rows, 0, 0) : NULL;
}
