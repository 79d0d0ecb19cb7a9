/*
 * rule.h
 *	  What the rules of dbmigrate_lint share.
 *
 * A family of rules is one function that sees every deed of a script in order,
 * and one that is called at its end.  A finding is a row, never an error.
 */
#ifndef DBC_LINT_RULE_H
#define DBC_LINT_RULE_H

#include "common/core/text.h"
#include "common/lint/lint.h"

typedef enum dbc_weight
{
	DBC_W_INFO,
	DBC_W_WARNING,
	DBC_W_ERROR
} dbc_weight;

#define DBC_RULE(name, ...) DBC_RULE_##name,
typedef enum dbc_rule_id
{
#include "common/lint/rules.def"
	DBC_NRULES
} dbc_rule_id;
#undef DBC_RULE

typedef struct dbc_rule_entry
{
	const char *id; /* with hyphens */
	int engines;	/* DBC_ON_* whose scripts it is about */
	dbc_weight weight;
	bool optional;		 /* runs only if the option rules names it */
	const char *aliases; /* in other tools' comments, each with a blank around:
						  * " squawk:ban-drop-column eugene:E2 " */
	const char *why;
} dbc_rule_entry;

extern const dbc_rule_entry dbc_rule_entries[];

/* A deed of a script, and the next one to the same subject. */
typedef struct dbc_deed_link
{
	const dbc_deed *deed;
	int statement; /* from 0 */
	struct dbc_deed_link *next;
} dbc_deed_link;

/* One script being looked at. */
typedef struct dbc_lint
{
	dbc_host *host;
	dbc_session *session;
	const dbc_script *script;
	const char *text;				  /* of it */
	const dbc_reading *readings;	  /* one per statement */
	const struct dbc_deed_map *deeds; /* the same by subject */
	int statement;					  /* at which rules look now, from 0 */
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
	struct dbc_lint_found *found;
} dbc_lint;

/* A subject was not there before the script, or before those that run with it.
 */
extern bool dbc_is_exempt(const dbc_lint *lint, const dbc_subject *subject);

/*
 * The weight of something that takes as long as a table is large: the rule's
 * own where its size is not known; else error if it is large (setting
 * lint_large_table_mb), info if it is less than a hundredth of that, warning
 * between; never above the rule's own.  Where it is empty, there is no danger:
 * false.
 */
extern bool dbc_weigh(const dbc_lint *lint, dbc_rule_id rule,
					  const dbc_subject *subject, dbc_weight *weight);

/* ", which has about 1,000,000 rows (1.2 GB)"; "" where not known. */
extern const char *dbc_size_words(const dbc_lint *lint,
								  const dbc_subject *subject);

/*
 * Reports a finding about the current statement with the rule's own weight, or
 * a given one.  suggestion is a sentence, or SQL that can be pasted, or NULL.
 */
extern void dbc_find(dbc_lint *lint, dbc_rule_id rule, const char *suggestion,
					 const char *format, ...)
	__attribute__((format(printf, 4, 5)));
extern void dbc_find_weighed(dbc_lint *lint, dbc_rule_id rule,
							 dbc_weight weight, const char *suggestion,
							 const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* ---- families of rules ---- */

/* Each sees a deed; deed NULL is the end of the script.  *state is the family's
 * own, NULL where a script begins. */
extern void dbc_lint_index(dbc_lint *lint, const dbc_deed *deed, void **state);
extern void dbc_lint_constraint(dbc_lint *lint, const dbc_deed *deed,
								void **state);
extern void dbc_lint_column(dbc_lint *lint, const dbc_deed *deed, void **state);
extern void dbc_lint_drop(dbc_lint *lint, const dbc_deed *deed, void **state);
extern void dbc_lint_data(dbc_lint *lint, const dbc_deed *deed, void **state);
extern void dbc_lint_lock(dbc_lint *lint, const dbc_deed *deed, void **state);
extern void dbc_lint_security(dbc_lint *lint, const dbc_deed *deed,
							  void **state);
extern void dbc_lint_name(dbc_lint *lint, const dbc_deed *deed, void **state);
extern void dbc_lint_script(dbc_lint *lint, const dbc_deed *deed, void **state);
extern void dbc_lint_sqlite(dbc_lint *lint, const dbc_deed *deed, void **state);

/* Looks at the text of a script: what the target does not understand. */
extern void dbc_lint_portability(dbc_lint *lint);

#endif /* DBC_LINT_RULE_H */
