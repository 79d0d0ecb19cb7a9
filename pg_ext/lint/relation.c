/*
 * relation.c
 *	  Relations named by a script: in the catalog, or created by a script.
 *
 * Names are looked up as PostgreSQL does, except that a schema without USAGE is
 * no error and nothing is locked, so that the analysis never waits for a lock.
 */
#include "pg_ext/lint/analysis.h"
#include "pg_ext/core/relation.h"

#include <sys/stat.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "common/core/text.h"

/* ---- the catalog ---- */

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

List *
dbcpg_lint_list_indexes(Oid table)
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

/* Adds the size of a relation's indexes. */
static void
add_indexes(Oid oid, int64 *bytes)
{
	ListCell *cell;

	foreach (cell, dbcpg_lint_list_indexes(oid))
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
measure(dbc_lint_object *object, Oid oid)
{
	double rows = 0;
	int64 bytes = 0;
	ListCell *cell;

	if (object->partitioned)
		foreach (cell, find_all_inheritors(oid, NoLock, NULL))
			add_measures(lfirst_oid(cell), &rows, &bytes);
	else
		add_measures(oid, &rows, &bytes);
	object->measured = true;
	object->rows = rows < 0 ? -1 : (int64_t) (rows + 0.5);
	object->bytes = bytes;
}

/* The name of a kind of relation. */
static const char *
type_of_kind(char kind)
{
	switch (kind)
	{
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return "index";
		case RELKIND_SEQUENCE:
			return "sequence";
		case RELKIND_VIEW:
			return "view";
		case RELKIND_MATVIEW:
			return "materialized view";
		case RELKIND_FOREIGN_TABLE:
			return "foreign table";
		case RELKIND_COMPOSITE_TYPE:
			return "type";
		default:
			return "table";
	}
}

/* The foreign table that a relation is or has as a partition, or NULL. */
static const char *
find_foreign(dbcpg_lint_analyzer *r, const dbc_lint_object *object, Oid oid)
{
	ListCell *cell;

	if (!object->partitioned && !dbc_same(object->type, "foreign table"))
		return NULL;
	foreach (cell, find_all_inheritors(oid, NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
			return dbcpg_relation_of(r->host, lfirst_oid(cell))->shown;
	return NULL;
}

/* An OID as text. */
static const char *
oid_text(dbcpg_lint_analyzer *r, Oid oid)
{
	return dbc_format(&r->host->base, "%u", oid);
}

/* Reads a relation from the catalog; false if it was dropped. */
static bool
fill(dbcpg_lint_analyzer *r, dbc_lint_object *object,
	 dbcpg_lint_relation *relation)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation->oid));
	Form_pg_class form;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	relation->kind = form->relkind;
	relation->persistence = form->relpersistence;
	relation->tablespace = form->reltablespace;
	relation->object = object;
	object->engine = relation;
	object->type = type_of_kind(form->relkind);
	object->id = oid_text(r, relation->oid);
	object->temporary = form->relpersistence == RELPERSISTENCE_TEMP;
	object->partitioned = form->relkind == RELKIND_PARTITIONED_TABLE ||
						  form->relkind == RELKIND_PARTITIONED_INDEX;
	object->is_partition = form->relispartition;
	object->foreign = find_foreign(r, object, relation->oid);
	relation->has_children = form->relhassubclass;
	if (RELKIND_HAS_STORAGE(form->relkind) || object->partitioned)
		measure(object, relation->oid);
	ReleaseSysCache(tuple);
	if (dbc_same(object->type, "index"))
	{
		Oid table = IndexGetRelation(relation->oid, true);

		if (OidIsValid(table))
			relation->table = dbcpg_lint_find_catalog_object(r, table);
	}
	return true;
}

/* ---- the session ---- */

/* Binds a new object to a relation of the catalog; returns the object shared by
 * all its names, or NULL if a script dropped it. */
