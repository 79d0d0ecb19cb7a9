/*
 * files.c
 *	  Reading a directory of migrations on the server.
 */
#include "pg_ext/core/pg_ext.h"

#include <sys/stat.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/acl.h"

#include "common/core/text.h"

/* All files together may have this many bytes. */
#define SIZE_LIMIT ((int64) 64 * 1024 * 1024)

/* How far below the directory given its sub-directories are read. */
#define DEEPEST 5

/* The files found so far. */
typedef struct files
{
	dbcpg_host *host;
	const char *root; /* the directory, in the server's encoding */
	dbc_file *items;
	int count;
	int room;
	int64 size;
} files;

/* Fails unless the user may read any file of the server. */
static void
require_privilege(const char *path)
{
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied to read directory \"%s\" of the "
					   "server",
					   path),
				errdetail("Only roles with privileges of role "
						  "pg_read_server_files may read files of the "
						  "server."),
				errhint("Pass the files as a JSON object: {\"file name\": "
						"\"text\"}."));
}

/* Fails unless text is UTF-8; says where it is not. */
static void
require_utf8(const char *path, const char *text, size_t length)
{
	int valid = dbcpg_valid_utf8(text, (int) length);
	int line = 1;
	int i;

	if ((size_t) valid == length)
		return;
	for (i = 0; i < valid; i++)
		line += text[i] == '\n';
	ereport(ERROR, errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
			errmsg("file \"%s\" is not UTF-8", path),
			errdetail("Line %d has a byte 0x%02x that does not belong there.",
					  line, (unsigned char) text[valid]));
}

/* Fails because a file or directory cannot be read, by the rules of errno; in
 * the words of the SQLite extension. */
static void
fail_to_read(const char *kind, const char *path)
{
	if (errno == ENOENT)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("%s \"%s\" does not exist", kind, path));
	if (errno == ENOTDIR)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("\"%s\" is not a directory", path));
	ereport(ERROR, errcode_for_file_access(),
			errmsg("%s \"%s\" cannot be read: %m", kind, path));
}

/* Counts the bytes of a file against the limit. */
static void
count_size(files *list, const char *path, off_t size)
{
	list->size += size;
	if (list->size > SIZE_LIMIT)
		ereport(
			ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			errmsg("the files of directory \"%s\" are too large", list->root),
			errdetail("With file \"%s\" they have more than %d MB.", path,
					  (int) (SIZE_LIMIT / 1024 / 1024)));
}

/* The text of a file, in the arena; it is UTF-8 as the core wants it. */
static const char *
read_text(files *list, const char *path, off_t size)
{
	FILE *file = AllocateFile(path, PG_BINARY_R);
	char *text = dbc_alloc(&list->host->base, (size_t) size + 1);
	size_t length;

	if (!file)
		fail_to_read("file", path);
	length = fread(text, 1, (size_t) size, file);
	if (ferror(file))
		fail_to_read("file", path);
	FreeFile(file);
	require_utf8(path, text, length);
	return text;
}

/* Whether a file is one to read. */
static bool
is_wanted(const char *name)
{
	static const char *const endings[] = {".sql", ".toml", ".plan", ".conf"};
	size_t i;

	for (i = 0; i < lengthof(endings); i++)
		if (dbc_ends_with(name, endings[i]))
			return true;
	return false;
}

/* Takes in a file, if it is a regular one to be read. */
static void
add_file(files *list, const char *name, const char *path)
{
	dbc_host *host = &list->host->base;
	struct stat status;

	if (!is_wanted(name))
		return;
	if (stat(path, &status) != 0)
		fail_to_read("file", path);
	if (!S_ISREG(status.st_mode))
		return;
	count_size(list, path, status.st_size);
	if (list->count == list->room)
	{
		int room = list->room ? 2 * list->room : 64;
		dbc_file *items = dbc_alloc(host, (size_t) room * sizeof(*items));

		if (list->count)
			memcpy(items, list->items,
				   (size_t) list->count * sizeof(*list->items));
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = (dbc_file){
		.name = dbcpg_to_core(list->host, name),
		.text = read_text(list, path, status.st_size),
	};
}

/* Whether a path is a directory; a link to one is not followed, since it may
 * lead back up. */
static bool
is_directory(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0)
		fail_to_read("file", path);
	return S_ISDIR(status.st_mode);
}

/* Takes in what a directory, within the root, and those below it have; within
 * is "" for the root. */
static void
add_directory(files *list, const char *within, int depth)
{
	const char *directory =
		*within ? psprintf("%s/%s", list->root, within) : list->root;
	DIR *dir = AllocateDir(directory);
	struct dirent *entry;

	if (!dir)
		fail_to_read("directory", directory);
	while ((entry = ReadDir(dir, directory)))
	{
		const char *path = psprintf("%s/%s", directory, entry->d_name);
		const char *name = *within ? psprintf("%s/%s", within, entry->d_name)
								   : pstrdup(entry->d_name);

		CHECK_FOR_INTERRUPTS();
		if (entry->d_name[0] == '.')
			continue;
		if (!is_directory(path))
			add_file(list, name, path);
		else if (depth < DEEPEST)
			add_directory(list, name, depth + 1);
	}
	FreeDir(dir);
}

/* The order of files. */
static int
compare_files(const void *left, const void *right)
{
	return strcmp(((const dbc_file *) left)->name,
				  ((const dbc_file *) right)->name);
}

/* Reads the files below a directory; see core/host.h. */
const dbc_file *
dbcpg_format_read_files(dbc_host *base, const char *path, int *nfiles)
{
	files list = {.host = dbcpg_of(base), .root = dbcpg_from_core(path)};

	require_privilege(list.root);
	if (!is_absolute_path(list.root))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("directory \"%s\" is not an absolute path", list.root),
				errhint("The server reads it: give the whole path on the "
						"server's machine."));
	add_directory(&list, "", 0);
	if (list.count)
		qsort(list.items, (size_t) list.count, sizeof(*list.items),
			  compare_files);
	*nfiles = list.count;
	return list.items;
}
