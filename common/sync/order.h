/*
 * order.h
 *	  Tables of a file in an order in which their rows can be inserted.
 */
#ifndef DBC_SYNC_ORDER_H
#define DBC_SYNC_ORDER_H

#include "common/sync/file.h"

/* A table of a file, and the one here that gets its rows. */
typedef struct dbc_sync_target
{
	dbc_sync_section *section;
	const dbc_relation *relation;
	/* rows refer to others of the table, or of tables on circles of keys, which
	 * come one after the other */
	bool is_circular;
	bool is_on_circle;
	dbc_sync_sum before; /* of its rows before the import */
	/* held ones that may be overwritten, as they were; or NULL */
	const dbc_rows *held;
} dbc_sync_target;

/* Parents come before their children, unless keys form a circle. */
extern void dbc_sync_order(dbc_host *host, dbc_sync_target *targets,
						   int ntargets);

#endif /* DBC_SYNC_ORDER_H */
