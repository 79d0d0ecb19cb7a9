/*
 * capture.h
 *	  The trigger that keeps deleted rows.
 */
#ifndef DBCPG_ARCHIVE_CAPTURE_H
#define DBCPG_ARCHIVE_CAPTURE_H

#include "pg_ext/core/compat.h"

#include "fmgr.h"

/* Stores the deleted row of an AFTER DELETE trigger, or refuses a TRUNCATE. */
extern void dbcpg_archive_capture(FunctionCallInfo fcinfo);

#endif /* DBCPG_ARCHIVE_CAPTURE_H */
