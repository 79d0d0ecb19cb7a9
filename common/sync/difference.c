/*
 * difference.c
 *	  Finds the rows that differ between a table and a file.
 *
 * Only parts whose digests differ are read again, as many at once as memory of
 * a fixed size has room for; a part that has more rows is read several times,
 * each time for some of its keys.  An index finds the rows of the table; unless
 * they have the digests that are known of them, the table is read as a whole.
 */
#include "common/sync/difference.h"

#include <string.h>

#include "common/core/text.h"
#include "common/sync/range.h"

/* Most rows that are compared at once. */
#define MOST_ROWS ((int64_t) 1 << 19)

/* Most bytes of keys that are kept for samples. */
#define MOST_KEPT ((size_t) 1 << 25)

/* The rows with one key. */
typedef struct entry
{
	uint64_t key[2];
	uint64_t hashes[2]; /* sums: here, there */
	uint32_t rows[2];
	uint32_t length; /* of the key that is kept */
	const unsigned char *kept;
} entry;

/* Parts that are read at once. */
typedef struct group
{
	dbc_sync_input *input;
	const dbc_sync_section *section;
	const dbc_sync_table *table;
	const dbc_sync_sum *here; /* of each part */
	dbc_sync_difference *difference;
	bool *chosen; /* of each part */
	int64_t rows;
	int passes;
	int pass;
	bool is_whole;	  /* the index has another order */
	int part;		  /* of the row before */
	dbc_sync_sum sum; /* of rows of chosen parts here */

	entry *entries;
	size_t nslots; /* a power of 2 */
	size_t nused;
	size_t nkept;
	dbc_sync_encoder encoder;
	int side; /* 0: here, 1: there */
} group;

/* ---- rows of a group ---- */

/* The entry of a key, which may be new. */
static entry *
find_entry(group *g, const uint64_t *key)
{
	size_t slot = (size_t) key[0] & (g->nslots - 1);

	for (;; slot = (slot + 1) & (g->nslots - 1))
	{
		entry *found = &g->entries[slot];

		if (found->rows[0] == 0 && found->rows[1] == 0)
			break;
		if (found->key[0] == key[0] && found->key[1] == key[1])
			return found;
	}
	if (++g->nused > g->nslots / 4 * 3)
		dbc_sync_refuse_file(g->input, "it has more rows than its index says");
	memcpy(g->entries[slot].key, key, 2 * sizeof(*key));
	return &g->entries[slot];
}

/* Adds the row that was encoded, if it is of this group and pass. */
static void
add_row(group *g)
{
	const dbc_sync_encoder *encoder = &g->encoder;
	dbc_sync_key shown;
	uint64_t key[2] = {encoder->key, encoder->check};
	uint64_t hash;
	entry *found;

	g->part = dbc_sync_part_of(g->section, encoder, g->part);
	if (!g->chosen[g->part])
		return;
	if (g->side == 0)
		dbc_sync_add(&g->sum, encoder->hash);
	if (g->section->table.nkeys == 0)
		memcpy(key, encoder->hash, sizeof(key));
	if ((key[0] >> 20) % (uint64_t) g->passes != (uint64_t) g->pass)
		return;
	found = find_entry(g, key);
	memcpy(&hash, encoder->hash, sizeof(hash));
	found->hashes[g->side] += hash;
	found->rows[g->side]++;
	dbc_sync_take_key(encoder, g->section->table.nkeys, &shown);
	if (found->kept || shown.length == 0 || g->nkept + shown.length > MOST_KEPT)
		return;
	found->kept = (const unsigned char *) dbc_copy(
		encoder->host, (const char *) shown.bytes, shown.length);
	found->length = (uint32_t) shown.length;
	g->nkept += shown.length;
}

static void
add_here(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	group *g = arg;

	(void) host;
	dbc_sync_encode(&g->encoder, g->table, values);
	add_row(g);
}

/* ---- reading a group ---- */

/* Reads rows of the file, and compares their sum with that of the index. */
static void
read_there(group *g, int64_t offset, const dbc_sync_sum *expected)
{
	dbc_sync_sum sum = {0};

	dbc_sync_seek(g->input, g->section, offset);
	while (sum.rows < expected->rows &&
		   dbc_sync_read_row(g->input, g->section, &g->encoder, NULL))
	{
		dbc_sync_add(&sum, g->encoder.hash);
		add_row(g);
		if (sum.rows % 1000 == 0)
			dbc_poll(g->input->host);
	}
	if (memcmp(&sum, expected, sizeof(sum)) != 0)
		dbc_sync_refuse_file(g->input, "rows of a table are damaged");
}

/* The part after some that are chosen, from one on. */
static int
end_of_run(const group *g, int first, dbc_sync_sum *there, dbc_sync_sum *here)
{
	*there = *here = (dbc_sync_sum){0};
	for (; first < g->section->nparts && g->chosen[first]; first++)
	{
		dbc_sync_add_sum(there, &g->section->parts[first].sum);
		dbc_sync_add_sum(here, &g->here[first]);
	}
	return first;
}

/* The last key of a part. */
static const dbc_sync_key *
upper_key(const group *g, int part, dbc_sync_key *key)
{
	const dbc_sync_part *last = &g->section->parts[part];

	if (part < 0 || part == g->section->nparts - 1)
		return NULL;
	*key = (dbc_sync_key){.length = last->nupper};
	memcpy(key->bytes, last->upper, last->nupper);
	return key;
}

