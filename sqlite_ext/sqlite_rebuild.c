/*
 * sqlite_rebuild.c
 *	  Rebuilding a table.
 */
#include "sqlite_ext.h"

#include "rebuild.h"

/* Makes a table what a CREATE TABLE statement says; see host.h. */
void
dbcsl_rebuild_table(dbc_host *host, dbc_rebuild *task)
{
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "%s cannot be rebuilt yet",
			 task->table->shown);
}
