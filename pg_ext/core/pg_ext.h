/*
 * pg_ext.h
 *	  Shared declarations of the PostgreSQL adapter.
 *
 * Every SQL call has its own host, so calls may nest: a migration may read
 * dbmigrate_status().  Strings of the core are UTF-8; those of PostgreSQL have
 * the encoding of the database.  They are converted between the two.
 */
#ifndef DBCPG_CORE_PG_EXT_H
#define DBCPG_CORE_PG_EXT_H

#include "pg_ext/core/compat.h"

#include "fmgr.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "utils/elog.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "common/core/host.h"

/* Configuration parameters that our own SQL must not depend on. */
#define DBCPG_NPINNED 17

/* A lock that a process waits for. */
typedef struct dbcpg_lock_wait
{
	bool waiting;	   /* now, or until a moment ago */
	bool over;		   /* it was a moment ago */
	TimestampTz since; /* it was first seen to wait */
	LOCKMODE mode;
	LOCKTAG tag;
} dbcpg_lock_wait;

typedef struct dbcpg_host
{
	dbc_host base; /* first: a dbc_host * is a dbcpg_host * */

	MemoryContext call;	   /* until the call ends */
	MemoryContext arena;   /* the same, or until the end of dbcpg_scoped() */
	MemoryContext scratch; /* until the end of a conversion */
	MemoryContext failure_context;

	int guc_level;				/* what is set above it ends with the call */
	int64_t lock_timeout_ms;	/* of this call; -1: the session's own */
	bool holds_lock;			/* that of a procedure; see core/runners.c */
	const char *invalid_before; /* indexes, before work of no migration */
	dbcpg_lock_wait wait;		/* the last one of a script of a procedure */

	struct dbcpg_plan *plans;	  /* prepared statements of this call */
	bool read_only;				  /* nothing that runs now may write */
	char *callers[DBCPG_NPINNED]; /* values of pinned parameters the caller
								   * had, NULL where they are the same */

	Tuplestorestate *rows; /* what was emitted: rows, ... */
	TupleDesc row_type;
	int *column_of;	  /* per attribute of row_type, -1 for none */
	dbc_value result; /* ... or one value */

	/* where a script has failed, and the last failure a guard has stopped */
	int failed_statement;
	int failed_line;
	ErrorData *failure;
	const char *failure_message;
	bool raised_by_code; /* the last error, of a user's; see core/guard.c */
	bool blames_code;	 /* the next error of ours is about such code */
	bool evaluates;		 /* expressions, or a plan, without SPI in between */

	struct dbcpg_migrate_tracking
		*tracked; /* what scripts change is noted, or NULL */
	/* what a room does then, at the end of a call also after an error */
	void (*at_script_end)(struct dbcpg_host *host);
	void (*at_call_end)(struct dbcpg_host *host);
	bool shows_progress;
} dbcpg_host;

/* The host of the adapter behind the one the core knows. */
static inline dbcpg_host *
dbcpg_of(dbc_host *host)
{
	return (dbcpg_host *) host;
}

/* ---- embedded_sql.c ---- */

/* The embedded SQL of this engine, generated; sorted by name. */
extern const dbc_sql dbcpg_sql[];
extern const int dbcpg_sql_count;

/* ---- core/call.c ---- */

/* Runs a function of the core for PostgreSQL's function manager. */
extern Datum dbcpg_call(FunctionCallInfo fcinfo, const dbc_function *fn);

/* Refuses the number that was given as a version. */
extern Datum dbcpg_refuse_number(FunctionCallInfo fcinfo);

/* ---- core/host.c ---- */

/* Makes *host ready to run fn; its memory is a child of the current one. */
extern void dbcpg_open(dbcpg_host *host, const dbc_function *fn);

/* ---- core/procedure.c ---- */

/* Fails unless a procedure was called where it can commit. */
extern void dbcpg_refuse_transaction(FunctionCallInfo fcinfo,
									 const dbc_function *fn);

/* Prepares a transaction for work: pins parameters and limits lock waits, at a
 * new GUC level. */
extern void dbcpg_begin_transaction(dbcpg_host *host);

extern bool dbcpg_commit_work(dbc_host *base, int64_t pause_ms);

/* Ends the transaction and leaves no snapshot behind; begins the next one, in
 * which parameters are the caller's until dbcpg_begin_transaction(). */
extern void dbcpg_end_transaction(void);

