/*
 * places.c
 *	  The places of rows in a block, and which of them can be read.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/check/verify.h"
#include "pg_ext/core/sound_row.h"

#include "access/relation.h"
#include "storage/bufmgr.h"

int
dbcpg_check_mark_unsound(dbc_host *host, int64_t oid, int64_t block,
						 bool marked[DBC_BLOCK_ROWS])
{
	Relation table = relation_open((Oid) oid, AccessShareLock);
	Buffer buffer = ReadBuffer(table, (BlockNumber) block);
	Page page = BufferGetPage(buffer);
	int last;

	(void) host;
	StaticAssertStmt(MaxHeapTuplesPerPage < DBC_BLOCK_ROWS,
					 "a block has more rows");
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	last = Min(PageGetMaxOffsetNumber(page), MaxHeapTuplesPerPage);
	for (int item = 1; item <= last; item++)
		marked[item] = ItemIdIsNormal(PageGetItemId(page, item)) &&
					   !dbcpg_is_sound_row(page, item, RelationGetDescr(table));
	UnlockReleaseBuffer(buffer);
	relation_close(table, AccessShareLock);
	return last;
}
