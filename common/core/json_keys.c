/*
 * json_keys.c
 *	  Duplicate keys of an object: the last one is kept, as in jsonb.
 *
 * Members are marked when their object has been read, and removed in one pass
 * over the whole document: removing each one immediately would move the
 * contents of nested objects many times.
 */
#include <stdlib.h>
#include <string.h>

#include "common/core/json.h"
#include "common/core/sort.h"

/* Larger objects are sorted to find duplicate keys. */
#define FEW_MEMBERS 16

static bool
same_keys(const dbc_json_item *left, const dbc_json_item *right)
{
	return left->length == right->length &&
		   memcmp(left->text, right->text, left->length) == 0;
}

/* For qsort(): by key; of equal keys the later one first. */
static int
compare_keys(const void *left, const void *right)
{
	const dbc_json_item *a = *(const dbc_json_item *const *) left;
	const dbc_json_item *b = *(const dbc_json_item *const *) right;
	int order =
		memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);

	if (order == 0 && a->length != b->length)
		order = a->length < b->length ? -1 : 1;
	return order != 0 ? order : a < b ? 1 : -1;
}

/* n keys of an object, sorted; of equal keys the later one first. */
const dbc_json_item **
dbc_json_sort_keys(dbc_host *host, const dbc_json_item *key, uint32_t count)
{
	const dbc_json_item **keys = dbc_alloc(host, count * sizeof(*keys));

	for (uint32_t i = 0; i < count; i++, key = dbc_json_next(key + 1))
		keys[i] = key;
	dbc_sort(keys, count, sizeof(*keys), compare_keys);
	return keys;
}

/* Marks a member; the bit is otherwise unused in a key. */
static void
mark(dbc_json_item *object, dbc_json_item *key)
{
	key->native = 1;
	object->length--;
}

/* Marks duplicate members of a large object. */
static bool
mark_sorted(dbc_host *host, dbc_json_item *object)
{
	uint32_t count = object->length;
	const dbc_json_item **keys = dbc_json_sort_keys(host, object + 1, count);

	for (uint32_t i = 1; i < count; i++)
		if (same_keys(keys[i - 1], keys[i]))
			mark(object, object + (keys[i] - object));
	return object->length < count;
}

/* Marks duplicate members of a small object. */
static bool
mark_few(dbc_json_item *object, const dbc_json_item *end)
{
	uint32_t count = object->length;

	for (dbc_json_item *key = object + 1; key < end; key += 1 + key[1].size)
		for (const dbc_json_item *other = dbc_json_next(key + 1); other < end;
			 other = dbc_json_next(other + 1))
			if (same_keys(key, other))
			{
				mark(object, key);
				break;
			}
	return object->length < count;
}

bool
dbc_json_mark_duplicates(dbc_host *host, dbc_json_item *object,
						 const dbc_json_item *end)
{
	return object->length > FEW_MEMBERS ? mark_sorted(host, object)
										: mark_few(object, end);
}

void
dbc_json_drop_marked(dbc_host *host, dbc_json_item *items, size_t nitems)
{
	/* new position of each item, and of the end */
	uint32_t *places = dbc_alloc(host, (nitems + 1) * sizeof(*places));
	uint32_t left = 0;
	size_t i = 0;

	while (i < nitems)
	{
		bool dropped = items[i].kind == DBC_I_STRING && items[i].native;
		size_t end = i + 1 + (dropped ? items[i + 1].size : 0);

		while (i < end)
			places[i++] = left;
		left += !dropped;
	}
	places[nitems] = left;
	for (i = 0; i < nitems; i++)
		if (places[i + 1] > places[i])
		{
			dbc_json_item item = items[i];

			item.size = (places[i + item.size] - places[i]) & DBC_MAX_ITEMS;
			items[places[i]] = item;
		}
}
