/*
 * watch.c
 *	  Records who changes the schema outside migrations: called by the event
 *	  triggers of dbmigrate_watch().
 */
#include "pg_ext/core/event_trigger.h"
#include "pg_ext/core/script.h"
#include "pg_ext/migrate/track.h"

/* Adds rows to the record. */
static void
record(dbcpg_host *host, const EventTriggerData *data)
{
	if (dbcpg_is_in_migration())
		return;
	dbc_query(&host->base,
			  strcmp(data->event, "sql_drop") == 0 ? "migrate/record_drops"
												   : "migrate/record_commands",
			  dbc_text(host->base.user),
			  dbcpg_client_statement(host, GetCommandTagName(data->tag)));
}

/* See migrate/track.h. */
void
dbcpg_migrate_record_change(FunctionCallInfo fcinfo)
{
	static const dbcpg_recorder recorder = {
		.function = {.name = "dbcare_record_change", .class = DBC_WRITE},
		.table = "schema_change",
		.starter = "dbmigrate_watch",
		.problem = "recording a schema change; dbmigrate_watch(false) stops "
				   "recording",
		.record = record};

	dbcpg_record_event(fcinfo, &recorder);
}
