/*
 * lint.c
 *	  dbmigrate_lint: runs the rules on scripts.
 */
#include "common/lint/run.h"

#include "common/format/format.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/functions.h"
#include "common/core/options.h"
#include "common/core/version_order.h"
#include "common/lint/context.h"

static void (*const families[])(dbc_lint *, const dbc_lint_operation *,
								void **) = {
	dbc_lint_check_index,	 dbc_lint_check_constraint, dbc_lint_check_column,
	dbc_lint_check_drop,	 dbc_lint_check_data,		dbc_lint_check_lock,
	dbc_lint_check_security, dbc_lint_check_name,		dbc_lint_check_script,
	dbc_lint_check_sqlite,	 dbc_lint_check_kept};
/* Versions from here on are dates, which have gaps: 10000101. */
#define FIRST_DATE 10000101

#define NFAMILIES (sizeof(families) / sizeof(families[0]))

dbc_lint_runner *
dbc_lint_make_runner(dbc_host *host, const dbc_setting_values *stored)
{
	dbc_lint_runner *linter = dbc_alloc(host, sizeof(*linter));
	bool *wanted = dbc_alloc(host, DBC_NRULES);

	linter->host = host;
	linter->session = dbc_lint_begin_session(host);
	linter->large_bytes =
		dbc_setting_real(host, stored, DBC_SETTING_lint_large_table_mb) * 1024 *
		1024;
	linter->lock_timeout_set =
		dbc_setting_int(host, stored, DBC_SETTING_lock_timeout_ms) >= 0;
	for (int rule = 0; rule < DBC_NRULES; rule++)
		wanted[rule] = !dbc_lint_rules[rule].optional;
	linter->wanted = wanted;
	return linter;
}

typedef struct read_call
{
	const dbc_lint_runner *linter;
	const dbc_lint_source *source;
	dbc_lint_result *result;
	dbc_lint_analysis *analyses;
} read_call;

/* Splits and analyses a script; runs under host->try. */
static void
read_script(dbc_host *host, void *arg)
{
	read_call *call = arg;
	dbc_script *script = &call->result->script;

	if (call->source->split)
		*script = *call->source->split;
	else
		dbc_split(host, call->source->text, script);
	call->analyses = dbc_alloc(host, ((size_t) script->nstatements + 1) *
										 sizeof(dbc_lint_analysis));
	DBC_CALL(host, lint, read_script)
	(host, call->linter->session, script, call->analyses);
	call->result->analyses = call->analyses;
}

/* Whether a script has a statement that cannot run inside a transaction. */
static bool
has_outside(const dbc_script *script)
{
	for (int i = 0; i < script->nstatements; i++)
		if (script->statements[i].kind == DBC_STATEMENT_OUTSIDE)
			return true;
	return false;
}

/* Runs all rule families on every operation of a script. */
static void
run_families(dbc_lint *lint)
{
	void *states[NFAMILIES] = {NULL};

	lint->operations = dbc_lint_map_operations(lint);
	for (lint->statement = 0; lint->statement < lint->script->nstatements;
		 lint->statement++)
	{
		const dbc_lint_analysis *analysis = &lint->analyses[lint->statement];

		lint->explained = false;
		for (int d = 0; d < analysis->noperations; d++)
			for (size_t f = 0; f < NFAMILIES; f++)
				families[f](lint, &analysis->operations[d], &states[f]);
		if (analysis->not_parsed)
			dbc_lint_report(lint, DBC_RULE_not_parsed,
							"Lint it on a database of the version that it is "
							"for.",
							"%s is not parsed: %s",
							lint->script->statements[lint->statement].command,
							analysis->not_parsed->message);
		if (analysis->refused && !lint->explained)
			dbc_lint_report(lint, DBC_RULE_refused, analysis->refused->hint,
							"%s", analysis->refused->message);
	}
	for (size_t f = 0; f < NFAMILIES; f++)
		families[f](lint, NULL, &states[f]);
}

