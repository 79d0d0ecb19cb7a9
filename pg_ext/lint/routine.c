/*
 * routine.c
 *	  What statements do to types and functions.
 */
#include "pg_ext/lint/analysis.h"

#include "commands/defrem.h"

/* ---- types ---- */

/* ALTER TYPE of an enum. */
void
dbcpg_read_enum(dbcpg_reader *r, const AlterEnumStmt *statement)
{
	dbc_subject *type = dbcpg_object(r, "type", statement->typeName);
	dbc_deed *deed;

	if (statement->oldVal)
	{
		deed = dbcpg_deed(r, DBC_V_RENAME_VALUE, type,
						  "ALTER TYPE ... RENAME VALUE");
		deed->name = dbcpg_keep(r, statement->oldVal);
		deed->new_name = dbcpg_keep(r, statement->newVal);
		return;
	}
	deed = dbcpg_deed(r, DBC_V_ADD_VALUE, type, "ALTER TYPE ... ADD VALUE");
	deed->name = dbcpg_keep(r, statement->newVal);
	if (statement->newValNeighbor)
		deed->flags |= DBC_DF_PLACED;
	if (statement->skipIfNewValExists)
		deed->flags |= DBC_DF_IF_EXISTS;
}

/* CREATE DOMAIN. */
void
dbcpg_read_domain(dbcpg_reader *r, const CreateDomainStmt *statement)
{
	dbc_deed *deed = dbcpg_deed(r, DBC_V_CREATE,
								dbcpg_object(r, "type", statement->domainname),
								"CREATE DOMAIN");
	ListCell *cell;

	dbc_subject_made(r->session, deed->subject);
	foreach (cell, statement->constraints)
		switch (lfirst_node(Constraint, cell)->contype)
		{
			case CONSTR_CHECK:
				deed->flags |= DBC_DF_CHECKED;
				break;
			case CONSTR_NOTNULL:
				deed->flags |= DBC_DF_NOT_NULL;
				break;
			default:
				break;
		}
}

/* ALTER DOMAIN. */
void
dbcpg_read_domain_change(dbcpg_reader *r, const AlterDomainStmt *statement)
{
	dbc_subject *domain = dbcpg_object(r, "type", statement->typeName);
	dbc_deed *deed;

	switch (statement->subtype)
	{
		case 'C':
			deed = dbcpg_deed(r, DBC_V_ADD_CHECK, domain,
							  "ALTER DOMAIN ... ADD CONSTRAINT");
			deed->name =
				dbcpg_keep(r, castNode(Constraint, statement->def)->conname);
			if (castNode(Constraint, statement->def)->skip_validation)
				deed->flags |= DBC_DF_NOT_VALID;
			else
				dbcpg_domain_effects(r, statement->typeName);
			break;
		case 'O':
			(void) dbcpg_deed(r, DBC_V_SET_NOT_NULL, domain,
							  "ALTER DOMAIN ... SET NOT NULL");
			dbcpg_domain_effects(r, statement->typeName);
			break;
		case 'V':
			deed = dbcpg_deed(r, DBC_V_VALIDATE, domain,
							  "ALTER DOMAIN ... VALIDATE CONSTRAINT");
			deed->name = dbcpg_keep(r, statement->name);
			dbcpg_domain_effects(r, statement->typeName);
			break;
		case 'X':
			deed = dbcpg_deed(r, DBC_V_DROP_CONSTRAINT, domain,
							  "ALTER DOMAIN ... DROP CONSTRAINT");
			deed->name = dbcpg_keep(r, statement->name);
			break;
		default:
			(void) dbcpg_deed(r, DBC_V_OTHER, domain, "ALTER DOMAIN");
	}
}

/* ---- functions ---- */

/* What the options of a function say. */
static unsigned
function_flags(List *options)
{
	unsigned flags = 0;
	ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "security") == 0 && defGetBoolean(option))
			flags |= DBC_DF_DEFINER;
		if (strcmp(option->defname, "set") == 0 &&
			IsA(option->arg, VariableSetStmt) &&
			((VariableSetStmt *) option->arg)->name &&
			strcmp(((VariableSetStmt *) option->arg)->name, "search_path") == 0)
			flags |= DBC_DF_PINNED;
	}
	return flags;
}

/* CREATE FUNCTION. */
void
dbcpg_read_function(dbcpg_reader *r, const CreateFunctionStmt *statement)
{
	dbc_subject *function =
		dbcpg_object(r, statement->is_procedure ? "procedure" : "function",
					 statement->funcname);
	dbc_deed *deed = dbcpg_deed(r, DBC_V_CREATE, function,
								dbcpg_tag((const Node *) statement));

	deed->flags = function_flags(statement->options);
	if (statement->replace)
		deed->flags |= DBC_DF_IF_EXISTS;
	dbc_subject_made(r->session, function);
}

/* ALTER FUNCTION. */
void
dbcpg_read_function_change(dbcpg_reader *r, const AlterFunctionStmt *statement)
{
	dbc_deed *deed = dbcpg_deed(
		r, DBC_V_OTHER,
		dbcpg_object(r,
					 statement->objtype == OBJECT_PROCEDURE ? "procedure"
															: "function",
					 statement->func->objname),
		dbcpg_tag((const Node *) statement));

	deed->flags = function_flags(statement->actions);
}
