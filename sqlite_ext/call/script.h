/*
 * script.h
 *	  Running scripts.
 */
#ifndef DBCSL_CALL_SCRIPT_H
#define DBCSL_CALL_SCRIPT_H

#include "sqlite_ext/core/host.h"

extern const dbc_rows *dbcsl_run(dbc_host *host, const dbc_script *script,
								 const bool *skip);

/* ---- call/outside.c ---- */

extern bool dbcsl_run_outside(dbc_host *host, const dbc_outside_script *work,
							  dbc_error *error);

#endif /* DBCSL_CALL_SCRIPT_H */
