/*
 * folder.h
 *	  Files of the machine that the command runs on: the server reads none.
 */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* Where migrations are, if nothing else is said. */
#define CLI_MIGRATIONS "db/migrations"

/* The text of a file that was named, also of a pipe, and its length; prints why
 * it cannot be read, or is not UTF-8, and returns NULL. */
extern char *cli_read_file(const char *path, size_t *length);

/* The text of a regular file of at most so many bytes, and what fstat() tells
 * of it; prints why it cannot be read, and returns NULL. */
extern char *cli_read_regular(const char *path, size_t most,
							  struct stat *status);

/* Whether a file belongs to the user of the command, to root, or to who has
 * called sudo. */
extern bool cli_is_own(const struct stat *status);

/* Why a file that names servers is not used, or NULL: another user could make
 * the command send a password to another server.  name: what lstat() tells of
 * it, since it may be a link to the file. */
extern const char *cli_distrust(const struct stat *name,
								const struct stat *file);

/* Writes a file that must not exist; prints why it cannot be written. */
extern bool cli_write_new_file(const char *path, const char *text);

/* Writes a file in place of an old one, which is there until the new one is
 * complete; prints why it cannot be written. */
extern bool cli_replace_file(const char *path, const char *text);

/* Creates a directory, with those above it. */
extern bool cli_make_directories(const char *path);

/* Creates a directory in TMPDIR that only the user can read; prints why it
 * cannot be created, with a hint, and returns NULL. */
extern char *cli_new_scratch(const char *hint);

/* The directory of a path. */
extern char *cli_directory_of(const char *path);

extern bool cli_is_directory(const char *path);
extern bool cli_is_file(const char *path);

/* The files of migrations in a folder and the folders in it, as {"name":
 * "text"}, without those whose name begins with a dot; *count is how many.
 * Prints what is wrong and returns NULL. */
extern char *cli_read_folder(const char *path, int *count);

#endif /* CLI_FOLDER_H */
