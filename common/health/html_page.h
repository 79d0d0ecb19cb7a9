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

/* What the sections are about. */
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

/* Opens a section, and a table in it; the table can be scrolled where it is
 * wider than the page.  Columns are the cells of the head. */
extern void dbc_health_open_section(dbc_health_page *page, const char *id,
									const char *heading);
extern void dbc_health_close_section(dbc_health_page *page);
extern void dbc_health_open_table(dbc_health_page *page, const char *class,
								  const char *caption, const char *columns);
extern void dbc_health_close_table(dbc_health_page *page);

/* Asks the database for what a section is about; says so if it cannot be told,
 * and returns false. */
extern bool dbc_health_query_for_page(dbc_health_page *page,
									  void (*fn)(dbc_host *, void *),
									  void *arg);

/* A column that the table can be sorted by, as text or by numbers. */
#define DBC_SORT_TEXT(name) "<th scope=\"col\" data-sort=\"text\">" name "</th>"
#define DBC_SORT_NUMBER(name) \
	"<th scope=\"col\" data-sort=\"number\">" name "</th>"

/* Says that there are more entries than the page has. */
extern void dbc_health_report_omitted(dbc_health_page *page, int64_t left,
									  const char *thing, const char *function);

/* The sections, in their order. */
extern void dbc_health_page_actions(dbc_health_page *page);
extern void dbc_health_page_alerts(dbc_health_page *page);
extern void dbc_health_page_findings(dbc_health_page *page);
extern void dbc_health_page_growth(dbc_health_page *page);
extern void dbc_health_page_tables(dbc_health_page *page);
extern void dbc_health_page_queries(dbc_health_page *page);
extern void dbc_health_page_migrations(dbc_health_page *page);
extern void dbc_health_page_checks(dbc_health_page *page);

#endif /* DBC_HEALTH_HTML_PAGE_H */
