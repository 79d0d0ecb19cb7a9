/*
 * event_trigger.h
 *	  Functions of event triggers, which record what changes the schema.
 */
#ifndef DBCPG_CORE_EVENT_TRIGGER_H
#define DBCPG_CORE_EVENT_TRIGGER_H

#include "pg_ext/core/host.h"

#include "commands/event_trigger.h"

/* What an event trigger records. */
typedef struct dbcpg_recorder
{
	dbc_function function; /* of the trigger */
	const char *table;	   /* of dbcare, that it writes */
	const char *starter;   /* the call that creates the trigger, and ends it */
	const char *problem;   /* that an error has as its context */
	void (*record)(dbcpg_host *host, const EventTriggerData *data);
} dbcpg_recorder;

/* Records the command that fired an event trigger; not without dbcare's table,
 * nor in the script of an extension. */
extern void dbcpg_record_event(FunctionCallInfo fcinfo,
							   const dbcpg_recorder *recorder);

/* The statement the client sent, as it is recorded; null if it could have a
 * password. */
extern dbc_value dbcpg_client_statement(dbcpg_host *host, const char *command);

#endif /* DBCPG_CORE_EVENT_TRIGGER_H */
