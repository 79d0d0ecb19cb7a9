/*
 * refused.c
 *	  The functions that need the extension.
 */
#include "wire/core/host.h"

#include "common/core/text.h"

void
dbcw_refuse_without_extension(dbc_host *host)
{
	static const struct
	{
		const char *name;
		const char *reason;
	} refused[] = {
#define DBCW_REFUSED(name, reason) {#name, reason},
#include "wire/core/refused.def"
#undef DBCW_REFUSED
	};
	const char *function = host->function->name;

	if (host->rooms.lint && dbc_same(function, "dbmigrate_lint"))
		return;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
	{
		const char *name = refused[i].name;

		if (dbc_ends_with(name, "_") ? dbc_starts_with(function, name)
									 : dbc_same(function, name))
			dbc_fail(host, DBC_UNSUPPORTED, refused[i].reason,
					 "Install the extension in this database: CREATE EXTENSION "
					 "dbcare;",
					 "%s needs the extension dbcare", function);
	}
}
