/*
 * change.h
 *	  What a session learns of changes of catalogs.
 */
#ifndef DBCPG_CORE_CHANGE_H
#define DBCPG_CORE_CHANGE_H

#include "pg_ext/core/compat.h"

/* How many changes this session has learnt of: what was read from the catalogs
 * that common/tools/keeps.c names is the same as long as this is. */
extern uint64 dbcpg_count_changes(void);

#endif /* DBCPG_CORE_CHANGE_H */
