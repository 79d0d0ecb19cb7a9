/*
 * verify_read.c
 *	  Reading tables, and collecting keys of parents.
 */
#include "pg_ext/check/verify.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/relation.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/pg_inherits.h"
#include "optimizer/plancat.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/* The least number of keys for which their range is queried. */
#define MANY_KEYS 10000

/* Rows between two progress reports; a power of 2. */
#define PROGRESS_ROWS 65536

/* ---- one table ---- */

static void
refuse_unreadable(Relation table)
{
	if (RELATION_IS_OTHER_TEMP(table))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("cannot access temporary tables of other sessions"));
	if (dbcpg_check_is_away(table))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("cannot access temporary or unlogged relations during "
					   "recovery"));
}

void
dbcpg_check_open_scan(dbcpg_check_table_scan *reader,
					  dbcpg_check_verification *v, Oid table)
{
	reader->v = v;
	reader->scan = NULL;
	ItemPointerSetInvalid(&reader->heap.damaged);
	reader->table = table_open(table, AccessShareLock);
	refuse_unreadable(reader->table);
	reader->row = table_slot_create(reader->table, NULL);
	reader->executor = CreateExecutorState();
	reader->context = GetPerTupleExprContext(reader->executor);
	reader->context->ecxt_scantuple = reader->row;
	/* start at the first block, so that samples are the same in every run */
	if (dbcpg_check_has_pages(reader->table))
		dbcpg_check_open_heap(&reader->heap, reader->table);
	else
		reader->scan = table_beginscan_strat(reader->table, GetActiveSnapshot(),
											 0, NULL, true, false);
}

/* Reads the next row; fails where one cannot be read: what it says is not
 * known, and it may have any key. */
static bool
read_row(dbcpg_check_table_scan *reader)
{
	const ItemPointerData *damaged = &reader->heap.damaged;
	bool found;

	if (reader->scan)
		return table_scan_getnextslot(reader->scan, ForwardScanDirection,
									  reader->row);
	found = dbcpg_check_next_heap_row(&reader->heap, reader->row);
	if (ItemPointerIsValid(damaged))
		ereport(ERROR, errcode(ERRCODE_DATA_CORRUPTED),
				errmsg("row (%u,%u) of table \"%s\" cannot be read: its page "
					   "is damaged",
					   ItemPointerGetBlockNumber(damaged),
					   ItemPointerGetOffsetNumber(damaged),
					   RelationGetRelationName(reader->table)));
	return found;
}

bool
dbcpg_check_next_scanned_row(dbcpg_check_table_scan *reader)
{
	dbcpg_check_verification *v = reader->v;

	ResetExprContext(reader->context);
	if (!read_row(reader))
		return false;
	if ((++v->done & (PROGRESS_ROWS - 1)) == 0)
		dbc_progress(&v->host->base, v->task->table->shown, v->done,
					 Max(v->done, v->total));
	return true;
}

/* Closes a table and releases its lock; the verified table is locked by
 * dbcpg_check_verify(). */
void
dbcpg_check_close_scan(dbcpg_check_table_scan *reader)
{
	if (reader->scan)
		table_endscan(reader->scan);
	else
		dbcpg_check_close_heap(&reader->heap);
	ExecDropSingleTupleTableSlot(reader->row);
	FreeExecutorState(reader->executor);
	table_close(reader->table, AccessShareLock);
}

List *
dbcpg_check_list_leaves(dbcpg_host *host, Oid table, const char **alien)
{
	List *leaves = NIL;
	ListCell *cell;

	*alien = NULL;
	if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE)
		return list_make1_oid(table);
	foreach (cell, find_all_inheritors(table, AccessShareLock, NULL))
	{
		Oid member = lfirst_oid(cell);
		char kind = get_rel_relkind(member);

		if (kind == RELKIND_RELATION)
			leaves = lappend_oid(leaves, member);
		else if (kind != RELKIND_PARTITIONED_TABLE)
			*alien = dbcpg_relation_of(host, member)->shown;
	}
	return leaves;
}

/* ---- sets ---- */

/* Opens a keyset.  The query for the range reads the ends of an index, which is
 * cheap; a wrong or missing range only costs memory. */
void
dbcpg_check_open_keyset(dbcpg_check_verification *v, dbc_check_keyset *set,
						const char *ends, int64_t nkeys)
{
	int64_t low = 1;
	int64_t high = 0;
	const dbc_rows *rows = NULL;
	const char *reason;

	if (ends && nkeys >= MANY_KEYS)
		rows = dbcpg_check_run_query(v, ends, false, false, &reason);
	if (rows && dbc_get_value(&v->host->base, rows, 0, 0).kind == DBC_INT)
	{
		low = dbc_get_int(&v->host->base, rows, 0, 0);
		high = dbc_get_int(&v->host->base, rows, 0, 1);
	}
	dbc_check_keyset_open(set, &v->pool.base, low, high, nkeys);
}

/* Adds the keys of one table to a set, except those with a null, which no child
 * refers to.  Runs no code of the table's owner: only superusers create
 * operator classes. */
