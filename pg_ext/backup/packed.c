/*
 * packed.c
 *	  Compressed base backups: tar archives of pg_basebackup.
 *
 * They are read as a stream, and each file is compared with the manifest of
 * pg_basebackup: no space is needed, and pg_verifybackup reads no archives
 * before version 18.
 */
/* an object of the newer interface has memory that is not ours */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "pg_ext/backup/packed.h"

#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "common/file_perm.h"
#include "storage/fd.h"

#include "common/core/json.h"
#include "common/core/sort.h"
#include "common/core/text.h"

#define BLOCK 512
#define PIECE (1 << 20)

/* Places in a header of tar. */
#define AT_SIZE		  124
#define AT_KIND		  156
#define AT_PREFIX	  345
#define SIZE_LENGTH	  12
#define NAME_LENGTH	  100
#define PREFIX_LENGTH 155

/* A file of the manifest. */
typedef struct listed
{
	const char *path;
	int64 bytes;
	const char *checksum;
} listed;

/* Archives that are read. */
typedef struct unpacking
{
	dbcpg_host *host;
	dbc_backup_work *work;
	dbcpg_running *running; /* that prints the archive, or NULL */
	const char *path;		/* of the packed backup; NULL: a stream */
	const char *manifest;	/* of pg_basebackup: the last file of a stream */
	const char *directory;	/* to write to; NULL: nowhere */
	/* what the manifest lists, sorted, and what was found */
	listed *files;
	int nfiles;
	listed *seen;
	int nseen;
	const char *problem;
	/* of the archive that is read */
	const char *name;
	FILE *file;
	ZSTD_DStream *stream; /* NULL: it is plain */
	char *packed;
	ZSTD_inBuffer input;
	char *piece;
} unpacking;

/* ---- the manifest ---- */

static int
compare_listed(const void *left, const void *right)
{
	return strcmp(((const listed *) left)->path,
				  ((const listed *) right)->path);
}

static void
read_manifest(unpacking *u)
{
	dbc_host *base = &u->host->base;
	const char *text = u->manifest ? u->manifest : "";
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(base, text, strlen(text), NULL, 0, &problem);
	const dbc_json_item *list = root && root->kind == DBC_I_OBJECT
									? dbc_json_member(root, "Files")
									: NULL;
	const dbc_json_item *next = list + 1;

	if (!list || list->kind != DBC_I_ARRAY)
	{
		u->problem = "the manifest of pg_basebackup cannot be read";
		return;
	}
	u->files = dbc_alloc(base, ((size_t) list->length + 1) * sizeof(listed));
	for (uint32_t i = 0; i < list->length; i++, next = dbc_json_next(next))
	{
		const dbc_json_item *checksum = dbc_json_member(next, "Checksum");
		const char *path =
			dbc_json_string_or_null(base, dbc_json_member(next, "Path"));
		double bytes;

		if (!path || !checksum ||
			!dbc_json_real(base, dbc_json_member(next, "Size"), &bytes))
			u->problem = "the manifest of pg_basebackup has a file without a "
						 "path, size or checksum";
		else
			u->files[u->nfiles++] =
				(listed){.path = path,
						 .bytes = (int64) bytes,
						 .checksum = dbc_json_string_or_null(base, checksum)};
	}
	dbc_sort(u->files, (size_t) u->nfiles, sizeof(listed), compare_listed);
}

/* ---- the stream ---- */

/* Reads bytes that a program prints, and puts them into the backup. */
static Size
copy_bytes(unpacking *u, char *bytes, Size length)
{
	Size done = 0;
	Size count;

	while (done < length && (count = dbcpg_backup_program_read(
								 u->running, bytes + done, length - done)) > 0)
		done += count;
	dbc_backup_put_content(&u->host->base, u->work, bytes, done);
	return done;
}

/* Reads up to so many bytes of the archive; fewer at its end, or if it is
 * damaged. */
