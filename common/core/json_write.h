/*
 * json_write.h
 *	  Writing JSON, spaced and ordered like PostgreSQL's jsonb, so that both
 *	  engines return the same text: keys by length, then by bytes; ", " and ": "
 *	  as separators; the last of several equal keys is kept.
 */
#ifndef DBC_CORE_JSON_WRITE_H
#define DBC_CORE_JSON_WRITE_H

#include "common/core/text.h"

typedef struct dbc_json_node dbc_json_node;

/* Compares keys in the order of jsonb. */
extern int dbc_json_compare_keys(const char *left, const char *right);

/* Empty containers. */
extern dbc_json_node *dbc_json_object(dbc_host *host);
extern dbc_json_node *dbc_json_array(dbc_host *host);

/* Add a member to an object; a NULL pointer or a NaN becomes null. */
extern void dbc_json_put(dbc_json_node *object, const char *key,
						 dbc_json_node *value);
extern void dbc_json_put_text(dbc_json_node *object, const char *key,
							  const char *text);
extern void dbc_json_put_int(dbc_json_node *object, const char *key,
							 int64_t integer);
extern void dbc_json_put_bool(dbc_json_node *object, const char *key,
							  bool truth);
extern void dbc_json_put_value(dbc_json_node *object, const char *key,
							   const dbc_value *value);

/* Adds a value of a query result as a member. */
extern void dbc_json_put_cell(dbc_json_node *object, const char *key,
							  const dbc_rows *rows, int row, int col);

/* Add an element to an array. */
extern void dbc_json_push(dbc_json_node *array, dbc_json_node *value);
extern void dbc_json_push_value(dbc_json_node *array, const dbc_value *value);
extern void dbc_json_push_text(dbc_json_node *array, const char *text);

/* The number of elements or members. */
extern int dbc_json_length(const dbc_json_node *node);

/* Adds the number of elements of a list, and the list itself to lists, unless
 * that is NULL: long lists are returned on request. */
extern void dbc_json_put_counted(dbc_json_node *object, dbc_json_node *lists,
								 const char *key, dbc_json_node *list);

/* Appends text as a JSON string. */
extern void dbc_json_append_string(dbc_buffer *buffer, const char *text);

/* The JSON text of a node. */
extern const char *dbc_json_text(const dbc_json_node *node);

/* Emits node as the only result of a function that returns JSON. */
extern void dbc_json_emit(dbc_host *host, const dbc_json_node *node);

#endif /* DBC_CORE_JSON_WRITE_H */
