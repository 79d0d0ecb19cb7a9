/*
 * lost.c
 *	  [PG] What a salvage reports as lost.
 */
#include "common/salvage/salvage.h"
#include "common/core/names.h"
#include "common/core/text.h"

/* The most problems and keys that a result lists. */
#define MOST_LISTED 1000

static void
push(dbc_host *host, dbc_salvage *s, int64_t block, int64_t item,
	 const char *key, const char *problem)
{
	dbc_value value = dbc_json(key);
	dbc_json_node *node;

	if (++s->nproblems > MOST_LISTED)
		return;
	node = dbc_json_object(host);
	if (item > 0)
		DBC_PUT_TEXT(node, ctid,
					 dbc_format(host, "(%lld,%lld)", (long long) block,
								(long long) item));
	else
		DBC_PUT_INT(node, block, block);
	DBC_PUT_VALUE(node, key, &value);
	DBC_PUT_TEXT(node, problem, problem);
	dbc_json_push(s->lost, node);
}

void
dbc_salvage_add_problem(dbc_host *host, dbc_salvage *s, int64_t block,
						int64_t item, const char *problem)
{
	push(host, s, block, item, NULL, problem);
}

/* The key of an entry, for people. */
static const char *
show_key(dbc_host *host, const dbc_salvage *s, const dbc_check_entry *entry)
{
	dbc_json_node *key;

	if (!entry->key)
		return NULL;
	key = dbc_json_object(host);
	for (int i = 0; i < s->entries.nkeys; i++)
		dbc_json_put_text(key, s->entries.columns[i], entry->key[i]);
	return dbc_json_text(key);
}

void
dbc_salvage_list_lost(dbc_host *host, dbc_salvage *s)
{
	for (int i = 0; i < s->entries.nempty; i++)
		push(host, s, s->entries.empty[i], 0, NULL,
			 "it is empty, and no index tells whether it had rows");
	for (int i = 0; i < s->entries.count; i++)
	{
		const dbc_check_entry *entry = &s->entries.list[i];

		if (!entry->is_found)
			push(host, s, entry->block, entry->item, show_key(host, s, entry),
				 dbc_format(host, "index %s has it, and the table has not",
							s->entries.index));
	}
}
