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

	(void) host;
	dbc_sync_encode(&c->encoder, c->table, values);
	c->part = dbc_sync_part_of(c->section, &c->encoder, c->part);
	dbc_sync_add(&c->sums[c->part], c->encoder.hash);
}

void
dbc_sync_sum_rows(dbc_host *host, const dbc_sync_section *section,
				  const dbc_sync_table *table, dbc_sync_comparison *c)
{
	dbc_sync_begin_comparison(c);
	c->section = section;
	c->table = table;
	c->sums = dbc_alloc(host, (size_t) section->nparts * sizeof(*c->sums));
	memset(c->sums, 0, (size_t) section->nparts * sizeof(*c->sums));
	DBC_CALL(host, sync, scan)(host, table->query, NULL, NULL, 0, add_row, c);
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
