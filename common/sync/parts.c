/*
 * parts.c
 *	  Rows of a table in parts, each with a digest, so that differences are
 *	  searched in a few of them.
 *
 * There are at most DBC_SYNC_PARTS of them, whatever the number of rows: ranges
 * grow by twice when there are too many, and hashes have fewer parts at the end
 * if there are few rows.
 */
#include "common/sync/file.h"

#include <math.h>
#include <string.h>

/* Rows of a range at first, and of a part by hash on average. */
#define FEW_ROWS 64

void
dbc_sync_begin_parts(dbc_host *host, dbc_sync_parts *parts,
					 dbc_sync_section *section)
{
	bool is_range = section->division == DBC_SYNC_BY_RANGE;

	*parts = (dbc_sync_parts){
		.section = section, .room = parts->room, .shift = 54, .few = FEW_ROWS};
	if (!parts->room)
		parts->room = dbc_alloc(host, DBC_SYNC_PARTS * sizeof(*parts->room));
	memset(parts->room, 0, DBC_SYNC_PARTS * sizeof(*parts->room));
	section->parts = parts->room;
	section->nparts = is_range ? 1 : DBC_SYNC_PARTS;
}

/* Makes one part of each two. */
static void
halve(dbc_sync_section *section)
{
	for (int i = 0; i < section->nparts / 2; i++)
	{
		dbc_sync_part merged = section->parts[2 * i];

		dbc_sync_add_sum(&merged.sum, &section->parts[2 * i + 1].sum);
		merged.upper = section->parts[2 * i + 1].upper;
		section->parts[i] = merged;
	}
	section->nparts /= 2;
}

void
dbc_sync_next_part(dbc_sync_parts *parts, int64_t value, int64_t offset)
{
	dbc_sync_section *section = parts->section;
	dbc_sync_part *part = &section->parts[section->nparts - 1];

	/* rows with the same value stay together */
	if (part->sum.rows >= parts->few && value != parts->last)
	{
		part->upper = parts->last;
		if (section->nparts == DBC_SYNC_PARTS)
		{
			halve(section);
			parts->few *= 2;
		}
		section->parts[section->nparts++] = (dbc_sync_part){.offset = offset};
	}
	parts->last = value;
}

uint64_t
dbc_sync_part_hash(const dbc_sync_section *section,
				   const dbc_sync_encoder *encoder)
{
	uint64_t hash;

	if (section->division == DBC_SYNC_BY_KEY)
		return encoder->key;
	memcpy(&hash, encoder->hash, sizeof(hash));
	/* the same on every machine */
	return __builtin_bswap64(hash);
}

void
dbc_sync_add_part(dbc_sync_parts *parts, const dbc_sync_encoder *encoder)
{
	dbc_sync_section *section = parts->section;
	int part = section->nparts - 1;

	if (section->division != DBC_SYNC_BY_RANGE)
		part = (int) (dbc_sync_part_hash(section, encoder) >> parts->shift);
	dbc_sync_add(&section->parts[part].sum, encoder->hash);
}

void
dbc_sync_end_parts(dbc_host *host, dbc_sync_parts *parts)
{
	dbc_sync_section *section = parts->section;
	dbc_sync_part *kept;

	for (int i = 0; i < section->nparts; i++)
		dbc_sync_add_sum(&section->sum, &section->parts[i].sum);
	if (section->division == DBC_SYNC_BY_RANGE)
		section->parts[section->nparts - 1].upper = INT64_MAX;
	while (section->division != DBC_SYNC_BY_RANGE && section->nparts > 1 &&
		   section->sum.rows < (int64_t) section->nparts * FEW_ROWS)
		halve(section);
	kept = dbc_alloc(host, (size_t) section->nparts * sizeof(*kept));
	memcpy(kept, parts->room, (size_t) section->nparts * sizeof(*kept));
	section->parts = kept;
}

int64_t
dbc_sync_range_value(const dbc_sync_value *value)
{
	/* SQLite alone has other values than integers here: nulls before, and text
	 * after all numbers */
	switch (value->kind)
	{
		case DBC_SYNC_NULL:
			return INT64_MIN;
		case DBC_SYNC_INTEGER:
			return value->integer;
		case DBC_SYNC_REAL:
			/* a file may have NaN here */
			return !(value->real > -9223372036854775808.0) ? INT64_MIN
				   : value->real >= 9223372036854775807.0
					   ? INT64_MAX
					   : (int64_t) floor(value->real);
		default:
			return INT64_MAX;
	}
}

int
dbc_sync_part_of(const dbc_sync_section *section,
				 const dbc_sync_encoder *encoder, int64_t value)
{
	int low = 0;
	int high = section->nparts - 1;

	if (section->division != DBC_SYNC_BY_RANGE)
	{
		uint64_t hash = dbc_sync_part_hash(section, encoder);

		return (int) ((hash >> 54) /
					  (uint64_t) (DBC_SYNC_PARTS / section->nparts));
	}
	while (low < high)
	{
		int middle = (low + high) / 2;

		if (value <= section->parts[middle].upper)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
