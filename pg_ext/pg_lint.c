/*
 * pg_lint.c
 *	  What the statements of a script would do, from their parse trees.
 */
#include "pg_ext.h"

#include "utils/builtins.h"

#include "lint.h"

/* Tells what the statements of a script would do; see host.h. */
void
dbcpg_read_script(dbc_host *base, dbc_session *session,
				  const dbc_script *script, dbc_reading *readings)
{
	(void) base;
	(void) session;
	(void) script;
	(void) readings;
}

/* A name as it must be written in SQL; see host.h. */
const char *
dbcpg_quote(dbc_host *base, const char *name)
{
	return dbcpg_to_core(dbcpg_of(base),
						 quote_identifier(dbcpg_from_core(name)));
}
