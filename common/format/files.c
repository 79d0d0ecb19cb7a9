/*
 * files.c
 *	  Collects migration files from a directory or a JSON object.
 */
#include "common/format/format.h"
#include "common/format/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/json.h"
#include "common/core/sort.h"
#include "common/core/text.h"

/* The most megabytes of all files together. */
#define MOST_MB 64

/* The depth to which sub-directories are read. */
#define DEEPEST 5

#define BAD_TEXT	  "22021"
#define TOO_LARGE	  "54000"
#define NO_SUCH_FILE  "58P01"
#define NOT_PERMITTED "42501"
#define IO_ERROR	  "58030"

/* The files read so far. */
typedef struct file_list
{
	dbc_host *host;
	const char *root; /* as given by the caller */
	const dbc_format_options *options;
	dbc_file *files;
	int count;
	size_t room; /* bytes left of the limit */
} file_list;

/* Fails because a file or directory cannot be read, by the rules of errno. */
_Noreturn void
dbc_format_refuse_path(dbc_host *host, const char *what, const char *path,
					   int number)
{
	char reason[256];

	if (number == ENOENT)
		dbc_fail(host, NO_SUCH_FILE, NULL, NULL, "%s \"%s\" does not exist",
				 what, path);
	if (number == ENOTDIR)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "\"%s\" is not a directory", path);
	if (strerror_r(number, reason, sizeof(reason)) != 0)
		strcpy(reason, "unknown error");
	dbc_fail(host, number == EACCES ? NOT_PERMITTED : IO_ERROR, NULL, NULL,
			 "%s \"%s\" cannot be read: %s", what, path, reason);
}

void
dbc_format_require_trust(dbc_host *host, const char *what, const char *path,
						 const struct stat *status, unsigned user)
{
	bool is_own = status->st_uid == user || status->st_uid == 0;

	if (dbc_is_anybodys(status, is_own))
		dbc_fail(host, NOT_PERMITTED, NULL,
				 "Pass files that their owner or a group alone can write to: "
				 "chmod -R o-w.",
				 "%s \"%s\" " DBC_ANYBODYS, what, path);
}

/* Fails if a file contains bytes that SQL text cannot. */
static void
check_text(dbc_host *host, const char *path, const char *text, size_t length)
{
	size_t valid = dbc_valid_utf8(text, length);
	const char *nul = memchr(text, '\0', valid);
	const char *problem = nul ? nul : text + valid;
	dbc_error error = {.sqlstate = BAD_TEXT};

	if (problem == text + length)
		return;
	error.line = dbc_line_of(text, problem);
	error.message =
		dbc_format(host, "line %d of file \"%s\" %s", error.line, path,
				   nul ? "contains a NUL character" : "is not valid UTF-8");
	dbc_rethrow(host, &error);
}

/* Adds a file if it is a regular one. */
static void
add_file(file_list *list, const char *name)
{
	dbc_host *host = list->host;
	const char *path = dbc_format(host, "%s/%s", list->root, name);
	size_t length = 0;
	const char *text =
		DBC_CALL(host, format, read_file)(host, path, list->room, &length);

	if (length > list->room)
		dbc_fail(host, TOO_LARGE, NULL, NULL, "%s \"%s\" is larger than %d MB",
				 length > (size_t) MOST_MB << 20 ? "file" : "directory",
				 length > (size_t) MOST_MB << 20 ? path : list->root, MOST_MB);
	if (!text)
		return;
	check_text(host, path, text, length);
	list->room -= length;
	list->files =
		dbc_grow(host, list->files, (size_t) list->count, sizeof(*list->files));
	list->files[list->count++] =
		(dbc_file){.path = name, .name = name, .text = text};
}

/* Adds the files of a directory, within the root, and of those below it; within
 * is "" for the root. */
static void
add_directory(file_list *list, const char *within, int depth)
{
	dbc_host *host = list->host;
	const char *path =
		*within ? dbc_format(host, "%s/%s", list->root, within) : list->root;
	int count;
	const dbc_directory_entry *entries =
		DBC_CALL(host, format, list_directory)(host, path, &count);

	for (int i = 0; i < count; i++)
	{
		const char *name = entries[i].name;

		if (name[0] == '.' ||
			(!entries[i].is_directory && !dbc_is_migration_file(name)))
			continue;
		if (dbc_valid_utf8(name, strlen(name)) < strlen(name))
			dbc_fail(host, BAD_TEXT, NULL, NULL,
					 "a name in directory \"%s\" is not valid UTF-8", path);
		if (*within)
			name = dbc_format(host, "%s/%s", within, name);
		if (!entries[i].is_directory &&
			dbc_format_is_included(list->options, name))
			add_file(list, name);
		else if (entries[i].is_directory && depth < DEEPEST)
			add_directory(list, name, depth + 1);
	}
}

/* Compares names byte by byte. */
static int
compare_files(const void *left, const void *right)
{
	return strcmp(((const dbc_file *) left)->name,
				  ((const dbc_file *) right)->name);
}

/* The files below a directory. */
const dbc_file *
dbc_format_read_directory(dbc_host *host, const char *path,
						  const dbc_format_options *options, int *nfiles)
{
	file_list list = {.host = host,
					  .root = path,
					  .options = options,
					  .room = (size_t) MOST_MB << 20};

	add_directory(&list, "", 0);
	dbc_sort(list.files, (size_t) list.count, sizeof(*list.files),
			 compare_files);
	*nfiles = list.count;
	return list.files;
}

/* The files of a JSON object. */
const dbc_file *
dbc_format_read_json_files(dbc_host *host, const char *source, const char *what,
						   int *nfiles)
{
	dbc_json_entries members = dbc_json_read_entries(host, source, what);
	dbc_file *files =
		dbc_alloc(host, ((size_t) members.count + 1) * sizeof(*files));

	for (int i = 0; i < members.count; i++)
	{
		files[i] = (dbc_file){.path = members.list[i].key,
							  .name = members.list[i].key,
							  .text = members.list[i].text};
		if (members.list[i].kind != DBC_I_STRING)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Pass an object of file names and their texts.",
					 "the text of file \"%s\" is not a string", files[i].name);
	}
	*nfiles = members.count;
	return files;
}
