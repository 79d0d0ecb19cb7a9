/*
 * html_page.c
 *	  dbhealth_html(): the health report as one page for people.
 *
 * The page is self-contained: its content security policy allows only its
 * inline style and script, by hash.  It is also well-formed XML, so that any
 * XML parser can read it.
 */
#include "common/health/html_page.h"

#include <math.h>

#include "common/backup/overview.h"
#include "common/core/clock.h"
#include "common/core/recent.h"
#include "common/core/functions.h"
#include "common/health/fold.h"
#include "common/health/run.h"

/* Appends everything before the body. */
static void
append_head(dbc_health_page *page, const char *database)
{
	dbc_host *host = page->host;

	dbc_health_append_markup(
		&page->text,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\"/>\n"
		"<meta http-equiv=\"Content-Security-Policy\" "
		"content=\"default-src 'none'; img-src data:; "
		"style-src '%s'; script-src '%s'; base-uri 'none'; "
		"form-action 'none'\"/>\n"
		"<meta name=\"viewport\" "
		"content=\"width=device-width, initial-scale=1\"/>\n"
		"<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		"<meta name=\"referrer\" content=\"no-referrer\"/>\n"
		"<link rel=\"icon\" href=\"data:,\"/>\n"
		"<title>%s: %s, %d of 100</title>\n<style>",
		dbc_health_policy_hash(host, dbc_health_page_css),
		dbc_health_policy_hash(host, dbc_health_page_js), database,
		page->score->status, page->score->score);
	dbc_append(&page->text, dbc_health_page_css);
	dbc_append(&page->text, "</style>\n</head>\n");
}

/* Appends the score as a ring that is closed at 100. */
static void
append_ring(dbc_health_page *page)
{
	const dbc_health_score *score = page->score;

	/* the circumference of the circle is 100 */
	dbc_health_append_markup(
		&page->text,
		"<div class=\"score %s\">\n"
		"<svg viewBox=\"0 0 36 36\" aria-hidden=\"true\">"
		"<circle class=\"track\" cx=\"18\" cy=\"18\" r=\"15.915\"/>"
		"<circle class=\"arc\" cx=\"18\" cy=\"18\" r=\"15.915\" "
		"stroke-dasharray=\"%d 100\" transform=\"rotate(-90 18 18)\"/>"
		"</svg>\n<p><strong>%d</strong><span> of 100</span></p>\n"
		"<p class=\"status\">%s</p>\n</div>\n",
		score->status, score->score, score->score, score->status);
}

/* Appends a fact of the header. */
static void
append_fact(dbc_health_page *page, const char *name, const char *text)
{
	dbc_health_append_markup(&page->text, "<div><dt>%s</dt><dd>%s</dd></div>\n",
							 name, text);
}

/* Appends the newest sound backup, and whether it was verified. */
static void
append_backup(dbc_health_page *page, const dbc_backup_overview *backups)
{
	const dbc_backup_newest *newest;

	if (!backups || !backups->configured || backups->problem)
		return;
	newest = &backups->newest;
	dbc_append(&page->text, "<div><dt>Last backup</dt><dd>");
	if (newest->count > 0 && newest->has_good)
	{
		const dbc_backup_result *result = &newest->record.result;

		dbc_health_append_time(&page->text, newest->record.backup.started_at);
		dbc_append(&page->text, result->level < 0 || !result->known
									? ", not verified"
									: ", verified");
	}
	else
		dbc_append(&page->text, newest->count > 0 ? "damaged" : "none");
	dbc_append(&page->text, "</dd></div>\n");
}

/* Appends facts about the server and the database. */
static void
append_facts(dbc_health_page *page, const dbc_rows *ping)
{
	dbc_host *host = page->host;
	double size = dbc_get_real_or_nan(host, ping, 0, 3);

	dbc_append(&page->text, "<dl class=\"facts\">\n");
	append_fact(page, "Engine",
				dbc_format(host, "%s %s", host->engine_title,
						   dbc_get_text(host, ping, 0, 0)));
	append_fact(page, "Environment",
				dbc_setting_text(host, page->stored, DBC_SETTING_environment));
	append_fact(page, "Size",
				isnan(size) ? "unknown" : dbc_bytes_text(host, size));
	append_fact(page, "Checks with a result",
				isnan(page->score->coverage)
					? "none apply"
					: dbc_format(host, "%s percent",
								 dbc_health_decimals_text(
									 host, 100 * page->score->coverage, 0)));
	append_backup(page, page->findings->backups);
	dbc_append(&page->text, "<div><dt>Made</dt><dd>");
	dbc_health_append_time(&page->text, dbc_now(host));
	dbc_append(&page->text, "</dd></div>\n</dl>\n");
}