dbc_lint_result
dbc_lint_source_text(dbc_lint_runner *linter, const dbc_lint_source *source)
{
	dbc_host *host = linter->host;
	dbc_lint_result result = {
		.script = {.file = source->file, .first_line = source->first_line}};
	dbc_lint_findings found = {.host = host, .wanted = linter->wanted};
	read_call call = {linter, source, &result, NULL};
	dbc_error error;
	dbc_lint lint = {.host = host,
					 .session = linter->session,
					 .script = &result.script,
					 .text = source->text,
					 .engine = host->engine,
					 .target = linter->target,
					 .target_version = linter->target_version,
					 .transactional = source->transactional,
					 .reversible =
						 source->reversible || linter->no_down_scripts,
					 .follows = source->follows,
					 .lock_timeout_set = linter->lock_timeout_set,
					 .large_bytes = linter->large_bytes,
					 .found = &found};

	dbc_lint_begin_script(linter->session);
	if (dbc_guard(host, read_script, &call, DBC_KEEP, false, &error))
	{
		lint.analyses = result.analyses;
		lint.atomic = lint.transactional && !has_outside(lint.script);
		run_families(&lint);
	}
	else
	{
		result.script.nstatements = 0;
		dbc_lint_add_finding(&found, (dbc_lint_finding){
										 .statement_no = error.statement_no,
										 .line = error.line,
										 .rule = DBC_RULE_refused,
										 .severity = DBC_LINT_ERROR,
										 .message = error.message,
										 .suggestion = error.hint,
									 });
	}
	dbc_lint_check_portability(&lint);
	dbc_lint_suppress_findings(&lint);
	dbc_lint_sort_findings(&found);
	result.items = found.items;
	result.count = found.count;
	return result;
}

/* ---- SQL function ---- */

static const char *const targets[] = {"postgresql", "sqlite", NULL};

/* The rule with an id; fails if none has it. */
static dbc_lint_rule_id
require_rule(dbc_host *host, const char *id)
{
	for (int rule = 0; rule < DBC_NRULES; rule++)
		if (dbc_same(dbc_lint_rules[rule].id, id))
			return (dbc_lint_rule_id) rule;
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 "The reference of dbmigrate_lint() lists the rules.",
			 "rule \"%s\" does not exist", id);
}

/* Which rules to run: those named, or all but the optional ones; less the
 * ignored ones. */
static const bool *
choose_rules(dbc_host *host, const dbmigrate_lint_options *given,
			 const bool *usual)
{
	bool *wanted = dbc_alloc(host, DBC_NRULES);

	for (int rule = 0; rule < DBC_NRULES; rule++)
		wanted[rule] = given->rules.given ? false : usual[rule];
	for (const char **id = given->rules.texts; id && *id; id++)
		wanted[require_rule(host, *id)] = true;
	for (const char **id = given->ignore.texts; id && *id; id++)
		wanted[require_rule(host, *id)] = false;
	return wanted;
}

/* Emits the findings of a script. */
static void
emit(dbc_host *host, const dbc_lint_result *linted, const char *file)
{
	for (int i = 0; i < linted->count; i++)
	{
		const dbc_lint_finding *finding = &linted->items[i];

		dbc_emit(host,
				 finding->statement_no ? dbc_int(finding->statement_no)
									   : dbc_null(),
				 finding->line ? dbc_int(finding->line) : dbc_null(),
				 dbc_text(dbc_lint_rules[finding->rule].id),
				 dbc_text(dbc_lint_severity_name(finding->severity)),
				 dbc_text(finding->message), dbc_text(finding->suggestion),
				 dbc_text(file));
	}
}

/* Whether a version is the number n; leading zeros are allowed. */
static bool
is_number(const char *version, long n)
{
	char *end;

	return strtol(version, &end, 10) == n && *end == '\0';
}

/* Reports a missing number before a version if all versions count migrations
 * and are neither dates nor timestamps. */
