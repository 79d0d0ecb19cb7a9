/*
 * track.c
 *	  What scripts have changed: the whole schema is compared, and the rows of
 *	  tables that the transaction has written or that have other files.
 *
 * The former state is read when the changes are undone.
 */
#include "wire/core/host.h"
#include "wire/migrate/track.h"

#include "common/core/text.h"
#include "pg_ext/migrate/schema.h"

/* Columns of migrate/written.sql. */
enum
{
	W_TABLES,
	W_COUNTERS,
	W_WRITTEN
};

/* Columns of migrate/tracked_rows.sql. */
enum
{
	R_NAME,
	R_BEFORE,
	R_NOW
};

struct dbcw_tracking
{
	dbc_value counters; /* at the start */
	dbc_value tables;	/* at the start, as migrate/tracked_tables lists them */
	const dbc_rows *changed; /* of migrate/tracked_rows */
	int guards;				 /* that were open when they were read */
};

static const dbc_rows *
read_written(dbc_host *host, dbc_value counters)
{
	return dbc_query(host, "migrate/written", counters);
}

/* The files and columns of all tables. */
static dbc_value
read_tables(dbc_host *host, const dbc_rows *written)
{
	return dbc_get_value(host,
						 dbc_query(host, "migrate/tracked_tables",
								   dbc_get_value(host, written, 0, W_TABLES),
								   dbc_text("{}")),
						 0, 0);
}

void
dbcw_migrate_track(dbc_host *host, bool on)
{
	dbcw_host *h = dbcw_of(host);
	const dbc_rows *written;

	h->tracking = NULL;
	if (!on)
		return;
	h->tracking = dbc_alloc(host, sizeof(*h->tracking));
	written = read_written(host, dbc_text("{}"));
	h->tracking->counters = dbc_get_value(host, written, 0, W_COUNTERS);
	h->tracking->tables = read_tables(host, written);
}

/* The digests of the tables that may have changed, in their present state. */
static const dbc_rows *
read_digests(dbc_host *host, const dbc_rows *changed, int column)
{
	dbc_rows *rows = dbc_alloc(host, sizeof(*rows));
	dbc_value *values =
		dbc_alloc(host, (2 * (size_t) changed->nrows + 1) * sizeof(*values));

	*rows = (dbc_rows){.ncols = 2, .values = values};
	for (int i = 0; i < changed->nrows; i++)
	{
		const char *query = dbc_get_text_or_null(host, changed, i, column);

		if (!query)
			continue;
		values[2 * rows->nrows] = dbc_get_value(host, changed, i, R_NAME);
		values[2 * rows->nrows++ + 1] =
			dbc_get_value(host, dbc_query_text(host, query), 0, 0);
	}
	return rows;
}

bool
dbcw_migrate_touched(dbc_host *host, dbc_moment moment, dbc_changes *touched)
{
	dbcw_host *h = dbcw_of(host);
	struct dbcw_tracking *t = h->tracking;
	const dbc_rows *written;

	if (moment == DBC_BEFORE && h->guards >= t->guards)
		return false;
	if (moment == DBC_NOW)
	{
		written = read_written(host, t->counters);
		t->changed = dbc_query(host, "migrate/tracked_rows", t->tables,
							   read_tables(host, written),
							   dbc_get_value(host, written, 0, W_WRITTEN));
		t->guards = h->guards;
	}
	/* whatever else the scripts changed cannot be seen */
	*touched = (dbc_changes){
		.objects = dbcpg_migrate_list_schema(host, DBC_SCHEMA_NOW),
		.tables = read_digests(host, t->changed,
							   moment == DBC_NOW ? R_NOW : R_BEFORE)};
	return true;
}
