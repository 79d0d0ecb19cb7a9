/*
 * git.h
 *	  What git knows of a folder.
 */
#ifndef CLI_GIT_H
#define CLI_GIT_H

/* The files of a folder that were added or changed since a revision, as a JSON
 * array of their paths below the folder; also those that git does not track.
 * Prints why it cannot be told and returns NULL. */
extern char *cli_changed_files(const char *folder, const char *revision);

#endif /* CLI_GIT_H */
