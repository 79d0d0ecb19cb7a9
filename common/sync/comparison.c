/*
 * comparison.c
 *	  The rows of a table against those of a file, by their digests first.
 */
#include <string.h>

#include "common/sync/difference.h"

dbc_sync_comparison *
dbc_sync_new_comparison(dbc_host *host)
{
	dbc_sync_comparison *comparison = dbc_alloc(host, sizeof(*comparison));

	dbc_sync_init_encoder(&comparison->encoder, host);
	dbc_sync_begin_comparison(comparison);
	return comparison;
}

void
dbc_sync_begin_comparison(dbc_sync_comparison *comparison)
{
	/* its memory is for all tables */
	const dbc_sync_encoder encoder = comparison->encoder;

	memset(comparison, 0, sizeof(*comparison));
	comparison->encoder = encoder;
}

static void
add_row(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	dbc_sync_comparison *c = arg;
	int64_t value = 0;

	(void) host;
	dbc_sync_encode(&c->encoder, c->table, values);
	if (c->section->division == DBC_SYNC_BY_RANGE)
		value = dbc_sync_range_value(&values[c->place]);
	dbc_sync_add(&c->sums[dbc_sync_part_of(c->section, &c->encoder, value)],
				 c->encoder.hash);
}

void
dbc_sync_sum_rows(dbc_host *host, const dbc_sync_section *section,
				  const dbc_sync_table *table, dbc_sync_comparison *c)
{
	dbc_sync_begin_comparison(c);
	c->section = section;
	c->table = table;
	for (int i = 0; i < table->ncolumns; i++)
		if (table->columns[i].key == 1)
			c->place = table->columns[i].place;
	DBC_CALL(host, sync, scan)(host, table->query, add_row, c);
	for (int i = 0; i < section->nparts; i++)
		dbc_sync_add_sum(&c->sum, &c->sums[i]);
}

void
dbc_sync_compare_rows(dbc_sync_input *input, const dbc_sync_section *section,
					  const dbc_sync_table *table, dbc_sync_comparison *c)
{
	dbc_sync_sum_rows(input->host, section, table, c);
	if (memcmp(&c->sum, &section->sum, sizeof(c->sum)) != 0)
		dbc_sync_find_difference(input, section, table, c->sums,
								 &c->difference);
}
