/*
 * drop.c
 *	  DROP and RENAME.
 */
#include "pg_ext/lint/analysis.h"

#include "common/core/text.h"

/* The name that rules use for a type of object, and whether it is a relation.
 */
static const struct
{
	ObjectType type;
	const char *word;
	bool is_relation;
} words[] = {
	{OBJECT_TABLE, "table", true},
	{OBJECT_INDEX, "index", true},
	{OBJECT_VIEW, "view", true},
	{OBJECT_MATVIEW, "materialized view", true},
	{OBJECT_SEQUENCE, "sequence", true},
	{OBJECT_FOREIGN_TABLE, "foreign table", true},
	{OBJECT_SCHEMA, "schema", false},
	{OBJECT_DATABASE, "database", false},
	{OBJECT_TYPE, "type", false},
	{OBJECT_DOMAIN, "type", false},
	{OBJECT_FUNCTION, "function", false},
	{OBJECT_PROCEDURE, "procedure", false},
	{OBJECT_ROUTINE, "function", false},
	{OBJECT_AGGREGATE, "aggregate", false},
	{OBJECT_EXTENSION, "extension", false},
	{OBJECT_ROLE, "role", false},
	{OBJECT_TRIGGER, "trigger", false},
	{OBJECT_POLICY, "policy", false},
	{OBJECT_RULE, "rule", false},
};

/* The name for a type of object, or NULL if no rule is about it. */
static const char *
type_name(ObjectType type, bool *is_relation)
{
	for (size_t i = 0; i < lengthof(words); i++)
		if (words[i].type == type)
		{
			*is_relation = words[i].is_relation;
			return words[i].word;
		}
	*is_relation = false;
	return NULL;
}

/* The parts of an object name; a name inside a table follows the table name. */
static List *
names_of(Node *object)
{
	switch (nodeTag(object))
	{
		case T_List:
			return (List *) object;
		case T_TypeName:
			return ((TypeName *) object)->names;
		case T_ObjectWithArgs:
			return ((ObjectWithArgs *) object)->objname;
		case T_String:
			return list_make1(object);
		default:
			return NIL;
	}
}

/* A trigger, rule or policy; its name follows the table name. */
static void
drop_of_table(dbcpg_lint_analyzer *r, const DropStmt *statement, List *names,
			  const char *type, const char *command)
{
	List *table_name = list_truncate(list_copy(names), list_length(names) - 1);
	dbc_lint_object *table =
		dbcpg_lint_find_listed_object(r, table_name, "table");
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_DROP,
		dbcpg_lint_find_other_object(r, type, list_make1(llast(names))),
		command);

	operation->other = table;
	dbcpg_lint_add_effect(r, table, DBC_L_ACCESS_EXCLUSIVE, false, false);
	if (statement->missing_ok)
		operation->flags |= DBC_OP_IF_EXISTS;
}

/* Adds the locks of a drop, if the catalog has the object. */
static void
drop_effects(dbcpg_lint_analyzer *r, const DropStmt *statement, List *names,
			 const dbc_lint_object *object)
{
	bool cascade = statement->behavior == DROP_CASCADE;

	if (statement->removeType == OBJECT_INDEX)
		;
	else if (object->engine)
	{
		dbcpg_lint_add_effect(r, object, DBC_L_ACCESS_EXCLUSIVE, false, false);
		dbcpg_lint_add_drop_effects(r, RelationRelationId,
									dbcpg_lint_get_relation(object)->oid, 0,
									cascade);
	}
	else if (cascade)
		dbcpg_lint_add_cascade_effects(r, statement->removeType, names);
}

