/*
 * anchor.h
 *	  A file outside the database with the ends of a log, for the bindings:
 *	  inline, since the core opens nothing.
 *
 * Lines are only appended: who rewrites the database cannot take back what
 * the file says, if that is out of reach.
 */
#ifndef DBC_LEDGER_ANCHOR_H
#define DBC_LEDGER_ANCHOR_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DBC_LEDGER_ANCHOR_LINE "{\"seal\": "

/* Why a file is no anchor, or NULL; sets *torn if its last line has no end. */
static inline const char *
dbc_ledger_check_anchor(int file, bool *torn)
{
	char start[sizeof(DBC_LEDGER_ANCHOR_LINE) - 1];
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
	if (length <= 0 || memcmp(start, DBC_LEDGER_ANCHOR_LINE, length) != 0)
		return "it has other lines than seals";
	*torn = pread(file, &last, 1, status.st_size - 1) != 1 || last != '\n';
	return NULL;
}

/* Writes a text; false, with errno, if not all of it can be written. */
static inline bool
dbc_ledger_write_all(int file, const char *text, size_t length)
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

/* Appends a line, and waits until it is on disk; returns why that failed, or
 * NULL.  reason has room for such a text. */
static inline const char *
dbc_ledger_append_anchor(const char *path, long long number, const char *root,
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
	problem = dbc_ledger_check_anchor(file, &torn);
	length =
		snprintf(line, sizeof(line),
				 "%s" DBC_LEDGER_ANCHOR_LINE "%lld, \"root\": \"%.64s\"}\n",
				 torn ? "\n" : "", number, root);
	if (!problem && (!dbc_ledger_write_all(file, line, (size_t) length) ||
					 fsync(file) != 0))
	{
		snprintf(reason, 256, "%s", strerror(errno));
		problem = reason;
	}
	(void) close(file);
	return problem;
}

#endif /* DBC_LEDGER_ANCHOR_H */
