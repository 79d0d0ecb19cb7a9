/*
 * verify.c
 *	  Verifying the rows of a table.
 */
#include "pg_ext/check/row.h"
#include "pg_ext/check/lost_entries.h"
#include "pg_ext/check/verify.h"
#include "pg_ext/core/random.h"
#include "pg_ext/core/relation.h"
#include "pg_ext/core/rooms.h"

#include "access/xact.h"
#include "storage/lmgr.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* Allocates zeroed memory for a set. */
static void *
get_memory(dbc_check_memory_pool *pool, size_t size)
{
	return MemoryContextAllocExtended(
		((dbcpg_check_memory_pool *) pool)->context, size,
		MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static void
put_memory(dbc_check_memory_pool *pool, void *memory)
{
	(void) pool;
	pfree(memory);
}

/* Makes a pool of so many bytes. */
static dbcpg_check_memory_pool
make_pool(dbcpg_host *host, int64_t room)
{
	dbcpg_check_memory_pool pool = {
		.base = {.get = get_memory, .put = put_memory, .room = (size_t) room}};

	dbcpg_fill_random(&pool.base.seed, sizeof(pool.base.seed));
	pool.context = AllocSetContextCreate(host->arena, "dbcare keys",
										 ALLOCSET_DEFAULT_SIZES);
	return pool;
}

/* Runs all steps; returns the results. */
static dbc_check_result *
run_steps(dbcpg_check_verification *v, int *nresults)
{
	dbc_check_result *results;

	dbcpg_check_list_constraints(v);
	v->leaves = dbcpg_check_list_leaves(v->host, v->table, &v->alien);
	dbcpg_check_collect_parents(v);
	dbcpg_check_verify_by_scan(v);
	/* leave the memory to the queries */
	MemoryContextReset(v->pool.context);
	dbcpg_check_verify_by_query(v);
	results = dbc_alloc(&v->host->base,
						((size_t) v->nconstraints + 1) * sizeof(*results));
	*nresults = 0;
	for (int i = 0; i < v->nconstraints; i++)
		/* a constraint implied by a primary key is only reported if it is
		 * violated */
		if (!v->constraints[i].implied ||
			v->constraints[i].result.violations > 0)
			results[(*nresults)++] = v->constraints[i].result;
	return results;
}

static const dbc_check_result *
verify(dbc_host *base, const dbc_check_task *task, int *nresults)
{
	dbcpg_host *host = dbcpg_of(base);
	bool was_read_only = host->read_only;
	dbcpg_check_verification v = {.host = host, .task = task};
	const dbc_check_result *results;

	v.table = dbcpg_find_table_oid(task->table);
	LockRelationOid(v.table, AccessShareLock);
	v.pool = make_pool(host, task->memory);
	/* all steps must see the changes made by the calling transaction, in one
	 * snapshot */
	if (!was_read_only)
	{
		CommandCounterIncrement();
		PushActiveSnapshot(GetTransactionSnapshot());
	}
	/* on failure, the guard does this */
	host->read_only = true;
	results = run_steps(&v, nresults);
	host->read_only = was_read_only;
	if (!was_read_only)
		PopActiveSnapshot();
	MemoryContextDelete(v.pool.context);
	/* the locks of all tables of a call may not fit into the lock table */
	UnlockRelationOid(v.table, AccessShareLock);
	return results;
}

const dbc_check_host dbcpg_check_host = {
	.tables = dbcpg_list_tables,
	.verify = verify,
	.try_rule = dbcpg_check_try_rule,
	.inspect = dbcpg_check_inspect_row,
	.find_lost = dbcpg_check_find_lost,
	.lost_entries = dbcpg_check_lost_entries,
	.find_bad_text = dbcpg_check_find_bad_text,
	.mark_unsound = dbcpg_check_mark_unsound,
	.make_plain = dbcpg_check_make_plain,
	.copy_rows = dbcpg_check_copy_rows,
	.has_plain = dbcpg_check_has_plain,
	.put_plain = dbcpg_check_put_plain,
	.give_plain = dbcpg_check_give_plain,
};
