/*
 * wal_name.c
 *	  Files of PostgreSQL's log; see wal_name.h.
 */
#include "cli/wal_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "cli/text.h"

/* The largest segment. */
#define MOST_BYTES ((size_t) 1 << 30)

/* Places in the header of a segment, and what its first page says of itself. */
#define AT_INFO	   2
#define AT_LINE	   4
#define AT_START   8
#define AT_SYSTEM  24
#define AT_SIZE	   32
#define HEADER	   40
#define FLAG_LONG  2
#define LEAST_SIZE (1 << 20)

/* Reads hexadecimal digits. */
static bool
read_hex(const char *text, size_t digits, uint64_t *number)
{
	char copy[17] = {0};

	if (strspn(text, "0123456789ABCDEF") < digits)
		return false;
	memcpy(copy, text, digits);
	*number = strtoull(copy, NULL, 16);
	return true;
}

bool
cli_wal_split(const char *name, cli_wal_name *parts)
{
	uint64_t timeline;
	const char *rest = name + 24;

	*parts = (cli_wal_name){.kind = CLI_WAL_OTHER};
	if (!read_hex(name, 8, &timeline) || timeline == 0)
		return false;
	parts->timeline = (uint32_t) timeline;
	if (strcmp(name + 8, ".history") == 0)
	{
		parts->kind = CLI_WAL_HISTORY;
		return true;
	}
	if (!read_hex(name + 8, 8, &parts->log) ||
		!read_hex(name + 16, 8, &parts->within))
		return false;
	if (!*rest)
		parts->kind = CLI_WAL_SEGMENT;
	return !*rest || strcmp(rest, ".partial") == 0 ||
		   (*rest == '.' && strlen(rest) == 16 &&
			strcmp(rest + 9, ".backup") == 0);
}

/* ---- contents ---- */

static bool
read_plain(int file, cli_wal_bytes *content)
{
	struct stat status;

	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) ||
		(size_t) status.st_size > MOST_BYTES)
	{
		errno = EINVAL;
		return false;
	}
	content->bytes = cli_alloc((size_t) status.st_size + 1, 1);
	content->length = 0;
	while (content->length < (size_t) status.st_size)
	{
		ssize_t count = read(file, content->bytes + content->length,
							 (size_t) status.st_size - content->length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
		{
			free(content->bytes);
			errno = count < 0 ? errno : EIO;
			return false;
		}
		content->length += (size_t) count;
	}
	return true;
}

static bool
unpack(cli_wal_bytes *content)
{
	unsigned long long size =
		ZSTD_getFrameContentSize(content->bytes, content->length);
	unsigned char *bytes =
		size <= MOST_BYTES ? cli_alloc((size_t) size + 1, 1) : NULL;
	bool done = bytes && ZSTD_decompress(bytes, (size_t) size, content->bytes,
										 content->length) == size;

	free(content->bytes);
	*content = (cli_wal_bytes){bytes, (size_t) size};
	if (!done)
		free(bytes);
	errno = EINVAL;
	return done;
}

bool
cli_wal_read(int at, const char *name, cli_wal_bytes *content)
{
	size_t length = strlen(name);
	int file = openat(at, name, O_RDONLY | O_CLOEXEC);
	bool done;

	if (file < 0)
		return false;
	done = read_plain(file, content);
	(void) close(file);
	return done && (length < 4 || strcmp(name + length - 4, ".zst") != 0 ||
					unpack(content));
}

/* A number in the byte order of the machine, which is that of its server. */
static uint64_t
number_at(const unsigned char *bytes, size_t length)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	memcpy(&two, bytes, sizeof(two));
	memcpy(&four, bytes, sizeof(four));
	if (length == 2)
		return two;
	if (length == 4)
		return four;
	memcpy(&eight, bytes, sizeof(eight));
	return eight;
}

