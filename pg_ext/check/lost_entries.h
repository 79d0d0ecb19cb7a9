/*
 * lost_entries.h
 *	  Entries of an index whose rows are in damaged pages.
 */
#ifndef DBCPG_CHECK_LOST_ENTRIES_H
#define DBCPG_CHECK_LOST_ENTRIES_H

#include "common/check/host.h"

/* See common/check/host.h. */
extern void dbcpg_check_lost_entries(dbc_host *host, const dbc_relation *table,
									 const int64_t *bad, int nbad,
									 dbc_check_entries *found);

#endif /* DBCPG_CHECK_LOST_ENTRIES_H */