/* Drops one object. */
static void
drop(dbcpg_lint_analyzer *r, const DropStmt *statement, List *names,
	 const char *command)
{
	bool is_index = statement->removeType == OBJECT_INDEX;
	bool is_relation;
	const char *type = type_name(statement->removeType, &is_relation);
	dbc_lint_object *object =
		is_relation ? dbcpg_lint_find_listed_object(r, names, type)
					: dbcpg_lint_find_other_object(r, type, names);
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, is_index ? DBC_V_DROP_INDEX : DBC_V_DROP, object, command);

	if (is_index)
	{
		/* rules check the table of the index */
		operation->object = dbcpg_lint_get_relation(object)->table;
		operation->other = object;
		operation->name = object->name;
	}
	if (statement->concurrent)
		operation->flags |= DBC_OP_CONCURRENTLY;
	drop_effects(r, statement, names, object);
	if (statement->missing_ok)
		operation->flags |= DBC_OP_IF_EXISTS;
	if (statement->behavior == DROP_CASCADE)
		operation->flags |= DBC_OP_CASCADE;
	dbcpg_lint_record_drop(r, object);
}

void
dbcpg_lint_analyze_drop(dbcpg_lint_analyzer *r, const DropStmt *statement)
{
	const char *command = dbcpg_lint_statement_tag(r, (const Node *) statement);
	bool is_relation;
	const char *type = type_name(statement->removeType, &is_relation);
	ListCell *cell;

	if (!type)
	{
		(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, NULL, command);
		return;
	}
	foreach (cell, statement->objects)
	{
		List *names = names_of(lfirst(cell));

		if (statement->removeType == OBJECT_TRIGGER ||
			statement->removeType == OBJECT_POLICY ||
			statement->removeType == OBJECT_RULE)
			drop_of_table(r, statement, names, type, command);
		else
			drop(r, statement, names, command);
	}
}

/* ---- RENAME ---- */

static void
rename_relation(dbcpg_lint_analyzer *r, const RenameStmt *statement,
				const char *type)
{
	dbc_lint_object *object =
		dbcpg_lint_find_object(r, statement->relation, type);
	const char *name = dbcpg_lint_copy_text(r, statement->newname);
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_RENAME, object,
		dbcpg_lint_statement_tag(r, (const Node *) statement));

	operation->new_name = name;
	dbcpg_lint_add_effect(r, object,
						  dbc_same(object->type, "index")
							  ? DBC_L_SHARE_UPDATE_EXCLUSIVE
							  : DBC_L_ACCESS_EXCLUSIVE,
						  false, false);
	dbcpg_lint_record_rename(r, object, name);
}

static void
rename_column(dbcpg_lint_analyzer *r, const RenameStmt *statement)
{
	dbc_lint_object *table =
		dbcpg_lint_find_object(r, statement->relation, "table");
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_RENAME_COLUMN, table, "ALTER TABLE ... RENAME COLUMN");
	dbcpg_lint_column *column;

	operation->column = dbcpg_lint_copy_text(r, statement->subname);
	operation->new_name = dbcpg_lint_copy_text(r, statement->newname);
	column = dbcpg_lint_find_column(r, table, operation->column);
	if (column)
		dbcpg_lint_rename_column(r, table, column, operation->new_name);
}

void
dbcpg_lint_analyze_rename(dbcpg_lint_analyzer *r, const RenameStmt *statement)
{
	const char *command = dbcpg_lint_statement_tag(r, (const Node *) statement);
	bool is_relation;
	const char *type = type_name(statement->renameType, &is_relation);
	dbc_lint_operation *operation;

	if (is_relation && statement->relation)
		rename_relation(r, statement, type);
	else if (statement->renameType == OBJECT_COLUMN && statement->relation)
		rename_column(r, statement);
	else if (statement->relation)
		dbcpg_lint_add_effect(
			r, dbcpg_lint_find_object(r, statement->relation, "table"),
			DBC_L_ACCESS_EXCLUSIVE, false, false);
	else if (type && (statement->object || statement->subname))
	{
		List *names = statement->object
						  ? names_of(statement->object)
						  : list_make1(makeString(statement->subname));

		operation = dbcpg_lint_add_operation(
			r, DBC_V_RENAME, dbcpg_lint_find_other_object(r, type, names),
			command);
		operation->new_name = dbcpg_lint_copy_text(r, statement->newname);
		dbc_lint_record_rename(r->session, operation->object,
							   operation->new_name);
	}
	else
		(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, NULL, command);
}