/* Sleeps for that long, or until a cancel. */
extern void dbcpg_sleep(int64_t milliseconds);

/* The row that is the result of a procedure, in the current context. */
extern Datum dbcpg_procedure_result(TupleDesc type, const dbc_value *value);

/* ---- core/lock.c ---- */

/* Classes of locks; SQL text that reads pg_locks has these numbers, too. */
typedef enum dbcpg_lock_class
{
	DBCPG_LOCKS = 1684169571,			  /* 'dbca' */
	DBCPG_LOCKS_OF_BACKFILLS = 1684169572 /* keys are hashes of names */
} dbcpg_lock_class;

/* Keys of the first class. */
enum
{
	DBCPG_LOCK_TABLES = 1, /* dbcare's tables are created or upgraded */
	DBCPG_LOCK_RUNNER,	   /* migrations run in a transaction */
	DBCPG_LOCK_GATE,	   /* see core/runners.c */
	DBCPG_LOCK_WORKER,	   /* a worker runs statements of a deploy */
	DBCPG_LOCK_SAMPLES	   /* samples are stored */
};

/* Acquires a lock until the transaction ends, waiting for it. */
extern void dbcpg_wait_for_lock(uint32 key);

/* Like dbcpg_wait_for_lock(), but does not wait; and releases a lock early. */
extern bool dbcpg_try_lock(uint32 key, LOCKMODE mode);
extern void dbcpg_unlock(uint32 key, LOCKMODE mode);

/* Acquires a lock without waiting, until it is released or the process exits;
 * a process has at most one of these. */
extern bool dbcpg_try_lock_session(dbcpg_lock_class class, uint32 key,
								   LOCKMODE mode);
extern void dbcpg_unlock_session(void);

/* Refuses locks to a role that may call a function but could not write the
 * tables they protect. */
extern void dbcpg_require_lock_privilege(void);

extern void dbcpg_exclude(dbc_host *base, dbc_exclusion what);

/* ---- core/runners.c ---- */

extern void dbcpg_lock_runners(dbc_host *base, int64_t timeout_ms);

/* Limits lock waits of a call in the current transaction. */
extern void dbcpg_limit_lock_waits(dbcpg_host *host);

/* Releases the lock on runners at the end of a procedure, also after a
 * failure. */
extern void dbcpg_unlock_runners(dbcpg_host *host);

/* ---- core/lock_wait.c ---- */

/* Records in *wait, from time to time, which lock this process waits for. */
extern void dbcpg_watch_lock_wait(dbcpg_lock_wait *wait);

/* Ends that. */
extern void dbcpg_stop_lock_wait_watch(void);

/* The holders of a lock that was waited for, as a sentence, or NULL. */
extern const char *dbcpg_describe_lock_wait(dbcpg_host *host,
											const dbcpg_lock_wait *wait);

/* ---- core/parameters.c ---- */

/* Pins parameters for the rest of the call, at the current GUC level. */
extern void dbcpg_pin_parameters(dbcpg_host *host);

/* Sets a parameter until the current GUC level ends. */
extern void dbcpg_set_parameter(const char *name, const char *value);

/* Sets the role until the current GUC level ends; NULL leaves it as it is. */
extern void dbcpg_set_role(const char *role);

#define DBCPG_FIXED_ROLE_HINT                                                 \
	"A call with the option role runs scripts as that role only. Remove the " \
	"statements that change the role, or leave out the option."

/* Makes SET ROLE and the like fail, and undoes that. */
extern int dbcpg_forbid_role_change(void);
extern void dbcpg_allow_role_change(int security);

/* Restores the caller's parameters, at the current GUC level. */
extern void dbcpg_unpin_parameters(dbcpg_host *host);

/* The same for those that values depend on, so that expressions of the
 * caller's table are evaluated under the caller's settings; and pins them
 * again. */
extern void dbcpg_unpin_value_parameters(dbcpg_host *host);
extern void dbcpg_pin_value_parameters(dbcpg_host *host);

/* ---- core/guard.c ---- */

extern bool dbcpg_guard(dbc_host *base, void (*fn)(dbc_host *, void *),
						void *arg, dbc_guard_mode mode, bool read_only,
						dbc_error *error);
extern void dbcpg_fail(dbc_host *base, const dbc_error *error);

/* Whether an error is a cancel or a timeout.  User code can raise the same
 * SQLSTATE. */
