/*
 * html_findings.c
 *	  The page of dbhealth_html(): recommendations, findings by category, and
 *	  checks without findings.
 */
#include "common/health/html_page.h"

#include <stdlib.h>

#include "common/core/sort.h"
#include "common/health/fold.h"
#include "common/health/recommend.h"

/* From this number on, findings of a check are one entry. */
#define FEW 3

/* ---- findings of one check ---- */

/* Findings of one check that are one entry, the worst first. */
typedef struct group
{
	const dbc_finding **list;
	int count;
} group;

/* The locks that the SQL of all findings takes, or NULL. */
static const char *
locks_of(const group *group)
{
	const char *locks = group->list[0]->fix_locks;

	for (int i = 1; locks && i < group->count; i++)
		if (!group->list[i]->fix_locks ||
			!dbc_same(locks, group->list[i]->fix_locks))
			return NULL;
	return locks;
}

/* Appends the SQL of findings in a collapsed section. */
static void
append_sql(dbc_health_page *page, const group *group)
{
	const char *locks = locks_of(group);
	int count = 0;

	for (int i = 0; i < group->count; i++)
	{
		if (!group->list[i]->fix_sql)
			continue;
		if (count++ == 0)
			dbc_append(&page->text, "<div class=\"sql\"><details><summary>SQL"
									"</summary><pre tabindex=\"0\"><code>");
		dbc_health_append_markup(&page->text, "%s%s", count > 1 ? "\n" : "",
								 group->list[i]->fix_sql);
	}
	if (count == 0)
		return;
	dbc_health_append_markup(&page->text, "</code></pre><p>Risk: %s.",
							 dbc_health_risks[group->list[0]->check->fix_risk]);
	if (locks)
		dbc_health_append_markup(&page->text, " Locks %s.", locks);
	dbc_append(&page->text, "</p>");
	dbc_append(&page->text, "</details></div>");
}

/* Appends what the findings but the worst one are about, collapsed. */
static void
append_others(dbc_health_page *page, const group *group)
{
	if (group->count == 1)
		return;
	dbc_health_append_markup(
		&page->text,
		"<details><summary>%d more like this</summary><ul class=\"others\">",
		group->count - 1);
	for (int i = 1; i < group->count; i++)
	{
		const dbc_finding *finding = group->list[i];

		dbc_append(&page->text, "<li>");
		if (finding->severity != group->list[0]->severity)
			dbc_health_append_markup(
				&page->text,
				"%s: ", dbc_health_severity_names[finding->severity]);
		dbc_health_append_markup(&page->text, "%s", finding->message);
		if (finding->reason)
			dbc_health_append_markup(&page->text,
									 " <span class=\"hint\">%s</span>",
									 finding->reason);
		dbc_append(&page->text, "</li>\n");
	}
	dbc_append(&page->text, "</ul></details>");
}

/* ---- recommendations ---- */

/* All findings shown of the check of one, which is the first of them. */
static group
group_of(dbc_health_page *page, const dbc_finding *first)
{
	const dbc_findings *findings = page->findings;
	group group = {
		dbc_alloc(page->host, (size_t) findings->count * sizeof(*group.list)),
		1};

	group.list[0] = first;
	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		if (finding != first && finding->check == first->check &&
			finding->suggestion && !finding->suppressed && !finding->folded)
			group.list[group.count++] = finding;
	}
	return group;
}

void
dbc_health_page_actions(dbc_health_page *page)
{
	const dbc_finding *chosen[DBC_MAX_RECOMMENDED];
	int nchosen = dbc_health_recommend(page->findings, true, chosen);

	dbc_health_open_section(page, "actions", "Recommended actions");
	if (nchosen == 0)
		dbc_append(&page->text, "<p>No action is needed.</p>\n");
	else
		dbc_append(&page->text, "<ol class=\"actions\">\n");
	for (int i = 0; i < nchosen; i++)
	{
		group group = group_of(page, chosen[i]);

		dbc_health_append_markup(&page->text,
								 "<li><p><span class=\"badge %s\">%s</span> "
								 "<strong>%s</strong></p><p>%s</p>",
								 dbc_health_severity_names[chosen[i]->severity],
								 dbc_health_severity_names[chosen[i]->severity],
								 chosen[i]->suggestion, chosen[i]->message);
		append_others(page, &group);
		append_sql(page, &group);
		dbc_append(&page->text, "</li>\n");
	}
	if (nchosen > 0)
		dbc_append(&page->text, "</ol>\n");
	dbc_health_close_section(page);
}

/* ---- findings ---- */

/* Appends a row with one or more findings. */
static void
append_group(dbc_health_page *page, const group *group)
{
	const dbc_finding *worst = group->list[0];
	const char *severity = dbc_health_severity_names[worst->severity];
	const char *points;
	double penalty = 0;

	for (int i = 0; i < group->count; i++)
		penalty += group->list[i]->penalty;
	points = dbc_health_decimals_text(page->host, penalty, 1);
	dbc_health_append_markup(
		&page->text,
		"<tr><td data-value=\"%d\"><span class=\"badge %s\">%s</span>"
		"</td><td>%s",
		dbc_health_rank(worst), severity, severity,
		worst->object ? worst->object : "the database");
	if (group->count > 1)
		dbc_health_append_markup(
			&page->text, "<p class=\"hint\">and %d more</p>", group->count - 1);
	dbc_health_append_markup(&page->text, "</td><td><p>%s</p>", worst->message);
	if (worst->reason)
		dbc_health_append_markup(&page->text, "<p class=\"hint\">%s</p>",
								 worst->reason);
	if (worst->suggestion)
		dbc_health_append_markup(&page->text, "<p class=\"hint\">%s</p>",
								 worst->suggestion);
	append_others(page, group);
	append_sql(page, group);
	dbc_health_append_markup(&page->text,
							 "<p class=\"id\">%s</p></td>"
							 "<td class=\"number\" data-name=\"Points lost\" "
							 "data-value=\"%s\">%s</td></tr>\n",
							 worst->check->id, points, points);
}

/* Appends the findings of the check of the first one of a list. */
static void
append_check(dbc_health_page *page, const dbc_finding *const *shown, int nshown)
{
	group all = {dbc_alloc(page->host, (size_t) nshown * sizeof(*all.list)), 0};

	for (int i = 0; i < nshown; i++)
		if (shown[i]->check == shown[0]->check)
			all.list[all.count++] = shown[i];
	if (all.count >= FEW)
		append_group(page, &all);
	else
		for (int i = 0; i < all.count; i++)
			append_group(page, &(group){&all.list[i], 1});
}

/* Whether a finding is the first one of its check. */
static bool
is_first(const dbc_finding *const *shown, int i)
{
	for (int j = 0; j < i; j++)
		if (shown[j]->check == shown[i]->check)
			return false;
	return true;
}

static void
append_category(dbc_health_page *page, dbc_health_category category,
				const dbc_finding *const *shown, int nshown)
{
	bool any = false;

	for (int i = 0; i < nshown; i++)
	{
		if (shown[i]->check->category != category || !is_first(shown, i))
			continue;
		if (!any)
			dbc_health_open_table(
				page, "findings cards", dbc_health_categories[category],
				DBC_SORT_NUMBER("Severity") DBC_SORT_TEXT(
					"Object") "<th "
							  "scope=\"col\">Finding</"
							  "th>" DBC_SORT_NUMBER("Points lost"));
		any = true;
		append_check(page, &shown[i], nshown - i);
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
	dbc_sort(shown, (size_t) nshown, sizeof(*shown),
			 dbc_health_compare_findings);
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
