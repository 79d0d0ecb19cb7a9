/*
 * run.h
 *	  Having scripts looked at by the rules, as dbmigrate_lint, _plan and _apply
 *	  do.
 */
#ifndef DBC_LINT_RUN_H
#define DBC_LINT_RUN_H

#include "common/core/json_write.h"
#include "common/core/settings.h"
#include "common/lint/rule.h"

/* One call: which rules, and what its scripts have made so far. */
typedef struct dbc_lint_runner
{
	dbc_host *host;
	dbc_lint_session *session;
	const bool *wanted;	   /* by rule */
	int target;			   /* DBC_ON_*, or 0: no other engine than this one */
	double target_version; /* or 0: this one's */
	double large_bytes;
	bool times_out; /* lock waits have a limit whatever the script says */
	bool one_way;	/* no migration of the set has a way back */
} dbc_lint_runner;

/* A script to look at. */
typedef struct dbc_lint_source
{
	const char *text;
	const dbc_script *split; /* the same as statements; NULL: not split yet */
	const char *file;		 /* or NULL */
	int first_line;			 /* of it within file, from 1 */
	bool transactional;
	bool reversible; /* has a way back, or need not have one */
	bool follows;	 /* runs right after those that were read before */
} dbc_lint_source;

typedef struct dbc_lint_finding
{
	int statement_no; /* 0: of the script as a whole */
	int line;
	dbc_lint_rule_id rule;
	dbc_lint_severity severity;
	const char *message;
	const char *suggestion; /* or NULL */
	int place; /* in the order they came; dbc_lint_add_finding() sets it */
} dbc_lint_finding;

/* What came of a script. */
typedef struct dbc_lint_result
{
	dbc_script script;
	const dbc_lint_analysis *analyses; /* one per statement */
	const dbc_lint_finding *items;	   /* by statement, then rule */
	int count;
} dbc_lint_result;

/* A linter with the settings of this database, and all rules but the
 * optional ones. */
extern dbc_lint_runner *dbc_lint_make_runner(dbc_host *host,
											 const dbc_setting_values *stored);

/* Has it look at a script as if those before had run.  Text that is no SQL is a
 * finding, too. */
extern dbc_lint_result dbc_lint_source_text(dbc_lint_runner *linter,
											const dbc_lint_source *source);

extern const char *dbc_lint_severity_name(dbc_lint_severity severity);

/* ---- lint/impact.c ---- */

/* What a statement does to relations that were there before its script. */
typedef struct dbc_lint_impact
{
	bool opaque;			 /* only running it can tell */
	dbc_lint_lock_mode lock; /* the strongest */
	const char *locks;		 /* JSON object: relation to the name of its lock */
	bool rewrites;			 /* any */
	int64_t bytes;			 /* of the largest one, -1 where not known */
} dbc_lint_impact;

/* What a statement does, from 0. */
extern dbc_lint_impact dbc_lint_find_impact(const dbc_lint_runner *linter,
											const dbc_lint_result *linted,
											int i);

/* ---- lint/suppress.c ---- */

/* Takes out the findings that comments of the script suppress, and adds one for
 * each comment that suppresses nothing. */
extern void dbc_lint_suppress_findings(dbc_lint *lint);

/* ---- lint/findings.c ---- */

/* Findings of a script, while they are gathered. */
typedef struct dbc_lint_findings
{
	dbc_host *host;
	const bool *wanted;
	dbc_lint_finding *items;
	int count;
} dbc_lint_findings;

/* Adds a finding, unless its rule is not wanted. */
extern void dbc_lint_add_finding(dbc_lint_findings *found,
								 dbc_lint_finding finding);

/* Puts them in order. */
extern void dbc_lint_sort_findings(dbc_lint_findings *found);

#endif /* DBC_LINT_RUN_H */
