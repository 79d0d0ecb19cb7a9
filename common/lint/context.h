/*
 * context.h
 *	  The operations of a script by object, and names for messages.
 */
#ifndef DBC_LINT_CONTEXT_H
#define DBC_LINT_CONTEXT_H

#include "common/lint/rule.h"

/* Groups the operations of a script by their objects. */
extern const struct dbc_lint_operation_map *
dbc_lint_map_operations(const dbc_lint *lint);

/* The first operation of the script to an object, or NULL. */
extern const dbc_lint_operation_link *
dbc_lint_operations_on(const dbc_lint *lint, const dbc_lint_object *object);

/* A set of verbs, for dbc_lint_find_operation(). */
#define DBC_VERB(verb) (UINT64_C(1) << DBC_V_##verb)

/*
 * The first operation with one of these verbs to an object (and, unless NULL,
 * to one of its columns) in statements first (from 0) to last - 1; NULL if
 * none.
 */
extern const dbc_lint_operation *
dbc_lint_find_operation(const dbc_lint *lint, int first, int last,
						uint64_t verbs, const dbc_lint_object *object,
						const char *column);

static inline bool
dbc_lint_has_flag(const dbc_lint_operation *operation, unsigned flags)
{
	return (operation->flags & flags) != 0;
}

/* Whether the script has added a column to a table before this statement. */
extern bool dbc_lint_has_added_column(const dbc_lint *lint,
									  const dbc_lint_object *object,
									  const char *column);

/* Whether a list of columns, ended by NULL, contains a column. */
extern bool dbc_lint_has_column(const char *const *columns, const char *column);

/* Whether the current statement shares a transaction with others, one of the
 * script or the one around it. */
extern bool dbc_lint_is_in_transaction(const dbc_lint *lint);

/* Whether a statement, counted from 0, begins or ends a transaction. */
extern bool dbc_lint_begins_transaction(const dbc_lint *lint, int statement);
extern bool dbc_lint_ends_transaction(const dbc_lint *lint, int statement);

/*
 * The severity of a change that breaks applications however large the object
 * is: the default of the rule, or info if the object is empty.  False if the
 * object is new.
 */
extern bool dbc_lint_rate_break(const dbc_lint *lint, dbc_lint_rule_id rule,
								const dbc_lint_object *object,
								dbc_lint_severity *severity);

/* A name, quoted if necessary. */
extern const char *dbc_lint_quote(const dbc_lint *lint, const char *name);

/* An object with its size, for messages. */
extern const char *dbc_lint_sized_name(const dbc_lint *lint,
									   const dbc_lint_object *object);

/* "index orders_a", or "an index" if it has no name. */
extern const char *dbc_lint_typed_name(const dbc_lint *lint, const char *type,
									   const char *name);

/* The text of the current statement without trailing comments. */
extern const char *dbc_lint_statement_text(const dbc_lint *lint);

/* Whether the current statement has a single operation. */
extern bool dbc_lint_is_single_operation(const dbc_lint *lint);

#endif /* DBC_LINT_CONTEXT_H */
