/*
 * issue5_stubs.c
 *	  Scaffolding: what is not there yet.
 */
#include "functions.h"

void
dbc_run_dbhealth_indexes(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_indexes is not there yet");
}

void
dbc_run_dbhealth_connections(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_connections is not there yet");
}

void
dbc_run_dbhealth_schema(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_schema is not there yet");
}

void
dbc_run_dbhealth_statistics(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_statistics is not there yet");
}

void
dbc_run_dbhealth_html(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_html is not there yet");
}

void
dbc_run_dbhealth_fleet(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_fleet is not there yet");
}

void
dbc_run_dbhealth_optimize(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_optimize is not there yet");
}

void
dbc_run_dbhealth_fix(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbhealth_fix is not there yet");
}

void
dbc_run_dbmonitor_queries(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbmonitor_queries is not there yet");
}

void
dbc_run_dbmonitor_slow_queries(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbmonitor_slow_queries is not there yet");
}

void
dbc_run_dbmonitor_statistics(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbmonitor_statistics is not there yet");
}

void
dbc_run_dbmonitor_alerts(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbmonitor_alerts is not there yet");
}

void
dbc_run_dbmonitor_ack(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbmonitor_ack is not there yet");
}

void
dbc_run_dbmonitor_reset(dbc_host *host, const dbc_value *args)
{
	(void) args;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "dbmonitor_reset is not there yet");
}
