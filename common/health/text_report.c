/*
 * text_report.c
 *	  dbhealth_text(): the health report as text for a terminal.
 */
#include "common/core/functions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/shown.h"
#include "common/core/sort.h"
#include "common/core/wording.h"
#include "common/core/recent.h"
#include "common/health/fold.h"
#include "common/health/run.h"
#include "common/health/score.h"
#include "common/migrate/migrate.h"

/* The findings of a check that fit a terminal, unless the options say
 * otherwise. */
#define SHOWN_FINDINGS 5

/* The column of what is said about a finding. */
#define DETAILS 12

/* Appends a label and text, with its other lines below its first one.  Only
 * what dbcare has written has several lines: they are indented, so that none
 * passes for a finding. */
static void
append_line(dbc_buffer *text, const char *label, const char *words)
{
	const char *end;

	if (!words)
		return;
	dbc_append_format(text, "\n%*s%s", DETAILS, "", label);
	while ((end = strchr(words, '\n')))
	{
		dbc_append_shown(text,
						 dbc_copy(text->host, words, (size_t) (end - words)));
		dbc_append_format(text, "\n%*s", DETAILS, "");
		words = end + 1;
	}
	dbc_append_shown(text, words);
}

/* Appends the severity in capitals: NOT APPLICABLE. */
static void
append_severity(dbc_buffer *text, dbc_health_severity severity)
{
	char label[16] = "";
	const char *name = dbc_health_severity_names[severity];

	for (size_t i = 0; name[i] && i < sizeof(label) - 1; i++)
		label[i] = (char) (name[i] == '_' ? ' ' : name[i] - 'a' + 'A');
	dbc_append_format(text, "\n  %-8s  ", label);
}

/* What is before the SQL of a repair: its risk, unless it has none. */
static const char *
fix_label(dbc_host *host, const dbc_finding *finding)
{
	if (!finding->fix_sql || finding->check->fix_risk == DBC_RISK_NONE)
		return "fix: ";
	return dbc_format(host, "fix (%s): ", dbc_health_risk_of(finding));
}

static void
append_finding(dbc_buffer *text, const dbc_finding *finding)
{
	bool is_note = finding->severity > DBC_CRITICAL;

	append_severity(text, finding->severity);
	if (is_note)
		dbc_append_format(text, "%s: ", finding->check->id);
	dbc_append_shown(text, finding->message);
	if (finding->penalty > 0)
		dbc_append_format(text, "  (-%s)",
						  dbc_digits_text(text->host, finding->penalty));
	append_line(text, "", finding->reason);
	append_line(text, "", finding->suggestion);
	append_line(text, fix_label(text->host, finding), finding->fix_sql);
}

/* Appends what is to be done, the worst first, and how much is left out. */
static void
append_findings(dbc_buffer *text, const dbc_findings *findings)
{
	const dbc_finding **shown =
		dbc_alloc(text->host, ((size_t) findings->count + 1) * sizeof(*shown));
	const dbc_health_check *check;
	int nshown = 0;
	int place = 0;
	int count;

	for (int i = 0; i < findings->count; i++)
		if (findings->list[i].severity != DBC_OK &&
			dbc_health_is_shown(findings, &findings->list[i]))
			shown[nshown++] = &findings->list[i];
	dbc_sort(shown, (size_t) nshown, sizeof(*shown),
			 dbc_health_compare_findings);
	for (int i = 0; i < nshown; i++)
		append_finding(text, shown[i]);
	if (nshown == 0)
		dbc_append(text, "\n  Nothing to do.");
	while ((count = dbc_health_next_folded(findings, &place, &check)) > 0)
		dbc_append_format(text,
						  "\n  And %d more %s finding%s: select * from "
						  "dbhealth_checks('{\"checks\": [\"%s\"]}');",
						  count, check->id, count == 1 ? "" : "s", check->id);
}

/* Appends the state of the migrations, if it can be read. */
static void
append_migrations(dbc_buffer *text)
{
	dbc_migrate_summary summary = {.version = NULL};
	dbc_error error;

	if (!dbc_guard(text->host, dbc_migrate_summarize, &summary, DBC_KEEP, true,
				   &error))
		return;
	if (!summary.version && summary.pending == 0)
	{
		dbc_append(text, ", no migrations");
		return;
	}
	dbc_append(text, ", ");
	dbc_append(text,
			   summary.version ? "migrations at " : "no migration applied");
	dbc_append_shown(text, summary.version ? summary.version : "");
	if (summary.pending > 0)
		dbc_append_format(text, ", %s pending",
						  dbc_grouped_text(text->host, summary.pending));
}

/* What the status is due to if one unknown check alone makes it worse. */
static const char *
cap_note(dbc_host *host, const dbc_health_score *score)
{
	const dbc_finding *finding = score->capped_by;

	if (!finding || finding->severity != DBC_UNKNOWN)
		return "";
	return dbc_format(host, "; %d without %s, which is unknown",
					  score->uncapped, finding->check->id);
}

/* Appends the score, and what it is about. */
static void
append_heading(dbc_buffer *text, const dbc_findings *findings,
			   const dbc_health_score *score)
{
	dbc_host *host = text->host;
	const dbc_rows *ping = dbc_query(host, "core/ping");
	double size = dbc_get_real_or_nan(host, ping, 0, 3);
	const char *cap = dbc_health_cap_text(host, score);
	const int *counts = score->counts;

	dbc_append_format(text, "  Health: %d of 100 (%s%s)   %s %s", score->score,
					  score->status, cap_note(host, score), host->engine_title,
					  dbc_get_text(host, ping, 0, 0));
	if (!isnan(size))
		dbc_append_format(text, ", %s", dbc_bytes_text(host, size));
	append_migrations(text);
	if (cap)
	{
		dbc_append(text, "\n  ");
		dbc_append_shown(text, cap);
	}
	dbc_append_format(
		text,
		"\n  Checks: %d critical, %d warning%s, %d info, %d ok, %d not run, "
		"%d not applicable\n",
		counts[DBC_CRITICAL], counts[DBC_WARNING],
		counts[DBC_WARNING] == 1 ? "" : "s", counts[DBC_INFO], counts[DBC_OK],
		counts[DBC_UNKNOWN] + counts[DBC_SKIPPED], counts[DBC_NOT_APPLICABLE]);
	if (findings->of_command && !findings->verbose)
		dbc_append(text,
				   "  Not known here: the SQLite of the application, and what "
				   "it sets in its connections; call dbhealth_text() there.\n");
}

/* The text. */
static dbc_value
make_text(dbc_host *host, const void *given)
{
	dbc_findings *findings =
		dbc_health_run_checks(host, dbc_read_settings(host), given);
	dbc_health_score score = dbc_health_score_findings(findings);
	dbc_buffer text;

	dbc_health_fold_findings(host, findings, SHOWN_FINDINGS);
	dbc_buffer_init(&text, host);
	append_heading(&text, findings, &score);
	append_findings(&text, findings);
	return dbc_text(text.data);
}

/* dbhealth_text(options) */
DBC_RUN(dbhealth_text)
{
	const dbhealth_text_options *given =
		dbc_read_options(host, &args->options, dbhealth_text_options);

	dbc_emit_recent(host, &args->options, &given->max_age_ms, make_text, given);
}
