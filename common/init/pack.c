/*
 * pack.c
 *	  Packs: manifests that come with dbcare.
 *
 * A pack is a folder of common/init/packs, which the build embeds with the
 * macros of the engine replaced: manifest.json, and a .sql file for each of its
 * migrations.
 */
#include "common/init/init.h"

#include <string.h>

#include "common/core/wording.h"

static const char start[] = "init/";
static const char end[] = "/manifest";

/* The name of the pack whose manifest an embedded file is, or NULL. */
static const char *
pack_of(dbc_host *host, const dbc_sql *file)
{
	if (!dbc_starts_with(file->name, start) || !dbc_ends_with(file->name, end))
		return NULL;
	return dbc_copy(host, file->name + strlen(start),
					strlen(file->name) - strlen(start) - strlen(end));
}

const char **
dbc_init_list_packs(dbc_host *host)
{
	const char **names =
		dbc_alloc(host, ((size_t) host->nsql + 1) * sizeof(*names));
	int count = 0;

	for (int i = 0; i < host->nsql; i++)
	{
		names[count] = pack_of(host, &host->sql[i]);
		if (names[count])
			count++;
	}
	return names;
}

const char *
dbc_init_find_pack(dbc_host *host, const char *name)
{
	const dbc_sql *file =
		dbc_find_sql(host, dbc_format(host, "%s%s%s", start, name, end));

	if (!file)
		dbc_fail(
			host, DBC_UNDEFINED_OBJECT, NULL,
			dbc_format(host,
					   "%sSELECT * FROM dbinit_packs() lists the packs; a "
					   "manifest is a JSON object.",
					   dbc_did_you_mean(host, name, dbc_init_list_packs(host))),
			"pack \"%s\" does not exist", name);
	return file->text;
}

const char *
dbc_init_pack_text(dbc_host *host, const char *sql)
{
	/* on engines with a search_path */
	const dbc_sql *first = dbc_find_sql(host, "init/pack_start");

	return first ? dbc_format(host, "%s;\n%s", first->text, sql) : sql;
}

const char *
dbc_init_pack_sql(dbc_host *host, const char *pack, const char *file)
{
	const dbc_sql *sql =
		dbc_find_sql(host, dbc_format(host, "%s%s/%s", start, pack, file));

	if (!sql)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL, "pack %s has no file %s", pack,
				 file);
	return dbc_init_pack_text(host, sql->text);
}