static dbc_lint_object *
bind_relation(dbcpg_lint_analyzer *r, dbc_lint_object *object, Oid oid)
{
	bool known;
	dbcpg_lint_relation *relation =
		hash_search(r->memory->relations, &oid, HASH_ENTER, &known);

	if (!known)
	{
		memset(relation, 0, sizeof(*relation));
		relation->oid = oid;
		relation->object = object;
		if (!fill(r, object, relation))
			relation->dropped = true;
	}
	if (relation->dropped || relation->renamed)
		return NULL;
	object->engine = relation;
	return relation->object;
}

/* Binds an object that is not in the catalog, and its other name unless NULL,
 * to a new relation. */
static dbc_lint_object *
bind_new_relation(dbcpg_lint_analyzer *r, dbc_lint_object *object,
				  dbc_lint_object *other)
{
	dbcpg_lint_relation *relation =
		dbc_alloc(&r->host->base, sizeof(*relation));

	relation->object = object;
	relation->kind = RELKIND_RELATION;
	object->engine = relation;
	if (other)
		other->engine = relation;
	return object;
}

/* The object shared by all names of a relation. */
static dbc_lint_object *
shared_object(dbc_lint_object *object)
{
	return object->engine ? dbcpg_lint_get_relation(object)->object : object;
}

/* The OID of a relation in a schema, or on the search path. */
static Oid
lookup(const char *schema, const char *name)
{
	Oid oid;

	if (!schema)
		return RelnameGetRelid(name);
	oid = get_namespace_oid(schema, true);
	return OidIsValid(oid) ? get_relname_relid(name, oid) : InvalidOid;
}

/* The schema where unqualified names are created, or NULL.  Skips the temporary
 * schema, which PostgreSQL would create, and the implicit pg_catalog. */
static const char *
default_schema(void)
{
	Oid path[2];
	int count = Min(fetch_search_path_array(path, lengthof(path)),
					(int) lengthof(path));

	for (int i = 0; i < count; i++)
		if (path[i] != PG_CATALOG_NAMESPACE)
			return get_namespace_name(path[i]);
	return NULL;
}

/* An object that is not in the catalog: a script may create it with its schema
 * and use it without, or vice versa. */
static dbc_lint_object *
find_created(dbcpg_lint_analyzer *r, dbc_lint_object *object,
			 const char *schema)
{
	const char *usual = default_schema();
	dbc_lint_object *other;
	bool is_new;

	if (!usual || (schema && strcmp(schema, usual) != 0))
		return bind_new_relation(r, object, NULL);
	other = dbc_lint_find_object(r->session, object->type,
								 schema ? NULL : dbcpg_lint_copy_text(r, usual),
								 object->name, &is_new);
	if (is_new)
		return bind_new_relation(r, object, other);
	object->engine = other->engine;
	return shared_object(other);
}

/* The object with a name. */
static dbc_lint_object *
find(dbcpg_lint_analyzer *r, const char *schema, const char *name,
	 const char *type)
{
	bool is_new;
	dbc_lint_object *object =
		dbc_lint_find_object(r->session, type, dbcpg_lint_copy_text(r, schema),
							 dbcpg_lint_copy_text(r, name), &is_new);
	dbc_lint_object *known = NULL;
	Oid oid;

	if (!is_new)
		return shared_object(object);
	oid = lookup(schema, name);
	if (OidIsValid(oid))
		known = bind_relation(r, object, oid);
	return known ? known : find_created(r, object, schema);
}

dbc_lint_object *
dbcpg_lint_find_object(dbcpg_lint_analyzer *r, const RangeVar *name,
					   const char *type)
{
	return find(r, name->schemaname, name->relname, type);
}

dbc_lint_object *
dbcpg_lint_find_listed_object(dbcpg_lint_analyzer *r, List *names,
							  const char *type)
{
	const char *schema = list_length(names) > 1
							 ? strVal(list_nth(names, list_length(names) - 2))
							 : NULL;

	return find(r, schema, strVal(llast(names)), type);
}

/*
 * A free name becomes a new object.  A name in use, because the migration was
 * applied already, becomes the existing relation; it counts as created by the
 * script unless the script uses IF NOT EXISTS.
 */
