/*
 * analysis.c
 *	  Predicts from parse trees what the statements of a script do.
 */
#include "pg_ext/lint/analysis.h"

/* Adds an operation without object. */
static dbc_lint_operation *
add_plain(dbcpg_lint_analyzer *r, dbc_lint_verb verb, const Node *node)
{
	return dbcpg_lint_add_operation(r, verb, NULL,
									dbcpg_lint_statement_tag(r, node));
}

static void
read_set(dbcpg_lint_analyzer *r, Node *node)
{
	VariableSetStmt *statement = castNode(VariableSetStmt, node);
	dbc_lint_operation *operation = add_plain(r, DBC_V_SET, node);

	operation->name =
		statement->name ? dbcpg_lint_copy_text(r, statement->name) : "all";
	if (statement->is_local)
		operation->flags |= DBC_OP_LOCAL;
	if (statement->kind == VAR_SET_VALUE)
		operation->text =
			dbcpg_lint_copy_text(r, ExtractSetVariableArgs(statement));
	else if (statement->kind == VAR_SET_MULTI)
		operation->text = "";
	else
		operation->text = "default";
	dbcpg_lint_catalog_apply_setting(statement);
}

/* Analyses one statement. */
static void
read_statement(dbcpg_lint_analyzer *r, Node *node)
{
	switch (nodeTag(node))
	{
		case T_CreateStmt:
			dbcpg_lint_analyze_create(r, (CreateStmt *) node, "table");
			break;
		case T_CreateForeignTableStmt:
			dbcpg_lint_analyze_create(
				r, &((CreateForeignTableStmt *) node)->base, "foreign table");
			break;
		case T_CreateTableAsStmt:
			dbcpg_lint_analyze_create_as(r, (CreateTableAsStmt *) node);
			break;
		case T_AlterTableStmt:
			dbcpg_lint_analyze_alter(r, (AlterTableStmt *) node);
			break;
		case T_IndexStmt:
			dbcpg_lint_analyze_index(r, (IndexStmt *) node);
			break;
		case T_ReindexStmt:
			dbcpg_lint_analyze_reindex(r, (ReindexStmt *) node);
			break;
		case T_VacuumStmt:
			dbcpg_lint_analyze_vacuum(r, (VacuumStmt *) node);
			break;
		case T_ClusterStmt:
			dbcpg_lint_analyze_cluster(r, (ClusterStmt *) node);
			break;
		case T_DropStmt:
			dbcpg_lint_analyze_drop(r, (DropStmt *) node);
			break;
		case T_RenameStmt:
			dbcpg_lint_analyze_rename(r, (RenameStmt *) node);
			break;
		case T_CopyStmt:
			dbcpg_lint_analyze_copy(r, (CopyStmt *) node);
			break;
		case T_TruncateStmt:
			dbcpg_lint_analyze_truncate(r, (TruncateStmt *) node);
			break;
		case T_VariableSetStmt:
			read_set(r, node);
			break;
		case T_TransactionStmt:
			(void) add_plain(r, DBC_V_TRANSACTION, node);
			break;
		case T_DoStmt:
		case T_CallStmt:
		case T_ExecuteStmt:
			(void) add_plain(r, DBC_V_OPAQUE, node);
			break;
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
			dbcpg_lint_analyze_query(r, node);
			break;
		default:
			if (dbcpg_is_merge(node))
				dbcpg_lint_analyze_query(r, node);
			else if (!dbcpg_lint_analyze_object(r, node))
				(void) add_plain(r, DBC_V_OTHER, node);
	}
}

dbcpg_lint_analyzer
dbcpg_lint_begin(dbc_host *host, dbc_lint_session *session)
{
	void **statements = dbc_lint_session_engine(session);

	if (!*statements)
		*statements = dbc_alloc(host, sizeof(int));
	return (dbcpg_lint_analyzer){
		.host = host, .session = session, .statements = *statements};
}

dbc_lint_analysis
dbcpg_lint_analyze(dbcpg_lint_analyzer *r, const dbc_statement *statement)
{
	ListCell *cell;

	r->statement = statement;
	r->text = dbcpg_from_core(statement->text);
	++*r->statements;
	r->alter_lock = DBC_L_NONE;
	r->operations = NULL;
	r->effects = NULL;
	r->noperations = r->operation_room = r->neffects = r->effect_room = 0;
	foreach (cell, dbcpg_raw_parser(r->text))
		read_statement(r, lfirst_node(RawStmt, cell)->stmt);
	dbcpg_lint_add_operation_effects(r);
	return (dbc_lint_analysis){.operations = r->operations,
							   .noperations = r->noperations,
							   .effects = r->effects,
							   .neffects = r->neffects};
}
