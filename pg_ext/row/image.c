/*
 * image.c
 *	  A row as JSON, written by triggers.
 *
 * Integers, booleans and text are unchanged, other values are text of their
 * type, so that only output functions run.
 */
#include "pg_ext/row/image.h"

#include "access/htup_details.h"
#include "catalog/partition.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* How a value is written. */
typedef enum value_kind
{
	AS_IT_IS, /* digits, true, false */
	AS_STRING
} value_kind;

typedef struct column_format
{
	const char *member; /* its name as the start of a member; NULL: dropped */
	value_kind kind;
	bool is_bool;
	FmgrInfo output;
} column_format;

struct dbcpg_row_format
{
	column_format *columns;
	int ncolumns;
	AttrNumber key[INDEX_MAX_KEYS]; /* of the primary key, in jsonb's order */
	int nkey;
	/* ... and in the order of these numbers of its columns, which those of the
	 * topmost partitioned table are */
	AttrNumber ordered[INDEX_MAX_KEYS];
	AttrNumber *numbers;
};

static void
read_column(column_format *column, Form_pg_attribute attribute)
{
	StringInfoData member;
	Oid function;
	bool is_varlena;

	if (attribute->attisdropped)
		return;
	initStringInfo(&member);
	escape_json(&member, NameStr(attribute->attname));
	column->member = member.data;
	column->is_bool = attribute->atttypid == BOOLOID;
	column->kind = attribute->atttypid == INT2OID ||
						   attribute->atttypid == INT4OID ||
						   attribute->atttypid == INT8OID || column->is_bool
					   ? AS_IT_IS
					   : AS_STRING;
	getTypeOutputInfo(attribute->atttypid, &function, &is_varlena);
	fmgr_info(function, &column->output);
}

/* The order of members of jsonb: by length, then by bytes. */
static int
compare_names(const void *left, const void *right, void *columns)
{
	const char *l =
		((column_format *) columns)[*(AttrNumber *) left - 1].member;
	const char *r =
		((column_format *) columns)[*(AttrNumber *) right - 1].member;
	size_t length = strlen(l);

	if (length != strlen(r))
		return length < strlen(r) ? -1 : 1;
	return strcmp(l, r);
}

/* Reads the columns of the primary key. */
static void
read_key(dbcpg_row_format *format, Relation table)
{
	Oid index = dbcpg_primary_key_index(table);
	HeapTuple tuple;
	Form_pg_index key;

	if (!OidIsValid(index))
		return;
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	key = (Form_pg_index) GETSTRUCT(tuple);
	for (int i = 0; i < key->indnkeyatts; i++)
		format->key[format->nkey++] = key->indkey.values[i];
	ReleaseSysCache(tuple);
	qsort_arg(format->key, (size_t) format->nkey, sizeof(*format->key),
			  compare_names, format->columns);
}

static int
compare_numbers(const void *left, const void *right, void *numbers)
{
	return ((AttrNumber *) numbers)[*(AttrNumber *) left - 1] -
		   ((AttrNumber *) numbers)[*(AttrNumber *) right - 1];
}

/* Numbers the columns of a key of several columns as the topmost partitioned
 * table does. */
static void
number_key(dbcpg_row_format *format, Relation table)
{
	Oid root = RelationGetRelid(table);

	if (format->nkey < 2)
		return;
	if (table->rd_rel->relispartition)
		root = llast_oid(get_partition_ancestors(root));
	format->numbers =
		palloc0((Size) format->ncolumns * sizeof(*format->numbers));
	for (int i = 0; i < format->nkey; i++)
		format->numbers[format->key[i] - 1] = get_attnum(
			root, get_attname(RelationGetRelid(table), format->key[i], false));
	memcpy(format->ordered, format->key, sizeof(format->ordered));
	qsort_arg(format->ordered, (size_t) format->nkey, sizeof(AttrNumber),
			  compare_numbers, format->numbers);
}

dbcpg_row_format *
dbcpg_row_read_format(Relation table)
{
	TupleDesc columns = RelationGetDescr(table);
	dbcpg_row_format *format = palloc0(sizeof(*format));

	format->ncolumns = columns->natts;
	format->columns =
		palloc0((Size) columns->natts * sizeof(*format->columns) + 1);
	for (int i = 0; i < columns->natts; i++)
		read_column(&format->columns[i], TupleDescAttr(columns, i));
	read_key(format, table);
	number_key(format, table);
	return format;
}

