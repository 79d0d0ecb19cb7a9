/*
 * depend.c
 *	  The locks of dropping an object with its dependents.
 *
 * PostgreSQL follows dependencies while it drops; here they are followed only
 * to find the relations that it will lock.
 */
#include "pg_ext/lint/analysis.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"

/* A walk over the dependents of an object. */
typedef struct walk
{
	dbcpg_lint_analyzer *r;
	bool cascade;
	dbc_lint_lock_mode lock;
	HTAB *visited; /* objects visited */
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
lock(dbcpg_lint_analyzer *r, Oid oid, dbc_lint_lock_mode mode)
{
	const dbc_lint_object *object =
		OidIsValid(oid) ? dbcpg_lint_find_catalog_object(r, oid) : NULL;

	if (object)
		dbcpg_lint_add_effect(r, object, mode, false, false);
}

/* Locks a dropped relation.  TOAST tables and indexes dropped with their table
 * are ignored. */
static void
lock_relation(const walk *w, Oid oid)
{
	char kind = get_rel_relkind(oid);

	if (kind == RELKIND_TOASTVALUE || kind == RELKIND_INDEX ||
		kind == RELKIND_PARTITIONED_INDEX || kind == RELKIND_COMPOSITE_TYPE)
		return;
	lock(w->r, oid, w->lock);
	if (kind != '\0' && get_rel_relispartition(oid))
		dbcpg_lint_add_partition_effects(w->r, dbcpg_partition_parent(oid),
										 w->lock, false);
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
walk_object(const walk *w, const ObjectAddress *object)
{
	bool known;
	ListCell *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	(void) hash_search(w->visited, object, HASH_ENTER, &known);
	if (known)
		return;
	if (object->classId == RelationRelationId)
		lock_relation(w, object->objectId);
	else
		lock(w->r, table_of(object), w->lock);
	foreach (cell, dependents(w, object))
		walk_object(w, lfirst(cell));
}

void
dbcpg_lint_add_partition_effects(dbcpg_lint_analyzer *r, Oid parent,
								 dbc_lint_lock_mode mode, bool scans)
{
	Oid usual =
		OidIsValid(parent) ? get_default_partition_oid(parent) : InvalidOid;
	const dbc_lint_object *table =
		OidIsValid(usual) ? dbcpg_lint_find_catalog_object(r, usual) : NULL;

	lock(r, parent, mode);
	if (table)
		dbcpg_lint_add_effect(r, table, DBC_L_ACCESS_EXCLUSIVE, false, scans);
}

/* Begins a walk. */
static walk
begin(dbcpg_lint_analyzer *r, bool cascade, dbc_lint_lock_mode mode)
{
	HASHCTL control = {.keysize = sizeof(ObjectAddress),
					   .entrysize = sizeof(ObjectAddress),
					   .hcxt = CurrentMemoryContext};

	return (walk){.r = r,
				  .cascade = cascade,
				  .lock = mode,
				  .visited =
					  hash_create("dbcare dependencies", 32, &control,
								  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT)};
}

void
dbcpg_lint_add_constraint_effects(dbcpg_lint_analyzer *r, Oid table, int column)
{
	walk w = begin(r, true, DBC_L_ACCESS_EXCLUSIVE);
	ObjectAddress object;
	ListCell *cell;

	ObjectAddressSubSet(object, RelationRelationId, table, column);
	foreach (cell, dependents(&w, &object))
		if (((ObjectAddress *) lfirst(cell))->classId == ConstraintRelationId)
			walk_object(&w, lfirst(cell));
	hash_destroy(w.visited);
}

void
dbcpg_lint_add_sequence_effects(dbcpg_lint_analyzer *r, Oid table)
{
	ListCell *cell;

	if (OidIsValid(table))
		foreach (cell, getOwnedSequences(table))
			lock(r, lfirst_oid(cell), DBC_L_ACCESS_EXCLUSIVE);
}

/* Scans a table if it has storage. */
static void
check_table(const walk *w, Oid oid)
{
	char kind = get_rel_relkind(oid);
	const dbc_lint_object *table;

	if (kind != RELKIND_RELATION && kind != RELKIND_MATVIEW)
		return;
	table = dbcpg_lint_find_catalog_object(w->r, oid);
	if (table)
		dbcpg_lint_add_effect(w->r, table, w->lock, false, true);
}

/* Scans the tables with columns of a domain, or of a type built on it. */
static void
check_domain(const walk *w, Oid type)
{
	ObjectAddress object;
	ListCell *cell;

	check_stack_depth();
	ObjectAddressSet(object, TypeRelationId, type);
	foreach (cell, dependents(w, &object))
	{
		const ObjectAddress *user = lfirst(cell);

		if (user->classId == TypeRelationId)
			check_domain(w, user->objectId);
		else if (user->classId == RelationRelationId)
			check_table(w, user->objectId);
	}
}

void
dbcpg_lint_add_domain_effects(dbcpg_lint_analyzer *r, List *names)
{
	walk w = begin(r, true, DBC_L_SHARE);
	Oid type = dbcpg_lint_find_type(names);

	if (OidIsValid(type))
		check_domain(&w, type);
	hash_destroy(w.visited);
}

void
dbcpg_lint_add_drop_effects(dbcpg_lint_analyzer *r, Oid catalog, Oid oid,
							int column, bool cascade, dbc_lint_lock_mode mode)
{
	walk w;
	ObjectAddress object;

	if (!OidIsValid(oid))
		return;
	w = begin(r, cascade, mode);
	ObjectAddressSubSet(object, catalog, oid, column);
	walk_object(&w, &object);
	hash_destroy(w.visited);
}
