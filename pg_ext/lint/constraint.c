/*
 * constraint.c
 *	  Columns and constraints of a table: those of the catalog, as changed by
 *	  the scripts of a session.
 */
#include "pg_ext/lint/analysis.h"

#include "nodes/nodeFuncs.h"

#include "common/core/text.h"

/* ---- columns of raw expressions ---- */

/* The name of a column reference without qualification, or NULL. */
static char *
bare_column(Node *node)
{
	const ColumnRef *reference = (const ColumnRef *) node;

	return IsA(node, ColumnRef) && list_length(reference->fields) == 1 &&
				   IsA(linitial(reference->fields), String)
			   ? strVal(linitial(reference->fields))
			   : NULL;
}

/* Collects the columns of an expression. */
static bool
collect_columns(Node *node, void *names)
{
	List **list = names;
	char *name;

	if (!node)
		return false;
	name = bare_column(node);
	if (name && !list_member(*list, makeString(name)))
		*list = lappend(*list, makeString(name));
	return raw_expression_tree_walker(node, collect_columns, names);
}

List *
dbcpg_lint_find_columns(Node *expression)
{
	List *names = NIL;

	(void) collect_columns(expression, &names);
	return names;
}

List *
dbcpg_lint_find_not_nulls(Node *expression)
{
	const BoolExpr *all = (const BoolExpr *) expression;
	const NullTest *test = (const NullTest *) expression;
	List *names = NIL;
	ListCell *cell;
	char *name;

	check_stack_depth();
	if (IsA(expression, BoolExpr) && all->boolop == AND_EXPR)
		foreach (cell, all->args)
			names = list_concat(names, dbcpg_lint_find_not_nulls(lfirst(cell)));
	else if (IsA(expression, NullTest) && test->nulltesttype == IS_NOT_NULL)
	{
		name = bare_column((Node *) test->arg);
		if (name)
			names = list_make1(makeString(name));
	}
	return names;
}

/* Whether a raw expression contains a comparison. */
static bool
find_comparison(Node *node, void *context)
{
	if (!node)
		return false;
	return IsA(node, A_Expr) ||
		   raw_expression_tree_walker(node, find_comparison, context);
}

bool
dbcpg_lint_compares_values(Node *expression)
{
	return find_comparison(expression, NULL);
}

/* ---- columns ---- */

dbcpg_lint_column *
dbcpg_lint_find_column(dbcpg_lint_analyzer *r, const dbc_lint_object *table,
					   const char *name)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(table);
	dbcpg_catalog_column known;
	dbcpg_lint_column *column;

	for (column = relation->columns; column; column = column->next)
		if (dbc_same(column->name, name))
			return column->dropped ? NULL : column;
	if (!OidIsValid(relation->oid) ||
		!dbcpg_lint_catalog_read_column(relation->oid, dbcpg_from_core(name),
										&known))
		return NULL;
	column = dbc_alloc(r->host, sizeof(*column));
	*column = (dbcpg_lint_column){
		.next = relation->columns,
		.name = name,
		.type = dbcpg_lint_copy_text(
			r, dbcpg_lint_catalog_type_text(known.type, known.typmod)),
		.known = known};
	relation->columns = column;
	return column;
}

/* ---- constraints ---- */

/* Reads the constraints of a table from the catalog. */
static void
read_constraints(dbcpg_lint_analyzer *r, dbc_lint_object *table)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(table);
	ListCell *cell;

	relation->has_constraints = true;
	foreach (cell, dbcpg_lint_catalog_read_constraints(relation->oid))
	{
		const dbcpg_catalog_constraint *known = lfirst(cell);
		dbcpg_lint_constraint constraint = {
			.oid = known->oid,
			.name = dbcpg_lint_copy_text(r, known->name),
			.type = known->type,
			.valid = known->valid,
			.columns = dbcpg_lint_copy_names(r, known->columns),
			.not_nulls = dbcpg_lint_copy_names(r, known->not_nulls),
			.compares = known->compares};

		if (OidIsValid(known->other))
			constraint.other = dbcpg_lint_find_catalog_object(r, known->other);
		dbcpg_lint_record_constraint(r, table, &constraint);
	}
}

