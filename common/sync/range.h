/*
 * range.h
 *	  Keys in an order that both engines share, and ranges of them.
 */
#ifndef DBC_SYNC_RANGE_H
#define DBC_SYNC_RANGE_H

#include "common/sync/encode.h"

/* Less than 0, 0 or more: nulls are before numbers, these before text by its
 * bytes, and that before blobs; value by value. */
extern int dbc_sync_compare_keys(const unsigned char *a, size_t na,
								 const unsigned char *b, size_t nb);

/* A query of a table, and its bounds. */
typedef struct dbc_sync_range
{
	const char *query;
	const dbc_sync_value *bounds;
	int nbounds;
} dbc_sync_range;

/* The query of the rows between two keys, and some beside them; a NULL is no
 * bound.  False if no index finds them.  Without is_sure the query may miss
 * rows of SQLite whose values are stored in another form, or null. */
extern bool dbc_sync_find_range(dbc_host *host, const dbc_sync_table *table,
								const dbc_sync_key *lower,
								const dbc_sync_key *upper, bool is_sure,
								dbc_sync_range *range);

/* A list to order rows by their keys, in key order as far as the engine can. */
extern const char *dbc_sync_order_list(dbc_host *host,
									   const dbc_sync_table *table);

/* A key as JSON: an object of columns, or else the value of the only one. */
extern const char *dbc_sync_key_text(dbc_host *host,
									 const dbc_sync_table *table,
									 const unsigned char *bytes, size_t length,
									 bool is_object);

/* A key from JSON: an object of columns; what names it. */
extern void dbc_sync_read_key(dbc_host *host, const dbc_sync_table *table,
							  const char *json, const char *what,
							  dbc_sync_key *key);

#endif /* DBC_SYNC_RANGE_H */
