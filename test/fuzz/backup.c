/*
 * backup.c
 *	  Files of backups made of inputs; see files.h.
 *
 * Seals, hashes and tags are made right, since no fuzzer finds them: whoever
 * can write a backup that is not encrypted can make them.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "test/fuzz/files.h"

#include <openssl/sha.h>

#include <stdio.h>
#include <string.h>

#define PAGE  512
#define PAGES 3
#define MOST  (1 << 20)

#define ID "00112233445566778899aabbccddeeff"

static void
write_file(const char *name, const void *bytes, size_t length)
{
	char path[40];

	snprintf(path, sizeof(path), "b/%s", name);
	fuzz_write_file(path, bytes, length);
}

static const char *
hex_of(const void *bytes, size_t length, char hex[65])
{
	unsigned char hash[SHA256_DIGEST_LENGTH];

	SHA256(bytes, length, hash);
	for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
		snprintf(hex + 2 * (ptrdiff_t) i, 3, "%02x", hash[i]);
	return hex;
}

/* Writes a manifest of a body, with its seal. */
static void
write_manifest(const void *body, size_t length)
{
	static char text[MOST + 200];
	char hex[65];

	if (length > MOST)
		return;
	memcpy(text, body, length);
	length += (size_t) snprintf(text + length, 200, ", \"seal\": \"%s\"}\n",
								hex_of(body, length, hex));
	write_file("manifest.json", text, length);
}

/* ---- streams ---- */

static void
set_number(unsigned char *at, size_t number)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char) (number >> 8 * i);
}

/* The header of a stream that may be compressed. */
static void
make_header(unsigned char header[48], int role)
{
	memset(header, 0, 48);
	memcpy(header, "dbcstrm", 8);
	header[8] = 1;
	header[9] = (unsigned char) role;
	header[10] = 1;
	set_number(header + 12, MOST);
	for (int i = 0; i < 16; i++)
		header[16 + i] = (unsigned char) (i * 0x11);
}

/* Appends a chunk; returns its bytes. */
static size_t
add_chunk(unsigned char *at, const unsigned char *header, size_t number,
		  size_t flags, size_t length, const void *stored, size_t nstored)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	SHA256_CTX sum;

	set_number(at, number);
	set_number(at + 4, nstored);
	set_number(at + 8, length);
	set_number(at + 12, flags);
	memcpy(at + 32, stored, nstored);
	SHA256_Init(&sum);
	SHA256_Update(&sum, header, 48);
	SHA256_Update(&sum, at, 16);
	SHA256_Update(&sum, stored, nstored);
	SHA256_Final(hash, &sum);
	memcpy(at + 16, hash, 16);
	return 32 + nstored;
}

/* Makes a backup of pages that are zero, with a stream of pages. */
static void
write_backup(const void *pages, size_t npages)
{
	static const unsigned char page[PAGE];
	unsigned char hashes[PAGES * SHA256_DIGEST_LENGTH];
	unsigned char stream[48 + 32 + sizeof(hashes)];
	char text[2000];
	char sums[3][65];

	for (int i = 0; i < PAGES; i++)
		SHA256(page, PAGE, hashes + (ptrdiff_t) i * SHA256_DIGEST_LENGTH);
	make_header(stream, 2);
	(void) add_chunk(stream + 48, stream, 0, 1, sizeof(hashes), hashes,
					 sizeof(hashes));
	write_file("hashes.dbs", stream, sizeof(stream));
	write_file("pages.dbs", pages, npages);
	write_manifest(
		text,
		(size_t) snprintf(
			text, sizeof(text),
			"{\"format\": 1, \"name\": \"b\", \"id\": \"" ID "\", "
			"\"kind\": \"full\", \"engine\": \"sqlite\", "
			"\"engine_version\": \"3\", \"dbcare_version\": \"0\", "
			"\"database\": \"d\", \"identity\": \"d\", "
			"\"started_at\": \"2026-01-01T00:00:00.000Z\", "
			"\"finished_at\": \"2026-01-01T00:00:00.000Z\", "
			"\"compression\": \"zstd\", \"digest\": \"%s\", "
			"\"database_bytes\": %d, \"page_size\": %d, \"pages\": %d, "
			"\"stored_pages\": %d, \"parent\": null, \"encryption\": null, "
			"\"tables\": [], \"files\": ["
			"{\"path\": \"hashes.dbs\", \"bytes\": %zu, \"sha256\": \"%s\"}, "
			"{\"path\": \"pages.dbs\", \"bytes\": %zu, \"sha256\": \"%s\"}]",
			hex_of(hashes, sizeof(hashes), sums[0]), PAGES * PAGE, PAGE, PAGES,
			PAGES, sizeof(stream), hex_of(stream, sizeof(stream), sums[1]),
			npages, hex_of(pages, npages, sums[2])));
	fuzz_remove_file("b/verified.json");
}

/* ---- targets ---- */

void
fuzz_backup_manifest(const uint8_t *data, size_t size)
{
	write_manifest(data, size);
}

void
fuzz_backup_verified(const uint8_t *data, size_t size)
{
	write_backup("", 0);
	write_file("verified.json", data, size);
}

void
fuzz_backup_stream(const uint8_t *data, size_t size)
{
	write_backup(data, size);
}

/* Each chunk of the input: its flags, the bytes of its content (3), those that
 * are stored (2), and these. */
void
fuzz_backup_chunks(const uint8_t *data, size_t size)
{
	static unsigned char stream[2 * MOST];
	size_t length = 48;

	make_header(stream, 1);
	for (size_t number = 0; size >= 6 && length + 32 + size < sizeof(stream);
		 number++)
	{
		size_t content =
			(size_t) data[1] | (size_t) data[2] << 8 | (size_t) data[3] << 16;
		size_t stored = (size_t) data[4] | (size_t) data[5] << 8;

		if (stored > size - 6)
			stored = size - 6;
		length += add_chunk(stream + length, stream, number, data[0], content,
							data + 6, stored);
		data += 6 + stored;
		size -= 6 + stored;
	}
	write_backup(stream, length);
}
