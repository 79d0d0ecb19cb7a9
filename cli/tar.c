/*
 * tar.c
 *	  Writing tar archives; see tar.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/tar.h"

#define BLOCK 512

/* The header of a member. */
typedef struct header
{
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char time[12];
	char sum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char owner[32];
	char group[32];
	char device[16];
	char prefix[155];
	char rest[12];
} header;
_Static_assert(sizeof(header) == BLOCK, "a header is one block");

#define REGULAR	  '0'
#define DIRECTORY '5'

static bool
put(cli_tar *tar, const void *bytes, size_t length)
{
	for (size_t done = 0; done < length && !tar->failed;)
	{
		ssize_t count =
			write(tar->pipe, (const char *) bytes + done, length - done);

		tar->failed = count < 0 && errno != EINTR;
		done += count > 0 ? (size_t) count : 0;
	}
	return !tar->failed;
}

/* Fills the last block of a member. */
static bool
pad(cli_tar *tar, uint64_t length)
{
	static const char zeros[BLOCK];

	return put(tar, zeros, (BLOCK - length % BLOCK) % BLOCK);
}

/* A number of octal digits, or of bytes if those do not suffice. */
static void
set_number(char *field, size_t size, uint64_t number)
{
	char digits[24];

	if (number >> 3 * (size - 1) == 0)
	{
		(void) snprintf(digits, sizeof(digits), "%0*llo", (int) size - 1,
						(unsigned long long) number);
		memcpy(field, digits, size);
		return;
	}
	for (size_t i = size; i-- > 0; number >>= 8)
		field[i] = (char) (number & 0xFF);
	field[0] = (char) 0x80;
}

/* Splits a path at a slash, if it is too long for a name. */
static bool
set_path(header *h, const char *path)
{
	size_t length = strlen(path);
	const char *slash = path;

	while (length - (size_t) (slash - path) > sizeof(h->name))
	{
		slash = strchr(slash, '/');
		if (!slash || (size_t) (slash - path) > sizeof(h->prefix))
			return false;
		slash++;
	}
	if (slash > path)
		memcpy(h->prefix, path, (size_t) (slash - path) - 1);
	memcpy(h->name, slash, length - (size_t) (slash - path));
	return true;
}

static bool
put_header(cli_tar *tar, const char *path, char type, uint64_t bytes,
		   time_t changed)
{
	header h = {.type = type, .magic = "ustar", .version = {'0', '0'}};
	unsigned sum = 0;

	set_number(h.mode, sizeof(h.mode), type == DIRECTORY ? 0700 : 0600);
	set_number(h.uid, sizeof(h.uid), 0);
	set_number(h.gid, sizeof(h.gid), 0);
	set_number(h.size, sizeof(h.size), bytes);
	set_number(h.time, sizeof(h.time), changed > 0 ? (uint64_t) changed : 0);
	if (!set_path(&h, path))
	{
		errno = ENAMETOOLONG;
		tar->failed = true;
	}
	/* of the header with blanks in the place of the sum */
	memset(h.sum, ' ', sizeof(h.sum));
	for (size_t i = 0; i < sizeof(h); i++)
		sum += ((const unsigned char *) &h)[i];
	set_number(h.sum, sizeof(h.sum) - 1, sum);
	return put(tar, &h, sizeof(h));
}

bool
cli_tar_put_directory(cli_tar *tar, const char *path)
{
	return put_header(tar, path, DIRECTORY, 0, time(NULL));
}

bool
cli_tar_put_bytes(cli_tar *tar, const char *path, const char *bytes,
				  size_t length)
{
	return put_header(tar, path, REGULAR, length, time(NULL)) &&
		   put(tar, bytes, length) && pad(tar, length);
}

/* Copies so many bytes of a file, which must have them. */
static void
copy(cli_tar *tar, int file, int64_t length)
{
	static char piece[1 << 16];

	while (length > 0 && !tar->failed)
	{
		size_t most =
			length < (int64_t) sizeof(piece) ? (size_t) length : sizeof(piece);
		ssize_t count = read(file, piece, most);

		if (count < 0 && errno == EINTR)
			continue;
		if (count == 0)
			errno = EIO;
		tar->failed = count <= 0;
		length -= count;
		if (count > 0)
			(void) put(tar, piece, (size_t) count);
	}
}

bool
cli_tar_put_file(cli_tar *tar, const char *path, int at, const char *name)
{
	struct stat status;
	int file = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (file < 0 || fstat(file, &status) != 0)
		tar->failed = true;
	else if (put_header(tar, path, REGULAR, (uint64_t) status.st_size,
						status.st_mtime))
	{
		copy(tar, file, status.st_size);
		(void) pad(tar, (uint64_t) status.st_size);
	}
	if (file >= 0)
		close(file);
	return !tar->failed;
}

bool
cli_tar_end(cli_tar *tar)
{
	static const char zeros[2 * BLOCK];

	return put(tar, zeros, sizeof(zeros));
}
