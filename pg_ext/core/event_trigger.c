/*
 * event_trigger.c
 *	  Functions of event triggers, which record what changes the schema.
 *
 * It is recorded whatever role changes it: dbcare's tables are written by their
 * owner.
 */
#include "pg_ext/core/event_trigger.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "commands/extension.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Longer statements are truncated. */
#define LONGEST_STATEMENT 10000

/* Whether the table may be written: not if an untrusted role has created it to
 * read the statements of others. */
static bool
may_record(Oid function, const char *name)
{
	Oid schema = get_namespace_oid("dbcare", true);
	Oid table =
		OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
	Oid owner = OidIsValid(table) ? dbcpg_owner_of(table) : InvalidOid;

	return OidIsValid(owner) &&
		   (superuser_arg(owner) || owner == dbcpg_owner_of_function(function));
}

/* Whether a statement of this kind or text may contain a password; the text may
 * have several statements. */
static bool
may_hold_password(const char *command, const char *text)
{
	static const char *const secretive[] = {
		"SERVER", "USER MAPPING", "SUBSCRIPTION", "FOREIGN DATA WRAPPER"};
	static const char word[] = "password";

	for (size_t i = 0; i < lengthof(secretive); i++)
		if (strstr(command, secretive[i]))
			return true;
	for (; *text; text++)
		if (pg_strncasecmp(text, word, sizeof(word) - 1) == 0)
			return true;
	return false;
}

dbc_value
dbcpg_client_statement(dbcpg_host *host, const char *command)
{
	const char *text = debug_query_string;

	if (!text || may_hold_password(command, text))
		return dbc_null();
	return dbc_text(dbcpg_to_core(
		host, pnstrdup(text, (Size) pg_mbcliplen(text, (int) strlen(text),
												 LONGEST_STATEMENT))));
}

/* Adds to an error that recording the command failed, not the command. */
static void
explain_record(void *arg)
{
	errcontext("%s", ((const dbcpg_recorder *) arg)->problem);
}

void
dbcpg_record_event(FunctionCallInfo fcinfo, const dbcpg_recorder *recorder)
{
	ErrorContextCallback callback = {.callback = explain_record,
									 .arg = (void *) recorder,
									 .previous = error_context_stack};
	int level;
	dbcpg_host host;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("%s is for event triggers", recorder->function.name),
				errhint("Call %s(true), which creates the event triggers.",
						recorder->starter));
	if (creating_extension ||
		!may_record(fcinfo->flinfo->fn_oid, recorder->table))
		return;
	error_context_stack = &callback;
	dbcpg_open(&host, &recorder->function);
	host.base.role =
		dbcpg_to_core(&host, GetUserNameFromId(GetUserId(), false));
	level = NewGUCNestLevel();
	dbcpg_pin_parameters(&host);
	SPI_connect();
	recorder->record(&host, (EventTriggerData *) fcinfo->context);
	SPI_finish();
	AtEOXact_GUC(false, level);
	MemoryContextDelete(host.arena);
	error_context_stack = callback.previous;
}
