/*
 * ddl.c
 *	  Logs changes of the schema: called by the event triggers of
 *	  dbaudit_watch().
 */
#include "pg_ext/audit/capture.h"
#include "pg_ext/core/event_trigger.h"

#include "common/audit/ddl.h"

static void
record(dbcpg_host *host, const EventTriggerData *data)
{
	const char *command = GetCommandTagName(data->tag);

	dbc_audit_log_ddl(&host->base, strcmp(data->event, "sql_drop") == 0,
					  command, dbcpg_client_statement(host, command));
}

/* See audit/capture.h. */
void
dbcpg_audit_log_ddl(FunctionCallInfo fcinfo)
{
	static const dbcpg_recorder recorder = {
		.function = {.name = "dbcare_log_ddl", .class = DBC_WRITE},
		.table = "audit_entry",
		.starter = "dbaudit_watch",
		.problem = "logging a change of the schema; dbaudit_watch(false) stops "
				   "logging",
		.record = record};

	dbcpg_record_event(fcinfo, &recorder);
}
