/*
 * monitor.h
 *	  Monitoring: the calls of the host interface, and shared declarations.
 *
 * One launcher per server is connected to no database and, between its ticks,
 * in no transaction.  When a sample is due it starts a sampler, a worker that
 * connects to the database, takes the sample and ends, or stays outside the
 * database if the next one is due soon: a statement that requires exclusive use
 * of the database only waits for one sample.  They communicate through shared
 * memory, which does not survive a crash: dbcare's tables in each database are
 * authoritative, and a launcher first has samplers read them.
 */
#ifndef DBCPG_MONITOR_MONITOR_H
#define DBCPG_MONITOR_MONITOR_H

#include "pg_ext/core/compat.h"

#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

#include "common/core/sql_normal.h"
#include "common/monitor/slow_log.h"
#include "common/schedule/schedule.h"

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
	uint64 checks_run;		 /* how often they have run */
	TimestampTz added_at;	 /* when the entry was added */
	int64 slow_us;			 /* limit of slow executions; 0: not recorded yet */
	bool slow_plans;		 /* record plans, too */
	int64 slow_number;		 /* number of slow executions */
	dbc_monitor_slow_rate slow_rate;
	bool checks_failed;				  /* the last health checks failed */
	char failure[DBCPG_FAILURE_SIZE]; /* of the last sampler; empty if it
										 succeeded */
} dbcpg_monitor_target;

/* A running sampler. */
typedef struct dbcpg_monitor_sampler
{
	Oid database;  /* InvalidOid: unused */
	int pid;	   /* 0: not started yet, or ended */
	bool reported; /* the sampler has reported its result */
	bool checks;   /* it runs those of level full: others take samples */
} dbcpg_monitor_sampler;

/* Shared memory of launcher, samplers and sessions. */
typedef struct dbcpg_monitor_shared_state
{
	LWLock lock;
	int launcher; /* PID, or 0 */
	Latch *latch; /* of the launcher */
	bool crowded; /* no worker slot was free for the last sampler */
	bool wanted;  /* samplers must not stay: another database waits for one */
	uint32 added; /* number of entries ever added to targets */
	dbcpg_monitor_sampler samplers[DBCPG_MAX_SAMPLERS];
	dbcpg_monitor_target targets[DBCPG_MAX_WATCHED];
} dbcpg_monitor_shared_state;

/* Slow executions in memory, of all databases; the oldest one is replaced. */
#define DBCPG_SLOW_ENTRIES 512

/* Bytes of the texts of a slow execution; longer ones are cut. */
#define DBCPG_SLOW_TEXT 2048
#define DBCPG_SLOW_PLAN 4096

/* A slow execution; texts are in the encoding of its database. */
typedef struct dbcpg_monitor_slow_entry
{
	Oid database; /* InvalidOid: unused */
	int64 number;
	TimestampTz started_at;
	double duration_ms;
	int64 rows; /* -1: unknown */
	char user_name[NAMEDATALEN];
	char application[NAMEDATALEN];
	char fingerprint[DBC_FINGERPRINT];
	char query[DBCPG_SLOW_TEXT];
	char plan[DBCPG_SLOW_PLAN]; /* empty: not recorded */
} dbcpg_monitor_slow_entry;

/* SQLSTATEs of a database that are counted separately. */
#define DBCPG_ERROR_STATES 48

/* The failed statements of a database. */
typedef struct dbcpg_monitor_errors
{
	pg_atomic_uint32 states[DBCPG_ERROR_STATES]; /* 0: unused */
	pg_atomic_uint64 counts[DBCPG_ERROR_STATES];
	pg_atomic_uint64 others;
} dbcpg_monitor_errors;

/* Shared memory that only a library loaded at server start has. */
typedef struct dbcpg_monitor_records
{
	uint32 next; /* entry to replace */
	dbcpg_monitor_slow_entry slow[DBCPG_SLOW_ENTRIES];
	dbcpg_monitor_errors errors[DBCPG_MAX_WATCHED]; /* as targets */
} dbcpg_monitor_records;

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

/* The same without creating them, for hooks; NULL unless the library was loaded
 * at server start. */
extern dbcpg_monitor_shared_state *dbcpg_monitor_shared;
extern dbcpg_monitor_records *dbcpg_monitor_recorded;

/* The entry of the current database, without the lock; NULL if it is not
 * monitored.  It may change at any time. */
extern const dbcpg_monitor_target *dbcpg_monitor_own_target(void);

/* Why nothing is recorded in a database, or NULL; *hint is set to what to do
 * about it. */
extern const char *dbcpg_monitor_no_records(const char **hint);

/* The arguments of RegisterBackgroundWorker() for a launcher. */
extern void dbcpg_monitor_describe_launcher(BackgroundWorker *worker);

/* ---- monitor/stay.c ---- */

/* Waits, outside the database, until its next sample is due; false if this
 * sampler must end instead.  launcher is the one that has started it. */
extern bool dbcpg_monitor_stay(dbcpg_monitor_shared_state *shared,
							   int launcher);

/* ---- monitor/schedule.c ---- */

/* Does what is due once a day, in a session of the owner of dbcare's tables, or
 * of the role that has scheduled it; the process must end afterwards. */
extern void dbcpg_monitor_run_schedule(const dbc_schedule *schedule);

/* ---- monitor/slow_hooks.c ---- */

/* Installs the hooks that record slow executions. */
extern void dbcpg_monitor_install_slow_hooks(void);

/* ---- monitor/slow_log.c ---- */

/* Records an execution of the current database. */
extern void dbcpg_monitor_record_slow(const char *text, int location,
									  int length, double duration_ms,
									  int64 rows, QueryDesc *query);

extern void dbcpg_monitor_read_slow(dbc_host *host, dbc_monitor_slow_log *log);
extern void dbcpg_monitor_limit_slow(dbc_host *host, double slow_ms,
									 bool with_plan);

/* Removes the recorded executions of the current database. */
extern void dbcpg_monitor_forget_slow(dbc_host *host);

/* ---- monitor/errors.c ---- */

/* Installs the hook that counts failed statements. */
extern void dbcpg_monitor_install_error_hook(void);

extern const dbc_monitor_error_count *dbcpg_monitor_count_errors(dbc_host *host,
																 int *ncounts);

#endif /* DBCPG_MONITOR_MONITOR_H */
