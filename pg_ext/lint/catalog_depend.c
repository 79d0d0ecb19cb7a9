/*
 * catalog_depend.c
 *	  What is dropped with an object.
 *
 * PostgreSQL follows dependencies while it drops; here they are followed only
 * to find the relations that it will lock.
 */
#include "pg_ext/lint/catalog_read.h"

#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"

/* A walk over the dependents of an object. */
typedef struct walk
{
	bool cascade;
	HTAB *visited; /* objects visited */
	List *found;   /* relations that are locked */
} walk;

/* Catalogs of objects that belong to a table, and the column with its OID. */
static const struct
{
	Oid catalog;
	Oid index;
	AttrNumber key;
	AttrNumber table;
} parts[] = {
	{ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid,
	 Anum_pg_constraint_conrelid},
	{TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid,
	 Anum_pg_trigger_tgrelid},
	{AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_oid,
	 Anum_pg_attrdef_adrelid},
	{PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid,
	 Anum_pg_policy_polrelid},
	{RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid,
	 Anum_pg_rewrite_ev_class},
};

/* The table of a constraint, trigger, default, policy or rule; else InvalidOid.
 */
static Oid
table_of(const ObjectAddress *object)
{
	Oid table = InvalidOid;

	for (size_t i = 0; i < lengthof(parts); i++)
	{
		Relation catalog;
		ScanKeyData key;
		SysScanDesc scan;
		HeapTuple tuple;
		bool isnull;

		if (parts[i].catalog != object->classId)
			continue;
		catalog = table_open(parts[i].catalog, AccessShareLock);
		ScanKeyInit(&key, parts[i].key, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(object->objectId));
		scan = systable_beginscan(catalog, parts[i].index, true, NULL, 1, &key);
		tuple = systable_getnext(scan);
		if (HeapTupleIsValid(tuple))
			table = DatumGetObjectId(dbcpg_get_column(
				tuple, parts[i].table, RelationGetDescr(catalog), &isnull));
		systable_endscan(scan);
		table_close(catalog, AccessShareLock);
	}
	return table;
}

static void
add(walk *w, Oid oid)
{
	if (OidIsValid(oid))
		w->found = lappend_oid(w->found, oid);
}

/* Adds a dropped relation; of a partition also its parent, and the default
 * partition.  TOAST tables and indexes dropped with their table are ignored. */
static void
add_relation(walk *w, Oid oid)
{
	char kind = get_rel_relkind(oid);
	Oid parent;

	if (kind == RELKIND_TOASTVALUE || kind == RELKIND_INDEX ||
		kind == RELKIND_PARTITIONED_INDEX || kind == RELKIND_COMPOSITE_TYPE)
		return;
	add(w, oid);
	if (kind != '\0' && get_rel_relispartition(oid))
	{
		parent = dbcpg_partition_parent(oid);
		add(w, parent);
		add(w, get_default_partition_oid(parent));
	}
}

/* Whether a dependency of this type drops the dependent object. */
static bool
is_dropped_with(const walk *w, char type)
{
	return w->cascade || type != DEPENDENCY_NORMAL;
}

/* The objects that are dropped with another one. */
static List *
dependents(const walk *w, const ObjectAddress *object)
{
	List *found = NIL;
	Relation catalog = table_open(DependRelationId, AccessShareLock);
	int nkeys = object->objectSubId ? 3 : 2;
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(object->classId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(object->objectId));
	ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, BTEqualStrategyNumber,
				F_INT4EQ, Int32GetDatum(object->objectSubId));
	scan = systable_beginscan(catalog, DependReferenceIndexId, true, NULL,
							  nkeys, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress *dependent;

		if (!is_dropped_with(w, form->deptype))
			continue;
		dependent = palloc(sizeof(*dependent));
		ObjectAddressSubSet(*dependent, form->classid, form->objid,
							form->objsubid);
		found = lappend(found, dependent);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

/* Visits an object and the objects dropped with it. */
static void
walk_object(walk *w, const ObjectAddress *object)
{
	bool known;
	ListCell *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	(void) hash_search(w->visited, object, HASH_ENTER, &known);
	if (known)
		return;
	if (object->classId == RelationRelationId)
		add_relation(w, object->objectId);
	else
		add(w, table_of(object));
	foreach (cell, dependents(w, object))
		walk_object(w, lfirst(cell));
}

/* Begins a walk. */
static walk
begin(bool cascade)
{
	HASHCTL control = {.keysize = sizeof(ObjectAddress),
					   .entrysize = sizeof(ObjectAddress),
					   .hcxt = CurrentMemoryContext};

	return (walk){.cascade = cascade,
				  .visited =
					  hash_create("dbcare dependencies", 32, &control,
								  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT)};
}

List *
dbcpg_lint_catalog_list_dropped(Oid catalog, Oid oid, int column, bool cascade)
{
	walk w;
	ObjectAddress object;

	if (!OidIsValid(oid))
		return NIL;
	w = begin(cascade);
	ObjectAddressSubSet(object, catalog, oid, column);
	walk_object(&w, &object);
	hash_destroy(w.visited);
	return w.found;
}

List *
dbcpg_lint_catalog_list_dropped_by_name(ObjectType type, List *names)
{
	const char *name = strVal(llast(names));
	FuncCandidateList function;
	List *found = NIL;

	switch (type)
	{
		case OBJECT_SCHEMA:
			return dbcpg_lint_catalog_list_dropped(
				NamespaceRelationId, get_namespace_oid(name, true), 0, true);
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			return dbcpg_lint_catalog_list_dropped(
				TypeRelationId, dbcpg_lint_catalog_named_type(names), 0, true);
		case OBJECT_EXTENSION:
			return dbcpg_lint_catalog_list_dropped(
				ExtensionRelationId, get_extension_oid(name, true), 0, true);
		case OBJECT_FUNCTION:
			for (function = dbcpg_lint_catalog_functions(names, -1); function;
				 function = function->next)
				found = list_concat(
					found, dbcpg_lint_catalog_list_dropped(
							   ProcedureRelationId, function->oid, 0, true));
			return found;
		default:
			return NIL;
	}
}

List *
dbcpg_lint_catalog_list_constrained(Oid table, int column)
{
	walk w = begin(true);
	ObjectAddress object;
	ListCell *cell;

	ObjectAddressSubSet(object, RelationRelationId, table, column);
	foreach (cell, dependents(&w, &object))
		if (((ObjectAddress *) lfirst(cell))->classId == ConstraintRelationId)
			walk_object(&w, lfirst(cell));
	hash_destroy(w.visited);
	return w.found;
}

/* Adds the tables with columns of a domain, or of a type built on it. */
static void
add_users(walk *w, Oid type)
{
	ObjectAddress object;
	ListCell *cell;

	check_stack_depth();
	ObjectAddressSet(object, TypeRelationId, type);
	foreach (cell, dependents(w, &object))
	{
		const ObjectAddress *user = lfirst(cell);
		char kind = user->classId == RelationRelationId
						? get_rel_relkind(user->objectId)
						: '\0';

		if (user->classId == TypeRelationId)
			add_users(w, user->objectId);
		else if (kind == RELKIND_RELATION || kind == RELKIND_MATVIEW)
			w->found = lappend_oid(w->found, user->objectId);
	}
}

List *
dbcpg_lint_catalog_list_of_domain(List *names)
{
	walk w = {.cascade = true};
	Oid type = dbcpg_lint_catalog_named_type(names);

	if (OidIsValid(type))
		add_users(&w, type);
	return w.found;
}
