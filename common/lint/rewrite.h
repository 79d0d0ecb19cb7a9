/*
 * rewrite.h
 *	  The safe way to do what rules warn of, as SQL that can be pasted.
 *
 * Each gives the steps in their order; a comment over a step says to which
 * migration it belongs.  NULL where what is known is not enough.
 */
#ifndef DBC_LINT_REWRITE_H
#define DBC_LINT_REWRITE_H

#include "common/lint/context.h"

/* Comment over what cannot run together with anything else. */
#define DBC_ALONE "-- a separate migration, outside a transaction\n"

/* Columns in quotes where they need them, "a, b"; NULL if one is none but an
 * expression. */
extern const char *dbc_lint_column_list(const dbc_lint *lint,
										const char *const *columns);

/* A name for something new that belongs to a column of a table, in quotes where
 * it needs them: "orders_note_check". */
extern const char *dbc_lint_make_name(const dbc_lint *lint,
									  const dbc_lint_object *object,
									  const char *column, const char *suffix);

/* The same of several columns: "orders_customer_day_idx". */
extern const char *dbc_lint_make_key_name(const dbc_lint *lint,
										  const dbc_lint_object *object,
										  const char *const *columns,
										  const char *suffix);

/* The current statement with words after the first of some others; NULL if it
 * has none of them.  The list ends with NULL. */
extern const char *dbc_lint_insert_words(const dbc_lint *lint,
										 const char *const *after,
										 const char *words);

/* [PG] An index, or what has an index, built while others write. */
extern const char *dbc_lint_rewrite_index(const dbc_lint *lint);
extern const char *
dbc_lint_rewrite_partitioned_index(const dbc_lint *lint,
								   const dbc_lint_operation *operation);
extern const char *dbc_lint_rewrite_unique(const dbc_lint *lint,
										   const dbc_lint_operation *operation);

/* [PG] A constraint that is there first and proven later. */
extern const char *
dbc_lint_rewrite_not_valid(const dbc_lint *lint,
						   const dbc_lint_operation *operation);
/* its steps are numbered from first */
extern const char *dbc_lint_rewrite_not_null(const dbc_lint *lint,
											 const dbc_lint_object *object,
											 const char *column, int first);
extern const char *dbc_lint_rewrite_attach(const dbc_lint *lint,
										   const dbc_lint_operation *operation);

/* [PG] A column whose rows are written in small pieces. */
extern const char *
dbc_lint_rewrite_add_column(const dbc_lint *lint,
							const dbc_lint_operation *operation);
extern const char *
dbc_lint_rewrite_change_type(const dbc_lint *lint,
							 const dbc_lint_operation *operation);

/* The call of dbmigrate_backfill() for an UPDATE of a table, for one of its
 * columns unless that is NULL; a comment where it has no key to go by. */
extern const char *dbc_lint_rewrite_backfill(const dbc_lint *lint,
											 const dbc_lint_object *table,
											 const char *column,
											 const char *update);

/* A query for rows that repeat a key. */
extern const char *
dbc_lint_query_duplicates(const dbc_lint *lint,
						  const dbc_lint_operation *operation);

#endif /* DBC_LINT_REWRITE_H */
