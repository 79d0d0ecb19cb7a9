/*
 * script_retry.h
 *	  [SQLite] Statements of a script that run once something is put aside.
 */
#ifndef DBC_CORE_SCRIPT_RETRY_H
#define DBC_CORE_SCRIPT_RETRY_H

#include "common/core/host.h"

typedef struct dbc_script_retry
{
	/* whether a statement that failed can run now */
	bool (*put_aside)(dbc_host *host, const dbc_error *error);
	void (*put_back)(dbc_host *host); /* after it has run */
} dbc_script_retry;

#endif /* DBC_CORE_SCRIPT_RETRY_H */
