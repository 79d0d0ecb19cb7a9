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
#define DBC_ALONE "-- a migration of its own, outside a transaction\n"

/* Columns in quotes where they need them, "a, b"; NULL if one is none but an
 * expression. */
extern const char *dbc_column_names(const dbc_lint *lint,
									const char *const *columns);

/* A name for something new that belongs to a column of a table, in quotes where
 * it needs them: "orders_note_check". */
extern const char *dbc_new_name(const dbc_lint *lint,
								const dbc_subject *subject, const char *column,
								const char *suffix);

/* The same of several columns: "orders_customer_day_idx". */
extern const char *dbc_new_key_name(const dbc_lint *lint,
									const dbc_subject *subject,
									const char *const *columns,
									const char *suffix);

/* The current statement with words after the first of some others; NULL if it
 * has none of them.  The list ends with NULL. */
extern const char *dbc_with_words(const dbc_lint *lint,
								  const char *const *after, const char *words);

/* [PG] An index, or what has an index, built while others write. */
extern const char *dbc_recipe_index(const dbc_lint *lint);
extern const char *dbc_recipe_partitioned_index(const dbc_lint *lint,
												const dbc_deed *deed);
extern const char *dbc_recipe_unique(const dbc_lint *lint,
									 const dbc_deed *deed);

/* [PG] A constraint that is there first and proven later. */
extern const char *dbc_recipe_not_valid(const dbc_lint *lint,
										const dbc_deed *deed);
/* its steps are numbered from first */
extern const char *dbc_recipe_not_null(const dbc_lint *lint,
									   const dbc_subject *subject,
									   const char *column, int first);
extern const char *dbc_recipe_attach(const dbc_lint *lint,
									 const dbc_deed *deed);

/* [PG] A column whose rows are written in small pieces. */
extern const char *dbc_recipe_add_column(const dbc_lint *lint,
										 const dbc_deed *deed);
extern const char *dbc_recipe_change_type(const dbc_lint *lint,
										  const dbc_deed *deed);

/* The call of dbmigrate_backfill() for an UPDATE of a table, for one of its
 * columns unless that is NULL; a comment where it has no key to go by. */
extern const char *dbc_recipe_backfill(const dbc_lint *lint,
									   const dbc_subject *table,
									   const char *column, const char *update);

/* A query for rows that repeat a key. */
extern const char *dbc_recipe_duplicates(const dbc_lint *lint,
										 const dbc_deed *deed);

#endif /* DBC_LINT_REWRITE_H */
