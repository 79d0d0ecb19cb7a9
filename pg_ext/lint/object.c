/*
 * object.c
 *	  Statements about views, sequences, triggers, privileges, ...; for types
 *	  and functions see lint/routine.c.
 */
#include "pg_ext/lint/analysis.h"

#include "common/core/text.h"

/* Locks a relation, in a statement that no rule is about. */
static void
lock_only(dbcpg_lint_analyzer *r, const Node *node, const RangeVar *name,
		  dbc_lint_lock_mode lock)
{
	dbc_lint_object *object = dbcpg_lint_find_object(r, name, "table");

	(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, object,
									dbcpg_lint_statement_tag(r, node));
	dbcpg_lint_add_effect(r, object, lock, false, false);
}

static void
drop_database(dbcpg_lint_analyzer *r, const DropdbStmt *statement)
{
	List *name = list_make1(makeString(pstrdup(statement->dbname)));
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_DROP, dbcpg_lint_find_other_object(r, "database", name),
		"DROP DATABASE");

	if (statement->missing_ok)
		operation->flags |= DBC_OP_IF_EXISTS;
}

static void
create_view(dbcpg_lint_analyzer *r, const ViewStmt *statement)
{
	dbc_lint_object *view = dbcpg_lint_find_object(r, statement->view, "view");
	bool is_there = view->id || view->created_in;

	if (is_there && statement->replace)
		dbcpg_lint_add_effect(r, view, DBC_L_ACCESS_EXCLUSIVE, false, false);
	else
		view =
			dbcpg_lint_find_created_object(r, statement->view, "view", false);
	if (statement->replace)
		dbcpg_lint_add_operation(r, DBC_V_CREATE, view, "CREATE VIEW")->flags |=
			DBC_OP_IF_EXISTS;
	else
		(void) dbcpg_lint_add_operation(r, DBC_V_CREATE, view, "CREATE VIEW");
	dbcpg_lint_analyze_query(r, statement->query);
}

/* CREATE TRIGGER, POLICY, RULE: an object of a table. */
static void
create_of_table(dbcpg_lint_analyzer *r, const Node *node, const char *type,
				char *name, const RangeVar *table, dbc_lint_lock_mode lock,
				unsigned flags)
{
	dbc_lint_object *parent = dbcpg_lint_find_object(r, table, "table");
	dbc_lint_object *object =
		dbcpg_lint_find_other_object(r, type, list_make1(makeString(name)));
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_CREATE, object, dbcpg_lint_statement_tag(r, node));

	operation->other = parent;
	operation->name = object->name;
	operation->flags = flags;
	dbc_lint_record_create(r->session, object);
	dbcpg_lint_add_effect(r, parent, lock, false, false);
}

/* CREATE TRIGGER; row triggers are created on partitions as well. */
static void
create_trigger(dbcpg_lint_analyzer *r, const CreateTrigStmt *statement)
{
	const dbc_lint_object *table;

	create_of_table(r, (const Node *) statement, "trigger", statement->trigname,
					statement->relation, DBC_L_SHARE_ROW_EXCLUSIVE,
					statement->replace ? DBC_OP_IF_EXISTS : 0);
	table = dbcpg_lint_find_object(r, statement->relation, "table");
	if (statement->row && table->partitioned)
		dbcpg_lint_add_tree_effect(r, table, DBC_L_SHARE_ROW_EXCLUSIVE, false,
								   false);
}

/* The privileges of a GRANT, as in "select, insert"; "all" for all. */
static const char *
privileges_of(dbcpg_lint_analyzer *r, List *privileges)
{
	StringInfoData text;
	ListCell *cell;

	if (!privileges)
		return "all";
	initStringInfo(&text);
	foreach (cell, privileges)
	{
		const AccessPriv *privilege = lfirst_node(AccessPriv, cell);

		appendStringInfo(&text, "%s%s", text.len ? ", " : "",
						 privilege->priv_name ? privilege->priv_name : "all");
	}
	return dbcpg_lint_copy_text(r, text.data);
}

/* The name of a role specification. */
static const char *
role_of(dbcpg_lint_analyzer *r, const RoleSpec *role)
{
	switch (role->roletype)
	{
		case ROLESPEC_CSTRING:
			return dbcpg_lint_copy_text(r, role->rolename);
		case ROLESPEC_PUBLIC:
			return "public";
		case ROLESPEC_SESSION_USER:
			return "session_user";
		default:
			return "current_user";
	}
}

