/*
 * server.c
 *	  Functions of the server on parse trees and text that libpg_query leaves
 *	  out, as far as pg_ext/lint/ calls them.
 */
#include "pg_ext/core/compat_nodes.h"

#include <strings.h>

#include "commands/tablecmds.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_target.h"
#include "utils/builtins.h"

/* ---- text and lists ---- */

int
pg_strcasecmp(const char *s1, const char *s2)
{
	return strcasecmp(s1, s2);
}

int
pg_strncasecmp(const char *s1, const char *s2, size_t n)
{
	return strncasecmp(s1, s2, n);
}

char *
pnstrdup(const char *in, Size len)
{
	size_t length = strnlen(in, len);
	char *copy = palloc(length + 1);

	memcpy(copy, in, length);
	copy[length] = '\0';
	return copy;
}

List *
lappend_oid(List *list, Oid datum)
{
	return list_concat(list, list_make1_oid(datum));
}

bool
list_member(const List *list, const void *datum)
{
	ListCell *cell;

	foreach (cell, list)
		if (equal(lfirst(cell), datum))
			return true;
	return false;
}

/* ---- names ---- */

/* What the headers of the server declare: newer ones have the other one. */
typedef __typeof__(_Generic(&NameListToQuotedString, char *(*) (List *)
							: (List *) NULL, default
							: (const List *) NULL)) name_list;

char *
NameListToQuotedString(name_list names)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, names)
	{
		if (text.len > 0)
			appendStringInfoChar(&text, '.');
		appendStringInfoString(&text, quote_identifier(strVal(lfirst(cell))));
	}
	return text.data;
}

/* The longer name is cut first. */
char *
makeObjectName(const char *name1, const char *name2, const char *label)
{
	int rest = NAMEDATALEN - 1;
	int first = (int) strlen(name1);
	int second = name2 ? (int) strlen(name2) : 0;

	if (name2)
		rest--;
	if (label)
		rest -= (int) strlen(label) + 1;
	while (first + second > rest)
		if (first > second)
			first--;
		else
			second--;
	first = pg_encoding_mbcliplen(PG_UTF8, name1, first, first);
	if (name2)
		second = pg_encoding_mbcliplen(PG_UTF8, name2, second, second);
	return psprintf("%.*s%s%.*s%s%s", first, name1, name2 ? "_" : "", second,
					name2 ? name2 : "", label ? "_" : "", label ? label : "");
}

/* The name of a column for an expression, and how much it says: 0 to 2. */
static int
name_expression(Node *node, char **name)
{
	const char *found = NULL;
	int strength;

	if (!node)
		return 0;
	switch (nodeTag(node))
	{
		case T_ColumnRef:
			if (IsA(llast(((ColumnRef *) node)->fields), String))
				found = strVal(llast(((ColumnRef *) node)->fields));
			break;
		case T_A_Indirection:
			if (!IsA(llast(((A_Indirection *) node)->indirection), String))
				return name_expression(((A_Indirection *) node)->arg, name);
			found = strVal(llast(((A_Indirection *) node)->indirection));
			break;
		case T_FuncCall:
			found = strVal(llast(((FuncCall *) node)->funcname));
			break;
		case T_A_Expr:
			if (((A_Expr *) node)->kind == AEXPR_NULLIF)
				found = "nullif";
			break;
		case T_TypeCast:
			strength = name_expression(((TypeCast *) node)->arg, name);
			if (strength > 1)
				return strength;
			*name = strVal(llast(((TypeCast *) node)->typeName->names));
			return 1;
		case T_CollateClause:
			return name_expression(((CollateClause *) node)->arg, name);
		case T_CaseExpr:
			strength =
				name_expression((Node *) ((CaseExpr *) node)->defresult, name);
			if (strength > 1)
				return strength;
			*name = "case";
			return 1;
		case T_A_ArrayExpr:
			found = "array";
			break;
		case T_RowExpr:
			found = "row";
			break;
		case T_CoalesceExpr:
			found = "coalesce";
			break;
		case T_MinMaxExpr:
			found =
				((MinMaxExpr *) node)->op == IS_GREATEST ? "greatest" : "least";
			break;
		default:
			break;
	}
	if (!found)
		return 0;
	*name = pstrdup(found);
	return 2;
}

char *
FigureIndexColname(Node *node)
{
	char *name = NULL;

	(void) name_expression(node, &name);
	return name;
}

/* ---- options and settings ---- */

