/*
 * stream.c
 *	  Writing and reading the files of a backup; see stream.h.
 *
 * Header: magic (8), version, role, codec, cipher (1 each), the most bytes of
 * content of a chunk (4), id of the backup (16), a random salt (16).  Chunk:
 * its number, bytes stored, bytes of content, flags (4 each), the tag (16), the
 * stored bytes.  Numbers are little endian.
 *
 * Each stream has a key made from that of the backup and the header, so the
 * number of a chunk is all that a nonce needs.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/vault/stream.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>
#include <zstd.h>

#include "common/core/text.h"

#define MAGIC	"dbcstrm"
#define VERSION 1

#define ZSTD_LEVEL 1

#define TAG	  16
#define NONCE 12
#define SALT  16

/* Places in the header of a stream ... */
#define AT_VERSION 8
#define AT_ROLE	   9
#define AT_CODEC   10
#define AT_CIPHER  11
#define AT_MOST	   12
#define AT_ID	   16
#define AT_SALT	   32

/* ... and of a chunk: what the tag protects, and the tag. */
#define AT_NUMBER  0
#define AT_STORED  4
#define AT_CONTENT 8
#define AT_FLAGS   12
#define PLACE	   16
#define CHUNK	   (PLACE + TAG)

#define FLAG_LAST 1
#define FLAG_ZSTD 2

/* Most bytes stored of a chunk, and one more: where a cipher ends, it writes
 * nothing. */
#define ROOM (ZSTD_COMPRESSBOUND(DBC_STREAM_CHUNK) + 1)

static void
set_number(unsigned char *at, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char) (number >> 8 * i);
}

static uint32_t
get_number(const unsigned char *at)
{
	return (uint32_t) at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 |
		   (uint32_t) at[3] << 24;
}

/* Makes the key of a stream. */
static void
derive_key(const unsigned char *backup_key, const unsigned char *header,
		   unsigned char key[DBC_STREAM_KEY])
{
	HMAC(EVP_sha256(), backup_key, DBC_STREAM_KEY, header, DBC_STREAM_HEADER,
		 key, NULL);
}

/* Encrypts or decrypts bytes in place.  When decrypting, tag is compared.
 * Returns whether that succeeded. */
static bool
run_cipher(bool encrypt, const unsigned char *key, const unsigned char *header,
		   const unsigned char *place, unsigned char *bytes, size_t length,
		   unsigned char tag[TAG])
{
	unsigned char nonce[NONCE] = {0};
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	bool done;
	int n;

	memcpy(nonce, place + AT_NUMBER, 4);
	done =
		context &&
		EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce,
						  encrypt) == 1 &&
		EVP_CipherUpdate(context, NULL, &n, header, DBC_STREAM_HEADER) == 1 &&
		EVP_CipherUpdate(context, NULL, &n, place, PLACE) == 1 &&
		(length == 0 ||
		 EVP_CipherUpdate(context, bytes, &n, bytes, (int) length) == 1) &&
		(encrypt ||
		 EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1) &&
		EVP_CipherFinal_ex(context, bytes + length, &n) == 1 &&
		(!encrypt ||
		 EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, tag) == 1);
	EVP_CIPHER_CTX_free(context);
	return done;
}

/* The tag of a chunk without encryption.  Returns whether it could be made. */
static bool
hash_chunk(const unsigned char *header, const unsigned char *place,
		   const unsigned char *bytes, size_t length, unsigned char tag[TAG])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context &&
				EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
				EVP_DigestUpdate(context, header, DBC_STREAM_HEADER) == 1 &&
				EVP_DigestUpdate(context, place, PLACE) == 1 &&
				EVP_DigestUpdate(context, bytes, length) == 1 &&
				EVP_DigestFinal_ex(context, digest, NULL) == 1;

	EVP_MD_CTX_free(context);
	if (done)
		memcpy(tag, digest, TAG);
	return done;
}

/* ---- writing ---- */

dbc_stream_writer *
dbc_vault_stream_start(dbc_host *host, const dbc_stream_kind *kind,
					   dbc_stream_tasks *tasks, dbc_stream_write *write,
					   void *arg)
{
	/* in the arena: an error may leave this frame before a task has ended */
	dbc_stream_writer *writer = dbc_alloc(host, sizeof(*writer));
	unsigned char *header = writer->header;

	*writer = (dbc_stream_writer){.write = write,
								  .arg = arg,
								  .tasks = tasks,
								  .compress = kind->compress,
								  .encrypt = kind->key != NULL,
								  .key = kind->own_key};
	memcpy(header, MAGIC, sizeof(MAGIC));
	header[AT_VERSION] = VERSION;
	header[AT_ROLE] = (unsigned char) kind->role;
	header[AT_CODEC] = kind->compress;
	header[AT_CIPHER] = writer->encrypt;
	set_number(header + AT_MOST, (uint32_t) DBC_STREAM_CHUNK);
	memcpy(header + AT_ID, kind->id, DBC_STREAM_ID);
	if (RAND_bytes(header + AT_SALT, SALT) != 1)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "the system has no random numbers");
	if (kind->key)
		derive_key(kind->key, header, writer->key);
	for (int i = 0; i < 2; i++)
		writer->chunks[i] =
			(dbc_stream_chunk){.writer = writer,
							   .content = dbc_alloc(host, DBC_STREAM_CHUNK),
							   .bytes = dbc_alloc(host, CHUNK + ROOM)};
	write(host, arg, header, DBC_STREAM_HEADER);
	SHA256_Init(&writer->sum);
	SHA256_Update(&writer->sum, header, DBC_STREAM_HEADER);
	return writer;
}

