/*
 * issue6_stubs.c
 *	  Scaffolding: what is not there yet.
 */
#include "functions.h"

void
dbc_run_dbmigrate_rebuild(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbmigrate_rebuild is not there yet");
}
