/*
 * worker_request.c
 *	  Statements that a background worker runs for a procedure.
 *
 * CREATE INDEX CONCURRENTLY and similar statements wait for all older
 * snapshots, including that of a waiting caller, and cannot run in a
 * procedure.  So a worker runs them, and the procedure waits without a
 * snapshot.  Leader and worker share a memory segment with the tasks, the
 * roles to run them as, and a queue that returns errors and notices in the
 * format of the client protocol.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/outside.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/role.h"

#include "libpq/pqformat.h"
#include "libpq/pqmq.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "utils/memutils.h"

#include "common/core/clock.h"
#include "common/core/text.h"

#define QUEUE_SIZE 65536

/* How long a worker may take to terminate, in milliseconds. */
#define END_MS 5000

/* How often the leader checks whether the worker waits for a lock. */
#define CHECK_MS 1000

/* The leader's state of one worker. */
typedef struct leader
{
	dbcpg_host *host;
	const char *version; /* of the migration; "" if there is none */
	const char *what;	 /* what runs, for messages */
	const char *role;	 /* of the script, or NULL */
	dsm_segment *segment;
	dbcpg_worker_request *request;
	BackgroundWorkerHandle *worker;
	shm_mq_handle *queue;
	dbcpg_worker_run *run;
	int64 reported_ms; /* last report of the lock that the worker waits for */
} leader;

/* The leader's state of all workers. */
typedef struct leaders
{
	leader *list;
	int count;
} leaders;

/* ---- shared memory ---- */

/* Serializes the tasks. */
static StringInfo
pack_tasks(const dbcpg_worker_task *tasks, int ntasks)
{
	StringInfo packed = makeStringInfo();

	for (int i = 0; i < ntasks; i++)
	{
		appendBinaryStringInfo(packed, (const char *) &tasks[i].number,
							   sizeof(int));
		appendStringInfoChar(packed, tasks[i].patient);
		appendStringInfoChar(packed, (char) tasks[i].manner);
		appendStringInfoString(packed, tasks[i].text);
		appendStringInfoChar(packed, '\0');
	}
	return packed;
}

/* Copies bytes into the segment. */
static void *
put(shm_toc *toc, uint64 key, const void *bytes, Size size)
{
	void *place = shm_toc_allocate(toc, size);

	if (bytes)
		memcpy(place, bytes, size);
	shm_toc_insert(toc, key, place);
	return place;
}

/* Creates the segment.  The caller's settings have been restored before. */
static void
make_segment(leader *l)
{
	const dbcpg_worker_task *tasks = l->run->tasks;
	int ntasks = l->run->ntasks;
	StringInfo packed = pack_tasks(tasks, ntasks);
	int level = NewGUCNestLevel();
	Oid caller = GetUserId();
	Size settings;
	shm_toc_estimator e;
	shm_toc *toc;
	shm_mq *queue;

	dbcpg_set_role(l->role);
	if (l->run->work->script->is_own)
		dbcpg_set_own_path();
	settings = EstimateGUCStateSpace();
	shm_toc_initialize_estimator(&e);
	shm_toc_estimate_chunk(&e, sizeof(dbcpg_worker_request));
	shm_toc_estimate_chunk(&e, settings);
	shm_toc_estimate_chunk(&e, strlen(l->version) + 1);
	shm_toc_estimate_chunk(&e, packed->len);
	shm_toc_estimate_chunk(&e, QUEUE_SIZE);
	shm_toc_estimate_keys(&e, 5);
	l->segment = dsm_create(shm_toc_estimate(&e), 0);
	/* the leader may commit while it waits */
	dsm_pin_mapping(l->segment);
	toc = shm_toc_create(DBCPG_REQUEST_MAGIC, dsm_segment_address(l->segment),
						 shm_toc_estimate(&e));

	l->request =
		put(toc, DBCPG_KEY_REQUEST, NULL, sizeof(dbcpg_worker_request));
	*l->request = (dbcpg_worker_request){
		.database = MyDatabaseId,
		.login = GetAuthenticatedUserId(),
		.session = GetSessionUserId(),
		.role = GetCurrentRoleId(),
		.keeps_role = l->role || dbcpg_is_role_fixed(),
		.caller = caller,
		.lock_timeout_ms = (int) l->host->base.lock_timeout_ms,
		.number = tasks[0].number,
		.ntasks = ntasks};
	SerializeGUCState(settings, put(toc, DBCPG_KEY_SETTINGS, NULL, settings));
	AtEOXact_GUC(false, level);
	put(toc, DBCPG_KEY_VERSION, l->version, strlen(l->version) + 1);
	put(toc, DBCPG_KEY_TASKS, packed->data, packed->len);
	queue =
		shm_mq_create(put(toc, DBCPG_KEY_QUEUE, NULL, QUEUE_SIZE), QUEUE_SIZE);
	shm_mq_set_receiver(queue, MyProc);
	l->queue = shm_mq_attach(queue, l->segment, NULL);
}

