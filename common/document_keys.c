/*
 * document_keys.c
 *	  Keys that are in an object more than once: the last one stays, as in
 *	  jsonb.
 */
#include <stdlib.h>
#include <string.h>

#include "document.h"

/* Objects with more members are sorted to find such keys. */
#define FEW_MEMBERS 16

/* Whether two keys are the same. */
static bool
same_keys(const dbc_item *left, const dbc_item *right)
{
	return left->length == right->length &&
		   memcmp(left->text, right->text, left->length) == 0;
}

/* The order of keys, of equal ones the later first. */
static int
compare_keys(const void *left, const void *right)
{
	const dbc_item *a = *(dbc_item *const *) left;
	const dbc_item *b = *(dbc_item *const *) right;
	int order;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	order = memcmp(a->text, b->text, a->length);
	return order != 0 ? order : a < b ? 1 : -1;
}

/* Whether one of the first members of an object has the key of the next. */
static bool
has_twin(const dbc_item *object, const dbc_item *key)
{
	const dbc_item *other;

	for (other = object + 1; other < key; other = dbc_after(other + 1))
		if (same_keys(other, key))
			return true;
	return false;
}

/* Marks the members of a large object of which a later one has the key. */
static bool
mark_sorted(dbc_host *host, dbc_item *object)
{
	dbc_item **keys = dbc_alloc(host, object->length * sizeof(*keys));
	dbc_item *key = object + 1;
	bool found = false;
	uint32_t i;

	for (i = 0; i < object->length; i++, key += 1 + key[1].size)
		keys[i] = key;
	qsort(keys, object->length, sizeof(*keys), compare_keys);
	for (i = 1; i < object->length; i++)
		if (same_keys(keys[i - 1], keys[i]))
		{
			keys[i]->kind = DBC_I_NULL;
			found = true;
		}
	return found;
}

/* The same of a small one. */
static bool
mark_few(dbc_item *object, const dbc_item *end)
{
	dbc_item *key;
	dbc_item *other;
	bool found = false;

	for (key = object + 1; key < end; key += 1 + key[1].size)
		if (has_twin(object, key))
		{
			found = true;
			for (other = object + 1; other < key; other += 1 + other[1].size)
				if (same_keys(other, key))
					other->kind = DBC_I_NULL;
		}
	return found;
}

/* Takes away the members that are marked; returns the new end. */
static dbc_item *
drop_marked(dbc_item *object, dbc_item *end)
{
	dbc_item *to = object + 1;
	dbc_item *key;
	dbc_item *next;

	for (key = object + 1; key < end; key = next)
	{
		next = key + 1 + key[1].size;
		if (key->kind == DBC_I_NULL)
		{
			object->length--;
			continue;
		}
		memmove(to, key, (size_t) (next - key) * sizeof(*to));
		to += next - key;
	}
	return to;
}

/* Takes away the members of the last object that has been read of which a later
 * one has the key. */
dbc_item *
dbc_drop_twins(dbc_host *host, dbc_item *object, dbc_item *end)
{
	bool found = object->length > FEW_MEMBERS ? mark_sorted(host, object)
											  : mark_few(object, end);

	return found ? drop_marked(object, end) : end;
}
