/*
 * own_file.c
 *	  Whether the file of samples is one that samples may be written to.
 *
 * Its name can be guessed, so a user who can write to the directory could put
 * something else there: a link to another file of the user, or a file that
 * another user reads.  It is examined without opening it, since closing it
 * would drop the locks of other connections of the process.
 */
#include "sqlite_ext/monitor/monitor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Permissions of a file that others may read, if they may read the database. */
#define DATA_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)

static int
digit(char c)
{
	return c >= '0' && c <= '9'	  ? c - '0'
		   : c >= 'a' && c <= 'f' ? c - 'a' + 10
		   : c >= 'A' && c <= 'F' ? c - 'A' + 10
								  : -1;
}

/* The path in the name of a file, which may be a URI; from sqlite3_malloc(),
 * NULL if out of memory. */
static char *
path_of(const char *name)
{
	bool is_uri = strncmp(name, "file:", strlen("file:")) == 0;
	char *path;
	char *to;

	if (is_uri)
		name += strlen("file:");
	/* an authority, such as localhost */
	if (is_uri && strncmp(name, "//", 2) == 0)
		name += 2 + strcspn(name + 2, "/?#");
	path = to = sqlite3_mprintf("%s", name);
	for (const char *from = path;
		 is_uri && from && *from && !strchr("?#", *from); to++)
	{
		bool escaped =
			*from == '%' && digit(from[1]) >= 0 && digit(from[2]) >= 0;

		*to = escaped ? (char) (digit(from[1]) * 16 + digit(from[2])) : *from;
		from += escaped ? 3 : 1;
	}
	if (is_uri && to)
		*to = '\0';
	return path;
}

/* Makes the file with the permissions and the owner of the database.  If that
 * fails, SQLite has the reason. */
static void
make(const char *path, const struct stat *database)
{
	char *unfinished = sqlite3_mprintf("%s.XXXXXX", path);
	int file = unfinished ? mkstemp(unfinished) : -1;

	if (file >= 0)
	{
		/* only root can, and only root needs to */
		if (geteuid() != 0 ||
			fchown(file, database->st_uid, database->st_gid) == 0)
			(void) fchmod(file, database->st_mode & DATA_MODE);
		(void) close(file);
		/* a link, unlike a rename, never replaces a file */
		if (link(unfinished, path) != 0 && errno != EEXIST)
			(void) rename(unfinished, path);
		(void) unlink(unfinished);
	}
	sqlite3_free(unfinished);
}

static const char *
examine(const struct stat *file, const struct stat *database)
{
	if (S_ISLNK(file->st_mode))
		return "it is a symbolic link";
	if (!S_ISREG(file->st_mode))
		return "it is not a regular file";
	if (file->st_nlink > 1)
		return "it is also the file of another name";
	if (file->st_uid != geteuid() && file->st_uid != database->st_uid)
		return "it belongs to another user";
	return NULL;
}

const char *
dbcsl_monitor_own_file(sqlite3 *db, const char *name)
{
	const char *main = sqlite3_db_filename(db, "main");
	const char *problem = NULL;
	char *path = path_of(name);
	struct stat database = {
		.st_uid = geteuid(), .st_gid = getegid(), .st_mode = S_IRUSR | S_IWUSR};
	struct stat file;

	/* a database in memory has none */
	if (main && *main)
		(void) stat(main, &database);
	if (path && *path && strcmp(path, ":memory:") != 0)
	{
		if (lstat(path, &file) != 0 && errno == ENOENT)
			make(path, &database);
		if (lstat(path, &file) == 0)
			problem = examine(&file, &database);
	}
	sqlite3_free(path);
	return problem;
}
