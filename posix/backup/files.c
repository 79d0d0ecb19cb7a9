/*
 * files.c
 *	  Files and directories of backups.
 *
 * Names are reached from an open directory, one component at a time, and no
 * symbolic link is followed: no other user can make a call write or read
 * elsewhere.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_TMPFILE */
#endif
#include "posix/backup/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/backup/catalog.h"
#include "common/core/asserts.h"
#include "common/core/sort.h"
#include "common/core/text.h"

void
dbc_posix_init(dbc_backup_files *files, void (*allow_dumps)(bool allowed))
{
	memset(files, 0, sizeof(*files));
	files->allow_dumps = allow_dumps;
	for (int i = 0; i < DBC_POSIX_OPEN; i++)
		files->open[i].descriptor = -1;
}

const char *
dbc_posix_absolute(dbc_host *host, const char *path)
{
	char here[4096];

	if (!*path)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the directory of backups has no name");
	if (*path != '/' && getcwd(here, sizeof(here)))
		path = dbc_format(host, "%s/%s", here, path);
	while (path[1] && (dbc_ends_with(path, "/") || dbc_ends_with(path, "/.")))
		path = dbc_copy(host, path, strlen(path) - 1);
	return path;
}

int
dbc_posix_descriptor(dbc_backup_files *files, int at)
{
	return at < 0 ? AT_FDCWD : files->open[at].descriptor;
}

/* Whether a number is that of an open file or directory. */
static bool
is_open(const dbc_backup_files *files, int file)
{
	return file >= 0 && file < DBC_POSIX_OPEN &&
		   files->open[file].descriptor >= 0;
}

/* A path for messages. */
static const char *
dbc_posix_path(dbc_host *host, dbc_backup_files *files, int at,
			   const char *name)
{
	return at < 0 ? name
				  : dbc_format(host, "%s/%s", files->open[at].path, name);
}

/* Finds a free place before anything is opened. */
static int
dbc_posix_place(dbc_host *host, dbc_backup_files *files, int at,
				const char *name)
{
	for (int i = 0; i < DBC_POSIX_OPEN; i++)
		if (files->open[i].descriptor < 0)
		{
			files->open[i].path = dbc_posix_path(
				host, files, at, dbc_copy(host, name, strlen(name)));
			return i;
		}
	dbc_fail(host, "53000", NULL, NULL, "too many open files of backups");
}

void
dbc_posix_close(dbc_backup_files *files, int file)
{
	if (file >= 0 && files->open[file].descriptor >= 0)
		(void) close(files->open[file].descriptor);
	if (file >= 0)
		files->open[file].descriptor = -1;
}

/* Fails for what cannot be opened. */
static _Noreturn void
dbc_posix_refuse(dbc_host *host, dbc_backup_files *files, int at,
				 const char *name, const char *path, int number)
{
	struct stat status;

	/* the reason would be that it is no directory */
	if (fstatat(dbc_posix_descriptor(files, at), name, &status,
				AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISLNK(status.st_mode))
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE,
				 "Symbolic links are not followed here.",
				 "Pass the path that it points to.",
				 "\"%s\" is a symbolic link", path);
	dbc_backup_refuse_path(host, path, number);
}

static int
dbc_posix_open(dbc_host *host, dbc_backup_files *files, int at,
			   const char *name, int flags)
{
	int place = dbc_posix_place(host, files, at, name);
	int descriptor = openat(dbc_posix_descriptor(files, at), name,
							flags | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);

	if (descriptor < 0 && (errno != ENOENT || (flags & O_CREAT)))
		dbc_posix_refuse(host, files, at, name, files->open[place].path, errno);
	if (descriptor < 0)
		return -1;
	files->open[place].descriptor = descriptor;
	return place;
}

int
dbc_posix_open_directory(dbc_host *host, dbc_backup_files *files, int at,
						 const char *name, bool create)
{
	if (create && mkdirat(dbc_posix_descriptor(files, at), name, S_IRWXU) != 0)
	{
		int number = errno;

		dbc_backup_refuse_path(host, dbc_posix_path(host, files, at, name),
							   number);
	}
	return dbc_posix_open(host, files, at, name, O_RDONLY | O_DIRECTORY);
}

