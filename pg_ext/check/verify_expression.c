/*
 * verify_expression.c
 *	  Expressions over the rows of one table.
 *
 * Preparing an expression already runs code, because constants are evaluated.
 */
#include "pg_ext/check/verify.h"
#include "pg_ext/core/owner.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "nodes/makefuncs.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

/* Replaces virtual columns by their expressions; fails if these would run with
 * the rights of another role than their owners. */
static Node *
expand_virtual(Node *node, Relation table)
{
	Node *expanded = dbcpg_expand_virtual(node, table);
	List *owners = NIL;

	if (expanded == node)
		return node;
	owners = list_make1_oid(table->rd_rel->relowner);
	dbcpg_add_query_owners(&owners, expanded);
	dbcpg_require_trust(GetUserId(), owners);
	return expanded;
}

/* Converts expressions over one table to the columns of another table of the
 * same partition tree. */
List *
dbcpg_check_move_expressions(List *expressions, Oid from, Relation to)
{
	Relation table;

	if (from != RelationGetRelid(to))
	{
		table = RelationIdGetRelation(from);
		expressions = map_partition_varattnos(expressions, 1, to, table);
		RelationClose(table);
	}
	return (List *) expand_virtual((Node *) expressions, to);
}

ExprState *
dbcpg_check_prepare_constraint(dbcpg_check_table_scan *reader,
							   const dbcpg_check_constraint *c)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(c->object));
	List *expressions;
	bool isnull;
	Datum stored;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "there is no constraint %u", c->object);
	stored =
		SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &isnull);
	if (isnull)
		elog(ERROR, "constraint %u has no expression", c->object);
	expressions = list_make1(stringToNode(TextDatumGetCString(stored)));
	ReleaseSysCache(tuple);
	expressions =
		dbcpg_check_move_expressions(expressions, c->table, reader->table);
	return ExecPrepareExpr(linitial(expressions), reader->executor);
}

/* A column as an expression over the rows of a scan. */
static Expr *
column_expression(dbcpg_check_table_scan *reader, AttrNumber column)
{
	const FormData_pg_attribute *attribute =
		TupleDescAttr(RelationGetDescr(reader->table), column - 1);

	return (Expr *) makeVar(1, column, attribute->atttypid,
							attribute->atttypmod, attribute->attcollation, 0);
}

/* Prepares the expression of a virtual column; NULL for any other column. */
ExprState *
dbcpg_check_prepare_virtual(dbcpg_check_table_scan *reader, AttrNumber column)
{
	Node *node;

	if (!dbcpg_is_virtual_attribute(reader->table, column))
		return NULL;
	node = (Node *) column_expression(reader, column);
	node = expand_virtual(node, reader->table);
	return ExecPrepareExpr((Expr *) node, reader->executor);
}

/* Prepares SQL about the row c. */
ExprState *
dbcpg_check_prepare_text(dbcpg_check_table_scan *reader, const char *sql)
{
	ParseState *state = make_parsestate(NULL);
	RawStmt *statement =
		linitial(dbcpg_raw_parser(psprintf("select %s", dbcpg_from_core(sql))));
	const ResTarget *target =
		linitial(castNode(SelectStmt, statement->stmt)->targetList);
	Node *node;

	addNSItemToQuery(
		state,
		addRangeTableEntryForRelation(state, reader->table, AccessShareLock,
									  makeAlias("c", NIL), false, true),
		false, true, true);
	node = transformExpr(state, target->val, EXPR_KIND_SELECT_TARGET);
	assign_expr_collations(state, node);
	free_parsestate(state);
	node = expand_virtual(node, reader->table);
	return ExecPrepareExpr((Expr *) node, reader->executor);
}
