/*
 * sound_row.c
 *	  Rows of damaged pages that can be read without harm; see sound_row.h.
 *
 * What is tested is what keeps a read within the row: verify_heapam() of
 * amcheck tests it too, and much else.
 */
#include "pg_ext/core/sound_row.h"

#include <string.h>

#include "access/htup_details.h"
#include "access/tupmacs.h"

/* The values of a row. */
typedef struct values
{
	const char *data;
	uint32 length; /* of data */
	uint32 at;	   /* where the next value begins, before its alignment */
} values;

/* Moves behind a value with a length of its type; false if it ends behind the
 * row. */
static bool
pass_fixed(values *v, const FormData_pg_attribute *column)
{
	v->at = (uint32) att_align_nominal(v->at, column->attalign) +
			(uint32) column->attlen;
	return v->at <= v->length;
}

/* The same of a value that ends with a null character. */
static bool
pass_cstring(values *v, const FormData_pg_attribute *column)
{
	const char *end;

	v->at = (uint32) att_align_nominal(v->at, column->attalign);
	if (v->at >= v->length)
		return false;
	end = memchr(v->data + v->at, '\0', v->length - v->at);
	v->at = end ? (uint32) (end - v->data) + 1 : v->length;
	return end != NULL;
}

/* The length that a value says it has, if its first bytes are in the row; 0 if
 * it cannot be one. */
static uint32
length_of(const char *value, uint32 left)
{
	if (VARATT_IS_1B_E(value))
		return left >= VARHDRSZ_EXTERNAL &&
					   VARTAG_EXTERNAL(value) == VARTAG_ONDISK
				   ? (uint32) VARSIZE_EXTERNAL(value)
				   : 0;
	if (VARATT_IS_1B(value))
		return VARSIZE_1B(value);
	if (left < VARHDRSZ || VARSIZE_4B(value) < VARHDRSZ)
		return 0;
	if (VARATT_IS_4B_C(value) && VARSIZE_4B(value) < VARHDRSZ_COMPRESSED)
		return 0;
	return VARSIZE_4B(value);
}

/* The same of a value that says how long it is. */
static bool
pass_varlena(values *v, const FormData_pg_attribute *column)
{
	uint32 length;

	if (v->at >= v->length)
		return false;
	/* a byte that is not zero begins a short value, which is not aligned */
	if (v->data[v->at] == 0)
		v->at = (uint32) att_align_nominal(v->at, column->attalign);
	if (v->at >= v->length)
		return false;
	length = length_of(v->data + v->at, v->length - v->at);
	if (length == 0 || length > v->length - v->at)
		return false;
	v->at += length;
	return true;
}

static bool
pass_value(values *v, const FormData_pg_attribute *column)
{
	if (column->attlen > 0)
		return pass_fixed(v, column);
	return column->attlen == -1 ? pass_varlena(v, column)
								: pass_cstring(v, column);
}

/* Whether the values of a row, whose header is sound, are in it. */
static bool
has_sound_values(HeapTupleHeader row, uint32 length, TupleDesc columns)
{
	values v = {(const char *) row + row->t_hoff, length - row->t_hoff, 0};
	bool has_nulls = (row->t_infomask & HEAP_HASNULL) != 0;

	for (int i = 0; i < HeapTupleHeaderGetNatts(row); i++)
		if (!(has_nulls && att_isnull(i, row->t_bits)) &&
			!pass_value(&v, TupleDescAttr(columns, i)))
			return false;
	return true;
}

bool
dbcpg_has_sound_header(Page page, OffsetNumber number)
{
	ItemId pointer = PageGetItemId(page, number);
	uint32 start = ItemIdGetOffset(pointer);
	uint32 length = ItemIdGetLength(pointer);

	return start == MAXALIGN(start) && start >= SizeOfPageHeaderData &&
		   length >= MAXALIGN(SizeofHeapTupleHeader) &&
		   start + length <= BLCKSZ;
}

bool
dbcpg_is_sound_row(Page page, OffsetNumber number, TupleDesc columns)
{
	ItemId pointer = PageGetItemId(page, number);
	HeapTupleHeader row = (HeapTupleHeader) PageGetItem(page, pointer);
	uint32 expected = SizeofHeapTupleHeader;

	if (!dbcpg_has_sound_header(page, number) ||
		HeapTupleHeaderGetNatts(row) > columns->natts)
		return false;
	if (row->t_infomask & HEAP_HASNULL)
		expected += BITMAPLEN(HeapTupleHeaderGetNatts(row));
	return row->t_hoff == MAXALIGN(expected) &&
		   row->t_hoff <= ItemIdGetLength(pointer) &&
		   has_sound_values(row, ItemIdGetLength(pointer), columns);
}