int
dbc_posix_open_file(dbc_host *host, dbc_backup_files *files, int at,
					const char *name, bool create)
{
	/* opening a pipe must not wait for its writer */
	int file = dbc_posix_open(host, files, at, name,
							  create ? O_RDWR | O_CREAT | O_EXCL
									 : O_RDONLY | O_NONBLOCK);
	struct stat status;

	if (file < 0)
		return -1;
	if (fstat(files->open[file].descriptor, &status) != 0)
		dbc_backup_refuse_path(host, files->open[file].path, errno);
	if (!S_ISREG(status.st_mode))
	{
		dbc_posix_close(files, file);
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL, NULL,
				 "\"%s\" is not a regular file", files->open[file].path);
	}
	return file;
}

int
dbc_posix_open_scratch(dbc_host *host, dbc_backup_files *files, int at)
{
	const char *name = dbc_backup_hidden_name(host, "scratch", "tmp");
	int directory = dbc_posix_descriptor(files, at);
	int place = dbc_posix_place(host, files, at, name);
	int *descriptor = &files->open[place].descriptor;

#ifdef O_TMPFILE
	*descriptor = openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC,
						 S_IRUSR | S_IWUSR);
	if (*descriptor >= 0)
		return place;
#endif
	/* a file system that cannot do that: it has a name while it is empty */
	*descriptor = openat(directory, name,
						 O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
						 S_IRUSR | S_IWUSR);
	if (*descriptor < 0 || unlinkat(directory, name, 0) != 0)
		dbc_backup_refuse_path(host, files->open[place].path, errno);
	return place;
}

static int
dbc_posix_compare(const void *left, const void *right)
{
	return strcmp(((const dbc_backup_entry *) left)->name,
				  ((const dbc_backup_entry *) right)->name);
}

static void
dbc_posix_end_listing(dbc_backup_files *files)
{
	if (files->listing)
		(void) closedir(files->listing);
	files->listing = NULL;
}

/* Opens a directory again, to read its names. */
static DIR *
dbc_posix_names(int descriptor)
{
	int again = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = again < 0 ? NULL : fdopendir(again);

	if (!listing && again >= 0)
		(void) close(again);
	return listing;
}

static bool
dbc_posix_is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

const dbc_backup_entry *
dbc_posix_list(dbc_host *host, dbc_backup_files *files, int directory,
			   int *count)
{
	int descriptor = files->open[directory].descriptor;
	dbc_backup_entry *entries = NULL;
	struct dirent *next;
	struct stat status;

	DBC_ASSERT(host, is_open(files, directory));
	*count = 0;
	files->listing = dbc_posix_names(descriptor);
	if (!files->listing)
		dbc_backup_refuse_path(host, files->open[directory].path, errno);
	while ((next = readdir(files->listing)))
	{
		if (dbc_posix_is_dots(next->d_name) ||
			fstatat(descriptor, next->d_name, &status, AT_SYMLINK_NOFOLLOW))
			continue;
		entries = dbc_grow(host, entries, (size_t) *count, sizeof(*entries));
		entries[(*count)++] = (dbc_backup_entry){
			.name = dbc_copy(host, next->d_name, strlen(next->d_name)),
			.kind = S_ISREG(status.st_mode)	  ? DBC_BACKUP_FILE
					: S_ISDIR(status.st_mode) ? DBC_BACKUP_DIRECTORY
											  : DBC_BACKUP_OTHER,
			.bytes = status.st_size,
			.changed_ms = (int64_t) status.st_mtime * 1000};
	}
	dbc_posix_end_listing(files);
	if (*count > 1)
		dbc_sort(entries, (size_t) *count, sizeof(*entries), dbc_posix_compare);
	return entries;
}

int64_t
dbc_posix_size(dbc_host *host, dbc_backup_files *files, int file)
{
	struct stat status;

	DBC_ASSERT(host, is_open(files, file));
	if (fstat(files->open[file].descriptor, &status) != 0)
		dbc_backup_refuse_path(host, files->open[file].path, errno);
	return status.st_size;
}

size_t
dbc_posix_read(dbc_host *host, dbc_backup_files *files, int file,
			   int64_t offset, void *bytes, size_t length)
{
	size_t done = 0;

	DBC_ASSERT(host, is_open(files, file));
	while (done < length)
	{
		ssize_t count =
			pread(files->open[file].descriptor, (char *) bytes + done,
				  length - done, (off_t) (offset + (int64_t) done));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			dbc_backup_refuse_path(host, files->open[file].path, errno);
		if (count == 0)
			break;
		done += (size_t) count;
	}
	return done;
}

