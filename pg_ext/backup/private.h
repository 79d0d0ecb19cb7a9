/*
 * private.h
 *	  Directories that no other user can enter, for the length of a call.
 */
#ifndef DBCPG_BACKUP_PRIVATE_H
#define DBCPG_BACKUP_PRIVATE_H

#include "pg_ext/core/host.h"

/* Makes a directory in a parent, runs fn(host, path, arg), and removes the
 * directory with its contents, also when this process is told to end.  What a
 * killed process has left there is removed first. */
extern void dbcpg_private_with(dbcpg_host *host, const char *parent,
							   void (*fn)(dbcpg_host *, const char *, void *),
							   void *arg);

#endif /* DBCPG_BACKUP_PRIVATE_H */
