/*
 * host.h
 *	  Passwords and secrets of seeds: what the room asks of an engine.
 */
#ifndef DBC_SEED_HOST_H
#define DBC_SEED_HOST_H

#include "common/core/host.h"

/* The wait after a wrong password, or an initialisation that has failed, during
 * which no other is tried. */
#define DBC_SEED_WAIT_MS 500

typedef struct dbc_seed_host
{
	/* Runs fn(host, arg) while no other call does so with the same key: [PG] in
	 * this database, [SQLite] in this process.  Waits until it may, and also
	 * works on a standby and in a read-only file. */
	void (*one_at_a_time)(dbc_host *host, uint32_t key,
						  void (*fn)(dbc_host *, void *), void *arg);

	/* Waits, and checks for a cancel. */
	void (*pause)(dbc_host *host, int milliseconds);

	/* The value of an environment variable of the process, in the arena; NULL
	 * if it is not set.  Fails if the caller may not use it. */
	const char *(*read_environment)(dbc_host *host, const char *name);
} dbc_seed_host;

#endif /* DBC_SEED_HOST_H */
