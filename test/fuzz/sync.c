/*
 * sync.c
 *	  Files of rows made of inputs; see files.h.
 *
 * Hashes and digests are made right, since no fuzzer finds them: anyone who can
 * write a file can make them.
 */
#include "test/fuzz/files.h"

#include <openssl/sha.h>

#include <stdio.h>
#include <string.h>

#define HEADER "dbcare rows 1\n"
#define FOOTER "dbcare rows end\n"
#define MOST   (1 << 20)

/* Columns of table t: a, b, id. */
#define COLUMNS 3

static const char *const classes[] = {"any", "text", "json", "timestamp"};

/* Writes the file of rows and an index. */
static void
write_rows(const void *rows, size_t nrows, const void *index, size_t nindex)
{
	static unsigned char file[2 * MOST + 200];
	size_t length = sizeof(HEADER) - 1;
	uint64_t numbers[2];

	if (nrows > MOST || nindex > MOST)
		return;
	memcpy(file, HEADER, length);
	memcpy(file + length, rows, nrows);
	length += nrows;
	numbers[0] = length;
	numbers[1] = nindex;
	memcpy(file + length, index, nindex);
	SHA256(index, nindex, file + length + nindex + 16);
	length += nindex;
	for (int i = 0; i < 16; i++)
		file[length++] =
			(unsigned char) (numbers[i / 8] >> (56 - i % 8 * 8) & 255);
	length += SHA256_DIGEST_LENGTH;
	memcpy(file + length, FOOTER, sizeof(FOOTER) - 1);
	fuzz_write_file("rows", file, length + sizeof(FOOTER) - 1);
}

/* Rows of table t, and their digest. */
static const char three_rows[] =
	"RT\003sixD\0031.5D\0011RT\003twoND\0012RT\005threeD\0012D\0013E";
static const char three_digest[] =
	"e0735f897dd6cb52da1ecb8d2ecc48874e95f78cb6363b514beaf4d49b7cf16d";

/* Bytes as hexadecimal digits. */
static void
write_hex(char *hex, const unsigned char *bytes)
{
	for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
		snprintf(hex + 2 * (ptrdiff_t) i, 3, "%02x", bytes[i]);
}

/* Writes the one part of a table that has all rows. */
static size_t
write_part(unsigned char *to, int rows, const unsigned char *digest)
{
	size_t length = 0;

	to[length++] = 0;
	to[length++] = 0;
	for (; rows > 127; rows >>= 7)
		to[length++] = (unsigned char) (rows | 128);
	to[length++] = (unsigned char) rows;
	memcpy(to + length, digest, SHA256_DIGEST_LENGTH);
	return length + SHA256_DIGEST_LENGTH;
}

void
fuzz_sync_index(const uint8_t *data, size_t size)
{
	static unsigned char rows[sizeof(three_rows) + 100];
	unsigned char digest[SHA256_DIGEST_LENGTH];
	size_t length = sizeof(three_rows) - 1;

	for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
	{
		unsigned byte;

		sscanf(three_digest + 2 * (ptrdiff_t) i, "%2x", &byte);
		digest[i] = (unsigned char) byte;
	}
	memcpy(rows, three_rows, length);
	length += write_part(rows + length, 3, digest);
	write_rows(rows, length, data, size);
}

/* The first two bytes of the input say which columns are the key, and how many
 * parts there are. */
