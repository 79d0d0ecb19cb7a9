/*
 * owner_query.c
 *	  Queries over tables of other roles.
 *
 * Planning a query runs code that the owners of its tables have chosen:
 * functions in indexes, casts, queries of views.  So does analyzing it, if it
 * has literals of their types: reading an array or a row checks the domains
 * inside.  Such code must not run with more rights than its owner has.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "access/htup_details.h"
#include "catalog/pg_database.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
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

/* Whether a role has all rights of another; pg_database_owner means the owner
 * of the database. */
static bool
is_trusted(Oid role, Oid owner)
{
	if (role == ACL_ID_PUBLIC)
		return false;
	if (role == ROLE_PG_DATABASE_OWNER)
		role = owner_in(DATABASEOID, MyDatabaseId, Anum_pg_database_datdba);
	return has_privs_of_role(role, owner);
}

/* Whether only roles that a role trusts may create objects in a schema. */
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

		for (int i = 0; i < ACL_NUM(acl); i++)
			if ((ACLITEM_GET_PRIVS(ACL_DAT(acl)[i]) & ACL_CREATE) != 0)
				closed &= is_trusted(ACL_DAT(acl)[i].ai_grantee, role);
	}
	ReleaseSysCache(tuple);
	return closed;
}

bool
dbcpg_searches_schema(Oid relation)
{
	return is_closed(get_rel_namespace(relation), dbcpg_owner_of(relation));
}

/*
 * Sets the search path to the schema of a table.  Code of the owner must not
 * find objects in the caller's search path, nor those that untrusted roles
 * have created in that schema, where a function that matches better than the
 * one in pg_catalog would be called instead.
 */
void
dbcpg_set_search_path(Oid relation)
{
	const char *path = "pg_catalog, pg_temp";

	if (dbcpg_searches_schema(relation))
		path = psprintf(
			"pg_catalog, %s, pg_temp",
			quote_identifier(get_namespace_name(get_rel_namespace(relation))));
	dbcpg_set_parameter("search_path", path);
}

dbcpg_execution_identity
dbcpg_switch_to_owner(Oid relation)
{
	dbcpg_execution_identity identity;

	GetUserIdAndSecContext(&identity.user, &identity.security);
	identity.guc_level = NewGUCNestLevel();
	dbcpg_set_search_path(relation);
	/* row security of the caller was tested before; FORCE ROW LEVEL SECURITY
	 * must not hide rows from the owner */
	SetUserIdAndSecContext(dbcpg_owner_of(relation),
						   identity.security | SECURITY_RESTRICTED_OPERATION |
							   SECURITY_NOFORCE_RLS);
	return identity;
}

void
dbcpg_restore_identity(const dbcpg_execution_identity *identity)
{
	AtEOXact_GUC(false, identity->guc_level);
	SetUserIdAndSecContext(identity->user, identity->security);
}

/* ---- the owners of the tables of a statement ---- */

/* Adds the owner of a relation to a list, and the owners of its descendants if
 * they are read, too.  They are locked, so no role can replace them. */
static void
add_owners(List **owners, Oid relation, bool descends)
{
	ListCell *cell;

	*owners = list_append_unique_oid(*owners, dbcpg_owner_of(relation));
	if (descends && has_subclass(relation))
		foreach (cell, find_all_inheritors(relation, AccessShareLock, NULL))
			*owners = list_append_unique_oid(*owners,
											 dbcpg_owner_of(lfirst_oid(cell)));
}

/* Adds the owners of the parents of a partition: new rows are tested against
 * the partition bounds, which computes keys. */
static void
add_owners_above(List **owners, Oid relation)
{
	ListCell *cell;

	if (get_rel_relispartition(relation))
		foreach (cell, get_partition_ancestors(relation))
			add_owners(owners, lfirst_oid(cell), false);
}