/* Compresses the content of a chunk; returns its length, and whether it is
 * compressed: what does not become smaller is stored as it is. */
static size_t
compress(const dbc_stream_chunk *chunk, bool *compressed)
{
	unsigned char *stored = chunk->bytes + CHUNK;
	size_t length = chunk->writer->compress
						? ZSTD_compress(stored, ROOM, chunk->content,
										chunk->length, ZSTD_LEVEL)
						: 0;

	*compressed = chunk->writer->compress && !ZSTD_isError(length) &&
				  length < chunk->length;
	if (*compressed)
		return length;
	memcpy(stored, chunk->content, chunk->length);
	return chunk->length;
}

/* Makes the bytes of a chunk: a task. */
static void
pack(void *arg)
{
	dbc_stream_chunk *chunk = arg;
	dbc_stream_writer *writer = chunk->writer;
	unsigned char *start = chunk->bytes;
	unsigned char *stored = start + CHUNK;
	bool compressed;
	size_t length = compress(chunk, &compressed);
	bool done;

	set_number(start + AT_NUMBER, chunk->number);
	set_number(start + AT_STORED, (uint32_t) length);
	set_number(start + AT_CONTENT, (uint32_t) chunk->length);
	set_number(start + AT_FLAGS,
			   (chunk->is_last ? FLAG_LAST : 0) | (compressed ? FLAG_ZSTD : 0));
	done = writer->encrypt ? run_cipher(true, writer->key, writer->header,
										start, stored, length, start + PLACE)
						   : hash_chunk(writer->header, start, stored, length,
										start + PLACE);
	chunk->nbytes = done ? CHUNK + length : 0;
}

/* Writes a chunk, if it is one, and makes it empty. */
static void
write_chunk(dbc_host *host, dbc_stream_writer *writer, dbc_stream_chunk *chunk)
{
	if (!chunk->begun)
		return;
	if (chunk->nbytes == 0)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "a chunk of the backup could not be %s",
				 writer->encrypt ? "encrypted" : "hashed");
	chunk->begun = false;
	chunk->length = 0;
	/* while the next one is packed, which takes longer than all else */
	SHA256_Update(&writer->sum, chunk->bytes, chunk->nbytes);
	writer->write(host, writer->arg, chunk->bytes, chunk->nbytes);
}

/* Packs the chunk that is filled, writes the one before, and makes that the
 * one to fill. */
static void
next_chunk(dbc_host *host, dbc_stream_writer *writer, bool is_last)
{
	dbc_stream_chunk *chunk = &writer->chunks[writer->filled];

	if (writer->tasks)
		writer->tasks->await(writer->tasks);
	if (writer->number == UINT32_MAX)
		dbc_fail(host, DBC_OUT_OF_RANGE, NULL, NULL,
				 "the backup has too many chunks");
	chunk->number = writer->number++;
	chunk->is_last = is_last;
	chunk->begun = true;
	if (writer->tasks)
		writer->tasks->begin(writer->tasks, pack, chunk);
	else
		pack(chunk);
	writer->filled = !writer->filled;
	write_chunk(host, writer, &writer->chunks[writer->filled]);
}

void
dbc_vault_stream_put(dbc_host *host, dbc_stream_writer *writer,
					 const void *bytes, size_t length)
{
	const unsigned char *from = bytes;

	while (length > 0)
	{
		dbc_stream_chunk *chunk = &writer->chunks[writer->filled];
		size_t room = DBC_STREAM_CHUNK - chunk->length;
		size_t n = length < room ? length : room;

		/* a full chunk waits: the last one must say so */
		if (room == 0)
		{
			next_chunk(host, writer, false);
			continue;
		}
		memcpy(chunk->content + chunk->length, from, n);
		chunk->length += n;
		from += n;
		length -= n;
	}
}

void
dbc_vault_stream_finish(dbc_host *host, dbc_stream_writer *writer,
						unsigned char sha256[SHA256_DIGEST_LENGTH])
{
	next_chunk(host, writer, true);
	if (writer->tasks)
		writer->tasks->await(writer->tasks);
	if (writer->encrypt)
		OPENSSL_cleanse(writer->key, DBC_STREAM_KEY);
	write_chunk(host, writer, &writer->chunks[!writer->filled]);
	SHA256_Final(sha256, &writer->sum);
}

