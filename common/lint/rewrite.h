/*
 * rewrite.h
 *	  Safe alternatives to reported statements, as SQL to copy.
 *
 * Each returns the steps in order; a comment above a step says in which
 * migration it runs.  NULL if too little is known.
 */
#ifndef DBC_LINT_REWRITE_H
#define DBC_LINT_REWRITE_H

#include "common/lint/context.h"

/* Comment above a statement that must run by itself. */
#define DBC_ALONE "-- a separate migration, outside a transaction\n"

/* Columns, quoted if necessary: "a, b"; NULL if one is an expression. */
extern const char *dbc_lint_column_list(const dbc_lint *lint,
										const char *const *columns);

/* A name for a new object of a table column, quoted if necessary:
 * "orders_note_check". */
extern const char *dbc_lint_make_name(const dbc_lint *lint,
									  const dbc_lint_object *object,
									  const char *column, const char *suffix);

/* The same for several columns: "orders_customer_day_idx". */
extern const char *dbc_lint_make_key_name(const dbc_lint *lint,
										  const dbc_lint_object *object,
										  const char *const *columns,
										  const char *suffix);

/* Inserts words after the first of some others in the current statement; NULL
 * if it contains none of them.  The list ends with NULL. */
extern const char *dbc_lint_insert_words(const dbc_lint *lint,
										 const char *const *after,
										 const char *words);

/* [PG] Builds indexes without blocking writes. */
extern const char *dbc_lint_rewrite_index(const dbc_lint *lint);
extern const char *
dbc_lint_rewrite_partitioned_index(const dbc_lint *lint,
								   const dbc_lint_operation *operation);
extern const char *dbc_lint_rewrite_unique(const dbc_lint *lint,
										   const dbc_lint_operation *operation);

/* [PG] Adds a constraint first and validates it later. */
extern const char *
dbc_lint_rewrite_not_valid(const dbc_lint *lint,
						   const dbc_lint_operation *operation);
/* steps are numbered from first */
extern const char *dbc_lint_rewrite_not_null(const dbc_lint *lint,
											 const dbc_lint_object *object,
											 const char *column, int first);
extern const char *dbc_lint_rewrite_attach(const dbc_lint *lint,
										   const dbc_lint_operation *operation);

/* [PG] Fills the rows of a column in batches. */
extern const char *
dbc_lint_rewrite_add_column(const dbc_lint *lint,
							const dbc_lint_operation *operation);
extern const char *
dbc_lint_rewrite_change_type(const dbc_lint *lint,
							 const dbc_lint_operation *operation);

/* The call of dbmigrate_backfill() for an UPDATE of a table (of column, unless
 * NULL); a comment if the table has no key. */
extern const char *dbc_lint_rewrite_backfill(const dbc_lint *lint,
											 const dbc_lint_object *table,
											 const char *column,
											 const char *update);

/* A query for rows with duplicate keys. */
extern const char *
dbc_lint_query_duplicates(const dbc_lint *lint,
						  const dbc_lint_operation *operation);

#endif /* DBC_LINT_REWRITE_H */
