/*
 * host.c
 *	  The host that the core uses, and its smaller calls.
 */
#include "pg_ext/core/guard.h"
#include "pg_ext/core/lock.h"
#include "pg_ext/core/outside.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/recent.h"
#include "pg_ext/core/relation.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/core/script.h"
#include "pg_ext/core/traits.h"

#include "pgstat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "common/core/result.h"
#include "common/core/seam.h"

static void *
host_alloc(dbc_host *base, size_t size)
{
	return MemoryContextAllocExtended(dbcpg_of(base)->arena, size,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* Runs fn, then frees what it has allocated; after an error only at the end of
 * the call, because the error refers to that memory. */
static void
host_scoped(dbc_host *base, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext arena = host->arena;
	MemoryContext scratch = host->scratch;

	host->arena =
		AllocSetContextCreate(arena, "dbcare scope", ALLOCSET_DEFAULT_SIZES);
	host->scratch = AllocSetContextCreate(host->arena, "dbcare scratch",
										  ALLOCSET_SMALL_SIZES);
	PG_TRY();
	{
		fn(base, arg);
		MemoryContextDelete(host->arena);
	}
	PG_FINALLY();
	{
		host->arena = arena;
		host->scratch = scratch;
	}
	PG_END_TRY();
}

/* Adds a result row, or the single value of a scalar function. */
static void
host_emit(dbc_host *base, const dbc_value *values)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext context;
	Datum *datums;
	bool *nulls;

	/* a list of many rows can be canceled */
	CHECK_FOR_INTERRUPTS();
	if (!host->rows)
	{
		host->result = *values;
		return;
	}
	context = MemoryContextSwitchTo(host->scratch);
	datums = palloc(host->row_type->natts * sizeof(*datums));
	nulls = palloc(host->row_type->natts * sizeof(*nulls));
	for (int i = 0; i < host->row_type->natts; i++)
	{
		static const dbc_value none = {.kind = DBC_NULL};
		int column = host->column_of[i];

		datums[i] = dbcpg_datum_of(column < 0 ? &none : &values[column],
								   TupleDescAttr(host->row_type, i)->atttypid,
								   &nulls[i]);
	}
	tuplestore_putvalues(host->rows, host->row_type, datums, nulls);
	MemoryContextSwitchTo(context);
	MemoryContextReset(host->scratch);
}

/* Sends a notice to the client. */
static void
host_notice(dbc_host *base, const char *message)
{
	(void) base;
	ereport(NOTICE, errmsg_internal("%s", dbcpg_from_core(message)));
}

/* Shows progress in pg_stat_activity and checks for interrupts. */
static void
host_progress(dbc_host *base, const char *phase, int64_t done, int64_t total)
{
	dbcpg_host *host = dbcpg_of(base);
	char *activity;

	CHECK_FOR_INTERRUPTS();
	activity = psprintf("dbcare: %s %s " INT64_FORMAT "/" INT64_FORMAT,
						base->function->name, dbcpg_from_core(phase),
						(int64) done, (int64) total);
	host->shows_progress = true;
	pgstat_report_activity(STATE_RUNNING, activity);
	pfree(activity);
}

/* Checks for interrupts. */
static void
host_poll(dbc_host *base)
{
	(void) base;
	CHECK_FOR_INTERRUPTS();
}

/* A name quoted for SQL. */
static const char *
host_quote(dbc_host *base, const char *name)
{
	return dbcpg_to_core(dbcpg_of(base),
						 quote_identifier(dbcpg_from_core(name)));
}

static const dbc_rows *
host_running(dbc_host *base)
{
	return dbc_query(base, "core/running");
}

/* The configuration parameter dbcare.<name>; an empty value counts as not
 * set. */
static const char *
host_setting(dbc_host *base, const char *name)
{
	dbcpg_host *host = dbcpg_of(base);
	char *parameter = psprintf("dbcare.%s", name);
	const char *value = GetConfigOption(parameter, true, false);

	pfree(parameter);
	return value && *value ? dbcpg_to_core(host, value) : NULL;
}

static const dbc_seam seam = {
	.alloc = host_alloc,
	.scoped = host_scoped,
	.fail = dbcpg_fail,
	.query = dbcpg_query,
	.pages = dbcpg_pass_pages,
	.guard = dbcpg_guard,
	.emit = host_emit,
	.notice = host_notice,
	.progress = host_progress,
	.poll = host_poll,
	.number_text = dbcpg_number_text,
	.split = dbcpg_split,
	.run = dbcpg_run,
	.quote = host_quote,
	.lock = dbcpg_lock_runners,
	.exclude = dbcpg_exclude,
	.commit = dbcpg_commit_work,
	.survive = dbcpg_survive,
	.write = dbcpg_write,
	.outside = dbcpg_run_outside,
	.outside_together = dbcpg_run_outside_together,
	.may_share_tables = dbcpg_may_share_tables,
	.setting = host_setting,
	.recall = dbcpg_recall_result,
	.remember = dbcpg_remember_result,
	.running = host_running,
	.resolve = dbcpg_resolve,
};

bool dbcpg_asserts;

void
dbcpg_open(dbcpg_host *host, const dbc_function *fn)
{
	memset(host, 0, sizeof(*host));
	host->call = AllocSetContextCreate(CurrentMemoryContext, "dbcare call",
									   ALLOCSET_DEFAULT_SIZES);
	host->arena = host->call;
	host->scratch = AllocSetContextCreate(host->arena, "dbcare scratch",
										  ALLOCSET_DEFAULT_SIZES);
	host->read_only = !dbc_class_writes(fn->class);
	host->base = (dbc_host){
		.seam = &seam,
		.engine = DBC_ON_POSTGRESQL,
		.traits = &dbcpg_traits,
		.engine_name = "postgresql",
		.engine_title = "PostgreSQL",
		.table_prefix = "dbcare.",
		.rooms = dbcpg_rooms,
		.sql = dbcpg_sql,
		.nsql = dbcpg_sql_count,
		.function = fn,
		.assert_result = dbcpg_asserts ? dbc_assert_result : NULL,
		.lock_timeout_ms = -1,
	};
	host->base.user =
		dbcpg_to_core(host, GetUserNameFromId(GetSessionUserId(), false));
}
