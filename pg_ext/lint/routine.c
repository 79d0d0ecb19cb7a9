/*
 * routine.c
 *	  Statements about types and functions.
 */
#include "pg_ext/lint/analysis.h"

/* ---- types ---- */

void
dbcpg_lint_analyze_alter_enum(dbcpg_lint_analyzer *r,
							  const AlterEnumStmt *statement)
{
	dbc_lint_object *type =
		dbcpg_lint_find_other_object(r, "type", statement->typeName);
	dbc_lint_operation *operation;

	if (statement->oldVal)
	{
		operation = dbcpg_lint_add_operation(r, DBC_V_RENAME_VALUE, type,
											 "ALTER TYPE ... RENAME VALUE");
		operation->name = dbcpg_lint_copy_text(r, statement->oldVal);
		operation->new_name = dbcpg_lint_copy_text(r, statement->newVal);
		return;
	}
	operation = dbcpg_lint_add_operation(r, DBC_V_ADD_VALUE, type,
										 "ALTER TYPE ... ADD VALUE");
	operation->name = dbcpg_lint_copy_text(r, statement->newVal);
	if (statement->newValNeighbor)
		operation->flags |= DBC_OP_PLACED;
	if (statement->skipIfNewValExists)
		operation->flags |= DBC_OP_IF_EXISTS;
}

void
dbcpg_lint_analyze_create_domain(dbcpg_lint_analyzer *r,
								 const CreateDomainStmt *statement)
{
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_CREATE,
		dbcpg_lint_find_other_object(r, "type", statement->domainname),
		"CREATE DOMAIN");
	ListCell *cell;

	dbc_lint_record_create(r->session, operation->object);
	foreach (cell, statement->constraints)
		switch (lfirst_node(Constraint, cell)->contype)
		{
			case CONSTR_CHECK:
				operation->flags |= DBC_OP_CHECKED;
				break;
			case CONSTR_NOTNULL:
				operation->flags |= DBC_OP_NOT_NULL;
				break;
			default:
				break;
		}
}

void
dbcpg_lint_analyze_alter_domain(dbcpg_lint_analyzer *r,
								const AlterDomainStmt *statement)
{
	dbc_lint_object *domain =
		dbcpg_lint_find_other_object(r, "type", statement->typeName);
	dbc_lint_operation *operation;

	switch (statement->subtype)
	{
		case 'C':
			operation = dbcpg_lint_add_operation(
				r, DBC_V_ADD_CHECK, domain, "ALTER DOMAIN ... ADD CONSTRAINT");
			operation->name = dbcpg_lint_copy_text(
				r, castNode(Constraint, statement->def)->conname);
			if (castNode(Constraint, statement->def)->skip_validation)
				operation->flags |= DBC_OP_NOT_VALID;
			else
				dbcpg_lint_add_domain_effects(r, statement->typeName);
			break;
		case 'O':
			(void) dbcpg_lint_add_operation(r, DBC_V_SET_NOT_NULL, domain,
											"ALTER DOMAIN ... SET NOT NULL");
			dbcpg_lint_add_domain_effects(r, statement->typeName);
			break;
		case 'V':
			operation = dbcpg_lint_add_operation(
				r, DBC_V_VALIDATE, domain,
				"ALTER DOMAIN ... VALIDATE CONSTRAINT");
			operation->name = dbcpg_lint_copy_text(r, statement->name);
			dbcpg_lint_add_domain_effects(r, statement->typeName);
			break;
		case 'X':
			operation =
				dbcpg_lint_add_operation(r, DBC_V_DROP_CONSTRAINT, domain,
										 "ALTER DOMAIN ... DROP CONSTRAINT");
			operation->name = dbcpg_lint_copy_text(r, statement->name);
			break;
		default:
			(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, domain,
											"ALTER DOMAIN");
	}
}

/* ---- functions ---- */

/* The flags that options of a function imply. */
static unsigned
function_flags(List *options)
{
	unsigned flags = 0;
	ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "security") == 0 && defGetBoolean(option))
			flags |= DBC_OP_DEFINER;
		if (strcmp(option->defname, "set") == 0 &&
			IsA(option->arg, VariableSetStmt) &&
			((VariableSetStmt *) option->arg)->name &&
			strcmp(((VariableSetStmt *) option->arg)->name, "search_path") == 0)
			flags |= DBC_OP_PINNED;
	}
	return flags;
}

void
dbcpg_lint_analyze_create_function(dbcpg_lint_analyzer *r,
								   const CreateFunctionStmt *statement)
{
	dbc_lint_object *function = dbcpg_lint_find_other_object(
		r, statement->is_procedure ? "procedure" : "function",
		statement->funcname);
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_CREATE, function,
		dbcpg_lint_statement_tag(r, (const Node *) statement));

	operation->flags = function_flags(statement->options);
	if (statement->replace)
		operation->flags |= DBC_OP_IF_EXISTS;
	dbc_lint_record_create(r->session, function);
}

void
dbcpg_lint_analyze_alter_function(dbcpg_lint_analyzer *r,
								  const AlterFunctionStmt *statement)
{
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_OTHER,
		dbcpg_lint_find_other_object(
			r,
			statement->objtype == OBJECT_PROCEDURE ? "procedure" : "function",
			statement->func->objname),
		dbcpg_lint_statement_tag(r, (const Node *) statement));

	operation->flags = function_flags(statement->actions);
}
