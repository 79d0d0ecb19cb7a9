/*
 * html_sessions.c
 *	  The page of dbhealth_html(): sessions of the server.
 */
#include "common/health/html_page.h"

#include <math.h>

#include "common/health/run.h"

/* The maximum number of entries. */
#define MOST_SESSIONS 50

/* Columns of dbhealth_connections(). */
enum
{
	SESSION_DATABASE,
	SESSION_USER,
	SESSION_STATE,
	SESSION_COUNT,
	SESSION_OLDEST,
	SESSION_WAITING,
	SESSION_LIMIT
};

static void
ask_sessions(dbc_host *host, void *arg)
{
	const dbc_rows **rows = arg;

	*rows = dbc_health_read_connections(host);
}

/* A duration in its largest unit. */
static const char *
duration_text(dbc_host *host, double seconds)
{
	static const struct
	{
		double seconds;
		const char *name;
	} units[] = {{86400, "days"}, {3600, "hours"}, {60, "minutes"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (seconds >= 2 * units[i].seconds)
			return dbc_format(
				host, "%s %s",
				dbc_health_decimals_text(host, seconds / units[i].seconds, 0),
				units[i].name);
	return dbc_format(host, "%s s", dbc_health_decimals_text(host, seconds, 1));
}

/* Appends how many connections are in use. */
static void
append_use(dbc_health_page *page, const dbc_rows *rows)
{
	dbc_host *host = page->host;
	int64_t limit = dbc_get_int_or(host, rows, 0, SESSION_LIMIT, 0);
	int64_t waiting = 0;
	int64_t count = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		count += dbc_get_int(host, rows, i, SESSION_COUNT);
		waiting += dbc_get_int_or(host, rows, i, SESSION_WAITING, 0);
	}
	dbc_health_append_markup(
		&page->text, "<p>%s of %s connections are in use; %s for a lock.</p>\n",
		dbc_grouped_text(host, count), dbc_grouped_text(host, limit),
		waiting == 0   ? "no session waits"
		: waiting == 1 ? "1 session waits"
					   : dbc_format(host, "%s sessions wait",
									dbc_grouped_text(host, waiting)));
}

/* Appends a text, or that the caller may not read it. */
static void
append_known(dbc_health_page *page, const char *text)
{
	dbc_health_append_markup(&page->text, text ? "%s" : "<em>unknown</em>",
							 text);
}

static void
append_sessions(dbc_health_page *page, const dbc_rows *rows)
{
	dbc_host *host = page->host;
	int i;

	dbc_health_open_table(
		page, "cards sole", "Sessions by role, database and state",
		DBC_SORT_TEXT("Role") DBC_SORT_TEXT("Database") DBC_SORT_TEXT("State")
			DBC_SORT_NUMBER("Sessions") DBC_SORT_NUMBER("Longest in this state")
				DBC_SORT_NUMBER("Waiting for a lock"));
	for (i = 0; i < rows->nrows && i < MOST_SESSIONS; i++)
	{
		double oldest = dbc_get_real_or_nan(host, rows, i, SESSION_OLDEST);

		dbc_health_append_markup(
			&page->text,
			"<tr><th scope=\"row\">%s</th><td data-name=\"Database\">%s</td>"
			"<td data-name=\"State\">",
			dbc_get_text_or_null(host, rows, i, SESSION_USER),
			dbc_get_text_or_null(host, rows, i, SESSION_DATABASE));
		append_known(page, dbc_get_text_or_null(host, rows, i, SESSION_STATE));
		dbc_append(&page->text, "</td>");
		dbc_health_append_amount(page, "Sessions", rows, i, SESSION_COUNT,
								 false);
		dbc_health_append_number(page, "Longest", oldest,
								 isnan(oldest) ? NULL
											   : duration_text(host, oldest));
		dbc_health_append_amount(page, "Waiting", rows, i, SESSION_WAITING,
								 false);
		dbc_append(&page->text, "</tr>\n");
	}
	dbc_health_close_table(page);
	dbc_health_report_omitted(page, rows->nrows - i, "row",
							  "select * from dbhealth_connections();");
}

/* Appends the section of sessions. */
void
dbc_health_page_sessions(dbc_health_page *page)
{
	const dbc_rows *rows;

	dbc_health_open_section(page, "sessions", "Sessions");
	if (page->host->traits->one_file)
		dbc_append(&page->text,
				   "<p>SQLite does not list the connections of a file.</p>\n");
	else if (!dbc_health_query_for_page(page, ask_sessions, &rows))
		;
	else if (rows->nrows == 0)
		dbc_append(&page->text, "<p>There are no sessions.</p>\n");
	else
	{
		append_use(page, rows);
		append_sessions(page, rows);
	}
	dbc_health_close_section(page);
}