dbc_lint_object *
dbcpg_lint_find_created_object(dbcpg_lint_analyzer *r, const RangeVar *name,
							   const char *type, bool if_not_exists)
{
	dbc_lint_object *object = dbcpg_lint_find_object(r, name, type);

	if (if_not_exists && (object->id || object->created_in))
		return object;
	object->type = type;
	object->temporary = name->relpersistence == RELPERSISTENCE_TEMP;
	dbc_lint_record_create(r->session, object);
	return object;
}

dbc_lint_object *
dbcpg_lint_find_catalog_object(dbcpg_lint_analyzer *r, Oid oid)
{
	dbcpg_lint_relation *known =
		hash_search(r->memory->relations, &oid, HASH_FIND, NULL);
	dbc_lint_object *object;
	const char *name;
	const char *schema = NULL;
	bool is_new;

	if (known)
		return known->dropped ? NULL : known->object;
	name = get_rel_name(oid);
	if (!name)
		return NULL;
	if (!RelationIsVisible(oid))
		schema = get_namespace_name(get_rel_namespace(oid));
	object = dbc_lint_find_object(r->session, "table",
								  dbcpg_lint_copy_text(r, schema),
								  dbcpg_lint_copy_text(r, name), &is_new);
	return is_new ? bind_relation(r, object, oid) : shared_object(object);
}

dbcpg_lint_relation *
dbcpg_lint_get_relation(const dbc_lint_object *object)
{
	return object->engine;
}

/* Drops the qualified or unqualified variant of an object's name. */
static void
drop_other_name(dbcpg_lint_analyzer *r, const dbc_lint_object *object)
{
	const char *usual = default_schema();
	dbc_lint_object *other;
	bool is_new;

	if (!usual || (object->schema && strcmp(object->schema, usual) != 0))
		return;
	other = dbc_lint_find_object(
		r->session, object->type,
		object->schema ? NULL : dbcpg_lint_copy_text(r, usual), object->name,
		&is_new);
	if (is_new || other->engine == object->engine)
		dbc_lint_record_drop(r->session, other);
}

void
dbcpg_lint_record_drop(dbcpg_lint_analyzer *r, dbc_lint_object *object)
{
	if (object->engine)
		dbcpg_lint_get_relation(object)->dropped = true;
	drop_other_name(r, object);
	dbc_lint_record_drop(r->session, object);
}

void
dbcpg_lint_record_rename(dbcpg_lint_analyzer *r, dbc_lint_object *object,
						 const char *name)
{
	bool is_new;

	drop_other_name(r, object);
	dbc_lint_record_rename(r->session, object, name);
	if (!object->engine)
		return;
	dbcpg_lint_get_relation(object)->renamed = true;
	dbcpg_lint_get_relation(object)->object = dbc_lint_find_object(
		r->session, object->type, object->schema, name, &is_new);
}

void
dbcpg_lint_record_move(dbcpg_lint_analyzer *r, dbc_lint_object *object,
					   const char *schema)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(object);
	bool is_new;
	dbc_lint_object *moved = dbc_lint_find_object(
		r->session, object->type, dbcpg_lint_copy_text(r, schema), object->name,
		&is_new);
	dbc_lint_object names = *moved;

	if (moved == object) /* already there */
		return;
	*moved = *object;
	moved->schema = names.schema;
	moved->shown = names.shown;
	relation->renamed = true;
	relation->object = moved;
	dbc_lint_record_drop(r->session, object);
}

dbc_lint_object *
dbcpg_lint_find_other_object(dbcpg_lint_analyzer *r, const char *type,
							 List *names)
{
	const char *schema = list_length(names) > 1
							 ? strVal(list_nth(names, list_length(names) - 2))
							 : NULL;
	bool is_new;

	return dbc_lint_find_object(
		r->session, type, dbcpg_lint_copy_text(r, schema),
		dbcpg_lint_copy_text(r, strVal(llast(names))), &is_new);
}
