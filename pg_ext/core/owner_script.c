/*
 * owner_script.c
 *	  Repairs of tables and domains that other roles own.
 *
 * A repair can run code that the owner of a table or domain has chosen, for
 * example in a constraint being validated or an index of a table being read.
 * That code must not run with more rights than its owner has.  PostgreSQL
 * ensures that for CREATE INDEX, ANALYZE and VACUUM; other statements run as
 * the owner, in a security-restricted operation.
 */
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "access/htup_details.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "commands/typecmds.h"
#include "nodes/makefuncs.h"
#include "parser/parse_type.h"
#include "storage/lmgr.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "common/core/rights.h"
#include "common/core/text.h"

/* Whether a statement only enables triggers that are not dbcare's.  An owner
 * cannot enable those of foreign keys. */
static bool
enables_triggers(const AlterTableStmt *alter)
{
	ListCell *cell;

	foreach (cell, alter->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype != AT_EnableTrig ||
			dbc_starts_with(command->name, "dbcare_"))
			return false;
	}
	return true;
}

/* Adds the owners of the tables that new foreign keys and partitions are about,
 * whose rows are read. */
static void
add_other_tables(List **owners, const AlterTableStmt *alter)
{
	ListCell *cell;

	foreach (cell, alter->cmds)
	{
		Node *def = lfirst_node(AlterTableCmd, cell)->def;
		const RangeVar *other = NULL;

		if (def && IsA(def, Constraint))
			other = ((const Constraint *) def)->pktable;
		else if (def && IsA(def, PartitionCmd))
			other = ((const PartitionCmd *) def)->name;
		else if (def && IsA(def, RangeVar))
			other = (const RangeVar *) def;
		if (other)
			dbcpg_add_family_owners(
				owners, RangeVarGetRelid(other, AccessShareLock, false),
				DBCPG_READS);
	}
}

/* Adds the owners of the types of new columns: those of domains have code. */
static void
add_type_owners(List **owners, const AlterTableStmt *alter)
{
	ListCell *cell;

	foreach (cell, alter->cmds)
	{
		const Node *def = lfirst_node(AlterTableCmd, cell)->def;

		if (def && IsA(def, ColumnDef) && ((const ColumnDef *) def)->typeName)
			dbcpg_add_object_owners(
				owners, TypeRelationId,
				typenameTypeId(NULL, ((const ColumnDef *) def)->typeName));
	}
}

/* Whether a statement touches nothing of a table that is connected by a foreign
 * key: it only adds columns, without constraints. */
static bool
adds_columns(const AlterTableStmt *alter)
{
	ListCell *cell;

	foreach (cell, alter->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype != AT_AddColumn ||
			castNode(ColumnDef, command->def)->constraints != NIL)
			return false;
	}
	return true;
}

/* Locks the table of a statement, so that no role can replace it.  Whoever has
 * made this wait may have renamed its schema meanwhile, and the name is found
 * again after that. */
static Oid
lock_table(const RangeVar *name, LOCKMODE mode)
{
	Oid before = RangeVarGetRelid(name, NoLock, false);
	Oid table = RangeVarGetRelidExtended(name, mode, 0,
										 RangeVarCallbackOwnsRelation, NULL);

	if (table != before)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg(DBC_ANOTHER_TABLE,
					   quote_qualified_identifier(name->schemaname,
												  name->relname)));
	return table;
}

/* The role to run an ALTER TABLE as. */
static Oid
role_for_alter_table(dbcpg_host *host, const AlterTableStmt *alter)
{
	Oid relation =
		lock_table(alter->relation, AlterTableGetLockLevel(alter->cmds));
	const dbc_rows *rows;
	List *owners = NIL;

	rows = dbc_query(&host->base, "core/fix_tables", dbc_int(relation),
					 dbc_bool(!adds_columns(alter)));
	for (int i = 0; i < rows->nrows; i++)
		dbcpg_add_relation_owners(
			&owners, (Oid) dbc_get_int(&host->base, rows, i, 0), DBCPG_WRITES);
	add_type_owners(&owners, alter);
	add_other_tables(&owners, alter);
	return dbcpg_role_for_owners(owners);
}

/* The role to run a CREATE TRIGGER as, which computes partition keys. */
static Oid
role_for_trigger(const CreateTrigStmt *trigger)
{
	Oid relation = lock_table(trigger->relation, ShareRowExclusiveLock);
	List *owners = NIL;
	ListCell *cell;

	foreach (cell, find_all_inheritors(relation, NoLock, NULL))
		owners =
			list_append_unique_oid(owners, dbcpg_owner_of(lfirst_oid(cell)));
	return dbcpg_role_for_owners(owners);
}

/* The role to run an ALTER DOMAIN as; locks the domain. */
static Oid
role_for_alter_domain(const AlterDomainStmt *alter)
{
	TypeName *name = makeTypeNameFromNameList(alter->typeName);
	Oid type = typenameTypeId(NULL, name);
	HeapTuple tuple;
	List *owners = NIL;

	LockDatabaseObject(TypeRelationId, type, 0, AccessShareLock);
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "there is no type %u", type);
	checkDomainOwner(tuple);
	ReleaseSysCache(tuple);
	dbcpg_add_object_owners(&owners, TypeRelationId, type);
	return dbcpg_role_for_owners(owners);
}

