/*
 * index.c
 *	  The index of a file: its tables, their columns, and the digests of their
 *	  parts.
 */
#include "common/sync/file.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/core/json_write.h"

/* Most columns and tables that are believed. */
#define MOST_COLUMNS 32767
#define MOST_TABLES	 1000000

static const char *const division_names[] = {"range", "key", "row"};

/* ---- writing ---- */

static void
add_columns(dbc_buffer *text, const dbc_sync_table *table)
{
	for (int i = 0; i < table->ncolumns; i++)
	{
		dbc_append(text, i > 0 ? ", [" : "[");
		dbc_json_append_string(text, table->columns[i].name);
		dbc_append_format(text, ", \"%s\", %d]",
						  dbc_sync_class_name(table->columns[i].class),
						  table->columns[i].key);
	}
}

static void
add_parts(dbc_buffer *text, const dbc_sync_section *section)
{
	for (int i = 0; i < section->nparts; i++)
	{
		const dbc_sync_part *part = &section->parts[i];

		dbc_append_format(text, "%s[\"%lld\", \"%lld\", %lld, \"%s\"]",
						  i > 0 ? ", " : "", (long long) part->upper,
						  (long long) part->offset, (long long) part->sum.rows,
						  dbc_sync_sum_text(text->host, &part->sum));
	}
}

static void
add_section(dbc_buffer *text, const dbc_sync_section *section)
{
	dbc_sync_sum hash = {0};

	dbc_sync_add(&hash, section->hash);
	dbc_append(text, "\n{\"name\": ");
	dbc_json_append_string(text, section->name);
	if (section->schema)
	{
		dbc_append(text, ", \"schema\": ");
		dbc_json_append_string(text, section->schema);
	}
	dbc_append(text, ", \"columns\": [");
	add_columns(text, &section->table);
	dbc_append_format(text,
					  "], \"rows\": %lld, \"digest\": \"%s\", \"offset\": "
					  "\"%lld\", \"length\": \"%lld\", \"sha256\": \"%s\", "
					  "\"divided_by\": \"%s\", \"parts\": [",
					  (long long) section->sum.rows,
					  dbc_sync_sum_text(text->host, &section->sum),
					  (long long) section->offset, (long long) section->length,
					  dbc_sync_sum_text(text->host, &hash),
					  division_names[section->division]);
	add_parts(text, section);
	dbc_append(text, "]}");
}

const char *
dbc_sync_write_index(dbc_host *host, const dbc_sync_section *sections,
					 int nsections, bool whole)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	dbc_append_format(&text,
					  "{\"format\": 1, \"dbcare\": \"%s\", \"engine\": \"%s\", "
					  "\"made_at\": \"%s\", \"whole\": %s, \"tables\": [",
					  DBC_VERSION, host->engine_name, dbc_now(host),
					  whole ? "true" : "false");
	for (int i = 0; i < nsections; i++)
	{
		dbc_append(&text, i > 0 ? "," : "");
		add_section(&text, &sections[i]);
	}
	dbc_append(&text, "]}\n");
	return text.data;
}

/* ---- reading ---- */

_Noreturn void
dbc_sync_refuse_file(dbc_sync_input *input, const char *problem)
{
	dbc_fail(input->host, DBC_CORRUPTED, NULL,
			 "Pass a file that dbsync_export() has written.",
			 "file \"%s\" cannot be used: %s", input->path, problem);
}

/* Fails unless an item is there and of a kind. */
static const dbc_json_item *
need(dbc_sync_input *input, const dbc_json_item *item, dbc_json_kind kind)
{
	if (!item || (dbc_json_kind) item->kind != kind)
		dbc_sync_refuse_file(input, "its index is not valid");
	return item;
}

static const dbc_json_item *
member(dbc_sync_input *input, const dbc_json_item *object, const char *key,
	   dbc_json_kind kind)
{
	return need(input, dbc_json_member(object, key), kind);
}

