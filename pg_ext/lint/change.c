/*
 * change.c
 *	  Whether a change of a column's type rewrites rows or rebuilds indexes.
 *
 * PostgreSQL decides this from the expression that converts a value.  The same
 * expression is built and examined here, but only if it uses built-in functions
 * alone, since simplifying it may call them.
 */
#include "pg_ext/lint/analysis.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
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

#include "common/core/text.h"

/* ---- rows ---- */

bool
dbcpg_lint_is_column_itself(const Node *expression, const char *column,
							const TypeName *type)
{
	const ColumnRef *reference = (const ColumnRef *) expression;
	const TypeCast *cast = (const TypeCast *) expression;

	check_stack_depth();
	if (!expression)
		return true;
	if (IsA(expression, TypeCast))
		return equal(cast->typeName->names, type->names) &&
			   equal(cast->typeName->typmods, type->typmods) &&
			   equal(cast->typeName->arrayBounds, type->arrayBounds) &&
			   dbcpg_lint_is_column_itself(cast->arg, column, type);
	return IsA(expression, ColumnRef) && list_length(reference->fields) == 1 &&
		   IsA(linitial(reference->fields), String) &&
		   strcmp(strVal(linitial(reference->fields)), column) == 0;
}

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

/* The base type of a domain without constraints, or the type itself; InvalidOid
 * if the domain has constraints. */
static Oid
plain_type(const dbcpg_lint_column_type *type, int32 *typmod)
{
	*typmod = type->typmod;
	return type->is_checked ? InvalidOid
							: getBaseTypeAndTypmod(type->oid, typmod);
}

/* Whether a change of type leaves the rows unchanged. */
static bool
keeps_rows(const dbcpg_lint_column *column, const dbcpg_lint_column_type *type)
{
	int32 typmod;
	Oid target;
	Node *expression;

	/* a type that does not exist yet */
	if (!OidIsValid(type->oid) || !OidIsValid(column->type_oid))
		return false;
	target = plain_type(type, &typmod);
	if (!OidIsValid(target))
		return false;
	expression = coerce_to_target_type(
		NULL,
		(Node *) makeVar(1, Max(column->number, 1), column->type_oid,
						 column->typmod, column->collation, 0),
		column->type_oid, target, typmod, COERCION_ASSIGNMENT,
		COERCE_IMPLICIT_CAST, -1);
	if (!expression || is_unsafe(expression, NULL))
		return false;
	return keeps_bits(eval_const_expressions(NULL, expression));
}

/* ---- indexes ---- */

/* A column and its new type. */
typedef struct change
{
	const dbcpg_lint_column *column;
	Oid new_type;
	bool keeps_collation;
} change;

/* Whether the column keeps its collation. */
static bool
keeps_collation(const dbcpg_lint_column *column,
				const dbcpg_lint_column_type *type, const ColumnDef *def)
{
	Oid collation = get_typcollation(type->oid);

	if (def->collClause)
		collation = list_length(def->collClause->collname) == 1
						? get_collation_oid(def->collClause->collname, true)
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
	Oid old_type = c->column->type_oid;
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

/* Whether all indexes of a table are copy. */
static bool
keeps_indexes(const change *c, const dbc_lint_object *table)
{
	ListCell *cell;

	foreach (cell, dbcpg_lint_list_indexes(dbcpg_lint_get_relation(table)->oid))
	{
		HeapTuple tuple =
			SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		bool keeps;

		if (!HeapTupleIsValid(tuple))
			continue;
		keeps = keeps_index(c, tuple);
		ReleaseSysCache(tuple);
		if (!keeps)
			return false;
	}
	return true;
}

/* ---- constraints ---- */

/* Whether a CHECK on the column is recreated, so that all rows are checked
 * again. */
static bool
is_checked_again(dbcpg_lint_analyzer *r, dbc_lint_object *table,
				 const char *column)
{
	dbcpg_lint_constraint *constraint = dbcpg_lint_read_constraints(r, table);
	const char *const *name;

	for (; constraint; constraint = constraint->next)
		if (constraint->type == CONSTRAINT_CHECK && constraint->valid)
			for (name = constraint->columns; *name; name++)
				if (dbc_same(*name, column))
					return true;
	return false;
}

void
dbcpg_lint_classify_type_change(dbcpg_lint_analyzer *r,
								dbc_lint_operation *operation,
								const dbcpg_lint_column *column,
								const dbcpg_lint_column_type *type,
								const ColumnDef *def)
{
	dbc_lint_object *table = operation->object;
	bool rewrites = !dbcpg_lint_is_column_itself(def->raw_default,
												 dbcpg_from_core(column->name),
												 def->typeName) ||
					!keeps_rows(column, type);
	bool scans = false;

	if (!rewrites)
	{
		change c = {column, type->oid, keeps_collation(column, type, def)};

		scans = !keeps_indexes(&c, table);
	}
	if (!rewrites && !scans)
		operation->flags |= DBC_OP_NO_REWRITE;
	if (column->number)
		dbcpg_lint_add_constraint_effects(
			r, dbcpg_lint_get_relation(table)->oid, column->number);
	if (is_checked_again(r, table, column->name))
		scans = true;
	if (operation->flags & DBC_OP_ONLY)
		dbcpg_lint_add_effect(r, table, r->alter_lock, rewrites,
							  scans && !rewrites);
	else
		dbcpg_lint_add_tree_effect(r, table, r->alter_lock, rewrites,
								   scans && !rewrites);
}
