/*
 * functions.h
 *	  Functions that the triggers of mode strict call.
 */
#ifndef DBCSL_AUDIT_FUNCTIONS_H
#define DBCSL_AUDIT_FUNCTIONS_H

#include "sqlite_ext/core/host.h"

/* Registers them; returns a result code. */
extern int dbcsl_audit_register(sqlite3 *db);

#endif /* DBCSL_AUDIT_FUNCTIONS_H */
