/*
 * compare.c
 *	  dbsync_compare: a file against the tables of this database.
 *
 * The rows of a table are read once, and their digests compared with those in
 * the index of the file, part by part.  Where they are equal no row of the file
 * is read.
 */
#include <string.h>

#include "common/core/functions.h"
#include "common/core/options.h"
#include "common/core/text.h"
#include "common/sync/choice.h"
#include "common/sync/difference.h"

#define COMPARE_OPTIONS(O) O(tables, TEXTS)
DBC_OPTIONS(compare_options, COMPARE_OPTIONS);

typedef struct comparing
{
	const dbc_relation *tables;
	int ntables;
	bool *found; /* of each table: it is in the file */
	bool chosen; /* the tables are not all */

	/* the table that is read */
	const dbc_sync_section *section;
	const dbc_sync_table *table;
	int place; /* of the column of ranges */
	dbc_sync_encoder encoder;
	dbc_sync_sum *sums; /* of its parts */
	dbc_sync_difference difference;
} comparing;

static void
add_row(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	comparing *c = arg;
	int64_t value = 0;

	(void) host;
	dbc_sync_encode(&c->encoder, c->table, values);
	if (c->section->division == DBC_SYNC_BY_RANGE)
		value = dbc_sync_range_value(&values[c->place]);
	dbc_sync_add(&c->sums[dbc_sync_part_of(c->section, &c->encoder, value)],
				 c->encoder.hash);
}

static void
emit_difference(dbc_host *host, const comparing *c, const char *name)
{
	const int64_t *rows = c->difference.rows;

	dbc_emit(host, dbc_text(name), dbc_int(rows[DBC_SYNC_ONLY_HERE]),
			 dbc_int(rows[DBC_SYNC_ONLY_THERE]),
			 dbc_int(rows[DBC_SYNC_DIFFERENT]),
			 dbc_json(dbc_sync_samples_text(host, c->section, &c->difference)));
}

static void
compare_table(dbc_host *host, comparing *c, dbc_sync_input *input,
			  const dbc_relation *relation)
{
	dbc_sync_sum all = {0};

	c->table = dbc_sync_match(host, c->section, relation);
	for (int i = 0; i < c->table->ncolumns; i++)
		if (c->table->columns[i].key == 1)
			c->place = c->table->columns[i].place;
	memset(c->sums, 0, DBC_SYNC_PARTS * sizeof(*c->sums));
	DBC_CALL(host, sync, scan)(host, c->table->query, add_row, c);
	for (int i = 0; i < c->section->nparts; i++)
		dbc_sync_add_sum(&all, &c->sums[i]);
	if (memcmp(&all, &c->section->sum, sizeof(all)) != 0)
		dbc_sync_find_difference(input, c->section, c->table, c->sums,
								 &c->difference);
	emit_difference(host, c, relation->shown);
}

/* A table of the file. */
static void
compare_section(dbc_host *host, comparing *c, dbc_sync_input *input)
{
	const dbc_relation *relation =
		dbc_sync_find_table(host, c->section, c->tables, c->ntables);

	memset(&c->difference, 0, sizeof(c->difference));
	if (relation && c->found[relation - c->tables])
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Choose one of them by the option tables when the file is "
				 "written.",
				 "the file has two tables for table %s", relation->shown);
	if (relation)
	{
		c->found[relation - c->tables] = true;
		compare_table(host, c, input, relation);
		return;
	}
	if (c->chosen)
		return;
	c->difference.rows[DBC_SYNC_ONLY_THERE] = c->section->sum.rows;
	emit_difference(host, c,
					c->section->schema
						? dbc_format(host, "%s.%s",
									 host->quote(host, c->section->schema),
									 host->quote(host, c->section->name))
						: host->quote(host, c->section->name));
}

/* A table that the file does not have. */
static void
count_table(dbc_host *host, comparing *c, const dbc_relation *relation)
{
	dbc_sync_section none = {.division = DBC_SYNC_BY_ROW, .nparts = 1};

	memset(&c->difference, 0, sizeof(c->difference));
	memset(c->sums, 0, sizeof(*c->sums));
	c->section = &none;
	c->table = dbc_sync_describe(host, relation);
	DBC_CALL(host, sync, scan)(host, c->table->query, add_row, c);
	c->difference.rows[DBC_SYNC_ONLY_HERE] = c->sums[0].rows;
	emit_difference(host, c, relation->shown);
}

static void
compare(dbc_host *host, void *arg, dbc_sync_input *input)
{
	comparing *c = arg;

	for (int i = 0; i < input->nsections; i++)
	{
		dbc_progress(host, "comparing", i, input->nsections);
		c->section = &input->sections[i];
		compare_section(host, c, input);
	}
	for (int i = 0; i < c->ntables; i++)
		if (!c->found[i] && (input->whole || c->chosen))
			count_table(host, c, &c->tables[i]);
	dbc_progress_end(host, input->nsections);
}

/* dbsync_compare(path, options) */
DBC_RUN(dbsync_compare)
{
	const compare_options *given =
		dbc_read_options(host, &args->options, compare_options);
	comparing *c = dbc_alloc(host, sizeof(*c));

	dbc_refuse_options(host, args->path.text, "path");
	memset(c, 0, sizeof(*c));
	c->chosen = given->tables.given;
	c->tables = dbc_sync_choose_tables(host, given->tables.texts, &c->ntables);
	c->found = dbc_alloc(host, (size_t) c->ntables + 1);
	memset(c->found, 0, (size_t) c->ntables + 1);
	c->sums = dbc_alloc(host, DBC_SYNC_PARTS * sizeof(*c->sums));
	dbc_sync_init_encoder(&c->encoder, host);
	dbc_sync_open(host, args->path.text, compare, c);
}
