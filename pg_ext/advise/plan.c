/*
 * plan.c
 *	  Plans a query as EXPLAIN does, with hypothetical indexes.
 *
 * Analysis and planning run code: input functions of literals, and functions
 * that can be computed in advance.  EXPLAIN runs it, too, but the text of a
 * monitored query can be of a role that the caller does not trust.  So it is
 * planned as a role of core/trust.h, which counts the author of the query among
 * the owners of code, in a security-restricted operation.  Nothing else is
 * executed.
 */
#include "pg_ext/advise/hypothetical.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/core/time_limit.h"

#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_node.h"
#include "parser/parse_param.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "common/advise/host.h"
#include "common/core/text.h"

/* How long planning may take for a shape. */
#define SHAPE_MS 1000

/* A query with hypothetical indexes. */
typedef struct work
{
	const char *text;
	List *authors; /* of the query: a role, unless it is the caller */
	List *queries; /* analyzed and rewritten */
	dbcpg_advise_planning planning;
	StringInfo shape; /* of the plan, unless it is NULL */
} work;

/* ---- analysis ---- */

/* The parse tree of a text that must be one query. */
static List *
parse(const char *text)
{
	List *trees = dbcpg_raw_parser(text);
	const Node *statement;

	if (list_length(trees) != 1)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("the text has %d statements", list_length(trees)),
				errhint("Pass one SELECT, INSERT, UPDATE or DELETE."));
	statement = linitial_node(RawStmt, trees)->stmt;
	if (!IsA(statement, SelectStmt) && !IsA(statement, InsertStmt) &&
		!IsA(statement, UpdateStmt) && !IsA(statement, DeleteStmt))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("the statement has no plan"),
				errhint("Pass one SELECT, INSERT, UPDATE or DELETE."));
	return trees;
}

/* Analyzes a parse tree; types are those known of parameters.  No hook sees it,
 * so that extensions count only statements that were run. */
static Query *
analyze_with(RawStmt *tree, const char *text, Oid **types, int *ntypes)
{
	ParseState *state = make_parsestate(NULL);
	Query *query;

	state->p_sourcetext = text;
	dbcpg_set_up_parameters(state, types, ntypes);
	query = transformTopLevelStmt(state, copyObjectImpl(tree));
	check_variable_parameters(state, query);
	free_parsestate(state);
	return query;
}

/* Analyzes a parse tree.  Parameters that could have any type are text. */
static Query *
analyze(RawStmt *tree, const char *text)
{
	Oid *types = NULL;
	int ntypes = 0;
	bool complete = true;
	Query *query = analyze_with(tree, text, &types, &ntypes);

	for (int i = 0; i < ntypes; i++)
		if (types[i] == InvalidOid || types[i] == UNKNOWNOID)
		{
			types[i] = TEXTOID;
			complete = false;
		}
	return complete ? query : analyze_with(tree, text, &types, &ntypes);
}

/* Switches to a role in a security-restricted operation, even to the caller:
 * nothing that planning runs may leave something behind that runs later. */
static void
restrict_to(Oid role, dbcpg_execution_identity *identity)
{
	Oid user;
	int security;

	dbcpg_switch_to_role(role, identity);
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(user, security | SECURITY_RESTRICTED_OPERATION);
}

/* Reads the query and the indexes. */
static void
read_work(work *w, const dbc_advise_index *indexes)
{
	List *trees = parse(w->text);
	List *owners = list_copy(w->authors);
	dbcpg_execution_identity identity;
	Query *query;

	dbcpg_add_tree_owners(&owners, trees);
	restrict_to(dbcpg_role_for_owners(owners), &identity);
	query = analyze(linitial_node(RawStmt, trees), w->text);
	if (query->commandType == CMD_UTILITY)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("the statement has no plan"),
				errhint("Remove the INTO clause."));
	w->queries = QueryRewrite(query);
	for (int i = 0; i < w->planning.nindexes; i++)
	{
		/* a number that PostgreSQL gives to no object */
		w->planning.indexes[i].oid = (Oid) (FirstGenbkiObjectId - 1 - i);
		dbcpg_advise_define(&w->planning.indexes[i],
							dbcpg_from_core(indexes[i].sql));
	}
	dbcpg_restore_identity(&identity);
}

/* ---- rights ---- */

/* Checks the caller's privileges on the tables of a query, which EXPLAIN does
 * after planning. */
static bool
require_permissions(Node *node, void *arg)
{
	if (!node)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, require_permissions, arg);
	dbcpg_require_permissions((Query *) node);
	return query_tree_walker((Query *) node, require_permissions, arg, 0);
}

/* Fails if row security hides rows from the caller: for another role the
 * planner would use statistics on these rows, too. */
static bool
refuse_row_security(Node *node, void *arg)
{
	ListCell *cell;

	if (!node)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, refuse_row_security, arg);
	foreach (cell, ((Query *) node)->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);

		if (entry->rtekind == RTE_RELATION &&
			check_enable_rls(entry->relid, InvalidOid, true) == RLS_ENABLED)
			ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					errmsg("row security hides rows of table \"%s\"",
						   get_rel_name(entry->relid)),
					errhint("Ask as the owner of the table."));
	}
	return query_tree_walker((Query *) node, refuse_row_security, arg, 0);
}

