/*
 * trust_code.c
 *	  The owners of the code that an object can run.
 *
 * PostgreSQL notes in pg_depend what an object refers to.  Code is found by
 * following these references, and from a relation, a type or an operator class
 * to the objects that belong to it: constraints, indexes, policies.  Objects of
 * PostgreSQL itself belong to the superuser and are not followed.
 *
 * What was found is remembered until an object changes, since an application
 * may change rows one by one.
 */
#include "pg_ext/core/change.h"
#include "pg_ext/core/trust.h"

#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* A walk over objects. */
typedef struct walk
{
	List *owners;
	ObjectAddresses *seen; /* objectSubId is the use; 0 covers the others */
} walk;

static void visit(walk *w, Oid class, Oid object, dbcpg_use use);

/* ---- what belongs to an object ---- */

static bool
is_foreign_key(Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool is_one;

	if (!HeapTupleIsValid(tuple))
		return false;
	is_one =
		((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_FOREIGN;
	ReleaseSysCache(tuple);
	return is_one;
}

/* Whether a trigger or rule fires while session_replication_role is replica. */
static bool
fires_as_replica(Oid class, Oid object)
{
	bool is_trigger = class == TriggerRelationId;
	Relation catalog = table_open(class, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	bool fires = true;

	ScanKeyInit(&key, is_trigger ? Anum_pg_trigger_oid : Anum_pg_rewrite_oid,
				BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
	scan = systable_beginscan(
		catalog, is_trigger ? TriggerOidIndexId : RewriteOidIndexId, true, NULL,
		1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		char enabled = is_trigger
						   ? ((Form_pg_trigger) GETSTRUCT(tuple))->tgenabled
						   : ((Form_pg_rewrite) GETSTRUCT(tuple))->ev_enabled;

		fires = enabled == TRIGGER_FIRES_ALWAYS ||
				enabled == TRIGGER_FIRES_ON_REPLICA;
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return fires;
}

/* Whether an object that belongs to a relation runs code when that is used. */
static bool
runs_with_relation(const FormData_pg_depend *part, dbcpg_use use)
{
	char kind = get_rel_relkind(part->refobjid);

	/* an index of a partition belongs to that of the table, too */
	if (kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX)
		return false;
	switch (part->classid)
	{
		case ConstraintRelationId:
			/* PostgreSQL tests keys as the owners of both tables */
			return !is_foreign_key(part->objid);
		case RelationRelationId:
			kind = get_rel_relkind(part->objid);
			return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;
		case RewriteRelationId:
			return use == DBCPG_WRITES || kind == RELKIND_VIEW ||
				   (use == DBCPG_CHANGES &&
					fires_as_replica(part->classid, part->objid));
		case AttrDefaultRelationId:
			return use == DBCPG_WRITES || use == DBCPG_CHANGES ||
				   (part->refobjsubid > 0 &&
					get_attgenerated(part->refobjid,
									 (AttrNumber) part->refobjsubid) == 'v');
		case TriggerRelationId:
			return use == DBCPG_WRITES ||
				   (use == DBCPG_CHANGES &&
					fires_as_replica(part->classid, part->objid));
		case PolicyRelationId:
		case StatisticExtRelationId:
			return true;
		default:
			return false;
	}
}

/* Whether an object that refers to another one can run when that is used. */
static bool
runs_with(const FormData_pg_depend *part, dbcpg_use use)
{
	bool belongs = part->deptype != DEPENDENCY_NORMAL;

	switch (part->refclassid)
	{
		case RelationRelationId:
			return belongs && runs_with_relation(part, use);
		case ConstraintRelationId:
			return belongs && part->classid == RelationRelationId;
		case TypeRelationId:
			/* conversions to JSON look for a cast when they run, comparisons of
			 * arrays and rows for an operator class */
			return part->classid == CastRelationId ||
				   part->classid == OperatorClassRelationId ||
				   (belongs && part->classid == ConstraintRelationId);
		case OperatorClassRelationId:
		case OperatorFamilyRelationId:
			return part->classid == AccessMethodOperatorRelationId ||
				   part->classid == AccessMethodProcedureRelationId;
		default:
			return false;
	}
}

/* Whether a reference leads to code. */
static bool
leads_to_code(const FormData_pg_depend *reference)
{
	switch (reference->refclassid)
	{
		case TypeRelationId:
		case ProcedureRelationId:
		case OperatorRelationId:
		case OperatorClassRelationId:
		case OperatorFamilyRelationId:
		case LanguageRelationId:
		/* its owner chooses where a foreign table connects to */
		case ForeignServerRelationId:
			return true;
		case RelationRelationId:
			/* not from a constraint, an index, a row type to its table, nor
			 * from a child to its parent */
			return reference->deptype == DEPENDENCY_NORMAL &&
				   reference->classid != RelationRelationId &&
				   reference->classid != TypeRelationId;
		default:
			return false;
	}
}

/* ---- the walk ---- */

/* Follows what is noted about an object: what it refers to, or what refers to
 * it. */
static void
follow(walk *w, Oid class, Oid object, dbcpg_use use, bool backwards)
{
	Relation catalog = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0],
				backwards ? Anum_pg_depend_refclassid : Anum_pg_depend_classid,
				BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(class));
	ScanKeyInit(&keys[1],
				backwards ? Anum_pg_depend_refobjid : Anum_pg_depend_objid,
				BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
	scan = systable_beginscan(
		catalog, backwards ? DependReferenceIndexId : DependDependerIndexId,
		true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const FormData_pg_depend *link =
			(const FormData_pg_depend *) GETSTRUCT(tuple);

		if (backwards && runs_with(link, use))
			visit(w, link->classid, link->objid, use);
		if (!backwards && leads_to_code(link))
			visit(w, link->refclassid, link->refobjid,
				  /* the body of a function may write */
				  class == ProcedureRelationId ? DBCPG_WRITES : use);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Adds the owner of an object, if its class has owners.  The handler of a
 * language is code, the language is not. */
static void
add_owner(walk *w, Oid class, Oid object)
{
	AttrNumber column;
	int cache;
	HeapTuple tuple;
	bool isnull;

	if (class == LanguageRelationId || !is_objectclass_supported(class))
		return;
	column = get_object_attnum_owner(class);
	cache = get_object_catcache_oid(class);
	if (column == InvalidAttrNumber || cache < 0)
		return;
	tuple = SearchSysCache1(cache, ObjectIdGetDatum(object));
	if (!HeapTupleIsValid(tuple))
		return;
	w->owners = list_append_unique_oid(
		w->owners,
		DatumGetObjectId(SysCacheGetAttr(cache, tuple, column, &isnull)));
	ReleaseSysCache(tuple);
}

/* Visits an object, once. */
static void
visit(walk *w, Oid class, Oid object, dbcpg_use use)
{
	ObjectAddress address = {
		.classId = class, .objectId = object, .objectSubId = (int32) use};

	if (object < FirstNormalObjectId ||
		object_address_present(&address, w->seen) ||
		(class == RelationRelationId &&
		 get_rel_relkind(object) == RELKIND_SEQUENCE))
		return;
	check_stack_depth();
	add_exact_object_address(&address, w->seen);
	add_owner(w, class, object);
	follow(w, class, object, use, false);
	if (class != RelationRelationId || use != DBCPG_NAMES)
		follow(w, class, object, use, true);
	/* the columns of a row; of an array or range all is noted */
	if (class == TypeRelationId && OidIsValid(get_typ_typrelid(object)))
		follow(w, RelationRelationId, get_typ_typrelid(object), DBCPG_NAMES,
			   false);
}

/* ---- what is remembered ---- */

typedef struct remembered_key
{
	Oid class;
	Oid object;
	dbcpg_use use;
} remembered_key;

typedef struct remembered
{
	remembered_key key;
	List *owners;
} remembered;

/* Of this session; made anew after a change. */
static MemoryContext memory;
static HTAB *table;
static uint64 made_at;

/* Makes an empty table, unless there is one and nothing has changed. */
static void
open_table(void)
{
	HASHCTL control = {.keysize = sizeof(remembered_key),
					   .entrysize = sizeof(remembered)};
	uint64 changes = dbcpg_count_changes();

	if (!memory)
		memory = AllocSetContextCreate(TopMemoryContext, "dbcare trust",
									   ALLOCSET_SMALL_SIZES);
	if (table && made_at == changes)
		return;
	table = NULL;
	MemoryContextReset(memory);
	control.hcxt = memory;
	table = hash_create("dbcare trust", 64, &control,
						HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	made_at = changes;
}

static void
remember(const remembered_key *key, List *owners)
{
	MemoryContext context = MemoryContextSwitchTo(memory);
	remembered *entry = hash_search(table, key, HASH_ENTER, NULL);

	entry->owners = list_copy(owners);
	MemoryContextSwitchTo(context);
}

static void
add_owners(List **owners, Oid class, Oid object, dbcpg_use use)
{
	remembered_key key;
	const remembered *entry;
	uint64 began;
	walk w = {.owners = NIL};

	if (object < FirstNormalObjectId)
		return;
	memset(&key, 0, sizeof(key));
	key.class = class;
	key.object = object;
	key.use = use;
	open_table();
	entry = hash_search(table, &key, HASH_FIND, NULL);
	if (entry)
	{
		*owners = list_concat_unique_oid(*owners, entry->owners);
		return;
	}
	began = dbcpg_count_changes();
	w.seen = new_object_addresses();
	visit(&w, class, object, use);
	free_object_addresses(w.seen);
	open_table();
	if (began == dbcpg_count_changes())
		remember(&key, w.owners);
	*owners = list_concat_unique_oid(*owners, w.owners);
}

void
dbcpg_add_relation_owners(List **owners, Oid relation, dbcpg_use use)
{
	add_owners(owners, RelationRelationId, relation, use);
}

void
dbcpg_add_object_owners(List **owners, Oid class, Oid object)
{
	add_owners(owners, class, object, DBCPG_READS);
}

void
dbcpg_add_family_owners(List **owners, Oid relation, dbcpg_use use)
{
	ListCell *cell;

	dbcpg_add_relation_owners(owners, relation, use);
	if (has_subclass(relation))
		foreach (cell, find_all_inheritors(relation, AccessShareLock, NULL))
			dbcpg_add_relation_owners(owners, lfirst_oid(cell), use);
}
