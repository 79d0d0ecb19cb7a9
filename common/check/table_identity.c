/*
 * table_identity.c
 *	  The identities of the tables that a repair changed.
 */
#include "common/check/repair.h"

#include "common/core/tables.h"
#include "common/row/identity.h"

/* The first version of dbcare's tables that stores the identities. */
#define WITH_TABLES 6

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
				dbc_text(dbc_row_identify(host, host->resolve(host, table))));
		}
}

/* The stored identity of the table of a step; NULL if the repair was made by a
 * version that did not store it. */
static const char *
noted_identity(dbc_host *host, const dbc_row_step *step)
{
	const dbc_rows *rows;

	if (dbc_tables_version(host) < WITH_TABLES)
		return NULL;
	rows = dbc_query(host, "check/repair_table", dbc_int(step->set_id),
					 dbc_text(step->table->shown));
	return rows->nrows > 0 ? dbc_get_json(host, rows, 0, 0) : NULL;
}

bool
dbc_check_require_table(dbc_host *host, dbc_row_step *step)
{
	const char *noted = noted_identity(host, step);
	dbc_row_difference difference;

	if (!noted)
		return false;
	difference = dbc_row_compare(host, step->table, noted);
	if (difference.sentences)
		dbc_fail(
			host, DBC_NOT_READY, difference.sentences,
			"Restore the definition of the table, then undo the repair again.",
			"table %s has changed since the repair", step->table->shown);
	step->demands = difference.demands;
	return difference.elsewhere;
}
