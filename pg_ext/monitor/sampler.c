/*
 * sampler.c
 *	  A sampler: a worker that takes samples of one database.
 *
 * It runs as the owner of dbcare's tables, in security-restricted operations
 * that last as long as its transactions: code in that schema gets no more
 * rights than its owner has, not even those the worker was started with.
 */
#include "pg_ext/core/call.h"
#include "pg_ext/core/guard.h"
#include "pg_ext/core/outside.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/plan.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/query.h"
#include "pg_ext/monitor/monitor.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"

#include "common/core/clock.h"
#include "common/core/tables.h"
#include "common/monitor/retention.h"
#include "common/sample/task.h"

/* Time limits of a sample and of the health checks of each level, in
 * milliseconds. */
#define SAMPLE_MS	   300000
#define CHECKS_MS	   60000
#define FULL_CHECKS_MS (6 * 3600000)

/* Pause after health checks that exceeded their limit. */
#define CHECKS_PAUSE_MS 3600000

extern PGDLLEXPORT void dbcare_sampler(Datum number);

/* Settings of the session, overriding those of the database. */
static const struct
{
	const char *name;
	const char *value;
} settings[] = {
	{"application_name", "dbcare sampler"},
	{"default_transaction_isolation", "read committed"},
	{"default_transaction_read_only", "off"},
	/* below deadlock_timeout, so that the sampler gives up first */
	{"lock_timeout", "500"},
	/* the statements of dbcare must not appear in the statistics */
	{"pg_stat_statements.track", "none"},
	{"synchronous_commit", "off"},
	/* statement texts take megabytes: avoid temporary files */
	{"work_mem", "64MB"},
};

typedef struct sampler
{
	dbcpg_monitor_shared_state *shared;
	dbcpg_monitor_sampler *self;
	int launcher;				/* that has started this sampler */
	char database[NAMEDATALEN]; /* its name, once known */
	Oid function;				/* dbmonitor_sample(), if it may be called */
	bool checks_due;			/* health checks should run again ... */
	bool full;					/* ... those of level full, too */
	uint64 checks_run;			/* how often they had run before that */
	const dbc_schedule *daily;	/* run that is due, or NULL */
	bool seal_due;				/* the log of changes should be sealed */
} sampler;

/* The query that pg_stat_activity shows. */
static const char activity[] = "select dbmonitor_sample()";

/* Writes a failure to the server log. */
static void
log_failure(const sampler *s, const ErrorData *failure)
{
	ereport(LOG, errcode(failure->sqlerrcode),
			errmsg_internal("dbcare cannot monitor database \"%s\": %s",
							s->database, failure->message),
			failure->detail ? errdetail_internal("%s", failure->detail) : 0);
}

/* ---- reports to the launcher ---- */

