/*
 * modules.c
 *	  Modules of virtual tables that stored SQL may use.
 *
 * SQLite does not tell whether a module is innocuous, so all of the application
 * are unsafe.
 */
#include "sqlite_ext/trust/modules.h"

bool
dbcsl_is_own_name(const char *name)
{
	for (int i = 0; i < dbc_nfunctions; i++)
		if (sqlite3_stricmp(dbc_functions[i].name, name) == 0)
			return true;
	return sqlite3_strnicmp(name, "dbcare_", 7) == 0;
}

bool
dbcsl_is_safe_module(const char *name)
{
	static const char *const safe[] = {
		"fts3",		  "fts4",		"fts4aux",		   "fts5",		"fts5vocab",
		"rtree",	  "rtree_i32",	"geopoly",		   "json_each", "json_tree",
		"jsonb_each", "jsonb_tree", "generate_series", NULL};

	for (const char *const *one = safe; *one; one++)
		if (sqlite3_stricmp(*one, name) == 0)
			return true;
	/* SQLite itself guards those of dbcare */
	return dbcsl_is_own_name(name);
}
