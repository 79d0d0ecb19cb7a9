/*
 * export.c
 *	  dbsync_export: rows of tables as a file.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/text.h"
#include "common/sync/choice.h"
#include "common/sync/file.h"
#include "common/sync/mask.h"
#include "common/sync/range.h"
#include "common/sync/subset.h"

/* Bytes that are written at once. */
#define BLOCK ((size_t) 1 << 18)

typedef struct export
{
	dbc_host *host;
	const dbc_relation *tables;
	int ntables;
	bool whole;
	const dbc_sync_subset *subset; /* or NULL */
	dbc_sync_masks masks;
	int64_t masked; /* columns */
	dbc_sync_section *sections;
	dbc_archive_file *file;
	dbc_sync_encoder encoder;
	char *block;
	size_t length;
	int64_t offset; /* of the block in the file */
	SHA256_CTX sum; /* of the rows of a table */

	/* the table that is written */
	const dbc_sync_table *table;
	const char *query;
	dbc_sync_parts parts;
	const bool *hidden;		/* of each column: it is masked; or NULL */
	dbc_sync_value *values; /* with masks */
	int64_t number;			/* of the row */
}
export;

/* ---- bytes ---- */

static void
flush(export *e)
{
	SHA256_Update(&e->sum, e->block, e->length);
	DBC_CALL(e->host, archive, append)(e->host, e->file, e->block, e->length);
	e->offset += (int64_t) e->length;
	e->length = 0;
}

static void
put(dbc_host *host, void *arg, const void *bytes, size_t length)
{
	export *e = arg;
	const char *from = bytes;

	(void) host;
	while (length > 0)
	{
		size_t part = BLOCK - e->length;

		part = length < part ? length : part;
		memcpy(e->block + e->length, from, part);
		e->length += part;
		from += part;
		length -= part;
		if (e->length == BLOCK)
			flush(e);
	}
}

/* ---- rows ---- */

/* Masks values of a row. */
static void
mask_row(dbc_host *host, void *arg)
{
	export *e = arg;

	for (int i = 0; i < e->table->ncolumns; i++)
	{
		const dbc_sync_column *column = &e->table->columns[i];

		if (e->hidden[i])
			e->values[column->place] = dbc_sync_masked(
				host, column, &e->values[column->place], e->number);
	}
	dbc_sync_encode(&e->encoder, e->table, e->values);
}

static void
put_row(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	static const char mark = DBC_SYNC_ROW_MARK;
	export *e = arg;
	int64_t offset = e->offset + (int64_t) e->length - e->parts.section->offset;

	put(host, e, &mark, 1);
	e->number++;
	if (e->hidden)
	{
		memcpy(e->values, values,
			   (size_t) e->table->ncolumns * sizeof(*e->values));
		dbc_scoped(host, mask_row, e);
	}
	else
		dbc_sync_encode(&e->encoder, e->table, values);
	dbc_sync_add_part(&e->parts, &e->encoder, offset);
}

/* Describes a table as one of the file. */
static const char *
begin_section(export *e, dbc_sync_section *section,
			  const dbc_relation *relation)
{
	const char *query;

	e->table = dbc_sync_describe(e->host, relation);
	*section = (dbc_sync_section){
		.schema = dbc_sync_is_usual_schema(e->host, relation->schema)
					  ? NULL
					  : relation->schema,
		.name = relation->name,
		.table = *e->table,
		.offset = e->offset};
	e->hidden = dbc_sync_find_masks(e->host, &e->masks, e->table);
	e->number = 0;
	e->values = dbc_alloc(e->host, ((size_t) e->table->ncolumns + 1) *
									   sizeof(*e->values));
	for (int i = 0; e->hidden && i < e->table->ncolumns; i++)
		e->masked += e->hidden[i];
	query = e->subset ? dbc_sync_subset_query(e->subset, e->table)
					  : e->table->query;
	return e->table->nkeys > 0
			   ? dbc_format(e->host, "%s order by %s", query,
							dbc_sync_order_list(e->host, e->table))
			   : query;
}

