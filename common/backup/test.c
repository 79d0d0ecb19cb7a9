/*
 * test.c
 *	  The levels of dbbackup_verify(), of one backup.
 */
/* an object of the newer interface has memory that is not in the arena */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/backup/content.h"
#include "common/backup/pages.h"
#include "common/backup/verify.h"

#include <openssl/sha.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/names.h"
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

	dbc_scoped(host, hash_all, h);
	SHA256_Final(sum, &h->sum);
	return hex_of(host, sum);
}

/* The SHA-256 of the beginning of a file. */
static const char *
hash_part(dbc_host *host, dbc_backup_files *files, int file, int64_t bytes)
{
	hashing h = {.files = files, .file = file, .size = bytes};

	return hash(host, &h);
}

const char *
dbc_backup_hash_file(dbc_host *host, dbc_backup_files *files, int file)
{
	return hash_part(host, files, file,
					 DBC_BACKUP(host)->size(host, files, file));
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

/* What is wrong with a stream whose bytes have changed. */
static const char *
explain_change(dbc_host *host, dbc_backup_work *work, const char *path,
			   const dbc_backup_key *key)
{
	const unsigned char *hashes;
	const char *problem = NULL;

	if (dbc_same(path, DBC_BACKUP_HASHES))
		problem = dbc_backup_read_hashes(host, work, key, &hashes);
	if (dbc_same(path, DBC_BACKUP_PAGES))
		problem = dbc_backup_read_pages(host, work, key, -1, 0);
	return problem ? problem : dbc_format(host, "file %s was changed", path);
}

/* Hashes a file of a backup; returns what is wrong with it, or NULL. */
static const char *
test_file(dbc_host *host, dbc_backup_work *work, const dbc_backup_file *file,
		  const dbc_backup_key *key)
{
	const dbc_backup *backup = work->backup;
	int open;
	const char *hash;

	if (work->is_spooled)
	{
		hash = hash_part(host, work->files, work->spooled, file->bytes);
		return dbc_same(hash, file->sha256)
				   ? NULL
				   : dbc_format(host, "file %s was changed", file->path);
	}
	open = open_inner(host, work, file->path);
	if (open < 0)
		return dbc_format(host, "file %s is missing", file->path);
	hash = file->sha256
			   ? dbc_backup_hash_file(host, work->files, open)
			   : dbc_backup_hash_pages(host, work->files, open,
									   backup->page_size, backup->pages);
	DBC_BACKUP(host)->close(work->files, open);
	if (dbc_same(hash, file->sha256 ? file->sha256 : backup->digest))
		return NULL;
	return backup->encryption && !key
			   ? dbc_format(host, "file %s was changed", file->path)
			   : explain_change(host, work, file->path, key);
}

/* Fails for a plain backup if a key was given: it may have
 * replaced an encrypted one. */
static void
require_encryption(dbc_host *host, const dbc_backup *backup,
				   const dbc_backup_secret_place *place)
{
	if (!backup->encryption && dbc_backup_has_place(place))
		dbc_fail(host, DBC_NOT_READY,
				 "With a key only encrypted backups are accepted: this one may "
				 "have been put in the place of another.",
				 "If it was made without a key, leave out the option decrypt.",
				 "backup \"%s\" is not encrypted", backup->name);
}

/* Finds the key of an encrypted backup, and tests the seal of its manifest. */
static const dbc_backup_key *
open_encrypted(dbc_host *host, dbc_backup_work *work,
			   const dbc_backup_secret_place *place, dbc_backup_proof *proof)
{
	const dbc_backup *backup = work->backup;
	const dbc_backup_key *key = NULL;
	bool is_wrong = false;
	const char *problem =
		dbc_backup_find_key(host, work->files, place, backup, &key, &is_wrong);

	if (!problem &&
		!dbc_same(dbc_vault_key_sign(host, key, backup->body), backup->seal))
		problem = DBC_BACKUP_MANIFEST " was changed";
	*proof = problem && is_wrong ? (dbc_backup_proof){.unknown = problem}
								 : (dbc_backup_proof){.problem = problem};
	return problem ? NULL : key;
}

dbc_backup_proof
dbc_backup_open_stream(dbc_host *host, dbc_backup_work *work,
					   const dbc_backup_secret_place *place)
{
	dbc_backup_proof proof = {0};
	const dbc_backup_key *key = NULL;

	if (!dbc_backup_find_content(work->backup))
		return proof;
	if (work->backup->encryption)
		key = open_encrypted(host, work, place, &proof);
	if (!proof.problem && !proof.unknown)
		dbc_backup_open_content(host, work, key);
	return proof;
}

static bool
has_pages_file(const dbc_backup *backup)
{
	for (int i = 0; i < backup->nfiles; i++)
		if (dbc_same(backup->files[i].path, DBC_BACKUP_PAGES))
			return true;
	return false;
}

/* Level 2, of a backup that is made of pages. */
static const char *
test_pages(dbc_host *host, dbc_backup_work *work, const dbc_backup_key *key)
{
	const unsigned char *hashes;

	return has_pages_file(work->backup)
			   ? dbc_backup_read_pages(host, work, key, -1, 0)
			   : dbc_backup_read_hashes(host, work, key, &hashes);
}

dbc_backup_proof
dbc_backup_test(dbc_host *host, dbc_backup_work *work, int level,
				const dbc_backup_secret_place *place)
{
	dbc_backup_proof proof = {0};
	const dbc_backup *backup = work->backup;
	const dbc_backup_key *key = NULL;

	require_encryption(host, backup, place);
	if (backup->encryption && (level >= 2 || dbc_backup_has_place(place)))
		key = open_encrypted(host, work, place, &proof);
	for (int i = 0; level >= 1 && i < backup->nfiles && !proof.problem; i++)
		proof.problem = test_file(host, work, &backup->files[i], key);
	if (!proof.problem && level >= 1 && backup->page_size == 0 &&
		!dbc_same(backup->digest, dbc_backup_hash_list(host, backup)))
		proof.problem = DBC_BACKUP_MANIFEST " was changed";
	if (!proof.problem && !proof.unknown && level >= 2)
	{
		if (dbc_backup_find_content(backup))
			dbc_backup_open_content(host, work, key);
		if (backup->page_size == 0)
			proof = DBC_CALL(host, backup, prove)(host, work, level);
		else
			proof.problem = test_pages(host, work, key);
	}
	return proof;
}

/* ---- putting together ---- */

/* Copies the database of a plain backup. */
static void
copy_plain(dbc_host *host, dbc_backup_work *work, int target)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int source = calls->open_file(host, work->files, work->directory,
								  DBC_BACKUP_DATABASE, false);
	unsigned char *piece = dbc_alloc(host, PIECE);
	size_t length;

	for (int64_t at = 0;
		 source >= 0 && (length = calls->read(host, work->files, source, at,
											  piece, PIECE)) > 0;
		 at += (int64_t) length)
	{
		calls->write(host, work->files, target, at, piece, length);
		dbc_progress(host, "copying", at, work->backup->database_bytes + 1);
	}
	calls->close(work->files, source);
}

