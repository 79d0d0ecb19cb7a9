/*
 * catalog.c
 *	  Relations of the catalog.
 *
 * Names are looked up as PostgreSQL does, except that a schema without USAGE is
 * no error and nothing is locked, so that the analysis never waits for a lock.
 */
#include "pg_ext/lint/catalog_read.h"
#include "pg_ext/core/relation.h"

#include <sys/stat.h>

#include "access/table.h"
#include "catalog/heap.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_partitioned_table.h"
#include "commands/tablespace.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ---- names ---- */

Oid
dbcpg_lint_catalog_find_relation(const char *schema, const char *name)
{
	Oid oid;

	if (!schema)
		return RelnameGetRelid(name);
	oid = get_namespace_oid(schema, true);
	return OidIsValid(oid) ? get_relname_relid(name, oid) : InvalidOid;
}

/* Skips the temporary schema, which PostgreSQL would create, and the implicit
 * pg_catalog. */
const char *
dbcpg_lint_catalog_default_schema(void)
{
	Oid path[2];
	int count = Min(fetch_search_path_array(path, lengthof(path)),
					(int) lengthof(path));

	for (int i = 0; i < count; i++)
		if (path[i] != PG_CATALOG_NAMESPACE)
			return get_namespace_name(path[i]);
	return NULL;
}

const char *
dbcpg_lint_catalog_name(Oid oid, const char **schema)
{
	const char *name = get_rel_name(oid);

	*schema = name && !RelationIsVisible(oid)
				  ? get_namespace_name(get_rel_namespace(oid))
				  : NULL;
	return name;
}

bool
dbcpg_lint_catalog_is_tablespace(Oid tablespace, const char *name)
{
	return get_tablespace_oid(name, true) ==
		   (OidIsValid(tablespace) ? tablespace : MyDatabaseTableSpace);
}

/* ---- sizes ---- */

/* Size of a relation's main fork without its indexes, taken from its files so
 * that no lock is needed; 0 if the relation was dropped. */
static int64
bytes_of(Oid oid)
{
	LOCAL_FCINFO(call, 1);
	int64 sum = 0;
	Datum path;

	InitFunctionCallInfoData(*call, NULL, 1, InvalidOid, NULL, NULL);
	call->args[0].value = ObjectIdGetDatum(oid);
	call->args[0].isnull = false;
	path = pg_relation_filepath(call);
	for (int segment = 0; !call->isnull; segment++)
	{
		char *file = TextDatumGetCString(path);
		struct stat status;

		if (segment > 0)
			file = psprintf("%s.%d", file, segment);
		if (stat(file, &status) != 0)
			break;
		sum += status.st_size;
	}
	return sum;
}

/* Adds the size of a relation's indexes. */
static void
add_indexes(Oid oid, int64 *bytes)
{
	ListCell *cell;

	foreach (cell, dbcpg_lint_catalog_list_indexes(oid))
		*bytes += bytes_of(lfirst_oid(cell));
}

/* Adds the rows and the size of a relation with storage.  Without data pages
 * its indexes do not count. */
static void
add_storage(Form_pg_class form, double *rows, int64 *bytes)
{
	int64 main = bytes_of(form->oid);

	if (main == 0)
		return;
	*bytes += main;
	add_indexes(form->oid, bytes);
	if (OidIsValid(form->reltoastrelid))
	{
		*bytes += bytes_of(form->reltoastrelid);
		add_indexes(form->reltoastrelid, bytes);
	}
	/* as the planner: at the density of the last ANALYZE */
	if (form->relpages <= 0 || form->reltuples <= 0)
		*rows = -1;
	else if (*rows >= 0)
		*rows += (double) form->reltuples / form->relpages *
				 (double) (main / BLCKSZ);
}

/* Adds a table or one partition. */
static void
add_measures(Oid oid, double *rows, int64 *bytes)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		return;
	if (RELKIND_HAS_STORAGE(((Form_pg_class) GETSTRUCT(tuple))->relkind))
		add_storage((Form_pg_class) GETSTRUCT(tuple), rows, bytes);
	ReleaseSysCache(tuple);
}

