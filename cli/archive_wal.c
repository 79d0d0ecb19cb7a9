/*
 * archive_wal.c
 *	  The verb archive-wal: what archive_command should be.
 *
 * PostgreSQL removes a segment when the command has succeeded, so that it must
 * be on disk, whole and in the archive of its own server by then.  A file gets
 * its name when it is complete; one that is there is never replaced.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "cli/terminal.h"
#include "cli/verbs.h"
#include "cli/wal_name.h"

#define ZSTD_LEVEL 1

/* Bytes of a segment, unless the archive has others. */
#define SEGMENT (16 << 20)

/* A file that is archived. */
typedef struct archiving
{
	const char *path;
	const char *name; /* in it */
	const char *directory;
	int at; /* the directory, open */
	cli_wal_name parts;
	cli_wal_bytes content;
	cli_wal_bytes stored; /* what is written */
	const char *end;	  /* of its name there: "" or ".zst" */
} archiving;

static bool
complain_file(const char *what, const char *path)
{
	cli_text message = {0};

	cli_addf(&message, "%s \"%s\"", what, path);
	cli_complain(message.data, strerror(errno), NULL);
	cli_text_free(&message);
	return false;
}

/* ---- what is there ---- */

/* Whether a file of the archive has the same content; -1: there is none. */
static int
is_same(const archiving *a, const char *end)
{
	cli_text name = {0};
	cli_wal_bytes there;
	int same;

	cli_addf(&name, "%s%s", a->name, end);
	if (!cli_wal_read(a->at, name.data, &there))
	{
		cli_text_free(&name);
		return errno == ENOENT ? -1 : 0;
	}
	same = there.length == a->content.length &&
		   memcmp(there.bytes, a->content.bytes, there.length) == 0;
	free(there.bytes);
	cli_text_free(&name);
	return same;
}

/* Whether the archive has the file; false in *fits if it is another one. */
static bool
is_archived(const archiving *a, bool *fits)
{
	static const char *const ends[] = {"", ".zst"};

	*fits = true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
	{
		int same = is_same(a, ends[i]);

		*fits = same != 0;
		if (same >= 0)
			return true;
	}
	return false;
}

/* ---- writing ---- */

/* Compresses the content, and reads it back. */
static bool
compress_content(archiving *a)
{
	size_t room = ZSTD_compressBound(a->content.length);
	unsigned char *back = cli_alloc(a->content.length + 1, 1);
	bool same;

	a->stored.bytes = cli_alloc(room, 1);
	a->stored.length = ZSTD_compress(a->stored.bytes, room, a->content.bytes,
									 a->content.length, ZSTD_LEVEL);
	same = !ZSTD_isError(a->stored.length) &&
		   ZSTD_decompress(back, a->content.length, a->stored.bytes,
						   a->stored.length) == a->content.length &&
		   memcmp(back, a->content.bytes, a->content.length) == 0;
	free(back);
	a->end = ".zst";
	if (!same)
		cli_complain("the segment could not be compressed", a->path, NULL);
	return same;
}

static bool
write_all(int file, const cli_wal_bytes *content)
{
	for (size_t done = 0; done < content->length;)
	{
		ssize_t count =
			write(file, content->bytes + done, content->length - done);

		if (count < 0 && errno != EINTR)
			return false;
		done += count > 0 ? (size_t) count : 0;
	}
	return fsync(file) == 0;
}

/* Removes what killed calls have left of this file: the server runs one call at
 * a time. */
