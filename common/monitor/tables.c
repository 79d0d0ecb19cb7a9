/*
 * tables.c
 *	  Sizes and use of tables: storing them with samples, and
 *	  dbmonitor_tables().
 */
#include "common/core/functions.h"

#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/options.h"
#include "common/core/sort.h"
#include "common/health/run.h"
#include "common/monitor/host.h"
#include "common/monitor/retention.h"
#include "common/monitor/slow_log.h"

/* The number of tables that are stored because of their size, of what was read
 * and of what was written; on SQLite, which reads the whole file for that, also
 * the maximum size of the file. */
#define MOST_TABLES		50
#define MOST_STORED		(3 * MOST_TABLES)
#define MOST_BYTES_READ ((double) (256 << 20))

#define DEFAULT_LIMIT 100

/* Columns of health/sql/tables.sql. */
enum
{
	COLUMN_TABLE,
	COLUMN_ROWS,
	COLUMN_BYTES,
	COLUMN_SEQ_SCANS = 9,
	COLUMN_SEQ_ROWS_READ,
	COLUMN_ROWS_WRITTEN
};

/* How often a table was used. */
typedef struct use
{
	int64_t count;
	int row;
} use;

/* For qsort(): the greatest first. */
static int
compare_use(const void *left, const void *right)
{
	const use *l = left;
	const use *r = right;

	return l->count == r->count ? l->row - r->row
								: (r->count > l->count) - (r->count < l->count);
}

/* Chooses the tables with the greatest counts; those that are unknown or 0 only
 * if there is room for all. */
static void
choose_most(dbc_host *host, const dbc_rows *rows, int column, bool *chosen)
{
	int64_t least = rows->nrows <= MOST_STORED ? 0 : 1;
	use *uses = dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*uses));

	for (int i = 0; i < rows->nrows; i++)
		uses[i] = (use){dbc_get_int_or(host, rows, i, column, -1), i};
	dbc_sort(uses, (size_t) rows->nrows, sizeof(*uses), compare_use);
	for (int i = 0; i < rows->nrows && (least == 0 || i < MOST_TABLES); i++)
		chosen[uses[i].row] |= uses[i].count >= least;
}

static void
store_table(dbc_host *host, const dbc_sample *sample, const dbc_rows *rows,
			int row)
{
	dbc_query(host, "monitor/table_sample_add", dbc_int(sample->id),
			  dbc_get_value(host, rows, row, COLUMN_TABLE),
			  dbc_get_value(host, rows, row, COLUMN_BYTES),
			  dbc_get_value(host, rows, row, COLUMN_ROWS),
			  dbc_get_value(host, rows, row, COLUMN_SEQ_SCANS),
			  dbc_get_value(host, rows, row, COLUMN_SEQ_ROWS_READ),
			  dbc_get_value(host, rows, row, COLUMN_ROWS_WRITTEN));
}

void
dbc_monitor_store_tables(dbc_host *host, const dbc_sample *sample)
{
	const dbc_rows *rows;
	bool *chosen;

	if (DBC_ROOM(host, monitor)->reads_tables &&
		sample->readings.values[DBC_M_size_bytes] > MOST_BYTES_READ)
		return;
	rows = dbc_health_read_table_sizes(host, dbc_health_read_storage(host));
	chosen = dbc_alloc(host, (size_t) rows->nrows + 1);
	choose_most(host, rows, COLUMN_SEQ_ROWS_READ, chosen);
	choose_most(host, rows, COLUMN_ROWS_WRITTEN, chosen);
	for (int i = 0; i < rows->nrows; i++)
		if (i < MOST_TABLES || chosen[i])
			store_table(host, sample, rows, i);
}

/* ---- dbmonitor_tables() ---- */

/* dbmonitor_tables(options) */
DBC_RUN(dbmonitor_tables)
{
	const dbmonitor_tables_options *given =
		dbc_read_options(host, &args->options, dbmonitor_tables_options);
	int64_t since_ms = dbc_read_since(host, &given->since);
	const dbc_rows *rows;

	if (!dbc_sample_has_tables(host))
		return;
	rows = dbc_query(
		host, "monitor/table_use", dbc_text(dbc_time_text(host, since_ms)),
		dbc_text(given->order_by.text ? given->order_by.text : "rows_written"),
		dbc_int(dbc_option_or(&given->limit, DEFAULT_LIMIT)));
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}
