/*
 * backup.h
 *	  A fake host for tests of backups: files in memory.
 *
 * What begins with ".x.", as everything that is being made does, is removed at
 * the end of a call.
 */
#ifndef FAKE_BACKUP_H
#define FAKE_BACKUP_H

#include "test/unit/fake/host.h"

/* Gives a host a directory with a backup "old" and a file "packed" of archived
 * rows, and a file "rows" of dbsync_export(). */
extern void fake_backups(fake_host *fake);

/* The contents of a file, which a test may change; NULL if there is none. */
extern char *fake_file(fake_host *fake, const char *path);

#endif /* FAKE_BACKUP_H */
