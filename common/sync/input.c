/*
 * input.c
 *	  Reading a file of rows.
 *
 * Each byte is checked before it is believed: the index by its hash, rows by
 * the digests of their part or table.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/sync/file.h"

#include <string.h>

#include "common/core/tables.h"
#include "common/core/text.h"

/* Bytes that are read at once. */
#define BLOCK ((size_t) 1 << 18)

typedef struct opening
{
	dbc_sync_input *input;
	void (*fn)(dbc_host *, void *, dbc_sync_input *);
	void *arg;
} opening;

/* ---- opening ---- */

/* Reads bytes at an offset; fails if there are fewer. */
static void
read_at(dbc_sync_input *input, int64_t offset, void *bytes, size_t length)
{
	if (DBC_CALL(input->host, backup, read)(input->host, input->files,
											input->file, offset, bytes,
											length) != length)
		dbc_sync_refuse_file(input, "it ends too early");
}

static int64_t
read_number(const unsigned char *bytes)
{
	uint64_t number = 0;

	for (int i = 0; i < 8; i++)
		number = number << 8 | bytes[i];
	return number > INT64_MAX ? INT64_MAX : (int64_t) number;
}

/* Finds and reads the index. */
static void
read_end(dbc_sync_input *input)
{
	const size_t nheader = sizeof(DBC_SYNC_HEADER) - 1;
	int64_t size = DBC_CALL(input->host, backup,
							size)(input->host, input->files, input->file);
	unsigned char footer[DBC_SYNC_FOOTER_LENGTH];
	unsigned char hash[DBC_SYNC_HASH];
	char header[sizeof(DBC_SYNC_HEADER)];
	int64_t offset, length;
	char *text;

	if (size < (int64_t) (nheader + sizeof(footer)))
		dbc_sync_refuse_file(input, "it is not a file of rows");
	read_at(input, 0, header, nheader);
	if (memcmp(header, DBC_SYNC_HEADER, nheader) != 0)
		dbc_sync_refuse_file(input, "it is not a file of rows");
	size -= DBC_SYNC_FOOTER_LENGTH;
	read_at(input, size, footer, sizeof(footer));
	offset = read_number(footer);
	length = read_number(footer + 8);
	if (memcmp(footer + 16 + DBC_SYNC_HASH, DBC_SYNC_FOOTER, 16) != 0 ||
		offset > size || length != size - offset)
		dbc_sync_refuse_file(input, "it has no end");
	if (length > DBC_SYNC_MOST_INDEX)
		dbc_sync_refuse_file(input, "its index is too long");
	text = dbc_alloc(input->host, (size_t) length + 1);
	read_at(input, offset, text, (size_t) length);
	text[length] = '\0';
	SHA256((const unsigned char *) text, (size_t) length, hash);
	if (memcmp(hash, footer + 16, DBC_SYNC_HASH) != 0)
		dbc_sync_refuse_file(input, "its index is damaged");
	dbc_sync_read_index(input, text, (size_t) length, offset);
	for (int i = 0; i < input->nsections; i++)
	{
		const dbc_sync_section *section = &input->sections[i];
		char mark;

		read_at(input, section->offset + section->length - 1, &mark, 1);
		if (mark != DBC_SYNC_END_MARK)
			dbc_sync_refuse_file(input, "the rows of a table have no end");
	}
}

static void
run_open(dbc_host *host, dbc_backup_files *files, void *arg)
{
	opening *o = arg;
	dbc_sync_input *input = o->input;

	input->files = files;
	input->file = DBC_CALL(host, backup, open_file)(
		host, files, DBC_BACKUP_NOWHERE, input->path, false);
	if (input->file < 0)
		dbc_fail(host, "58P01", NULL, NULL, "file \"%s\" does not exist",
				 input->path);
	input->block = dbc_alloc(host, BLOCK);
	read_end(input);
	o->fn(host, o->arg, input);
}

void
dbc_sync_open(dbc_host *host, const char *path,
			  void (*fn)(dbc_host *, void *, dbc_sync_input *), void *arg)
{
	dbc_sync_input input = {.host = host, .path = path};
	opening o = {&input, fn, arg};

	/* fails if dbcare's tables are not to be trusted */
	(void) dbc_has_tables(host);
	DBC_CALL(host, sync, check_path)(host, path);
	DBC_CALL(host, backup, run)(host, run_open, &o);
}

