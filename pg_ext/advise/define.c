/*
 * define.c
 *	  Hypothetical indexes from CREATE INDEX statements.
 *
 * What CREATE INDEX refuses is refused here with PostgreSQL's SQLSTATE, so that
 * no index is advised that cannot be built.
 */
#include "pg_ext/advise/hypothetical.h"

#include "access/nbtree.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/pg_am.h"
#include "catalog/pg_opfamily.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_utilcmd.h"
#include "utils/lsyscache.h"

static void
refuse(const char *what)
{
	ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("%s cannot be planned as a hypothetical index", what));
}

/* The statement and nothing else. */
static IndexStmt *
parse(const char *sql)
{
	List *trees = dbcpg_raw_parser(sql);
	IndexStmt *statement;

	if (list_length(trees) != 1 ||
		!IsA(linitial_node(RawStmt, trees)->stmt, IndexStmt))
		refuse("this statement");
	statement = (IndexStmt *) linitial_node(RawStmt, trees)->stmt;
	if (strcmp(statement->accessMethod, "btree") != 0)
		refuse(statement->accessMethod);
	return statement;
}

/* Opens the table of an index as EXPLAIN does. */
static Relation
open_table(const IndexStmt *statement)
{
	Relation table = table_openrv(statement->relation, AccessShareLock);
	char kind = table->rd_rel->relkind;

	if ((kind != RELKIND_RELATION && kind != RELKIND_MATVIEW &&
		 kind != RELKIND_PARTITIONED_TABLE) ||
		IsCatalogRelation(table))
		refuse(RelationGetRelationName(table));
	return table;
}

/* The expression of a column, without COLLATE. */
static Node *
expression_of(Relation table, const IndexElem *element)
{
	AttrNumber number;
	Form_pg_attribute attribute;
	Node *expression = element->expr;

	while (expression && IsA(expression, CollateExpr))
		expression = (Node *) ((CollateExpr *) expression)->arg;
	if (expression)
		return expression;
	number = get_attnum(RelationGetRelid(table), element->name);
	if (number <= 0)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" does not exist", element->name));
	attribute = TupleDescAttr(RelationGetDescr(table), number - 1);
	return (Node *) makeVar(1, number, attribute->atttypid,
							attribute->atttypmod, attribute->attcollation, 0);
}

static Oid
collation_of(const IndexElem *element, const Node *expression)
{
	Oid collation = element->collation
						? get_collation_oid(element->collation, false)
					: element->expr ? exprCollation(element->expr)
									: exprCollation(expression);

	if (type_is_collatable(exprType(expression)) && !OidIsValid(collation))
		ereport(ERROR, errcode(ERRCODE_INDETERMINATE_COLLATION),
				errmsg("could not determine which collation to use for index "
					   "expression"));
	return collation;
}

/* Whether equal keys of a column are always stored with equal bytes. */
static bool
has_equal_images(Oid family, Oid type, Oid collation)
{
	Oid function = get_opfamily_proc(family, type, type, BTEQUALIMAGE_PROC);

	return OidIsValid(function) &&
		   DatumGetBool(OidFunctionCall1Coll(function, collation,
											 ObjectIdGetDatum(type)));
}

static void
add_key(dbcpg_advise_hypothetical *index, int i, const IndexElem *element)
{
	const Node *expression = llast(index->columns);
	Oid opclass = ResolveOpClass(element->opclass, exprType(expression),
								 "btree", BTREE_AM_OID);

	index->collations[i] = collation_of(element, expression);
	index->families[i] = get_opclass_family(opclass);
	index->types[i] = get_opclass_input_type(opclass);
	index->descending[i] = element->ordering == SORTBY_DESC;
	index->nulls_first[i] = element->nulls_ordering == SORTBY_NULLS_DEFAULT
								? index->descending[i]
								: element->nulls_ordering == SORTBY_NULLS_FIRST;
	index->deduplicates &= has_equal_images(index->families[i], index->types[i],
											index->collations[i]);
}

void
dbcpg_advise_define(dbcpg_advise_hypothetical *index, const char *sql)
{
	IndexStmt *statement = parse(sql);
	Relation table = open_table(statement);
	Size nkeys = (Size) list_length(statement->indexParams);
	ListCell *cell;

	index->table = RelationGetRelid(table);
	statement = transformIndexStmt(index->table, statement, sql);
	index->collations = palloc0(nkeys * sizeof(Oid));
	index->families = palloc0(nkeys * sizeof(Oid));
	index->types = palloc0(nkeys * sizeof(Oid));
	index->descending = palloc0(nkeys * sizeof(bool));
	index->nulls_first = palloc0(nkeys * sizeof(bool));
	index->deduplicates = statement->indexIncludingParams == NIL;
	foreach (cell, statement->indexParams)
	{
		const IndexElem *element = lfirst_node(IndexElem, cell);

		index->columns = lappend(index->columns, expression_of(table, element));
		add_key(index, index->nkeys++, element);
	}
	foreach (cell, statement->indexIncludingParams)
		index->columns = lappend(
			index->columns, expression_of(table, lfirst_node(IndexElem, cell)));
	index->ncolumns = list_length(index->columns);
	if (index->ncolumns > INDEX_MAX_KEYS)
		ereport(ERROR, errcode(ERRCODE_TOO_MANY_COLUMNS),
				errmsg("cannot use more than %d columns in an index",
					   INDEX_MAX_KEYS));
	if (statement->whereClause)
		index->predicate = list_make1(statement->whereClause);
	table_close(table, NoLock);
}

/* The planner compares expressions of indexes and of queries after it has
 * simplified both, see RelationGetIndexExpressions(). */
void
dbcpg_advise_simplify(dbcpg_advise_hypothetical *index)
{
	Node *columns = eval_const_expressions(NULL, (Node *) index->columns);
	Node *predicate = NULL;

	if (index->predicate != NIL)
	{
		predicate = eval_const_expressions(NULL, linitial(index->predicate));
		predicate = (Node *) canonicalize_qual((Expr *) predicate, false);
	}
	index->columns = (List *) columns;
	index->predicate = make_ands_implicit((Expr *) predicate);
	fix_opfuncids((Node *) index->columns);
	fix_opfuncids((Node *) index->predicate);
	if (contain_mutable_functions((Node *) index->columns) ||
		contain_mutable_functions((Node *) index->predicate))
		ereport(ERROR, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				errmsg("functions in an index must be marked IMMUTABLE"));
}