/* Starts the worker; false if there is no slot for it. */
static bool
start_worker(leader *l)
{
	BackgroundWorker worker = {
		.bgw_flags =
			BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_RecoveryFinished,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_library_name = "dbcare",
		.bgw_function_name = "dbcare_deploy_worker",
		.bgw_type = "dbcare deploy",
		.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(l->segment)),
		.bgw_notify_pid = MyProcPid};

	snprintf(worker.bgw_name, BGW_MAXLEN, "dbcare deploy for process %d",
			 MyProcPid);
	if (!RegisterDynamicBackgroundWorker(&worker, &l->worker))
	{
		l->worker = NULL;
		return false;
	}
	shm_mq_set_handle(l->queue, l->worker);
	l->run->started = true;
	return true;
}

/* Starts the workers; those without a slot are left out, except the first. */
static void
start_workers(const leaders *all)
{
	for (int i = 0; i < all->count; i++)
	{
		leader *l = &all->list[i];

		make_segment(l);
		if (start_worker(l))
			continue;
		if (i > 0)
			return;
		ereport(ERROR, errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				errmsg("no background worker is free to run %s",
					   dbcpg_from_core(l->what)),
				errhint("Wait for other workers to end, or increase "
						"max_worker_processes."));
	}
}

/* Terminates the worker; its locks must not block the next deploy. */
static void
end_worker(leader *l)
{
	pid_t pid;

	if (!l->worker)
		return;
	TerminateBackgroundWorker(l->worker);
	for (int waited = 0; waited < END_MS; waited += 10)
	{
		if (GetBackgroundWorkerPid(l->worker, &pid) == BGWH_STOPPED)
			break;
		pg_usleep(10000);
	}
}

/* Called when the leader fails or exits. */
static void
clean_up(int code, Datum arg)
{
	const leaders *all = (const leaders *) DatumGetPointer(arg);

	(void) code;
	for (int i = 0; i < all->count; i++)
		if (all->list[i].worker)
			TerminateBackgroundWorker(all->list[i].worker);
	for (int i = 0; i < all->count; i++)
	{
		end_worker(&all->list[i]);
		if (all->list[i].segment)
			dsm_detach(all->list[i].segment);
	}
}

/* Converts an error so that this process can raise it. */
static void
raisable(ErrorData *failure)
{
	failure->elevel = ERROR;
	failure->output_to_server = true;
	failure->output_to_client = true;
}

/* Reads a message of the worker. */
static void
take_message(leader *l, void *data, Size size)
{
	MemoryContext context;
	StringInfoData message;
	ErrorData error;

	initStringInfo(&message);
	appendBinaryStringInfo(&message, data, (int) size);
	switch (pq_getmsgbyte(&message))
	{
		case 'N':
			pq_parse_errornotice(&message, &error);
			ThrowErrorData(&error);
			break;
		case 'E':
			/* strings of the message are referenced by the copy */
			context = MemoryContextSwitchTo(l->host->arena);
			l->run->failure = palloc0(sizeof(ErrorData));
			pq_parse_errornotice(&message, l->run->failure);
			raisable(l->run->failure);
			MemoryContextSwitchTo(context);
			return;
		default:
			break;
	}
	pfree(message.data);
}

