/*
 * leaves.c
 *	  The leaves of listed entries.
 *
 * The leaves of a segment are one text, which is read once for all of its
 * entries.
 */
#include "common/audit/seal.h"
#include "common/core/sort.h"

#include <stdlib.h>
#include <string.h>

/* The listed entries that a segment may have. */
typedef struct segment
{
	int64_t seal;
	dbc_audit_sealed **list; /* by number */
	int count;
	char *room; /* for a leaf each */
} segment;

static int
compare_entries(const void *left, const void *right)
{
	int64_t l = (*(dbc_audit_sealed *const *) left)->entry;
	int64_t r = (*(dbc_audit_sealed *const *) right)->entry;

	return (l > r) - (l < r);
}

/* The index of the first entry that is not below a number. */
static int
first_from(dbc_audit_sealed *const *list, int count, int64_t entry)
{
	int low = 0;

	while (low < count)
	{
		int middle = low + (count - low) / 2;

		if (list[middle]->entry < entry)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

/* Finds the leaves of a segment; for dbc_scoped(). */
static void
find_leaves(dbc_host *host, void *arg)
{
	segment *s = arg;
	const dbc_rows *rows =
		dbc_query(host, "audit/seal_texts", dbc_int(s->seal));
	const char *leaves =
		rows->nrows > 0 ? dbc_get_text_or_null(host, rows, 0, 0) : NULL;
	dbc_audit_member member;

	for (int place = 0; leaves && dbc_audit_next_member(&leaves, &member);
		 place++)
	{
		int64_t entry = strtoll(member.name + 1, NULL, 10);
		int at = first_from(s->list, s->count, entry);
		char *leaf = s->room + (size_t) at * (DBC_LEAF_DIGITS + 1);

		if (at == s->count || s->list[at]->entry != entry ||
			member.value_length != DBC_LEAF_DIGITS + 2)
			continue;
		memcpy(leaf, member.value + 1, DBC_LEAF_DIGITS);
		leaf[DBC_LEAF_DIGITS] = '\0';
		s->list[at]->leaf = leaf;
		s->list[at]->seal = s->seal;
		s->list[at]->place = place;
	}
	dbc_poll(host);
}

/* Whether an entry of a segment has no leaf yet: [PG] the numbers of segments
 * can overlap. */
static bool
lacks_leaf(const segment *s)
{
	for (int i = 0; i < s->count; i++)
		if (!s->list[i]->leaf)
			return true;
	return false;
}

void
dbc_audit_read_leaves(dbc_host *host, dbc_audit_sealed *entries, int count)
{
	dbc_audit_sealed **list =
		dbc_alloc(host, ((size_t) count + 1) * sizeof(*list));
	const dbc_rows *seals;

	if (count == 0)
		return;
	for (int i = 0; i < count; i++)
		list[i] = &entries[i];
	dbc_sort(list, (size_t) count, sizeof(*list), compare_entries);
	seals = dbc_query(host, "audit/seals_of", dbc_int(list[0]->entry),
					  dbc_int(list[count - 1]->entry));
	for (int i = 0; i < seals->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, seals, i, "iii");
		int first = first_from(list, count, cells[1].integer);
		int end = cells[2].integer == INT64_MAX
					  ? count
					  : first_from(list, count, cells[2].integer + 1);
		segment s = {.seal = cells[0].integer,
					 .list = list + first,
					 .count = end - first};

		if (!lacks_leaf(&s))
			continue;
		s.room = dbc_alloc(host, (size_t) s.count * (DBC_LEAF_DIGITS + 1));
		dbc_scoped(host, find_leaves, &s);
	}
}