static Size
read_bytes(unpacking *u, char *bytes, Size length)
{
	ZSTD_outBuffer output = {bytes, length, 0};

	if (u->running)
		return copy_bytes(u, bytes, length);
	if (!u->path)
		return dbc_backup_get_content(&u->host->base, u->work, bytes, length,
									  &u->problem);
	if (!u->stream)
		return fread(bytes, 1, length, u->file);
	while (output.pos < length)
	{
		size_t result;

		if (u->input.pos == u->input.size)
		{
			u->input = (ZSTD_inBuffer){u->packed,
									   fread(u->packed, 1, PIECE, u->file), 0};
			if (u->input.size == 0)
				break;
		}
		result = ZSTD_decompressStream(u->stream, &output, &u->input);
		if (ZSTD_isError(result))
		{
			u->problem = dbc_format(&u->host->base,
									"file %s cannot be "
									"decompressed: %s",
									u->name, ZSTD_getErrorName(result));
			break;
		}
	}
	return output.pos;
}

/* A number in a header: octal digits, or bytes where it is too large. */
static int64
read_size(const char *header)
{
	const unsigned char *bytes = (const unsigned char *) header + AT_SIZE;
	int64 size = 0;

	if (bytes[0] & 0x80)
		for (int i = 4; i < SIZE_LENGTH; i++)
			size = size << 8 | bytes[i];
	else
		for (int i = 0; i < SIZE_LENGTH && bytes[i] >= '0' && bytes[i] <= '7';
			 i++)
			size = size << 3 | (bytes[i] - '0');
	return size;
}

/* The path of an entry within the data directory; NULL: it leaves it. */
static const char *
read_path(const unpacking *u, const char *header)
{
	char *name = pnstrdup(header, NAME_LENGTH);
	char *prefix = pnstrdup(header + AT_PREFIX, PREFIX_LENGTH);
	const char *path = *prefix ? psprintf("%s/%s", prefix, name) : name;
	Size length;

	while (path[0] == '.' && path[1] == '/')
		path += 2;
	length = strlen(path);
	if (length > 0 && path[length - 1] == '/')
		path = pnstrdup(path, length - 1);
	if (!dbc_backup_is_inner_path(path))
		return NULL;
	/* the log has an archive of its own */
	return strcmp(u->name, DBCPG_PACKED_WAL) == 0 ? psprintf("pg_wal/%s", path)
												  : path;
}

/* ---- entries ---- */

static const char *
hex_of(const unsigned char *hash)
{
	char *hex = palloc(2 * SHA256_DIGEST_LENGTH + 1);

	for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	return hex;
}

/* Notes a file. */
static void
note_file(unpacking *u, const char *path, int64_t bytes,
		  const unsigned char *hash)
{
	dbc_host *base = &u->host->base;

	u->seen = dbc_grow(base, u->seen, (size_t) u->nseen, sizeof(*u->seen));
	u->seen[u->nseen++] =
		(listed){.path = path, .bytes = bytes, .checksum = hex_of(hash)};
}

/* Compares what was found with the manifest, which does not list the log. */
static void
compare_files(unpacking *u)
{
	dbc_host *base = &u->host->base;
	int next = 0;

	dbc_sort(u->seen, (size_t) u->nseen, sizeof(listed), compare_listed);
	for (int i = 0; i < u->nfiles || next < u->nseen; i++, next++)
	{
		const listed *file = &u->files[i];
		const listed *seen = &u->seen[next];
		int order = next >= u->nseen ? 1
					: i >= u->nfiles ? -1
									 : strcmp(seen->path, file->path);

		if (order < 0)
			i--;
		if (order > 0)
			next--;
		if (order < 0 && strncmp(seen->path, "pg_wal/", 7) == 0)
			continue;
		if (order < 0)
			u->problem =
				dbc_format(base, "file %s of %s is %s", seen->path, u->name,
						   next > 0 && dbc_same(seen[-1].path, seen->path)
							   ? "there twice"
							   : "not in the manifest of pg_basebackup");
		else if (order > 0)
			u->problem = dbc_format(base, "file %s is missing in %s",
									file->path, u->name);
		else if (file->bytes != seen->bytes ||
				 !dbc_same(file->checksum, seen->checksum))
			u->problem = dbc_format(base, "file %s of %s was changed",
									file->path, u->name);
		if (u->problem)
			return;
	}
}