/* Appends a value. */
static void
append_value(StringInfo json, column_format *column, Datum value, bool isnull)
{
	char *text;

	if (isnull)
	{
		appendStringInfoString(json, "null");
		return;
	}
	if (column->is_bool)
	{
		appendStringInfoString(json, DatumGetBool(value) ? "true" : "false");
		return;
	}
	text = OutputFunctionCall(&column->output, value);
	if (column->kind == AS_IT_IS)
		appendStringInfoString(json, text);
	else
		escape_json(json, text);
	pfree(text);
}

/* Appends a column as a member of an object. */
static void
append_member(StringInfo json, const dbcpg_row_format *format, int column,
			  TupleTableSlot *row, const char *separator, const char *space)
{
	column_format *described = &format->columns[column];

	if (json->data[json->len - 1] != '{')
		appendStringInfoString(json, separator);
	appendStringInfo(json, "%s:%s", described->member, space);
	append_value(json, described, row->tts_values[column],
				 row->tts_isnull[column]);
}

void
dbcpg_row_append(StringInfo json, const dbcpg_row_format *format,
				 TupleTableSlot *row)
{
	slot_getallattrs(row);
	appendStringInfoChar(json, '{');
	for (int i = 0; i < format->ncolumns; i++)
		if (format->columns[i].member)
			append_member(json, format, i, row, ",", "");
	appendStringInfoChar(json, '}');
}

void
dbcpg_row_append_columns(StringInfo json, const dbcpg_row_format *format,
						 const AttrNumber *columns, int ncolumns,
						 TupleTableSlot *row)
{
	slot_getallattrs(row);
	appendStringInfoChar(json, '{');
	for (int i = 0; i < ncolumns; i++)
		append_member(json, format, columns[i] - 1, row, ", ", " ");
	appendStringInfoChar(json, '}');
}

void
dbcpg_row_append_key(StringInfo json, const dbcpg_row_format *format,
					 TupleTableSlot *row)
{
	int first = format->key[0] - 1;

	slot_getallattrs(row);
	if (format->nkey == 0)
		appendStringInfo(json, "{\"ctid\": \"(%u,%u)\"}",
						 ItemPointerGetBlockNumber(&row->tts_tid),
						 ItemPointerGetOffsetNumber(&row->tts_tid));
	else if (format->nkey == 1)
		append_value(json, &format->columns[first], row->tts_values[first],
					 row->tts_isnull[first]);
	else
		dbcpg_row_append_columns(json, format, format->key, format->nkey, row);
}

bool
dbcpg_row_append_key_values(StringInfo json, const dbcpg_row_format *format,
							TupleTableSlot *row)
{
	if (format->nkey < 2)
		return false;
	slot_getallattrs(row);
	for (int i = 0; i < format->nkey; i++)
	{
		int column = format->ordered[i] - 1;

		appendStringInfo(json, "%s\"%d\": ", i == 0 ? "{" : ", ",
						 format->numbers[column]);
		append_value(json, &format->columns[column], row->tts_values[column],
					 row->tts_isnull[column]);
	}
	appendStringInfoChar(json, '}');
	return true;
}

const char *
dbcpg_row_member(const dbcpg_row_format *format, int column)
{
	return format->columns[column].member;
}

void
dbcpg_row_append_value(StringInfo json, const dbcpg_row_format *format,
					   int column, Datum value, bool isnull)
{
	append_value(json, &format->columns[column], value, isnull);
}

void
dbcpg_row_set_key(dbcpg_row_format *format, const AttrNumber *columns,
				  int count)
{
	format->nkey = Min(count, (int) lengthof(format->key));
	memcpy(format->key, columns, (Size) format->nkey * sizeof(*columns));
	qsort_arg(format->key, (size_t) format->nkey, sizeof(*format->key),
			  compare_names, format->columns);
}

int
dbcpg_row_key(const dbcpg_row_format *format, const AttrNumber **columns)
{
	*columns = format->key;
	return format->nkey;
}