/* GRANT on one object to one role. */
static void
grant_one(dbcpg_lint_analyzer *r, const GrantStmt *statement,
		  dbc_lint_object *object)
{
	const char *privileges = privileges_of(r, statement->privileges);
	ListCell *cell;

	foreach (cell, statement->grantees)
	{
		dbc_lint_operation *operation =
			dbcpg_lint_add_operation(r, DBC_V_GRANT, object, "GRANT");

		operation->type = privileges;
		operation->new_name = role_of(r, lfirst_node(RoleSpec, cell));
	}
}

/* GRANT; no rule is about REVOKE. */
static void
grant(dbcpg_lint_analyzer *r, const GrantStmt *statement)
{
	ListCell *cell;

	if (!statement->is_grant)
		(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, NULL, "REVOKE");
	else if (statement->targtype != ACL_TARGET_OBJECT)
		grant_one(r, statement, NULL);
	else
		foreach (cell, statement->objects)
			grant_one(r, statement,
					  IsA(lfirst(cell), RangeVar)
						  ? dbcpg_lint_find_object(r, lfirst(cell), "table")
						  : NULL);
}

static void
lock_tables(dbcpg_lint_analyzer *r, const LockStmt *statement)
{
	dbc_lint_lock_mode lock = dbcpg_lint_convert_lock_mode(statement->mode);
	ListCell *cell;

	foreach (cell, statement->relations)
	{
		const RangeVar *name = lfirst_node(RangeVar, cell);
		dbc_lint_object *table = dbcpg_lint_find_object(r, name, "table");

		(void) dbcpg_lint_add_operation(r, DBC_V_LOCK, table, "LOCK TABLE");
		if (name->inh)
			dbcpg_lint_add_tree_effect(r, table, lock, false, false);
		else
			dbcpg_lint_add_effect(r, table, lock, false, false);
	}
}

/* COMMENT on a relation or a column. */
static void
comment(dbcpg_lint_analyzer *r, const CommentStmt *statement)
{
	List *names;

	(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, NULL, "COMMENT");
	switch (statement->objtype)
	{
		case OBJECT_COLUMN:
			names = list_copy(castNode(List, statement->object));
			names = list_truncate(names, list_length(names) - 1);
			break;
		case OBJECT_TABLE:
		case OBJECT_INDEX:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FOREIGN_TABLE:
		case OBJECT_SEQUENCE:
			names = castNode(List, statement->object);
			break;
		default:
			return;
	}
	if (names != NIL)
		dbcpg_lint_add_effect(r,
							  dbcpg_lint_find_listed_object(r, names, "table"),
							  DBC_L_SHARE_UPDATE_EXCLUSIVE, false, false);
}

static void
create_statistics(dbcpg_lint_analyzer *r, const CreateStatsStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->relations)
		if (IsA(lfirst(cell), RangeVar))
			lock_only(r, (const Node *) statement, lfirst(cell),
					  DBC_L_SHARE_UPDATE_EXCLUSIVE);
}

/* SET SCHEMA: ends the old name. */
static void
set_schema(dbcpg_lint_analyzer *r, const AlterObjectSchemaStmt *statement)
{
	dbc_lint_object *object;
	dbc_lint_operation *operation;

	if (!statement->relation)
	{
		(void) dbcpg_lint_add_operation(
			r, DBC_V_OTHER, NULL,
			dbcpg_lint_statement_tag(r, (const Node *) statement));
		return;
	}
	object = dbcpg_lint_find_object(r, statement->relation, "table");
	operation = dbcpg_lint_add_operation(
		r, DBC_V_RENAME, object,
		dbcpg_lint_statement_tag(r, (const Node *) statement));
	operation->new_name =
		dbc_format(r->host, "%s.%s",
				   dbcpg_lint_copy_text(r, statement->newschema), object->name);
	dbcpg_lint_add_effect(r, object, DBC_L_ACCESS_EXCLUSIVE, false, false);
	dbcpg_lint_add_sequence_effects(r, dbcpg_lint_get_relation(object)->oid);
	dbcpg_lint_record_move(r, object, statement->newschema);
}

/* Creates an object other than a relation. */
static void
create_other(dbcpg_lint_analyzer *r, const char *type, List *names,
			 unsigned flags, const char *command)
{
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_CREATE, dbcpg_lint_find_other_object(r, type, names), command);

	operation->flags = flags;
	dbc_lint_record_create(r->session, operation->object);
}

/* CREATE SCHEMA, with its elements. */
static void
create_schema(dbcpg_lint_analyzer *r, const CreateSchemaStmt *statement)
{
	const char *name = statement->schemaname;

	if (name)
		create_other(r, "schema", list_make1(makeString(pstrdup(name))),
					 statement->if_not_exists ? DBC_OP_IF_EXISTS : 0,
					 "CREATE SCHEMA");
	else
		(void) dbcpg_lint_add_operation(r, DBC_V_OTHER, NULL, "CREATE SCHEMA");
}