/* Reports the monitoring interval of the database; 0 if it is not monitored. */
static void
report_interval(sampler *s, int64 interval_ms)
{
	dbcpg_monitor_target *target;

	LWLockAcquire(&s->shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(s->shared, s->self->database,
									   interval_ms > 0);
	if (target && interval_ms > 0 && target->begun_at == 0)
		target->begun_at = GetCurrentTimestamp();
	/* another session has just changed these options */
	if (target && !target->visit)
		target->interval_ms = interval_ms;
	if (target && interval_ms == 0 && !target->visit && !target->held)
		target->database = InvalidOid;
	LWLockRelease(&s->shared->lock);
	if (!target && interval_ms > 0)
		ereport(ERROR, errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				errmsg("dbcare already monitors %d databases of this server",
					   DBCPG_MAX_WATCHED));
}

/* Reports the result; returns whether it differs from the last one. */
static bool
report_result(sampler *s, const char *failure)
{
	char words[DBCPG_FAILURE_SIZE];
	dbcpg_monitor_target *target;
	bool is_new = true;

	strlcpy(words, failure, sizeof(words));
	words[pg_mbcliplen(failure, (int) strlen(failure), sizeof(words) - 1)] =
		'\0';
	LWLockAcquire(&s->shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(s->shared, s->self->database, false);
	if (target)
	{
		is_new = strcmp(target->failure, words) != 0;
		strcpy(target->failure, words);
	}
	s->self->reported = true;
	LWLockRelease(&s->shared->lock);
	return is_new;
}

/* How often the health checks have run. */
static uint64
count_checks(const sampler *s)
{
	const dbcpg_monitor_target *target;
	uint64 count;

	LWLockAcquire(&s->shared->lock, LW_SHARED);
	target = dbcpg_monitor_find_target(s->shared, s->self->database, false);
	count = target ? target->checks_run : 0;
	LWLockRelease(&s->shared->lock);
	return count;
}

/* Whether the health checks may run: not if another sampler has run them since
 * they were found to be due.  After exceeding their limit they pause for a
 * while, because samples would wait for them again and again. */
static bool
begin_checks(sampler *s)
{
	TimestampTz now = GetCurrentTimestamp();
	dbcpg_monitor_target *target;
	bool is_ours;

	LWLockAcquire(&s->shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(s->shared, s->self->database, false);
	is_ours = target && now >= target->checks_from &&
			  target->checks_run == s->checks_run;
	if (is_ours)
	{
		target->checks_from = TimestampTzPlusMilliseconds(
			now, s->full ? FULL_CHECKS_MS : CHECKS_PAUSE_MS);
		/* others take the samples meanwhile, and later */
		s->self->checks = s->full;
		if (s->full && s->shared->launcher)
			SetLatch(s->shared->latch);
	}
	LWLockRelease(&s->shared->lock);
	return is_ours;
}

/* Reports the result of the health checks; returns whether it is a new
 * failure. */
static bool
report_checks(sampler *s, const ErrorData *failure)
{
	bool failed = failure != NULL;
	bool is_new = failed;
	dbcpg_monitor_target *target;

	LWLockAcquire(&s->shared->lock, LW_EXCLUSIVE);
	target = dbcpg_monitor_find_target(s->shared, s->self->database, false);
	if (target)
	{
		is_new = failed && !target->checks_failed;
		target->checks_failed = failed;
		target->checks_run++;
		if (!failed || !dbcpg_is_canceled(failure))
			target->checks_from = 0;
	}
	LWLockRelease(&s->shared->lock);
	return is_new;
}

/* Called when the sampler ends. */
static void
leave(int code, Datum number)
{
	dbcpg_monitor_shared_state *shared = dbcpg_monitor_attach_shared_state();

	(void) code;
	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	shared->samplers[DatumGetInt32(number)].pid = 0;
	LWLockRelease(&shared->lock);
}

/* Takes the slot assigned by the launcher; false if another sampler has it. */
static bool
enter(sampler *s, Datum number)
{
	bool is_ours;

	s->shared = dbcpg_monitor_attach_shared_state();
	s->self = &s->shared->samplers[DatumGetInt32(number)];
	LWLockAcquire(&s->shared->lock, LW_EXCLUSIVE);
	is_ours = OidIsValid(s->self->database) && s->self->pid == 0;
	if (is_ours)
		s->self->pid = MyProcPid;
	s->launcher = s->shared->launcher;
	LWLockRelease(&s->shared->lock);
	if (is_ours)
		before_shmem_exit(leave, number);
	return is_ours;
}

/* ---- the session ---- */

/* Connects to the database. */
static void
open_session(const sampler *s)
{
	BackgroundWorkerInitializeConnectionByOid(s->self->database, InvalidOid, 0);
	for (int i = 0; i < (int) lengthof(settings); i++)
		SetConfigOption(settings[i].name, settings[i].value, PGC_SUSET,
						PGC_S_SESSION);
	debug_query_string = activity;
	dbcpg_keep_plans();
	dbcpg_leave_no_events();
}

/* Switches to the owner of dbcare's tables for the rest of the transaction;
 * false if they do not exist, or the function that takes samples does not. */
static bool
become_owner(void)
{
	Oid schema = get_namespace_oid("dbcare", true);
	Oid owner;

	if (!OidIsValid(schema) || !OidIsValid(get_extension_oid("dbcare", true)))
		return false;
	owner = dbcpg_owner_of_schema(schema);
	SetConfigOption("session_authorization", GetUserNameFromId(owner, false),
					PGC_SUSET, PGC_S_SESSION);
	SetUserIdAndSecContext(owner, SECURITY_RESTRICTED_OPERATION);
	return true;
}

/* ---- the sample ---- */

/* Reads the interval and the function to call; 0 means not monitored. */
static int64
read_task(sampler *s)
{
	static const dbc_function self = {.name = "dbmonitor_sample",
									  .class = DBC_READ};
	const dbc_rows *rows = NULL;
	int64 interval_ms = 0;
	dbcpg_host host;

	dbcpg_open(&host, &self);
	dbcpg_begin_transaction(&host);
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	if (dbc_has_tables(&host.base))
		rows = dbc_query(&host.base, "monitor/watched");
	if (rows && rows->nrows > 0 && dbc_get_bool(&host.base, rows, 0, 0))
	{
		interval_ms =
			(int64) (dbc_sample_read_interval(&host.base, rows, 0, 1) * 1000);
		s->function = (Oid) dbc_get_int_or(&host.base, rows, 0, 2, 0);
	}
	if (OidIsValid(s->function))
	{
		s->full = dbc_monitor_full_checks_due(
			&host.base, dbc_read_settings(&host.base), dbc_now_ms());
		s->checks_due =
			s->full || dbc_monitor_checks_due(&host.base, dbc_now_ms());
		s->daily = dbc_monitor_find_due_schedule(&host.base, dbc_now_ms());
		s->seal_due = dbc_monitor_seal_due(
			&host.base, dbc_read_settings(&host.base), dbc_now_ms());
	}
	SPI_finish();
	PopActiveSnapshot();
	AtEOXact_GUC(false, host.guc_level);
	MemoryContextDelete(host.arena);
	return interval_ms;
}

/* Calls dbmonitor_sample(), which requires typed arguments. */
static void
call_sample(const sampler *s, const char *options)
{
	Datum argument = DirectFunctionCall1(jsonb_in, CStringGetDatum(options));
	Node *constant = (Node *) makeConst(JSONBOID, -1, InvalidOid, -1, argument,
										false, false);
	Node *call =
		(Node *) makeFuncExpr(s->function, JSONBOID, list_make1(constant),
							  InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
	FmgrInfo function;

	fmgr_info(s->function, &function);
	fmgr_info_set_expr(call, &function);
	PushActiveSnapshot(GetTransactionSnapshot());
	(void) FunctionCall1(&function, argument);
	PopActiveSnapshot();
}

/* Takes a sample if the database is monitored.  The health checks run
 * separately, because a sample must not wait for them. */
static void
take_sample(sampler *s)
{
	int64 interval_ms;

	strlcpy(s->database, get_database_name(MyDatabaseId), NAMEDATALEN);
	if (!become_owner())
	{
		report_interval(s, 0);
		return;
	}
	interval_ms = read_task(s);
	report_interval(s, interval_ms);
	if (interval_ms > 0 && !OidIsValid(s->function))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("role \"%s\", which owns dbcare's tables, may not call "
					   "dbmonitor_sample()",
					   GetUserNameFromId(GetUserId(), false)));
	if (interval_ms > 0)
		call_sample(s, "{\"level\": \"none\"}");
}

/* Runs the health checks, with a separate sample. */
static void
run_checks(sampler *s)
{
	if (become_owner())
		call_sample(s, s->full ? "{\"level\": \"full\"}"
							   : "{\"level\": \"fast\"}");
}

/* Seals the log of changes. */
static void
seal_log(sampler *s)
{
	int level;

	if (!become_owner())
		return;
	level = NewGUCNestLevel();
	dbcpg_set_own_path();
	/* it has no arguments: no other function fits better; the owner of the schema
	 * could put another one in its place */
	dbcpg_run_top_level(TopTransactionContext,
						psprintf("select %s.dbaudit_seal()",
								 quote_identifier(get_namespace_name(
									 get_func_namespace(s->function)))),
						true);
	AtEOXact_GUC(false, level);
}

/* Calls a function in a transaction; returns its failure, or NULL. */
static const ErrorData *
attempt(sampler *s, void (*work)(sampler *), int limit_ms)
{
	ErrorData *volatile failure = NULL;

	enable_timeout_after(STATEMENT_TIMEOUT, limit_ms);
	PG_TRY();
	{
		StartTransactionCommand();
		work(s);
		CommitTransactionCommand();
		/* the restriction only lasts for a transaction */
		SetUserIdAndSecContext(GetSessionUserId(), 0);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(TopMemoryContext);
		failure = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
	}
	PG_END_TRY();
	disable_timeout(STATEMENT_TIMEOUT, false);
	return failure;
}

/* Does what is due once a day; another sampler takes the samples meanwhile, and
 * later. */
static void
run_daily(const sampler *s)
{
	LWLockAcquire(&s->shared->lock, LW_EXCLUSIVE);
	s->self->checks = true;
	if (s->shared->launcher)
		SetLatch(s->shared->latch);
	LWLockRelease(&s->shared->lock);
	dbcpg_monitor_run_schedule(s->daily);
}

/* Takes a sample, and runs the health checks and a daily run if they are due.
 */
static void
work(sampler *s)
{
	const ErrorData *failure;
	bool sampled;

	SetCurrentStatementStartTimestamp();
	pgstat_report_activity(STATE_RUNNING, activity);
	s->function = InvalidOid;
	s->checks_due = s->seal_due = false;
	s->daily = NULL;
	s->checks_run = count_checks(s);
	failure = attempt(s, take_sample, SAMPLE_MS);
	sampled = !failure;
	if (sampled && s->seal_due)
		failure = attempt(s, seal_log, SAMPLE_MS);
	if (report_result(s, failure ? failure->message : "") && failure)
		log_failure(s, failure);
	if (!sampled)
		return;
	if (s->checks_due && begin_checks(s))
	{
		failure = attempt(s, run_checks, s->full ? FULL_CHECKS_MS : CHECKS_MS);
		if (report_checks(s, failure))
			log_failure(s, failure);
	}
	if (s->daily)
		run_daily(s);
}

/* Entry point of a sampler. */
void
dbcare_sampler(Datum number)
{
	sampler s = {.function = InvalidOid};

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	if (!enter(&s, number))
		return;
	open_session(&s);
	do
		work(&s);
	while (!s.self->checks && dbcpg_monitor_stay(s.shared, s.launcher));
}
