/*
 * tar.h
 *	  Writing tar archives (the format ustar of POSIX) to a pipe.
 */
#ifndef CLI_TAR_H
#define CLI_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An archive; all calls return false, and do nothing more, after a failure. */
typedef struct cli_tar
{
	int pipe;
	bool failed;
} cli_tar;

/* Adds a directory, of which PATH is the name within the archive. */
extern bool cli_tar_put_directory(cli_tar *tar, const char *path);

/* Adds a file with these bytes, ... */
extern bool cli_tar_put_bytes(cli_tar *tar, const char *path, const char *bytes,
							  size_t length);

/* ... or those of a file within an open directory. */
extern bool cli_tar_put_file(cli_tar *tar, const char *path, int at,
							 const char *name);

extern bool cli_tar_end(cli_tar *tar);

#endif /* CLI_TAR_H */
