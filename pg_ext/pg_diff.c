/*
 * pg_diff.c
 *	  SQL that makes one schema another.
 */
#include "pg_ext.h"

/* SQL that makes one schema another; see host.h. */
const char *
dbcpg_diff(dbc_host *base, const dbc_schema *from, const dbc_schema *to)
{
	(void) from;
	(void) to;
	dbc_fail(base, DBC_UNSUPPORTED, NULL, NULL, "not yet");
}