/* The role to plan as. */
static Oid
role_for(const work *w)
{
	List *owners = list_copy(w->authors);

	dbcpg_add_query_owners(&owners, (Node *) w->queries);
	for (int i = 0; i < w->planning.nindexes; i++)
	{
		const dbcpg_advise_hypothetical *index = &w->planning.indexes[i];

		dbcpg_add_query_owners(&owners, (Node *) index->columns);
		dbcpg_add_query_owners(&owners, (Node *) index->predicate);
	}
	return dbcpg_role_for_owners(owners);
}

/* ---- planning ---- */

/* Adds up the plans of a query, more than one if rules add some. */
static void
plan_work(work *w, dbc_advise_trial *trial)
{
	dbcpg_execution_identity identity;
	Oid role = role_for(w);
	ListCell *cell;

	if (role != GetUserId())
		(void) refuse_row_security((Node *) w->queries, NULL);
	restrict_to(role, &identity);
	for (int i = 0; i < w->planning.nindexes; i++)
		dbcpg_advise_simplify(&w->planning.indexes[i]);
	foreach (cell, w->queries)
	{
		Query *query = lfirst_node(Query, cell);
		const PlannedStmt *plan;

		if (query->commandType == CMD_UTILITY)
			continue;
		plan = dbcpg_advise_plan(&w->planning, query, w->text);
		trial->cost += plan->planTree->total_cost;
		if (w->shape)
			dbcpg_advise_append_shape(w->shape, plan);
	}
	for (int i = 0; i < w->planning.nindexes; i++)
		trial->size_bytes[i] = w->planning.indexes[i].size_bytes;
	dbcpg_restore_identity(&identity);
}

/* The author of a query as a list. */
static List *
authors_of(int64_t author)
{
	Oid role = (Oid) author;

	if (author == 0)
		return NIL;
	if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role)))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("the role that ran it was dropped"));
	return list_make1_oid(role);
}

/* Plans a query under the settings of the caller, or of a session of its author
 * if its shape is wanted. */
static void
do_work(dbcpg_host *host, work *w, const dbc_advise_index *indexes,
		int nindexes, dbc_advise_trial *trial)
{
	int level = NewGUCNestLevel();
	bool was_read_only = XactReadOnly;

	w->planning.nindexes = nindexes;
	w->planning.indexes =
		palloc0(((Size) nindexes + 1) * sizeof(*w->planning.indexes));
	dbcpg_unpin_parameters(host);
	if (w->shape)
		dbcpg_advise_set_session(w->authors == NIL ? InvalidOid
												   : linitial_oid(w->authors));
	/* a function can be marked immutable and still write; after an error the
	 * end of the transaction or subtransaction restores it */
	XactReadOnly = true;
	PushActiveSnapshot(GetTransactionSnapshot());
	read_work(w, indexes);
	(void) require_permissions((Node *) w->queries, NULL);
	plan_work(w, trial);
	PopActiveSnapshot();
	XactReadOnly = was_read_only;
	AtEOXact_GUC(false, level);
}

/* Implements dbc_advise_host.plan. */
static void
plan_query(dbc_host *base, const char *query, int64_t author,
		   const dbc_advise_index *indexes, int nindexes,
		   dbc_advise_trial *trial)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext context = MemoryContextSwitchTo(host->scratch);
	work w = {.text = dbcpg_from_core(query), .authors = authors_of(author)};

	*trial =
		(dbc_advise_trial){.size_bytes = dbc_alloc(
							   base, ((size_t) nindexes + 1) * sizeof(double))};
	do_work(host, &w, indexes, nindexes, trial);
	MemoryContextSwitchTo(context);
	MemoryContextReset(host->scratch);
}

/* What runs within a time limit. */
typedef struct shape_work
{
	dbcpg_host *host;
	work work;
} shape_work;

static void
find_shape(void *arg)
{
	shape_work *w = arg;
	dbc_advise_trial trial = {.cost = 0};

	do_work(w->host, &w->work, NULL, 0, &trial);
}

/* Implements dbc_advise_host.shape. */
static const char *
shape_query(dbc_host *base, const char *query, int64_t author)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext context = MemoryContextSwitchTo(host->scratch);
	shape_work w = {.host = host,
					.work = {.text = dbcpg_from_core(query),
							 .authors = authors_of(author),
							 .shape = makeStringInfo()}};
	const char *shape;

	if (!dbcpg_run_within(find_shape, &w, SHAPE_MS))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("planning takes longer than %d ms", SHAPE_MS)));
	MemoryContextSwitchTo(context);
	shape = dbc_format(base, "%s", dbcpg_to_core(host, w.work.shape->data));
	MemoryContextReset(host->scratch);
	return shape;
}

static void
define(dbc_host *host, const dbc_relation *table, const char *rest,
	   dbc_advise_index *index)
{
	const char *name = dbc_quote(host, index->name);

	index->sql =
		dbc_format(host, "CREATE INDEX %s ON %s %s", name, table->shown, rest);
	index->create = dbc_format(host, "CREATE INDEX CONCURRENTLY %s ON %s %s;",
							   name, table->shown, rest);
}

const dbc_advise_host dbcpg_advise_host = {
	.define = define,
	.plan = plan_query,
	.shape = shape_query,
};
