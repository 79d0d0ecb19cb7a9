/*
 * ddl.c
 *	  [PG] Changes of the schema and of roles in the log of changes.
 *
 * Event triggers see commands on objects of the database, with who gave them.
 * No event trigger sees commands on roles, which belong to all databases: roles
 * are compared with what they were the last time, so that no change is missed
 * that lasts, whatever database or server process has made it.
 */
#include "common/audit/ddl.h"

#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/core/names.h"
#include "common/core/tables.h"

/* Objects that an entry lists. */
#define MOST_OBJECTS 100

/* The table of entries about roles. */
#define ROLES "pg_catalog.pg_authid"

/* ---- the schema ---- */

void
dbc_audit_log_ddl(dbc_host *host, bool drops, const char *command,
				  dbc_value statement)
{
	const dbc_rows *rows =
		dbc_query(host, drops ? "audit/ddl_drops" : "audit/ddl_commands",
				  dbc_int(MOST_OBJECTS + 1));
	dbc_json_node *details = dbc_json_object(host);
	dbc_json_node *objects = dbc_json_array(host);

	if (rows->nrows == 0)
		return;
	for (int i = 0; i < rows->nrows && i < MOST_OBJECTS; i++)
	{
		dbc_json_node *object = dbc_json_object(host);

		DBC_PUT_CELL(object, type, rows, i, 0);
		DBC_PUT_CELL(object, name, rows, i, 1);
		dbc_json_push(objects, object);
	}
	DBC_PUT_TEXT(details, command, command);
	if (drops)
		DBC_PUT(details, dropped, objects);
	else
		DBC_PUT(details, objects, objects);
	if (rows->nrows > MOST_OBJECTS)
		DBC_PUT_BOOL(details, truncated, true);
	DBC_PUT_VALUE(details, statement, &statement);
	dbc_log_other(host, "ddl", dbc_get_text(host, rows, 0, 1), NULL, details);
}

/* ---- roles ---- */

/* Adds what a role was before, or what it is. */
static void
put_state(dbc_json_node *details, bool before, dbc_host *host,
		  const dbc_rows *rows, int i)
{
	const char *text = dbc_get_text_or_null(host, rows, i, before ? 1 : 2);
	dbc_value state = text ? dbc_json(text) : dbc_null();

	if (before)
		DBC_PUT_VALUE(details, before, &state);
	else
		DBC_PUT_VALUE(details, after, &state);
}

void
dbc_audit_log_roles(dbc_host *host)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "audit/role_changes") ||
		!dbc_get_bool(host, dbc_query(host, "audit/roles_watched"), 0, 0))
		return;
	rows = dbc_query(host, "audit/role_changes");
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_json_node *details = dbc_json_object(host);
		put_state(details, true, host, rows, i);
		put_state(details, false, host, rows, i);
		dbc_log_other(host, "role", ROLES, dbc_get_text(host, rows, i, 0),
					  details);
	}
}

/* ---- dbaudit_watch() ---- */

/* dbaudit_watch(enabled) */
DBC_RUN(dbaudit_watch)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *details = dbc_json_object(host);
	const dbc_rows *statements;

	dbc_need_tables(host);
	statements =
		dbc_query(host, "core/event_triggers", args->enabled,
				  dbc_text("dbcare_audit"), dbc_text("dbcare_log_ddl"));
	for (int i = 0; i < statements->nrows; i++)
		dbc_query_text(host, dbc_get_text(host, statements, i, 0));
	if (statements->nrows > 0)
	{
		/* what roles are now */
		dbc_query(host, args->enabled.integer ? "audit/role_changes"
											  : "audit/roles_forget");
		DBC_PUT_BOOL(details, enabled, args->enabled.integer);
		dbc_log_protection(host, NULL, NULL, details);
	}
	DBC_PUT_BOOL(result, enabled, args->enabled.integer);
	DBC_PUT_BOOL(result, changed, statements->nrows > 0);
	dbc_json_emit(host, result);
}
