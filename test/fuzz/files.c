/*
 * files.c
 *	  Files made of inputs; see files.h.
 */
#include "test/fuzz/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];

static void
remove_files(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	if (system(command) != 0)
		perror(directory);
}

const char *
fuzz_directory(void)
{
	char backup[80];

	if (*directory)
		return directory;
	snprintf(directory, sizeof(directory), "%s/dbcare-fuzz-XXXXXX",
			 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(directory))
		abort();
	snprintf(backup, sizeof(backup), "%s/b", directory);
	if (mkdir(backup, 0700) != 0)
		abort();
	(void) atexit(remove_files);
	return directory;
}

const char *
fuzz_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", fuzz_directory(), name);
	return path;
}

void
fuzz_write_file(const char *name, const void *bytes, size_t length)
{
	FILE *file = fopen(fuzz_path(name), "wb");

	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
		abort();
}

void
fuzz_remove_file(const char *name)
{
	(void) unlink(fuzz_path(name));
}
