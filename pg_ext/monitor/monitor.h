/*
 * monitor.h
 *	  Monitoring: the calls of the seam, and what its files share.
 *
 * One launcher per server has no database and, between its ticks, no
 * transaction.  When a sample is due it starts a sampler, a worker that opens
 * the database, takes the sample and ends, so that nobody who wants the
 * database for himself waits for longer than that.  They talk through shared
 * memory, which does not outlive a crash: what the bookkeeping of each database
 * says is what counts, and a launcher begins by having it looked at.
 */
#ifndef DBCPG_MONITOR_MONITOR_H
#define DBCPG_MONITOR_MONITOR_H

#include "pg_ext/core/pg_ext.h"

#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "common/monitor/host.h"

/* Databases that can be watched at the same time; shared memory that nobody
 * has asked for when the server started is scarce. */
#define DBCPG_MAX_WATCHED 128

/* Samplers at the same time; worker slots are scarce, too. */
#define DBCPG_MAX_SAMPLERS 3

/* Bytes of the words a failure is kept in. */
#define DBCPG_FAILURE_SIZE 160

/* A database that is watched. */
typedef struct dbcpg_monitor_target
{
	Oid database;		  /* InvalidOid: unused */
	bool held;			  /* by the open transaction that starts monitoring */
	bool visit;			  /* something has changed: to be looked at now */
	int64 interval_ms;	  /* 0: not known */
	TimestampTz begun_at; /* when its last sampler was started */
	TimestampTz checks_from;		  /* health checks may run */
	bool checks_failed;				  /* the last time they did */
	char failure[DBCPG_FAILURE_SIZE]; /* of that one; empty if it did well */
} dbcpg_monitor_target;

/* A sampler at work. */
typedef struct dbcpg_monitor_sampler
{
	Oid database; /* InvalidOid: unused */
	int pid;	  /* 0: not started yet, or ended */
	bool told;	  /* it has said how it went */
} dbcpg_monitor_sampler;

/* What launcher, samplers and sessions share. */
typedef struct dbcpg_monitor_shared_state
{
	LWLock lock;
	int launcher; /* its process, or 0 */
	Latch *latch; /* of the launcher */
	bool crowded; /* no worker slot was free for the last sampler */
	dbcpg_monitor_sampler samplers[DBCPG_MAX_SAMPLERS];
	dbcpg_monitor_target targets[DBCPG_MAX_WATCHED];
} dbcpg_monitor_shared_state;

/* ---- monitor/shared.c ---- */

/* Whether the library was loaded when the server started. */
extern bool dbcpg_monitor_is_preloaded;

/* Called when the library is loaded: has a launcher and room for what is
 * shared, if the server starts. */
extern void dbcpg_monitor_prepare(void);

/* What is shared, made by whoever comes first. */
extern dbcpg_monitor_shared_state *dbcpg_monitor_attach_shared_state(void);

/* The entry of a database or NULL; with add, an entry, which is NULL only if
 * there is no room.  Under the lock. */
extern dbcpg_monitor_target *
dbcpg_monitor_find_target(dbcpg_monitor_shared_state *shared, Oid database,
						  bool add);

/* What RegisterBackgroundWorker() is told of a launcher. */
extern void dbcpg_monitor_describe_launcher(BackgroundWorker *worker);

#endif /* DBCPG_MONITOR_MONITOR_H */