static void
remove_leftovers(const archiving *a, const char *hidden)
{
	int copy = openat(a->at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *next;

	while (names && (next = readdir(names)))
		if (strncmp(next->d_name, hidden, strlen(hidden)) == 0)
			(void) unlinkat(a->at, next->d_name, 0);
	if (names)
		closedir(names);
}

/* Writes under a hidden name, which becomes the right one when all is on
 * disk. */
static bool
store(const archiving *a)
{
	cli_text hidden = {0};
	cli_text name = {0};
	bool stored = false;
	int file;

	cli_addf(&hidden, ".%s%s.tmp", a->name, a->end);
	cli_addf(&name, "%s%s", a->name, a->end);
	remove_leftovers(a, hidden.data);
	file = openat(a->at, hidden.data,
				  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file >= 0)
	{
		stored = write_all(file, &a->stored);
		stored = close(file) == 0 && stored;
		/* fails if there is such a name, unlike a rename */
		stored = stored && linkat(a->at, hidden.data, a->at, name.data, 0) == 0;
	}
	if (!stored)
		(void) complain_file("could not write to the archive", a->directory);
	if (file >= 0)
		(void) unlinkat(a->at, hidden.data, 0);
	cli_text_free(&hidden);
	cli_text_free(&name);
	return stored;
}

/* ---- whose it is ---- */

static bool
refuse(const archiving *a, const char *problem, const char *hint)
{
	cli_text message = {0};

	cli_addf(&message, "%s is not archived in \"%s\"", a->name, a->directory);
	cli_complain(message.data, problem, hint);
	cli_text_free(&message);
	return false;
}

/* Whether the file is whole, and of the server of the archive. */
static bool
check_segment(const archiving *a)
{
	cli_wal_header header;
	cli_wal_header other;

	if (a->parts.kind != CLI_WAL_SEGMENT)
		return true;
	if (!cli_wal_read_header(&a->content, &header) ||
		header.segment_bytes != a->content.length ||
		header.start != cli_wal_number(&a->parts, header.segment_bytes) *
							header.segment_bytes ||
		header.timeline > a->parts.timeline)
		return refuse(a, "It is not the segment that its name says.", NULL);
	if (cli_wal_any_header(a->at, &other) && other.system != header.system)
		return refuse(a, "The archive has segments of another server.",
					  "Give each server a directory for itself.");
	return true;
}

/* Whether its timeline continues what is archived.  A copy that was restored to
 * a moment leaves its parent before the end of the archive. */
static bool
check_timeline(const archiving *a)
{
	cli_wal_origin origin;
	cli_wal_header header = {.segment_bytes = SEGMENT};
	uint64_t last;
	cli_text problem = {0};

	if (a->parts.timeline < 2 || cli_wal_is_accepted(a->parts.timeline))
		return true;
	if (!cli_wal_find_origin(a->path, a->at, a->parts.timeline, &origin))
		return refuse(a, "The history of its timeline is not there.", NULL);
	(void) cli_wal_any_header(a->at, &header);
	if (header.segment_bytes == 0 ||
		!cli_wal_last(a->at, origin.parent, header.segment_bytes, &last) ||
		last <= origin.start / header.segment_bytes)
		return true;
	cli_addf(&problem,
			 "Timeline %u left timeline %u at %X/%08X, but the archive has "
			 "later segments of that one: this server is a copy that was "
			 "restored.",
			 a->parts.timeline, origin.parent, (unsigned) (origin.start >> 32),
			 (unsigned) origin.start);
	return refuse(
		a, problem.data,
		"To let it take the place of the original, call "
		"dbbackup_accept() there, or write the number of the timeline "
		"to the file " CLI_WAL_ACCEPTED " in its data directory.");
}

static bool
archive(archiving *a, bool plain)
{
	bool fits;

	if (!check_segment(a) || !check_timeline(a))
		return false;
	if (is_archived(a, &fits))
		return fits ? fsync(a->at) == 0
					: refuse(a, "There is a different file of this name.",
							 "Find out which server has written the other "
							 "one.");
	a->stored = a->content;
	a->end = "";
	if (!plain && a->parts.kind == CLI_WAL_SEGMENT && !compress_content(a))
		return false;
	if (!store(a))
		return false;
	return fsync(a->at) == 0 ||
		   complain_file("could not put on disk", a->directory);
}

int
cli_run_archive_wal(cli_invocation *invocation)
{
	archiving a = {.path = cli_given(invocation, "PATH"),
				   .directory = cli_given(invocation, "DIR")};
	const char *slash = strrchr(a.path, '/');

	a.name = slash ? slash + 1 : a.path;
	if (!cli_wal_split(a.name, &a.parts))
	{
		cli_complain("not a file of the log", a.path,
					 "archive_command = 'dbcare archive-wal \"%p\" DIR'");
		return CLI_ERROR;
	}
	a.at = open(a.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a.at < 0)
	{
		(void) complain_file("could not open directory", a.directory);
		return CLI_ERROR;
	}
	if (!cli_wal_read(AT_FDCWD, a.path, &a.content))
	{
		(void) complain_file("could not read", a.path);
		return CLI_ERROR;
	}
	return archive(&a, cli_given(invocation, "--no-compress")) ? CLI_SOUND
															   : CLI_ERROR;
}
