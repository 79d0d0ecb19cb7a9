/*
 * salt.c
 *	  What the values of a segment are hashed with, so that the hash of an
 * erased value does not give the value away.
 *
 * The salts are the leaves of a binary tree in which the key of a node gives
 * those of its children.  A new segment stores the key of the root.  To erase a
 * salt, the key above it is replaced with the keys of all other branches.
 */
#include "common/audit/seal.h"

#include <stdlib.h>
#include <string.h>

/* Bits for the place of a value in its entry, and for that of the entry in its
 * segment: a power of two that is DBC_SEAL_ENTRIES. */
#define VALUE_BITS 12
#define ENTRY_BITS 12

/* The number of a salt: nodes are numbered like those of a heap, from 1. */
static uint64_t
number_of(int entry, int value)
{
	uint64_t last = (UINT64_C(1) << VALUE_BITS) - 1;
	uint64_t place = (uint64_t) value < last ? (uint64_t) value : last;

	return (UINT64_C(1) << DBC_SALT_LEVELS) | ((uint64_t) entry << VALUE_BITS) |
		   place;
}

/* The number of the node above a salt at a level. */
static uint64_t
above(uint64_t salt, int level)
{
	return salt >> (DBC_SALT_LEVELS - level);
}

/* The key of a child of a node. */
static const char *
child_key(dbc_host *host, const char *key, uint64_t child)
{
	char text[66];

	text[0] = child & 1 ? '1' : '0';
	memcpy(text + 1, key, 64);
	text[65] = '\0';
	return dbc_sha256(host, text);
}

void
dbc_audit_read_salts(dbc_host *host, dbc_audit_salts *salts, const char *text)
{
	*salts = (dbc_audit_salts){.host = host};
	while (*text)
	{
		dbc_audit_node node = {.number = strtoull(text, NULL, 10)};
		const char *end = strchr(text, ':');

		if (!end || strspn(end + 1, "0123456789abcdef") != 64)
			return;
		node.key = dbc_copy(host, end + 1, 64);
		salts->nodes = dbc_grow(host, salts->nodes, (size_t) salts->count,
								sizeof(*salts->nodes));
		salts->nodes[salts->count++] = node;
		text = end + 65 + (end[65] == ' ');
	}
}

const char *
dbc_audit_write_salts(const dbc_audit_salts *salts)
{
	dbc_buffer text;

	dbc_buffer_init(&text, salts->host);
	for (int i = 0; i < salts->count; i++)
		dbc_append_format(&text, "%s%llu:%s", i > 0 ? " " : "",
						  (unsigned long long) salts->nodes[i].number,
						  salts->nodes[i].key);
	return text.data;
}

/* The stored node at or above a salt, and its level; -1 if there is none. */
static int
find_node(const dbc_audit_salts *salts, uint64_t salt, int *level)
{
	for (int i = 0; i < salts->count; i++)
		for (*level = 0; *level <= DBC_SALT_LEVELS; (*level)++)
			if (above(salt, *level) == salts->nodes[i].number)
				return i;
	return -1;
}

const char *
dbc_audit_salt(dbc_audit_salts *salts, int entry, int value)
{
	uint64_t salt = number_of(entry, value);
	int level = DBC_SALT_LEVELS;
	int node;

	/* the salts of an entry share most of the way down */
	while (level >= 0 && !(salts->way[level] &&
						   above(salts->last, level) == above(salt, level)))
		level--;
	if (level < 0)
	{
		node = find_node(salts, salt, &level);
		if (node < 0)
			return NULL;
		memset(salts->way, 0, sizeof(salts->way));
		salts->way[level] = salts->nodes[node].key;
	}
	salts->last = salt;
	for (; level < DBC_SALT_LEVELS; level++)
		salts->way[level + 1] =
			child_key(salts->host, salts->way[level], above(salt, level + 1));
	return salts->way[DBC_SALT_LEVELS];
}

void
dbc_audit_erase_salt(dbc_audit_salts *salts, int entry, int value)
{
	uint64_t salt = number_of(entry, value);
	int level;
	int node = find_node(salts, salt, &level);
	const char *key;

	if (node < 0)
		return;
	key = salts->nodes[node].key;
	salts->nodes[node] = salts->nodes[--salts->count];
	for (; level < DBC_SALT_LEVELS; level++)
	{
		uint64_t child = above(salt, level + 1);

		salts->nodes = dbc_grow(salts->host, salts->nodes,
								(size_t) salts->count, sizeof(*salts->nodes));
		salts->nodes[salts->count++] =
			(dbc_audit_node){child ^ 1, child_key(salts->host, key, child ^ 1)};
		key = child_key(salts->host, key, child);
	}
	memset(salts->way, 0, sizeof(salts->way));
}