/* Adds the owners of the relations in an analyzed statement. */
static bool
find_owners(Node *node, void *owners)
{
	const Query *query = (const Query *) node;
	ListCell *cell;

	if (!node)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, find_owners, owners);
	foreach (cell, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);
		bool is_written =
			query->commandType != CMD_DELETE &&
			foreach_current_index(cell) + 1 == query->resultRelation;

		/* since version 16, also for views that were expanded to subqueries */
		if (!OidIsValid(entry->relid))
			continue;
		add_owners(owners, entry->relid, entry->inh);
		if (is_written)
			add_owners_above(owners, entry->relid);
	}
	return query_tree_walker((Query *) node, find_owners, owners, 0);
}

/* Adds the owners of the relations named in a parse tree.  A name that does not
 * exist is that of a common table expression, or an error of analysis. */
static bool
find_named_owners(Node *node, void *owners)
{
	Oid relation;

	if (!node)
		return false;
	if (!IsA(node, RangeVar))
		return raw_expression_tree_walker(node, find_named_owners, owners);
	relation = RangeVarGetRelid((RangeVar *) node, AccessShareLock, true);
	if (OidIsValid(relation))
		add_owners(owners, relation, ((const RangeVar *) node)->inh);
	return false;
}

/* ---- the role that all owners trust ---- */

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

/* The role to run a query as: the caller if it trusts all owners, else one of
 * the owners that does. */
Oid
dbcpg_role_for_owners(List *owners)
{
	Oid role = GetUserId();
	Oid untrusted = find_untrusted(owners, role);

	if (!OidIsValid(untrusted))
		return role;
	role = untrusted;
	untrusted = find_untrusted(owners, role);
	if (OidIsValid(untrusted))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("code of role \"%s\" would run with the rights of role "
					   "\"%s\"",
					   GetUserNameFromId(untrusted, false),
					   GetUserNameFromId(role, false)));
	return role;
}

bool
dbcpg_trusts_partitions(Oid relation)
{
	List *owners = NIL;

	if (get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE)
		add_owners(&owners, relation, true);
	return !OidIsValid(find_untrusted(owners, dbcpg_owner_of(relation)));
}

/* The owners of the relations named in parse trees. */
static List *
owners_in_trees(List *trees)
{
	List *owners = NIL;
	ListCell *cell;

	foreach (cell, trees)
	{
		Node *statement = lfirst_node(RawStmt, cell)->stmt;

		/* only these statements have literals of the owners' types */
		if (IsA(statement, SelectStmt) || IsA(statement, InsertStmt) ||
			IsA(statement, UpdateStmt) || IsA(statement, DeleteStmt))
			(void) find_named_owners(statement, &owners);
	}
	return owners;
}

/* The role to analyze parse trees as. */
Oid
dbcpg_role_for_trees(List *trees)
{
	return dbcpg_role_for_owners(owners_in_trees(trees));
}

/* The same for a caller who uses rights of his own: he runs what he may not run
 * as all of the owners himself, as any statement of his. */
static Oid
role_for_caller(List *owners)
{
	ListCell *cell;

	foreach (cell, owners)
		if (!has_privs_of_role(GetUserId(), lfirst_oid(cell)))
			return GetUserId();
	return dbcpg_role_for_owners(owners);
}

/* The role to run an analyzed statement as. */
Oid
dbcpg_role_for_query(Query *query)
{
	List *owners = NIL;

	(void) find_owners((Node *) query, &owners);
	return dbcpg_role_for_owners(owners);
}

/* The role to run code of a table as. */
Oid
dbcpg_role_for_table(Oid relation)
{
	return dbcpg_role_for_owners(list_make1_oid(dbcpg_owner_of(relation)));
}

/* ---- running as an owner ---- */

void
dbcpg_switch_to_role(Oid role, dbcpg_execution_identity *identity)
{
	GetUserIdAndSecContext(&identity->user, &identity->security);
	identity->guc_level = NewGUCNestLevel();
	if (role == identity->user)
		return;
	dbcpg_set_parameter("row_security", "off");
	SetUserIdAndSecContext(role,
						   identity->security | SECURITY_RESTRICTED_OPERATION);
}