/* Whether a statement needs no other role: PostgreSQL itself becomes the owner
 * of a table for its indexes, VACUUM, ANALYZE and CLUSTER.  The others run no
 * code of tables as dbcare writes them: without expressions over types of
 * users.  Triggers that wait belong to the caller, and fire as the caller. */
static bool
needs_no_role(const char *command)
{
	static const char *const starts[] = {
		"ALTER ", "ANALYZE", "CLUSTER", "COMMENT",	  "CREATE ", "DROP ",
		"GRANT",  "REINDEX", "REVOKE",	"LOCK TABLE", "SET",	 "VACUUM"};

	for (size_t i = 0; i < lengthof(starts); i++)
		if (dbc_starts_with(command, starts[i]))
			return true;
	return false;
}

/* The role to run a statement of a repair as, which is no query. */
static Oid
role_for_statement(dbcpg_host *host, Node *statement)
{
	if (IsA(statement, AlterTableStmt) &&
		enables_triggers((AlterTableStmt *) statement))
	{
		(void) lock_table(((AlterTableStmt *) statement)->relation,
						  ShareRowExclusiveLock);
		return GetUserId();
	}
	if (IsA(statement, AlterTableStmt))
		return role_for_alter_table(host, (AlterTableStmt *) statement);
	if (IsA(statement, CreateTrigStmt))
		return role_for_trigger((CreateTrigStmt *) statement);
	if (IsA(statement, AlterDomainStmt))
		return role_for_alter_domain((AlterDomainStmt *) statement);
	if (IsA(statement, CreateTableAsStmt) ||
		!needs_no_role(CreateCommandName(statement)))
		elog(ERROR, "whose code %s runs is not known",
			 CreateCommandName(statement));
	return GetUserId();
}

/* Fails unless the caller has the rights of a role. */
static void
require_role(Oid role)
{
	if (!has_privs_of_role(GetUserId(), role))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("code of role \"%s\" would run with the rights of role "
					   "\"%s\"",
					   GetUserNameFromId(role, false),
					   GetUserNameFromId(GetUserId(), false)));
}

/* As dbcpg_role_for_owners(); the caller must have the rights of that role. */
static Oid
role_for_repair(List *owners)
{
	Oid role = dbcpg_role_for_owners(owners);

	require_role(role);
	return role;
}

/* Runs a query as the role that is chosen for what its plan is about: its names
 * may be those of other objects than before. */
static int
execute_query(dbcpg_host *host, const char *text, Oid (*choose)(List *),
			  bool read_only)
{
	dbcpg_execution_identity identity;
	Oid role;
	SPIPlanPtr plan = dbcpg_prepare_with_role(text, choose, &role);
	int code;

	dbcpg_switch_for_caller(role, &identity);
	code = dbcpg_execute_planned(host, plan, NULL, read_only);
	dbcpg_restore_identity(&identity);
	SPI_freeplan(plan);
	return code;
}

/* Runs a statement of a repair through SPI with no more rights than the owners
 * of the changed objects have; the caller must have these rights, too. */
int
dbcpg_execute_repair(dbcpg_host *host, const char *text)
{
	Node *statement = linitial_node(RawStmt, dbcpg_raw_parser(text))->stmt;
	Oid role;
	Oid caller;
	int security;
	int level;
	int code;

	if (dbcpg_is_query(statement))
		return execute_query(host, text, role_for_repair, false);
	role = role_for_statement(host, statement);
	GetUserIdAndSecContext(&caller, &security);
	if (role == caller)
		return dbcpg_execute_own(host, text, false);
	require_role(role);
	level = NewGUCNestLevel();
	/* hidden rows are an error; an owner who is affected by a policy can change
	 * it */
	dbcpg_set_parameter("row_security", "off");
	SetUserIdAndSecContext(role, security | SECURITY_RESTRICTED_OPERATION |
									 SECURITY_NOFORCE_RLS);
	code = dbcpg_execute_own(host, text, false);
	/* on failure, the end of the subtransaction does this */
	SetUserIdAndSecContext(caller, security);
	AtEOXact_GUC(false, level);
	return code;
}

int
dbcpg_execute_for_caller(dbcpg_host *host, const char *text, bool read_only)
{
	/* that is freed: a call may run many statements, each with the keys of many
	 * rows */
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "dbcare parse tree", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	List *trees = dbcpg_raw_parser(text);
	List *owners = NIL;
	bool is_query = dbcpg_is_query(linitial_node(RawStmt, trees)->stmt);
	bool has_owners;

	if (is_query)
		dbcpg_add_tree_owners(&owners, trees);
	has_owners = owners != NIL;
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	if (!is_query)
		return dbcpg_execute_repair(host, text);
	return has_owners
			   ? execute_query(host, text, dbcpg_role_for_caller, read_only)
			   : SPI_execute(text, read_only, 0);
}
