/*
 * lost_entries.c
 *	  Entries of an index whose rows are in damaged pages: the keys of the rows
 *	  that are lost.
 */
#include "pg_ext/core/host.h"

#include "access/genam.h"
#include "access/itup.h"
#include "access/relscan.h"
#include "access/relation.h"
#include "catalog/pg_am.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"

#include "common/check/check.h"
#include "common/core/text.h"
#include "pg_ext/check/lost_entries.h"
#include "pg_ext/core/compat.h"
#include "pg_ext/core/relation.h"

typedef struct reading
{
	dbc_host *host;
	Relation table;
	Relation index;
	BlockNumber blocks; /* of the table */
	const int64_t *bad; /* blocks that cannot be read, ascending */
	int nbad;
	BlockNumber last; /* block that was tested before */
	bool last_is_lost;
	dbc_check_entries *found;
} reading;

/* How well an index names rows; 0: not at all. */
static int
rank_of(Relation index)
{
	Form_pg_index form = index->rd_index;

	if (index->rd_rel->relam != BTREE_AM_OID || !form->indisvalid ||
		!form->indisready ||
		!heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL))
		return 0;
	if (!form->indisunique ||
		!heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, NULL))
		return 1;
	return form->indisprimary ? 3 : 2;
}

static Relation
open_key(Relation table, int *rank)
{
	Relation chosen = NULL;
	ListCell *cell;

	*rank = 0;
	foreach (cell, RelationGetIndexList(table))
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		int next = rank_of(index);

		if (next > *rank)
		{
			if (chosen)
				index_close(chosen, AccessShareLock);
			chosen = index;
			*rank = next;
		}
		else
			index_close(index, AccessShareLock);
	}
	return chosen;
}

static bool
is_bad(const reading *r, BlockNumber block)
{
	int low = 0;
	int high = r->nbad;

	while (low < high)
	{
		int middle = (low + high) / 2;

		if (r->bad[middle] < (int64_t) block)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->nbad && r->bad[low] == (int64_t) block;
}

/* Whether a row of this block may be lost: entries of a block follow each other
 * often. */
static bool
is_lost(reading *r, BlockNumber block)
{
	Buffer buffer;

	if (block == r->last)
		return r->last_is_lost;
	r->last = block;
	r->last_is_lost = block >= r->blocks || is_bad(r, block);
	if (r->last_is_lost)
		return true;
	buffer = ReadBuffer(r->table, block);
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	r->last_is_lost = PageIsNew(BufferGetPage(buffer));
	UnlockReleaseBuffer(buffer);
	return r->last_is_lost;
}

/* The values of a key as text. */
static const char **
read_key(const reading *r, IndexTuple tuple, TupleDesc shape)
{
	int nkeys = r->found->nkeys;
	const char **key = dbc_alloc(r->host, ((size_t) nkeys + 1) * sizeof(*key));
	Datum values[INDEX_MAX_KEYS];
	bool nulls[INDEX_MAX_KEYS];

	index_deform_tuple(tuple, shape, values, nulls);
	for (int i = 0; i < nkeys; i++)
	{
		Oid output;
		bool is_varlena;

		getTypeOutputInfo(TupleDescAttr(shape, i)->atttypid, &output,
						  &is_varlena);
		key[i] = nulls[i]
					 ? NULL
					 : dbcpg_to_core(dbcpg_of(r->host),
									 OidOutputFunctionCall(output, values[i]));
	}
	return key;
}

static void
add_entry(reading *r, ItemPointer tid, IndexScanDesc scan)
{
	dbc_check_entries *found = r->found;

	found->list = dbc_grow(r->host, found->list, (size_t) found->count,
						   sizeof(*found->list));
	found->list[found->count++] = (dbc_check_entry){
		.block = ItemPointerGetBlockNumber(tid),
		.item = ItemPointerGetOffsetNumber(tid),
		.key = found->is_key && scan->xs_itup
				   ? read_key(r, scan->xs_itup, scan->xs_itupdesc)
				   : NULL};
}

static void
read_entries(reading *r)
{
	IndexScanDesc scan =
		dbcpg_begin_index_scan(r->table, r->index, GetActiveSnapshot(), 0);
	ItemPointer tid;

	scan->xs_want_itup = true;
	index_rescan(scan, NULL, 0, NULL, 0);
	while ((tid = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (is_lost(r, ItemPointerGetBlockNumber(tid)))
			add_entry(r, tid, scan);
	}
	index_endscan(scan);
}

/* Without an index, nothing tells whether an empty block had rows. */
static void
find_empty(reading *r)
{
	dbc_check_entries *found = r->found;

	for (BlockNumber block = 0; block < r->blocks; block++)
	{
		CHECK_FOR_INTERRUPTS();
		if (is_bad(r, block) || !is_lost(r, block))
			continue;
		found->empty = dbc_grow(r->host, found->empty, (size_t) found->nempty,
								sizeof(*found->empty));
		found->empty[found->nempty++] = block;
	}
}

/* Names of the columns of a key. */
static void
read_columns(reading *r)
{
	const Form_pg_index form = r->index->rd_index;
	dbc_check_entries *found = r->found;

	found->nkeys = form->indnkeyatts;
	found->columns =
		dbc_alloc(r->host, (size_t) found->nkeys * sizeof(*found->columns));
	for (int i = 0; found->is_key && i < found->nkeys; i++)
		found->columns[i] = dbcpg_to_core(
			dbcpg_of(r->host), get_attname(RelationGetRelid(r->table),
										   form->indkey.values[i], false));
}

void
dbcpg_check_lost_entries(dbc_host *host, const dbc_relation *table,
						 const int64_t *bad, int nbad, dbc_check_entries *found)
{
	reading r = {.host = host,
				 .bad = bad,
				 .nbad = nbad,
				 .last = InvalidBlockNumber,
				 .found = found};
	int level;
	int rank;

	*found = (dbc_check_entries){0};
	r.table = relation_open(dbcpg_find_table_oid(table), AccessShareLock);
	r.blocks = RelationGetNumberOfBlocks(r.table);
	r.index = open_key(r.table, &rank);
	if (r.index)
	{
		/* as pg_dump writes values */
		level = NewGUCNestLevel();
		(void) set_config_option("datestyle", "ISO", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
		(void) set_config_option("intervalstyle", "postgres", PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
		(void) set_config_option("extra_float_digits", "3", PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
		found->index =
			dbcpg_to_core(dbcpg_of(host), RelationGetRelationName(r.index));
		found->is_key = rank >= 2;
		read_columns(&r);
		if (nbad >= 0)
			read_entries(&r);
		AtEOXact_GUC(true, level);
		index_close(r.index, AccessShareLock);
	}
	else if (nbad >= 0)
		find_empty(&r);
	relation_close(r.table, AccessShareLock);
}
