/*
 * held.h
 *	  Held rows, which an import must not overwrite.
 */
#ifndef DBC_SYNC_HELD_H
#define DBC_SYNC_HELD_H

#include "common/sync/order.h"

/* Reads the held rows of a target before its rows are overwritten. */
extern void dbc_sync_read_held(dbc_host *host, dbc_sync_target *target);

/* Fails if one of them is no longer as it was. */
extern void dbc_sync_check_held(dbc_host *host, const dbc_sync_target *target);

#endif /* DBC_SYNC_HELD_H */
