/*
 * folder.c
 *	  Files of the machine that the command runs on.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "common/core/text.h"
#include "common/format/names.h"
#include "common/format/trust.h"

/* Folders within folders that are read. */
#define DEEPEST 8

/* The most bytes of a file that is sent: those of a value of PostgreSQL. */
#define MOST_TEXT ((size_t) 1 << 30)

static void
complain(const char *what, const char *path)
{
	cli_text message = {0};

	cli_addf(&message, "could not %s \"%s\"", what, path);
	cli_complain(message.data, strerror(errno), NULL);
	cli_text_free(&message);
}

/* Whether text is UTF-8 without NUL, as databases take it. */
static bool
is_text(const cli_text *text)
{
	const char *at = cli_text_of(text);

	return strlen(at) == text->length &&
		   dbc_valid_utf8(at, text->length) == text->length;
}

static void
refuse(const char *path, const char *problem)
{
	cli_text message = {0};

	cli_addf(&message, "\"%s\" %s", path, problem);
	cli_complain(message.data, NULL, NULL);
	cli_text_free(&message);
}

/* Reads an open file to its end, or until it has more than most bytes; closes
 * it, unless that is standard input. */
static char *
read_all(FILE *file, const char *path, size_t most, size_t *length)
{
	cli_text text = {0};
	const char *problem = NULL;
	bool failed;
	char buffer[65536];
	size_t count;

	cli_add(&text, "");
	while (text.length <= most &&
		   (count = fread(buffer, 1, sizeof(buffer), file)) > 0)
		cli_add_bytes(&text, buffer, count);
	failed = ferror(file);
	if (failed)
		complain("read", path);
	else if (text.length > most)
		problem = "is too large";
	else if (!is_text(&text))
		problem = "is not text in UTF-8";
	if (problem)
		refuse(path, problem);
	if (failed || problem)
		cli_text_free(&text);
	if (file != stdin)
		fclose(file);
	if (length)
		*length = text.length;
	return text.data;
}

char *
cli_read_file(const char *path, size_t *length)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	if (file)
		return read_all(file, path, MOST_TEXT, length);
	complain("open", path);
	return NULL;
}

char *
cli_read_regular(const char *path, size_t most, struct stat *status)
{
	/* O_NONBLOCK: opening a pipe would wait for its writer */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool is_regular =
		fd >= 0 && fstat(fd, status) == 0 && S_ISREG(status->st_mode);
	bool is_small = is_regular && (size_t) status->st_size <= most;
	FILE *file = is_small ? fdopen(fd, "r") : NULL;

	if (file)
		return read_all(file, path, most, NULL);
	/* ENXIO: a socket */
	if (is_small || (fd < 0 && errno != ENXIO))
		complain("open", path);
	else
		refuse(path, is_regular ? "is too large" : "is not a regular file");
	if (fd >= 0)
		close(fd);
	return NULL;
}

bool
cli_is_own(const struct stat *status)
{
	const char *invoker = geteuid() == 0 ? getenv("SUDO_UID") : NULL;

	return status->st_uid == geteuid() || status->st_uid == 0 ||
		   (invoker && *invoker &&
			strtoull(invoker, NULL, 10) == (unsigned long long) status->st_uid);
}

const char *
cli_distrust(const struct stat *name, const struct stat *file)
{
	return !cli_is_own(name) || !cli_is_own(file)
			   ? "It belongs to another user."
		   : file->st_mode & S_IWOTH
			   ? "Every user of this machine can write to it."
			   : NULL;
}

static bool
write_new_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool written;

	if (!file)
	{
		complain("create", path);
		return false;
	}
	written = fputs(text, file) != EOF;
	written = fclose(file) == 0 && written;
	if (!written)
	{
		complain("write", path);
		unlink(path);
	}
	return written;
}

bool
cli_write_new_file(const char *path, const char *text)
{
	return write_new_file(path, text, 0666);
}