bool
defGetBoolean(DefElem *def)
{
	static const char *const words[] = {"true", "on", "false", "off"};
	const char *text = NULL;

	if (!def->arg)
		return true;
	switch (nodeTag(def->arg))
	{
		case T_Integer:
			return intVal(def->arg) != 0;
#if PG_VERSION_NUM >= 150000
		case T_Boolean:
			return boolVal(def->arg);
#endif
		case T_String:
			text = strVal(def->arg);
			break;
		case T_TypeName:
			text = NameListToString(((TypeName *) def->arg)->names);
			break;
		default:
			break;
	}
	for (size_t i = 0; text && i < lengthof(words); i++)
		if (strcasecmp(text, words[i]) == 0)
			return i < lengthof(words) / 2;
	ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("%s requires a Boolean value", def->defname));
}

/* One value of a setting as text. */
static void
add_value(StringInfo text, const Node *node, bool is_list)
{
	const A_Const *constant = (const A_Const *) node;

	if (IsA(node, TypeCast)) /* SET TIME ZONE INTERVAL '...' */
		constant = (const A_Const *) ((const TypeCast *) node)->arg;
	if (!IsA(constant, A_Const))
		return;
	switch (nodeTag(&constant->val))
	{
		case T_Integer:
			appendStringInfo(text, "%d", intVal(&constant->val));
			break;
		case T_Float:
			appendStringInfoString(text, castNode(Float, &constant->val)->fval);
			break;
		case T_String:
			appendStringInfoString(
				text, is_list ? quote_identifier(strVal(&constant->val))
							  : strVal(&constant->val));
			break;
		default:
			break;
	}
}

char *
ExtractSetVariableArgs(VariableSetStmt *stmt)
{
	/* settings whose values are names */
	static const char *const lists[] = {"search_path",
										"temp_tablespaces",
										"session_preload_libraries",
										"shared_preload_libraries",
										"local_preload_libraries",
										"unix_socket_directories"};
	StringInfoData text;
	ListCell *cell;
	bool is_list = false;

	if (stmt->kind != VAR_SET_VALUE || !stmt->args)
		return NULL;
	for (size_t i = 0; i < lengthof(lists); i++)
		is_list |= strcmp(stmt->name, lists[i]) == 0;
	initStringInfo(&text);
	foreach (cell, stmt->args)
	{
		if (text.len > 0)
			appendStringInfoString(&text, ", ");
		add_value(&text, lfirst(cell), is_list);
	}
	return text.data;
}

/* ---- locks of ALTER TABLE ---- */

/* Options of relations that change what queries do. */
static LOCKMODE
lock_of_options(List *options)
{
	static const char *const strong[] = {
		"autosummarize",		  "buffering",
		"check_option",			  "fastupdate",
		"gin_pending_list_limit", "pages_per_range",
		"security_barrier",		  "security_invoker",
		"user_catalog_table"};
	ListCell *cell;

	if (!options)
		return AccessExclusiveLock;
	foreach (cell, options)
		for (size_t i = 0; i < lengthof(strong); i++)
			if (strcmp(lfirst_node(DefElem, cell)->defname, strong[i]) == 0)
				return AccessExclusiveLock;
	return ShareUpdateExclusiveLock;
}

static LOCKMODE
lock_of_command(const AlterTableCmd *command)
{
	switch (command->subtype)
	{
		case AT_EnableTrig:
		case AT_EnableAlwaysTrig:
		case AT_EnableReplicaTrig:
		case AT_EnableTrigAll:
		case AT_EnableTrigUser:
		case AT_DisableTrig:
		case AT_DisableTrigAll:
		case AT_DisableTrigUser:
			return ShareRowExclusiveLock;
		case AT_AddConstraint:
			return castNode(Constraint, command->def)->contype == CONSTR_FOREIGN
					   ? ShareRowExclusiveLock
					   : AccessExclusiveLock;
		case AT_SetStatistics:
		case AT_ClusterOn:
		case AT_DropCluster:
		case AT_SetOptions:
		case AT_ResetOptions:
		case AT_ValidateConstraint:
		case AT_AttachPartition:
		case AT_DetachPartitionFinalize:
			return ShareUpdateExclusiveLock;
		case AT_DetachPartition:
			return dbcpg_detaches_concurrently(command)
					   ? ShareUpdateExclusiveLock
					   : AccessExclusiveLock;
		case AT_SetRelOptions:
		case AT_ResetRelOptions:
		case AT_ReplaceRelOptions:
			return lock_of_options((List *) command->def);
		default:
			return AccessExclusiveLock;
	}
}

LOCKMODE
AlterTableGetLockLevel(List *cmds)
{
	LOCKMODE lock = ShareUpdateExclusiveLock;
	ListCell *cell;

	foreach (cell, cmds)
		lock = Max(lock, lock_of_command(lfirst(cell)));
	return lock;
}
