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
typedef struct dbc_linter
{
	dbc_host *host;
	dbc_session *session;
	const bool *wanted;	   /* by rule */
	int target;			   /* DBC_ON_*, or 0: no other engine than this one */
	double target_version; /* or 0: this one's */
	double large_bytes;
	bool times_out; /* lock waits have a limit whatever the script says */
	bool one_way;	/* no migration of the set has a way back */
} dbc_linter;

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
	dbc_rule_id rule;
	dbc_weight weight;
	const char *message;
	const char *suggestion; /* or NULL */
	int place; /* in the order they came; dbc_add_found() sets it */
} dbc_lint_finding;

/* What came of a script. */
typedef struct dbc_linted
{
	dbc_script script;
	const dbc_reading *readings;   /* one per statement */
	const dbc_lint_finding *items; /* by statement, then rule */
	int count;
} dbc_linted;

/* A linter with the settings of this database, and all rules but the
 * optional ones. */
extern dbc_linter *dbc_make_linter(dbc_host *host, const dbc_stored *stored);

/* Has it look at a script as if those before had run.  Text that is no SQL is a
 * finding, too. */
extern dbc_linted dbc_lint_source_text(dbc_linter *linter,
									   const dbc_lint_source *source);

extern const char *dbc_weight_name(dbc_weight weight);

/* ---- lint/impact.c ---- */

/* What a statement does to relations that were there before its script. */
typedef struct dbc_impact
{
	bool opaque;	   /* only running it can tell */
	dbc_lock lock;	   /* the strongest */
	const char *locks; /* JSON object: relation to the name of its lock */
	bool rewrites;	   /* any */
	int64_t bytes;	   /* of the largest one, -1 where not known */
} dbc_impact;

/* What a statement does, from 0. */
extern dbc_impact dbc_impact_of(const dbc_linter *linter,
								const dbc_linted *linted, int i);

/* ---- lint/suppress.c ---- */

/* Takes out the findings that comments of the script suppress, and adds one for
 * each comment that suppresses nothing. */
extern void dbc_suppress_findings_of(dbc_lint *lint);

/* ---- lint/findings.c ---- */

/* Findings of a script, while they are gathered. */
typedef struct dbc_lint_found
{
	dbc_host *host;
	const bool *wanted;
	dbc_lint_finding *items;
	int count;
	int room;
} dbc_lint_found;

/* Adds a finding, unless its rule is not wanted. */
extern void dbc_add_found(dbc_lint_found *found, dbc_lint_finding finding);

/* Puts them in order. */
extern void dbc_sort_found(dbc_lint_found *found);

#endif /* DBC_LINT_RUN_H */
