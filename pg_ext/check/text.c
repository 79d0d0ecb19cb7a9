/*
 * text.c
 *	  Text that is not valid in the encoding of the database.
 *
 * The server tests text when it comes in; damage and old versions have left
 * other text, which fails where it is converted, or in a dump that is restored.
 * Only columns are named, so no privilege is required, and no code of users
 * runs.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/check/verify.h"

#include "access/relation.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

static bool
is_text(const FormData_pg_attribute *column)
{
	return !column->attisdropped &&
		   (column->atttypid == TEXTOID || column->atttypid == VARCHAROID ||
			column->atttypid == BPCHAROID || column->atttypid == JSONOID ||
			column->atttypid == XMLOID);
}

/* Whether a value is text that is not valid. */
static bool
is_invalid(Datum value)
{
	struct varlena *given = (struct varlena *) DatumGetPointer(value);
	struct varlena *text = pg_detoast_datum_packed(given);
	bool valid = pg_verify_mbstr(GetDatabaseEncoding(), VARDATA_ANY(text),
								 VARSIZE_ANY_EXHDR(text), true);

	if (text != given)
		pfree(text);
	return !valid;
}

/* Whether a row has invalid text; marks its columns. */
static bool
test_row(TupleTableSlot *slot, bool *marked)
{
	TupleDesc columns = slot->tts_tupleDescriptor;
	bool found = false;

	slot_getallattrs(slot);
	for (int i = 0; i < columns->natts; i++)
		if (is_text(TupleDescAttr(columns, i)) && !slot->tts_isnull[i] &&
			is_invalid(slot->tts_values[i]))
			found = marked[i] = true;
	return found;
}

/* The names of the marked columns. */
static const char *
list_columns(dbc_host *host, TupleDesc columns, const bool *marked)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < columns->natts; i++)
		if (marked[i])
		{
			dbc_append(&text, text.length > 0 ? ", " : "");
			dbc_append(&text, quote_identifier(
								  NameStr(TupleDescAttr(columns, i)->attname)));
		}
	return text.data;
}

/* Reads all rows. */
static const char *
search_rows(dbc_host *host, Relation table)
{
	TupleTableSlot *slot = table_slot_create(table, NULL);
	TableScanDesc scan = table_beginscan(table, GetActiveSnapshot(), 0, NULL);
	bool *marked = palloc0(slot->tts_tupleDescriptor->natts * sizeof(bool));
	int64 rows = 0;
	const char *found = NULL;

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		rows += test_row(slot, marked);
	}
	table_endscan(scan);
	if (rows > 0)
		found = dbc_format(
			host, "%s %s text in %s that is not valid %s",
			dbc_count_text(host, rows, "row"), rows == 1 ? "has" : "have",
			list_columns(host, slot->tts_tupleDescriptor, marked),
			GetDatabaseEncodingName());
	ExecDropSingleTupleTableSlot(slot);
	return found;
}

const char *
dbcpg_check_find_bad_text(dbc_host *host, const char *oid)
{
	Oid wanted = (Oid) strtoul(oid, NULL, 10);
	const char *found = NULL;
	Relation table;

	if (!ConditionalLockRelationOid(wanted, AccessShareLock))
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE, NULL, NULL,
				 "another session has locked the table");
	table = try_relation_open(wanted, NoLock);
	if (table && table->rd_rel->relam == HEAP_TABLE_AM_OID)
		found = search_rows(host, table);
	if (table)
		relation_close(table, NoLock);
	UnlockRelationOid(wanted, AccessShareLock);
	return found;
}
