/*
 * ops.h
 *	  Data operations: shared declarations of the room.
 *
 * A statement has names from the catalog, quoted by the engine, and parameters;
 * nothing else in it comes from the caller.
 */
#ifndef DBC_OPS_OPS_H
#define DBC_OPS_OPS_H

#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/ops/host.h"

/* The most parameters of a statement; SQLite allows 32766. */
#define DBC_OPS_MOST_VALUES 30000

/* The most conditions of a filter: SQLite limits the depth of expressions. */
#define DBC_OPS_MOST_CONDITIONS 500

typedef struct dbc_ops_statement
{
	dbc_host *host;
	const dbc_ops_table *table;
	bool reads_others; /* also tables of full-text indexes */
	bool is_callers;   /* the text is, not dbcare's */
	dbc_buffer text;
	dbc_ops_value *values;
	int nvalues;
	int nconditions;
	int ncomparisons; /* of columns */
} dbc_ops_statement;

/* ---- statement.c ---- */

/* The table of an argument. */
extern const dbc_ops_table *dbc_ops_find_table(dbc_host *host,
											   const char *relation);

/* A column of the table; fails if there is none. */
extern const dbc_ops_column *dbc_ops_find_column(dbc_host *host,
												 const dbc_ops_table *table,
												 const char *name);

/* Columns by their names, ended by NULL; all if there are no names. */
extern const dbc_ops_column **dbc_ops_find_columns(dbc_host *host,
												   const dbc_ops_table *table,
												   const char *const *names,
												   int *count);

extern void dbc_ops_begin(dbc_ops_statement *statement, dbc_host *host,
						  const dbc_ops_table *table);

/* Appends a parameter with a value. */
extern void dbc_ops_add_value(dbc_ops_statement *statement,
							  const dbc_ops_value *value);

/* Appends a parameter with a text. */
extern void dbc_ops_add_text(dbc_ops_statement *statement, const char *text);

/* Appends the names of columns. */
extern void dbc_ops_add_columns(dbc_ops_statement *statement,
								const dbc_ops_column *const *columns,
								int count);

/* A condition that no row satisfies, written without the search path. */
extern const char *dbc_ops_never(const dbc_ops_statement *statement);

extern const dbc_rows *dbc_ops_run(dbc_ops_statement *statement, bool *reused);

/* The same for many rows, which are not kept. */
extern void dbc_ops_run_by_row(dbc_ops_statement *statement,
							   const dbc_ops_receiver *receiver, bool *reused);

/* Whether a string names a number that JSON does not have: an infinite one, or
 * on PostgreSQL NaN, which SQLite does not have, either. */
extern bool dbc_ops_is_special(dbc_host *host, const dbc_ops_column *column,
							   const dbc_json_item *item);

/* Whether a column for numbers can have a JSON value as one. */
extern bool dbc_ops_is_number(dbc_host *host, const dbc_ops_column *column,
							  const dbc_json_item *item);

/* A JSON value of the caller, of a column that is written. */
extern dbc_ops_value dbc_ops_take(dbc_host *host, const dbc_ops_column *column,
								  const dbc_json_item *item);

/* Text of a JSON string; fails if it has the character NUL. */
extern const char *dbc_ops_take_text(dbc_host *host,
									 const dbc_json_item *string);

/* ---- given.c ---- */

/* The objects of an array, or one object, given as JSON; of is "", or what has
 * them, after a blank. */
extern const dbc_json_item **dbc_ops_read_rows(dbc_host *host,
											   const dbc_value *json,
											   const char *of, int *count);

/* Fails unless a unique index has just these columns. */
extern void dbc_ops_require_unique(dbc_host *host, const dbc_ops_table *table,
								   const dbc_ops_column *const *key, int nkey);

/* ---- filter.c ---- */

/* Reads an object of filters; no object is an empty one.  what names it. */
extern const dbc_json_item *
dbc_ops_read_object(dbc_host *host, const dbc_value *json, const char *what);

/* The value that a column is compared with or set to; fails if the column
 * cannot have it. */
extern dbc_ops_value dbc_ops_take_operand(dbc_host *host,
										  const dbc_ops_column *column,
										  const dbc_json_item *item);

/* Appends the condition of filters. */
extern void dbc_ops_add_filters(dbc_ops_statement *statement,
								const dbc_json_item *filters);

/* Appends a comparison of a column with a value. */
extern void dbc_ops_add_comparison(dbc_ops_statement *statement,
								   const dbc_ops_column *column,
								   dbc_ops_comparison comparison,
								   const dbc_json_item *item);

/* Whether rows of the table that are marked as deleted stay in it. */
extern bool dbc_ops_is_flagged(dbc_host *host, const dbc_ops_table *table);

/* Appends " where", filters, and unless deleted the condition that rows are not
 * marked as deleted. */
extern void dbc_ops_add_where(dbc_ops_statement *statement,
							  const dbc_json_item *filters, bool deleted);

/* ---- rows.c ---- */

/* Rows as objects of a JSON array. */
typedef struct dbc_ops_array
{
	const dbc_ops_column *const *columns;
	int nmembers;
	int *order;			 /* of each member: its column */
	const char **before; /* its value: the text up to there */
	int64_t nrows;
	dbc_buffer text; /* without the last bracket */
} dbc_ops_array;

extern void dbc_ops_begin_array(dbc_ops_array *array, dbc_host *host,
								const dbc_ops_column *const *columns,
								int count);
extern void dbc_ops_add_row(dbc_ops_array *array, const dbc_value *values);

/* Columns of a result from one on, as such an array. */
extern const char *dbc_ops_rows_text(dbc_host *host,
									 const dbc_ops_column *const *columns,
									 int count, const dbc_rows *rows, int first,
									 int nrows);

/* A cell as JSON text. */
extern const char *dbc_ops_cell_text(dbc_host *host,
									 const dbc_ops_column *column,
									 const dbc_value *value);

#endif /* DBC_OPS_OPS_H */