/* Appends the number of findings of each severity. */
static void
append_counts(dbc_health_page *page)
{
	static const dbc_health_severity shown[] = {DBC_CRITICAL, DBC_WARNING,
												DBC_UNKNOWN, DBC_INFO, DBC_OK};

	dbc_append(&page->text, "<ul class=\"counts\" aria-label=\"Findings\">\n");
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		dbc_health_append_markup(
			&page->text, "<li class=\"%s\"><strong>%s</strong> %s</li>\n",
			dbc_health_severity_names[shown[i]],
			dbc_grouped_text(page->host, page->score->counts[shown[i]]),
			dbc_health_severity_names[shown[i]]);
	dbc_append(&page->text, "</ul>\n");
}

/* Appends the header with links to the sections. */
static void
append_header(dbc_health_page *page, const dbc_rows *ping, const char *database)
{
	static const char *const sections[][2] = {
		{"actions", "Recommended actions"},
		{"alerts", "Alerts"},
		{"findings", "Findings"},
		{"history", "History"},
		{"growth", "Growth"},
		{"sessions", "Sessions"},
		{"queries", "Slow queries"},
		{"tables", "Tables"},
		{"indexes", "Indexes"},
		{"migrations", "Migrations"},
		{"checks", "Checks"},
	};
	const char *cap = dbc_health_cap_text(page->host, page->score);

	dbc_append(
		&page->text,
		"<body>\n<a class=\"skip\" href=\"#main\">Skip to the report"
		"</a>\n<header>\n<div class=\"title\">\n<p>Database health</p>\n");
	dbc_health_append_markup(&page->text, "<h1>%s</h1>\n</div>\n", database);
	append_ring(page);
	append_facts(page, ping);
	append_counts(page);
	if (cap)
		dbc_health_append_markup(&page->text, "<p class=\"cap\">%s.</p>\n",
								 cap);
	dbc_append(&page->text, "</header>\n<nav aria-label=\"Sections\">\n<ul>\n");
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		dbc_health_append_markup(&page->text,
								 "<li><a href=\"#%s\">%s</a></li>\n",
								 sections[i][0], sections[i][1]);
	dbc_append(&page->text, "</ul>\n</nav>\n");
}

/* The page. */
static dbc_value
make_page(dbc_host *host, const void *given)
{
	const dbc_setting_values *stored = dbc_read_settings(host);
	dbc_findings *findings = dbc_health_run_checks(host, stored, given);
	dbc_health_score score = dbc_health_score_findings(findings);
	const dbc_rows *ping = dbc_query(host, "core/ping");
	const char *database = dbc_get_text(host, ping, 0, 1);
	dbc_health_page page = {host, stored, findings, &score, {0}};

	dbc_health_fold_findings(host, findings, DBC_MOST_FINDINGS);
	dbc_buffer_init(&page.text, host);
	append_head(&page, database);
	append_header(&page, ping, database);
	dbc_append(&page.text, "<main id=\"main\" tabindex=\"-1\">\n");
	dbc_health_page_actions(&page);
	dbc_health_page_alerts(&page);
	dbc_health_page_findings(&page);
	dbc_health_page_history(&page);
	dbc_health_page_growth(&page);
	dbc_health_page_sessions(&page);
	dbc_health_page_queries(&page);
	dbc_health_page_storage(&page);
	dbc_health_page_migrations(&page);
	dbc_health_page_checks(&page);
	dbc_health_append_markup(
		&page.text,
		"</main>\n<footer><p>Generated by dbcare %s. This page shows the "
		"database at that time; it loads and sends no data.</p></footer>\n<p "
		"id=\"said\" class=\"unseen\" role=\"status\"></p>\n<script>",
		DBC_VERSION);
	dbc_append(&page.text, dbc_health_page_js);
	dbc_append(&page.text, "</script>\n</body>\n</html>");
	return dbc_text(page.text.data);
}

/* dbhealth_html(options) */
DBC_RUN(dbhealth_html)
{
	const dbhealth_html_options *given =
		dbc_read_options(host, &args->options, dbhealth_html_options);

	dbc_emit_recent(host, &args->options, &given->max_age_ms, make_page, given);
}
