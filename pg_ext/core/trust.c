/*
 * trust.c
 *	  As which role code of some owners may run; see trust.h.
 */
#include "pg_ext/core/trust.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The owner of an object, from a column of its catalog. */
static Oid
owner_in(int cache, Oid object, AttrNumber column)
{
	HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(object));
	bool isnull;
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "there is no object %u", object);
	owner = DatumGetObjectId(SysCacheGetAttr(cache, tuple, column, &isnull));
	ReleaseSysCache(tuple);
	return owner;
}

/* The owner of a relation. */
Oid
dbcpg_owner_of(Oid relation)
{
	return owner_in(RELOID, relation, Anum_pg_class_relowner);
}

/* The owner of a function. */
Oid
dbcpg_owner_of_function(Oid function)
{
	return owner_in(PROCOID, function, Anum_pg_proc_proowner);
}

/* The owner of a schema. */
Oid
dbcpg_owner_of_schema(Oid schema)
{
	return owner_in(NAMESPACEOID, schema, Anum_pg_namespace_nspowner);
}

/* The owner of the database. */
Oid
dbcpg_owner_of_database(void)
{
	return owner_in(DATABASEOID, MyDatabaseId, Anum_pg_database_datdba);
}

/* The first owner whose rights a role does not have, or InvalidOid. */
static Oid
find_untrusted(List *owners, Oid role)
{
	ListCell *cell;

	foreach (cell, owners)
		if (!has_privs_of_role(lfirst_oid(cell), role))
			return lfirst_oid(cell);
	return InvalidOid;
}

bool
dbcpg_trusts(Oid role, List *owners)
{
	return !OidIsValid(find_untrusted(owners, role));
}

const char *
dbcpg_describe_distrust(Oid role, List *owners)
{
	Oid untrusted = find_untrusted(owners, role);

	if (!OidIsValid(untrusted))
		return NULL;
	return psprintf(
		"code of role \"%s\" would run with the rights of role \"%s\"",
		GetUserNameFromId(untrusted, false), GetUserNameFromId(role, false));
}

void
dbcpg_require_trust(Oid role, List *owners)
{
	const char *problem = dbcpg_describe_distrust(role, owners);

	if (problem)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("%s", problem));
}

Oid
dbcpg_role_for_owners(List *owners)
{
	ListCell *cell;

	if (dbcpg_trusts(GetUserId(), owners))
		return GetUserId();
	foreach (cell, owners)
		if (dbcpg_trusts(lfirst_oid(cell), owners))
			return lfirst_oid(cell);
	/* name two who do not trust each other */
	dbcpg_require_trust(find_untrusted(owners, GetUserId()), owners);
	return InvalidOid;
}

Oid
dbcpg_role_for_caller(List *owners)
{
	ListCell *cell;

	foreach (cell, owners)
		if (!has_privs_of_role(GetUserId(), lfirst_oid(cell)))
			return GetUserId();
	return dbcpg_role_for_owners(owners);
}

Oid
dbcpg_role_for_trees(List *trees)
{
	List *owners = NIL;

	dbcpg_add_tree_owners(&owners, trees);
	return dbcpg_role_for_owners(owners);
}

Oid
dbcpg_role_for_query(Query *query)
{
	List *owners = NIL;
	Oid role;

	dbcpg_add_query_owners(&owners, (Node *) query);
	role = dbcpg_role_for_owners(owners);
	dbcpg_explain_role(list_make1(query), role);
	return role;
}

Oid
dbcpg_role_for_change(const Query *query)
{
	List *owners = NIL;

	dbcpg_add_change_owners(&owners, query);
	return dbcpg_role_for_owners(owners);
}

Oid
dbcpg_role_for_table(Oid relation, dbcpg_use use)
{
	List *owners = NIL;

	dbcpg_add_relation_owners(&owners, relation, use);
	return dbcpg_role_for_owners(owners);
}

bool
dbcpg_trusts_partitions(Oid relation)
{
	List *owners = NIL;

	if (get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE)
		dbcpg_add_family_owners(&owners, relation, DBCPG_READS);
	return dbcpg_trusts(dbcpg_owner_of(relation), owners);
}
