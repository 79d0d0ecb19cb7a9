/*
 * rule.h
 *	  The interface of the rules of dbmigrate_lint.
 *
 * A family of rules is a function called for every operation of a script, in
 * order, and once at the end.  A finding is a row, never an error.
 */
#ifndef DBC_LINT_RULE_H
#define DBC_LINT_RULE_H

#include "common/core/text.h"
#include "common/lint/lint.h"

typedef enum dbc_lint_severity
{
	DBC_LINT_INFO,
	DBC_LINT_WARNING,
	DBC_LINT_ERROR
} dbc_lint_severity;

#define DBC_RULE(name, ...) DBC_RULE_##name,
typedef enum dbc_lint_rule_id
{
#include "common/lint/rules.def"
	DBC_NRULES
} dbc_lint_rule_id;
#undef DBC_RULE

typedef struct dbc_lint_rule
{
	const char *id; /* with hyphens */
	int engines;	/* DBC_ON_*: engines whose scripts it checks */
	dbc_lint_severity severity;
	bool optional;		 /* runs only if the option rules names it */
	const char *aliases; /* names in the comments of other tools, each between
						  * blanks: " squawk:ban-drop-column eugene:E2 " */
	const char *why;
} dbc_lint_rule;

extern const dbc_lint_rule dbc_lint_rules[];

/* An operation of a script, and the next one to the same object. */
typedef struct dbc_lint_operation_link
{
	const dbc_lint_operation *operation;
	int statement; /* from 0 */
	struct dbc_lint_operation_link *next;
} dbc_lint_operation_link;

/* The script being checked. */
typedef struct dbc_lint
{
	dbc_host *host;
	dbc_lint_session *session;
	const dbc_script *script;
	const char *text;								 /* of the script */
	const dbc_lint_analysis *analyses;				 /* one per statement */
	const struct dbc_lint_operation_map *operations; /* by object */
	int statement;		   /* the current one, from 0 */
	bool explained;		   /* a rule has reported why the statement fails */
	int engine;			   /* dialect of the script */
	int target;			   /* other engine it must run on: DBC_ON_*, or 0 */
	double target_version; /* 15, or 3.4 for 3.40; 0: this version */
	bool transactional;	   /* meant to run inside a transaction */
	bool atomic;	 /* transactional, and every statement can run inside one */
	bool reversible; /* has a down script, or needs none */
	bool follows;	 /* runs right after the scripts read before */
	bool lock_timeout_set; /* the caller sets lock_timeout */
	double large_bytes;	   /* size from which a table counts as large */
	struct dbc_lint_findings *found;
} dbc_lint;

/* Whether an object is temporary, or created by this script or one that it
 * follows: nothing uses it yet. */
extern bool dbc_lint_is_exempt(const dbc_lint *lint,
							   const dbc_lint_object *object);

/*
 * The severity of an operation whose time grows with the table: the default of
 * the rule if the size is unknown; else error if the table is large (setting
 * lint_large_table_mb), info if it is smaller than a hundredth of that, warning
 * between; never above the default.  False if the table is empty.
 */
extern bool dbc_lint_rate_by_size(const dbc_lint *lint, dbc_lint_rule_id rule,
								  const dbc_lint_object *object,
								  dbc_lint_severity *severity);

/* ", which has about 1,000,000 rows (1.2 GB)"; "" if unknown. */
extern const char *dbc_lint_size_text(const dbc_lint *lint,
									  const dbc_lint_object *object);

/*
 * Reports a finding about the current statement, with the default severity of
 * the rule or a given one.  suggestion is a sentence, SQL to copy, or NULL.
 */
extern void dbc_lint_report(dbc_lint *lint, dbc_lint_rule_id rule,
							const char *suggestion, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
extern void dbc_lint_report_as(dbc_lint *lint, dbc_lint_rule_id rule,
							   dbc_lint_severity severity,
							   const char *suggestion, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* ---- families of rules ---- */

/* Called for each operation, and with NULL at the end of the script.  *state is
 * private to the family, NULL when a script begins. */
extern void dbc_lint_check_index(dbc_lint *lint,
								 const dbc_lint_operation *operation,
								 void **state);
extern void dbc_lint_check_constraint(dbc_lint *lint,
									  const dbc_lint_operation *operation,
									  void **state);
extern void dbc_lint_check_column(dbc_lint *lint,
								  const dbc_lint_operation *operation,
								  void **state);
extern void dbc_lint_check_drop(dbc_lint *lint,
								const dbc_lint_operation *operation,
								void **state);
extern void dbc_lint_check_kept(dbc_lint *lint,
								const dbc_lint_operation *operation,
								void **state);
extern void dbc_lint_check_data(dbc_lint *lint,
								const dbc_lint_operation *operation,
								void **state);
extern void dbc_lint_check_lock(dbc_lint *lint,
								const dbc_lint_operation *operation,
								void **state);
extern void dbc_lint_check_security(dbc_lint *lint,
									const dbc_lint_operation *operation,
									void **state);
extern void dbc_lint_check_name(dbc_lint *lint,
								const dbc_lint_operation *operation,
								void **state);
extern void dbc_lint_check_script(dbc_lint *lint,
								  const dbc_lint_operation *operation,
								  void **state);
extern void dbc_lint_check_sqlite(dbc_lint *lint,
								  const dbc_lint_operation *operation,
								  void **state);

/* Checks the text of a script for what the target does not support. */
extern void dbc_lint_check_portability(dbc_lint *lint);

#endif /* DBC_LINT_RULE_H */
