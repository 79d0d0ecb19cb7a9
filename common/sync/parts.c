/*
 * parts.c
 *	  Rows of a table in parts, each with a digest, so that differences are
 *	  searched in a few of them.
 *
 * A part is a range of keys.  Whether a key ends a range depends on its hash
 * alone, so that two databases have the same ranges but for those with keys
 * that one of them lacks.  If there are too many, the level of keys that end
 * one rises.  A row whose key comes too late, because the engine has another
 * order, is added to the range of its key.
 */
#include "common/sync/file.h"

#include <string.h>

#include "common/core/asserts.h"
#include "common/sync/range.h"

/* Rows of a part by hash on average, at least. */
#define FEW_ROWS 64

void
dbc_sync_begin_parts(dbc_host *host, dbc_sync_parts *parts,
					 dbc_sync_section *section, int most, int level)
{
	*parts = (dbc_sync_parts){
		.host = host, .section = section, .most = most, .level = level};
	section->in_order = true;
	section->nparts = section->table.nkeys > 0 ? 1 : DBC_SYNC_HASHES;
	section->parts =
		section->table.nkeys > 0
			? dbc_grow(host, NULL, 0, sizeof(*section->parts))
			: dbc_alloc(host, DBC_SYNC_HASHES * sizeof(*section->parts));
	memset(section->parts, 0,
		   (size_t) section->nparts * sizeof(*section->parts));
}

/* Adds a part to the next one. */
static void
merge(dbc_sync_part *part, dbc_sync_part *next)
{
	next->offset = part->offset;
	dbc_sync_add_sum(&next->sum, &part->sum);
}

/* Leaves fewer keys that end a part. */
static void
raise_level(dbc_sync_parts *parts)
{
	dbc_sync_section *section = parts->section;
	int count = 0;

	parts->level++;
	for (int i = 0; i < section->nparts; i++)
	{
		dbc_sync_part *part = &section->parts[i];

		if (i < section->nparts - 1 && part->level < parts->level)
			merge(part, part + 1);
		else
			section->parts[count++] = *part;
	}
	section->nparts = count;
}

/* Whether a key is after the end of a part. */
static bool
is_after(const dbc_sync_key *key, const dbc_sync_part *part)
{
	return dbc_sync_compare_keys(key->bytes, key->length, part->upper,
								 part->nupper) > 0;
}

/* Ends the last part with the greatest key, and begins another one. */
static void
end_part(dbc_sync_parts *parts, int64_t offset)
{
	dbc_sync_section *section = parts->section;
	dbc_sync_part *part = &section->parts[section->nparts - 1];

	part->upper = (const unsigned char *) dbc_copy(
		parts->host, (const char *) parts->before.bytes, parts->before.length);
	part->nupper = parts->before.length;
	/* the ends of parts are ascending */
	DBC_ASSERT(parts->host,
			   section->nparts < 2 || is_after(&parts->before, part - 1));
	section->parts = dbc_grow(parts->host, section->parts,
							  (size_t) section->nparts, sizeof(*part));
	section->parts[section->nparts++] = (dbc_sync_part){.offset = offset};
	while (section->nparts > parts->most)
		raise_level(parts);
}

static int
find_part(const dbc_sync_section *section, const dbc_sync_key *key, int near)
{
	const dbc_sync_part *parts = section->parts;
	int last = section->nparts - 1;
	int low = 0;
	int high = last;

	/* rows are mostly in order */
	if (near == 0 || is_after(key, &parts[near - 1]))
		low = near;
	else
		high = near - 1;
	if (low == near && (near == last || !is_after(key, &parts[near])))
		return near;
	if (low == near)
		low++;
	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (is_after(key, &parts[middle]))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
hash_part(const dbc_sync_section *section, const dbc_sync_encoder *encoder)
{
	int hash = encoder->hash[0] << 8 | encoder->hash[1];

	return (int) ((int64_t) hash * section->nparts >> 16);
}

int
dbc_sync_part_of(const dbc_sync_section *section,
				 const dbc_sync_encoder *encoder, int near)
{
	dbc_sync_key key;

	if (section->table.nkeys == 0)
		return hash_part(section, encoder);
	if (section->nparts == 1)
		return 0;
	dbc_sync_take_key(encoder, section->table.nkeys, &key);
	return find_part(section, &key, near);
}

void
dbc_sync_add_part(dbc_sync_parts *parts, const dbc_sync_encoder *encoder,
				  int64_t offset)
{
	dbc_sync_section *section = parts->section;
	dbc_sync_key *key = &parts->key;
	dbc_sync_part *part;
	int order;

	if (section->table.nkeys == 0)
	{
		part = &section->parts[hash_part(section, encoder)];
		dbc_sync_add(&part->sum, encoder->hash);
		return;
	}
	dbc_sync_take_key(encoder, section->table.nkeys, key);
	order = dbc_sync_compare_keys(key->bytes, key->length, parts->before.bytes,
								  parts->before.length);
	if (order > 0)
	{
		int level = __builtin_ctzll(encoder->key | UINT64_C(1) << 62);

		if (parts->is_end)
			end_part(parts, offset);
		parts->before = *key;
		parts->is_end = level >= parts->level && !key->is_cut;
		section->parts[section->nparts - 1].level = level;
	}
	section->in_order &= order >= 0;
	part =
		&section
			 ->parts[order >= 0 ? section->nparts - 1
								: find_part(section, key, section->nparts - 1)];
	dbc_sync_add(&part->sum, encoder->hash);
}

void
dbc_sync_end_parts(dbc_sync_parts *parts)
{
	dbc_sync_section *section = parts->section;

	section->sum = (dbc_sync_sum){0};
	for (int i = 0; i < section->nparts; i++)
		dbc_sync_add_sum(&section->sum, &section->parts[i].sum);
	while (section->table.nkeys == 0 && section->nparts > 1 &&
		   section->sum.rows < (int64_t) section->nparts * FEW_ROWS)
	{
		for (int i = 0; i < section->nparts / 2; i++)
		{
			section->parts[i] = section->parts[2 * i];
			dbc_sync_add_sum(&section->parts[i].sum,
							 &section->parts[2 * i + 1].sum);
		}
		section->nparts /= 2;
	}
}
