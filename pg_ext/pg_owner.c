/*
 * pg_owner.c
 *	  Queries over tables of others.
 *
 * To plan a query is to run code that the owners of its tables have chosen:
 * functions in their indexes, casts, what a view hides.  It must not have
 * rights that the owner does not have.
 */
#include "pg_ext.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
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

/* Whether a role, or whoever it stands for, has all rights of another. */
static bool
is_trusted(Oid role, Oid owner)
{
	if (role == ACL_ID_PUBLIC)
		return false;
	if (role == ROLE_PG_DATABASE_OWNER)
		role = owner_in(DATABASEOID, MyDatabaseId, Anum_pg_database_datdba);
	return has_privs_of_role(role, owner);
}

/* Whether only those whom a role can trust may create anything in a schema. */
static bool
is_closed(Oid schema, Oid role)
{
	HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	bool isnull;
	Datum privileges;
	bool closed;

	if (!HeapTupleIsValid(tuple))
		return false;
	closed = is_trusted(((Form_pg_namespace) GETSTRUCT(tuple))->nspowner, role);
	privileges =
		SysCacheGetAttr(NAMESPACEOID, tuple, Anum_pg_namespace_nspacl, &isnull);
	if (!isnull)
	{
		Acl *acl = DatumGetAclP(privileges);
		int i;

		for (i = 0; i < ACL_NUM(acl); i++)
			if ((ACLITEM_GET_PRIVS(ACL_DAT(acl)[i]) & ACL_CREATE) != 0)
				closed &= is_trusted(ACL_DAT(acl)[i].ai_grantee, role);
	}
	ReleaseSysCache(tuple);
	return closed;
}

/*
 * Sets the search path to the schema of a table.  What the caller has in his
 * must not be found by code of the owner; nor must what strangers have put into
 * that schema, where a function that fits better than the one of the catalog
 * would be called in its place.
 */
void
dbcpg_set_search_path(Oid relation)
{
	Oid schema = get_rel_namespace(relation);
	const char *path = "pg_catalog, pg_temp";

	if (is_closed(schema, dbcpg_owner_of(relation)))
		path = psprintf("pg_catalog, %s, pg_temp",
						quote_identifier(get_namespace_name(schema)));
	dbcpg_set_parameter("search_path", path);
}

/* Has code of a table run as its owner. */
dbcpg_identity
dbcpg_become_owner(Oid relation)
{
	dbcpg_identity identity;

	GetUserIdAndSecContext(&identity.user, &identity.security);
	identity.guc_level = NewGUCNestLevel();
	dbcpg_set_search_path(relation);
	/* row security that binds the caller is looked at before; what the owner
	 * has forced on himself must not hide rows from others */
	SetUserIdAndSecContext(dbcpg_owner_of(relation),
						   identity.security | SECURITY_RESTRICTED_OPERATION |
							   SECURITY_NOFORCE_RLS);
	return identity;
}

/* Takes that back. */
void
dbcpg_become_again(const dbcpg_identity *identity)
{
	AtEOXact_GUC(false, identity->guc_level);
	SetUserIdAndSecContext(identity->user, identity->security);
}

/* Adds the owner of a relation to a list. */
static List *
add_owner(List *owners, Oid relation)
{
	return list_append_unique_oid(owners, dbcpg_owner_of(relation));
}

/* The owners of what a query reads, partitions among it.  It is locked by now,
 * so that nobody can put something else in its place. */
static List *
owners_of(const List *relations)
{
	List *owners = NIL;
	ListCell *cell;
	ListCell *inner;

	foreach (cell, relations)
	{
		Oid relation = lfirst_oid(cell);

		owners = add_owner(owners, relation);
		if (get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE)
			foreach (inner,
					 find_all_inheritors(relation, AccessShareLock, NULL))
				owners = add_owner(owners, lfirst_oid(inner));
	}
	return owners;
}

/* The first of owners who does not have the rights of a role anyway; else
 * InvalidOid. */
static Oid
find_stranger(List *owners, Oid role)
{
	ListCell *cell;

	foreach (cell, owners)
		if (!has_privs_of_role(lfirst_oid(cell), role))
			return lfirst_oid(cell);
	return InvalidOid;
}

/* The role to run a query as: the caller if he can trust all owners, else one
 * of them who can. */
Oid
dbcpg_role_for_owners(List *owners)
{
	Oid role = GetUserId();
	Oid stranger = find_stranger(owners, role);

	if (!OidIsValid(stranger))
		return role;
	role = stranger;
	stranger = find_stranger(owners, role);
	if (OidIsValid(stranger))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("code of role \"%s\" would run with the rights of role "
					   "\"%s\"",
					   GetUserNameFromId(stranger, false),
					   GetUserNameFromId(role, false)));
	return role;
}

/* The role to run a prepared statement as; see above. */
Oid
dbcpg_role_for_plan(SPIPlanPtr plan)
{
	const CachedPlanSource *query = linitial(SPI_plan_get_plan_sources(plan));

	return dbcpg_role_for_owners(owners_of(query->relationOids));
}

/* The role to run an analyzed statement as, likewise. */
Oid
dbcpg_role_for_query(Query *query)
{
	List *relations;
	List *others;
	bool row_security;

	extract_query_dependencies((Node *) query, &relations, &others,
							   &row_security);
	return dbcpg_role_for_owners(owners_of(relations));
}

/* The role to run code of a table as, likewise. */
Oid
dbcpg_role_for_table(Oid relation)
{
	return dbcpg_role_for_owners(add_owner(NIL, relation));
}

/* Runs a query through SPI, as an owner of its tables unless the caller can
 * trust them; what row security hides from him is an error. */
int
dbcpg_execute_as_owner(const char *text)
{
	SPIPlanPtr plan = SPI_prepare(text, 0, NULL);
	int level;
	Oid caller;
	Oid role;
	int security;
	int code;

	if (!plan)
		return SPI_result;
	GetUserIdAndSecContext(&caller, &security);
	role = dbcpg_role_for_plan(plan);
	level = NewGUCNestLevel();
	if (role != caller)
	{
		dbcpg_set_parameter("row_security", "off");
		SetUserIdAndSecContext(role, security | SECURITY_RESTRICTED_OPERATION);
	}
	code = SPI_execute_plan(plan, NULL, NULL, true, 0);
	/* the end of a subtransaction does the same for a failure */
	SetUserIdAndSecContext(caller, security);
	AtEOXact_GUC(false, level);
	SPI_freeplan(plan);
	return code;
}
