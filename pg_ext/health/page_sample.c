/*
 * page_sample.c
 *	  Health checks that read relations directly: how much of a table or an
 *	  index is free, from random pages, and the last value of a sequence.
 *
 * Pages are read as VACUUM reads them, through a small ring of buffers, so
 * that a sample does not evict other pages from shared buffers.  No column
 * value leaves this file, so no privilege is required; and no code that
 * belongs to a relation is run.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/core/sound_row.h"
#include "pg_ext/health/connect.h"

#include <math.h>

#include "access/heapam.h"
#include "access/nbtree.h"
#include "access/xlog.h"
#include "catalog/pg_am.h"
#include "commands/sequence.h"
#include "common/hashfn.h"
#include "storage/bufpage.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "common/health/host.h"

/* A page that is not counted, because it has no rows or keys. */
#define NOT_COUNTED (-1)

static const char was_dropped[] = "the relation has just been dropped";

typedef struct sampled_relation
{
	Relation relation;
	bool is_index;
	Size reserve; /* bytes per page reserved by fillfactor */
} sampled_relation;

/* Bytes of a page without header and special space. */
static Size
room_of(Page page)
{
	return ((PageHeader) page)->pd_special - SizeOfPageHeaderData;
}

/* Bytes of deleted rows and of unused line pointers.  The buffer is locked,
 * because SnapshotDirty may set hint bits in it. */
static Size
dead_bytes(const sampled_relation *sampled, Buffer buffer, BlockNumber block)
{
	Page page = BufferGetPage(buffer);
	OffsetNumber last = PageGetMaxOffsetNumber(page);
	SnapshotData dirty;
	Size dead = 0;

	InitDirtySnapshot(dirty);
	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		ItemId item = PageGetItemId(page, offset);
		HeapTupleData row;

		if (!ItemIdIsUsed(item) || ItemIdIsDead(item))
			dead += sizeof(ItemIdData);
		if (!ItemIdIsNormal(item) || !dbcpg_has_sound_header(page, offset))
			continue;
		row.t_data = (HeapTupleHeader) PageGetItem(page, item);
		row.t_len = ItemIdGetLength(item);
		row.t_tableOid = RelationGetRelid(sampled->relation);
		ItemPointerSet(&row.t_self, block, offset);
		if (!HeapTupleSatisfiesVisibility(&row, &dirty, buffer))
			dead += MAXALIGN(row.t_len) + sizeof(ItemIdData);
	}
	return dead;
}

/* The free share of a page of a table. */
static double
free_of_table_page(const sampled_relation *sampled, Buffer buffer,
				   BlockNumber block)
{
	Page page = BufferGetPage(buffer);
	Size free;

	if (PageIsNew(page))
		return 1;
	free = PageGetExactFreeSpace(page) + dead_bytes(sampled, buffer, block);
	return free > sampled->reserve
			   ? (double) (free - sampled->reserve) / (double) room_of(page)
			   : 0;
}

/* The free share of a page of a B-tree.  Only leaf pages are counted;
 * new and deleted pages are free. */
static double
free_of_index_page(Buffer buffer)
{
	Page page = BufferGetPage(buffer);
	BTPageOpaque opaque;

	if (PageIsNew(page))
		return 1;
	opaque = (BTPageOpaque) PageGetSpecialPointer(page);
	if (P_IGNORE(opaque))
		return 1;
	if (!P_ISLEAF(opaque) || P_ISMETA(opaque))
		return NOT_COUNTED;
	return (double) PageGetExactFreeSpace(page) / (double) room_of(page);
}

/* The free share of a page, or NOT_COUNTED. */
static double
free_of_page(const sampled_relation *sampled, BlockNumber block,
			 BufferAccessStrategy ring)
{
	Buffer buffer = ReadBufferExtended(sampled->relation, MAIN_FORKNUM, block,
									   RBM_NORMAL, ring);
	double free;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	if (sampled->is_index)
		free = free_of_index_page(buffer);
	else
		free = free_of_table_page(sampled, buffer, block);
	UnlockReleaseBuffer(buffer);
	return free;
}

/* A random block from *from to *to, reproducible from the seed. */
static BlockNumber
random_block(BlockNumber from, BlockNumber to, uint64 seed)
{
	return from +
		   (BlockNumber) (hash_bytes_uint32_extended(from, seed) % (to - from));
}

