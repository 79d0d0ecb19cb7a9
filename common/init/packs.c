/*
 * packs.c
 *	  dbinit_packs().
 */
#include "common/init/init.h"

#include "common/core/functions.h"

/* The number of tables that the scripts of a manifest create. */
static int64_t
count_tables(dbc_host *host, const dbc_init_manifest *manifest)
{
	int64_t tables = 0;

	for (int i = 0; i < manifest->nmigrations; i++)
	{
		dbc_script script = {.label = manifest->migrations[i].version,
							 .first_line = 1};

		dbc_split(host, manifest->migrations[i].up_sql, &script);
		for (int s = 0; s < script.nstatements; s++)
			if (dbc_starts_with_nocase(script.statements[s].text,
									   "create table "))
				tables++;
	}
	return tables;
}

/* dbinit_packs() */
DBC_RUN(dbinit_packs)
{
	for (const char **name = dbc_init_list_packs(host); *name; name++)
	{
		dbc_init_manifest m = dbc_init_read_manifest(host, *name);

		dbc_emit(host, dbc_text(m.name), dbc_text(m.version),
				 dbc_text(m.description), dbc_int(count_tables(host, &m)),
				 dbc_int(m.nmigrations),
				 dbc_int(dbc_init_count(&m, DBC_INIT_SEEDS)),
				 dbc_int(dbc_init_count(&m, DBC_INIT_RULES)),
				 dbc_int(dbc_init_count(&m, DBC_INIT_POLICIES)));
	}
}
