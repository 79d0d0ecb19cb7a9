/*
 * sqlite_diff.c
 *	  SQL that makes one schema another.
 */
#include "sqlite_ext.h"

/* SQL that makes one schema another; see host.h. */
const char *
dbcsl_diff(dbc_host *host, const dbc_schema *from, const dbc_schema *to)
{
	(void) from;
	(void) to;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "not yet");
}
