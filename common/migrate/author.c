/*
 * author.c
 *	  Whose texts a role runs.
 *
 * [PG] A migration runs with the rights of whoever applies it, so that role
 * must be able to trust the one that has registered it: it runs only texts of
 * roles that have all of its rights anyway, such as itself and superusers.
 */
#include "common/migrate/migrate.h"

#include "common/core/tables.h"

static const char all[] = "migrate/authors";
static const char one[] = "migrate/author_of";

const dbc_rows *
dbc_migrate_foreign_texts(dbc_host *host, const char *role, const char *version)
{
	static const dbc_rows none = {.nrows = 0};

	if (!dbc_find_sql(host, all) || !dbc_has_tables(host))
		return &none;
	return version ? dbc_query(host, one, dbc_text(role), dbc_text(version))
				   : dbc_query(host, all, dbc_text(role));
}

void
dbc_migrate_require_own_text(dbc_host *host, const dbc_rows *foreign,
							 const char *version)
{
	for (int i = 0; i < foreign->nrows; i++)
		if (dbc_same(dbc_get_text(host, foreign, i, 0), version))
			dbc_fail(host, DBC_INSUFFICIENT,
					 "Its text would run with rights that this role does not "
					 "have.",
					 "Read the text, then register it yourself: call "
					 "dbmigrate_add() or dbmigrate_load() again.",
					 "migration \"%s\" was registered by role \"%s\"", version,
					 dbc_get_text(host, foreign, i, 1));
}
