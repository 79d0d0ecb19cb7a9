/*
 * catalog_constraint.c
 *	  Columns and constraints of the catalog.
 */
#include "pg_ext/lint/catalog.h"

#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

bool
dbcpg_lint_catalog_read_column(Oid table, const char *name,
							   dbcpg_catalog_column *column)
{
	HeapTuple tuple = SearchSysCacheAttName(table, name);
	Form_pg_attribute form;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_attribute) GETSTRUCT(tuple);
	*column = (dbcpg_catalog_column){.type = form->atttypid,
									 .typmod = form->atttypmod,
									 .collation = form->attcollation,
									 .number = form->attnum,
									 .not_null = form->attnotnull};
	ReleaseSysCache(tuple);
	return true;
}

/* ---- constraints ---- */

/* The columns that a CHECK of the catalog requires to be not null. */
static List *
not_nulls_of_check(Oid table, Node *expression)
{
	const BoolExpr *all = (const BoolExpr *) expression;
	const NullTest *test = (const NullTest *) expression;
	List *names = NIL;
	ListCell *cell;
	char *name;

	check_stack_depth();
	if (IsA(expression, BoolExpr) && all->boolop == AND_EXPR)
		foreach (cell, all->args)
			names = list_concat(names, not_nulls_of_check(table, lfirst(cell)));
	else if (IsA(expression, NullTest) && test->nulltesttype == IS_NOT_NULL &&
			 !test->argisrow && IsA(test->arg, Var))
	{
		name = get_attname(table, ((Var *) test->arg)->varattno, true);
		if (name)
			names = list_make1(makeString(name));
	}
	return names;
}

/* The expression of a CHECK of the catalog, or NULL. */
static Node *
check_expression(HeapTuple tuple, TupleDesc type)
{
	const FormData_pg_constraint *form =
		(const FormData_pg_constraint *) GETSTRUCT(tuple);
	bool isnull = true;
	Datum datum = 0;

	if (form->contype == CONSTRAINT_CHECK)
		datum =
			dbcpg_get_column(tuple, Anum_pg_constraint_conbin, type, &isnull);
	return isnull ? NULL : stringToNode(TextDatumGetCString(datum));
}

/* Whether an expression of the catalog contains a comparison. */
static bool
compares(Node *node, void *context)
{
	if (!node)
		return false;
	return IsA(node, OpExpr) || IsA(node, ScalarArrayOpExpr) ||
		   expression_tree_walker(node, compares, context);
}

/* The columns of a constraint of the catalog. */
static List *
columns_of_constraint(HeapTuple tuple, TupleDesc type)
{
	const FormData_pg_constraint *form =
		(const FormData_pg_constraint *) GETSTRUCT(tuple);
	List *names = NIL;
	bool isnull;
	Datum datum;
	Datum *numbers;
	int count;

	datum = dbcpg_get_column(tuple, Anum_pg_constraint_conkey, type, &isnull);
	if (isnull)
		return NIL;
	deconstruct_array(DatumGetArrayTypeP(datum), INT2OID, 2, true,
					  TYPALIGN_SHORT, &numbers, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		char *name =
			get_attname(form->conrelid, DatumGetInt16(numbers[i]), true);

		if (name)
			names = lappend(names, makeString(name));
	}
	return names;
}

List *
dbcpg_lint_catalog_read_constraints(Oid table)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	List *found = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(table));
	scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true,
							  NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		Node *check = check_expression(tuple, RelationGetDescr(catalog));
		dbcpg_catalog_constraint *constraint = palloc(sizeof(*constraint));

		*constraint = (dbcpg_catalog_constraint){
			.oid = form->oid,
			.name = pstrdup(NameStr(form->conname)),
			.type = form->contype,
			.valid = form->convalidated,
			.columns = columns_of_constraint(tuple, RelationGetDescr(catalog)),
			.not_nulls = check ? not_nulls_of_check(table, check) : NIL,
			.compares = check && compares(check, NULL),
			.other = form->confrelid};
		found = lappend(found, constraint);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}
