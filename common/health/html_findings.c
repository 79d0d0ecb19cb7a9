/*
 * html_findings.c
 *	  The page of dbhealth_html(): recommendations, findings by category, and
 *	  checks without findings.
 */
#include "common/health/html_page.h"

#include <stdlib.h>

#include "common/health/fold.h"
#include "common/health/recommend.h"

/* ---- recommendations ---- */

/* Appends SQL in a collapsed section. */
static void
append_sql(dbc_health_page *page, const dbc_finding *finding)
{
	if (!finding->fix_sql)
		return;
	dbc_health_append_markup(&page->text,
							 "<details><summary>SQL</summary><pre "
							 "tabindex=\"0\"><code>%s</code></pre>",
							 finding->fix_sql);
	if (finding->fix_locks)
		dbc_health_append_markup(&page->text, "<p>Locks %s.</p>",
								 finding->fix_locks);
	dbc_append(&page->text, "</details>");
}

void
dbc_health_page_actions(dbc_health_page *page)
{
	const dbc_finding *chosen[DBC_MAX_RECOMMENDED];
	int nchosen = dbc_health_recommend(page->findings, chosen);

	dbc_health_open_section(page, "actions", "Recommended actions");
	if (nchosen == 0)
		dbc_append(&page->text, "<p>No action is needed.</p>\n");
	else
		dbc_append(&page->text, "<ol class=\"actions\">\n");
	for (int i = 0; i < nchosen; i++)
	{
		dbc_health_append_markup(&page->text,
								 "<li><p><span class=\"badge %s\">%s</span> "
								 "<strong>%s</strong></p><p>%s</p>",
								 dbc_health_severity_names[chosen[i]->severity],
								 dbc_health_severity_names[chosen[i]->severity],
								 chosen[i]->suggestion, chosen[i]->message);
		append_sql(page, chosen[i]);
		dbc_append(&page->text, "</li>\n");
	}
	if (nchosen > 0)
		dbc_append(&page->text, "</ol>\n");
	dbc_health_close_section(page);
}

/* ---- findings ---- */

static void
append_finding(dbc_health_page *page, const dbc_finding *finding)
{
	const char *severity = dbc_health_severity_names[finding->severity];

	dbc_health_append_markup(
		&page->text,
		"<tr><td data-value=\"%d\"><span class=\"badge %s\">%s</span>"
		"</td><td>%s</td><td><p>%s</p>",
		dbc_health_rank(finding), severity, severity,
		finding->object ? finding->object : "the database", finding->message);
	if (finding->reason)
		dbc_health_append_markup(&page->text, "<p class=\"hint\">%s</p>",
								 finding->reason);
	if (finding->suggestion)
		dbc_health_append_markup(&page->text, "<p class=\"hint\">%s</p>",
								 finding->suggestion);
	append_sql(page, finding);
	dbc_health_append_markup(
		&page->text,
		"<p class=\"id\">%s</p></td>"
		"<td class=\"number\" data-name=\"Points lost\" "
		"data-value=\"%s\">%s</td></tr>\n",
		finding->check->id,
		dbc_health_decimals_text(page->host, finding->penalty, 1),
		dbc_health_decimals_text(page->host, finding->penalty, 1));
}

static void
append_category(dbc_health_page *page, dbc_health_category category,
				const dbc_finding *const *shown, int nshown)
{
	bool any = false;

	for (int i = 0; i < nshown; i++)
	{
		if (shown[i]->check->category != category)
			continue;
		if (!any)
			dbc_health_open_table(
				page, "findings cards", dbc_health_categories[category],
				DBC_SORT_NUMBER("Severity") DBC_SORT_TEXT(
					"Object") "<th "
							  "scope=\"col\">Finding</"
							  "th>" DBC_SORT_NUMBER("Points lost"));
		any = true;
		append_finding(page, shown[i]);
	}
	if (any)
		dbc_health_close_table(page);
}

/* Appends how many findings of each check are not shown. */
static void
report_folded(dbc_health_page *page)
{
	const dbc_health_check *check;
	int place = 0;
	int count;

	while ((count = dbc_health_next_folded(page->findings, &place, &check)) > 0)
		dbc_health_report_omitted(
			page, count, dbc_format(page->host, "%s finding", check->id),
			dbc_format(
				page->host,
				"select * from dbhealth_checks('{\"checks\": [\"%s\"]}');",
				check->id));
}

/* Appends the worst findings of each check that are problems, by category. */
void
dbc_health_page_findings(dbc_health_page *page)
{
	const dbc_findings *findings = page->findings;
	const dbc_finding **shown =
		dbc_alloc(page->host, (size_t) findings->count * sizeof(*shown));
	int nshown = 0;

	for (int i = 0; i < findings->count; i++)
		if (dbc_health_rank(&findings->list[i]) > 0 &&
			!findings->list[i].folded)
			shown[nshown++] = &findings->list[i];
	qsort(shown, (size_t) nshown, sizeof(*shown), dbc_health_compare_findings);
	dbc_health_open_section(page, "findings", "Findings");
	if (nshown == 0)
		dbc_append(&page->text, "<p>No check has a finding.</p>\n");
	for (int i = 0; i < DBC_NCATEGORIES; i++)
		append_category(page, (dbc_health_category) i, shown, nshown);
	report_folded(page);
	dbc_health_close_section(page);
}

/* ---- checks without findings ---- */

/* Appends the checks of a severity that is not a finding, collapsed. */
static void
append_checks(dbc_health_page *page, dbc_health_severity severity,
			  const char *title)
{
	const dbc_findings *findings = page->findings;

	if (page->score->counts[severity] == 0)
		return;
	dbc_health_append_markup(
		&page->text,
		"<details><summary>%s: %d</summary>\n<dl class=\"checks\">\n", title,
		page->score->counts[severity]);
	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		if (finding->severity != severity)
			continue;
		dbc_health_append_markup(&page->text, "<div><dt>%s</dt><dd>%s",
								 finding->check->id,
								 finding->check->description);
		if (finding->object)
			dbc_health_append_markup(&page->text, " %s:", finding->object);
		if (finding->reason)
			dbc_health_append_markup(&page->text, " <em>%s</em>",
									 finding->reason);
		dbc_append(&page->text, "</dd></div>\n");
	}
	dbc_append(&page->text, "</dl>\n</details>\n");
}

/* Appends the checks without findings, and why others were not run. */
void
dbc_health_page_checks(dbc_health_page *page)
{
	dbc_health_open_section(page, "checks", "Checks");
	append_checks(page, DBC_OK, "No findings");
	append_checks(page, DBC_SKIPPED, "Not run");
	append_checks(page, DBC_NOT_APPLICABLE, "Not applicable here");
	dbc_health_close_section(page);
}
