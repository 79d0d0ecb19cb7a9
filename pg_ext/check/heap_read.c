/*
 * heap_read.c
 *	  Reading the rows of a table page by page, also where pages are damaged.
 *
 * A scan of the server trusts what pages say of their rows: a length or a place
 * that was overwritten makes it read what is not the row's, or ends the process
 * and with it all others.  A check of a table that may be damaged must not.
 */
#include "pg_ext/check/heap_read.h"
#include "pg_ext/core/compat.h"
#include "pg_ext/core/sound_row.h"

#include "access/heapam.h"
#include "miscadmin.h"
#include "storage/predicate.h"
#include "utils/snapmgr.h"

void
dbcpg_check_open_heap(dbcpg_check_heap *heap, Relation table)
{
	memset(heap, 0, sizeof(*heap));
	heap->table = table;
	heap->snapshot = GetActiveSnapshot();
	heap->ring = GetAccessStrategy(BAS_BULKREAD);
	heap->blocks = RelationGetNumberOfBlocks(table);
	heap->buffer = InvalidBuffer;
	ItemPointerSetInvalid(&heap->damaged);
	PredicateLockRelation(table, heap->snapshot);
}

/* An overwritten header may name more line pointers than there can be. */
static OffsetNumber
last_of(Page page)
{
	return Min(PageGetMaxOffsetNumber(page), MaxHeapTuplesPerPage);
}

/* Makes a row of the page in the buffer the current one. */
static void
set_tuple(dbcpg_check_heap *heap, OffsetNumber number)
{
	Page page = BufferGetPage(heap->buffer);
	ItemId pointer = PageGetItemId(page, number);

	heap->tuple.t_tableOid = RelationGetRelid(heap->table);
	heap->tuple.t_data = (HeapTupleHeader) PageGetItem(page, pointer);
	heap->tuple.t_len = ItemIdGetLength(pointer);
	ItemPointerSet(&heap->tuple.t_self, BufferGetBlockNumber(heap->buffer),
				   number);
}

/* Reads the next page, and lists the rows of it that the snapshot sees. */
static void
read_page(dbcpg_check_heap *heap)
{
	Page page;

	heap->buffer = ReadBufferExtended(heap->table, MAIN_FORKNUM, heap->block++,
									  RBM_NORMAL, heap->ring);
	heap->nrows = heap->row = 0;
	LockBuffer(heap->buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(heap->buffer);
	for (OffsetNumber number = FirstOffsetNumber; number <= last_of(page);
		 number++)
	{
		if (!ItemIdIsNormal(PageGetItemId(page, number)))
			continue;
		if (!dbcpg_is_sound_row(page, number, RelationGetDescr(heap->table)))
		{
			if (!ItemPointerIsValid(&heap->damaged))
				ItemPointerSet(&heap->damaged, heap->block - 1, number);
			continue;
		}
		set_tuple(heap, number);
		if (HeapTupleSatisfiesVisibility(&heap->tuple, heap->snapshot,
										 heap->buffer))
			heap->rows[heap->nrows++] = number;
	}
	LockBuffer(heap->buffer, BUFFER_LOCK_UNLOCK);
}

static void
release_page(dbcpg_check_heap *heap)
{
	if (BufferIsValid(heap->buffer))
		ReleaseBuffer(heap->buffer);
	heap->buffer = InvalidBuffer;
	heap->nrows = heap->row = 0;
}

bool
dbcpg_check_next_heap_row(dbcpg_check_heap *heap, TupleTableSlot *slot)
{
	ExecClearTuple(slot);
	while (heap->row == heap->nrows)
	{
		release_page(heap);
		if (heap->block == heap->blocks)
			return false;
		CHECK_FOR_INTERRUPTS();
		read_page(heap);
	}
	/* rows stay where they are as long as their page is pinned */
	set_tuple(heap, heap->rows[heap->row++]);
	ExecStoreBufferHeapTuple(&heap->tuple, slot, heap->buffer);
	return true;
}

void
dbcpg_check_close_heap(dbcpg_check_heap *heap)
{
	release_page(heap);
	FreeAccessStrategy(heap->ring);
}

bool
dbcpg_check_is_heap_sound(Relation table)
{
	BufferAccessStrategy ring = GetAccessStrategy(BAS_BULKREAD);
	BlockNumber blocks = RelationGetNumberOfBlocks(table);
	bool sound = true;

	for (BlockNumber block = 0; sound && block < blocks; block++)
	{
		Buffer buffer =
			ReadBufferExtended(table, MAIN_FORKNUM, block, RBM_NORMAL, ring);
		Page page = BufferGetPage(buffer);

		CHECK_FOR_INTERRUPTS();
		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		for (OffsetNumber number = FirstOffsetNumber;
			 sound && number <= last_of(page); number++)
			sound = !ItemIdIsNormal(PageGetItemId(page, number)) ||
					dbcpg_is_sound_row(page, number, RelationGetDescr(table));
		UnlockReleaseBuffer(buffer);
	}
	FreeAccessStrategy(ring);
	return sound;
}
