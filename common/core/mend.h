/*
 * mend.h
 *	  [SQLite] Statements of a script that run once something is put aside.
 */
#ifndef DBC_CORE_MEND_H
#define DBC_CORE_MEND_H

#include "common/core/host.h"

typedef struct dbc_script_mend
{
	/* whether a statement that failed can run now */
	bool (*put_aside)(dbc_host *host, const dbc_error *error);
	void (*put_back)(dbc_host *host); /* after it has run */
} dbc_script_mend;

#endif /* DBC_CORE_MEND_H */
