/*
 * cursor.h
 *	  Cursors of dbcare, out of reach of code that runs between two fetches: a
 *	  trigger or a function of users could move one by its name, and CLOSE ALL
 *	  closes those that are not pinned.
 */
#ifndef DBCPG_CORE_CURSOR_H
#define DBCPG_CORE_CURSOR_H

#include "postgres.h"

#include "utils/portal.h"

/* The name to open a cursor with, which is valid until the next call. */
extern const char *dbcpg_name_cursor(void);

/* Keeps a cursor that was opened with it until it is closed. */
extern Portal dbcpg_keep_cursor(Portal cursor);

extern void dbcpg_close_cursor(Portal cursor);

#endif /* DBCPG_CORE_CURSOR_H */
