/*
 * html_events.c
 *	  The page of dbhealth_html(): slow queries, alerts, migrations.
 */
#include "common/health/html_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/health/run.h"
#include "common/migrate/migrate.h"
#include "common/sample/alerts.h"
#include "common/sample/sample.h"

/* The maximum number of entries. */
#define MOST_QUERIES	20
#define MOST_ALERTS		100
#define MOST_MIGRATIONS 20

/* The maximum length of a query. */
#define MOST_OF_QUERY 2000

/* ---- slow queries ---- */

typedef struct statements
{
	dbc_sample_statement_stats *list;
	int count;
	const char *missing;
} statements;

/* The mean execution time of a statement in milliseconds. */
static double
mean_of(const dbc_sample_statement_stats *stats)
{
	return stats->calls > 0 ? stats->total_ms / (double) stats->calls : 0;
}

/* For qsort(): the slowest first. */
static int
compare_means(const void *left, const void *right)
{
	double a = mean_of(left);
	double b = mean_of(right);

	if (a != b)
		return a < b ? 1 : -1;
	return strcmp(((const dbc_sample_statement_stats *) left)->fingerprint,
				  ((const dbc_sample_statement_stats *) right)->fingerprint);
}

static void
ask_statements(dbc_host *host, void *arg)
{
	statements *asked = arg;
	const dbc_sample_statement_stats *list =
		dbc_sample_read_statements(host, &asked->count, &asked->missing);

	if (!list)
		return;
	asked->list = dbc_alloc(host, ((size_t) asked->count + 1) * sizeof(*list));
	for (int i = 0; i < asked->count; i++)
		asked->list[i] = list[i];
	dbc_sort(asked->list, (size_t) asked->count, sizeof(*list), compare_means);
}

/* Appends a query, shortened if it is long. */
static void
append_query(dbc_health_page *page, const char *query)
{
	size_t length = strlen(query);
	bool cut = length > MOST_OF_QUERY;

	if (cut)
		/* do not cut within a UTF-8 character */
		for (length = MOST_OF_QUERY; (query[length] & 0xC0) == 0x80;)
			length--;
	dbc_health_append_markup(&page->text, "<td><code>%s%s</code></td>",
							 dbc_copy(page->host, query, length),
							 cut ? " ..." : "");
}

/* Appends a cell with milliseconds. */
static void
append_ms(dbc_health_page *page, const char *name, double ms)
{
	const char *text = ms >= 1000 ? dbc_grouped_text(page->host, llround(ms))
								  : dbc_health_decimals_text(page->host, ms, 1);

	dbc_health_append_number(page, name, ms, text);
}

/* Appends the table of the slowest statements. */
static void
append_slow(dbc_health_page *page, const statements *asked, int slow)
{
	double slowest = mean_of(&asked->list[0]);
	int i;

	dbc_health_open_table(page, "cards", "Slowest queries, in milliseconds",
						  "<th scope=\"col\">Query</th>" DBC_SORT_NUMBER(
							  "Mean") "<td></td>" DBC_SORT_NUMBER("Longest")
							  DBC_SORT_NUMBER("Calls")
								  DBC_SORT_NUMBER("Total"));
	for (i = 0; i < slow && i < MOST_QUERIES; i++)
	{
		const dbc_sample_statement_stats *stats = &asked->list[i];

		dbc_append(&page->text, "<tr>");
		append_query(page, stats->query);
		append_ms(page, "Mean", mean_of(stats));
		dbc_health_append_bar(page, mean_of(stats), slowest);
		append_ms(page, "Longest", stats->max_ms);
		dbc_health_append_number(page, "Calls", (double) stats->calls,
								 dbc_grouped_text(page->host, stats->calls));
		append_ms(page, "Total", stats->total_ms);
		dbc_append(&page->text, "</tr>\n");
	}
	dbc_health_close_table(page);
	dbc_health_report_omitted(page, slow - i, "query",
							  "select * from dbmonitor_slow_queries();");
}

/* Appends the statements whose mean time exceeds the setting
 * slow_query_ms. */
void
dbc_health_page_queries(dbc_health_page *page)
{
	double limit =
		dbc_setting_real(page->host, page->stored, DBC_SETTING_slow_query_ms);
	statements asked = {0};
	int slow = 0;

	dbc_health_open_section(page, "queries", "Slow queries");
	if (!dbc_health_query_for_page(page, ask_statements, &asked))
		;
	else if (!asked.list)
		dbc_health_append_markup(&page->text, "<p>%s</p>\n", asked.missing);
	else
	{
		while (slow < asked.count && mean_of(&asked.list[slow]) > limit)
			slow++;
		if (slow > 0)
			append_slow(page, &asked, slow);
		else
			dbc_health_append_markup(
				&page->text,
				"<p>No query takes more than %s ms on average.</p>\n",
				dbc_health_decimals_text(page->host, limit, 1));
	}
	dbc_health_close_section(page);
}