/* Writes the rows of a table, and their parts. */
static void
put_rows(dbc_host *host, void *arg)
{
	static const char mark = DBC_SYNC_END_MARK;
	export *e = arg;
	dbc_sync_section *section = e->parts.section;
	dbc_buffer parts;

	dbc_sync_begin_parts(host, &e->parts, section, DBC_SYNC_PARTS,
						 DBC_SYNC_LEVEL);
	SHA256_Init(&e->sum);
	DBC_CALL(host, sync, scan)
	(host, e->query, e->subset ? dbc_sync_subset_root(e->subset) : NULL, NULL,
	 0, put_row, e);
	put(host, e, &mark, 1);
	flush(e);
	SHA256_Final(section->hash, &e->sum);
	section->length = e->offset - section->offset;
	dbc_sync_end_parts(&e->parts);
	dbc_buffer_init(&parts, host);
	dbc_sync_append_parts(&parts, section);
	SHA256_Init(&e->sum);
	put(host, e, parts.data, parts.length);
	flush(e);
	SHA256_Final(section->parts_hash, &e->sum);
	section->parts_length = (int64_t) parts.length;
}

static void
put_table(export *e, dbc_sync_section *section, const dbc_relation *relation)
{
	e->query = begin_section(e, section, relation);
	e->parts.section = section;
	dbc_scoped(e->host, put_rows, e);
}

/* Appends a number in 8 bytes. */
static void
put_number(export *e, int64_t number)
{
	for (int shift = 56; shift >= 0; shift -= 8)
	{
		const char byte = (char) ((uint64_t) number >> shift);

		put(e->host, e, &byte, 1);
	}
}

static void
write_file(dbc_host *host, void *arg, dbc_archive_file *file)
{
	export *e = arg;
	unsigned char hash[DBC_SYNC_HASH];
	const char *index;
	int64_t offset;

	e->file = file;
	put(host, e, DBC_SYNC_HEADER, sizeof(DBC_SYNC_HEADER) - 1);
	SHA256_Init(&e->sum);
	flush(e);
	DBC_CALL(host, sync, hold)(host);
	for (int i = 0; i < e->ntables; i++)
	{
		dbc_progress(host, "exporting", i, e->ntables);
		put_table(e, &e->sections[i], &e->tables[i]);
	}
	index = dbc_sync_write_index(host, e->sections, e->ntables, e->whole);
	offset = e->offset;
	put(host, e, index, strlen(index));
	SHA256((const unsigned char *) index, strlen(index), hash);
	put_number(e, offset);
	put_number(e, (int64_t) strlen(index));
	put(host, e, hash, sizeof(hash));
	put(host, e, DBC_SYNC_FOOTER, sizeof(DBC_SYNC_FOOTER) - 1);
	flush(e);
	dbc_progress_end(host, e->ntables);
}

/* dbsync_export(path, options) */
DBC_RUN(dbsync_export)
{
	int64_t started = dbc_microseconds();
	const dbsync_export_options *given =
		dbc_read_options(host, &args->options, dbsync_export_options);
	dbc_json_node *result = dbc_json_object(host);
	export e = {.host = host,
				.whole = !given->tables.given && !given->where.given};
	int64_t rows = 0;

	dbc_refuse_options(host, args->path.text, "path");
	e.subset = dbc_sync_read_subset(host, &given->where);
	e.tables = dbc_sync_choose_tables(host, given->tables.texts, &e.ntables);
	e.masks = dbc_sync_read_masks(host, given->mask.integer,
								  &given->mask_columns, e.tables, e.ntables);
	e.sections =
		dbc_alloc(host, ((size_t) e.ntables + 1) * sizeof(*e.sections));
	e.block = dbc_alloc(host, BLOCK);
	dbc_sync_init_encoder(&e.encoder, host);
	e.encoder.write = put;
	e.encoder.arg = &e;
	DBC_CALL(host, archive, create_file)
	(host, args->path.text, given->overwrite.integer, write_file, &e);
	for (int i = 0; i < e.ntables; i++)
		rows += e.sections[i].sum.rows;
	DBC_PUT_TEXT(result, path, args->path.text);
	DBC_PUT_INT(result, tables, e.ntables);
	DBC_PUT_INT(result, rows, rows);
	DBC_PUT_INT(result, bytes, e.offset);
	if (given->mask.integer || given->mask_columns.given)
		DBC_PUT_INT(result, masked, e.masked);
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - started) / 1000);
	dbc_json_emit(host, result);
}
