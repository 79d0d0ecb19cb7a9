/*
 * files.c
 *	  Lists directories of the server and reads files; see
 *	  common/format/files.c.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/core/rooms.h"

#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"

#include "common/core/text.h"
#include "common/format/format.h"

/* Fails unless the role may read any file of the server; kind is "directory" or
 * "file". */
static void
require_privilege(const char *kind, const char *path)
{
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied to read %s \"%s\" of the server",
					   kind, path),
				errdetail("Only roles with privileges of role "
						  "pg_read_server_files may read files of the "
						  "server."),
				*kind == 'd' ? errhint("Pass the files as a JSON object: "
									   "{\"file name\": \"text\"}.")
							 : 0);
	if (!is_absolute_path(path))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s \"%s\" is not an absolute path", kind, path),
				errhint("Pass the absolute path of a %s on the server.", kind));
}

/* Lists a directory; see format/host.h. */
static const dbc_directory_entry *
list_directory(dbc_host *host, const char *path, int *count)
{
	const char *directory = dbcpg_from_core(path);
	dbc_directory_entry *entries = NULL;
	struct dirent *entry;
	struct stat status;
	DIR *dir;

	require_privilege("directory", directory);
	dir = AllocateDir(directory);
	if (!dir)
		dbc_format_refuse_path(host, "directory", path, errno);
	if (fstat(dirfd(dir), &status) != 0)
		dbc_format_refuse_path(host, "directory", path, errno);
	dbc_format_require_trust(host, "directory", path, &status, geteuid());
	*count = 0;
	while ((entry = ReadDir(dir, directory)))
	{
		const char *file = psprintf("%s/%s", directory, entry->d_name);

		CHECK_FOR_INTERRUPTS();
		if (lstat(file, &status) != 0)
			dbc_format_refuse_path(host, "file", file, errno);
		entries = dbc_grow(host, entries, (size_t) *count, sizeof(*entries));
		entries[(*count)++] = (dbc_directory_entry){
			dbcpg_to_core(dbcpg_of(host), pstrdup(entry->d_name)),
			S_ISDIR(status.st_mode)};
	}
	FreeDir(dir);
	return entries;
}

/* Reads a file; see format/host.h. */
static const char *
read_file(dbc_host *host, const char *path, size_t most, size_t *length)
{
	const char *name = dbcpg_from_core(path);
	struct stat status;
	char *text = NULL;
	ssize_t more;
	int file;

	require_privilege("file", name);
	*length = 0;
	/* O_NONBLOCK: a pipe would wait for its writer, and so would the session */
	file = OpenTransientFile(name, O_RDONLY | O_NONBLOCK | PG_BINARY);
	if (file < 0 || fstat(file, &status) != 0)
		dbc_format_refuse_path(host, "file", path, errno);
	dbc_format_require_trust(host, "file", path, &status, geteuid());
	if (S_ISREG(status.st_mode) && (size_t) status.st_size > most)
		*length = (size_t) status.st_size;
	else if (S_ISREG(status.st_mode))
	{
		text = dbc_alloc(host, (size_t) status.st_size + 1);
		do /* it may shrink meanwhile */
		{
			more =
				read(file, text + *length, (size_t) status.st_size - *length);
			if (more < 0 && errno != EINTR)
				dbc_format_refuse_path(host, "file", path, errno);
			*length += more > 0 ? (size_t) more : 0;
		} while (more != 0);
	}
	CloseTransientFile(file);
	return text;
}

const dbc_format_host dbcpg_format_host = {
	.list_directory = list_directory,
	.read_file = read_file,
};
