/*
 * shape.c
 *	  The columns of a table, as kept rows need them.
 *
 * A column is known by its number, whatever its name.  Its values stay the same
 * unless ALTER TABLE changes them, which writes a new version of its row in the
 * catalog and a new file for the table.  Values of an enum are known by the
 * OIDs of their labels.
 */
#include "pg_ext/row/shape.h"
#include "pg_ext/core/known_table.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_inherits.h"
#include "common/core/sort.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

typedef struct label
{
	Oid oid;
	char name[NAMEDATALEN];
} label;

const char *
dbcpg_row_type_name(Form_pg_attribute column)
{
	static const char catalog[] = "pg_catalog.";
	const char *name = format_type_extended(column->atttypid, column->atttypmod,
											FORMAT_TYPE_TYPEMOD_GIVEN |
												FORMAT_TYPE_FORCE_QUALIFY);

	return strncmp(name, catalog, strlen(catalog)) == 0 ? name + strlen(catalog)
														: name;
}

static TransactionId
version_of(Form_pg_attribute column)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(column->attrelid),
						Int16GetDatum(column->attnum));
	TransactionId version;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d of table %u",
			 column->attnum, column->attrelid);
	version = HeapTupleHeaderGetRawXmin(tuple->t_data);
	ReleaseSysCache(tuple);
	return version;
}

static int
compare_labels(const void *left, const void *right)
{
	Oid l = ((const label *) left)->oid;
	Oid r = ((const label *) right)->oid;

	return (l > r) - (l < r);
}

/* Appends the labels of an enum type, or of the enum that an array or domain is
 * made of. */
static void
append_labels(StringInfo json, Oid type)
{
	Oid base = getBaseType(type);
	Oid element = get_element_type(base);
	CatCList *found;
	label *labels;

	if (OidIsValid(element))
		base = getBaseType(element);
	if (get_typtype(base) != TYPTYPE_ENUM)
		return;
	found = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(base));
	labels = palloc((Size) found->n_members * sizeof(*labels) + 1);
	for (int i = 0; i < found->n_members; i++)
	{
		Form_pg_enum member =
			(Form_pg_enum) GETSTRUCT(&found->members[i]->tuple);

		labels[i].oid = member->oid;
		strlcpy(labels[i].name, NameStr(member->enumlabel), NAMEDATALEN);
	}
	dbc_sort(labels, (size_t) found->n_members, sizeof(*labels),
			 compare_labels);
	appendStringInfoString(json, ", \"labels\": {");
	for (int i = 0; i < found->n_members; i++)
	{
		appendStringInfo(json, "%s\"%u\": ", i > 0 ? ", " : "", labels[i].oid);
		escape_json(json, labels[i].name);
	}
	appendStringInfoChar(json, '}');
	ReleaseCatCacheList(found);
	pfree(labels);
}

/* The OID of the default of a column, which ALTER TYPE changes, and a rewritten
 * table does not. */
static Oid
default_of(Form_pg_attribute column)
{
	Relation defaults = table_open(AttrDefaultRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;
	Oid found;

	ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(column->attrelid));
	ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber,
				F_INT2EQ, Int16GetDatum(column->attnum));
	scan =
		systable_beginscan(defaults, AttrDefaultIndexId, true, NULL, 2, keys);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple) ? ((Form_pg_attrdef) GETSTRUCT(tuple))->oid
									: InvalidOid;
	systable_endscan(scan);
	table_close(defaults, AccessShareLock);
	return found;
}

/* The number of the file of a table, or the sum of those of its partitions. */
static uint64
file_of(Relation table)
{
	uint64 sum = table->rd_rel->relfilenode;
	ListCell *cell;

	if (table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return sum;
	foreach (cell, find_all_inheritors(RelationGetRelid(table), NoLock, NULL))
	{
		HeapTuple tuple =
			SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(cell)));

		if (!HeapTupleIsValid(tuple))
			continue;
		sum += ((Form_pg_class) GETSTRUCT(tuple))->relfilenode;
		ReleaseSysCache(tuple);
	}
	return sum;
}

void
dbcpg_row_append_version(StringInfo json, Relation table,
						 Form_pg_attribute column)
{
	appendStringInfo(json, "\"" UINT64_FORMAT ".%u.%u\"", file_of(table),
					 version_of(column),
					 column->atthasdef ? default_of(column) : InvalidOid);
}

void
dbcpg_row_append_labels(StringInfo json, Form_pg_attribute column)
{
	append_labels(json, column->atttypid);
}

static void
append_column(StringInfo json, Form_pg_attribute column)
{
	appendStringInfo(json, "{\"n\": %d, \"name\": ", column->attnum);
	escape_json(json, NameStr(column->attname));
	appendStringInfoString(json, ", \"type\": ");
	escape_json(json, dbcpg_row_type_name(column));
	appendStringInfo(json, ", \"collated\": %u, \"version\": %u",
					 column->attcollation, version_of(column));
	if (column->atthasdef)
		appendStringInfo(json, ", \"fallback\": %u", default_of(column));
	if (column->attgenerated != '\0')
		appendStringInfoString(json, ", \"generated\": true");
	append_labels(json, column->atttypid);
	appendStringInfoChar(json, '}');
}

char *
dbcpg_row_describe_shape(Relation table)
{
	TupleDesc columns = RelationGetDescr(table);
	StringInfoData json;
	bool first = true;

	initStringInfo(&json);
	appendStringInfo(
		&json,
		"{\"place\": \"%s\", \"table\": %u, \"file\": %u, \"columns\": [",
		dbcpg_place(), RelationGetRelid(table), table->rd_rel->relfilenode);
	for (int i = 0; i < columns->natts; i++)
	{
		if (TupleDescAttr(columns, i)->attisdropped)
			continue;
		appendStringInfoString(&json, first ? "" : ", ");
		append_column(&json, TupleDescAttr(columns, i));
		first = false;
	}
	appendStringInfoString(&json, "]}");
	return json.data;
}

int64
dbcpg_row_number_of_shape(const char *shape)
{
	return (int64) hash_bytes_extended((const unsigned char *) shape,
									   (int) strlen(shape), 0);
}
