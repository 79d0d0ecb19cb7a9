/*
 * trust_text.c
 *	  The owners of the code that statements can run.
 *
 * Analyzing a parse tree reads literals: it runs the code of types.  The tree
 * has names.  A function or operator of that name, of any arguments, may be the
 * one that analysis finds, and the types of its arguments those whose input
 * functions read the literals.
 */
#include "pg_ext/core/trust.h"

#include "access/relation.h"
#include "access/transam.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_type.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* ---- parse trees ---- */

/* Adds the owners of a relation that is named, and of its columns' types.  A
 * name that does not exist is that of a common table expression, or an error of
 * analysis. */
static void
add_named_relation(List **owners, const RangeVar *name)
{
	Oid relation = RangeVarGetRelid(name, AccessShareLock, true);

	if (OidIsValid(relation))
		dbcpg_add_relation_owners(owners, relation, DBCPG_NAMES);
}

/* Adds the owners of all functions or operators in a list of candidates. */
static void
add_candidates(List **owners, Oid class, FuncCandidateList candidates)
{
	for (; candidates; candidates = candidates->next)
		dbcpg_add_object_owners(owners, class, candidates->oid);
}

static void
add_operators(List **owners, List *name)
{
	if (name != NIL)
		add_candidates(owners, OperatorRelationId,
					   dbcpg_operator_candidates(name));
}

static void
add_operator(List **owners, const char *name)
{
	add_operators(owners, list_make1(makeString(pstrdup(name))));
}

/* The operators of an expression; those of BETWEEN have no names in it. */
static void
add_operators_of(List **owners, const A_Expr *expression)
{
	switch (expression->kind)
	{
		case AEXPR_BETWEEN:
		case AEXPR_NOT_BETWEEN:
		case AEXPR_BETWEEN_SYM:
		case AEXPR_NOT_BETWEEN_SYM:
			add_operator(owners, "<");
			add_operator(owners, ">");
			add_operator(owners, "<=");
			add_operator(owners, ">=");
			break;
		default:
			add_operators(owners, expression->name);
	}
}

static bool
find_in_tree(Node *node, void *arg)
{
	List **owners = arg;

	if (!node)
		return false;
	switch (nodeTag(node))
	{
		case T_RangeVar:
			add_named_relation(owners, (RangeVar *) node);
			return false;
		case T_TypeName:
			dbcpg_add_object_owners(owners, TypeRelationId,
									typenameTypeId(NULL, (TypeName *) node));
			break;
		case T_FuncCall:
			add_candidates(
				owners, ProcedureRelationId,
				dbcpg_function_candidates(((FuncCall *) node)->funcname, -1));
			break;
		case T_A_Expr:
			add_operators_of(owners, (A_Expr *) node);
			break;
		case T_SubLink:
			add_operators(owners, ((SubLink *) node)->operName);
			break;
		case T_SortBy:
			add_operators(owners, ((SortBy *) node)->useOp);
			break;
		case T_CaseExpr:
			if (((CaseExpr *) node)->arg)
				add_operator(owners, "=");
			break;
		default:
			break;
	}
	return raw_expression_tree_walker(node, find_in_tree, arg);
}

bool
dbcpg_is_query(const Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
#if DBCPG_HAS_MERGE
		case T_MergeStmt:
#endif
			return true;
		default:
			return false;
	}
}

void
dbcpg_add_tree_owners(List **owners, List *trees)
{
	ListCell *cell;

	foreach (cell, trees)
	{
		Node *statement = lfirst_node(RawStmt, cell)->stmt;

		if (dbcpg_is_query(statement))
			(void) find_in_tree(statement, owners);
	}
}

/* ---- analyzed statements ---- */

/* Adds the owners of the parents of a partition: new rows are tested against
 * the partition bounds, which computes keys. */
static void
add_owners_above(List **owners, Oid relation)
{
	ListCell *cell;

	if (get_rel_relispartition(relation))
		foreach (cell, get_partition_ancestors(relation))
			dbcpg_add_relation_owners(owners, lfirst_oid(cell), DBCPG_READS);
}

/* What happens to the rows of a table, as bits of tgtype. */
#define DELETES TRIGGER_TYPE_DELETE
#define UPDATES TRIGGER_TYPE_UPDATE

