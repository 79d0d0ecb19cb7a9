/*
 * catalog_change.c
 *	  Whether a change of a column's type rewrites rows or rebuilds indexes.
 *
 * PostgreSQL decides this from the expression that converts a value.  The same
 * expression is built and examined here, but only if it uses built-in functions
 * alone, since simplifying it may call them.
 */
#include "pg_ext/lint/catalog_read.h"

#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opclass.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ---- rows ---- */

/* Whether a function is not built in. */
static bool
is_user_defined(Oid function, void *context)
{
	(void) context;
	return function >= FirstNormalObjectId;
}

/* Whether an expression calls a function that is not built in, or converts to a
 * domain, whose constraints may call one. */
static bool
is_unsafe(Node *node, void *context)
{
	if (!node)
		return false;
	if (IsA(node, CoerceToDomain) ||
		check_functions_in_node(node, is_user_defined, context))
		return true;
	return expression_tree_walker(node, is_unsafe, context);
}

/* Whether the session's time zone is a fixed zero offset. */
static bool
is_utc(void)
{
	return TimestampTimestampTzRequiresRewrite() == false;
}

/* Whether a conversion leaves the stored value unchanged. */
static bool
keeps_bits(const Node *expression)
{
	for (;;)
		switch (nodeTag(expression))
		{
			case T_Var:
				return true;
			case T_RelabelType:
				expression = (Node *) ((const RelabelType *) expression)->arg;
				break;
			case T_FuncExpr:
				switch (((const FuncExpr *) expression)->funcid)
				{
					case F_TIMESTAMPTZ_TIMESTAMP:
					case F_TIMESTAMP_TIMESTAMPTZ:
						if (!is_utc())
							return false;
						expression =
							linitial(((const FuncExpr *) expression)->args);
						break;
					default:
						return false;
				}
				break;
			default:
				return false;
		}
}

bool
dbcpg_lint_catalog_keeps_rows(const dbcpg_catalog_column *column, Oid type,
							  int32 typmod)
{
	Node *expression;

	/* a domain has no constraints here */
	type = getBaseTypeAndTypmod(type, &typmod);
	expression = coerce_to_target_type(
		NULL,
		(Node *) makeVar(1, Max(column->number, 1), column->type,
						 column->typmod, column->collation, 0),
		column->type, type, typmod, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST,
		-1);
	if (!expression || is_unsafe(expression, NULL))
		return false;
	return keeps_bits(eval_const_expressions(NULL, expression));
}

/* ---- indexes ---- */

/* A column and its new type. */
typedef struct change
{
	const dbcpg_catalog_column *column;
	Oid new_type;
	bool keeps_collation;
} change;

/* Whether the column keeps its collation. */
static bool
keeps_collation(const dbcpg_catalog_column *column, Oid type,
				const CollateClause *clause)
{
	Oid collation = get_typcollation(type);

	if (clause)
		collation = list_length(clause->collname) == 1
						? get_collation_oid(clause->collname, true)
						: InvalidOid;
	return collation == column->collation;
}

/* The access method of an operator class. */
static Oid
method_of(Oid class)
{
	HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(class));
	Oid method = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		method = ((Form_pg_opclass) GETSTRUCT(tuple))->opcmethod;
		ReleaseSysCache(tuple);
	}
	return method;
}

/* Whether an index column keeps its order and values, so that it need not be
 * rebuilt. */
static bool
keeps_key(const change *c, Oid class)
{
	Oid access_method = method_of(class);
	Oid old_type = c->column->type;
	Oid new_class = class;

	if (!c->keeps_collation || old_type == c->new_type)
		return c->keeps_collation;
	if (GetDefaultOpClass(old_type, access_method) == class)
		new_class = GetDefaultOpClass(c->new_type, access_method);
	return new_class == class &&
		   !IsPolymorphicType(get_opclass_input_type(class));
}

/* Whether the expressions of an index use the column. */
static bool
mentions(HeapTuple tuple, AttrNumber part, AttrNumber column)
{
	Bitmapset *columns = NULL;
	bool isnull;
	Datum datum = SysCacheGetAttr(INDEXRELID, tuple, part, &isnull);

	if (!isnull)
		pull_varattnos(stringToNode(TextDatumGetCString(datum)), 1, &columns);
	return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, columns);
}

/* Whether an index is copy.  One with expressions or a condition that use the
 * column is rebuilt. */
static bool
keeps_index(const change *c, HeapTuple tuple)
{
	Form_pg_index index = (Form_pg_index) GETSTRUCT(tuple);
	bool is_plain = heap_attisnull(tuple, Anum_pg_index_indexprs, NULL) &&
					heap_attisnull(tuple, Anum_pg_index_indpred, NULL);
	oidvector *classes;
	bool isnull;

	if (mentions(tuple, Anum_pg_index_indexprs, c->column->number) ||
		mentions(tuple, Anum_pg_index_indpred, c->column->number))
		return false;
	classes = (oidvector *) DatumGetPointer(
		SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indclass, &isnull));
	for (int i = 0; i < index->indnatts; i++)
		if (index->indkey.values[i] == c->column->number &&
			(!is_plain ||
			 (i < index->indnkeyatts && !keeps_key(c, classes->values[i]))))
			return false;
	return true;
}

bool
dbcpg_lint_catalog_keeps_indexes(Oid table, const dbcpg_catalog_column *column,
								 Oid type, const CollateClause *clause)
{
	change c = {column, type, keeps_collation(column, type, clause)};
	ListCell *cell;

	foreach (cell, dbcpg_lint_catalog_list_indexes(table))
	{
		HeapTuple tuple =
			SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		bool keeps;

		if (!HeapTupleIsValid(tuple))
			continue;
		keeps = keeps_index(&c, tuple);
		ReleaseSysCache(tuple);
		if (!keeps)
			return false;
	}
	return true;
}