/* Writes what one backup of the chain has. */
static dbc_backup_proof
apply(dbc_host *host, dbc_backup_work *work,
	  const dbc_backup_secret_place *place, int target, int64_t most)
{
	dbc_backup_proof proof = {0};
	const dbc_backup_key *key = NULL;

	require_encryption(host, work->backup, place);
	if (work->backup->encryption)
		key = open_encrypted(host, work, place, &proof);
	if (proof.problem || proof.unknown)
		return proof;
	if (has_pages_file(work->backup))
		proof.problem = dbc_backup_read_pages(host, work, key, target, most);
	else
		copy_plain(host, work, target);
	return proof;
}

dbc_backup_proof
dbc_backup_put_together(dbc_host *host, dbc_backup_work *scratch, int at,
						const dbc_backup_catalog *catalog,
						const dbc_backup_record *record,
						const dbc_backup_secret_place *place)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_backup_files *files = scratch->files;
	const dbc_backup_record *chain[256];
	dbc_backup_proof proof = {0};
	int length = 0;

	scratch->database = calls->open_scratch(host, files, at);
	if (calls->free_bytes(host, files, at) < record->backup.database_bytes)
		return (dbc_backup_proof){
			.unknown = dbc_format(host, "there is no space for %lld bytes",
								  (long long) record->backup.database_bytes)};
	/* that its chain is complete was tested at level 0 */
	for (const dbc_backup_record *r = record; r && length < 256;
		 r = r->backup.parent_name
				 ? dbc_backup_find(catalog, r->backup.parent_name)
				 : NULL)
		chain[length++] = r;
	while (length-- > 0 && !proof.problem && !proof.unknown)
	{
		dbc_backup backup = chain[length]->backup;
		dbc_backup_work work = {.backup = &backup, .files = files};

		work.directory = calls->open_directory(host, files, catalog->directory,
											   chain[length]->name, false);
		proof =
			apply(host, &work, place, scratch->database, record->backup.pages);
		calls->close(files, work.directory);
	}
	if (!proof.problem && !proof.unknown &&
		!dbc_same(dbc_backup_hash_pages(host, files, scratch->database,
										record->backup.page_size,
										record->backup.pages),
				  record->backup.digest))
		proof.problem = "its pages together are not the database";
	calls->sync(host, files, scratch->database);
	return proof;
}

dbc_backup_result
dbc_backup_judge(dbc_host *host, int64_t level, const dbc_backup_proof *proof)
{
	return (dbc_backup_result){.level = level,
							   .at = dbc_now(host),
							   .known = proof->problem || !proof->unknown,
							   .ok = !proof->problem && !proof->unknown,
							   .detail = proof->problem ? proof->problem
														: proof->unknown};
}

dbc_json_node *
dbc_backup_result_node(dbc_host *host, const dbc_backup_result *result)
{
	dbc_json_node *node = dbc_json_object(host);

	DBC_PUT_INT(node, level, result->level);
	if (result->known)
		DBC_PUT_BOOL(node, ok, result->ok);
	else
		DBC_PUT(node, ok, NULL);
	DBC_PUT_TEXT(node, detail, result->detail);
	return node;
}