/* An integer, as a number or as text. */
static int64_t
read_integer(dbc_sync_input *input, const dbc_json_item *item)
{
	char text[24];
	char *end;
	long long number;

	if (!item || (item->kind != DBC_I_NUMBER && item->kind != DBC_I_STRING) ||
		item->length == 0 || item->length >= sizeof(text))
		dbc_sync_refuse_file(input, "its index is not valid");
	memcpy(text, item->text, item->length);
	text[item->length] = '\0';
	number = strtoll(text, &end, 10);
	if (*end)
		dbc_sync_refuse_file(input, "its index is not valid");
	return number;
}

/* An integer that is not negative. */
static int64_t
read_count(dbc_sync_input *input, const dbc_json_item *item)
{
	int64_t number = read_integer(input, item);

	if (number < 0)
		dbc_sync_refuse_file(input, "its index is not valid");
	return number;
}

/* A sum from its hexadecimal digits. */
static dbc_sync_sum
read_sum(dbc_sync_input *input, const dbc_json_item *item, int64_t rows)
{
	dbc_sync_sum sum = {.rows = rows};

	need(input, item, DBC_I_STRING);
	if (item->length != 64)
		dbc_sync_refuse_file(input, "its index is not valid");
	for (int i = 0; i < 64; i++)
	{
		char c = item->text[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
					: c >= 'a' && c <= 'f' ? c - 'a' + 10
										   : -1;

		if (digit < 0)
			dbc_sync_refuse_file(input, "its index is not valid");
		sum.words[3 - i / 16] = sum.words[3 - i / 16] << 4 | (uint64_t) digit;
	}
	return sum;
}

/* Fails unless the places in the key are 1, 2 and so on. */
static void
check_keys(dbc_sync_input *input, const dbc_sync_table *table)
{
	bool *found = dbc_alloc(input->host, (size_t) table->nkeys + 1);

	memset(found, 0, (size_t) table->nkeys + 1);
	for (int i = 0; i < table->ncolumns; i++)
	{
		int key = table->columns[i].key;

		if (key > table->nkeys || (key > 0 && found[key]))
			dbc_sync_refuse_file(input, "its index is not valid");
		found[key] = true;
	}
}

static void
read_columns(dbc_sync_input *input, dbc_sync_section *section,
			 const dbc_json_item *list)
{
	const dbc_json_item *item = list + 1;
	dbc_sync_column *columns;

	if (list->length > MOST_COLUMNS)
		dbc_sync_refuse_file(input, "its index is not valid");
	columns = dbc_alloc(input->host, (list->length + 1) * sizeof(*columns));
	for (uint32_t i = 0; i < list->length; i++, item = dbc_json_next(item))
	{
		int class = -1;
		int64_t key;

		need(input, item, DBC_I_ARRAY);
		if (item->length != 3 || item[1].kind != DBC_I_STRING ||
			item[2].kind != DBC_I_STRING)
			dbc_sync_refuse_file(input, "its index is not valid");
		class = dbc_sync_find_class(dbc_json_string(input->host, &item[2]));
		key = read_count(input, &item[3]);
		if (class < 0 || key > MOST_COLUMNS)
			dbc_sync_refuse_file(input, "its index is not valid");
		columns[i] =
			(dbc_sync_column){.name = dbc_json_string(input->host, &item[1]),
							  .class = (dbc_sync_class) class,
							  .key = (int) key,
							  .place = (int) i};
		section->table.nkeys += key > 0;
	}
	section->table.columns = columns;
	section->table.ncolumns = (int) list->length;
	check_keys(input, &section->table);
}

static void
read_parts(dbc_sync_input *input, dbc_sync_section *section,
		   const dbc_json_item *list)
{
	const dbc_json_item *item = list + 1;
	bool is_range = section->division == DBC_SYNC_BY_RANGE;
	dbc_sync_sum sum = {0};

	if (list->length < 1 || list->length > DBC_SYNC_PARTS ||
		(!is_range && (list->length & (list->length - 1)) != 0))
		dbc_sync_refuse_file(input, "its index is not valid");
	section->nparts = (int) list->length;
	section->parts =
		dbc_alloc(input->host, list->length * sizeof(*section->parts));
	for (int i = 0; i < section->nparts; i++, item = dbc_json_next(item))
	{
		dbc_sync_part *part = &section->parts[i];

		need(input, item, DBC_I_ARRAY);
		if (item->length != 4)
			dbc_sync_refuse_file(input, "its index is not valid");
		part->upper = read_integer(input, &item[1]);
		part->offset = read_count(input, &item[2]);
		part->sum = read_sum(input, &item[4], read_count(input, &item[3]));
		if (part->offset > section->length ||
			part->sum.rows > section->sum.rows ||
			(is_range && i > 0 && part->upper <= part[-1].upper) ||
			(is_range && i == section->nparts - 1 && part->upper != INT64_MAX))
			dbc_sync_refuse_file(input, "its index is not valid");
		dbc_sync_add_sum(&sum, &part->sum);
	}
	if (memcmp(&sum, &section->sum, sizeof(sum)) != 0)
		dbc_sync_refuse_file(input,
							 "digests of its parts do not make that of a "
							 "table");
}

static void
read_section(dbc_sync_input *input, dbc_sync_section *section,
			 const dbc_json_item *item, int64_t end)
{
	const char *divided_by;
	dbc_sync_sum hash;
	int division = 0;

	need(input, item, DBC_I_OBJECT);
	*section = (dbc_sync_section){
		.name = dbc_json_string(input->host,
								member(input, item, "name", DBC_I_STRING)),
		.schema = dbc_json_string_or_null(input->host,
										  dbc_json_member(item, "schema")),
		.offset = read_count(input, dbc_json_member(item, "offset")),
		.length = read_count(input, dbc_json_member(item, "length"))};
	section->sum = read_sum(input, dbc_json_member(item, "digest"),
							read_count(input, dbc_json_member(item, "rows")));
	hash = read_sum(input, dbc_json_member(item, "sha256"), 0);
	for (int i = 0; i < DBC_SYNC_HASH; i++)
		section->hash[i] =
			(unsigned char) (hash.words[3 - i / 8] >> (56 - i % 8 * 8));
	/* each row, and the end, has a byte at least */
	if (section->offset > end || section->length > end - section->offset ||
		section->sum.rows >= section->length)
		dbc_sync_refuse_file(input, "its index is not valid");
	read_columns(input, section, member(input, item, "columns", DBC_I_ARRAY));
	divided_by = dbc_json_string(
		input->host, member(input, item, "divided_by", DBC_I_STRING));
	while (division < 3 && !dbc_same(division_names[division], divided_by))
		division++;
	if (division == 3 ||
		(division != DBC_SYNC_BY_ROW) != (section->table.nkeys > 0))
		dbc_sync_refuse_file(input, "its index is not valid");
	section->division = (dbc_sync_division) division;
	read_parts(input, section, member(input, item, "parts", DBC_I_ARRAY));
}

void
dbc_sync_read_index(dbc_sync_input *input, const char *text, size_t length,
					int64_t end)
{
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(input->host, text, length, NULL, 0, &problem);
	const dbc_json_item *whole;
	const dbc_json_item *item;

	need(input, root, DBC_I_OBJECT);
	if (read_count(input, dbc_json_member(root, "format")) != 1)
		dbc_sync_refuse_file(input, "its format is newer than this dbcare");
	whole = dbc_json_member(root, "whole");
	input->whole = whole && whole->kind == DBC_I_TRUE;
	item = member(input, root, "tables", DBC_I_ARRAY);
	if (item->length > MOST_TABLES)
		dbc_sync_refuse_file(input, "its index is not valid");
	input->nsections = (int) item->length;
	input->sections =
		dbc_alloc(input->host, (item->length + 1) * sizeof(*input->sections));
	item++;
	for (int i = 0; i < input->nsections; i++, item = dbc_json_next(item))
		read_section(input, &input->sections[i], item, end);
}