extern bool dbcpg_is_canceled(const ErrorData *failure);

/* Describes a caught failure in the core's terms. */
extern void dbcpg_describe_failure(dbcpg_host *host, const ErrorData *failure,
								   dbc_error *error);

/* ---- core/value.c ---- */

/* Text of PostgreSQL as text of the core, and back; may be the same pointer,
 * else memory of the arena. */
extern const char *dbcpg_to_core(dbcpg_host *host, const char *text);
extern const char *dbcpg_from_core(const char *text);

/* A value of PostgreSQL, in the arena. */
extern dbc_value dbcpg_value_of(dbcpg_host *host, Datum datum, bool isnull,
								Oid type);

/* A value of the core as a Datum of a type, in the current context. */
extern Datum dbcpg_datum_of(const dbc_value *value, Oid type, bool *isnull);

/* ---- core/query.c ---- */

/* Frees the prepared statements of a procedure, also after a failure. */
extern void dbcpg_free_plans(dbcpg_host *host);

extern const dbc_rows *dbcpg_query(dbc_host *base, const dbc_sql *sql,
								   const dbc_value *args, int nargs);

/* Copies a result into the arena. */
extern dbc_rows *dbcpg_copy_rows(dbcpg_host *host, SPITupleTable *table,
								 uint64 affected);

/* Fails if a result code of SPI is an error. */
extern void dbcpg_require_spi_success(int code);

/* ---- core/owner_query.c ---- */

extern Oid dbcpg_owner_of(Oid relation);
extern Oid dbcpg_owner_of_function(Oid function);
extern Oid dbcpg_owner_of_schema(Oid schema);

/* The user that code runs as, and its settings. */
typedef struct dbcpg_execution_identity
{
	Oid user;
	int security;
	int guc_level;
} dbcpg_execution_identity;

/* Runs code of a table as its owner in a security-restricted operation, with
 * the table's schema as search path.  The end of a subtransaction undoes it,
 * too. */
extern dbcpg_execution_identity dbcpg_switch_to_owner(Oid relation);

/* Sets the search path to the schema of a table until the GUC level ends. */
extern void dbcpg_set_search_path(Oid relation);

/*
 * The role to run a statement, or code of a table, as: the caller if it can
 * trust the owners of the tables, else one of the owners that can.  Analyzing
 * a statement already runs code, since input functions of types read literals,
 * so the role for its parse trees comes first.
 */
extern Oid dbcpg_role_for_owners(List *owners);
extern Oid dbcpg_role_for_trees(List *trees);
extern Oid dbcpg_role_for_query(Query *query);
extern Oid dbcpg_role_for_table(Oid relation);

/* Whether all partitions of a table may run code as the owner of the table. */
extern bool dbcpg_trusts_partitions(Oid relation);

/* Undoes dbcpg_switch_to_owner(), as the end of a subtransaction does. */
extern void dbcpg_restore_identity(const dbcpg_execution_identity *identity);

/* Prepares a statement through SPI as such a role; *role is the one to run
 * it as; fails if SPI does. */
extern SPIPlanPtr dbcpg_prepare_as_owner(const char *text, int nargs,
										 Oid *types, Oid *role);

/* Runs a read-only query through SPI with no more rights than the owners of
 * its tables have; returns a result code of SPI. */
extern int dbcpg_execute_as_owner(const char *text);

/* ---- core/owner_script.c ---- */

/* Runs a statement of a repair through SPI with no more rights than the owners
 * of the changed objects have; returns a result code of SPI. */
extern int dbcpg_execute_repair(dbcpg_host *host, const char *text);

/* ---- core/split.c ---- */

extern void dbcpg_split(dbc_host *base, const char *text, dbc_script *script);

/* ---- lint/analysis.c ---- */

/* A statement without the word CONCURRENTLY. */
extern const char *dbcpg_remove_concurrently(dbcpg_host *host,
											 const char *text);

/* ---- core/statement.c ---- */

/* Fills kind, command and what does the same inside a transaction. */
extern void dbcpg_classify(dbcpg_host *host, Node *node,
						   dbc_statement *statement);

/* ---- core/run.c ---- */

extern const dbc_rows *dbcpg_run(dbc_host *base, const dbc_script *script,
								 const bool *skip);

/* Whether this session runs the script of a migration; returns what it was. */
extern bool dbcpg_set_in_migration(bool running);

/* Whether this session runs a script of a migration. */
extern bool dbcpg_is_in_migration(void);

