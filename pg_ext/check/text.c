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
#include "pg_ext/check/heap_read.h"
#include "pg_ext/check/verify.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"

/* The search of one table. */
typedef struct search
{
	TupleTableSlot *slot;
	bool reads_toast; /* else values there are left out */
	bool *marked;	  /* columns with invalid text */
	int64 rows;		  /* that have some */
} search;

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

/* Whether the row in s->slot has invalid text; marks its columns. */
static bool
test_row(const search *s)
{
	TupleDesc columns = s->slot->tts_tupleDescriptor;
	const Datum *values = s->slot->tts_values;
	bool found = false;

	slot_getallattrs(s->slot);
	for (int i = 0; i < columns->natts; i++)
		if (is_text(TupleDescAttr(columns, i)) && !s->slot->tts_isnull[i] &&
			(s->reads_toast ||
			 !VARATT_IS_EXTERNAL(DatumGetPointer(values[i]))) &&
			is_invalid(values[i]))
			found = s->marked[i] = true;
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
			dbc_append(&text,
					   dbcpg_to_core(dbcpg_of(host),
									 quote_identifier(NameStr(
										 TupleDescAttr(columns, i)->attname))));
		}
	return text.data;
}

/* Whether the values that a table has in its TOAST table can be read. */
static bool
has_sound_toast(Relation table)
{
	Relation toast;
	bool sound;

	if (!OidIsValid(table->rd_rel->reltoastrelid))
		return true;
	toast = relation_open(table->rd_rel->reltoastrelid, AccessShareLock);
	sound = dbcpg_check_is_heap_sound(toast);
	relation_close(toast, AccessShareLock);
	return sound;
}

/* Reads all rows that can be read: the damage of the others is a finding of the
 * structure. */
static const char *
search_rows(dbc_host *host, Relation table)
{
	TupleDesc columns = RelationGetDescr(table);
	search s = {.slot = table_slot_create(table, NULL),
				.reads_toast = has_sound_toast(table),
				.marked = palloc0(columns->natts * sizeof(bool))};
	dbcpg_check_heap heap;

	dbcpg_check_open_heap(&heap, table);
	while (dbcpg_check_next_heap_row(&heap, s.slot))
		s.rows += test_row(&s);
	ExecDropSingleTupleTableSlot(s.slot);
	dbcpg_check_close_heap(&heap);
	if (s.rows == 0)
		return NULL;
	return dbc_format(
		host, "%s %s text in %s that is not valid %s",
		dbc_count_text(host, s.rows, "row"), s.rows == 1 ? "has" : "have",
		list_columns(host, columns, s.marked), GetDatabaseEncodingName());
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
	if (table && dbcpg_check_has_pages(table))
		found = search_rows(host, table);
	if (table)
		relation_close(table, NoLock);
	UnlockRelationOid(wanted, AccessShareLock);
	return found;
}
