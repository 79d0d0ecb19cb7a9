/*
 * heap_read.h
 *	  Reading the rows of a table page by page, also where pages are damaged.
 */
#ifndef DBCPG_CHECK_HEAP_READ_H
#define DBCPG_CHECK_HEAP_READ_H

#include "postgres.h"

#include "access/htup_details.h"
#include "executor/tuptable.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

/* A read of a table with pages (dbcpg_check_has_pages()). */
typedef struct dbcpg_check_heap
{
	Relation table;
	Snapshot snapshot;
	BufferAccessStrategy ring;
	BlockNumber blocks;
	BlockNumber block; /* the next one */
	Buffer buffer;	   /* that of the rows, pinned; or InvalidBuffer */
	OffsetNumber rows[MaxHeapTuplesPerPage];
	int nrows;
	int row; /* the next one */
	HeapTupleData tuple;
	/* the first row that cannot be read, which is left out; else not valid */
	ItemPointerData damaged;
} dbcpg_check_heap;

/* Begins to read what the active snapshot sees. */
extern void dbcpg_check_open_heap(dbcpg_check_heap *heap, Relation table);

/* Reads the next row into a slot of the table; false if there is none. */
extern bool dbcpg_check_next_heap_row(dbcpg_check_heap *heap,
									  TupleTableSlot *slot);

/* Releases what it holds, as does the end of the transaction. */
extern void dbcpg_check_close_heap(dbcpg_check_heap *heap);

/* Whether all rows of a table can be read, visible or not. */
extern bool dbcpg_check_is_heap_sound(Relation table);

#endif /* DBCPG_CHECK_HEAP_READ_H */
