/*
 * files.c
 *	  Lists directories and reads files; see common/format/files.c.
 *
 * One of them is open at a time, and the host closes it on an error.
 */
#include "sqlite_ext/core/rooms.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/text.h"
#include "common/format/format.h"

/* Lists a directory; see format/host.h. */
static const dbc_directory_entry *
list_directory(dbc_host *host, const char *path, int *count)
{
	dbcsl_host *h = dbcsl_of(host);
	dbc_directory_entry *entries = NULL;
	struct dirent *entry;
	struct stat status;

	*count = 0;
	h->directory = opendir(path);
	if (!h->directory || fstat(dirfd(h->directory), &status) != 0)
		dbc_format_refuse_path(host, "directory", path, errno);
	dbc_format_require_trust(host, "directory", path, &status, geteuid());
	while (errno = 0, (entry = readdir(h->directory)) != NULL)
	{
		const char *file = dbc_format(host, "%s/%s", path, entry->d_name);

		if (lstat(file, &status) != 0)
			dbc_format_refuse_path(host, "file", file, errno);
		entries = dbc_grow(host, entries, (size_t) *count, sizeof(*entries));
		entries[(*count)++] = (dbc_directory_entry){
			dbc_copy(host, entry->d_name, strlen(entry->d_name)),
			S_ISDIR(status.st_mode)};
	}
	if (errno != 0)
		dbc_format_refuse_path(host, "directory", path, errno);
	closedir(h->directory);
	h->directory = NULL;
	return entries;
}

/* Reads a file; see format/host.h. */
static const char *
read_file(dbc_host *host, const char *path, size_t most, size_t *length)
{
	dbcsl_host *h = dbcsl_of(host);
	struct stat status;
	char *text = NULL;
	ssize_t more;

	*length = 0;
	/* O_NONBLOCK: a link may lead to a pipe without a writer */
	h->file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (h->file < 0 || fstat(h->file, &status) != 0)
		dbc_format_refuse_path(host, "file", path, errno);
	dbc_format_require_trust(host, "file", path, &status, geteuid());
	if (S_ISREG(status.st_mode) && (size_t) status.st_size > most)
		*length = (size_t) status.st_size;
	else if (S_ISREG(status.st_mode))
	{
		text = dbc_alloc(host, (size_t) status.st_size + 1);
		do /* it may shrink meanwhile */
		{
			more = read(h->file, text + *length,
						(size_t) status.st_size - *length);
			if (more < 0 && errno != EINTR)
				dbc_format_refuse_path(host, "file", path, errno);
			*length += more > 0 ? (size_t) more : 0;
		} while (more != 0);
	}
	close(h->file);
	h->file = -1;
	return text;
}

const dbc_format_host dbcsl_format_host = {
	.list_directory = list_directory,
	.read_file = read_file,
};
