/*
 * every_row.h
 *	  Whether filters match every row, whatever its values.
 */
#ifndef DBC_OPS_EVERY_ROW_H
#define DBC_OPS_EVERY_ROW_H

#include "common/ops/ops.h"

/* False only if a row of the table is possible that the filters do not match;
 * they have been checked by dbc_ops_add_filters(). */
extern bool dbc_ops_match_every_row(dbc_host *host, const dbc_ops_table *table,
									const dbc_json_item *filters);

#endif /* DBC_OPS_EVERY_ROW_H */
