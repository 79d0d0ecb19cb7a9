/*
 * html_page.h
 *	  The sections of the page of dbhealth_html().
 *
 * Each is a <section> with a heading, even if it is empty.  Lists are limited,
 * and end with the number of entries that are not shown.
 */
#ifndef DBC_HEALTH_HTML_PAGE_H
#define DBC_HEALTH_HTML_PAGE_H

#include "common/core/settings.h"
#include "common/health/html.h"
#include "common/health/score.h"

/* What all sections need. */
typedef struct dbc_health_page
{
	dbc_host *host;
	const dbc_setting_values *stored;
	const dbc_findings *findings;
	const dbc_health_score *score;
	dbc_buffer text;
} dbc_health_page;

/* page.css and page.js */
extern const char dbc_health_page_css[];
extern const char dbc_health_page_js[];

/* Open and close a section, and a table in it that scrolls if it is wider than
 * the page.  Columns are the cells of the table header. */
extern void dbc_health_open_section(dbc_health_page *page, const char *id,
									const char *heading);
extern void dbc_health_close_section(dbc_health_page *page);
extern void dbc_health_open_table(dbc_health_page *page, const char *class,
								  const char *caption, const char *columns);
extern void dbc_health_close_table(dbc_health_page *page);

/* Runs a query for a section; if it fails, appends the error and returns
 * false. */
extern bool dbc_health_query_for_page(dbc_health_page *page,
									  void (*fn)(dbc_host *, void *),
									  void *arg);

/* A column by which the table can be sorted, as text or as numbers. */
#define DBC_SORT_TEXT(name) "<th scope=\"col\" data-sort=\"text\">" name "</th>"
#define DBC_SORT_NUMBER(name) \
	"<th scope=\"col\" data-sort=\"number\">" name "</th>"

/* Appends a cell with a number for sorting, a label for narrow screens, and the
 * number for people; an empty cell if it is unknown. */
extern void dbc_health_append_number(dbc_health_page *page, const char *name,
									 double number, const char *text);

/* The same for bytes, or for a number of things. */
extern void dbc_health_append_amount(dbc_health_page *page, const char *name,
									 const dbc_rows *rows, int row, int col,
									 bool bytes);

/* Appends a cell with a bar for a part of a whole. */
extern void dbc_health_append_bar(dbc_health_page *page, double part,
								  double whole);

/* Appends the number of entries that are not shown. */
extern void dbc_health_report_omitted(dbc_health_page *page, int64_t left,
									  const char *thing, const char *function);

/* The sections, in the order of the page. */
extern void dbc_health_page_actions(dbc_health_page *page);
extern void dbc_health_page_alerts(dbc_health_page *page);
extern void dbc_health_page_findings(dbc_health_page *page);
extern void dbc_health_page_history(dbc_health_page *page);
extern void dbc_health_page_growth(dbc_health_page *page);
extern void dbc_health_page_sessions(dbc_health_page *page);
extern void dbc_health_page_queries(dbc_health_page *page);
extern void dbc_health_page_storage(dbc_health_page *page);
extern void dbc_health_page_migrations(dbc_health_page *page);
extern void dbc_health_page_checks(dbc_health_page *page);

#endif /* DBC_HEALTH_HTML_PAGE_H */
