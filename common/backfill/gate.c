/*
 * gate.c
 *	  Dependencies of migrations on backfills.
 */
#include "common/backfill/backfill.h"

#include <string.h>

#include "common/core/tables.h"
#include "common/core/text.h"

/* Prefix of a dependency on a backfill. */
#define PREFIX "backfill:"

const char *const dbc_backfill_states[] = {"running", "paused", "failed",
										   "complete", NULL};

/* The name of the backfill in a dependency, or NULL. */
const char *
dbc_backfill_of_dependency(const char *dependency)
{
	return dbc_starts_with(dependency, PREFIX) ? dependency + strlen(PREFIX)
											   : NULL;
}

/* Why migrations have to wait for a backfill, or NULL. */
const char *
dbc_backfill_describe_wait(dbc_host *host, const char *name)
{
	const dbc_rows *rows;
	const char *state;

	if (!dbc_has_tables(host))
		return "The backfill was never started.";
	rows = dbc_query(host, "backfill/left", dbc_text(name));
	if (rows->nrows == 0)
		return "The backfill was never started.";
	state = dbc_get_word(host, rows, 0, 0, dbc_backfill_states);
	if (dbc_same(state, "complete"))
		return NULL;
	return dbc_format(
		host, "The backfill is %s and has processed %s%s.", state,
		dbc_count_text(host, dbc_get_int(host, rows, 0, 1), "row"),
		dbc_is_null(host, rows, 0, 2)
			? ""
			: dbc_format(host, " of about %lld",
						 (long long) dbc_get_int(host, rows, 0, 2)));
}
