/*
 * change.h
 *	  Statements that change rows, and what they return.
 */
#ifndef DBC_OPS_CHANGE_H
#define DBC_OPS_CHANGE_H

#include "common/core/options.h"
#include "common/ops/ops.h"

/* What a call has changed. */
typedef struct dbc_ops_change
{
	const dbc_ops_table *table;
	const dbc_ops_column **returned; /* the key, then columns for rows */
	int nkeys;						 /* columns of the key that are returned */
	int nreturned;
	bool wants_rows;
	int64_t affected;
	/* elements of JSON arrays */
	dbc_buffer keys;
	dbc_buffer rows;
} dbc_ops_change;

/* Prepares a change of the table of an argument, with these options. */
extern void dbc_ops_begin_change(dbc_host *host, dbc_ops_change *change,
								 const dbc_value *relation,
								 const dbc_option_value *returning,
								 const dbc_option_value *keys,
								 const dbc_option_value *lock_timeout_ms);

/* Appends a value of a column that is written. */
extern void dbc_ops_add_written(dbc_ops_statement *statement,
								const dbc_ops_column *column,
								const dbc_json_item *item,
								const dbc_ops_value *value);

/* Appends RETURNING, runs the statement and adds its outcome. */
extern void dbc_ops_run_change(dbc_ops_statement *statement,
							   dbc_ops_change *change);

/* Returns to a copy of a change that was made before. */
extern void dbc_ops_reset_change(dbc_ops_change *change,
								 const dbc_ops_change *before);

/* Puts affected, keys and rows into a result. */
extern void dbc_ops_put_change(dbc_json_node *result,
							   const dbc_ops_change *change);

/* Whether to try again after an error; counts down retries, and waits. */
extern bool dbc_ops_may_retry(dbc_host *host, dbc_error *error,
							  int64_t *retries);

#endif /* DBC_OPS_CHANGE_H */