static FILE *
create_file(const unpacking *u, const char *path)
{
	const char *full = psprintf("%s/%s", u->directory, path);
	FILE *file = AllocateFile(full, PG_BINARY_W);

	if (!file)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", full));
	return file;
}

static void
close_file(const unpacking *u, const char *path, FILE *file)
{
	if (FreeFile(file) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", path));
	fsync_fname(psprintf("%s/%s", u->directory, path), false);
}

/* Reads the contents of a file, and what fills its last block. */
static void
read_file(unpacking *u, const char *path, int64 bytes)
{
	FILE *out = u->directory ? create_file(u, path) : NULL;
	unsigned char hash[SHA256_DIGEST_LENGTH];
	int64 left = (bytes + BLOCK - 1) / BLOCK * BLOCK;
	int64 content = bytes;
	SHA256_CTX sum;

	SHA256_Init(&sum);
	while (left > 0 && !u->problem)
	{
		Size wanted = left < PIECE ? (Size) left : PIECE;
		Size own = content < (int64) wanted ? (Size) content : wanted;

		CHECK_FOR_INTERRUPTS();
		if (read_bytes(u, u->piece, wanted) != wanted)
		{
			if (!u->problem)
				u->problem =
					dbc_format(&u->host->base, "file %s is truncated", u->name);
			break;
		}
		SHA256_Update(&sum, u->piece, own);
		if (out && fwrite(u->piece, 1, own, out) != own)
			ereport(ERROR, errcode_for_file_access(),
					errmsg("file \"%s\" cannot be written: %m", path));
		left -= (int64) wanted;
		content -= (int64) own;
	}
	SHA256_Final(hash, &sum);
	if (out)
		close_file(u, path, out);
	if (!u->problem)
		note_file(u, path, bytes, hash);
}

/* Keeps the manifest of pg_basebackup, which is the last file of a stream. */
static void
read_text(unpacking *u, int64 bytes)
{
	int64 all = (bytes + BLOCK - 1) / BLOCK * BLOCK;
	char *text;

	if (bytes > (int64) MaxAllocSize)
	{
		u->problem = "the manifest of pg_basebackup is too large";
		return;
	}
	text = dbc_alloc(&u->host->base, (size_t) all + 1);
	if (read_bytes(u, text, (Size) all) != (Size) all && !u->problem)
		u->problem =
			dbc_format(&u->host->base, "file %s is truncated", u->name);
	text[bytes] = '\0';
	u->manifest = text;
}

static void
make_directory(const unpacking *u, const char *path)
{
	const char *full = psprintf("%s/%s", u->directory, path);

	if (MakePGDirectory(full) != 0 && errno != EEXIST)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("directory \"%s\" cannot be created: %m", full));
}

/* Reads an entry; false at the end of the archive. */
static bool
read_entry(unpacking *u)
{
	char header[BLOCK];
	const char *path;

	if (read_bytes(u, header, BLOCK) != BLOCK)
	{
		if (!u->problem)
			u->problem =
				dbc_format(&u->host->base, "file %s is truncated", u->name);
		return false;
	}
	if (!header[0])
		return false;
	path = read_path(u, header);
	if (!path)
		u->problem = dbc_format(&u->host->base,
								"file %s has a path outside the data directory",
								u->name);
	else if (header[AT_KIND] == '5')
	{
		if (u->directory)
			make_directory(u, path);
	}
	else if (!u->path && strcmp(path, DBC_BACKUP_BASE_MANIFEST) == 0)
		read_text(u, read_size(header));
	else if (header[AT_KIND] == '0' || !header[AT_KIND])
		read_file(u, path, read_size(header));
	else
		u->problem =
			dbc_format(&u->host->base, "%s in file %s is not a regular file",
					   path, u->name);
	return !u->problem;
}

