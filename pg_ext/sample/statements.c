/*
 * statements.c
 *	  Statement statistics from pg_stat_statements.
 *
 * That extension counts per user, and separately for texts that differ only in
 * names of prepared statements or the length of lists; here equal normalised
 * texts are one statement.
 */
#include "pg_ext/core/rooms.h"
#include "pg_ext/sample/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/sql_normal.h"
#include "common/core/text.h"

/* Columns of the query that sample/sql/statements.sql returns. */
enum
{
	COLUMN_QUERY,
	COLUMN_CALLS,
	COLUMN_TOTAL,
	COLUMN_MAX,
	COLUMN_ROWS,
	COLUMN_AUTHOR
};

/* The result of a guarded read. */
typedef struct stats_result
{
	const char *missing; /* why there are no statistics, or NULL */
	const dbc_rows *rows;
} stats_result;

static void
read_rows(dbc_host *host, void *arg)
{
	const dbc_rows *made = dbc_query(host, "sample/statements");
	stats_result *r = arg;

	if (made->nrows == 0)
		r->missing =
			"The extension pg_stat_statements is not installed: add it to "
			"shared_preload_libraries, restart the server, then run CREATE "
			"EXTENSION pg_stat_statements.";
	else if (dbc_is_null(host, made, 0, 0))
		r->missing =
			"The extension pg_stat_statements counts nothing: add it to "
			"shared_preload_libraries, then restart the server.";
	else
		r->rows = dbc_query_text(host, dbc_get_text(host, made, 0, 0));
}

static dbc_sample_statement_stats
stats_of(dbc_host *host, const dbc_rows *rows, int row)
{
	dbc_normalised_sql normal;

	dbc_normalise_sql(dbc_get_text(host, rows, row, COLUMN_QUERY),
					  DBC_ON_POSTGRESQL, &normal);
	return (dbc_sample_statement_stats){
		.fingerprint = dbc_format(host, "%s", normal.fingerprint),
		.query = dbc_format(host, "%s", normal.text),
		.calls = dbc_get_int(host, rows, row, COLUMN_CALLS),
		.errors = -1,
		.total_ms = dbc_get_real(host, rows, row, COLUMN_TOTAL),
		.max_ms = dbc_get_real(host, rows, row, COLUMN_MAX),
		.p95_ms = NAN,
		.rows = dbc_get_int(host, rows, row, COLUMN_ROWS),
		.author = dbc_get_int(host, rows, row, COLUMN_AUTHOR)};
}

/* For qsort(): by fingerprint. */
static int
compare(const void *a, const void *b)
{
	return strcmp(((const dbc_sample_statement_stats *) a)->fingerprint,
				  ((const dbc_sample_statement_stats *) b)->fingerprint);
}

/* Merges statements with equal fingerprints; returns how many remain. */
static int
merge(dbc_sample_statement_stats *stats, int nstats)
{
	int last_kept = 0;

	dbc_sort(stats, (size_t) nstats, sizeof(*stats), compare);
	for (int i = 1; i < nstats; i++)
	{
		dbc_sample_statement_stats *last = &stats[last_kept];

		if (compare(last, &stats[i]) != 0)
		{
			stats[++last_kept] = stats[i];
			continue;
		}
		last->calls += stats[i].calls;
		last->total_ms += stats[i].total_ms;
		last->max_ms = fmax(last->max_ms, stats[i].max_ms);
		last->rows += stats[i].rows;
		/* the same one each time, and rarely a superuser */
		if (stats[i].author > last->author)
			last->author = stats[i].author;
	}
	return nstats < last_kept + 1 ? nstats : last_kept + 1;
}

bool
dbcpg_sample_has_statements(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "sample/statements");

	return rows->nrows > 0 && !dbc_is_null(host, rows, 0, 0);
}

/* Returns statement statistics; see sample/host.h. */
const dbc_sample_statement_stats *
dbcpg_sample_read_statements(dbc_host *host, int *nstats, const char **missing)
{
	stats_result r = {.missing = NULL};
	dbc_error error;
	dbc_sample_statement_stats *stats;

	*nstats = 0;
	if (!dbc_guard(host, read_rows, &r, DBC_KEEP, true, &error))
		r.missing = dbc_format(host, "pg_stat_statements cannot be read: %s.",
							   error.message);
	if (!r.rows)
	{
		*missing = r.missing;
		return NULL;
	}
	stats = dbc_alloc(host, ((size_t) r.rows->nrows + 1) * sizeof(*stats));
	for (int i = 0; i < r.rows->nrows; i++)
		stats[i] = stats_of(host, r.rows, i);
	*nstats = merge(stats, r.rows->nrows);
	*missing = NULL;
	return stats;
}
