/*
 * anchor.c
 *	  A file outside the database with the ends of a log.
 *
 * Lines are only appended: who rewrites the database cannot take back what
 * the file says, if that is out of reach.
 */
#include "posix/ledger/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE "{\"seal\": "

/* Why a file is no anchor, or NULL; sets *torn if its last line has no end. */
static const char *
check(int file, bool *torn)
{
	char start[sizeof(LINE) - 1];
	struct stat status;
	ssize_t length;
	char last;

	*torn = false;
	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
		return "it is not a regular file";
	if (status.st_size == 0)
		return NULL;
	/* a torn first line may be shorter */
	length = pread(file, start, sizeof(start), 0);
	if (length <= 0 || memcmp(start, LINE, length) != 0)
		return "it has other lines than seals";
	*torn = pread(file, &last, 1, status.st_size - 1) != 1 || last != '\n';
	return NULL;
}

/* Writes a text; false, with errno, if not all of it can be written. */
static bool
write_all(int file, const char *text, size_t length)
{
	while (length > 0)
	{
		ssize_t written = write(file, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written == 0)
			errno = ENOSPC;
		if (written <= 0)
			return false;
		text += written;
		length -= (size_t) written;
	}
	return true;
}

const char *
dbc_posix_append_anchor(const char *path, long long number, const char *root,
						char reason[256])
{
	/* O_NONBLOCK: a pipe without a reader */
	int file = open(
		path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	const char *problem;
	char line[256];
	int length;
	bool torn;

	if (file < 0)
	{
		snprintf(reason, 256, "%s", strerror(errno));
		return reason;
	}
	problem = check(file, &torn);
	length =
		snprintf(line, sizeof(line), "%s" LINE "%lld, \"root\": \"%.64s\"}\n",
				 torn ? "\n" : "", number, root);
	if (!problem &&
		(!write_all(file, line, (size_t) length) || fsync(file) != 0))
	{
		snprintf(reason, 256, "%s", strerror(errno));
		problem = reason;
	}
	(void) close(file);
	return problem;
}
