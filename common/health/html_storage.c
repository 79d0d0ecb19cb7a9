/*
 * html_storage.c
 *	  The page of dbhealth_html(): tables and indexes by size.
 */
#include "common/health/html_page.h"

#include "common/health/run.h"

/* The maximum number of entries. */
#define MOST_TABLES	 50
#define MOST_INDEXES 50

/* Columns of dbhealth_tables(). */
enum
{
	TABLE_NAME,
	TABLE_ROWS,
	TABLE_TOTAL,
	TABLE_BYTES,
	TABLE_INDEXES
};

/* Columns of dbhealth_indexes(). */
enum
{
	INDEX_NAME,
	INDEX_TABLE,
	INDEX_COLUMNS,
	INDEX_BYTES,
	INDEX_SCANS,
	INDEX_LAST_SCAN,
	INDEX_UNIQUE,
	INDEX_VALID,
	INDEX_CONSTRAINT,
	INDEX_DUPLICATE_OF,
	INDEX_COVERED_BY
};

/* What is read for both sections. */
typedef struct storage
{
	bool read;
	dbc_value sizes;
	const dbc_rows *rows;
} storage;

/* Reads the sizes, once. */
static dbc_value
sizes_of(dbc_host *host, storage *asked)
{
	if (!asked->read)
		asked->sizes = dbc_health_read_storage(host);
	asked->read = true;
	return asked->sizes;
}

/* ---- tables ---- */

static void
ask_tables(dbc_host *host, void *arg)
{
	storage *asked = arg;

	asked->rows = dbc_health_read_table_sizes(host, sizes_of(host, asked));
}

static void
append_tables(dbc_health_page *page, const dbc_rows *rows)
{
	double largest = dbc_get_real_or_nan(page->host, rows, 0, TABLE_TOTAL);
	int i;

	dbc_health_open_table(
		page, "cards sole", "Tables by size",
		DBC_SORT_TEXT("Table") DBC_SORT_NUMBER(
			"Size") "<td></td>" DBC_SORT_NUMBER("Rows, estimated")
			DBC_SORT_NUMBER("Indexes"));
	for (i = 0; i < rows->nrows && i < MOST_TABLES; i++)
	{
		dbc_health_append_markup(&page->text, "<tr><th scope=\"row\">%s</th>",
								 dbc_get_text(page->host, rows, i, TABLE_NAME));
		dbc_health_append_amount(page, "Size", rows, i, TABLE_TOTAL, true);
		dbc_health_append_bar(
			page, dbc_get_real_or_nan(page->host, rows, i, TABLE_TOTAL),
			largest);
		dbc_health_append_amount(page, "Rows", rows, i, TABLE_ROWS, false);
		dbc_health_append_amount(page, "Indexes", rows, i, TABLE_INDEXES, true);
		dbc_append(&page->text, "</tr>\n");
	}
	dbc_health_close_table(page);
	dbc_health_report_omitted(page, rows->nrows - i, "table",
							  "select * from dbhealth_tables();");
}

/* ---- indexes ---- */

static void
ask_indexes(dbc_host *host, void *arg)
{
	storage *asked = arg;

	asked->rows = dbc_health_read_indexes(host, sizes_of(host, asked));
}

/* Whether queries have not used an index that has no other purpose. */
static bool
is_unused(dbc_host *host, const dbc_rows *rows, int row)
{
	return dbc_get_int_or(host, rows, row, INDEX_SCANS, -1) == 0 &&
		   !dbc_get_bool(host, rows, row, INDEX_UNIQUE) &&
		   !dbc_get_text_or_null(host, rows, row, INDEX_CONSTRAINT);
}

/* What to know about an index; "" if nothing. */
static const char *
remark_on(dbc_host *host, const dbc_rows *rows, int row)
{
	const char *same =
		dbc_get_text_or_null(host, rows, row, INDEX_DUPLICATE_OF);
	const char *longer =
		dbc_get_text_or_null(host, rows, row, INDEX_COVERED_BY);

	if (!dbc_get_bool(host, rows, row, INDEX_VALID))
		return "invalid: no query may use it";
	if (same)
		return dbc_format(host, "identical to %s", same);
	if (longer)
		return dbc_format(host, "prefix of %s", longer);
	return is_unused(host, rows, row) ? "not scanned" : "";
}

/* Indexes with a property, and their size. */
typedef struct total
{
	int64_t count;
	double bytes;
} total;