/* FORCE ROW LEVEL SECURITY hides nothing: a role that has the rights of the
 * owner can end it. */
void
dbcpg_switch_for_caller(Oid role, dbcpg_execution_identity *identity)
{
	int security;

	dbcpg_switch_to_role(role, identity);
	GetUserIdAndSecContext(&role, &security);
	if (role != identity->user)
		SetUserIdAndSecContext(role, security | SECURITY_NOFORCE_RLS);
}

/* Parameters of a statement: a hook of the parser finds their types, or they
 * have some. */
typedef struct parameters
{
	ParserSetupHook hook;
	void *arg;
	int count;
	Oid *types;
} parameters;

/* Prepares a statement as the role that choose() finds for the owners of its
 * relations. */
static SPIPlanPtr
prepare(const char *text, const parameters *params, Oid (*choose)(List *),
		void (*become)(Oid, dbcpg_execution_identity *), Oid *role)
{
	dbcpg_execution_identity identity;
	SPIPlanPtr plan;
	const CachedPlanSource *source;
	List *owners = NIL;

	become(choose(owners_in_trees(dbcpg_raw_parser(text))), &identity);
	plan = params->hook ? SPI_prepare_params(text, params->hook, params->arg, 0)
						: SPI_prepare(text, params->count, params->types);
	dbcpg_restore_identity(&identity);
	if (!plan)
		dbcpg_require_spi_success(SPI_result);
	source = linitial(SPI_plan_get_plan_sources(plan));
	(void) find_owners((Node *) source->query_list, &owners);
	*role = choose(owners);
	return plan;
}

SPIPlanPtr
dbcpg_prepare_as_owner(const char *text, int nargs, Oid *types, Oid *role)
{
	const parameters params = {.count = nargs, .types = types};

	return prepare(text, &params, dbcpg_role_for_owners, dbcpg_switch_to_role,
				   role);
}

SPIPlanPtr
dbcpg_prepare_for_caller(const char *text, Oid *role)
{
	return dbcpg_prepare_params_for_caller(text, NULL, NULL, role);
}

SPIPlanPtr
dbcpg_prepare_params_for_caller(const char *text, ParserSetupHook hook,
								void *arg, Oid *role)
{
	const parameters params = {.hook = hook, .arg = arg};

	return prepare(text, &params, role_for_caller, dbcpg_switch_for_caller,
				   role);
}

bool
dbcpg_find_role_of_plan(SPIPlanPtr plan, Oid *role)
{
	const CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
	List *owners = NIL;

	if (!source->is_valid)
		return false;
	(void) find_owners((Node *) source->query_list, &owners);
	*role = role_for_caller(owners);
	return true;
}

/* Runs a query through SPI, as an owner of its tables unless the caller trusts
 * them; rows hidden by row security are an error. */
int
dbcpg_execute_as_owner(const char *text)
{
	dbcpg_execution_identity identity;
	Oid role;
	SPIPlanPtr plan = dbcpg_prepare_as_owner(text, 0, NULL, &role);
	int code;

	dbcpg_switch_to_role(role, &identity);
	code = SPI_execute_plan(plan, NULL, NULL, true, 0);
	dbcpg_restore_identity(&identity);
	SPI_freeplan(plan);
	return code;
}

int
dbcpg_execute_for_caller(const dbcpg_host *host, const char *text,
						 bool read_only)
{
	dbcpg_execution_identity identity;
	Oid role;
	SPIPlanPtr plan;
	int code;

	if (owners_in_trees(dbcpg_raw_parser(text)) == NIL)
		return SPI_execute(text, read_only, 0);
	plan = dbcpg_prepare_for_caller(text, &role);
	dbcpg_switch_for_caller(role, &identity);
	code = dbcpg_execute_planned(host, plan, NULL, read_only);
	dbcpg_restore_identity(&identity);
	SPI_freeplan(plan);
	return code;
}
