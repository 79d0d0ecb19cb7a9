/*
 * table_identity.c
 *	  The identities of the tables that a repair changed.
 */
#include "common/check/repair.h"

#include "common/row/identity.h"

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
				dbc_text(dbc_row_identify(host, dbc_resolve(host, table))));
		}
}

/* The identity of the table of a step at the time of the repair. */
static const char *
noted_identity(dbc_host *host, const dbc_row_step *step)
{
	const dbc_rows *rows =
		dbc_query(host, "check/repair_table", dbc_int(step->set_id),
				  dbc_text(step->table->shown));

	if (rows->nrows == 0)
		dbc_fail(host, DBC_CORRUPTED,
				 "So it is not known whether the saved rows fit the table.",
				 "dbcheck_quarantine() lists the saved rows.",
				 "the record of table %s at the time of repair %lld is missing",
				 step->table->shown, (long long) step->set_id);
	return dbc_get_json(host, rows, 0, 0);
}

bool
dbc_check_require_table(dbc_host *host, dbc_row_step *step)
{
	const char *noted = noted_identity(host, step);
	dbc_row_difference difference;

	difference = dbc_row_compare(host, step->table, noted);
	if (difference.sentences)
		dbc_fail(
			host, DBC_NOT_READY, difference.sentences,
			"Restore the definition of the table, then undo the repair again.",
			"table %s has changed since the repair", step->table->shown);
	step->demands = difference.demands;
	return difference.elsewhere;
}
