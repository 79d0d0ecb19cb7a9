/*
 * names.c
 *	  Names, small files and directories of backups.
 */
#include "common/backup/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/sort.h"
#include "common/core/text.h"

#define LONGEST_NAME 100

/* Directories within directories of a backup. */
#define DEEPEST 16

#define NAME_CHARACTERS          \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789._-"

_Noreturn void
dbc_backup_refuse_path(dbc_host *host, const char *path, int number)
{
	char reason[256];

	if (strerror_r(number, reason, sizeof(reason)) != 0)
		strcpy(reason, "unknown error");
	dbc_fail(host,
			 number == EACCES || number == EPERM || number == EROFS
				 ? DBC_INSUFFICIENT
			 : number == ENOENT ? "58P01"
			 : number == EEXIST ? "58P02"
			 : number == ENOSPC || number == EDQUOT || number == EFBIG
				 ? "53100"
				 : "58030",
			 number == ELOOP ? "Symbolic links are not followed." : NULL, NULL,
			 "\"%s\": %s", path, reason);
}

const char *
dbc_backup_sentence(dbc_host *host, const char *problem)
{
	char *sentence = dbc_format(host, "%s.", problem);

	if (*sentence >= 'a' && *sentence <= 'z')
		*sentence = (char) (*sentence - 'a' + 'A');
	return sentence;
}

/* ---- names ---- */

bool
dbc_backup_is_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= LONGEST_NAME && name[0] != '.' &&
		   name[0] != '-' && strspn(name, NAME_CHARACTERS) == length;
}

void
dbc_backup_check_name(dbc_host *host, const char *name)
{
	if (!dbc_backup_is_name(name))
		dbc_fail(host, DBC_INVALID_NAME,
				 "A name has up to 100 letters A to Z, digits, dots, "
				 "underscores and hyphens, and begins with neither a dot nor "
				 "a hyphen.",
				 NULL, "\"%s\" is not a name of a backup", name);
}

const char *
dbc_backup_random(dbc_host *host, int n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[32];
	char *text = dbc_alloc(host, (size_t) (2 * n + 1));

	DBC_BACKUP(host)->random(host, bytes, (size_t) n);
	for (int i = 0; i < n; i++)
	{
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return text;
}

const char *
dbc_backup_make_name(dbc_host *host, const dbc_backup *backup)
{
	char *database = dbc_copy(host, backup->database, strlen(backup->database));
	char *dot = strrchr(database, '.');
	const char *t = backup->started_at; /* 2026-01-31T12:34:56.789Z */

	if (dot && dot != database)
		*dot = '\0';
	for (char *c = database; *c; c++)
		if (!strchr(NAME_CHARACTERS, *c) || (c == database && *c == '.') ||
			(c == database && *c == '-'))
			*c = '_';
	return dbc_format(host, "%.50s-%.4s%.2s%.2sT%.2s%.2s%.2sZ-%s-%s", database,
					  t, t + 5, t + 8, t + 11, t + 14, t + 17, backup->kind,
					  dbc_backup_random(host, 4));
}

const char *
dbc_backup_hidden_name(dbc_host *host, const char *name, const char *end)
{
	return dbc_format(host, ".%s.%s.%s", name, dbc_backup_random(host, 4), end);
}

const char *
dbc_backup_parent(dbc_host *host, const char *path)
{
	return dbc_copy(host, path, (size_t) (strrchr(path, '/') - path));
}

bool
dbc_backup_is_hidden_name(const char *name)
{
	size_t length = strlen(name);
	const char *digits = name + length - strlen("12345678.tmp");

	return *name == '.' && length > strlen("..12345678.tmp") &&
		   (dbc_ends_with(name, ".tmp") || dbc_ends_with(name, ".old")) &&
		   digits[-1] == '.' && strspn(digits, "0123456789abcdef") == 8;
}

/* ---- small files ---- */

const char *
dbc_backup_read_text(dbc_host *host, dbc_backup_files *files, int directory,
					 const char *name, int64_t most)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int file = calls->open_file(host, files, directory, name, false);
	int64_t size;
	char *text = NULL;

	if (file < 0)
		return NULL;
	size = calls->size(host, files, file);
	if (size <= most)
	{
		text = dbc_alloc(host, (size_t) size + 1);
		if (calls->read(host, files, file, 0, text, (size_t) size) !=
				(size_t) size ||
			strlen(text) != (size_t) size ||
			dbc_valid_utf8(text, (size_t) size) != (size_t) size)
			text = NULL;
	}
	calls->close(files, file);
	return text;
}

