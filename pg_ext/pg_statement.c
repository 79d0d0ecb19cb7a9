/*
 * pg_statement.c
 *	  What a statement is, from its parse tree.
 */
#include "pg_ext.h"

#include "commands/tablecmds.h"
#include "miscadmin.h"
#include "storage/lockdefs.h"
#include "tcop/utility.h"

#include "text.h"

/* The names of locks in SQL, by number. */
static const char *const lock_names[] = {
	NULL,
	"ACCESS SHARE",
	"ROW SHARE",
	"ROW EXCLUSIVE",
	"SHARE UPDATE EXCLUSIVE",
	"SHARE",
	"SHARE ROW EXCLUSIVE",
	"EXCLUSIVE",
	"ACCESS EXCLUSIVE",
};

/* ---- kind ---- */

/* The option of this name, or NULL. */
static DefElem *
find_option(List *options, const char *name)
{
	ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return option;
	}
	return NULL;
}

/* Whether an option that is off by default has been turned on. */
static bool
turned_on(List *options, const char *name)
{
	DefElem *option = find_option(options, name);

	return option && defGetBoolean(option);
}

/* Whether an option that is on by default has been turned off. */
static bool
turned_off(List *options, const char *name)
{
	DefElem *option = find_option(options, name);

	return option && !defGetBoolean(option);
}

/* Kinds of transaction statements. */
static dbc_statement_kind
kind_of_transaction(const TransactionStmt *statement)
{
	/* a block with options of its own is more than a pair of brackets */
	if (statement->options || statement->chain)
		return DBC_S_TRANSACTION;
	switch (statement->kind)
	{
		case TRANS_STMT_BEGIN:
		case TRANS_STMT_START:
			return DBC_S_BEGIN;
		case TRANS_STMT_COMMIT:
			return DBC_S_COMMIT;
		default:
			return DBC_S_TRANSACTION;
	}
}

/* SET TRANSACTION belongs to the transaction, every other SET to the session.
 */
static dbc_statement_kind
kind_of_set(const VariableSetStmt *statement)
{
	bool of_transaction = statement->kind == VAR_SET_MULTI &&
						  strncmp(statement->name, "TRANSACTION", 11) == 0;

	return of_transaction ? DBC_S_TRANSACTION : DBC_S_SETTING;
}

/* Whether a statement has the word CONCURRENTLY, and minds it. */
static bool
is_concurrent(const Node *node)
{
	ListCell *cell;

	switch (nodeTag(node))
	{
		case T_IndexStmt:
			return ((const IndexStmt *) node)->concurrent;
		case T_DropStmt:
			return ((const DropStmt *) node)->concurrent;
		case T_ReindexStmt:
			return dbcpg_reindex_concurrently((const ReindexStmt *) node);
		case T_AlterTableStmt:
			foreach (cell, ((const AlterTableStmt *) node)->cmds)
				if (dbcpg_detaches_concurrently(lfirst(cell)))
					return true;
			return false;
		default:
			return false;
	}
}

/*
 * Whether a statement can never run inside a transaction block.  Of some it
 * depends on what they find; they get PostgreSQL's own error.
 */
static bool
runs_outside(const Node *node)
{
	List *options;

	switch (nodeTag(node))
	{
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
		case T_AlterSystemStmt:
			return true;
		case T_AlterDatabaseStmt:
			options = ((const AlterDatabaseStmt *) node)->options;
			return find_option(options, "tablespace") != NULL;
		case T_CreateSubscriptionStmt:
			options = ((const CreateSubscriptionStmt *) node)->options;
			return !turned_off(options, "connect") &&
				   !turned_off(options, "create_slot");
		case T_VacuumStmt:
			return ((const VacuumStmt *) node)->is_vacuumcmd;
		case T_ClusterStmt:
			return !((const ClusterStmt *) node)->relation;
		case T_ReindexStmt:
			return is_concurrent(node) ||
				   !((const ReindexStmt *) node)->relation;
		case T_DiscardStmt:
			return ((const DiscardStmt *) node)->target == DISCARD_ALL;
		default:
			return is_concurrent(node);
	}
}