dbcpg_lint_constraint *
dbcpg_lint_read_constraints(dbcpg_lint_analyzer *r, dbc_lint_object *table)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(table);

	if (!relation->has_constraints && OidIsValid(relation->oid))
		read_constraints(r, table);
	return relation->constraints;
}

dbcpg_lint_constraint *
dbcpg_lint_find_constraint(dbcpg_lint_analyzer *r, dbc_lint_object *table,
						   const char *name)
{
	dbcpg_lint_constraint *constraint = dbcpg_lint_read_constraints(r, table);

	while (constraint && !dbc_same(constraint->name, name))
		constraint = constraint->next;
	return constraint;
}

const dbcpg_lint_constraint *
dbcpg_lint_find_primary_key(dbcpg_lint_analyzer *r, dbc_lint_object *table)
{
	const dbcpg_lint_constraint *constraint =
		dbcpg_lint_read_constraints(r, table);

	while (constraint && constraint->type != CONSTRAINT_PRIMARY)
		constraint = constraint->next;
	table->keyless = !constraint && (table->id || table->created_in);
	return constraint;
}

void
dbcpg_lint_record_constraint(dbcpg_lint_analyzer *r, dbc_lint_object *table,
							 const dbcpg_lint_constraint *constraint)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(table);
	dbcpg_lint_constraint *copy = dbc_alloc(r->host, sizeof(*copy));

	*copy = *constraint;
	copy->next = relation->constraints;
	relation->constraints = copy;
}

void
dbcpg_lint_record_constraint_drop(dbc_lint_object *table,
								  const dbcpg_lint_constraint *dropped)
{
	dbcpg_lint_constraint **link = &dbcpg_lint_get_relation(table)->constraints;

	while (*link != dropped)
		link = &(*link)->next;
	*link = dropped->next;
}

/* A list of names with one of them replaced. */
static const char *const *
renamed(dbcpg_lint_analyzer *r, const char *const *names, const char *old,
		const char *new)
{
	const char **copy;
	int n = 0;

	while (names[n])
		n++;
	copy = dbc_alloc(r->host, ((size_t) n + 1) * sizeof(*copy));
	for (n = 0; names[n]; n++)
		copy[n] = dbc_same(names[n], old) ? new : names[n];
	return copy;
}

void
dbcpg_lint_rename_column(dbcpg_lint_analyzer *r, dbc_lint_object *table,
						 dbcpg_lint_column *column, const char *name)
{
	dbcpg_lint_constraint *constraint = dbcpg_lint_read_constraints(r, table);
	dbcpg_lint_column *copy = dbc_alloc(r->host, sizeof(*copy));

	for (; constraint; constraint = constraint->next)
	{
		constraint->columns =
			renamed(r, constraint->columns, column->name, name);
		constraint->not_nulls =
			renamed(r, constraint->not_nulls, column->name, name);
	}
	*copy = *column;
	copy->name = name;
	copy->next = dbcpg_lint_get_relation(table)->columns;
	dbcpg_lint_get_relation(table)->columns = copy;
	column->dropped = true;
}

bool
dbcpg_lint_is_not_null(dbcpg_lint_analyzer *r, dbc_lint_object *table,
					   const char *name)
{
	const dbcpg_lint_column *column = dbcpg_lint_find_column(r, table, name);
	const dbcpg_lint_constraint *constraint =
		dbcpg_lint_read_constraints(r, table);
	const char *const *proven;

	if (column && column->known.not_null)
		return true;
	for (; constraint; constraint = constraint->next)
		if (constraint->type == CONSTRAINT_CHECK && constraint->valid)
			for (proven = constraint->not_nulls; *proven; proven++)
				if (dbc_same(*proven, name))
					return true;
	return false;
}
