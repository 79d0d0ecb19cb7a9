/*
 * pattern.h
 *	  Filters that look into texts.
 */
#ifndef DBC_OPS_PATTERN_H
#define DBC_OPS_PATTERN_H

#include "common/ops/ops.h"

/* Appends the condition of like, ilike, contains, starts_with or search. */
extern void dbc_ops_add_pattern(dbc_ops_statement *statement,
								const dbc_ops_column *column, const char *name,
								const dbc_json_item *item);

#endif /* DBC_OPS_PATTERN_H */
