/*
 * watch.c
 *	  Records who changes the schema outside migrations: called by the event
 *	  triggers of dbmigrate_watch().
 *
 * They are recorded whatever role makes them: dbcare's tables are written by
 * their owner.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/script.h"
#include "pg_ext/migrate/track.h"

#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Longer statements are truncated. */
#define LONGEST_STATEMENT 10000

/*
 * The owner of the table for changes; InvalidOid without a table, or if an
 * untrusted role has created one to read the statements of others.
 */
static Oid
find_recorder(Oid function)
{
	Oid schema = get_namespace_oid("dbcare", true);
	Oid table = OidIsValid(schema) ? get_relname_relid("schema_change", schema)
								   : InvalidOid;
	Oid owner = OidIsValid(table) ? dbcpg_owner_of(table) : InvalidOid;

	if (OidIsValid(owner) && !superuser_arg(owner) &&
		owner != dbcpg_owner_of_function(function))
		return InvalidOid;
	return owner;
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

/* The statement the client sent, as it is recorded. */
static dbc_value
statement_text(dbcpg_host *host, const char *command)
{
	const char *text = debug_query_string;

	if (!text || may_hold_password(command, text))
		return dbc_null();
	return dbc_text(dbcpg_to_core(
		host, pnstrdup(text, (Size) pg_mbcliplen(text, (int) strlen(text),
												 LONGEST_STATEMENT))));
}

/* Adds rows to the record. */
static void
record(dbcpg_host *host, const char *event, const char *command)
{
	dbc_query(&host->base,
			  strcmp(event, "sql_drop") == 0 ? "migrate/record_drops"
											 : "migrate/record_commands",
			  dbc_text(host->base.user), statement_text(host, command));
}

/* Adds to an error that recording the command failed, not the command. */
static void
explain_record(void *arg)
{
	(void) arg;
	errcontext(
		"recording a schema change; dbmigrate_watch(false) stops recording");
}

/* See migrate/track.h. */
void
dbcpg_migrate_record_change(FunctionCallInfo fcinfo)
{
	static const dbc_function writer = {.name = "dbcare_record_change",
										.class = DBC_WRITE};
	const EventTriggerData *data = (EventTriggerData *) fcinfo->context;
	ErrorContextCallback callback = {.callback = explain_record,
									 .previous = error_context_stack};
	Oid owner;
	int level;
	dbcpg_host host;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("dbcare_record_change is for event triggers"),
				errhint("Call dbmigrate_watch(true), which creates the event "
						"triggers."));
	owner = find_recorder(fcinfo->flinfo->fn_oid);
	if (dbcpg_is_in_migration() || creating_extension || !OidIsValid(owner))
		return;
	error_context_stack = &callback;
	dbcpg_open(&host, &writer);
	level = NewGUCNestLevel();
	dbcpg_pin_parameters(&host);
	SPI_connect();
	record(&host, data->event, GetCommandTagName(data->tag));
	SPI_finish();
	AtEOXact_GUC(false, level);
	MemoryContextDelete(host.arena);
	error_context_stack = callback.previous;
}
