/*
 * key.c
 *	  Whether the UPDATE of a backfill changes the key of its table.
 */
#include "common/backfill/backfill.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/text.h"

/* Whether the engine takes a name in the statement for a name in the catalog.
 * It may truncate long names, before a character of up to 4 bytes. */
static bool
is_called(dbc_host *host, const char *written, const char *name)
{
	size_t limit = DBC_ROOM(host, batch)->name_limit;

	if (limit > 0)
		return dbc_same(written, name) ||
			   (strlen(written) > limit && strlen(name) + 3 >= limit &&
				dbc_starts_with(written, name));
	return strlen(written) == strlen(name) &&
		   dbc_starts_with_nocase(written, name);
}

/* Fails if the UPDATE sets a column of this name. */
static void
refuse_name(dbc_host *host, const dbc_backfill_update *update, const char *name)
{
	const char **changed;

	for (changed = update->changed; *changed; changed++)
		if (is_called(host, *changed, name))
			dbc_fail(
				host, DBC_UNSUPPORTED,
				"A row whose key changes could be processed twice.", NULL,
				"a backfill cannot change column \"%s\" of the primary key",
				name);
}

void
dbc_backfill_refuse_change_of_key(dbc_host *host,
								  const dbc_backfill_update *update,
								  const dbc_batch_table *table)
{
	dbc_json_entries others;

	for (int i = 0; i < table->nkey; i++)
		refuse_name(host, update, table->key[i].name);
	if (!table->aliases)
		return;
	others = dbc_json_read_entries(host, table->aliases, "the names of a key");
	for (int i = 0; i < others.count; i++)
		refuse_name(host, update, others.list[i].text);
}
