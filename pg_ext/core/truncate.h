/*
 * truncate.h
 *	  TRUNCATE of partitions that have no trigger for it yet.
 */
#ifndef DBCPG_CORE_TRUNCATE_H
#define DBCPG_CORE_TRUNCATE_H

#include "pg_ext/core/compat.h"

/* Installs a hook, once per session.  It refuses to truncate a table that
 * became a partition after dbarchive_enable() or dbaudit_enable(): row triggers
 * are inherited by partitions, those for TRUNCATE are not. */
extern void dbcpg_refuse_uncovered_truncate(void);

#endif /* DBCPG_CORE_TRUNCATE_H */
