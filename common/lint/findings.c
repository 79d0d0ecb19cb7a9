/*
 * findings.c
 *	  Findings of dbmigrate_lint and their severity.
 */
#include "common/lint/run.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/asserts.h"
#include "common/core/sort.h"
#include "common/core/wording.h"

/* A table is small if it is smaller than a large one divided by this. */
#define SMALL 100

const char *
dbc_lint_severity_name(dbc_lint_severity severity)
{
	static const char *const names[] = {"info", "warning", "error"};

	return names[severity];
}

void
dbc_lint_add_finding(dbc_lint_findings *found, dbc_lint_finding finding)
{
	if (!found->wanted[finding.rule])
		return;
	found->items = dbc_grow(found->host, found->items, (size_t) found->count,
							sizeof(*found->items));
	finding.place = found->count;
	found->items[found->count++] = finding;
}

/* By statement, then rule, then order of arrival. */
static int
compare_findings(const void *left, const void *right)
{
	const dbc_lint_finding *l = left;
	const dbc_lint_finding *r = right;

	if (l->statement_no != r->statement_no)
		return l->statement_no < r->statement_no ? -1 : 1;
	if (l->rule != r->rule)
		return l->rule < r->rule ? -1 : 1;
	return (l->place > r->place) - (l->place < r->place);
}

void
dbc_lint_sort_findings(dbc_lint_findings *found)
{
	dbc_sort(found->items, (size_t) found->count, sizeof(*found->items),
			 compare_findings);
}

/* Adds a finding about the current statement if the rule applies to its engine.
 */
static void
add(dbc_lint *lint, dbc_lint_rule_id rule, dbc_lint_severity severity,
	const char *suggestion, const char *format, va_list args)
{
	dbc_lint_finding finding = {
		.rule = rule, .severity = severity, .suggestion = suggestion};

	if (!lint->found->wanted[rule] ||
		!(dbc_lint_rules[rule].engines & lint->engine))
		return;
	DBC_ASSERT(lint->host, lint->statement >= 0 &&
							   lint->statement <= lint->script->nstatements);
	if (lint->statement < lint->script->nstatements)
	{
		finding.statement_no = lint->statement + 1;
		finding.line = lint->script->statements[lint->statement].line;
	}
	finding.message = dbc_vformat(lint->host, format, args);
	dbc_lint_add_finding(lint->found, finding);
}

void
dbc_lint_report(dbc_lint *lint, dbc_lint_rule_id rule, const char *suggestion,
				const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(lint, rule, dbc_lint_rules[rule].severity, suggestion, format, args);
	va_end(args);
}

void
dbc_lint_report_as(dbc_lint *lint, dbc_lint_rule_id rule,
				   dbc_lint_severity severity, const char *suggestion,
				   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(lint, rule, severity, suggestion, format, args);
	va_end(args);
}

bool
dbc_lint_is_exempt(const dbc_lint *lint, const dbc_lint_object *object)
{
	return object->temporary ||
		   (lint->follows ? object->created_in > 0
						  : dbc_lint_is_created_here(lint->session, object));
}

bool
dbc_lint_rate_by_size(const dbc_lint *lint, dbc_lint_rule_id rule,
					  const dbc_lint_object *object,
					  dbc_lint_severity *severity)
{
	dbc_lint_severity worst = dbc_lint_rules[rule].severity;

	*severity = worst;
	if (dbc_lint_is_exempt(lint, object))
		return false;
	if (!object->measured || object->may_grow ||
		(object->rows != 0 && object->bytes < 0))
		return true;
	if (object->rows == 0)
		return false;
	if (object->bytes < lint->large_bytes / SMALL)
		*severity = DBC_LINT_INFO;
	else if (object->bytes < lint->large_bytes && worst > DBC_LINT_WARNING)
		*severity = DBC_LINT_WARNING;
	return true;
}

const char *
dbc_lint_size_text(const dbc_lint *lint, const dbc_lint_object *object)
{
	const char *rows = NULL;
	const char *bytes = NULL;

	if (!object->measured || object->may_grow)
		return "";
	if (object->rows == 0)
		return " (empty)";
	if (object->rows >= 0)
		rows = dbc_format(lint->host, "about %s row%s",
						  dbc_grouped_text(lint->host, object->rows),
						  object->rows == 1 ? "" : "s");
	if (object->bytes >= 0)
		bytes = dbc_bytes_text(lint->host, (double) object->bytes);
	if (rows && bytes)
		return dbc_format(lint->host, " (%s, %s)", rows, bytes);
	return rows || bytes ? dbc_format(lint->host, " (%s)", rows ? rows : bytes)
						 : "";
}
