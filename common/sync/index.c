/*
 * index.c
 *	  The index of a file: its tables and their columns; and the digests of the
 *	  parts of a table.
 */
#include "common/sync/file.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/core/json_write.h"
#include "common/sync/range.h"

/* Most columns and tables that are believed. */
#define MOST_COLUMNS 32767
#define MOST_TABLES	 1000000

/* Most bytes of a part, on average. */
#define MOST_PART (DBC_SYNC_KEPT + 24 + DBC_SYNC_HASH)

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

/* Appends a number in 7 bits of each byte, the lowest first. */
static void
add_number(dbc_buffer *to, uint64_t number)
{
	char bytes[10];
	size_t length = 0;

	for (; number > 127; number >>= 7)
		bytes[length++] = (char) (number | 128);
	bytes[length++] = (char) number;
	dbc_append_bytes(to, bytes, length);
}

void
dbc_sync_append_parts(dbc_buffer *to, const dbc_sync_section *section)
{
	for (int i = 0; i < section->nparts; i++)
	{
		const dbc_sync_part *part = &section->parts[i];
		char digest[DBC_SYNC_HASH];

		for (int j = 0; j < DBC_SYNC_HASH; j++)
			digest[j] = (char) (part->sum.words[3 - j / 8] >> (56 - j % 8 * 8));
		add_number(to, part->nupper);
		if (part->nupper > 0)
			dbc_append_bytes(to, (const char *) part->upper, part->nupper);
		add_number(to, (uint64_t) part->offset);
		add_number(to, (uint64_t) part->sum.rows);
		dbc_append_bytes(to, digest, sizeof(digest));
	}
}

/* The hexadecimal digits of a hash. */
static const char *
hash_text(dbc_host *host, const unsigned char *hash)
{
	dbc_sync_sum sum = {0};

	dbc_sync_add(&sum, hash);
	return dbc_sync_sum_text(host, &sum);
}

static void
add_section(dbc_buffer *text, const dbc_sync_section *section)
{
	dbc_append(text, "\n{\"name\": ");
	dbc_json_append_string(text, section->name);
	if (section->schema)
	{
		dbc_append(text, ", \"schema\": ");
		dbc_json_append_string(text, section->schema);
	}
	dbc_append(text, ", \"columns\": [");
	add_columns(text, &section->table);
	dbc_append_format(
		text,
		"], \"rows\": %lld, \"digest\": \"%s\", \"offset\": \"%lld\", "
		"\"length\": \"%lld\", \"sha256\": \"%s\", \"in_order\": %s, "
		"\"parts\": %d, \"parts_length\": \"%lld\", "
		"\"parts_sha256\": \"%s\"}",
		(long long) section->sum.rows,
		dbc_sync_sum_text(text->host, &section->sum),
		(long long) section->offset, (long long) section->length,
		hash_text(text->host, section->hash),
		section->in_order ? "true" : "false", section->nparts,
		(long long) section->parts_length,
		hash_text(text->host, section->parts_hash));
}

