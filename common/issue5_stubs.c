/*
 * issue5_stubs.c
 *	  Scaffolding: what is not there yet.
 */
#include "functions.h"

void
dbc_run_dbhealth_fleet(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_fleet is not there yet");
}
