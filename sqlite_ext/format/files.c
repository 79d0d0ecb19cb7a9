/*
 * files.c
 *	  Reading a directory of migrations.
 *
 * One directory or file is open at a time, and the host closes it if anything
 * fails meanwhile.
 */
#include "sqlite_ext/core/sqlite_ext.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/text.h"

/* A file larger than this is no migration. */
#define LARGEST_FILE (64 << 20)

/* How far below the directory given its sub-directories are read. */
#define DEEPEST 5

#define NO_SUCH_FILE "58P01"
#define IO_ERROR	 "58030"

/* What has been read so far. */
typedef struct file_list
{
	dbcsl_host *h;
	const char *root; /* as the caller gave it */
	dbc_file *files;
	int count;
} file_list;

/* Names in a directory; those of sub-directories apart. */
typedef struct listing
{
	const char **files;
	int nfiles;
	const char **directories;
	int ndirectories;
} listing;

/* Fails because a file or directory cannot be read, by the rules of errno. */
static _Noreturn void
fail_path(dbcsl_host *h, const char *what, const char *path, int number)
{
	char reason[256];

	if (number == ENOENT)
		dbc_fail(&h->base, NO_SUCH_FILE, NULL, NULL, "%s \"%s\" does not exist",
				 what, path);
	if (number == ENOTDIR)
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL, NULL,
				 "\"%s\" is not a directory", path);
	if (strerror_r(number, reason, sizeof(reason)) != 0)
		strcpy(reason, "unknown error");
	dbc_fail(&h->base, IO_ERROR, NULL, NULL, "%s \"%s\" cannot be read: %s",
			 what, path, reason);
}

/* Whether a file is one to read. */
static bool
is_wanted(const char *name)
{
	static const char *const endings[] = {".sql", ".toml", ".plan", ".conf"};
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (dbc_ends_with(name, endings[i]))
			return true;
	return false;
}

/* Adds one entry of a directory to its listing; a link to a directory is not
 * followed, since it may lead back up. */
static void
list_entry(file_list *list, listing *found, const char *directory,
		   const char *name)
{
	dbcsl_host *h = list->h;
	const char *path = dbc_format(&h->base, "%s/%s", directory, name);
	struct stat entry;
	bool is_directory;
	bool is_file;

	if (name[0] == '.')
		return;
	if (lstat(path, &entry) != 0)
		fail_path(h, "file", path, errno);
	is_directory = S_ISDIR(entry.st_mode);
	is_file = S_ISREG(entry.st_mode) || S_ISLNK(entry.st_mode);
	if (!is_directory && !(is_file && is_wanted(name)))
		return;
	if (dbcsl_valid_utf8(name, strlen(name)) < strlen(name))
		dbc_fail(&h->base, DBCSL_BAD_TEXT, NULL, NULL,
				 "a name in directory \"%s\" is not valid UTF-8", directory);
	name = dbc_copy(&h->base, name, strlen(name));
	if (is_directory)
	{
		found->directories =
			dbcsl_grow(h, found->directories, (size_t) found->ndirectories,
					   sizeof(*found->directories));
		found->directories[found->ndirectories++] = name;
	}
	else
	{
		found->files = dbcsl_grow(h, found->files, (size_t) found->nfiles,
								  sizeof(*found->files));
		found->files[found->nfiles++] = name;
	}
}

/* Lists a directory. */
static listing
list_directory(file_list *list, const char *path)
{
	dbcsl_host *h = list->h;
	listing found = {0};
	struct dirent *entry;

	h->directory = opendir(path);
	if (!h->directory)
		fail_path(h, "directory", path, errno);
	for (;;)
	{
		errno = 0;
		entry = readdir(h->directory);
		if (!entry)
			break;
		list_entry(list, &found, path, entry->d_name);
	}
	if (errno != 0)
		fail_path(h, "directory", path, errno);
	closedir(h->directory);
	h->directory = NULL;
	return found;
}

/* Fails if a file holds what no SQL text can. */
static void
check_text(dbcsl_host *h, const char *path, const char *text, size_t length)
{
	size_t valid = dbcsl_valid_utf8(text, length);
	const char *nul = memchr(text, '\0', length);
	const char *problem = valid < length ? "is not valid UTF-8" : NULL;
	dbc_error error = {.sqlstate = DBCSL_BAD_TEXT};

	if (nul && (size_t) (nul - text) < valid)
	{
		valid = (size_t) (nul - text);
		problem = "contains a NUL character";
	}
	if (!problem)
		return;
	error.line = dbc_line_of(text, text + valid);
	error.message = dbc_format(&h->base, "line %d of file \"%s\" %s",
							   error.line, path, problem);
	dbc_rethrow(&h->base, &error);
}

/* Reads length bytes of the open file, or what there is of them. */
static size_t
read_bytes(dbcsl_host *h, const char *path, char *text, size_t length)
{
	size_t done = 0;

	while (done < length)
	{
		ssize_t more = read(h->file, text + done, length - done);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			fail_path(h, "file", path, errno);
		if (more == 0)
			break; /* it has shrunk meanwhile */
		done += (size_t) more;
	}
	return done;
}

/* Adds a file, unless it turns out not to be a regular one. */
static void
read_file(file_list *list, const char *name)
{
	dbcsl_host *h = list->h;
	const char *path = dbc_format(&h->base, "%s/%s", list->root, name);
	struct stat entry;
	size_t length;
	char *text;

	/* O_NONBLOCK: a link may lead to a pipe nobody writes to */
	h->file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (h->file < 0 || fstat(h->file, &entry) != 0)
		fail_path(h, "file", path, errno);
	if (S_ISREG(entry.st_mode))
	{
		if (entry.st_size > LARGEST_FILE)
			dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL, NULL,
					 "file \"%s\" is larger than %d MB", path,
					 LARGEST_FILE >> 20);
		text = dbc_alloc(&h->base, (size_t) entry.st_size + 1);
		length = read_bytes(h, path, text, (size_t) entry.st_size);
		check_text(h, path, text, length);
		list->files = dbcsl_grow(h, list->files, (size_t) list->count,
								 sizeof(*list->files));
		list->files[list->count++] = (dbc_file){name, text};
	}
	close(h->file);
	h->file = -1;
}

/* The name of an entry of a directory; within is "" for the root. */
static const char *
name_within(file_list *list, const char *within, const char *name)
{
	return *within ? dbc_format(&list->h->base, "%s/%s", within, name) : name;
}

/* Reads a directory, within the root, and those below it. */
static void
read_directory(file_list *list, const char *within, int depth)
{
	listing found = list_directory(
		list, *within ? name_within(list, list->root, within) : list->root);
	int i;

	for (i = 0; i < found.nfiles; i++)
		read_file(list, name_within(list, within, found.files[i]));
	for (i = 0; i < found.ndirectories && depth < DEEPEST; i++)
		read_directory(list, name_within(list, within, found.directories[i]),
					   depth + 1);
}

/* The order of their bytes. */
static int
compare_files(const void *left, const void *right)
{
	return strcmp(((const dbc_file *) left)->name,
				  ((const dbc_file *) right)->name);
}

/* Reads the migration files of a directory; see core/host.h. */
const dbc_file *
dbcsl_format_read_files(dbc_host *host, const char *path, int *nfiles)
{
	file_list list = {.h = dbcsl_of(host), .root = path};

	read_directory(&list, "", 0);
	if (list.count > 0)
		qsort(list.files, (size_t) list.count, sizeof(*list.files),
			  compare_files);
	*nfiles = list.count;
	return list.files;
}
