/*
 * context.h
 *	  What rules ask about the rest of a script, and how they name things.
 */
#ifndef DBC_LINT_CONTEXT_H
#define DBC_LINT_CONTEXT_H

#include "common/lint/rule.h"

/* Puts the deeds of a script in order of their subjects. */
extern const struct dbc_deed_map *dbc_map_deeds(const dbc_lint *lint);

/* The first deed of the script to a subject, or NULL. */
extern const dbc_deed_link *dbc_deeds_to(const dbc_lint *lint,
										 const dbc_subject *subject);

/* A set of verbs, for dbc_deed_in(). */
#define DBC_VERB(verb) (UINT64_C(1) << DBC_V_##verb)

/*
 * The first deed, by statements first to last (from 0, last excluded), of one
 * of some verbs to a subject and, unless NULL, a column; NULL if there is none.
 */
extern const dbc_deed *dbc_deed_in(const dbc_lint *lint, int first, int last,
								   uint64_t verbs, const dbc_subject *subject,
								   const char *column);

/* Whether a deed has one of some flags. */
static inline bool
dbc_deed_is(const dbc_deed *deed, unsigned flags)
{
	return (deed->flags & flags) != 0;
}

/* Whether the script has added a column to a table before this statement. */
extern bool dbc_adds_column(const dbc_lint *lint, const dbc_subject *subject,
							const char *column);

/* Whether a list of columns, ended by NULL, has one. */
extern bool dbc_has_column(const char *const *columns, const char *column);

/* What the current statement does to a subject as a whole, or NULL. */
extern const dbc_effect *dbc_effect_on(const dbc_lint *lint,
									   const dbc_subject *subject);

/* Whether the current statement runs inside a transaction with others. */
extern bool dbc_in_transaction(const dbc_lint *lint);

/* Whether a statement, from 0, begins a transaction, or ends one. */
extern bool dbc_begins(const dbc_lint *lint, int statement);
extern bool dbc_ends(const dbc_lint *lint, int statement);

/*
 * The weight of something that breaks those who use a subject, however large it
 * is: the rule's own, but info where it is empty.  False if nobody uses it yet.
 */
extern bool dbc_weigh_break(const dbc_lint *lint, dbc_rule_id rule,
							const dbc_subject *subject, dbc_weight *weight);

/* A name in quotes where it needs them. */
extern const char *dbc_quoted(const dbc_lint *lint, const char *name);

/* A subject with its size, for messages. */
extern const char *dbc_sized(const dbc_lint *lint, const dbc_subject *subject);

/* "index orders_a", or "an index" where it has no name. */
extern const char *dbc_named(const dbc_lint *lint, const char *type,
							 const char *name);

/* The text of the current statement, without comments behind it. */
extern const char *dbc_statement_text(const dbc_lint *lint);

/* Whether the current statement does one thing only. */
extern bool dbc_is_single(const dbc_lint *lint);

#endif /* DBC_LINT_CONTEXT_H */
