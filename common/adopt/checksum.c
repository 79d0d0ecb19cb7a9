/*
 * checksum.c
 *	  Checksums of migration files as other tools compute them.
 */
#include "common/adopt/adopt.h"

#include <openssl/sha.h>
#include <string.h>

#define MARK "\xEF\xBB\xBF" /* byte order mark */

/* The name of an algorithm followed by bytes as hexadecimal digits. */
static const char *
hex(dbc_host *host, const char *name, const unsigned char *bytes, size_t count)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	dbc_append(&buffer, name);
	for (size_t i = 0; i < count; i++)
		dbc_append_format(&buffer, "%02x", bytes[i]);
	return buffer.data;
}

static const char *
sha1(dbc_host *host, const char *name, const char *text)
{
	unsigned char hash[SHA_DIGEST_LENGTH];

	SHA1((const unsigned char *) text, strlen(text), hash);
	return hex(host, name, hash, sizeof(hash));
}

static const char *
sha384(dbc_host *host, const char *name, const char *text)
{
	unsigned char hash[SHA384_DIGEST_LENGTH];

	SHA384((const unsigned char *) text, strlen(text), hash);
	return hex(host, name, hash, sizeof(hash));
}

/* Prisma */
static const char *
sha256(dbc_host *host, const char *name, const char *text)
{
	return dbc_format(host, "%s%s", name, dbc_sha256(host, text));
}

/* Flyway: the CRC of all lines without their line ends. */
static const char *
crc32_of_lines(dbc_host *host, const char *name, const char *text)
{
	uint32_t crc = 0xFFFFFFFFu;

	for (; *text; text++)
	{
		if (*text == '\n' || *text == '\r')
			continue;
		crc ^= (unsigned char) *text;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
	}
	return dbc_format(host, "%s%d", name, (int) (int32_t) ~crc);
}

/* The value of "--! key:" in the header of a file; "" for "-" or no value. */
static const char *
header(dbc_host *host, const char *text, const char *key)
{
	for (; dbc_starts_with(text, "--!"); text += *text == '\n')
	{
		const char *word = text + 3 + strspn(text + 3, " \t");
		const char *value;

		text += strcspn(text, "\n");
		if (!dbc_starts_with_nocase(word, key))
			continue;
		word += strlen(key);
		word += strspn(word, ": \t");
		value = dbc_copy(host, word, strcspn(word, " \t\r\n"));
		return dbc_same(value, "-") ? "" : value;
	}
	return "";
}

/* Removes white space at both ends. */
static const char *
trimmed(dbc_host *host, const char *text)
{
	static const char blanks[] = " \t\r\n\f\v";
	size_t length;

	text += strspn(text, blanks);
	length = strlen(text);
	while (length > 0 && strchr(blanks, text[length - 1]))
		length--;
	return dbc_copy(host, text, length);
}

/* graphile-migrate: the hash of the previous file and the text below the
 * header. */
static const char *
chained_sha1(dbc_host *host, const char *name, const char *text)
{
	const char *body = strstr(text, "\n\n");
	const char *hashed =
		dbc_format(host, "%s\n%s", header(host, text, "previous"),
				   body ? trimmed(host, body) : "");

	return sha1(host, name, dbc_format(host, "%s\n", trimmed(host, hashed)));
}

/* The algorithms; some tools hash the byte order mark and the bytes of line
 * ends, too (marked). */
static const struct
{
	const char *name;
	const char *(*make)(dbc_host *host, const char *name, const char *text);
	bool marked;
} algorithms[] = {{"crc32:", crc32_of_lines, false},
				  {"sha256:", sha256, true},
				  {"sha384:", sha384, true},
				  {"sha1:", sha1, true},
				  {"graphile:sha1:", chained_sha1, false}};

/* A text with the line ends of Windows, which some checkouts have. */
static const char *
with_carriage_returns(dbc_host *host, const char *text)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (; *text; text++)
		dbc_append_format(&buffer, *text == '\n' ? "\r\n" : "%c", *text);
	return buffer.data ? buffer.data : "";
}

/* The checksum of a text by the algorithm of another checksum. */
const char *
dbc_adopt_make_checksum(dbc_host *host, const char *like, const char *text)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
	{
		const char *name = algorithms[i].name;
		const char *windows;
		const char *plain;

		if (!dbc_starts_with(like, name))
			continue;
		plain = algorithms[i].make(host, name, text);
		if (!algorithms[i].marked || dbc_same(plain, like))
			return plain;
		windows = with_carriage_returns(host, text);
		for (int variant = 1; variant < 4; variant++)
		{
			const char *made = algorithms[i].make(
				host, name,
				dbc_format(host, "%s%s", variant & 1 ? MARK : "",
						   variant & 2 ? windows : text));

			if (dbc_same(made, like))
				return made;
		}
		return plain;
	}
	return NULL;
}