/* Writes what is there: a device, a pipe, or what a link leads to. */
static bool
overwrite(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	bool written = file && fputs(text, file) != EOF;

	if (file && fclose(file) == 0 && written)
		return true;
	complain("write", path);
	return false;
}

bool
cli_replace_file(const char *path, const char *text)
{
	struct stat status;
	cli_text unfinished = {0};
	bool exists = lstat(path, &status) == 0;
	bool written;

	if (exists && !S_ISREG(status.st_mode))
		return overwrite(path, text);
	cli_addf(&unfinished, "%s.%d", path, (int) getpid());
	/* who could not read the old one cannot read the new one */
	written = write_new_file(unfinished.data, text,
							 exists ? status.st_mode & 0777 : 0666);
	if (written && rename(unfinished.data, path) != 0)
	{
		complain("write", path);
		unlink(unfinished.data);
		written = false;
	}
	cli_text_free(&unfinished);
	return written;
}

char *
cli_new_scratch(const char *hint)
{
	const char *temporary = getenv("TMPDIR");
	cli_text path = {0};

	cli_addf(&path, "%s/dbcare-XXXXXX",
			 temporary && *temporary ? temporary : "/tmp");
	if (mkdtemp(path.data))
		return path.data;
	cli_complain("could not create a temporary directory", strerror(errno),
				 hint);
	cli_text_free(&path);
	return NULL;
}

bool
cli_is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool
cli_is_file(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

char *
cli_directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return cli_copy(".");
	return cli_copy_bytes(path, slash == path ? 1 : (size_t) (slash - path));
}

bool
cli_make_directories(const char *path)
{
	char *copy = cli_copy(path);
	bool made = true;

	for (char *slash = copy; made && slash;)
	{
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
		{
			complain("create directory", copy);
			made = false;
		}
		if (slash)
			*slash = '/';
	}
	free(copy);
	return made;
}

static int
by_name(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Whether scripts of a folder, or in a file, may be run; prints why not. */
static bool
is_trusted(const char *path, const struct stat *status)
{
	if (!dbc_is_anybodys(status, cli_is_own(status)))
		return true;
	refuse(path, DBC_ANYBODYS);
	return false;
}

/* Adds the files of a folder; name is its path below the first one. */
static bool
add_folder(cli_text *files, const char *path, const char *name, int depth,
		   int *count)
{
	struct dirent **entries;
	struct stat folder;
	bool read = true;
	int nentries;

	if (stat(path, &folder) == 0 && !is_trusted(path, &folder))
		return false;
	nentries = scandir(path, &entries, is_shown, by_name);
	if (nentries < 0)
	{
		complain("read directory", path);
		return false;
	}
	for (int i = 0; i < nentries; i++)
	{
		cli_text below = {0};
		cli_text member = {0};

		cli_addf(&below, "%s/%s", path, entries[i]->d_name);
		cli_addf(&member, "%s%s%s", name, *name ? "/" : "", entries[i]->d_name);
		if (read && cli_is_directory(below.data))
			read = depth < DEEPEST &&
				   add_folder(files, below.data, member.data, depth + 1, count);
		else if (read && dbc_is_migration_file(entries[i]->d_name))
		{
			struct stat status;
			char *text = cli_read_regular(below.data, MOST_TEXT, &status);
			cli_text json = {0};

			read = text && is_trusted(below.data, &status);
			if (read)
			{
				cli_add_json(&json, text);
				cli_add_member(files, member.data, json.data);
				(*count)++;
			}
			free(text);
			cli_text_free(&json);
		}
		cli_text_free(&below);
		cli_text_free(&member);
		free(entries[i]);
	}
	free(entries);
	return read;
}

char *
cli_read_folder(const char *path, int *count)
{
	cli_text files = {0};
	cli_text json = {0};

	*count = 0;
	if (add_folder(&files, path, "", 0, count))
		cli_addf(&json, "{%s}", cli_text_of(&files));
	cli_text_free(&files);
	return json.data;
}