/* Error context callback that names the statement that failed. */
extern void dbcpg_add_error_context(void *arg);

/* ---- core/commit_code.c ---- */

/* The tables with deferred triggers that have not fired yet. */
extern List *dbcpg_deferred_trigger_tables(dbcpg_host *host);

/* Fails if a script has left code to run when the transaction commits. */
extern void dbcpg_refuse_commit_code(dbcpg_host *host, const List *before);

/* ---- migrate/watch.c ---- */

/* Records the changes of the command that fired an event trigger, unless it is
 * part of a migration. */
extern void dbcpg_migrate_record_change(FunctionCallInfo fcinfo);

/* ---- migrate/track.c, migrate/changes.c ---- */

typedef struct dbcpg_migrate_tracking dbcpg_migrate_tracking;

/* Installs the hooks, once per session. */
extern void dbcpg_migrate_install_hooks(void);

/* ---- core/relation.c ---- */

extern const dbc_relation *dbcpg_resolve(dbc_host *base, const char *text);
extern const dbc_relation *dbcpg_list_tables(dbc_host *base, int *ntables);

/* A relation as the core knows it. */
extern const dbc_relation *dbcpg_relation_of(dbcpg_host *host, Oid oid);

/* The OID of a table the core knows; fails if it was dropped. */
extern Oid dbcpg_find_table_oid(const dbc_relation *relation);

/* ---- core/worker_request.c ---- */

/* How a worker runs a statement. */
typedef enum dbcpg_worker_task_mode
{
	DBCPG_PLAIN,   /* in a transaction, with the note that it is done */
	DBCPG_OUTSIDE, /* in none; noted before and after */
	DBCPG_UNNOTED
} dbcpg_worker_task_mode;

/* A statement for a worker. */
typedef struct dbcpg_worker_task
{
	int number;		  /* of the statement in its script, from 1 */
	bool patient;	  /* no lock timeout: nobody waits for what it holds */
	const char *text; /* as PostgreSQL runs it */
	dbcpg_worker_task_mode manner;
} dbcpg_worker_task;

/* Shared memory of leader and worker, without texts. */
typedef struct dbcpg_worker_request
{
	Oid database;
	Oid login;		 /* role the session was opened as */
	Oid session;	 /* role it acts for since */
	Oid role;		 /* of SET ROLE, or InvalidOid; statements begin with it */
	bool keeps_role; /* which they cannot leave */
	Oid caller;		 /* whose rights the notes are made with */
	int lock_timeout_ms;
	int ntasks;
	int number;			  /* of the task the worker is at */
	bool finished;		  /* all are done */
	dbcpg_lock_wait wait; /* of the worker */
} dbcpg_worker_request;

/*
 * Has a background worker run the tasks of a script in order, with the user
 * and the settings of this session and the role of the script.  This session
 * holds no snapshot meanwhile; call dbcpg_end_transaction() first.  Returns
 * NULL, or the failure of task *number, in the arena; *wait is the lock the
 * worker waited for.
 */
extern ErrorData *dbcpg_run_worker_request(dbcpg_host *host,
										   const dbc_outside_script *work,
										   const dbcpg_worker_task *tasks,
										   int ntasks, int *number,
										   dbcpg_lock_wait *wait);

/* Parts of the shared memory of a request. */
#define DBCPG_REQUEST_MAGIC UINT64CONST(0x6462636172653031)
enum
{
	DBCPG_KEY_REQUEST,
	DBCPG_KEY_SETTINGS,
	DBCPG_KEY_VERSION,
	DBCPG_KEY_TASKS, /* per task: number, patient, manner, text with its end */
	DBCPG_KEY_QUEUE
};

/* ---- core/leftover.c ---- */

/* Whether an interrupted statement had finished. */
extern bool dbcpg_is_statement_done(dbcpg_host *host, const char *version,
									const dbc_statement *statement);

/* Tasks that drop the invalid indexes a statement has left or that would make
 * it fail; returns their number. */
extern int dbcpg_find_invalid_indexes(dbcpg_host *host, const char *version,
									  const dbc_statement *statement,
									  int number, dbcpg_worker_task **tasks);

/* ---- core/outside.c ---- */

extern bool dbcpg_run_outside(dbc_host *base, const dbc_outside_script *work,
							  dbc_error *error);

#endif /* DBCPG_CORE_PG_EXT_H */
