/*
 * file.c
 *	  Writing a file.
 */
#include "posix/archive/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/archive/export.h"
#include "common/core/clock.h"
#include "common/core/text.h"

void
dbc_posix_check_file(dbc_host *host, const dbc_archive_file *file,
					 bool overwrite)
{
	struct stat status;

	if (lstat(file->name, &status) != 0)
	{
		if (errno != ENOENT)
			dbc_archive_refuse_file(host, file->path, errno);
		return;
	}
	if (!S_ISREG(status.st_mode))
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL, NULL,
				 "\"%s\" is not a regular file", file->path);
	if (!overwrite)
		dbc_archive_refuse_file(host, file->path, EEXIST);
}

const char *
dbc_posix_temporary(dbc_host *host, const char *name)
{
	return dbc_format(host, "%s.%lld.tmp", name,
					  (long long) dbc_microseconds());
}

void
dbc_posix_append(dbc_host *host, dbc_archive_file *file, const char *data,
				 size_t length)
{
	while (length > 0)
	{
		ssize_t count = write(file->descriptor, data, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			dbc_archive_refuse_file(host, file->path, errno);
		data += count;
		length -= (size_t) count;
	}
}

void
dbc_posix_publish(dbc_host *host, dbc_archive_file *file, bool overwrite)
{
	const char *slash = strrchr(file->name, '/');
	const char *directory =
		!slash
			? "."
			: dbc_copy(host, file->name,
					   slash == file->name ? 1 : (size_t) (slash - file->name));
	int failed;
	int parent;

	if (fsync(file->descriptor) != 0)
		dbc_archive_refuse_file(host, file->path, errno);
	dbc_posix_check_file(host, file, overwrite);
	/* a link, unlike a rename, never replaces a file */
	failed = overwrite ? rename(file->temporary, file->name)
					   : link(file->temporary, file->name);
	if (failed)
		dbc_archive_refuse_file(host, file->path, errno);
	if (!overwrite)
		(void) unlink(file->temporary);
	parent = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent >= 0)
	{
		(void) fsync(parent);
		(void) close(parent);
	}
}

void
dbc_posix_begin_file(dbc_host *host, dbc_posix_creation *c)
{
	dbc_posix_check_file(host, &c->file, c->overwrite);
	c->file.temporary = dbc_posix_temporary(host, c->file.path);
	c->file.descriptor =
		open(c->file.temporary, DBC_POSIX_CREATE_FLAGS, S_IRUSR | S_IWUSR);
	if (c->file.descriptor < 0)
		dbc_archive_refuse_file(host, c->file.path, errno);
}

void
dbc_posix_write_file(dbc_host *host, void *arg)
{
	dbc_posix_creation *c = arg;

	c->write(host, c->arg, &c->file);
	dbc_posix_publish(host, &c->file, c->overwrite);
}

void
dbc_posix_end_file(dbc_posix_creation *c, bool done)
{
	(void) close(c->file.descriptor);
	if (!done)
		(void) unlink(c->file.temporary);
}
