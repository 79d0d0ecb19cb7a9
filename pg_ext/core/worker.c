/*
 * worker.c
 *	  The background worker that runs a request; see core/worker_request.c.
 *
 * Each statement runs at top level, through a portal, as if a client had sent
 * it.  Parse trees are in a context of the worker, since some statements
 * commit while they run.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/outside.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/role.h"
#include "pg_ext/core/script.h"

#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/pg_proc.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "libpq/pqmq.h"
#include "libpq/pqsignal.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "tcop/utility.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"

extern PGDLLEXPORT void dbcare_deploy_worker(Datum segment);

typedef struct worker
{
	dbcpg_worker_request *request;
	const char *version;
	MemoryContext context; /* for one statement */
	int lock_timeout;	   /* last value set by this worker */
} worker;

/* ---- the session ---- */

/* Attaches the leader's segment. */
static shm_toc *
join(Datum handle)
{
	dsm_segment *segment = dsm_attach(DatumGetUInt32(handle));
	shm_toc *toc;
	shm_mq *queue;

	if (!segment)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the process that started this worker has ended"));
	toc = shm_toc_attach(DBCPG_REQUEST_MAGIC, dsm_segment_address(segment));
	queue = shm_toc_lookup(toc, DBCPG_KEY_QUEUE, false);
	shm_mq_set_sender(queue, MyProc);
	pq_redirect_to_shm_mq(segment, shm_mq_attach(queue, segment, NULL));
	return toc;
}

/* Sets a parameter for the rest of the session. */
static void
set_parameter(const char *name, const char *value)
{
	SetConfigOption(name, value, PGC_SUSET, PGC_S_SESSION);
}

/* Sets the leader's user and settings. */
static void
take_over_session(const dbcpg_worker_request *request, shm_toc *toc)
{
	BackgroundWorkerInitializeConnectionByOid(request->database, request->login,
											  0);
	StartTransactionCommand();
	RestoreGUCState(shm_toc_lookup(toc, DBCPG_KEY_SETTINGS, false));
	/* messages for the leader are not sent to the client directly */
	set_parameter("client_encoding", GetDatabaseEncodingName());
	if (GetSessionUserId() != request->session)
		set_parameter("session_authorization",
					  GetUserNameFromId(request->session, false));
	if (OidIsValid(request->role))
		set_parameter("role", GetUserNameFromId(request->role, false));
	CommitTransactionCommand();
	if (request->keeps_role)
		(void) dbcpg_fix_role(true);
}

/* Sets the lock timeout of a task, unless the script has set its own. */
static void
bound_waits(worker *w, const dbcpg_worker_task *task)
{
	char limit[32];

	if (LockTimeout != w->lock_timeout)
		return;
	w->lock_timeout = task->patient ? 0 : Max(w->request->lock_timeout_ms, 1);
	snprintf(limit, sizeof(limit), "%d", w->lock_timeout);
	set_parameter("lock_timeout", limit);
}

/* Excludes other runners until this process ends, even if its leader ends
 * first. */
static void
keep_gate_closed(void)
{
	StartTransactionCommand();
	(void) dbcpg_try_lock_session(DBCPG_LOCKS, DBCPG_LOCK_WORKER,
								  RowExclusiveLock);
	CommitTransactionCommand();
}

/* ---- one statement ---- */

/* Records the first unfinished statement and whether it was started, with the
 * rights of the caller, whatever role the script has; in a transaction. */
static void
note(worker *w, int number, bool begun)
{
	static const dbc_function self = {.name = "dbmigrate_deploy",
									  .class = DBC_WRITE};
	dbcpg_host host;
	Oid user;
	int security;

	dbcpg_open(&host, &self);
	dbcpg_begin_transaction(&host);
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(w->request->caller,
						   security | SECURITY_LOCAL_USERID_CHANGE);
	dbc_query(&host.base, "core/deployment_at", dbc_text(w->version),
			  dbc_int(number), dbc_bool(begun));
	/* an error ends the worker */
	SetUserIdAndSecContext(user, security);
	SPI_finish();
	PopActiveSnapshot();
	AtEOXact_GUC(false, host.guc_level);
	MemoryContextDelete(host.arena);
}

/* Does that in a separate transaction. */
static void
note_apart(worker *w, int number, bool begun)
{
	StartTransactionCommand();
	note(w, number, begun);
	CommitTransactionCommand();
}

