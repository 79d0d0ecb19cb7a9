/*
 * key.c
 *	  Index columns and partition keys of tables.
 */
#include "pg_ext/lint/analysis.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_partitioned_table.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "common/core/text.h"

/* The columns with these numbers; "" for an expression. */
static const char *const *
names_of(dbcpg_lint_analyzer *r, Oid table, const int16 *numbers, int count)
{
	List *names = NIL;

	for (int i = 0; i < count; i++)
	{
		char *name = get_attname(table, numbers[i], true);

		names = lappend(names, makeString(name ? name : ""));
	}
	return dbcpg_lint_copy_names(r, names);
}

/* ---- partitions ---- */

void
dbcpg_lint_record_partition_key(dbcpg_lint_analyzer *r, dbc_lint_object *table,
								const PartitionSpec *spec)
{
	const char **key =
		dbc_alloc(&r->host->base,
				  ((size_t) list_length(spec->partParams) + 1) * sizeof(*key));
	ListCell *cell;
	int n = 0;

	foreach (cell, spec->partParams)
	{
		const PartitionElem *element = lfirst_node(PartitionElem, cell);

		key[n++] = element->name ? dbcpg_lint_copy_text(r, element->name) : "";
	}
	dbcpg_lint_get_relation(table)->key = key;
}

/* Reads a partition key from the catalog. */
static const char *const *
read_key(dbcpg_lint_analyzer *r, Oid oid)
{
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

const char *const *
dbcpg_lint_find_partition_key(dbcpg_lint_analyzer *r, dbc_lint_object *table)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(table);

	if (!relation->key)
		relation->key = read_key(r, relation->oid);
	return relation->key;
}

/* Whether a list of names contains all of another. */
static bool
contains(const char *const *names, const char *const *others)
{
	const char *const *name;

	for (; *others; others++)
	{
		for (name = names; *name && !dbc_same(*name, *others); name++)
			;
		if (!*name)
			return false;
	}
	return true;
}

bool
dbcpg_lint_partition_fits(dbcpg_lint_analyzer *r, dbc_lint_object *partition,
						  const char *const *key)
{
	const dbcpg_lint_constraint *constraint =
		dbcpg_lint_read_constraints(r, partition);
	const char *const *name;

	if (!key)
		return false;
	for (name = key; *name; name++)
		if (!**name || !dbcpg_lint_is_not_null(r, partition, *name))
			return false;
	for (; constraint; constraint = constraint->next)
		if (constraint->type == CONSTRAINT_CHECK && constraint->valid &&
			constraint->compares && contains(constraint->columns, key) &&
			contains(key, constraint->columns))
			return true;
	return false;
}

/* ---- indexes ---- */

void
dbcpg_lint_read_indexes(dbcpg_lint_analyzer *r, dbc_lint_object *table)
{
	Oid oid = dbcpg_lint_get_relation(table)->oid;
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
