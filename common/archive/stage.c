/*
 * stage.c
 *	  Preparing deleted rows for a table that has changed since.
 */
#include "common/archive/archive.h"

#include "common/check/repair.h"
#include "common/core/json_write.h"
#include "common/row/identity.h"

/* Columns of archive/changes.sql. */
enum
{
	C_NAME,
	C_IS_GONE,
	C_VALUE
};

/* The members that rows lack, as a JSON object; NULL if there are none. */
static const char *
read_added(dbc_host *host, const dbc_relation *table, const dbc_rows *changes)
{
	dbc_buffer added;

	dbc_buffer_init(&added, host);
	for (int i = 0; i < changes->nrows; i++)
	{
		const char *name = dbc_get_text(host, changes, i, C_NAME);
		const char *value = dbc_get_text_or_null(host, changes, i, C_VALUE);

		if (dbc_get_bool(host, changes, i, C_IS_GONE))
			dbc_fail(host, DBC_NOT_READY, NULL, NULL,
					 "column %s of table %s no longer exists", name,
					 table->shown);
		if (!value)
			dbc_fail(host, DBC_NOT_READY, NULL, NULL,
					 "column %s was added to table %s, and its value for the "
					 "row is not known",
					 name, table->shown);
		dbc_append(&added, added.length > 0 ? ", " : "{");
		dbc_json_append_string(&added, name);
		dbc_append_format(&added, ": %s", value);
	}
	if (added.length == 0)
		return NULL;
	dbc_append(&added, "}");
	return added.data;
}

/* [PG] Fails if a table has only the name of the one whose rows were kept. */
static void
require_same(dbc_host *host, const dbc_relation *table, int64_t number)
{
	if (dbc_find_sql(host, "archive/same_table") &&
		!dbc_get_bool(host,
					  dbc_query(host, "archive/same_table",
								dbc_text(table->schema), dbc_text(table->name),
								dbc_int(number)),
					  0, 0))
		dbc_fail(host, DBC_NOT_READY,
				 "It was created under this name since, and belongs to another "
				 "role.",
				 "Rename that table, and create the dropped one again as its "
				 "owner.",
				 "table %s is not the one that the rows were deleted from",
				 table->shown);
}

void
dbc_archive_stage(dbc_host *host, int64_t batch, const char *table_name,
				  int64_t number, int64_t row, dbc_row_step *step)
{
	const dbc_rows *changes;

	/* fails unless it is a user table */
	(void) dbc_check_find_partitions(host, table_name);
	step->table = host->resolve(host, table_name);
	require_same(host, step->table, number);
	/* all constraints that a new row must satisfy */
	step->demands = dbc_row_compare(host, step->table, "[]").demands;
	changes =
		dbc_query(host, "archive/changes", dbc_int(batch), dbc_text(table_name),
				  dbc_text(step->table->schema), dbc_text(step->table->name));
	dbc_query(host, "archive/stage", dbc_int(batch), dbc_text(table_name),
			  dbc_int(step->number), dbc_int(step->set_id),
			  row ? dbc_int(row) : dbc_null(),
			  dbc_text(read_added(host, step->table, changes)),
			  dbc_int(number));
}
