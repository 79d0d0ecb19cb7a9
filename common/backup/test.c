/*
 * test.c
 *	  The levels of dbbackup_verify(), of one backup.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/backup/verify.h"

#include <openssl/sha.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/text.h"

/* Bytes that are read at once. */
#define PIECE ((size_t) 1 << 20)

/* ---- hashes ---- */

static const char *
hex_of(dbc_host *host, const unsigned char *hash)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = dbc_alloc(host, (size_t) 2 * DBC_BACKUP_HASH + 1);

	for (int i = 0; i < DBC_BACKUP_HASH; i++)
	{
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	return hex;
}

typedef struct hashing
{
	dbc_backup_files *files;
	int file;
	size_t unit; /* of what is hashed by itself; 0: the file as a whole */
	int64_t size;
	SHA256_CTX sum;
	unsigned char *piece;
} hashing;

static void
hash_piece(hashing *h, size_t length)
{
	unsigned char hash[DBC_BACKUP_HASH];

	if (h->unit == 0)
		SHA256_Update(&h->sum, h->piece, length);
	for (size_t at = 0; h->unit > 0 && at + h->unit <= length; at += h->unit)
	{
		SHA256(h->piece + at, h->unit, hash);
		SHA256_Update(&h->sum, hash, sizeof(hash));
	}
}

static void
hash_all(dbc_host *host, void *arg)
{
	hashing *h = arg;

	h->piece = dbc_alloc(host, PIECE);
	SHA256_Init(&h->sum);
	for (int64_t at = 0; at < h->size; at += (int64_t) PIECE)
	{
		size_t wanted =
			h->size - at < (int64_t) PIECE ? (size_t) (h->size - at) : PIECE;
		size_t length = DBC_BACKUP(host)->read(host, h->files, h->file, at,
											   h->piece, wanted);

		hash_piece(h, length);
		dbc_progress(host, "hashing", at / (int64_t) PIECE,
					 h->size / (int64_t) PIECE + 1);
		if (length < wanted)
			break;
	}
}

static const char *
hash(dbc_host *host, hashing *h)
{
	unsigned char sum[DBC_BACKUP_HASH];

	host->scoped(host, hash_all, h);
	SHA256_Final(sum, &h->sum);
	return hex_of(host, sum);
}

const char *
dbc_backup_hash_file(dbc_host *host, dbc_backup_files *files, int file)
{
	hashing h = {.files = files,
				 .file = file,
				 .size = DBC_BACKUP(host)->size(host, files, file)};

	return hash(host, &h);
}

const char *
dbc_backup_hash_pages(dbc_host *host, dbc_backup_files *files, int file,
					  int64_t page_size, int64_t pages)
{
	hashing h = {.files = files,
				 .file = file,
				 .unit = (size_t) page_size,
				 .size = page_size * pages};

	return hash(host, &h);
}

const char *
dbc_backup_hash_list(dbc_host *host, const dbc_backup *backup)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < backup->nfiles; i++)
		dbc_append_format(&text, "%s %s\n", backup->files[i].sha256,
						  backup->files[i].path);
	return dbc_sha256(host, text.data);
}

/* ---- levels ---- */

/* Opens a file within the directory, whose path may have directories. */
static int
open_inner(dbc_host *host, dbc_backup_work *work, const char *path)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int at = work->directory;
	int file = -1;

	for (const char *slash; (slash = strchr(path, '/')); path = slash + 1)
	{
		int inner = calls->open_directory(
			host, work->files, at,
			dbc_copy(host, path, (size_t) (slash - path)), false);

		if (at != work->directory)
			calls->close(work->files, at);
		at = inner;
		if (at < 0)
			return -1;
	}
	file = calls->open_file(host, work->files, at, path, false);
	if (at != work->directory)
		calls->close(work->files, at);
	return file;
}

/* Hashes a file of a backup; returns what is wrong with it, or NULL. */
static const char *
test_file(dbc_host *host, dbc_backup_work *work, const dbc_backup_file *file)
{
	const dbc_backup *backup = work->backup;
	int open = open_inner(host, work, file->path);
	const char *hash;

	if (open < 0)
		return dbc_format(host, "file %s is missing", file->path);
	hash = file->sha256
			   ? dbc_backup_hash_file(host, work->files, open)
			   : dbc_backup_hash_pages(host, work->files, open,
									   backup->page_size, backup->pages);
	DBC_BACKUP(host)->close(work->files, open);
	return dbc_same(hash, file->sha256 ? file->sha256 : backup->digest)
			   ? NULL
			   : dbc_format(host, "file %s was changed", file->path);
}

dbc_backup_proof
dbc_backup_test(dbc_host *host, dbc_backup_work *work, int level)
{
	dbc_backup_proof proof = {0};
	const dbc_backup *backup = work->backup;

	for (int i = 0; level >= 1 && i < backup->nfiles && !proof.problem; i++)
		proof.problem = test_file(host, work, &backup->files[i]);
	if (!proof.problem && level >= 1 && backup->page_size == 0 &&
		!dbc_same(backup->digest, dbc_backup_hash_list(host, backup)))
		proof.problem = DBC_BACKUP_MANIFEST " was changed";
	if (!proof.problem && level >= 2)
		proof = DBC_CALL(host, backup, prove)(host, work, level);
	return proof;
}

dbc_backup_verdict
dbc_backup_judge(dbc_host *host, int64_t level, const dbc_backup_proof *proof)
{
	return (dbc_backup_verdict){.level = level,
								.at = dbc_now(host),
								.known = proof->problem || !proof->unknown,
								.ok = !proof->problem && !proof->unknown,
								.detail = proof->problem ? proof->problem
														 : proof->unknown};
}
