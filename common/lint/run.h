/*
 * run.h
 *	  Runs the rules on scripts, for dbmigrate_lint, _plan and _apply.
 */
#ifndef DBC_LINT_RUN_H
#define DBC_LINT_RUN_H

#include "common/core/json_write.h"
#include "common/core/settings.h"
#include "common/lint/rule.h"

/* One call: its options, and the objects its scripts created so far. */
typedef struct dbc_lint_runner
{
	dbc_host *host;
	dbc_lint_session *session;
	const bool *wanted;	   /* by rule */
	int target;			   /* DBC_ON_*, or 0: this engine only */
	double target_version; /* or 0: this version */
	double large_bytes;
	bool lock_timeout_set; /* the caller sets lock_timeout */
	bool no_down_scripts;  /* no migration of the set has a down script */
} dbc_lint_runner;

/* A script to check. */
typedef struct dbc_lint_source
{
	const char *text;
	const dbc_script *split; /* its statements; NULL: not split yet */
	const char *file;		 /* or NULL */
	int first_line;			 /* of the script within file, from 1 */
	bool transactional;
	bool reversible; /* has a down script, or needs none */
	bool follows;	 /* runs right after the scripts read before */
} dbc_lint_source;

typedef struct dbc_lint_finding
{
	int statement_no; /* 0: about the whole script */
	int line;
	dbc_lint_rule_id rule;
	dbc_lint_severity severity;
	const char *message;
	const char *suggestion; /* or NULL */
	int place; /* order of arrival; set by dbc_lint_add_finding() */
} dbc_lint_finding;

/* The findings of a script. */
typedef struct dbc_lint_result
{
	dbc_script script;
	const dbc_lint_analysis *analyses; /* one per statement */
	const dbc_lint_finding *items;	   /* by statement, then rule */
	int count;
} dbc_lint_result;

/* A linter with the settings of this database and all but the optional rules.
 */
extern dbc_lint_runner *dbc_lint_make_runner(dbc_host *host,
											 const dbc_setting_values *stored);

/* Checks a script as if the earlier ones had run.  A syntax error is a finding,
 * too. */
extern dbc_lint_result dbc_lint_source_text(dbc_lint_runner *linter,
											const dbc_lint_source *source);

extern const char *dbc_lint_severity_name(dbc_lint_severity severity);

/* ---- lint/impact.c ---- */

/* What a statement does to relations that existed before its script. */
typedef struct dbc_lint_impact
{
	bool opaque;			 /* effect unknown before it runs */
	dbc_lint_lock_mode lock; /* the strongest */
	const char *locks;		 /* JSON object: relation to the name of its lock */
	bool rewrites;			 /* any relation */
	int64_t bytes;			 /* of the largest relation, -1 if unknown */
} dbc_lint_impact;

/* The impact of statement i, from 0. */
extern dbc_lint_impact dbc_lint_find_impact(const dbc_lint_runner *linter,
											const dbc_lint_result *linted,
											int i);

/* ---- lint/suppress.c ---- */

/* Removes findings that comments of the script suppress, and adds one for each
 * comment that suppresses nothing. */
extern void dbc_lint_suppress_findings(dbc_lint *lint);

/* ---- lint/findings.c ---- */

/* Findings of a script while they are collected. */
typedef struct dbc_lint_findings
{
	dbc_host *host;
	const bool *wanted;
	dbc_lint_finding *items;
	int count;
} dbc_lint_findings;

/* Adds a finding, unless its rule is disabled. */
extern void dbc_lint_add_finding(dbc_lint_findings *found,
								 dbc_lint_finding finding);

/* By statement, then rule. */
extern void dbc_lint_sort_findings(dbc_lint_findings *found);

#endif /* DBC_LINT_RUN_H */