void
dbc_posix_write(dbc_host *host, dbc_backup_files *files, int file,
				int64_t offset, const void *bytes, size_t length)
{
	size_t done = 0;

	DBC_ASSERT(host, is_open(files, file));
	while (done < length)
	{
		ssize_t count =
			pwrite(files->open[file].descriptor, (const char *) bytes + done,
				   length - done, (off_t) (offset + (int64_t) done));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			dbc_backup_refuse_path(host, files->open[file].path, errno);
		done += (size_t) count;
	}
}

void
dbc_posix_resize(dbc_host *host, dbc_backup_files *files, int file,
				 int64_t bytes)
{
	DBC_ASSERT(host, is_open(files, file));
	if (ftruncate(files->open[file].descriptor, (off_t) bytes) != 0)
		dbc_backup_refuse_path(host, files->open[file].path, errno);
}

void
dbc_posix_sync(dbc_host *host, dbc_backup_files *files, int file)
{
	DBC_ASSERT(host, is_open(files, file));
	if (fsync(files->open[file].descriptor) != 0)
		dbc_backup_refuse_path(host, files->open[file].path, errno);
}

void
dbc_posix_rename(dbc_host *host, dbc_backup_files *files, int at,
				 const char *from, const char *to, bool replace)
{
	int descriptor = dbc_posix_descriptor(files, at);
	struct stat status;
	int number = EEXIST;

	/* a directory that is not empty is never replaced */
	if (replace ||
		(fstatat(descriptor, to, &status, AT_SYMLINK_NOFOLLOW) != 0 &&
		 errno == ENOENT))
	{
		if (renameat(descriptor, from, descriptor, to) == 0)
			return;
		number = errno == ENOTEMPTY ? EEXIST : errno;
	}
	dbc_backup_refuse_path(host, dbc_posix_path(host, files, at, to), number);
}