static void
add_index(dbc_host *host, total *total, const dbc_rows *rows, int row)
{
	total->count++;
	total->bytes += (double) dbc_get_int_or(host, rows, row, INDEX_BYTES, 0);
}

/* "12 indexes, 3.4 MB". */
static const char *
total_text(dbc_host *host, const total *total, const char *thing)
{
	return dbc_format(host, "%s %s%s, %s", dbc_grouped_text(host, total->count),
					  thing, total->count == 1 ? "" : "es",
					  dbc_bytes_text(host, total->bytes));
}

/* Appends the sums of all indexes, redundant and unused ones. */
static void
append_totals(dbc_health_page *page, const dbc_rows *rows)
{
	dbc_host *host = page->host;
	total all = {0};
	total redundant = {0};
	total unused = {0};

	for (int i = 0; i < rows->nrows; i++)
	{
		add_index(host, &all, rows, i);
		if (dbc_get_text_or_null(host, rows, i, INDEX_DUPLICATE_OF) ||
			dbc_get_text_or_null(host, rows, i, INDEX_COVERED_BY))
			add_index(host, &redundant, rows, i);
		if (is_unused(host, rows, i))
			add_index(host, &unused, rows, i);
	}
	dbc_health_append_markup(&page->text, "<p>%s",
							 total_text(host, &all, "index"));
	if (redundant.count > 0)
		dbc_health_append_markup(
			&page->text, "; %s",
			total_text(host, &redundant, "redundant index"));
	if (unused.count > 0)
		dbc_health_append_markup(
			&page->text, "; %s, without a scan since the statistics were reset",
			total_text(host, &unused, "index"));
	dbc_append(&page->text, ".</p>\n");
}

static void
append_indexes(dbc_health_page *page, const dbc_rows *rows)
{
	dbc_host *host = page->host;
	bool scans = host->traits->counts_scans;
	double largest = dbc_get_real_or_nan(host, rows, 0, INDEX_BYTES);
	int i;

	dbc_health_open_table(
		page, "cards sole", "Indexes by size",
		scans
			? DBC_SORT_TEXT("Index")
				  DBC_SORT_NUMBER("Size") "<td></td>" DBC_SORT_NUMBER("Scans")
					  DBC_SORT_TEXT("Remark")
			: DBC_SORT_TEXT("Index")
				  DBC_SORT_NUMBER("Size") "<td></td>" DBC_SORT_TEXT("Remark"));
	for (i = 0; i < rows->nrows && i < MOST_INDEXES; i++)
	{
		dbc_health_append_markup(
			&page->text,
			"<tr><th scope=\"row\">%s <span class=\"hint\">on %s (%s)</span>"
			"</th>",
			dbc_get_text(host, rows, i, INDEX_NAME),
			dbc_get_text(host, rows, i, INDEX_TABLE),
			dbc_get_text_or_null(host, rows, i, INDEX_COLUMNS));
		dbc_health_append_amount(page, "Size", rows, i, INDEX_BYTES, true);
		dbc_health_append_bar(
			page, dbc_get_real_or_nan(host, rows, i, INDEX_BYTES), largest);
		if (scans)
			dbc_health_append_amount(page, "Scans", rows, i, INDEX_SCANS,
									 false);
		dbc_health_append_markup(&page->text, "<td>%s</td></tr>\n",
								 remark_on(host, rows, i));
	}
	dbc_health_close_table(page);
	dbc_health_report_omitted(page, rows->nrows - i, "row",
							  "select * from dbhealth_indexes();");
}

/* ---- sections ---- */

/* Appends the sections of tables and indexes. */
void
dbc_health_page_storage(dbc_health_page *page)
{
	storage asked = {0};

	dbc_health_open_section(page, "tables", "Largest tables");
	if (!dbc_health_query_for_page(page, ask_tables, &asked))
		;
	else if (asked.rows->nrows == 0)
		dbc_append(&page->text, "<p>There are no tables.</p>\n");
	else
		append_tables(page, asked.rows);
	dbc_health_close_section(page);
	dbc_health_open_section(page, "indexes", "Largest indexes");
	if (!dbc_health_query_for_page(page, ask_indexes, &asked))
		;
	else if (asked.rows->nrows == 0)
		dbc_append(&page->text, "<p>There are no indexes.</p>\n");
	else
	{
		append_totals(page, asked.rows);
		append_indexes(page, asked.rows);
	}
	dbc_health_close_section(page);
}