static void
add_keys(dbcpg_check_verification *v, dbcpg_check_parent_keys *parents,
		 Oid table)
{
	AttrNumber *columns = palloc((Size) parents->ncolumns * sizeof(*columns));
	Oid *collations = palloc((Size) parents->ncolumns * sizeof(*collations));
	Oid *types = palloc((Size) parents->ncolumns * sizeof(*types));
	dbcpg_check_table_scan reader;
	dbcpg_check_key key;
	uint64 value;

	dbcpg_check_open_scan(&reader, v, table);
	for (int i = 0; i < parents->ncolumns; i++)
	{
		const FormData_pg_attribute *column;

		columns[i] =
			dbcpg_check_map_column(parents->table, table, parents->columns[i]);
		column = TupleDescAttr(RelationGetDescr(reader.table), columns[i] - 1);
		collations[i] = column->attcollation;
		types[i] = column->atttypid;
	}
	dbcpg_check_make_key(&key, parents->ncolumns, columns, types,
						 parents->functions, collations, parents->seed);
	key.exact = parents->integers;
	while (!parents->keys.full && dbcpg_check_next_scanned_row(&reader))
	{
		MemoryContext context =
			MemoryContextSwitchTo(reader.context->ecxt_per_tuple_memory);

		if (dbcpg_check_read_key(&key, reader.row, reader.context, &value) == 0)
			(void) dbc_check_keyset_add(&parents->keys, value);
		MemoryContextSwitchTo(context);
	}
	dbcpg_check_close_scan(&reader);
}

/* A set of parent keys to collect in a guard. */
typedef struct collection
{
	dbcpg_check_verification *v;
	dbcpg_check_parent_keys *parents;
	int64_t nrows;
} collection;

static void
collect(dbc_host *host, void *arg)
{
	collection *c = arg;
	dbcpg_check_parent_keys *parents = c->parents;
	const char *alien;
	List *leaves =
		dbcpg_check_list_leaves(dbcpg_of(host), parents->table, &alien);
	ListCell *cell;

	c->v->done = 0;
	c->v->total = dbcpg_check_estimate_rows(leaves);
	/* for few rows an index is faster; but then the query reads two tables,
	 * which must have the same owner so that code of one does not run with the
	 * rights of the other */
	if (alien ||
		(c->v->total / 16 > c->nrows &&
		 dbcpg_owner_of(parents->table) == dbcpg_owner_of(c->v->table)))
		return;
	dbcpg_check_open_keyset(c->v, &parents->keys,
							parents->integers ? parents->ends : NULL,
							c->v->total);
	foreach (cell, leaves)
		add_keys(c->v, parents, lfirst_oid(cell));
	parents->usable = !parents->keys.full;
}

static Oid *
types_of(dbc_host *host, Oid table, const AttrNumber *columns, int ncolumns)
{
	Oid *types = dbc_alloc(host, ((size_t) ncolumns + 1) * sizeof(*types));

	for (int i = 0; i < ncolumns; i++)
		types[i] = get_atttype(table, columns[i]);
	return types;
}

/* Whether a set of parent keys can be used for a foreign key. */
static bool
serves(const dbcpg_check_parent_keys *parents, const dbcpg_check_constraint *c)
{
	size_t n = (size_t) c->ncolumns;

	return parents->table == c->parent && parents->ncolumns == c->ncolumns &&
		   memcmp(parents->columns, c->parent_columns,
				  n * sizeof(*c->parent_columns)) == 0 &&
		   parents->integers == c->hashing.integers &&
		   (parents->integers ||
			memcmp(parents->functions, c->hashing.left, n * sizeof(Oid)) == 0);
}

/* Collects the keys of the parents of a foreign key. */
static dbcpg_check_parent_keys *
collect_for(dbcpg_check_verification *v, const dbcpg_check_constraint *c,
			int64_t nrows)
{
	dbc_host *host = &v->host->base;
	dbcpg_check_parent_keys *parents = dbc_alloc(host, sizeof(*parents));
	collection task = {.v = v, .parents = parents, .nrows = nrows};
	dbc_error error;

	parents->table = c->parent;
	parents->ncolumns = c->ncolumns;
	parents->columns = c->parent_columns;
	parents->integers = c->hashing.integers;
	parents->functions = c->hashing.left;
	parents->seed = v->pool.base.seed;
	parents->ends = c->ends;
	/* on failure the constraint is verified by query, which reports the
	 * cause */
	if (!dbc_guard(host, collect, &task, DBC_KEEP, true, &error))
		parents->usable = false;
	if (!parents->usable && parents->keys.pool)
		dbc_check_keyset_close(&parents->keys);
	return parents;
}

/* Sets the parent keys of a foreign key, collecting them unless they have been;
 * if that is not possible, the constraint is verified by query. */
static void
provide_parents(dbcpg_check_verification *v, dbcpg_check_constraint *c,
				int64_t nrows)
{
	dbc_host *host = &v->host->base;
	const Oid *left = types_of(host, c->parent, c->parent_columns, c->ncolumns);
	const Oid *right = types_of(host, c->table, c->columns, c->ncolumns);

	c->way = DBCPG_BY_QUERY;
	c->hashing = dbcpg_check_find_key_hashing(host, c->operators, left, right,
											  c->ncolumns);
	/* equal hashes of different values would hide an orphan */
	if (!c->hashing.possible || !c->hashing.injective)
		return;
	c->parents = v->parents;
	while (c->parents && !serves(c->parents, c))
		c->parents = c->parents->next;
	if (!c->parents)
	{
		c->parents = collect_for(v, c, nrows);
		c->parents->next = v->parents;
		v->parents = c->parents;
	}
	if (c->parents->usable)
		c->way = DBCPG_BY_SCAN;
}

void
dbcpg_check_collect_parents(dbcpg_check_verification *v)
{
	int64_t nrows = dbcpg_check_estimate_rows(v->leaves);

	for (int i = 0; i < v->nconstraints; i++)
		if (v->constraints[i].way == DBCPG_BY_SCAN &&
			v->constraints[i].result.kind == DBC_K_FOREIGN_KEY)
			provide_parents(v, &v->constraints[i], nrows);
}
