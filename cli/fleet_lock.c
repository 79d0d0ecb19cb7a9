/*
 * fleet_lock.c
 *	  One process looks after the databases of a file; see fleet_lock.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cli/fleet_lock.h"
#include "cli/terminal.h"
#include "cli/text.h"

/* The process that has locked a file, as Linux lists it; 0: not known.  A file system
 * of layers lists another device than it has for the file. */
static int
find_owner(const struct stat *file)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[256];
	bool certain = false;
	int owner = 0;

	while (locks && !certain && fgets(line, sizeof(line), locks))
	{
		unsigned long long inode;
		unsigned high;
		unsigned low;
		int pid;

		if (sscanf(line, "%*s FLOCK %*s WRITE %d %x:%x:%llu", &pid, &high, &low,
				   &inode) != 4 ||
			inode != (unsigned long long) file->st_ino)
			continue;
		owner = pid;
		certain = makedev(high, low) == file->st_dev;
	}
	if (locks)
		fclose(locks);
	return owner;
}

static void
refuse(const char *path, const struct stat *file)
{
	int owner = find_owner(file);
	cli_text message = {0};
	cli_text hint = {0};

	cli_addf(&message, "another process looks after the databases of %s", path);
	if (owner > 0)
	{
		cli_addf(&message, ": %d", owner);
		cli_addf(&hint, "To have it read the file again: kill -HUP %d.", owner);
	}
	cli_complain(message.data, NULL, hint.data);
	cli_text_free(&message);
	cli_text_free(&hint);
}

bool
cli_lock_config(const char *path, int *lock)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat file;
	struct stat locked;

	if (fd < 0 || fstat(fd, &file) != 0)
	{
		cli_complain("the file cannot be locked", strerror(errno), NULL);
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (*lock >= 0 && fstat(*lock, &locked) == 0 &&
		locked.st_dev == file.st_dev && locked.st_ino == file.st_ino)
	{
		close(fd);
		return true;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
	{
		refuse(path, &file);
		close(fd);
		return false;
	}
	if (*lock >= 0)
		close(*lock);
	*lock = fd;
	return true;
}
