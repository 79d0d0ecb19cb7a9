/*
 * finding.c
 *	  Findings of health checks: collecting them and formatting their messages.
 */
#include "common/health/finding.h"

#include <math.h>
#include <string.h>

#include "common/core/sql_normal.h"
#include "common/core/text.h"
#include "common/core/wording.h"
#include "common/health/backup_checks.h"

/* What begins the text of a query in a detail, and how much of it is shown. */
#define QUERY		  "; query: "
#define LONGEST_QUERY 200

/* In a suggestion: the backup to restore. */
#define BACKUP "{backup}"

const char *const dbc_health_severity_names[DBC_NSEVERITIES] = {
	"ok",	   "info",	  "warning",	   "critical",
	"unknown", "skipped", "not_applicable"};

/* Adds an empty finding. */
static dbc_finding *
add_finding(dbc_host *host, dbc_findings *findings,
			const dbc_health_check *check, dbc_health_severity severity)
{
	dbc_finding *finding;

	findings->list = dbc_grow(host, findings->list, (size_t) findings->count,
							  sizeof(*finding));
	finding = &findings->list[findings->count++];
	finding->check = check;
	finding->severity = severity;
	finding->value = NAN;
	return finding;
}

/* Adds a finding without a value, such as an unknown or skipped check. */
dbc_finding *
dbc_health_add_note(dbc_host *host, dbc_findings *findings,
					const dbc_health_check *check, dbc_health_severity severity,
					const char *object, const char *reason)
{
	static const char *const words[DBC_NSEVERITIES] = {
		[DBC_OK] = "nothing found",
		[DBC_UNKNOWN] = "could not be checked",
		[DBC_SKIPPED] = "was not checked",
		[DBC_NOT_APPLICABLE] = "does not apply here"};
	dbc_finding *note = add_finding(host, findings, check, severity);

	note->object = object;
	note->message = object ? dbc_format(host, "%s %s", object, words[severity])
						   : words[severity];
	note->reason = reason;
	return note;
}

static const char *
value_text(dbc_host *host, const dbc_health_check *check, double value)
{
	if (isnan(value))
		return "unknown";
	if (check->unit && dbc_same(check->unit, "bytes"))
		return dbc_bytes_text(host, value);
	return dbc_digits_text(host, value);
}

/* Removes the values of a query at the end of a detail, and shortens it. */
static const char *
hide_values(dbc_host *host, const char *detail)
{
	const char *query = strstr(detail, QUERY);
	dbc_normalised_sql normal;

	if (!query)
		return detail;
	query += strlen(QUERY);
	dbc_normalise_sql(query, host->engine, &normal);
	return dbc_format(
		host, "%.*s%.*s%s", (int) (query - detail), detail,
		(int) dbc_valid_utf8(normal.text, normal.length < LONGEST_QUERY
											  ? normal.length
											  : LONGEST_QUERY),
		normal.text, normal.length > LONGEST_QUERY ? "..." : "");
}

/* The detail of a row.  Damage is described in exact bytes. */
static const char *
detail_text(dbc_host *host, const dbc_health_check *check, const char *detail)
{
	if (!detail)
		return "unknown";
	return check->scoring == DBC_SCORE_INTEGRITY
			   ? detail
			   : dbc_shorten_bytes(host, hide_values(host, detail));
}

/* Appends the singular or the plural of a word; returns the rest of the
 * template. */
static const char *
append_choice(dbc_buffer *buffer, const char *words, double value)
{
	size_t one = strcspn(words, "|");
	size_t many = strcspn(words + one, "}");

	if (value == 1)
		dbc_append_bytes(buffer, words, one);
	else
		dbc_append_bytes(buffer, words + one + 1, many - 1);
	return words + one + many + 1;
}

/* The backup to restore, if the words ask for it. */
static const char *
backup_text(dbc_host *host, dbc_findings *findings, const char *words)
{
	if (!findings->backup && strstr(words, BACKUP))
		findings->backup = dbc_health_name_backup(host);
	return findings->backup;
}

/* Fills in the placeholders of a check's message or suggestion; see
 * health/checks.def. */
static const char *
fill_message(dbc_host *host, dbc_findings *findings,
			 const dbc_health_check *check, const char *words,
			 const dbc_health_check_row *row)
{
	const struct
	{
		const char *name;
		const char *text;
	} parts[] = {{"{object}", row->object ? row->object : "the database"},
				 {"{value}", value_text(host, check, row->value)},
				 {"{detail}", detail_text(host, check, row->detail)},
				 {BACKUP, backup_text(host, findings, words)}};
	size_t nparts = sizeof(parts) / sizeof(parts[0]);
	dbc_buffer buffer;
	size_t i;

	dbc_buffer_init(&buffer, host);
	while (*words)
	{
		for (i = 0; i < nparts; i++)
			if (dbc_starts_with(words, parts[i].name))
				break;
		if (i < nparts)
		{
			dbc_append(&buffer, parts[i].text);
			words += strlen(parts[i].name);
		}
		else if (*words == '{')
			words = append_choice(&buffer, words + 1, row->value);
		else
			dbc_append_bytes(&buffer, words++, 1);
	}
	return buffer.data;
}

const char *
dbc_health_risk_of(const dbc_finding *finding)
{
	return finding->fix_sql ? dbc_health_risks[finding->check->fix_risk] : NULL;
}

/* Adds a finding with the message of its check, and the suggestion unless the
 * row has its own. */
void
dbc_health_add_finding(dbc_host *host, dbc_findings *findings,
					   const dbc_health_check *check,
					   dbc_health_severity severity,
					   const dbc_health_check_row *row)
{
	dbc_finding *finding = add_finding(host, findings, check, severity);

	finding->object = row->object;
	finding->value = row->value;
	finding->message = fill_message(host, findings, check, check->message, row);
	if (row->suggestion)
		finding->suggestion = row->suggestion;
	else if (check->suggestion)
		finding->suggestion =
			fill_message(host, findings, check, check->suggestion, row);
	finding->fix_sql = row->fix_sql;
	finding->fix_locks = row->fix_sql ? check->fix_locks : NULL;
}