static void
report_gap(dbc_lint_runner *linter, const dbc_format_registration *r)
{
	const long last = strtol(r[-1].version, NULL, 10);
	const long next = strtol(r->version, NULL, 10);

	if (linter->wanted[DBC_RULE_version_gap] && last < FIRST_DATE &&
		next > last + 1 && is_number(r[-1].version, last) &&
		is_number(r->version, next))
	{
		const dbc_lint_finding gap = {
			.rule = DBC_RULE_version_gap,
			.severity = dbc_lint_rules[DBC_RULE_version_gap].severity,
			.message = dbc_format(
				linter->host,
				"no migration has a version between \"%s\" and \"%s\"",
				r[-1].version, r->version),
			.suggestion = "Add the missing migration, or ignore the gap if it "
						  "is intended."};
		const dbc_lint_result linted = {.items = &gap, .count = 1};

		emit(linter->host, &linted, r->up_file);
	}
}

/* The first migration after a version, which may be of none of them. */
static int
first_after(dbc_host *host, const dbc_format_registration *registrations,
			int count, const char *version)
{
	if (!version)
		return 0;
	for (int i = 0; i < count; i++)
		if (dbc_same(registrations[i].version, version))
			return i + 1;
	version = dbc_version_key(host, version, false);
	for (int i = 0; i < count; i++)
	{
		const dbc_format_registration *r = &registrations[i];

		if (strcmp(r->order ? r->order
							: dbc_version_key(host, r->version, false),
				   version) > 0)
			return i;
	}
	return count;
}

/* Whether the option versions has a version, or is not there. */
static bool
is_reported(const dbc_option_value *versions, const char *version)
{
	for (int i = 0; versions->given && versions->texts[i]; i++)
	{
		if (dbc_same(versions->texts[i], version))
			return true;
	}
	return !versions->given;
}

/* Checks the up scripts of files, in order. */
static void
lint_files(dbc_lint_runner *linter, const char *json,
		   const dbmigrate_lint_options *given)
{
	dbc_host *host = linter->host;
	const dbc_format_options options = DBC_FORMAT_OPTIONS(given);
	const dbc_format_registration *registrations;
	dbc_format_set set;
	const dbc_file *files;
	int nfiles;
	int count;
	int first;

	files = dbc_format_read_json_files(host, json, "sql", &nfiles);
	set = dbc_format_read(host, files, nfiles, &options);
	registrations = set.items;
	count = set.count;
	first = first_after(host, registrations, count, given->start_after.text);
	linter->no_down_scripts = true;
	for (int i = 0; i < count; i++)
		if (registrations[i].down_sql)
			linter->no_down_scripts = false;
	for (int i = 0; i < count; i++)
	{
		const dbc_format_registration *r = &registrations[i];
		dbc_lint_source source = {.text = r->up_sql,
								  .file = r->up_file,
								  .first_line = r->up_line,
								  .transactional = r->transactional,
								  .reversible = r->down_sql || r->repeatable};
		dbc_lint_result linted;

		if (!r->up_sql)
			continue;
		linted = dbc_lint_source_text(linter, &source);
		if (i < first || !is_reported(&given->versions, r->version))
			continue;
		if (i > 0)
			report_gap(linter, r);
		emit(host, &linted, r->up_file);
	}
}

/* dbmigrate_lint(sql, options) */
DBC_RUN(dbmigrate_lint)
{
	const dbmigrate_lint_options *given =
		dbc_read_options(host, &args->options, dbmigrate_lint_options);
	dbc_lint_runner *linter =
		dbc_lint_make_runner(host, dbc_read_settings(host));
	dbc_lint_source source = {.text = args->sql.text,
							  .first_line = 1,
							  .transactional =
								  dbc_option_or(&given->transactional, true),
							  .reversible = true};
	dbc_lint_result linted;

	linter->wanted = choose_rules(host, given, linter->wanted);
	if (given->target.text)
		linter->target = dbc_same(given->target.text, targets[0])
							 ? DBC_ON_POSTGRESQL
							 : DBC_ON_SQLITE;
	if (given->target_version.text &&
		!dbc_parse_real(given->target_version.text, &linter->target_version))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write the version like \"15\" or \"3.40\".",
				 "option \"target_version\" cannot be \"%s\"",
				 given->target_version.text);
	if (dbc_may_be_json(source.text))
	{
		lint_files(linter, source.text, given);
		return;
	}
	linted = dbc_lint_source_text(linter, &source);
	emit(host, &linted, NULL);
}