/* Reads the rows of some parts of the table. */
static void
read_range(group *g, int first, int end, const dbc_sync_sum *expected)
{
	dbc_host *host = g->input->host;
	dbc_sync_key lower, upper;
	dbc_sync_range range;

	g->sum = (dbc_sync_sum){0};
	if (!dbc_sync_find_range(host, g->table, upper_key(g, first - 1, &lower),
							 upper_key(g, end - 1, &upper), false, &range))
		g->is_whole = true;
	else
		DBC_CALL(host, sync, scan)
	(host, range.query, NULL, range.bounds, range.nbounds, add_here, g);
	g->is_whole |= memcmp(&g->sum, expected, sizeof(g->sum)) != 0;
}

/* Reads the chosen parts of the file, and of the table; sets is_whole if an
 * index does not find them. */
static void
read_parts(group *g)
{
	dbc_host *host = g->input->host;
	bool is_range = g->section->table.nkeys > 0;
	dbc_sync_sum there, here;
	int end;

	g->side = 1;
	if (!is_range || !g->section->in_order)
		read_there(g, 0, &g->section->sum);
	for (int i = 0; i < g->section->nparts && is_range && g->section->in_order;
		 i = end + 1)
	{
		end = end_of_run(g, i, &there, &here);
		if (end > i)
			read_there(g, g->section->parts[i].offset, &there);
	}
	g->side = 0;
	if (!is_range || g->is_whole)
	{
		DBC_CALL(host, sync, scan)
		(host, g->table->query, NULL, NULL, 0, add_here, g);
		return;
	}
	for (int i = 0; i < g->section->nparts && !g->is_whole; i = end + 1)
	{
		end = end_of_run(g, i, &there, &here);
		if (end > i)
			read_range(g, i, end, &here);
	}
}

/* ---- results ---- */

static int
compare_samples(const dbc_sync_sample *sample, const entry *other)
{
	if (sample->length != other->length)
		return sample->length < other->length ? -1 : 1;
	return memcmp(sample->key, other->kept, other->length);
}

/* Keeps the first keys: those with the shortest text. */
static void
add_sample(dbc_sync_difference *difference, dbc_sync_side side,
		   const entry *found)
{
	dbc_sync_sample *samples = difference->samples[side];
	int count = difference->nsamples[side];
	int place = count;

	if (!found->kept)
		return;
	while (place > 0 && compare_samples(&samples[place - 1], found) > 0)
		place--;
	if (place == DBC_SYNC_SAMPLES)
		return;
	if (count == DBC_SYNC_SAMPLES)
		count--;
	memmove(&samples[place + 1], &samples[place],
			(size_t) (count - place) * sizeof(*samples));
	samples[place].length = found->length;
	memcpy(samples[place].key, found->kept, found->length);
	difference->nsamples[side] = count + 1;
}

/* Counts the rows of a key. */
static void
judge(group *g, const entry *found)
{
	dbc_sync_difference *difference = g->difference;
	uint32_t here = found->rows[0];
	uint32_t there = found->rows[1];
	uint32_t both = here < there ? here : there;

	if (here == there && found->hashes[0] == found->hashes[1])
		return;
	if (here > there)
	{
		difference->rows[DBC_SYNC_ONLY_HERE] += here - there;
		add_sample(difference, DBC_SYNC_ONLY_HERE, found);
	}
	if (there > here)
	{
		difference->rows[DBC_SYNC_ONLY_THERE] += there - here;
		add_sample(difference, DBC_SYNC_ONLY_THERE, found);
	}
	if (both == 0 || g->section->table.nkeys == 0)
		return;
	difference->rows[DBC_SYNC_DIFFERENT] += both;
	add_sample(difference, DBC_SYNC_DIFFERENT, found);
}

static void
search_group(dbc_host *host, void *arg)
{
	group *g = arg;
	int64_t rows = g->rows / g->passes + 1024;
	bool was_whole = g->is_whole;

	for (g->nslots = 1; (int64_t) g->nslots < 3 * rows;)
		g->nslots *= 2;
	g->entries = dbc_alloc(host, g->nslots * sizeof(*g->entries));
	memset(g->entries, 0, g->nslots * sizeof(*g->entries));
	g->nused = g->nkept = 0;
	g->part = 0;
	dbc_sync_init_encoder(&g->encoder, host);
	read_parts(g);
	/* otherwise again */
	for (size_t i = 0; i < g->nslots && g->is_whole == was_whole; i++)
		judge(g, &g->entries[i]);
}

/* Chooses parts that differ, from one on, as many as there is room for; returns
 * the next one. */
static int
choose_parts(group *g, int part)
{
	memset(g->chosen, 0, (size_t) g->section->nparts);
	g->rows = 0;
	for (; part < g->section->nparts; part++)
	{
		const dbc_sync_sum *there = &g->section->parts[part].sum;
		int64_t rows = g->here[part].rows + there->rows;

		if (memcmp(&g->here[part], there, sizeof(*there)) == 0)
			continue;
		if (g->rows > 0 && g->rows + rows > 2 * MOST_ROWS)
			break;
		g->chosen[part] = true;
		g->rows += rows;
	}
	g->passes = (int) (g->rows / (2 * MOST_ROWS)) + 1;
	return part;
}

void
dbc_sync_find_difference(dbc_sync_input *input, const dbc_sync_section *section,
						 const dbc_sync_table *table, const dbc_sync_sum *here,
						 dbc_sync_difference *difference)
{
	dbc_host *host = input->host;
	group *g = dbc_alloc(host, sizeof(*g));
	int part = 0;

	*g = (group){.input = input,
				 .section = section,
				 .table = table,
				 .here = here,
				 .difference = difference,
				 .chosen = dbc_alloc(host, (size_t) section->nparts)};
	while (part < section->nparts)
	{
		part = choose_parts(g, part);
		for (g->pass = 0; g->pass < g->passes && g->rows > 0; g->pass++)
		{
			bool was_whole = g->is_whole;

			dbc_scoped(host, search_group, g);
			if (g->is_whole != was_whole)
				g->pass--;
		}
	}
}
