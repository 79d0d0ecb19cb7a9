/*
 * segment.h
 *	  What a segment of the log holds.
 */
#ifndef DBCPG_BACKUP_SEGMENT_H
#define DBCPG_BACKUP_SEGMENT_H

#include "pg_ext/core/host.h"

#include "common/backup/host.h"

/* See common/backup/host.h. */
extern dbc_wal_facts
dbcpg_backup_read_segment(dbc_host *host, const void *bytes, size_t length);

#endif /* DBCPG_BACKUP_SEGMENT_H */
