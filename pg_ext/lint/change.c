/*
 * change.c
 *	  Changes of a column's type.
 */
#include "pg_ext/lint/analysis.h"

#include "common/core/text.h"

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

/* Whether a change of type leaves the rows unchanged. */
static bool
keeps_rows(const dbcpg_lint_column *column, const dbcpg_lint_column_type *type)
{
	/* a type that does not exist yet */
	return OidIsValid(type->oid) && OidIsValid(column->known.type) &&
		   !type->is_checked &&
		   dbcpg_lint_catalog_keeps_rows(&column->known, type->oid,
										 type->typmod);
}

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
	Oid oid = dbcpg_lint_get_relation(table)->oid;
	bool scans = !rewrites &&
				 !dbcpg_lint_catalog_keeps_indexes(oid, &column->known,
												   type->oid, def->collClause);

	if (!rewrites && !scans)
		operation->flags |= DBC_OP_NO_REWRITE;
	if (column->known.number)
		dbcpg_lint_add_constraint_effects(r, oid, column->known.number);
	if (is_checked_again(r, table, column->name))
		scans = true;
	if (operation->flags & DBC_OP_ONLY)
		dbcpg_lint_add_effect(r, table, r->alter_lock, rewrites,
							  scans && !rewrites);
	else
		dbcpg_lint_add_tree_effect(r, table, r->alter_lock, rewrites,
								   scans && !rewrites);
}
