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

typedef struct comparing
{
	const dbc_relation *tables;
	int ntables;
	const dbc_sync_names *names;
	bool *found;			   /* of each table: it is in the file */
	bool chosen;			   /* the tables are not all */
	dbc_sync_comparison *rows; /* of the present table */

	/* the table of the file that is compared */
	dbc_sync_input *input;
	dbc_sync_section *section;
	const dbc_relation *relation;
} comparing;

static void
emit_difference(dbc_host *host, const comparing *c, const char *name)
{
	const dbc_sync_difference *difference = &c->rows->difference;
	const int64_t *rows = difference->rows;

	dbc_emit(
		host, dbc_text(name), dbc_int(rows[DBC_SYNC_ONLY_HERE]),
		dbc_int(rows[DBC_SYNC_ONLY_THERE]), dbc_int(rows[DBC_SYNC_DIFFERENT]),
		dbc_json(dbc_sync_samples_text(host, c->rows->section, difference)));
}

/* Compares the rows of a table. */
static void
compare_table(dbc_host *host, void *arg)
{
	comparing *c = arg;

	dbc_sync_read_parts(c->input, c->section);
	dbc_sync_compare_rows(c->input, c->section,
						  dbc_sync_match(host, c->section, c->relation),
						  c->rows);
}

/* A table of the file. */
static void
compare_section(dbc_host *host, comparing *c, dbc_sync_section *section)
{
	const dbc_relation *relation = dbc_sync_find_table(c->names, section);

	if (relation && c->found[relation - c->tables])
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Choose one of them by the option tables when the file is "
				 "written.",
				 "the file has two tables for table %s", relation->shown);
	if (relation)
	{
		c->found[relation - c->tables] = true;
		c->section = section;
		c->relation = relation;
		dbc_scoped(host, compare_table, c);
		emit_difference(host, c, relation->shown);
		return;
	}
	if (c->chosen)
		return;
	dbc_sync_begin_comparison(c->rows);
	c->rows->difference.rows[DBC_SYNC_ONLY_THERE] = section->sum.rows;
	emit_difference(host, c, dbc_sync_section_name(host, section));
}

static void
count_row(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	(void) host;
	(void) values;
	++*(int64_t *) arg;
}

/* A table that the file does not have. */
static void
count_table(dbc_host *host, comparing *c, const dbc_relation *relation)
{
	dbc_sync_begin_comparison(c->rows);
	DBC_CALL(host, sync, scan)
	(host, dbc_sync_describe(host, relation)->query, NULL, NULL, 0, count_row,
	 &c->rows->difference.rows[DBC_SYNC_ONLY_HERE]);
	emit_difference(host, c, relation->shown);
}

static void
compare(dbc_host *host, void *arg, dbc_sync_input *input)
{
	comparing *c = arg;

	c->input = input;
	for (int i = 0; i < input->nsections; i++)
	{
		dbc_progress(host, "comparing", i, input->nsections);
		compare_section(host, c, &input->sections[i]);
	}
	for (int i = 0; i < c->ntables; i++)
		if (!c->found[i] && (input->whole || c->chosen))
			count_table(host, c, &c->tables[i]);
	dbc_progress_end(host, input->nsections);
}

/* dbsync_compare(path, options) */
DBC_RUN(dbsync_compare)
{
	const dbsync_compare_options *given =
		dbc_read_options(host, &args->options, dbsync_compare_options);
	comparing *c = dbc_alloc(host, sizeof(*c));

	dbc_refuse_options(host, args->path.text, "path");
	memset(c, 0, sizeof(*c));
	c->chosen = given->tables.given;
	c->tables = dbc_sync_choose_tables(host, given->tables.texts, &c->ntables);
	c->names = dbc_sync_sort_tables(host, c->tables, c->ntables);
	c->found = dbc_alloc(host, (size_t) c->ntables + 1);
	memset(c->found, 0, (size_t) c->ntables + 1);
	c->rows = dbc_sync_new_comparison(host);
	dbc_sync_open(host, args->path.text, compare, c);
}