/* Whether a trigger changes rows that refer to a key, when that changes. */
static bool
changes_referrers(const Trigger *trigger)
{
	switch (trigger->tgfoid)
	{
		case F_RI_FKEY_CASCADE_DEL:
		case F_RI_FKEY_CASCADE_UPD:
		case F_RI_FKEY_SETNULL_DEL:
		case F_RI_FKEY_SETNULL_UPD:
		case F_RI_FKEY_SETDEFAULT_DEL:
		case F_RI_FKEY_SETDEFAULT_UPD:
			return true;
		default:
			return false;
	}
}

/* Tables whose rows change with those of a statement. */
typedef struct referrers
{
	List **owners;
	List *seen;
	Oid role;			 /* whose trigger is looked for, or InvalidOid ... */
	const char *trigger; /* ... and the first one */
} referrers;

static void
add_trigger(referrers *r, Relation table, const Trigger *trigger)
{
	List *owners = NIL;

	dbcpg_add_object_owners(&owners, ProcedureRelationId, trigger->tgfoid);
	if (!r->trigger && list_member_oid(owners, r->role))
		r->trigger =
			psprintf("trigger \"%s\" of table %s", trigger->tgname,
					 quote_qualified_identifier(
						 get_namespace_name(RelationGetNamespace(table)),
						 RelationGetRelationName(table)));
	*r->owners = list_concat_unique_oid(*r->owners, owners);
}

/* Adds the owners of the triggers of a table, and of those whose rows change
 * with it by foreign keys: until version 18 their AFTER triggers run as who has
 * changed the key, not as the owner of their table.  All are locked, so that none
 * gets another trigger. */
static void
add_referrer_owners(referrers *r, Oid relation, int events)
{
	List *family;
	ListCell *cell;

	LockRelationOid(relation, RowExclusiveLock);
	family = find_all_inheritors(relation, RowExclusiveLock, NULL);
	foreach (cell, family)
	{
		Relation member = relation_open(lfirst_oid(cell), NoLock);
		const TriggerDesc *triggers = member->trigdesc;
		bool is_new = !list_member_oid(r->seen, RelationGetRelid(member));

		/* the table of a statement that only deletes can be updated on the
		 * way back to it */
		if (events == (DELETES | UPDATES))
			r->seen = list_append_unique_oid(r->seen, RelationGetRelid(member));
		for (int i = 0; is_new && triggers && i < triggers->numtriggers; i++)
		{
			const Trigger *trigger = &triggers->triggers[i];

			if (!changes_referrers(trigger))
				add_trigger(r, member, trigger);
			else if (trigger->tgtype & events)
				add_referrer_owners(r, trigger->tgconstrrelid,
									DELETES | UPDATES);
		}
		relation_close(member, NoLock);
	}
}

/* Adds those behind the target of a statement. */
static void
add_referrers(referrers *r, const Query *query)
{
	const RangeTblEntry *target =
		list_nth_node(RangeTblEntry, query->rtable, query->resultRelation - 1);

	if (query->commandType != CMD_INSERT || query->onConflict)
		add_referrer_owners(r, target->relid,
							query->commandType == CMD_DELETE ? DELETES
							: query->commandType == CMD_UPDATE
								? UPDATES
								: DELETES | UPDATES);
}

static void
add_relations(List **owners, const Query *query)
{
	referrers r = {.owners = owners};
	ListCell *cell;

	foreach (cell, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);
		bool is_target =
			foreach_current_index(cell) + 1 == query->resultRelation;
		dbcpg_use use = is_target ? DBCPG_WRITES : DBCPG_READS;

		/* since version 16, also for views that were expanded to subqueries */
		if (!OidIsValid(entry->relid))
			continue;
		if (entry->inh)
			dbcpg_add_family_owners(owners, entry->relid, use);
		else
			dbcpg_add_relation_owners(owners, entry->relid, use);
		if (is_target)
			add_referrers(&r, query);
		if (is_target && query->commandType != CMD_DELETE)
			add_owners_above(owners, entry->relid);
	}
}

/* Adds the owners of a function that a node calls. */
static bool
add_function(Oid function, void *owners)
{
	dbcpg_add_object_owners(owners, ProcedureRelationId, function);
	return false;
}