void
dbc_sync_read_parts(dbc_sync_input *input, dbc_sync_section *section)
{
	size_t length = (size_t) section->parts_length;
	unsigned char *bytes = dbc_alloc(input->host, length + 1);
	unsigned char hash[DBC_SYNC_HASH];

	read_at(input, section->offset + section->length, bytes, length);
	SHA256(bytes, length, hash);
	if (memcmp(hash, section->parts_hash, sizeof(hash)) != 0)
		dbc_sync_refuse_file(input, "parts of a table are damaged");
	dbc_sync_parse_parts(input, section, bytes);
}

/* ---- rows ---- */

void
dbc_sync_seek(dbc_sync_input *input, const dbc_sync_section *section,
			  int64_t offset)
{
	input->at = section->offset + offset;
	input->end = section->offset + section->length;
	input->start = input->length = 0;
}

/* Bytes that can be read now, at least one. */
static size_t
fill(dbc_sync_input *input)
{
	int64_t rest = input->end - input->at;

	if (input->start < input->length)
		return input->length - input->start;
	if (rest <= 0)
		dbc_sync_refuse_file(input, "the rows of a table end too early");
	input->start = 0;
	input->length = rest < (int64_t) BLOCK ? (size_t) rest : BLOCK;
	read_at(input, input->at, input->block, input->length);
	input->at += (int64_t) input->length;
	return input->length;
}

static unsigned char
next_byte(dbc_sync_input *input)
{
	(void) fill(input);
	return input->block[input->start++];
}

/* The length of a value. */
static uint64_t
read_length(dbc_sync_input *input)
{
	uint64_t length = 0;

	for (int shift = 0; shift < 63; shift += 7)
	{
		unsigned char byte = next_byte(input);

		length |= (uint64_t) (byte & 127) << shift;
		if (byte < 128)
			return length;
	}
	dbc_sync_refuse_file(input, "a value is too long");
}

/* Adds the bytes of a value to a row. */
static void
read_bytes(dbc_sync_input *input, dbc_sync_encoder *encoder, uint64_t length)
{
	while (length > 0)
	{
		size_t there = fill(input);

		if (there > length)
			there = (size_t) length;
		dbc_sync_put(encoder, input->block + input->start, there);
		input->start += there;
		length -= there;
	}
}

/* Reads a value in memory, too. */
static void
keep_value(dbc_sync_input *input, dbc_sync_encoder *encoder, char tag,
		   uint64_t length, dbc_sync_value *value)
{
	char *bytes = dbc_alloc(input->host, (size_t) length + 1);
	size_t done = 0;

	while (done < length)
	{
		size_t there = fill(input);

		if (there > length - done)
			there = (size_t) length - done;
		memcpy(bytes + done, input->block + input->start, there);
		input->start += there;
		done += there;
	}
	bytes[length] = '\0';
	dbc_sync_put(encoder, bytes, (size_t) length);
	*value =
		(dbc_sync_value){.kind = tag == DBC_SYNC_TAG_NULL	  ? DBC_SYNC_NULL
								 : tag == DBC_SYNC_TAG_NUMBER ? DBC_SYNC_DECIMAL
								 : tag == DBC_SYNC_TAG_TEXT	  ? DBC_SYNC_TEXT
															  : DBC_SYNC_BLOB,
						 .bytes = bytes,
						 .length = (size_t) length};
}

bool
dbc_sync_read_row(dbc_sync_input *input, const dbc_sync_section *section,
				  dbc_sync_encoder *encoder, dbc_sync_value *values)
{
	unsigned char mark = next_byte(input);

	if (mark == DBC_SYNC_END_MARK)
		return false;
	if (mark != DBC_SYNC_ROW_MARK)
		dbc_sync_refuse_file(input, "a row does not begin as it must");
	dbc_sync_begin_row(encoder);
	for (int i = 0; i < section->table.ncolumns; i++)
	{
		const dbc_sync_column *column = &section->table.columns[i];
		char tag = (char) next_byte(input);
		uint64_t length = 0;

		if (tag != DBC_SYNC_TAG_NULL && tag != DBC_SYNC_TAG_NUMBER &&
			tag != DBC_SYNC_TAG_TEXT && tag != DBC_SYNC_TAG_BLOB)
			dbc_sync_refuse_file(input, "a value does not begin as it must");
		if (tag != DBC_SYNC_TAG_NULL)
			length = read_length(input);
		if (length > (uint64_t) section->length)
			dbc_sync_refuse_file(input, "a value is too long");
		dbc_sync_begin_column(encoder, column);
		dbc_sync_put_head(encoder, tag, length);
		if (values)
			keep_value(input, encoder, tag, length, &values[i]);
		else
			read_bytes(input, encoder, length);
	}
	dbc_sync_end_row(encoder);
	return true;
}
