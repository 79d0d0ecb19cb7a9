/*
 * owner_query.c
 *	  Queries over tables of other roles.
 *
 * They are analyzed, planned and run as a role of core/trust.h.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "access/htup_details.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/syscache.h"

/* Whether a role has all rights of another; pg_database_owner means the owner
 * of the database. */
static bool
is_trusted(Oid role, Oid owner)
{
	if (role == ACL_ID_PUBLIC)
		return false;
	if (role == ROLE_PG_DATABASE_OWNER)
		role = dbcpg_owner_of_database();
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
	dbcpg_set_path(path);
}

dbcpg_execution_identity
dbcpg_become_owner(Oid relation)
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

dbcpg_execution_identity
dbcpg_switch_to_owner(Oid relation)
{
	List *owners = NIL;

	dbcpg_add_relation_owners(&owners, relation, DBCPG_READS);
	dbcpg_require_trust(dbcpg_owner_of(relation), owners);
	return dbcpg_become_owner(relation);
}

void
dbcpg_restore_identity(const dbcpg_execution_identity *identity)
{
	AtEOXact_GUC(false, identity->guc_level);
	SetUserIdAndSecContext(identity->user, identity->security);
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

/* Who has the rights of the owner sees rows that the owner hides from
 * himself. */
void
dbcpg_switch_to_reader(Oid role, dbcpg_execution_identity *identity)
{
	if (has_privs_of_role(GetUserId(), role))
		dbcpg_switch_for_caller(role, identity);
	else
		dbcpg_switch_to_role(role, identity);
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

/* The role that choose() finds for the owners of the relations that a text
 * names.  The tree is freed: a call may prepare many statements, each with the
 * keys of many rows. */
static Oid
choose_for_text(const char *text, Oid (*choose)(List *))
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "dbcare parse tree", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	List *owners = NIL;
	Oid role;

	dbcpg_add_tree_owners(&owners, dbcpg_raw_parser(text));
	role = choose(owners);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return role;
}

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

	become(choose_for_text(text, choose), &identity);
	plan = params->hook ? SPI_prepare_params(text, params->hook, params->arg, 0)
						: SPI_prepare(text, params->count, params->types);
	dbcpg_restore_identity(&identity);
	if (!plan)
		dbcpg_require_spi_success(SPI_result);
	source = linitial(SPI_plan_get_plan_sources(plan));
	dbcpg_add_query_owners(&owners, (Node *) source->query_list);
	*role = choose(owners);
	dbcpg_explain_role(source->query_list, *role);
	return plan;
}

SPIPlanPtr
dbcpg_prepare_as_owner(const char *text, int nargs, Oid *types, Oid *role)
{
	const parameters params = {.count = nargs, .types = types};

	return prepare(text, &params, dbcpg_role_for_owners, dbcpg_switch_to_reader,
				   role);
}

SPIPlanPtr
dbcpg_prepare_with_role(const char *text, Oid (*choose)(List *), Oid *role)
{
	const parameters none = {.hook = NULL};

	return prepare(text, &none, choose, dbcpg_switch_for_caller, role);
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

	return prepare(text, &params, dbcpg_role_for_caller,
				   dbcpg_switch_for_caller, role);
}

bool
dbcpg_find_role_of_plan(SPIPlanPtr plan, Oid *role)
{
	const CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
	List *owners = NIL;

	if (!source->is_valid)
		return false;
	dbcpg_add_query_owners(&owners, (Node *) source->query_list);
	*role = dbcpg_role_for_caller(owners);
	dbcpg_explain_role(source->query_list, *role);
	/* that has waited for locks, and the names may be those of others now */
	return source->is_valid;
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

	dbcpg_switch_to_reader(role, &identity);
	code = SPI_execute_plan(plan, NULL, NULL, true, 0);
	dbcpg_restore_identity(&identity);
	SPI_freeplan(plan);
	return code;
}