/* What a statement is for a runner. */
static dbc_statement_kind
kind_of(const Node *node)
{
	const CopyStmt *copy;

	if (runs_outside(node))
		return DBC_S_OUTSIDE;
	switch (nodeTag(node))
	{
		case T_TransactionStmt:
			return kind_of_transaction((const TransactionStmt *) node);
		case T_VariableSetStmt:
			return kind_of_set((const VariableSetStmt *) node);
		case T_ConstraintsSetStmt:
		case T_DiscardStmt:
			return DBC_S_SETTING;
		case T_CopyStmt:
			copy = (const CopyStmt *) node;
			return copy->filename ? DBC_S_PLAIN : DBC_S_CLIENT;
		default:
			return DBC_S_PLAIN;
	}
}

/* ---- locks ---- */

static LOCKMODE lock_of(const Node *node);

/* The stronger of two locks. */
static LOCKMODE
stronger(LOCKMODE one, LOCKMODE other)
{
	return Max(one, other);
}

/* A WITH clause, which may write; NULL is none. */
static LOCKMODE
lock_of_with(const WithClause *clause)
{
	LOCKMODE mode = NoLock;
	ListCell *cell;

	if (clause)
		foreach (cell, clause->ctes)
			mode = stronger(
				mode, lock_of(lfirst_node(CommonTableExpr, cell)->ctequery));
	return mode;
}

/* A query: of the tables it reads, or of those its WITH clause writes.  A chain
 * of UNIONs can be very long, and is deep on its left side. */
static LOCKMODE
lock_of_select(const SelectStmt *statement)
{
	LOCKMODE mode = NoLock;

	check_stack_depth();
	for (;; statement = statement->larg)
	{
		CHECK_FOR_INTERRUPTS();
		mode = stronger(mode, lock_of_with(statement->withClause));
		if (statement->lockingClause)
			mode = stronger(mode, RowShareLock);
		if (statement->op == SETOP_NONE)
			break;
		mode = stronger(mode, lock_of_select(statement->rarg));
	}
	return stronger(mode, statement->fromClause ? AccessShareLock : NoLock);
}

/* CREATE TABLE: of the tables the new one refers to. */
static LOCKMODE
lock_of_create(const CreateStmt *statement)
{
	LOCKMODE mode = NoLock;
	ListCell *cell;
	ListCell *inner;

	if (statement->partbound)
		return AccessExclusiveLock;
	if (statement->inhRelations)
		mode = ShareUpdateExclusiveLock;
	foreach (cell, statement->tableElts)
	{
		Node *element = lfirst(cell);

		if (IsA(element, Constraint) &&
			((Constraint *) element)->contype == CONSTR_FOREIGN)
			return ShareRowExclusiveLock;
		if (!IsA(element, ColumnDef))
			continue;
		foreach (inner, ((ColumnDef *) element)->constraints)
			if (lfirst_node(Constraint, inner)->contype == CONSTR_FOREIGN)
				return ShareRowExclusiveLock;
	}
	return mode;
}

/* Whether objects of this type are relations, or are locked with theirs. */
static bool
is_of_relation(ObjectType type)
{
	switch (type)
	{
		case OBJECT_TABLE:
		case OBJECT_INDEX:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FOREIGN_TABLE:
		case OBJECT_SEQUENCE:
		case OBJECT_COLUMN:
		case OBJECT_TABCONSTRAINT:
		case OBJECT_TRIGGER:
		case OBJECT_RULE:
		case OBJECT_POLICY:
			return true;
		default:
			return false;
	}
}