/* Reports, once per lock timeout, the lock that a patient worker waits for. */
static void
report_wait(leader *l)
{
	dbcpg_lock_wait wait = l->request->wait;
	int64 now = GetCurrentTimestamp() / 1000;
	const char *words;

	if (!wait.waiting)
		l->reported_ms = now;
	if (now - l->reported_ms <
		Max((int64) l->host->base.lock_timeout_ms, CHECK_MS))
		return;
	l->reported_ms = now;
	dbcpg_begin_transaction(l->host);
	words = dbcpg_describe_lock_wait(l->host, &wait);
	if (words)
		dbc_notice(&l->host->base, "%s, statement %d, waits for a lock. %s",
				   l->what, l->request->number, words);
	dbcpg_end_transaction();
}

/* Reads the messages of the worker; false once it has ended. */
static bool
read_messages(leader *l)
{
	for (;;)
	{
		void *data;
		Size size;
		shm_mq_result result = shm_mq_receive(l->queue, &size, &data, true);

		CHECK_FOR_INTERRUPTS();
		if (result == SHM_MQ_DETACHED)
			break;
		if (result == SHM_MQ_WOULD_BLOCK)
			return true;
		take_message(l, data, size);
	}
	(void) WaitForBackgroundWorkerShutdown(l->worker);
	l->run->ended_us = dbc_microseconds();
	return false;
}

/* Reads the messages of all workers; returns how many still run. */
static int
read_all_messages(const leaders *all)
{
	int running = 0;

	for (int i = 0; i < all->count; i++)
	{
		const dbcpg_worker_run *run = all->list[i].run;

		if (run->started && !run->ended_us)
			running += read_messages(&all->list[i]);
	}
	return running;
}

/* Follows the workers until all have ended. */
static void
follow_workers(const leaders *all)
{
	while (read_all_messages(all) > 0)
	{
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 CHECK_MS, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		for (int i = 0; i < all->count; i++)
			if (all->list[i].run->started && !all->list[i].run->ended_us)
				report_wait(&all->list[i]);
	}
}

/* The failure of a worker that ended without a message. */
static ErrorData *
unknown_failure(dbcpg_host *host)
{
	ErrorData *failure = MemoryContextAllocZero(host->arena, sizeof(*failure));

	raisable(failure);
	failure->sqlerrcode = ERRCODE_INTERNAL_ERROR;
	failure->message = "the background worker has ended unexpectedly";
	failure->hint = "See the server log for the cause.";
	return failure;
}

/* The leader's state of a worker that is not started yet. */
static leader
leader_of(dbcpg_host *host, dbcpg_worker_run *run)
{
	const dbc_outside_script *work = run->work;

	return (leader){
		.host = host,
		.run = run,
		.version = work->version ? work->version : "",
		.what = work->version
					? dbc_format(&host->base, "migration %s", work->version)
					: work->script->label,
		.role = work->script->role,
		.reported_ms = GetCurrentTimestamp() / 1000};
}

/* Stores the result of a worker. */
static void
take_result(const leader *l)
{
	dbcpg_worker_run *run = l->run;

	if (run->started)
	{
		run->number = l->request->number;
		run->wait = l->request->wait;
		if (l->request->finished)
			run->failure = NULL;
		else if (!run->failure)
			run->failure = unknown_failure(l->host);
	}
	if (l->segment)
		dsm_detach(l->segment);
}

void
dbcpg_run_worker_requests(dbcpg_host *host, dbcpg_worker_run *runs, int nruns)
{
	leaders all = {.count = nruns};

	all.list = dbc_alloc(&host->base, (size_t) nruns * sizeof(*all.list));
	for (int i = 0; i < nruns; i++)
		all.list[i] = leader_of(host, &runs[i]);
	PG_ENSURE_ERROR_CLEANUP(clean_up, PointerGetDatum(&all));
	{
		start_workers(&all);
		follow_workers(&all);
	}
	PG_END_ENSURE_ERROR_CLEANUP(clean_up, PointerGetDatum(&all));
	for (int i = 0; i < nruns; i++)
		take_result(&all.list[i]);
}
