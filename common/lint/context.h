/*
 * context.h
 *	  What rules ask about the rest of a script, and how they name things.
 */
#ifndef DBC_LINT_CONTEXT_H
#define DBC_LINT_CONTEXT_H

#include "common/lint/rule.h"

/* Puts the operations of a script in order of their objects. */
extern const struct dbc_lint_operation_map *
dbc_lint_map_operations(const dbc_lint *lint);

/* The first operation of the script to an object, or NULL. */
extern const dbc_lint_operation_link *
dbc_lint_operations_on(const dbc_lint *lint, const dbc_lint_object *object);

/* A set of verbs, for dbc_lint_find_operation(). */
#define DBC_VERB(verb) (UINT64_C(1) << DBC_V_##verb)

/*
 * The first operation, by statements first to last (from 0, last excluded), of
 * one of some verbs to an object and, unless NULL, a column; NULL if there is
 * none.
 */
extern const dbc_lint_operation *
dbc_lint_find_operation(const dbc_lint *lint, int first, int last,
						uint64_t verbs, const dbc_lint_object *object,
						const char *column);

/* Whether an operation has one of some flags. */
static inline bool
dbc_lint_has_flag(const dbc_lint_operation *operation, unsigned flags)
{
	return (operation->flags & flags) != 0;
}

/* Whether the script has added a column to a table before this statement. */
extern bool dbc_lint_has_added_column(const dbc_lint *lint,
									  const dbc_lint_object *object,
									  const char *column);

/* Whether a list of columns, ended by NULL, has one. */
extern bool dbc_lint_has_column(const char *const *columns, const char *column);

/* Whether the current statement runs inside a transaction with others. */
extern bool dbc_lint_is_in_transaction(const dbc_lint *lint);

/* Whether a statement, from 0, begins a transaction, or ends one. */
extern bool dbc_lint_begins_transaction(const dbc_lint *lint, int statement);
extern bool dbc_lint_ends_transaction(const dbc_lint *lint, int statement);

/*
 * The severity of something that breaks those who use an object, however large
 * it is: the rule's own, but info where it is empty.  False if nobody uses it
 * yet.
 */
extern bool dbc_lint_rate_break(const dbc_lint *lint, dbc_lint_rule_id rule,
								const dbc_lint_object *object,
								dbc_lint_severity *severity);

/* A name in quotes where it needs them. */
extern const char *dbc_lint_quote(const dbc_lint *lint, const char *name);

/* An object with its size, for messages. */
extern const char *dbc_lint_sized_name(const dbc_lint *lint,
									   const dbc_lint_object *object);

/* "index orders_a", or "an index" where it has no name. */
extern const char *dbc_lint_typed_name(const dbc_lint *lint, const char *type,
									   const char *name);

/* The text of the current statement, without comments behind it. */
extern const char *dbc_lint_statement_text(const dbc_lint *lint);

/* Whether the current statement does one thing only. */
extern bool dbc_lint_is_single_operation(const dbc_lint *lint);

#endif /* DBC_LINT_CONTEXT_H */