void
dbc_backup_write_text(dbc_host *host, dbc_backup_files *files, int directory,
					  const char *name, const char *text)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int file = calls->open_file(host, files, directory, name, true);

	calls->write(host, files, file, 0, text, strlen(text));
	calls->sync(host, files, file);
	calls->close(files, file);
}

/* ---- files of a backup ---- */

/* What a manifest does not list: itself, and what may change later. */
static bool
is_unlisted(const char *path)
{
	return dbc_same(path, DBC_BACKUP_MANIFEST) ||
		   dbc_same(path, DBC_BACKUP_VERIFIED) ||
		   dbc_same(path, DBC_CHANGES_DIRECTORY) ||
		   (dbc_starts_with(path, "." DBC_BACKUP_VERIFIED ".") &&
			dbc_ends_with(path, ".tmp"));
}

static bool
has_base_manifest(const dbc_backup_entry *entries, int count)
{
	for (int i = 0; i < count; i++)
		if (dbc_same(entries[i].name, DBC_BACKUP_BASE_MANIFEST))
			return true;
	return false;
}

/* Lists a directory and those in it; before is its path with a slash, or "". */
static const char *
walk(dbc_host *host, dbc_backup_files *files, int directory, const char *before,
	 int depth, dbc_backup *found)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int count;
	const dbc_backup_entry *entries =
		calls->list(host, files, directory, &count);
	bool is_base = *before && !dbc_same(before, DBC_BACKUP_PACKED "/") &&
				   has_base_manifest(entries, count);
	const char *problem = NULL;

	for (int i = 0; i < count && !problem; i++)
	{
		const dbc_backup_entry *entry = &entries[i];
		const char *path = dbc_format(host, "%s%s", before, entry->name);
		dbc_backup_file *list;
		int inner;

		if (is_unlisted(path) ||
			(is_base && !dbc_same(entry->name, DBC_BACKUP_BASE_MANIFEST)))
			continue;
		if (entry->kind == DBC_BACKUP_OTHER || depth > DEEPEST ||
			dbc_valid_utf8(path, strlen(path)) != strlen(path))
			return dbc_format(host, "%s is not a regular file", path);
		if (entry->kind == DBC_BACKUP_FILE)
		{
			list = dbc_grow(host, (void *) found->files, (size_t) found->nfiles,
							sizeof(*list));
			list[found->nfiles++] =
				(dbc_backup_file){.path = path, .bytes = entry->bytes};
			found->files = list;
			continue;
		}
		inner =
			calls->open_directory(host, files, directory, entry->name, false);
		if (inner >= 0)
			problem = walk(host, files, inner, dbc_format(host, "%s/", path),
						   depth + 1, found);
		calls->close(files, inner);
	}
	return problem;
}

static int
compare_paths(const void *left, const void *right)
{
	return strcmp(((const dbc_backup_file *) left)->path,
				  ((const dbc_backup_file *) right)->path);
}

void
dbc_backup_sort_files(dbc_backup *backup)
{
	dbc_sort((void *) backup->files, (size_t) backup->nfiles,
			 sizeof(backup->files[0]), compare_paths);
}

const char *
dbc_backup_walk(dbc_host *host, dbc_backup_files *files, int directory,
				dbc_backup *found)
{
	const char *problem = walk(host, files, directory, "", 0, found);

	dbc_backup_sort_files(found);
	return problem;
}
