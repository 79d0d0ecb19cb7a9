/*
 * commit_code.c
 *	  Code that a script or a call leaves to run at the end of the transaction.
 *
 * Deferred triggers and the queries of held cursors run as the role that
 * commits: not the role that the script ran as, or one that code can leave
 * (core/role.c).
 */
#include "pg_ext/core/script.h"

#include "commands/trigger.h"

/* Columns of core/commit_code.sql. */
enum
{
	C_TABLE,
	C_NAME
};

/* Whether a row of core/commit_code.sql is a cursor. */
static bool
is_cursor(dbcpg_host *host, const dbc_rows *rows, int row)
{
	return dbc_is_null(&host->base, rows, row, C_TABLE);
}

/* The tables with pending deferred triggers. */
List *
dbcpg_deferred_trigger_tables(dbcpg_host *host)
{
	const dbc_rows *rows = dbc_query(&host->base, "core/commit_code");
	List *tables = NIL;

	for (int i = 0; i < rows->nrows; i++)
	{
		Oid table = (Oid) dbc_get_int_or(&host->base, rows, i, C_TABLE, 0);

		if (OidIsValid(table) && AfterTriggerPendingOnRel(table))
			tables = lappend_oid(tables, table);
	}
	return tables;
}

/* The triggers of the tables in before were pending before. */
void
dbcpg_refuse_commit_code(dbcpg_host *host, const List *before, bool of_script)
{
	const dbc_rows *rows = dbc_query(&host->base, "core/commit_code");
	const char *what = of_script ? "the script" : host->base.function->name;

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *name =
			dbcpg_from_core(dbc_get_text(&host->base, rows, i, C_NAME));
		Oid table = (Oid) dbc_get_int_or(&host->base, rows, i, C_TABLE, 0);

		if (is_cursor(host, rows, i))
			ereport(ERROR, errcode(ERRCODE_INVALID_CURSOR_STATE),
					errmsg("%s leaves cursor \"%s\" open", what, name),
					errdetail("A cursor WITH HOLD runs its query with the "
							  "rights of the caller when the transaction "
							  "commits."),
					of_script ? errhint("Close the cursor in the script, or "
										"remove the option role.")
							  : errhint("RESET ROLE before the call."));
		if (!list_member_oid(before, table) && AfterTriggerPendingOnRel(table))
			ereport(
				ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("%s leaves deferred triggers of table %s", what, name),
				errdetail("Deferred triggers would fire with the rights of the "
						  "caller "
						  "when the transaction commits."),
				of_script ? errhint("Run SET CONSTRAINTS ALL IMMEDIATE at the "
									"end of the script, or remove the option "
									"role.")
						  : errhint("Run SET CONSTRAINTS ALL IMMEDIATE before "
									"the call, or RESET ROLE."));
	}
}