/* Fails unless what a statement calls is a function of the extension. */
static void
require_own_function(const Query *query)
{
	const Node *call =
		query->utilityStmt
			? (const Node *) castNode(CallStmt, query->utilityStmt)->funcexpr
			: (const Node *) linitial_node(TargetEntry, query->targetList)
				  ->expr;
	Oid function = castNode(FuncExpr, call)->funcid;
	Oid extension = getExtensionOfObject(ProcedureRelationId, function);

	if (!OidIsValid(extension) ||
		extension != get_extension_oid("dbcare", true))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("%s is not a function of the extension dbcare",
					   format_procedure(function)));
}

/* Plans a parse tree. */
static List *
plan(RawStmt *tree, const char *text, bool is_own)
{
	bool snapshot = analyze_requires_snapshot(tree);
	List *queries;
	List *plans;

	if (snapshot)
		PushActiveSnapshot(GetTransactionSnapshot());
	queries = dbcpg_analyze_and_rewrite(tree, text);
	if (is_own)
		require_own_function(linitial_node(Query, queries));
	plans = pg_plan_queries(queries, text, CURSOR_OPT_PARALLEL_OK, NULL);
	if (snapshot)
		PopActiveSnapshot();
	return plans;
}

void
dbcpg_run_top_level(MemoryContext context, const char *text, bool is_own)
{
	List *trees;
	RawStmt *tree;
	Portal portal;

	MemoryContextSwitchTo(context);
	trees = dbcpg_raw_parser(text);
	tree = linitial_node(RawStmt, trees);
	portal = CreatePortal("", true, true);
	portal->visible = false;
	PortalDefineQuery(portal, NULL, text, CreateCommandTag(tree->stmt),
					  plan(tree, text, is_own), NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	(void) dbcpg_run_portal(portal, true);
	PortalDrop(portal, false);
}

/* Runs a task. */
static void
run_task(worker *w, const dbcpg_worker_task *task)
{
	MemoryContextReset(w->context);
	MemoryContextSwitchTo(w->context);
	debug_query_string = task->text;
	SetCurrentStatementStartTimestamp();
	pgstat_report_activity(STATE_RUNNING, task->text);
	w->request->number = task->number;
	if (task->manner == DBCPG_OUTSIDE)
		note_apart(w, task->number, true);
	StartTransactionCommand();
	bound_waits(w, task);
	if (task->manner == DBCPG_COMMIT)
		note(w, task->number + 1, false);
	dbcpg_watch_lock_wait(&w->request->wait);
	dbcpg_run_top_level(w->context, task->text, false);
	dbcpg_stop_lock_wait_watch();
	if (task->manner == DBCPG_PLAIN)
		note(w, task->number + 1, false);
	CommitTransactionCommand();
	if (task->manner == DBCPG_OUTSIDE)
		note_apart(w, task->number + 1, false);
}

/* ---- the request ---- */

/* Deserializes the next task; returns the rest of the bytes. */
static const char *
unpack(const char *bytes, dbcpg_worker_task *task)
{
	memcpy(&task->number, bytes, sizeof(int));
	bytes += sizeof(int);
	task->patient = *bytes++;
	task->manner = (dbcpg_worker_task_mode) *bytes++;
	task->text = bytes;
	return bytes + strlen(bytes) + 1;
}

/* Entry point of the worker.  An error is sent to the leader and ends the
 * worker. */
void
dbcare_deploy_worker(Datum segment)
{
	worker w = {.request = NULL};
	shm_toc *toc;
	const char *tasks;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	w.context = AllocSetContextCreate(TopMemoryContext, "dbcare statement",
									  ALLOCSET_DEFAULT_SIZES);
	toc = join(segment);
	w.request = shm_toc_lookup(toc, DBCPG_KEY_REQUEST, false);
	w.version = shm_toc_lookup(toc, DBCPG_KEY_VERSION, false);
	tasks = shm_toc_lookup(toc, DBCPG_KEY_TASKS, false);
	take_over_session(w.request, toc);
	keep_gate_closed();
	w.lock_timeout = LockTimeout;
	(void) dbcpg_set_in_migration(true);
	for (int i = 0; i < w.request->ntasks; i++)
	{
		dbcpg_worker_task task;

		tasks = unpack(tasks, &task);
		run_task(&w, &task);
	}
	w.request->finished = true;
}