/* Statements that name objects of many types. */
static LOCKMODE
lock_of_object(const Node *node)
{
	const AlterTableStmt *alter;

	switch (nodeTag(node))
	{
		case T_AlterTableStmt:
			alter = (const AlterTableStmt *) node;
			if (!is_of_relation(dbcpg_altered_type(alter)))
				return NoLock;
			return AlterTableGetLockLevel(alter->cmds);
		case T_DropStmt:
			return is_of_relation(((const DropStmt *) node)->removeType)
					   ? AccessExclusiveLock
					   : NoLock;
		case T_RenameStmt:
			/* of an index, its table is not locked at all */
			if (((const RenameStmt *) node)->renameType == OBJECT_INDEX)
				return ShareUpdateExclusiveLock;
			return is_of_relation(((const RenameStmt *) node)->renameType)
					   ? AccessExclusiveLock
					   : NoLock;
		case T_AlterObjectSchemaStmt:
			return is_of_relation(
					   ((const AlterObjectSchemaStmt *) node)->objectType)
					   ? AccessExclusiveLock
					   : NoLock;
		case T_CommentStmt:
			return is_of_relation(((const CommentStmt *) node)->objtype)
					   ? ShareUpdateExclusiveLock
					   : NoLock;
		default:
			return NoLock;
	}
}

/* The strongest lock a statement takes on a table it names, if known. */
static LOCKMODE
lock_of(const Node *node)
{
	if (is_concurrent(node))
		return ShareUpdateExclusiveLock;
	if (dbcpg_is_merge(node))
		return RowExclusiveLock;
	switch (nodeTag(node))
	{
		case T_SelectStmt:
			return lock_of_select((const SelectStmt *) node);
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
			return RowExclusiveLock;
		case T_CopyStmt:
			return ((const CopyStmt *) node)->is_from ? RowExclusiveLock
													  : AccessShareLock;
		case T_CreateStmt:
			return lock_of_create((const CreateStmt *) node);
		case T_CreateStatsStmt:
			return ShareUpdateExclusiveLock;
		case T_IndexStmt:
		case T_ReindexStmt:
			return ShareLock;
		case T_CreateTrigStmt:
		case T_AlterSeqStmt:
			return ShareRowExclusiveLock;
		case T_RefreshMatViewStmt:
			return ((const RefreshMatViewStmt *) node)->concurrent
					   ? ExclusiveLock
					   : AccessExclusiveLock;
		case T_VacuumStmt:
			return turned_on(((const VacuumStmt *) node)->options, "full")
					   ? AccessExclusiveLock
					   : ShareUpdateExclusiveLock;
		case T_LockStmt:
			return ((const LockStmt *) node)->mode;
		case T_TruncateStmt:
		case T_ClusterStmt:
		case T_RuleStmt:
		case T_CreatePolicyStmt:
		case T_AlterPolicyStmt:
			return AccessExclusiveLock;
		default:
			return lock_of_object(node);
	}
}

/* What does the same to the schema as a statement that runs outside. */
static const char *
inside_transaction(dbcpg_host *host, const Node *node, const char *text)
{
	switch (nodeTag(node))
	{
		case T_IndexStmt:
		case T_DropStmt:
		case T_AlterTableStmt:
			return dbcpg_not_concurrently(host, text);
		case T_VacuumStmt:
		case T_ReindexStmt:
		case T_ClusterStmt:
		case T_DiscardStmt:
			return "";
		default:
			return NULL;
	}
}

/* Fills kind, command and lock_level. */
void
dbcpg_classify(dbcpg_host *host, Node *node, dbc_statement *statement)
{
	const char *tag = GetCommandTagName(CreateCommandTag(node));

	statement->kind = kind_of(node);
	if (statement->kind == DBC_S_OUTSIDE)
		statement->inside = inside_transaction(host, node, statement->text);
	statement->command = is_concurrent(node)
							 ? dbc_format(&host->base, "%s CONCURRENTLY", tag)
							 : tag;
	statement->lock_level = lock_names[lock_of(node)];
}
