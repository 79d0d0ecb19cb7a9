/*
 * sqlite_lint.c
 *	  What the statements of a script would do.
 */
#include "sqlite_ddl.h"
#include "sqlite_ext.h"

#include "lint.h"

/* Tells what the statements of a script would do; see host.h. */
void
dbcsl_read_script(dbc_host *host, dbc_session *session,
				  const dbc_script *script, dbc_reading *readings)
{
	(void) host;
	(void) session;
	(void) script;
	(void) readings;
}

/* A name as it must be written in SQL; see host.h. */
const char *
dbcsl_quote(dbc_host *host, const char *name)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	dbcsl_append_as_typed(&buffer, name);
	return buffer.data;
}