/* CREATE, ALTER SEQUENCE. */
static void
sequence(dbcpg_lint_analyzer *r, Node *node)
{
	const CreateSeqStmt *create = (const CreateSeqStmt *) node;
	dbc_lint_operation *operation;

	if (IsA(node, AlterSeqStmt))
	{
		lock_only(r, node, ((const AlterSeqStmt *) node)->sequence,
				  DBC_L_SHARE_ROW_EXCLUSIVE);
		return;
	}
	operation = dbcpg_lint_add_operation(
		r, DBC_V_CREATE,
		dbcpg_lint_find_created_object(r, create->sequence, "sequence",
									   create->if_not_exists),
		"CREATE SEQUENCE");
	if (create->if_not_exists)
		operation->flags |= DBC_OP_IF_EXISTS;
}

bool
dbcpg_lint_analyze_object(dbcpg_lint_analyzer *r, Node *node)
{
	const CreatePolicyStmt *policy = (const CreatePolicyStmt *) node;
	const RuleStmt *rule = (const RuleStmt *) node;
	const RefreshMatViewStmt *refresh = (const RefreshMatViewStmt *) node;

	switch (nodeTag(node))
	{
		case T_DropdbStmt:
			drop_database(r, (const DropdbStmt *) node);
			return true;
		case T_DeclareCursorStmt:
			dbcpg_lint_analyze_query(r,
									 ((const DeclareCursorStmt *) node)->query);
			return true;
		case T_ViewStmt:
			create_view(r, (const ViewStmt *) node);
			return true;
		case T_AlterEnumStmt:
			dbcpg_lint_analyze_alter_enum(r, (const AlterEnumStmt *) node);
			return true;
		case T_CreateEnumStmt:
			create_other(r, "type", ((const CreateEnumStmt *) node)->typeName,
						 0, "CREATE TYPE");
			return true;
		case T_CreateDomainStmt:
			dbcpg_lint_analyze_create_domain(r,
											 (const CreateDomainStmt *) node);
			return true;
		case T_AlterDomainStmt:
			dbcpg_lint_analyze_alter_domain(r, (const AlterDomainStmt *) node);
			return true;
		case T_CreateFunctionStmt:
			dbcpg_lint_analyze_create_function(
				r, (const CreateFunctionStmt *) node);
			return true;
		case T_AlterFunctionStmt:
			dbcpg_lint_analyze_alter_function(r,
											  (const AlterFunctionStmt *) node);
			return true;
		case T_CreateTrigStmt:
			create_trigger(r, (const CreateTrigStmt *) node);
			return true;
		case T_CreatePolicyStmt:
			create_of_table(r, node, "policy", policy->policy_name,
							policy->table, DBC_L_ACCESS_EXCLUSIVE,
							policy->permissive ? 0 : DBC_OP_RESTRICTIVE);
			return true;
		case T_RuleStmt:
			create_of_table(r, node, "rule", rule->rulename, rule->relation,
							DBC_L_ACCESS_EXCLUSIVE,
							rule->replace ? DBC_OP_IF_EXISTS : 0);
			return true;
		case T_AlterPolicyStmt:
			lock_only(r, node, ((const AlterPolicyStmt *) node)->table,
					  DBC_L_ACCESS_EXCLUSIVE);
			return true;
		case T_RefreshMatViewStmt:
			dbcpg_lint_add_operation(
				r, DBC_V_REFRESH,
				dbcpg_lint_find_object(r, refresh->relation,
									   "materialized view"),
				"REFRESH MATERIALIZED VIEW")
				->flags |= refresh->concurrent ? DBC_OP_CONCURRENTLY : 0;
			return true;
		case T_GrantStmt:
			grant(r, (const GrantStmt *) node);
			return true;
		case T_LockStmt:
			lock_tables(r, (const LockStmt *) node);
			return true;
		case T_CommentStmt:
			comment(r, (const CommentStmt *) node);
			return true;
		case T_CreateStatsStmt:
			create_statistics(r, (const CreateStatsStmt *) node);
			return true;
		case T_AlterObjectSchemaStmt:
			set_schema(r, (const AlterObjectSchemaStmt *) node);
			return true;
		case T_CreateSchemaStmt:
			create_schema(r, (const CreateSchemaStmt *) node);
			return true;
		case T_CreateSeqStmt:
		case T_AlterSeqStmt:
			sequence(r, node);
			return true;
		default:
			return false;
	}
}