/* Reads an archive. */
static void
read_archive(unpacking *u, const char *name)
{
	const char *path = psprintf("%s/%s", u->path, name);
	bool is_packed = dbc_ends_with(name, ".zst");

	u->name = name;
	u->file = AllocateFile(path, PG_BINARY_R);
	if (!u->file)
	{
		u->problem = dbc_format(&u->host->base, "file %s is missing", name);
		return;
	}
	u->input = (ZSTD_inBuffer){0};
	u->stream = is_packed ? ZSTD_createDStream() : NULL;
	if (is_packed && !u->stream)
		ereport(ERROR, errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"));
	PG_TRY();
	{
		while (read_entry(u))
			;
	}
	PG_FINALLY();
	{
		(void) ZSTD_freeDStream(u->stream);
	}
	PG_END_TRY();
	FreeFile(u->file);
}

/* Writes the manifest, by which pg_verifybackup reads what was written. */
static void
write_manifest(const unpacking *u)
{
	FILE *file = create_file(u, DBC_BACKUP_BASE_MANIFEST);

	if (fputs(u->manifest, file) < 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m",
					   DBC_BACKUP_BASE_MANIFEST));
	close_file(u, DBC_BACKUP_BASE_MANIFEST, file);
}

/* ---- whole backups ---- */

char *
dbcpg_backup_packed_manifest(dbcpg_host *host, const char *path)
{
	const char *name = psprintf("%s/" DBC_BACKUP_BASE_MANIFEST, path);
	FILE *file = AllocateFile(name, PG_BINARY_R);
	struct stat status;
	char *text;

	if (!file || fstat(fileno(file), &status) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be read: %m", name));
	text = dbc_alloc(&host->base, (size_t) status.st_size + 1);
	text[fread(text, 1, (size_t) status.st_size, file)] = '\0';
	FreeFile(file);
	return text;
}

/* Reads the archive that is a stream, to its very end. */
static void
read_stream(unpacking *u)
{
	u->name = u->running ? "the archive" : DBC_BACKUP_CONTENT;
	while (read_entry(u))
		;
	while (!u->problem && read_bytes(u, u->piece, PIECE) > 0)
		CHECK_FOR_INTERRUPTS();
	if (!u->problem && !u->manifest)
		u->problem = dbc_format(&u->host->base, "file %s is missing in %s",
								DBC_BACKUP_BASE_MANIFEST, u->name);
}

/* Reads all archives, and compares. */
static void
read_all(unpacking *u)
{
	u->packed = palloc(PIECE);
	u->piece = palloc(PIECE);
	if (u->path)
	{
		u->manifest = dbcpg_backup_packed_manifest(u->host, u->path);
		read_archive(u, DBCPG_PACKED_BASE);
		if (!u->problem)
			read_archive(u, DBCPG_PACKED_WAL);
		u->name = u->problem ? u->name : DBCPG_PACKED_BASE;
	}
	else
		read_stream(u);
	if (!u->problem)
		read_manifest(u);
	if (!u->problem)
		compare_files(u);
}

dbc_backup_proof
dbcpg_backup_packed_read(dbcpg_host *host, dbc_backup_work *work,
						 const char *directory)
{
	unpacking u = {
		.host = host,
		.work = work,
		.path = work->content
					? NULL
					: psprintf("%s/" DBCPG_PACKED, dbcpg_from_core(work->path)),
		.directory = directory};

	if (directory && MakePGDirectory(directory) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("directory \"%s\" cannot be created: %m", directory));
	read_all(&u);
	if (directory && !u.problem)
		write_manifest(&u);
	return (dbc_backup_proof){.problem = u.problem};
}

dbc_backup_proof
dbcpg_backup_packed_copy(dbcpg_host *host, dbc_backup_work *work,
						 dbcpg_running *running, const char **manifest)
{
	unpacking u = {.host = host, .work = work, .running = running};

	read_all(&u);
	*manifest = u.manifest;
	return (dbc_backup_proof){.problem = u.problem};
}
