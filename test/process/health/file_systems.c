/*
 * file_systems.c
 *	  statfs() for file_systems.sh: every file is on the kind of file system
 *	  whose number FILE_SYSTEM has.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

int
statfs(const char *file, struct statfs *system)
{
	(void) file;
	memset(system, 0, sizeof(*system));
	system->f_type = strtol(getenv("FILE_SYSTEM"), NULL, 16);
	return 0;
}
