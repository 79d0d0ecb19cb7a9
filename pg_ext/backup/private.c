/*
 * private.c
 *	  Directories that no other user can enter; see private.h.
 *
 * The process locks its directory.  A lock ends with its process, so what
 * no call has locked is a leftover.  The names are those of hidden backups, so
 * that every call that makes or verifies a backup removes leftovers, too.
 */
#include "pg_ext/backup/private.h"
#include "pg_ext/core/random.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file_perm.h"
#include "storage/fd.h"
#include "storage/ipc.h"

#define PREFIX ".dbcare."
#define SUFFIX ".tmp"

/* How often another call may take a new directory for a leftover. */
#define MOST_TRIES 10

typedef struct private_directory
{
	const char *path;
	int descriptor; /* locked; -1: none */
} private_directory;

/* Opens and locks a directory of this system user; -1 if there is none, or
 * another process has locked it. */
static int
lock_directory(const char *path)
{
	struct stat open_status, status;
	int descriptor =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (descriptor < 0)
		return -1;
	if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 &&
		fstat(descriptor, &open_status) == 0 && lstat(path, &status) == 0 &&
		open_status.st_ino == status.st_ino &&
		open_status.st_dev == status.st_dev && status.st_uid == geteuid())
		return descriptor;
	(void) close(descriptor);
	return -1;
}

/* Removes a directory that is locked. */
static void
remove_directory(private_directory *private)
{
	if (private->descriptor < 0)
		return;
	(void) rmtree(private->path, true);
	(void) close(private->descriptor);
	private->descriptor = -1;
}

static void
remove_on_failure(int code, Datum arg)
{
	(void) code;
	remove_directory((private_directory *) DatumGetPointer(arg));
}

static void
remove_leftovers(const char *parent)
{
	DIR *directory = AllocateDir(parent);
	struct dirent *entry;

	while ((entry = ReadDir(directory, parent)) != NULL)
	{
		size_t length = strlen(entry->d_name);
		private_directory leftover = {
			.path = psprintf("%s/%s", parent, entry->d_name)};

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0 ||
			length <= strlen(SUFFIX) ||
			strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) != 0)
			continue;
		leftover.descriptor = lock_directory(leftover.path);
		remove_directory(&leftover);
	}
	FreeDir(directory);
}

static private_directory
make_directory(const char *parent)
{
	private_directory made;

	for (int i = 0; i < MOST_TRIES; i++)
	{
		made.path = psprintf("%s/" PREFIX "%08x" SUFFIX, parent,
							 (unsigned) dbcpg_make_random());
		if (mkdir(made.path, S_IRWXU) != 0)
			ereport(
				ERROR, errcode_for_file_access(),
				errmsg("directory \"%s\" cannot be created: %m", made.path));
		made.descriptor = lock_directory(made.path);
		if (made.descriptor >= 0)
			return made;
	}
	ereport(ERROR, errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			errmsg("other calls remove what this one makes"),
			errhint("Repeat the call."));
}

void
dbcpg_private_with(dbcpg_host *host, const char *parent,
				   void (*fn)(dbcpg_host *, const char *, void *), void *arg)
{
	private_directory made;

	remove_leftovers(parent);
	made = make_directory(parent);
	PG_ENSURE_ERROR_CLEANUP(remove_on_failure, PointerGetDatum(&made));
	{
		fn(host, made.path, arg);
	}
	PG_END_ENSURE_ERROR_CLEANUP(remove_on_failure, PointerGetDatum(&made));
	remove_directory(&made);
}
