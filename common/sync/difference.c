/*
 * difference.c
 *	  Finds the rows that differ between a table and a file.
 *
 * Only parts whose digests differ are read again, as many at once as memory of
 * a fixed size has room for; a part that has more rows is read several times,
 * each time for some of its keys.
 */
#include "common/sync/difference.h"

#include <string.h>

#include "common/core/text.h"

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
	dbc_sync_difference *difference;
	bool chosen[DBC_SYNC_PARTS];
	int64_t rows;
	int passes;
	int pass;
	int place; /* of the column of ranges */

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
add_row(group *g, int64_t value)
{
	const dbc_sync_encoder *encoder = &g->encoder;
	uint64_t key[2] = {encoder->key, encoder->check};
	uint64_t hash;
	entry *found;

	if (!g->chosen[dbc_sync_part_of(g->section, encoder, value)])
		return;
	if (g->section->division == DBC_SYNC_BY_ROW)
		memcpy(key, encoder->hash, sizeof(key));
	if ((key[0] >> 20) % (uint64_t) g->passes != (uint64_t) g->pass)
		return;
	found = find_entry(g, key);
	memcpy(&hash, encoder->hash, sizeof(hash));
	found->hashes[g->side] += hash;
	found->rows[g->side]++;
	if (found->kept || encoder->nkept == 0 ||
		g->nkept + encoder->nkept > MOST_KEPT)
		return;
	found->kept = (const unsigned char *) dbc_copy(
		encoder->host, (const char *) encoder->kept, encoder->nkept);
	found->length = (uint32_t) encoder->nkept;
	g->nkept += encoder->nkept;
}

static void
add_here(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	group *g = arg;

	(void) host;
	dbc_sync_encode(&g->encoder, g->table, values);
	add_row(g, g->section->division == DBC_SYNC_BY_RANGE
				   ? dbc_sync_range_value(&values[g->place])
				   : 0);
}

/* ---- reading a group ---- */

/* Reads rows of the file, and compares their sum with that of the index. */
static void
read_there(group *g, int64_t offset, const dbc_sync_sum *expected)
{
	dbc_sync_sum sum = {0};
	int64_t value = 0;

	dbc_sync_seek(g->input, g->section, offset);
	while (sum.rows < expected->rows &&
		   dbc_sync_read_row(g->input, g->section, &g->encoder, &value, NULL))
	{
		dbc_sync_add(&sum, g->encoder.hash);
		add_row(g, value);
		if (sum.rows % 1000 == 0)
			dbc_poll(g->input->host);
	}
	if (memcmp(&sum, expected, sizeof(sum)) != 0)
		dbc_sync_refuse_file(g->input, "rows of a table are damaged");
}

/* Reads rows of the table from part first to the one before end. */
static void
read_range(group *g, int first, int end, const char *column)
{
	dbc_host *host = g->input->host;
	const dbc_sync_part *parts = g->section->parts;
	dbc_buffer query;

	dbc_buffer_init(&query, host);
	dbc_append_format(&query, "%s where ", g->table->query);
	/* SQLite has other values than integers between these bounds, too */
	if (first > 0)
		dbc_append_format(&query, "%s > %lld%s", column,
						  (long long) parts[first - 1].upper,
						  end < g->section->nparts ? " and " : "");
	if (end < g->section->nparts)
		dbc_append_format(
			&query, "%s%s <= %lld%s", first > 0 ? "" : "(", column,
			(long long) parts[end - 1].upper,
			first > 0 ? "" : dbc_format(host, " or %s is null)", column));
	if (first == 0 && end == g->section->nparts)
		dbc_append(&query, "true");
	DBC_CALL(host, sync, scan)(host, query.data, add_here, g);
}

/* Reads the rows of the table. */
static void
read_here(group *g)
{
	dbc_host *host = g->input->host;
	const dbc_sync_column *column = NULL;

	for (int i = 0; i < g->table->ncolumns; i++)
		if (g->table->columns[i].key == 1)
			column = &g->table->columns[i];
	g->place = column ? column->place : 0;
	if (g->section->division != DBC_SYNC_BY_RANGE ||
		column->class != DBC_SYNC_WHOLE)
	{
		DBC_CALL(host, sync, scan)(host, g->table->query, add_here, g);
		return;
	}
	for (int first = 0; first < g->section->nparts; first++)
	{
		int end = first;

		while (end < g->section->nparts && g->chosen[end])
			end++;
		if (end == first)
			continue;
		read_range(g, first, end, host->quote(host, column->name));
		first = end;
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
	if (both == 0 || g->section->division == DBC_SYNC_BY_ROW)
		return;
	difference->rows[DBC_SYNC_DIFFERENT] += both;
	add_sample(difference, DBC_SYNC_DIFFERENT, found);
}

static void
search_group(dbc_host *host, void *arg)
{
	group *g = arg;
	int64_t rows = g->rows / g->passes + 1024;

	for (g->nslots = 1; (int64_t) g->nslots < 3 * rows;)
		g->nslots *= 2;
	g->entries = dbc_alloc(host, g->nslots * sizeof(*g->entries));
	memset(g->entries, 0, g->nslots * sizeof(*g->entries));
	g->nused = g->nkept = 0;
	dbc_sync_init_encoder(&g->encoder, host);
	g->encoder.kept = dbc_alloc(host, DBC_SYNC_KEPT);
	g->side = 1;
	for (int i = 0; i < g->section->nparts; i++)
		if (g->chosen[i] && g->section->division == DBC_SYNC_BY_RANGE)
			read_there(g, g->section->parts[i].offset,
					   &g->section->parts[i].sum);
	if (g->section->division != DBC_SYNC_BY_RANGE)
		read_there(g, 0, &g->section->sum);
	g->side = 0;
	read_here(g);
	for (size_t i = 0; i < g->nslots; i++)
		judge(g, &g->entries[i]);
}

void
dbc_sync_find_difference(dbc_sync_input *input, const dbc_sync_section *section,
						 const dbc_sync_table *table, const dbc_sync_sum *here,
						 dbc_sync_difference *difference)
{
	group *g = dbc_alloc(input->host, sizeof(*g));
	int part = 0;

	while (part < section->nparts)
	{
		memset(g, 0, sizeof(*g));
		g->input = input;
		g->section = section;
		g->table = table;
		g->difference = difference;
		for (; part < section->nparts; part++)
		{
			const dbc_sync_sum *there = &section->parts[part].sum;
			int64_t rows = here[part].rows + there->rows;

			if (memcmp(&here[part], there, sizeof(*there)) == 0)
				continue;
			if (g->rows > 0 && g->rows + rows > 2 * MOST_ROWS)
				break;
			g->chosen[part] = true;
			g->rows += rows;
		}
		g->passes = (int) (g->rows / (2 * MOST_ROWS)) + 1;
		for (g->pass = 0; g->pass < g->passes && g->rows > 0; g->pass++)
			input->host->scoped(input->host, search_group, g);
	}
}
