/*
 * salt.c
 *	  What the values of a segment are hashed with, so that the hash of an
 * erased value does not give the value away.
 *
 * The salts are the leaves of a binary tree in which the key of a node gives
 * those of its children.  A new segment stores the key of the root.  To erase
 * salts, the keys above them are replaced with the keys of all other branches.
 */
#include "common/audit/seal.h"
#include "common/core/sort.h"

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

static int
level_of(uint64_t node)
{
	int level = 0;

	while (node >> (level + 1))
		level++;
	return level;
}

/* The first salt below a node. */
static uint64_t
first_of(uint64_t node)
{
	return node << (DBC_SALT_LEVELS - level_of(node));
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

/* ---- reading and writing ---- */

static void
add_node(dbc_host *host, dbc_audit_node **nodes, int *count, uint64_t number,
		 const char *key)
{
	*nodes = dbc_grow(host, *nodes, (size_t) *count, sizeof(**nodes));
	(*nodes)[(*count)++] = (dbc_audit_node){number, key};
}

void
dbc_audit_read_salts(dbc_host *host, dbc_audit_salts *salts, const char *text)
{
	const char *from = text;

	*salts = (dbc_audit_salts){.host = host};
	while (*text)
	{
		uint64_t number = strtoull(text, NULL, 10);
		const char *end = strchr(text, ':');

		/* in their order, as they are written */
		if (!end || strspn(end + 1, "0123456789abcdef") != 64 || number == 0 ||
			number >> (DBC_SALT_LEVELS + 1) ||
			(salts->count > 0 &&
			 first_of(number) <=
				 first_of(salts->nodes[salts->count - 1].number)))
			break;
		add_node(host, &salts->nodes, &salts->count, number,
				 dbc_copy(host, end + 1, 64));
		text = end + 65 + (end[65] == ' ');
	}
	salts->is_strange = !dbc_same(dbc_audit_write_salts(salts), from);
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

/* ---- one salt ---- */

/* The stored node at or above a salt; NULL if there is none. */
static const dbc_audit_node *
find_node(const dbc_audit_salts *salts, uint64_t salt)
{
	int low = 0;
	int high = salts->count;
	const dbc_audit_node *node;

	/* the last one that does not begin after the salt */
	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (first_of(salts->nodes[middle].number) <= salt)
			low = middle + 1;
		else
			high = middle;
	}
	node = low > 0 ? &salts->nodes[low - 1] : NULL;
	return node && above(salt, level_of(node->number)) == node->number ? node
																	   : NULL;
}

const char *
dbc_audit_salt(dbc_audit_salts *salts, int entry, int value)
{
	uint64_t salt = number_of(entry, value);
	int level = DBC_SALT_LEVELS;

	/* the salts of an entry share most of the way down */
	while (level >= 0 && !(salts->way[level] &&
						   above(salts->last, level) == above(salt, level)))
		level--;
	if (level < 0)
	{
		const dbc_audit_node *node = find_node(salts, salt);

		if (!node)
			return NULL;
		level = level_of(node->number);
		memset(salts->way, 0, sizeof(salts->way));
		salts->way[level] = node->key;
	}
	salts->last = salt;
	for (; level < DBC_SALT_LEVELS; level++)
		salts->way[level + 1] =
			child_key(salts->host, salts->way[level], above(salt, level + 1));
	return salts->way[DBC_SALT_LEVELS];
}

/* ---- erasing ---- */

void
dbc_audit_erase_salt(dbc_audit_salts *salts, int entry, int value)
{
	salts->erased = dbc_grow(salts->host, salts->erased,
							 (size_t) salts->nerased, sizeof(*salts->erased));
	salts->erased[salts->nerased++] = number_of(entry, value);
}

static int
compare_salts(const void *left, const void *right)
{
	uint64_t l = *(const uint64_t *) left;
	uint64_t r = *(const uint64_t *) right;

	return (l > r) - (l < r);
}

/* The nodes that are kept. */
typedef struct remainder
{
	dbc_host *host;
	dbc_audit_node *nodes;
	int count;
} remainder;

/* Keeps of a node what is not above the count erased salts, which are below
 * it. */
static void
keep(remainder *r, uint64_t number, const char *key, const uint64_t *erased,
	 int count)
{
	int level = level_of(number);
	int left = 0;

	if (count == 0)
		add_node(r->host, &r->nodes, &r->count, number, key);
	if (count == 0 || level == DBC_SALT_LEVELS)
		return;
	while (left < count && above(erased[left], level + 1) == 2 * number)
		left++;
	keep(r, 2 * number, child_key(r->host, key, 2 * number), erased, left);
	keep(r, 2 * number + 1, child_key(r->host, key, 2 * number + 1),
		 erased + left, count - left);
}

void
dbc_audit_drop_salts(dbc_audit_salts *salts)
{
	remainder r = {.host = salts->host};
	int from = 0;

	if (salts->nerased == 0)
		return;
	dbc_sort(salts->erased, (size_t) salts->nerased, sizeof(*salts->erased),
			 compare_salts);
	for (int i = 0; i < salts->count; i++)
	{
		const dbc_audit_node *node = &salts->nodes[i];
		int level = level_of(node->number);
		int to;

		/* those that were erased before are below no node */
		while (from < salts->nerased &&
			   salts->erased[from] < first_of(node->number))
			from++;
		for (to = from; to < salts->nerased &&
						above(salts->erased[to], level) == node->number;)
			to++;
		keep(&r, node->number, node->key, salts->erased + from, to - from);
		from = to;
	}
	*salts = (dbc_audit_salts){
		.host = salts->host, .nodes = r.nodes, .count = r.count};
}
