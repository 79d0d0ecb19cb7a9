/*
 * number.c
 *	  Numbers of rows of dbcare's tables.
 *
 * nextval() makes its sequence the one that lastval() reads, so that an
 * application that inserts a row and then asks for lastval() would get the
 * number of an entry of the log.  The sequence is advanced here as nextval()
 * does, but without what the session remembers of it.
 */
#include "pg_ext/core/number.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "commands/sequence.h"
#include "utils/lsyscache.h"

/* Numbers that one record of the WAL covers, as in PostgreSQL's sequence.c. */
#define LOGGED_AHEAD 32

/* The row of a sequence, which is locked in its only page. */
static HeapTupleData
read_row(Relation sequence, Buffer *buffer)
{
	HeapTupleData row;
	ItemId item;

	*buffer = ReadBuffer(sequence, 0);
	LockBuffer(*buffer, BUFFER_LOCK_EXCLUSIVE);
	item = PageGetItemId(BufferGetPage(*buffer), FirstOffsetNumber);
	if (!ItemIdIsNormal(item))
		elog(ERROR, "sequence \"%s\" has no row",
			 RelationGetRelationName(sequence));
	row.t_data = (HeapTupleHeader) PageGetItem(BufferGetPage(*buffer), item);
	row.t_len = ItemIdGetLength(item);
	return row;
}

/* Writes the row as it is to be after a crash. */
static void
log_row(Relation sequence, Buffer buffer, const HeapTupleData *row)
{
	xl_seq_rec record = {sequence->rd_locator};
	XLogRecPtr end;

	XLogBeginInsert();
	XLogRegisterBuffer(0, buffer, REGBUF_WILL_INIT);
	XLogRegisterData((char *) &record, sizeof(record));
	XLogRegisterData((char *) row->t_data, row->t_len);
	end = XLogInsert(RM_SEQ_ID, XLOG_SEQ_LOG);
	PageSetLSN(BufferGetPage(buffer), end);
}

/* Advances a sequence whose row is locked. */
static int64
advance(Relation sequence, Buffer buffer, const HeapTupleData *row)
{
	Form_pg_sequence_data data =
		(Form_pg_sequence_data) ((char *) row->t_data + row->t_data->t_hoff);
	int64 number = data->last_value + (data->is_called ? 1 : 0);
	int64 left = data->log_cnt - 1;
	/* the first one after a checkpoint is logged: its redo may not go further
	 * back */
	bool logs = left < 0 || !data->is_called ||
				PageGetLSN(BufferGetPage(buffer)) <= GetRedoRecPtr();

	logs = logs && RelationNeedsWAL(sequence);
	/* the commit must wait for the record */
	if (logs)
		(void) GetTopTransactionId();
	START_CRIT_SECTION();
	MarkBufferDirty(buffer);
	data->is_called = true;
	if (logs)
	{
		data->last_value = number + LOGGED_AHEAD;
		data->log_cnt = 0;
		log_row(sequence, buffer, row);
		left = LOGGED_AHEAD;
	}
	data->last_value = number;
	data->log_cnt = Max(left, 0);
	END_CRIT_SECTION();
	return number;
}

int64
dbcpg_next_number(Oid oid)
{
	Relation sequence = relation_open(oid, RowExclusiveLock);
	HeapTupleData row;
	Buffer buffer;
	int64 number;

	if (sequence->rd_rel->relkind != RELKIND_SEQUENCE)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("dbcare.%s is not a sequence",
					   RelationGetRelationName(sequence)));
	row = read_row(sequence, &buffer);
	number = advance(sequence, buffer, &row);
	UnlockReleaseBuffer(buffer);
	/* until the end of the transaction, as for a table */
	relation_close(sequence, NoLock);
	return number;
}

int64
dbcpg_next_number_of(const char *name)
{
	Oid sequence = get_relname_relid(name, get_namespace_oid("dbcare", false));

	if (!OidIsValid(sequence))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("sequence dbcare.%s does not exist", name),
				errhint("Restore dbcare's tables from a backup."));
	return dbcpg_next_number(sequence);
}
