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

/* Folders within folders that are read. */
#define DEEPEST 8

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

char *
cli_read_file(const char *path, size_t *length)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	cli_text text = {0};
	char buffer[65536];
	size_t count;

	if (!file)
	{
		complain("open", path);
		return NULL;
	}
	cli_add(&text, "");
	while ((count = fread(buffer, 1, sizeof(buffer), file)) > 0)
		cli_add_bytes(&text, buffer, count);
	if (ferror(file))
	{
		complain("read", path);
		cli_text_free(&text);
	}
	else if (!is_text(&text))
	{
		cli_text message = {0};

		cli_addf(&message, "\"%s\" is not text in UTF-8", path);
		cli_complain(message.data, NULL, NULL);
		cli_text_free(&message);
		cli_text_free(&text);
	}
	if (file != stdin)
		fclose(file);
	if (length)
		*length = text.length;
	return text.data;
}

bool
cli_write_new_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
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
cli_replace_file(const char *path, const char *text)
{
	struct stat status;
	cli_text unfinished = {0};
	bool written;

	/* a device or a pipe is written to */
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
	{
		FILE *file = fopen(path, "we");

		written = file && fputs(text, file) != EOF;
		if (!file || fclose(file) != 0 || !written)
		{
			complain("write", path);
			return false;
		}
		return true;
	}
	cli_addf(&unfinished, "%s.%d", path, (int) getpid());
	written = cli_write_new_file(unfinished.data, text);
	if (written && rename(unfinished.data, path) != 0)
	{
		complain("write", path);
		unlink(unfinished.data);
		written = false;
	}
	cli_text_free(&unfinished);
	return written;
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

/* Adds the files of a folder; name is its path below the first one. */
static bool
add_folder(cli_text *files, const char *path, const char *name, int depth,
		   int *count)
{
	struct dirent **entries;
	bool read = true;
	int nentries = scandir(path, &entries, is_shown, by_name);

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
		else if (read)
		{
			char *text = cli_read_file(below.data, NULL);
			cli_text json = {0};

			read = text != NULL;
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