/* ---- reading ---- */

const char *
dbc_vault_stream_open(dbc_host *host, dbc_stream_reader *reader,
					  const dbc_stream_kind *kind, dbc_stream_read *read,
					  void *arg)
{
	unsigned char *header = reader->header;

	*reader = (dbc_stream_reader){.read = read,
								  .arg = arg,
								  .encrypted = kind->key != NULL,
								  .key = kind->own_key};
	if (read(host, arg, header, DBC_STREAM_HEADER) != DBC_STREAM_HEADER)
		return "is truncated";
	if (memcmp(header, MAGIC, sizeof(MAGIC)) != 0)
		return "is not a file of a backup";
	if (header[AT_VERSION] != VERSION)
		return dbc_format(host,
						  "has version %d of the format, which this version "
						  "of dbcare does not know",
						  header[AT_VERSION]);
	if (header[AT_CODEC] > 1 || header[AT_CIPHER] > 1 ||
		get_number(header + AT_MOST) > DBC_STREAM_CHUNK)
		return "has a header that is damaged";
	if (memcmp(header + AT_ID, kind->id, DBC_STREAM_ID) != 0)
		return "belongs to another backup";
	if (header[AT_ROLE] != kind->role)
		return "has other contents than its name says";
	if (header[AT_CIPHER] && !kind->key)
		return "is encrypted, which the manifest does not say";
	if (!header[AT_CIPHER] && kind->key)
		return "is not encrypted, but the manifest says so";
	reader->compressed = header[AT_CODEC];
	if (kind->key)
		derive_key(kind->key, header, reader->key);
	reader->content = dbc_alloc(host, DBC_STREAM_CHUNK);
	reader->packed = dbc_alloc(host, ROOM);
	return NULL;
}

/* Reads the start of the next chunk, and checks its numbers. */
static const char *
read_start(dbc_host *host, dbc_stream_reader *reader,
		   unsigned char start[CHUNK])
{
	uint32_t stored, content, flags;

	if (reader->read(host, reader->arg, start, CHUNK) != CHUNK)
		return dbc_format(host, "is truncated: chunk %u is missing",
						  reader->number);
	stored = get_number(start + AT_STORED);
	content = get_number(start + AT_CONTENT);
	flags = get_number(start + AT_FLAGS);
	if (get_number(start + AT_NUMBER) != reader->number)
		return dbc_format(host, "has chunk %u in the place of chunk %u",
						  get_number(start + AT_NUMBER), reader->number);
	if (stored >= ROOM || content > DBC_STREAM_CHUNK ||
		flags > (FLAG_LAST | FLAG_ZSTD) ||
		((flags & FLAG_ZSTD) && !reader->compressed) ||
		(!(flags & FLAG_ZSTD) && stored != content) ||
		(content == 0 && !(flags & FLAG_LAST)))
		return dbc_format(host, "is damaged in the header of chunk %u",
						  reader->number);
	return NULL;
}

/* Checks the tag of a chunk and decrypts it. */
static bool
open_chunk(dbc_stream_reader *reader, unsigned char start[CHUNK], size_t length)
{
	unsigned char tag[TAG];

	if (reader->encrypted)
		return run_cipher(false, reader->key, reader->header, start,
						  reader->packed, length, start + PLACE);
	return hash_chunk(reader->header, start, reader->packed, length, tag) &&
		   CRYPTO_memcmp(tag, start + PLACE, TAG) == 0;
}

const char *
dbc_vault_stream_next(dbc_host *host, dbc_stream_reader *reader,
					  const unsigned char **content, size_t *length)
{
	unsigned char start[CHUNK];
	const char *problem;
	uint32_t flags;
	size_t stored;

	*length = 0;
	if (reader->ended)
		return NULL;
	problem = read_start(host, reader, start);
	if (problem)
		return problem;
	stored = get_number(start + AT_STORED);
	flags = get_number(start + AT_FLAGS);
	if (reader->read(host, reader->arg, reader->packed, stored) != stored)
		return dbc_format(host, "is truncated in chunk %u", reader->number);
	if (!open_chunk(reader, start, stored))
		return dbc_format(host,
						  "is damaged in chunk %u, or has it from another file",
						  reader->number);
	*length = get_number(start + AT_CONTENT);
	*content = reader->packed;
	if (flags & FLAG_ZSTD)
	{
		*content = reader->content;
		if (ZSTD_decompress(reader->content, DBC_STREAM_CHUNK, reader->packed,
							stored) != *length)
		{
			*length = 0;
			return dbc_format(host, "cannot be decompressed in chunk %u",
							  reader->number);
		}
	}
	reader->number++;
	if (flags & FLAG_LAST)
	{
		reader->ended = true;
		if (reader->encrypted)
			OPENSSL_cleanse(reader->key, DBC_STREAM_KEY);
		if (reader->read(host, reader->arg, start, 1) != 0)
		{
			*length = 0;
			return "has bytes after its last chunk";
		}
	}
	return NULL;
}