/* Reads one page from each of npages equal parts of the relation. */
static void
read_pages(const sampled_relation *sampled, int64_t npages,
		   dbc_page_sample *sample)
{
	BlockNumber nblocks = RelationGetNumberOfBlocks(sampled->relation);
	BufferAccessStrategy ring = GetAccessStrategy(BAS_BULKREAD);
	uint64 seed = (uint64) GetCurrentTimestamp();
	double sum = 0;
	double squares = 0;

	sample->pages = nblocks;
	sample->page_bytes = BLCKSZ;
	npages = Min(npages, (int64_t) nblocks);
	for (int64_t i = 0; i < npages; i++)
	{
		BlockNumber from = (BlockNumber) (i * nblocks / npages);
		BlockNumber to = (BlockNumber) ((i + 1) * nblocks / npages);
		double free;

		CHECK_FOR_INTERRUPTS();
		free = free_of_page(sampled, random_block(from, to, seed), ring);
		if (free == NOT_COUNTED)
			continue;
		sample->sampled++;
		sum += free;
		squares += free * free;
	}
	FreeAccessStrategy(ring);
	if (sample->sampled == 0)
		return;
	sample->free = sum / (double) sample->sampled;
	sample->deviation = sqrt(Max(
		squares / (double) sample->sampled - sample->free * sample->free, 0));
}

/* Why the pages of a relation cannot be read, or NULL. */
static const char *
reason_against(Form_pg_class class)
{
	Oid method = class->relam;

	if (class->relpersistence == RELPERSISTENCE_TEMP)
		return "the relation is temporary";
	if (class->relpersistence == RELPERSISTENCE_UNLOGGED &&
		RecoveryInProgress())
		return class->relkind == RELKIND_SEQUENCE
				   ? "unlogged sequences cannot be read on a standby"
				   : "unlogged tables cannot be read on a standby";
	if (class->relkind != RELKIND_SEQUENCE && method != HEAP_TABLE_AM_OID &&
		method != BTREE_AM_OID)
		return "its access method is not supported";
	return NULL;
}

/* Locks a relation without waiting; sets *reason and returns false if it is
 * locked by another session. */
static bool
lock_at_once(Oid oid, const char **reason)
{
	if (ConditionalLockRelationOid(oid, AccessShareLock))
		return true;
	*reason = "another session has locked the relation";
	return false;
}

/* Opens a relation by its OID; NULL with *reason if it cannot be opened or
 * locked without waiting. */
static Relation
open_at_once(const char *oid, const char **reason)
{
	Oid wanted = (Oid) strtoul(oid, NULL, 10);
	Relation relation;

	if (!lock_at_once(wanted, reason))
		return NULL;
	relation = try_relation_open(wanted, NoLock);
	if (!relation)
	{
		UnlockRelationOid(wanted, AccessShareLock);
		*reason = was_dropped;
		return NULL;
	}
	*reason = reason_against(relation->rd_rel);
	if (!*reason)
		return relation;
	relation_close(relation, AccessShareLock);
	return NULL;
}

/* Samples pages of a relation; see health/host.h. */
static void
sample_pages(dbc_host *base, const char *whole, int64_t npages,
			 dbc_page_sample *sample)
{
	sampled_relation sampled = {.relation =
									open_at_once(whole, &sample->reason)};

	(void) base;
	if (!sampled.relation)
		return;
	sampled.is_index = sampled.relation->rd_rel->relkind == RELKIND_INDEX;
	if (!sampled.is_index)
		sampled.reserve = RelationGetTargetPageFreeSpace(
			sampled.relation, HEAP_DEFAULT_FILLFACTOR);
	read_pages(&sampled, npages, sample);
	relation_close(sampled.relation, AccessShareLock);
}

/* Reads the row of a locked sequence. */
static void
read_sequence(dbc_sequence *sequence, Form_pg_class class)
{
	HeapTupleHeader header;
	Form_pg_sequence_data row;
	Buffer buffer;
	Page page;

	sequence->reason = reason_against(class);
	if (sequence->reason)
		return;
	buffer = dbcpg_read_first_block(class);
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(buffer);
	header = (HeapTupleHeader) PageGetItem(
		page, PageGetItemId(page, FirstOffsetNumber));
	row = (Form_pg_sequence_data) ((char *) header + header->t_hoff);
	sequence->last_value = row->last_value;
	sequence->is_used = row->is_called;
	UnlockReleaseBuffer(buffer);
}

/* Reads a sequence and releases its lock: the server's own function would keep
 * the lock until the end of the transaction.  Only its row of pg_class is read,
 * since opening thousands of relations is slow. */
static void
lock_and_read_sequence(dbc_sequence *sequence)
{
	Oid oid = (Oid) strtoul(sequence->sequence, NULL, 10);
	HeapTuple tuple;

	if (!lock_at_once(oid, &sequence->reason))
		return;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
	if (HeapTupleIsValid(tuple))
	{
		read_sequence(sequence, (Form_pg_class) GETSTRUCT(tuple));
		ReleaseSysCache(tuple);
	}
	else
		sequence->reason = was_dropped;
	UnlockRelationOid(oid, AccessShareLock);
}

/* Reads sequences; see health/host.h. */
static void
read_last_values(dbc_host *base, dbc_sequence *sequences, int n)
{
	(void) base;
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		lock_and_read_sequence(&sequences[i]);
	}
}

const dbc_health_host dbcpg_health_host = {
	.sample_pages = sample_pages,
	.last_values = read_last_values,
#if DBCPG_DBLINK_WAITS
	.connect = dbcpg_health_connect,
#endif
};