/* Sets the size of a relation including its partitions. */
static void
measure(dbcpg_catalog_relation *relation, Oid oid, bool is_partitioned)
{
	ListCell *cell;

	relation->measured = true;
	if (is_partitioned)
		foreach (cell, dbcpg_lint_catalog_list_tree(oid))
			add_measures(lfirst_oid(cell), &relation->rows, &relation->bytes);
	else
		add_measures(oid, &relation->rows, &relation->bytes);
}

/* ---- relations ---- */

/* The foreign table that a relation is or has as a partition, or NULL. */
static const char *
find_foreign(dbc_host *host, Oid oid)
{
	ListCell *cell;

	foreach (cell, dbcpg_lint_catalog_list_tree(oid))
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
			return dbcpg_relation_of(dbcpg_of(host), lfirst_oid(cell))->shown;
	return NULL;
}

bool
dbcpg_lint_catalog_read_relation(dbc_host *host, Oid oid,
								 dbcpg_catalog_relation *relation)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
	Form_pg_class form;
	bool is_partitioned;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	is_partitioned = form->relkind == RELKIND_PARTITIONED_TABLE ||
					 form->relkind == RELKIND_PARTITIONED_INDEX;
	*relation = (dbcpg_catalog_relation){.kind = form->relkind,
										 .persistence = form->relpersistence,
										 .tablespace = form->reltablespace,
										 .is_partition = form->relispartition,
										 .has_children = form->relhassubclass};
	if (is_partitioned || form->relkind == RELKIND_FOREIGN_TABLE)
		relation->foreign = find_foreign(host, oid);
	if (RELKIND_HAS_STORAGE(form->relkind) || is_partitioned)
		measure(relation, oid, is_partitioned);
	if (form->relkind == RELKIND_INDEX ||
		form->relkind == RELKIND_PARTITIONED_INDEX)
		relation->table = IndexGetRelation(oid, true);
	ReleaseSysCache(tuple);
	return true;
}

List *
dbcpg_lint_catalog_list_tree(Oid oid)
{
	return find_all_inheritors(oid, NoLock, NULL);
}

Oid
dbcpg_lint_catalog_default_partition(Oid parent)
{
	return get_default_partition_oid(parent);
}

List *
dbcpg_lint_catalog_list_sequences(Oid table)
{
	return getOwnedSequences(table);
}

List *
dbcpg_lint_catalog_list_referencing(List *tables)
{
	return heap_truncate_find_FKs(tables);
}

/* ---- indexes and partition keys ---- */

List *
dbcpg_lint_catalog_list_indexes(Oid table)
{
	List *indexes = NIL;
	Relation catalog = table_open(IndexRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan =
		systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		indexes = lappend_oid(indexes,
							  ((Form_pg_index) GETSTRUCT(tuple))->indexrelid);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return indexes;
}

/* The columns with these numbers; "" for an expression. */
static List *
names_of(Oid table, const int16 *numbers, int count)
{
	List *names = NIL;

	for (int i = 0; i < count; i++)
	{
		char *name = get_attname(table, numbers[i], true);

		names = lappend(names, makeString(name ? name : ""));
	}
	return names;
}

List *
dbcpg_lint_catalog_read_key(Oid table)
{
	HeapTuple tuple = SearchSysCache1(PARTRELID, ObjectIdGetDatum(table));
	Form_pg_partitioned_table form;
	List *names;

	if (!HeapTupleIsValid(tuple))
		return NIL;
	form = (Form_pg_partitioned_table) GETSTRUCT(tuple);
	names = names_of(table, form->partattrs.values, form->partnatts);
	ReleaseSysCache(tuple);
	return names;
}

List *
dbcpg_lint_catalog_read_indexes(Oid table)
{
	List *found = NIL;
	ListCell *cell;

	foreach (cell, dbcpg_lint_catalog_list_indexes(table))
	{
		HeapTuple tuple =
			SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_index form;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		if (form->indisvalid &&
			heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
			found = lappend(
				found, names_of(table, form->indkey.values, form->indnkeyatts));
		ReleaseSysCache(tuple);
	}
	return found;
}