/* Reads the alerts; none if dbcare's tables do not exist. */
static void
ask_alerts(dbc_host *host, void *arg)
{
	const dbc_rows **rows = arg;

	if (dbc_sample_has_tables(host))
		*rows = dbc_sample_query_alerts(host, false, DBC_ALERTS_LIMIT);
}

static void
append_alert(dbc_health_page *page, const dbc_rows *rows, int row)
{
	dbc_host *host = page->host;
	const char *severity = dbc_get_text(host, rows, row, DBC_ALERT_SEVERITY);
	const char *by = dbc_get_text_or_null(host, rows, row, DBC_ALERT_ACKED_BY);
	const char *note = dbc_get_text_or_null(host, rows, row, DBC_ALERT_NOTE);

	dbc_health_append_markup(
		&page->text,
		"<tr><td data-value=\"%d\"><span class=\"badge %s\">%s</span>"
		"</td><td>%s</td><td>%s</td><td>",
		dbc_same(severity, "critical"), severity, severity,
		dbc_get_text(host, rows, row, DBC_ALERT_OBJECT),
		dbc_get_text(host, rows, row, DBC_ALERT_MESSAGE));
	dbc_health_append_time(
		&page->text, dbc_get_text(page->host, rows, row, DBC_ALERT_RAISED_AT));
	dbc_append(&page->text, "</td><td>");
	if (by)
		dbc_health_append_markup(&page->text, "%s%s%s", by, note ? ": " : "",
								 note);
	dbc_append(&page->text, "</td></tr>\n");
}

/* Appends the section of raised alerts. */
void
dbc_health_page_alerts(dbc_health_page *page)
{
	const dbc_rows *rows = NULL;
	int i;

	dbc_health_open_section(page, "alerts", "Alerts");
	if (!dbc_health_query_for_page(page, ask_alerts, &rows))
		;
	else if (!rows || rows->nrows == 0)
		dbc_health_append_markup(&page->text, "<p>%s</p>\n",
								 rows ? "No alerts are raised."
									  : "This database is not monitored; "
										"dbmonitor_start() starts monitoring.");
	else
	{
		dbc_health_open_table(
			page, "cards alerts sole", "Alerts that are raised",
			DBC_SORT_NUMBER("Severity") DBC_SORT_TEXT(
				"Object") "<th scope=\"col\">Alert</th>" DBC_SORT_TEXT("Since")
				DBC_SORT_TEXT("Acknowledged"));
		for (i = 0; i < rows->nrows && i < MOST_ALERTS; i++)
			append_alert(page, rows, i);
		dbc_health_close_table(page);
		dbc_health_report_omitted(page, rows->nrows - i, "alert",
								  "select * from dbmonitor_alerts();");
	}
	dbc_health_close_section(page);
}

/* Appends the migrations that failed or were modified. */
static void
append_trouble(dbc_health_page *page, const dbc_migrations *list)
{
	int shown = 0;
	int left = 0;

	for (int i = 0; i < list->count; i++)
	{
		const dbc_migration *m = &list->items[i];

		if (m->state != DBC_FAILED && m->state != DBC_MODIFIED)
			continue;
		if (shown == MOST_MIGRATIONS)
		{
			left++;
			continue;
		}
		if (shown++ == 0)
			dbc_append(&page->text, "<ul>\n");
		dbc_health_append_markup(
			&page->text, "<li>Migration <strong>%s</strong> (%s) %s.</li>\n",
			m->version, m->name,
			m->state == DBC_FAILED ? "failed"
								   : "was modified after it was applied");
	}
	if (shown > 0)
		dbc_append(&page->text, "</ul>\n");
	dbc_health_report_omitted(page, left, "migration",
							  "select * from dbmigrate_status();");
}

/* Appends the section of the migrations. */
void
dbc_health_page_migrations(dbc_health_page *page)
{
	dbc_migrate_summary asked = {.version = NULL};

	dbc_health_open_section(page, "migrations", "Migrations");
	if (dbc_health_query_for_page(page, dbc_migrate_summarize, &asked))
	{
		if (asked.version)
			dbc_health_append_markup(&page->text,
									 "<p>The schema is at version "
									 "<strong>%s</strong>.</p>\n",
									 asked.version);
		else
			dbc_append(&page->text, "<p>No migration has been applied.</p>\n");
		dbc_health_append_markup(
			&page->text, "<p>%s %s pending.</p>\n",
			asked.pending == 0
				? "No migration"
				: dbc_count_text(page->host, asked.pending, "migration"),
			asked.pending > 1 ? "are" : "is");
		append_trouble(page, &asked.list);
	}
	dbc_health_close_section(page);
}
