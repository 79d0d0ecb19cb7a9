/*
 * table.c
 *	  Tables as their rows are compared, and sums of hashes of rows.
 */
#include "common/sync/table.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/text.h"

/* Columns of sync/columns.sql. */
enum
{
	C_NAME,
	C_CLASS,
	C_KEY,
	C_SOURCE,
	C_REQUIRED,
	C_ORDER,
	C_INDEXED
};

/* Ended by NULL, as dbc_get_word() needs them. */
static const char *const class_names[] = {
	[DBC_SYNC_ANY] = "any",		   [DBC_SYNC_WHOLE] = "integer",
	[DBC_SYNC_NUMBERS] = "number", [DBC_SYNC_BOOLEANS] = "boolean",
	[DBC_SYNC_TEXTS] = "text",	   [DBC_SYNC_PADDED] = "char",
	[DBC_SYNC_BLOBS] = "blob",	   [DBC_SYNC_DATES] = "date",
	[DBC_SYNC_TIMES] = "time",	   [DBC_SYNC_TIMESTAMPS] = "timestamp",
	[DBC_SYNC_UUIDS] = "uuid",	   [DBC_SYNC_DOCUMENTS] = "json",
	[DBC_SYNC_CLASSES] = NULL};

/* ---- tables ---- */

const char *
dbc_sync_class_name(dbc_sync_class class)
{
	return class_names[class];
}

int
dbc_sync_find_class(const char *name)
{
	for (int class = 0; class < DBC_SYNC_CLASSES; class ++)
		if (dbc_same(class_names[class], name))
			return class;
	return -1;
}

/* The order of columns: by name without case, since one DDL has names in lower
 * case on PostgreSQL, and as written on SQLite. */
static int
compare_columns(const void *left, const void *right)
{
	const char *a = ((const dbc_sync_column *) left)->name;
	const char *b = ((const dbc_sync_column *) right)->name;
	size_t i = 0;

	while (a[i] && dbc_lower(a[i]) == dbc_lower(b[i]))
		i++;
	if (a[i] || b[i])
		return (unsigned char) dbc_lower(a[i]) -
			   (unsigned char) dbc_lower(b[i]);
	return strcmp(a, b);
}

const dbc_sync_table *
dbc_sync_describe(dbc_host *host, const dbc_relation *relation)
{
	const dbc_rows *rows =
		dbc_query(host, "sync/columns", dbc_text(relation->schema),
				  dbc_text(relation->name));
	dbc_sync_table *table = dbc_alloc(host, sizeof(*table));
	dbc_sync_column *columns =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*columns));
	const char *source = relation->shown;
	dbc_buffer query;

	dbc_buffer_init(&query, host);
	dbc_append(&query, "select ");
	*table = (dbc_sync_table){
		.relation = relation, .ncolumns = rows->nrows, .columns = columns};
	for (int i = 0; i < rows->nrows; i++)
	{
		columns[i] = (dbc_sync_column){
			.name = dbc_get_text(host, rows, i, C_NAME),
			.class = (dbc_sync_class) dbc_sync_find_class(
				dbc_get_word(host, rows, i, C_CLASS, class_names)),
			.key = dbc_get_count(host, rows, i, C_KEY),
			.is_required = dbc_get_bool(host, rows, i, C_REQUIRED),
			.order = dbc_get_text(host, rows, i, C_ORDER),
			.is_indexed = dbc_get_bool(host, rows, i, C_INDEXED),
			.place = i};
		table->nkeys += columns[i].key > 0;
		source = dbc_get_text(host, rows, i, C_SOURCE);
		dbc_append_format(&query, "%s%s", i > 0 ? ", " : "",
						  dbc_quote(host, columns[i].name));
	}
	dbc_append_format(&query, " from %s", source);
	table->source = source;
	table->query = query.data;
	table->target = dbc_starts_with(source, "only ") ? source + 5 : source;
	dbc_sort(columns, (size_t) table->ncolumns, sizeof(*columns),
			 compare_columns);
	return table;
}

const dbc_sync_column *
dbc_sync_key_column(const dbc_sync_table *table, int place)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (table->columns[i].key == place)
			return &table->columns[i];
	return NULL;
}

/* ---- sums ---- */

static void
add_words(uint64_t *words, const uint64_t *other)
{
	unsigned carry = 0;

	for (int i = 0; i < 4; i++)
	{
		uint64_t half = words[i] + other[i];
		uint64_t whole = half + carry;

		carry = (half < other[i]) | (whole < half);
		words[i] = whole;
	}
}

void
dbc_sync_add(dbc_sync_sum *sum, const unsigned char *hash)
{
	uint64_t words[4] = {0};

	for (int i = 0; i < 32; i++)
		words[3 - i / 8] = words[3 - i / 8] << 8 | hash[i];
	add_words(sum->words, words);
	sum->rows++;
}

void
dbc_sync_add_sum(dbc_sync_sum *sum, const dbc_sync_sum *other)
{
	add_words(sum->words, other->words);
	sum->rows += other->rows;
}

const char *
dbc_sync_sum_text(dbc_host *host, const dbc_sync_sum *sum)
{
	return dbc_format(
		host, "%016llx%016llx%016llx%016llx",
		(unsigned long long) sum->words[3], (unsigned long long) sum->words[2],
		(unsigned long long) sum->words[1], (unsigned long long) sum->words[0]);
}