/* The type whose code a node of an expression can run, or InvalidOid. */
static Oid
type_of(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_Var:
		case T_Const:
		case T_Param:
		case T_Aggref:
		case T_WindowFunc:
		case T_SubscriptingRef:
		case T_FuncExpr:
		case T_OpExpr:
		case T_FieldSelect:
		case T_FieldStore:
		case T_RelabelType:
		case T_CoerceViaIO:
		case T_ArrayCoerceExpr:
		case T_ConvertRowtypeExpr:
		case T_CaseExpr:
		case T_CaseTestExpr:
		case T_ArrayExpr:
		case T_RowExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_XmlExpr:
		case T_CoerceToDomain:
		case T_CoerceToDomainValue:
		case T_SetToDefault:
#if DBCPG_HAS_JSON_EXPR
		case T_JsonExpr:
#endif
			return exprType(node);
		default:
			return InvalidOid;
	}
}

/* The types of a table function such as XMLTABLE. */
static void
add_types(List **owners, const List *types)
{
	ListCell *cell;

	foreach (cell, types)
		dbcpg_add_object_owners(owners, TypeRelationId, lfirst_oid(cell));
}

static bool
find_in_query(Node *node, void *arg)
{
	List **owners = arg;

	if (!node)
		return false;
	if (IsA(node, Query))
	{
		add_relations(owners, (Query *) node);
		return query_tree_walker((Query *) node, find_in_query, arg, 0);
	}
	if (IsA(node, TableFunc))
		add_types(owners, ((TableFunc *) node)->coltypes);
	if (IsA(node, RangeTblFunction))
		add_types(owners, ((RangeTblFunction *) node)->funccoltypes);
	(void) check_functions_in_node(node, add_function, arg);
	dbcpg_add_object_owners(owners, TypeRelationId, type_of(node));
	return expression_tree_walker(node, find_in_query, arg);
}

void
dbcpg_add_query_owners(List **owners, Node *query)
{
	(void) find_in_query(query, owners);
}

void
dbcpg_add_change_owners(List **owners, const Query *query)
{
	Query read = *query;
	Oid target =
		list_nth_node(RangeTblEntry, query->rtable, query->resultRelation - 1)
			->relid;

	/* the rest of the statement reads it */
	read.resultRelation = 0;
	dbcpg_add_query_owners(owners, (Node *) &read);
	dbcpg_add_relation_owners(owners, target, DBCPG_CHANGES);
	if (query->commandType != CMD_DELETE)
		add_owners_above(owners, target);
}

/* ---- failing ---- */

/* Whether a role may change rows of a table, of some columns at least. */
static bool
may_change(Oid role, Oid relation, CmdType command)
{
	AclMode mode = command == CMD_DELETE   ? ACL_DELETE
				   : command == CMD_UPDATE ? ACL_UPDATE
										   : ACL_INSERT;

	return pg_class_aclcheck(relation, role, mode) == ACLCHECK_OK ||
		   (mode != ACL_DELETE &&
			pg_attribute_aclcheck_all(relation, role, mode, ACLMASK_ANY) ==
				ACLCHECK_OK);
}

void
dbcpg_explain_role(List *queries, Oid role)
{
	ListCell *cell;

	if (role == GetUserId())
		return;
	foreach (cell, queries)
	{
		const Query *query = lfirst_node(Query, cell);
		List *owners = NIL;
		referrers r = {.owners = &owners, .role = role};
		Oid target;

		if (query->resultRelation == 0)
			continue;
		target = list_nth_node(RangeTblEntry, query->rtable,
							   query->resultRelation - 1)
					 ->relid;
		if (!OidIsValid(target) || may_change(role, target, query->commandType))
			continue;
		add_referrers(&r, query);
		if (r.trigger)
			ereport(
				ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied for table %s", get_rel_name(target)),
				errdetail(
					"The statement fires %s, whose function belongs to "
					"role \"%s\". So that this does not get the rights of "
					"role \"%s\", the statement runs as role \"%s\".",
					r.trigger, GetUserNameFromId(role, false),
					GetUserNameFromId(GetUserId(), false),
					GetUserNameFromId(role, false)),
				errhint("Drop the trigger, or give its function to a role that "
						"has the rights of role \"%s\".",
						GetUserNameFromId(GetUserId(), false)));
	}
}