const char *
dbc_sync_write_index(dbc_host *host, const dbc_sync_section *sections,
					 int nsections, bool whole)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	dbc_append_format(&text,
					  "{\"format\": 2, \"dbcare\": \"%s\", \"engine\": \"%s\", "
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

/* A hash from its hexadecimal digits. */
static void
read_hash(dbc_sync_input *input, const dbc_json_item *item, unsigned char *hash)
{
	dbc_sync_sum sum = read_sum(input, item, 0);

	for (int i = 0; i < DBC_SYNC_HASH; i++)
		hash[i] = (unsigned char) (sum.words[3 - i / 8] >> (56 - i % 8 * 8));
}

/* Bytes of parts that are not read yet. */
typedef struct rest
{
	dbc_sync_input *input;
	const unsigned char *at;
	const unsigned char *end;
} rest;

/* The next bytes. */
static const unsigned char *
take(rest *r, uint64_t length)
{
	const unsigned char *at = r->at;

	if (length > (uint64_t) (r->end - at))
		dbc_sync_refuse_file(r->input, "parts of a table are not valid");
	r->at += length;
	return at;
}

/* The next number, at most so much. */
static int64_t
take_number(rest *r, int64_t most)
{
	uint64_t number = 0;

	for (int shift = 0; shift < 63; shift += 7)
	{
		unsigned char byte = *take(r, 1);

		number |= (uint64_t) (byte & 127) << shift;
		if (byte < 128)
			break;
	}
	if (number > (uint64_t) most)
		dbc_sync_refuse_file(r->input, "parts of a table are not valid");
	return (int64_t) number;
}

static void
take_part(rest *r, const dbc_sync_section *section, int place)
{
	dbc_sync_part *part = &section->parts[place];
	bool is_range = section->table.nkeys > 0;
	bool has_end = is_range && place < section->nparts - 1;
	const unsigned char *digest;

	*part = (dbc_sync_part){
		.nupper = (size_t) take_number(r, has_end ? DBC_SYNC_KEPT : 0)};
	part->upper = take(r, part->nupper);
	part->offset = take_number(r, section->length);
	part->sum.rows = take_number(r, section->sum.rows);
	digest = take(r, DBC_SYNC_HASH);
	for (int i = 0; i < DBC_SYNC_HASH; i++)
		part->sum.words[3 - i / 8] =
			part->sum.words[3 - i / 8] << 8 | digest[i];
	if (has_end && place > 0 &&
		dbc_sync_compare_keys(part->upper, part->nupper, part[-1].upper,
							  part[-1].nupper) <= 0)
		dbc_sync_refuse_file(r->input, "parts of a table are not valid");
}

void
dbc_sync_parse_parts(dbc_sync_input *input, dbc_sync_section *section,
					 const unsigned char *bytes)
{
	rest r = {input, bytes, bytes + section->parts_length};
	dbc_sync_sum sum = {0};

	section->parts = dbc_alloc(input->host, (size_t) section->nparts *
												sizeof(*section->parts));
	for (int i = 0; i < section->nparts; i++)
	{
		take_part(&r, section, i);
		dbc_sync_add_sum(&sum, &section->parts[i].sum);
	}
	if (r.at != r.end || memcmp(&sum, &section->sum, sizeof(sum)) != 0)
		dbc_sync_refuse_file(input,
							 "digests of its parts do not make that of a "
							 "table");
}

static void
read_section(dbc_sync_input *input, dbc_sync_section *section,
			 const dbc_json_item *item, int64_t end)
{
	const dbc_json_item *in_order = dbc_json_member(item, "in_order");
	int64_t nparts = read_count(input, dbc_json_member(item, "parts"));

	need(input, item, DBC_I_OBJECT);
	*section = (dbc_sync_section){
		.name = dbc_json_string(input->host,
								member(input, item, "name", DBC_I_STRING)),
		.schema = dbc_json_string_or_null(input->host,
										  dbc_json_member(item, "schema")),
		.offset = read_count(input, dbc_json_member(item, "offset")),
		.length = read_count(input, dbc_json_member(item, "length")),
		.parts_length =
			read_count(input, dbc_json_member(item, "parts_length")),
		.in_order = in_order && in_order->kind == DBC_I_TRUE,
		.nparts = nparts > DBC_SYNC_PARTS ? 0 : (int) nparts};
	section->sum = read_sum(input, dbc_json_member(item, "digest"),
							read_count(input, dbc_json_member(item, "rows")));
	read_hash(input, dbc_json_member(item, "sha256"), section->hash);
	read_hash(input, dbc_json_member(item, "parts_sha256"),
			  section->parts_hash);
	/* each row, and the end, has a byte at least */
	if (section->offset > end || section->length > end - section->offset ||
		section->sum.rows >= section->length || section->nparts < 1 ||
		section->parts_length > end - section->offset - section->length ||
		section->parts_length / section->nparts > MOST_PART)
		dbc_sync_refuse_file(input, "its index is not valid");
	read_columns(input, section, member(input, item, "columns", DBC_I_ARRAY));
	/* parts by hash are a power of 2 */
	if (section->table.nkeys == 0 &&
		(nparts > DBC_SYNC_HASHES || (nparts & (nparts - 1)) != 0))
		dbc_sync_refuse_file(input, "its index is not valid");
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
	int64_t format;

	need(input, root, DBC_I_OBJECT);
	format = read_count(input, dbc_json_member(root, "format"));
	if (format != 2)
		dbc_sync_refuse_file(
			input, format < 2 ? "its format is older than this dbcare"
							  : "its format is newer than this dbcare");
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
