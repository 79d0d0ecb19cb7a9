/*
 * outside.h
 *	  Scripts outside a transaction, and the worker that runs them.
 */
#ifndef DBCPG_CORE_OUTSIDE_H
#define DBCPG_CORE_OUTSIDE_H

#include "pg_ext/core/host.h"

extern bool dbcpg_run_outside(dbc_host *base, const dbc_outside_script *work,
							  dbc_error *error);
extern void dbcpg_run_outside_together(dbc_host *base,
									   const dbc_outside_script *works,
									   int nworks, dbc_outside_result *results);

/* ---- core/worker_request.c ---- */

/* How a worker runs a statement. */
typedef enum dbcpg_worker_task_mode
{
	DBCPG_PLAIN,   /* in a transaction that also records its completion */
	DBCPG_OUTSIDE, /* outside a transaction; recorded before and after */
	DBCPG_COMMIT,  /* at the end of a transaction, recorded before */
	DBCPG_UNNOTED
} dbcpg_worker_task_mode;

/* A statement for a worker. */
typedef struct dbcpg_worker_task
{
	int number;		  /* number of the statement in its script, from 1 */
	bool patient;	  /* no lock timeout, since it blocks no other work */
	const char *text; /* in the encoding of the database */
	dbcpg_worker_task_mode manner;
} dbcpg_worker_task;

/* Shared memory of leader and worker, without texts. */
typedef struct dbcpg_worker_request
{
	Oid database;
	Oid login;		 /* role of the connection */
	Oid session;	 /* session role */
	Oid role;		 /* of SET ROLE, or InvalidOid; set before each statement */
	bool keeps_role; /* statements must not change the role */
	Oid caller;		 /* role that records progress */
	int lock_timeout_ms;
	int ntasks;
	int number;			  /* of the current task of the worker */
	bool finished;		  /* all tasks are done */
	dbcpg_lock_wait wait; /* of the worker */
} dbcpg_worker_request;

/* The tasks of a script for a worker, and what became of them. */
typedef struct dbcpg_worker_run
{
	const dbc_outside_script *work;
	const dbcpg_worker_task *tasks;
	int ntasks;
	bool started;
	int number;			  /* of the task that failed ... */
	ErrorData *failure;	  /* ... and its error, in the arena, or NULL */
	dbcpg_lock_wait wait; /* the lock that the worker waited for */
	int64 ended_us;
} dbcpg_worker_run;

/* Runs the tasks of each script in order in a background worker of the script,
 * with the user and the settings of this session and the role of the script.
 * This session must not hold a snapshot; call dbcpg_end_transaction() first.
 * Without a slot for a worker the later ones are not started; the first one is,
 * or this fails. */
extern void dbcpg_run_worker_requests(dbcpg_host *host, dbcpg_worker_run *runs,
									  int nruns);

/* Parts of the shared memory of a request. */
#define DBCPG_REQUEST_MAGIC UINT64CONST(0x6462636172653031)
enum
{
	DBCPG_KEY_REQUEST,
	DBCPG_KEY_SETTINGS,
	DBCPG_KEY_VERSION,
	DBCPG_KEY_TASKS, /* per task: number, patient, mode, text */
	DBCPG_KEY_QUEUE
};

/* ---- core/leftover.c ---- */

/* Whether an interrupted statement had finished. */
extern bool dbcpg_is_statement_done(dbcpg_host *host, const char *version,
									const dbc_statement *statement);

/* Tasks that drop the invalid indexes that a statement has left or that would
 * make it fail; returns their number. */
extern int dbcpg_find_invalid_indexes(dbcpg_host *host, const char *version,
									  const dbc_statement *statement,
									  int number, dbcpg_worker_task **tasks);

/* ---- core/outside_tables.c ---- */

extern bool dbcpg_may_share_tables(dbc_host *base, const dbc_script *left,
								   const dbc_script *right);

/* Runs a statement at top level, in the open transaction, as if a client had
 * sent it; its memory is in a context that outlasts transactions.  One of dbcare
 * must call a function of the extension: the owner of its schema could have put
 * another one in its place. */
extern void dbcpg_run_top_level(MemoryContext context, const char *text,
								bool is_own);

#endif /* DBCPG_CORE_OUTSIDE_H */