bool
cli_wal_read_header(const cli_wal_bytes *content, cli_wal_header *header)
{
	if (content->length < LEAST_SIZE ||
		!(number_at(content->bytes + AT_INFO, 2) & FLAG_LONG))
		return false;
	*header = (cli_wal_header){
		.timeline = (uint32_t) number_at(content->bytes + AT_LINE, 4),
		.start = number_at(content->bytes + AT_START, 8),
		.system = number_at(content->bytes + AT_SYSTEM, 8),
		.segment_bytes = (uint32_t) number_at(content->bytes + AT_SIZE, 4)};
	return true;
}

/* ---- the archive ---- */

/* Opens the names of an archive. */
static DIR *
open_names(int at)
{
	int copy = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return copy < 0 ? NULL : fdopendir(copy);
}

/* Whether a name is one of a segment, which may be compressed. */
static bool
is_segment(const char *name, cli_wal_name *parts)
{
	char plain[25] = {0};

	if (strlen(name) < 24 || (name[24] && strcmp(name + 24, ".zst") != 0))
		return false;
	memcpy(plain, name, 24);
	return cli_wal_split(plain, parts) && parts->kind == CLI_WAL_SEGMENT;
}

bool
cli_wal_any_header(int at, cli_wal_header *header)
{
	DIR *names = open_names(at);
	const struct dirent *next;
	bool found = false;

	while (names && !found && (next = readdir(names)))
	{
		cli_wal_name parts;
		cli_wal_bytes content;

		if (!is_segment(next->d_name, &parts) ||
			!cli_wal_read(at, next->d_name, &content))
			continue;
		found = cli_wal_read_header(&content, header);
		free(content.bytes);
	}
	if (names)
		closedir(names);
	return found;
}

bool
cli_wal_last(int at, uint32_t timeline, uint32_t segment_bytes,
			 uint64_t *number)
{
	DIR *names = open_names(at);
	const struct dirent *next;
	bool found = false;

	while (names && (next = readdir(names)))
	{
		cli_wal_name parts;
		uint64_t own;

		if (!is_segment(next->d_name, &parts) || parts.timeline != timeline)
			continue;
		own = cli_wal_number(&parts, segment_bytes);
		if (!found || own > *number)
			*number = own;
		found = true;
	}
	if (names)
		closedir(names);
	return found;
}

uint64_t
cli_wal_number(const cli_wal_name *parts, uint32_t segment_bytes)
{
	return parts->log * ((UINT64_C(1) << 32) / segment_bytes) + parts->within;
}

/* Reads the last line of a history: parent and location. */
static bool
read_history(const cli_wal_bytes *content, cli_wal_origin *origin)
{
	char *text = cli_copy_bytes((const char *) content->bytes, content->length);
	char *rest;
	bool found = false;

	for (char *line = strtok_r(text, "\n", &rest); line;
		 line = strtok_r(NULL, "\n", &rest))
	{
		unsigned parent;
		unsigned high;
		unsigned low;

		if (sscanf(line, "%u %X/%X", &parent, &high, &low) != 3)
			continue;
		*origin = (cli_wal_origin){parent, (uint64_t) high << 32 | low};
		found = true;
	}
	free(text);
	return found;
}

bool
cli_wal_find_origin(const char *path, int at, uint32_t timeline,
					cli_wal_origin *origin)
{
	const char *slash = strrchr(path, '/');
	cli_text beside = {0};
	cli_wal_bytes content;
	bool found;

	cli_addf(&beside, "%.*s%08X.history", slash ? (int) (slash - path + 1) : 0,
			 path, timeline);
	found =
		cli_wal_read(AT_FDCWD, beside.data, &content) ||
		cli_wal_read(at,
					 strrchr(beside.data, '/') ? strrchr(beside.data, '/') + 1
											   : beside.data,
					 &content);
	cli_text_free(&beside);
	if (!found)
		return false;
	found = read_history(&content, origin);
	free(content.bytes);
	return found;
}

bool
cli_wal_is_accepted(uint32_t timeline)
{
	cli_wal_bytes content;
	bool accepted;
	char *text;

	if (!cli_wal_read(AT_FDCWD, CLI_WAL_ACCEPTED, &content))
		return false;
	text = cli_copy_bytes((const char *) content.bytes, content.length);
	accepted = strtoul(text, NULL, 10) == timeline;
	free(text);
	free(content.bytes);
	return accepted;
}
