/*
 * analysis.c
 *	  Predicts from parse trees what the statements of a script do.
 */
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/lint/analysis.h"

#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* Adds an operation without object. */
static dbc_lint_operation *
add_plain(dbcpg_lint_analyzer *r, dbc_lint_verb verb, const Node *node)
{
	return dbcpg_lint_add_operation(r, verb, NULL,
									dbcpg_lint_statement_tag(node));
}

/* Applies settings that affect how later names and types resolve; assigning
 * them calls no user code. */
static void
apply_setting(const VariableSetStmt *statement)
{
	if (statement->kind == VAR_SET_VALUE &&
		(strcmp(statement->name, "search_path") == 0 ||
		 pg_strcasecmp(statement->name, "timezone") == 0))
		(void) set_config_option(
			statement->name,
			ExtractSetVariableArgs(unconstify(VariableSetStmt *, statement)),
			PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, DEBUG5, false);
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
	apply_setting(statement);
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

/* The analyzer's state of a session, created at its first script. */
static dbcpg_lint_session_state *
session_state(dbcpg_host *host, dbc_lint_session *session)
{
	void **slot = dbc_lint_session_engine(session);
	HASHCTL control = {.keysize = sizeof(Oid),
					   .entrysize = sizeof(dbcpg_lint_relation),
					   .hcxt = host->arena};
	dbcpg_lint_session_state *memory = *slot;

	if (!memory)
	{
		*slot = memory = dbc_alloc(&host->base, sizeof(*memory));
		memory->relations = hash_create("dbcare relations", 64, &control,
										HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	return memory;
}

/* Adds the position of a statement to its syntax error. */
typedef struct place
{
	dbcpg_host *host;
	const dbc_statement *statement;
	int statement_no;
} place;

static void
set_error_position(void *arg)
{
	const place *p = arg;

	p->host->failed_statement = p->statement_no;
	p->host->failed_line = p->statement->line;
}

/* Analyses the statements of a script. */
static void
read_statements(dbcpg_lint_analyzer *r, const dbc_script *script,
				dbc_lint_analysis *analyses)
{
	place place = {r->host, script->statements, 0};
	ErrorContextCallback callback = {.callback = set_error_position,
									 .arg = &place,
									 .previous = error_context_stack};
	ListCell *cell;

	error_context_stack = &callback;
	for (int i = 0; i < script->nstatements; i++)
	{
		CHECK_FOR_INTERRUPTS();
		place.statement = &script->statements[i];
		place.statement_no = i + 1;
		r->text = dbcpg_from_core(script->statements[i].text);
		r->memory->statements++;
		r->alter_lock = DBC_L_NONE;
		r->operations = NULL;
		r->effects = NULL;
		r->noperations = r->operation_room = r->neffects = r->effect_room = 0;
		foreach (cell, dbcpg_raw_parser(r->text))
			read_statement(r, lfirst_node(RawStmt, cell)->stmt);
		dbcpg_lint_add_operation_effects(r);
		analyses[i] = (dbc_lint_analysis){.operations = r->operations,
										  .noperations = r->noperations,
										  .effects = r->effects,
										  .neffects = r->neffects};
	}
	error_context_stack = callback.previous;
}

/* Implements dbc_lint_host.read_script under the settings of the caller;
 * search_path matters here. */
static void
analyze_script(dbc_host *base, dbc_lint_session *session,
			   const dbc_script *script, dbc_lint_analysis *analyses)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext context = MemoryContextSwitchTo(host->scratch);
	int level = NewGUCNestLevel();
	dbcpg_lint_analyzer reader = {.host = host,
								  .session = session,
								  .memory = session_state(host, session)};

	dbcpg_unpin_parameters(host);
	read_statements(&reader, script, analyses);
	AtEOXact_GUC(false, level);
	MemoryContextSwitchTo(context);
	MemoryContextReset(host->scratch);
}

const dbc_lint_host dbcpg_lint_host = {
	.has_locks = true,
	.read_script = analyze_script,
};
