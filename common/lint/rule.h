/*
 * rule.h
 *	  What the rules of dbmigrate_lint share.
 *
 * A family of rules is one function that sees every operation of a script in
 * order, and one that is called at its end.  A finding is a row, never an
 * error.
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
	int engines;	/* DBC_ON_* whose scripts it is about */
	dbc_lint_severity severity;
	bool optional;		 /* runs only if the option rules names it */
	const char *aliases; /* in other tools' comments, each with a blank around:
						  * " squawk:ban-drop-column eugene:E2 " */
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

/* One script being looked at. */
typedef struct dbc_lint
{
	dbc_host *host;
	dbc_lint_session *session;
	const dbc_script *script;
	const char *text;								 /* of it */
	const dbc_lint_analysis *analyses;				 /* one per statement */
	const struct dbc_lint_operation_map *operations; /* the same by object */
	int statement;		   /* at which rules look now, from 0 */
	bool explained;		   /* a rule has said why the statement is refused */
	int engine;			   /* whose dialect it is in */
	int target;			   /* engine it is to run on, too: DBC_ON_*, or 0 */
	double target_version; /* of the engine: 15, 3.4 for 3.40; 0: this one */
	bool transactional;	   /* is meant to run inside a transaction */
	bool atomic;		/* and does: nothing in it runs outside of one only */
	bool reversible;	/* has a way back, or need not */
	bool follows;		/* runs right after those that were read before */
	bool times_out;		/* a limit for lock waits is set outside of it */
	double large_bytes; /* from which a table counts as large */
	struct dbc_lint_findings *found;
} dbc_lint;

/* An object was not there before the script, or before those that run with it.
 */
extern bool dbc_lint_is_exempt(const dbc_lint *lint,
							   const dbc_lint_object *object);

/*
 * The severity of something that takes as long as a table is large: the rule's
 * own where its size is not known; else error if it is large (setting
 * lint_large_table_mb), info if it is less than a hundredth of that, warning
 * between; never above the rule's own.  Where it is empty, there is no danger:
 * false.
 */
extern bool dbc_lint_rate_by_size(const dbc_lint *lint, dbc_lint_rule_id rule,
								  const dbc_lint_object *object,
								  dbc_lint_severity *severity);

/* ", which has about 1,000,000 rows (1.2 GB)"; "" where not known. */
extern const char *dbc_lint_size_text(const dbc_lint *lint,
									  const dbc_lint_object *object);

/*
 * Reports a finding about the current statement with the rule's own severity,
 * or a given one.  suggestion is a sentence, or SQL that can be pasted, or
 * NULL.
 */
extern void dbc_lint_report(dbc_lint *lint, dbc_lint_rule_id rule,
							const char *suggestion, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
extern void dbc_lint_report_as(dbc_lint *lint, dbc_lint_rule_id rule,
							   dbc_lint_severity severity,
							   const char *suggestion, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* ---- families of rules ---- */

/* Each sees an operation; operation NULL is the end of the script.  *state is
 * the family's own, NULL where a script begins. */
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

/* Looks at the text of a script: what the target does not understand. */
extern void dbc_lint_check_portability(dbc_lint *lint);

#endif /* DBC_LINT_RULE_H */