/* Removes a name with its contents; returns 0, or errno.  Needs no memory. */
static int
dbc_posix_unlink(int descriptor, const char *name)
{
	DIR *listing;
	struct dirent *next;
	int inner;
	int number = 0;

	if (unlinkat(descriptor, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return errno;
	inner = openat(descriptor, name,
				   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (inner < 0)
		return errno;
	listing = dbc_posix_names(inner);
	while (listing && number == 0 && (next = readdir(listing)))
		if (!dbc_posix_is_dots(next->d_name))
			number = dbc_posix_unlink(inner, next->d_name);
	if (listing)
		(void) closedir(listing);
	(void) close(inner);
	if (number == 0 && unlinkat(descriptor, name, AT_REMOVEDIR) != 0 &&
		errno != ENOENT)
		number = errno;
	return number;
}

void
dbc_posix_remove(dbc_host *host, dbc_backup_files *files, int at,
				 const char *name)
{
	int number = dbc_posix_unlink(dbc_posix_descriptor(files, at), name);

	if (number != 0)
		dbc_backup_refuse_path(host, dbc_posix_path(host, files, at, name),
							   number);
}

void
dbc_posix_set_temporary(dbc_backup_files *files, int at, const char *name)
{
	files->temporary_at = at;
	files->temporary = name;
}

bool
dbc_posix_lock(dbc_host *host, dbc_backup_files *files, int directory,
			   bool exclusive)
{
	int how = exclusive ? LOCK_EX : LOCK_SH;

	DBC_ASSERT(host, is_open(files, directory));
	if (flock(files->open[directory].descriptor, how | LOCK_NB) == 0)
		return true;
	if (errno != EWOULDBLOCK && !exclusive)
		return true;
	if (errno != EWOULDBLOCK)
		dbc_backup_refuse_path(host, files->open[directory].path, errno);
	return false;
}

bool
dbc_posix_is_named(dbc_backup_files *files, int at, const char *name, int file)
{
	struct stat open, named;

	return fstat(files->open[file].descriptor, &open) == 0 &&
		   fstatat(dbc_posix_descriptor(files, at), name, &named,
				   AT_SYMLINK_NOFOLLOW) == 0 &&
		   open.st_dev == named.st_dev && open.st_ino == named.st_ino &&
		   open.st_uid == geteuid();
}

int64_t
dbc_posix_free_bytes(dbc_host *host, dbc_backup_files *files, int directory)
{
	struct statvfs status;

	DBC_ASSERT(host, is_open(files, directory));
	if (fstatvfs(files->open[directory].descriptor, &status) != 0)
		dbc_backup_refuse_path(host, files->open[directory].path, errno);
	return (int64_t) status.f_bavail * (int64_t) status.f_frsize;
}

/* Copies a file to a new one, which gets its name when it is complete. */
static void
dbc_posix_copy_to(dbc_host *host, dbc_backup_files *files, int file, int at,
				  const char *name)
{
	const char *hidden =
		dbc_backup_hidden_name(host, DBC_BACKUP_RESTORED, "tmp");
	int descriptor = dbc_posix_descriptor(files, at);
	int copy = dbc_posix_open_file(host, files, at, hidden, true);
	size_t most = (size_t) 1 << 20;
	char *piece = dbc_alloc(host, most);
	const char *path;
	int64_t done = 0;
	size_t length;

	dbc_posix_set_temporary(files, at, hidden);
	/* others do not take it for a leftover */
	(void) dbc_posix_lock(host, files, copy, true);
	while ((length = dbc_posix_read(host, files, file, done, piece, most)) > 0)
	{
		dbc_posix_write(host, files, copy, done, piece, length);
		done += (int64_t) length;
	}
	dbc_posix_sync(host, files, copy);
	path = dbc_posix_path(host, files, at, name);
	/* a link, unlike a rename, never replaces a file */
	if (linkat(descriptor, hidden, descriptor, name, 0) != 0)
		dbc_backup_refuse_path(host, path, errno);
	(void) unlinkat(descriptor, hidden, 0);
	dbc_posix_set_temporary(files, -1, NULL);
	dbc_posix_close(files, copy);
}

void
dbc_posix_give_name(dbc_host *host, dbc_backup_files *files, int file, int at,
					const char *name)
{
	char itself[64];

	DBC_ASSERT(host, is_open(files, file));
	(void) snprintf(itself, sizeof(itself), "/proc/self/fd/%d",
					files->open[file].descriptor);
	if (linkat(AT_FDCWD, itself, dbc_posix_descriptor(files, at), name,
			   AT_SYMLINK_FOLLOW) == 0)
		return;
	if (errno == EEXIST)
		dbc_backup_refuse_path(host, dbc_posix_path(host, files, at, name),
							   EEXIST);
	/* it had a name once, or there is no /proc */
	dbc_posix_copy_to(host, files, file, at, name);
}

/* ---- keys ---- */

/* Most bytes of a key file. */
#define DBC_POSIX_MOST_SECRET 4096

const char *
dbc_posix_read_secret(dbc_host *host, dbc_backup_files *files,
					  const char *key_file, const char *key_env,
					  const void **bytes, size_t *length)
{
	struct stat status;
	const char *value;
	char *copy;
	int file;

	if (key_env)
	{
		value = getenv(key_env);
		if (!value)
			return "is not set";
		*length = strlen(value);
		copy = dbc_posix_secret_memory(host, files, *length);
		memcpy(copy, value, *length);
		*bytes = copy;
		return NULL;
	}
	file =
		dbc_posix_open_file(host, files, DBC_BACKUP_NOWHERE, key_file, false);
	if (file < 0)
		return "does not exist";
	if (fstat(files->open[file].descriptor, &status) != 0 ||
		status.st_uid != geteuid())
		return "belongs to somebody else";
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return "can be read by others: its mode must be 0600";
	if (status.st_size > DBC_POSIX_MOST_SECRET)
		return "is too large";
	copy = dbc_posix_secret_memory(host, files, (size_t) status.st_size);
	*length =
		dbc_posix_read(host, files, file, 0, copy, (size_t) status.st_size);
	*bytes = copy;
	dbc_posix_close(files, file);
	return NULL;
}

void
dbc_posix_drop_temporary(dbc_backup_files *files)
{
	if (files->temporary)
		(void) dbc_posix_unlink(
			dbc_posix_descriptor(files, files->temporary_at), files->temporary);
	files->temporary = NULL;
}

void
dbc_posix_end(dbc_backup_files *files)
{
	dbc_posix_end_listing(files);
	dbc_posix_forget_secrets(files);
	dbc_posix_drop_temporary(files);
	for (int i = 0; i < DBC_POSIX_OPEN; i++)
		dbc_posix_close(files, i);
}
