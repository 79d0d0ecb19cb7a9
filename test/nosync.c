/*
 * nosync.c
 *	  Preloaded, with scrypt.c, where tests wait for disks: no test cuts the power.
 */
#include <unistd.h>

int
fsync(int fd)
{
	(void) fd;
	return 0;
}

int
fdatasync(int fd)
{
	(void) fd;
	return 0;
}
