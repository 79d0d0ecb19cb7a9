/*
 * pg_lint_key.c
 *	  The columns by which a table of the catalog is found and divided.
 */
#include "pg_lint.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_index.h"
#include "catalog/pg_partitioned_table.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The columns of some numbers; an expression counts as "". */
static const char *const *
names_of(dbcpg_reader *r, Oid table, const int16 *numbers, int count)
{
	List *names = NIL;
	int i;

	for (i = 0; i < count; i++)
	{
		char *name = get_attname(table, numbers[i], true);

		names = lappend(names, makeString(name ? name : ""));
	}
	return dbcpg_keep_names(r, names);
}

const char *const *
dbcpg_partition_key(dbcpg_reader *r, const dbc_subject *table)
{
	Oid oid = dbcpg_relation_known(table)->oid;
	HeapTuple tuple = SearchSysCache1(PARTRELID, ObjectIdGetDatum(oid));
	Form_pg_partitioned_table form;
	const char *const *names;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_partitioned_table) GETSTRUCT(tuple);
	names = names_of(r, oid, form->partattrs.values, form->partnatts);
	ReleaseSysCache(tuple);
	return names;
}

void
dbcpg_know_indexes(dbcpg_reader *r, dbc_subject *table)
{
	Oid oid = dbcpg_relation_known(table)->oid;
	const char *const **indexes;
	Relation catalog;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	List *found = NIL;
	ListCell *cell;
	int n = 0;

	if (table->indexes || !OidIsValid(oid))
		return;
	catalog = table_open(IndexRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(oid));
	scan =
		systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);

		if (form->indisvalid &&
			heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
			found =
				lappend(found, (void *) names_of(r, oid, form->indkey.values,
												 form->indnkeyatts));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);

	indexes = dbc_alloc(&r->host->base,
						((size_t) list_length(found) + 1) * sizeof(*indexes));
	foreach (cell, found)
		indexes[n++] = lfirst(cell);
	table->indexes = indexes;
}
