/*
 * fleet_lock.h
 *	  One process looks after the databases of a file.
 */
#ifndef CLI_FLEET_LOCK_H
#define CLI_FLEET_LOCK_H

#include <stdbool.h>

/* Locks a file until this process ends.  *lock is the descriptor that holds the lock, -1
 * before the first one; the lock of another file is released.  Prints which process has
 * locked it, and returns false. */
extern bool cli_lock_config(const char *path, int *lock);

#endif /* CLI_FLEET_LOCK_H */