void
fuzz_sync_parts(const uint8_t *data, size_t size)
{
	static unsigned char rows[sizeof(three_rows) + MOST];
	unsigned char hash[SHA256_DIGEST_LENGTH];
	char hex[2 * SHA256_DIGEST_LENGTH + 1];
	char index[1000];
	size_t length = sizeof(three_rows) - 1;

	if (size < 2 || size > MOST / 2)
		return;
	memcpy(rows, three_rows, length);
	memcpy(rows + length, data + 2, size - 2);
	SHA256(data + 2, size - 2, hash);
	write_hex(hex, hash);
	write_rows(
		rows, length + size - 2, index,
		(size_t) snprintf(
			index, sizeof(index),
			"{\"format\": 2, \"whole\": true, \"tables\": [{\"name\": \"t\", "
			"\"columns\": [[\"a\", \"any\", %d], [\"b\", \"any\", 0], [\"id\", "
			"\"integer\", %d]], \"rows\": 3, \"digest\": \"%s\", \"offset\": "
			"%zu, \"length\": %zu, \"sha256\": \"%s\", \"in_order\": %s, "
			"\"parts\": %d, \"parts_length\": %zu, \"parts_sha256\": \"%s\"}]}",
			data[0] % 3 == 1 ? 2 : 0, data[0] % 3 < 2, three_digest,
			sizeof(HEADER) - 1, length, hex, data[0] & 4 ? "false" : "true",
			data[1], size - 2, hex));
}

/* ---- rows ---- */

/* The bytes of a value, or 0 if it is not whole. */
static size_t
value_length(const uint8_t *data, size_t size)
{
	size_t length = 0;

	if (size > 0 && data[0] == 'N')
		return 1;
	for (size_t i = 1; i < size && i < 4; i++)
	{
		length |= (size_t) (data[i] & 127) << 7 * (i - 1);
		if (data[i] < 128)
			return length < size - i ? i + 1 + length : 0;
	}
	return 0;
}

/* The bytes of a row, or 0. */
static size_t
row_length(const uint8_t *data, size_t size)
{
	size_t length = 1;

	if (size == 0 || data[0] != 'R')
		return 0;
	for (int i = 0; i < COLUMNS; i++)
	{
		size_t value = value_length(data + length, size - length);

		if (value == 0)
			return 0;
		length += value;
	}
	return length;
}

/* Adds the hash of a row to a digest. */
static void
add_row(unsigned char *digest, const uint8_t *row, size_t length)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	unsigned carry = 0;

	SHA256(row + 1, length - 1, hash);
	for (int i = SHA256_DIGEST_LENGTH - 1; i >= 0; i--)
	{
		carry += (unsigned) digest[i] + hash[i];
		digest[i] = (unsigned char) (carry & 255);
		carry >>= 8;
	}
}

/* The first byte of the input chooses the parts and the class of a column. */
void
fuzz_sync_rows(const uint8_t *data, size_t size)
{
	unsigned char digest[SHA256_DIGEST_LENGTH] = {0};
	char hex[2 * SHA256_DIGEST_LENGTH + 1];
	char index[1000];
	unsigned char hash[SHA256_DIGEST_LENGTH];
	char parts_hex[2 * SHA256_DIGEST_LENGTH + 1];
	static unsigned char file[MOST + 100];
	size_t nparts;
	size_t at = 0;
	size_t length;
	int rows = 0;

	if (size < 2 || size > MOST)
		return;
	size--;
	while ((length = row_length(data + 1 + at, size - at)) > 0)
	{
		add_row(digest, data + 1 + at, length);
		at += length;
		rows++;
	}
	write_hex(hex, digest);
	memcpy(file, data + 1, size);
	nparts = write_part(file + size, rows, digest);
	SHA256(file + size, nparts, hash);
	write_hex(parts_hex, hash);
	length = (size_t) snprintf(
		index, sizeof(index),
		"{\"format\": 2, \"whole\": true, \"tables\": [{\"name\": \"t\", "
		"\"columns\": [[\"a\", \"%s\", 0], [\"b\", \"any\", 0], [\"id\", "
		"\"integer\", %d]], \"rows\": %d, \"digest\": \"%s\", \"offset\": %zu, "
		"\"length\": %zu, \"sha256\": \"%s\", \"in_order\": %s, \"parts\": 1, "
		"\"parts_length\": %zu, \"parts_sha256\": \"%s\"}]}",
		classes[data[0] / 3 % 4], data[0] % 3 < 2, rows, hex,
		sizeof(HEADER) - 1, size, hex, data[0] % 3 == 1 ? "false" : "true",
		nparts, parts_hex);
	write_rows(file, size + nparts, index, length);
}
