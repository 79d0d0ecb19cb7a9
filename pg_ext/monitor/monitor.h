/*
 * monitor.h
 *	  Monitoring: the calls of the host interface, and shared declarations.
 *
 * One launcher per server is connected to no database and, between its ticks,
 * in no transaction.  When a sample is due it starts a sampler, a worker that
 * connects to the database, takes the sample and ends, so that a statement
 * that requires exclusive use of the database only waits for one sample.  They
 * communicate through shared memory, which does not survive a crash: dbcare's
 * tables in each database are authoritative, and a launcher first has samplers
 * read them.
 */
#ifndef DBCPG_MONITOR_MONITOR_H
#define DBCPG_MONITOR_MONITOR_H

#include "pg_ext/core/compat.h"

#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "common/monitor/host.h"

/* Maximum number of monitored databases; shared memory that was not requested
 * at server start is scarce. */
#define DBCPG_MAX_WATCHED 128

/* Maximum number of concurrent samplers; worker slots are scarce, too. */
#define DBCPG_MAX_SAMPLERS 3

/* Bytes of a stored failure message. */
#define DBCPG_FAILURE_SIZE 160

/* A monitored database. */
typedef struct dbcpg_monitor_target
{
	Oid database;			 /* InvalidOid: unused */
	bool held;				 /* an open transaction starts monitoring */
	bool visit;				 /* something has changed: inspect it now */
	int64 interval_ms;		 /* 0: unknown */
	TimestampTz begun_at;	 /* start of the last sampler */
	TimestampTz checks_from; /* health checks may run after this time */
	bool checks_failed;		 /* the last health checks failed */
	char failure[DBCPG_FAILURE_SIZE]; /* of the last sampler; empty if it
										 succeeded */
} dbcpg_monitor_target;

/* A running sampler. */
typedef struct dbcpg_monitor_sampler
{
	Oid database;  /* InvalidOid: unused */
	int pid;	   /* 0: not started yet, or ended */
	bool reported; /* the sampler has reported its result */
} dbcpg_monitor_sampler;

/* Shared memory of launcher, samplers and sessions. */
typedef struct dbcpg_monitor_shared_state
{
	LWLock lock;
	int launcher; /* PID, or 0 */
	Latch *latch; /* of the launcher */
	bool crowded; /* no worker slot was free for the last sampler */
	dbcpg_monitor_sampler samplers[DBCPG_MAX_SAMPLERS];
	dbcpg_monitor_target targets[DBCPG_MAX_WATCHED];
} dbcpg_monitor_shared_state;

/* ---- monitor/shared.c ---- */

/* Whether the library was loaded when the server started. */
extern bool dbcpg_monitor_is_preloaded;

/* Called when the library is loaded: registers a launcher and requests shared
 * memory if the server is starting. */
extern void dbcpg_monitor_prepare(void);

/* The shared memory, created by the first caller. */
extern dbcpg_monitor_shared_state *dbcpg_monitor_attach_shared_state(void);

/* The entry of a database or NULL.  With add, a missing entry is created, and
 * NULL means that there is no room.  The lock must be held. */
extern dbcpg_monitor_target *
dbcpg_monitor_find_target(dbcpg_monitor_shared_state *shared, Oid database,
						  bool add);

/* The arguments of RegisterBackgroundWorker() for a launcher. */
extern void dbcpg_monitor_describe_launcher(BackgroundWorker *worker);

#endif /* DBCPG_MONITOR_MONITOR_H */
