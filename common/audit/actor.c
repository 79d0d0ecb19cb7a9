/*
 * actor.c
 *	  dbaudit_actor: who makes the changes of a transaction.
 */
#include "common/audit/host.h"

#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/tables.h"

/* dbaudit_actor(name) */
DBC_RUN(dbaudit_actor)
{
	dbc_json_node *result = dbc_json_object(host);

	/* fails if dbcare's tables are not to be trusted */
	(void) dbc_has_tables(host);
	if (!DBC_CALL(host, audit, set_actor)(host, args->name.text))
		dbc_fail(host, DBC_NO_TRANSACTION,
				 "The name is for the changes of one transaction.",
				 "Call the function after BEGIN.", "no transaction is open");
	host->silent = true; /* its changes have the name */
	DBC_PUT_TEXT(result, actor, args->name.text);
	dbc_json_emit(host, result);
}
