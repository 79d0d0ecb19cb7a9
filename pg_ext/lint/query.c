/*
 * query.c
 *	  Queries, and statements that write rows.
 */
#include "pg_ext/lint/analysis.h"

#include "nodes/nodeFuncs.h"

/* A walk over a query. */
typedef struct walk
{
	dbcpg_lint_analyzer *r;
	List *names; /* of common table expressions so far */
} walk;

static bool read_node(Node *node, void *context);

/* Whether a name is a common table expression.  One of another query level
 * matches as well; the cost is a lock that is not reported. */
static bool
is_query_name(const walk *w, const RangeVar *name)
{
	return !name->schemaname &&
		   list_member(w->names, makeString(name->relname));
}

static void
read_from(const walk *w, const RangeVar *name)
{
	if (!is_query_name(w, name))
		dbcpg_lint_add_effect(w->r, dbcpg_lint_find_object(w->r, name, "table"),
							  DBC_L_ACCESS_SHARE, false, false);
}

/* Adds the operation of a statement that writes rows. */
static dbc_lint_operation *
write_to(const walk *w, dbc_lint_verb verb, const RangeVar *name,
		 const char *command)
{
	dbc_lint_object *table = dbcpg_lint_find_object(w->r, name, "table");

	if (verb == DBC_V_UPDATE)
		(void) dbcpg_lint_find_primary_key(w->r, table);
	return dbcpg_lint_add_operation(w->r, verb, table, command);
}

/* UPDATE, DELETE. */
static void
change_rows(const walk *w, dbc_lint_verb verb, const RangeVar *name,
			const Node *condition, const char *command)
{
	dbc_lint_operation *operation = write_to(w, verb, name, command);

	if (!condition)
		operation->flags |= DBC_OP_NO_WHERE;
}

static void
read_insert(const walk *w, const InsertStmt *statement)
{
	const SelectStmt *query = (const SelectStmt *) statement->selectStmt;
	dbc_lint_operation *operation =
		write_to(w, DBC_V_INSERT, statement->relation, "INSERT");

	if (query && !query->valuesLists)
		operation->flags |= DBC_OP_FROM_QUERY;
	operation->object->may_grow = true;
}

/* SELECT ... INTO. */
static void
read_into(const walk *w, const IntoClause *into)
{
	dbcpg_lint_add_operation(
		w->r, DBC_V_CREATE,
		dbcpg_lint_find_created_object(w->r, into->rel, "table", false),
		"SELECT INTO")
		->flags |= DBC_OP_FROM_QUERY;
}

/* Adds the names of a WITH clause before anything refers to them. */
static void
add_names(walk *w, const WithClause *clause)
{
	ListCell *cell;

	if (clause)
		foreach (cell, clause->ctes)
			w->names = lappend(
				w->names,
				makeString(lfirst_node(CommonTableExpr, cell)->ctename));
}

/* FOR UPDATE and the like, for the named relations or all of a query. */
static void
read_locking(const walk *w, const SelectStmt *query)
{
	ListCell *cell;

	if (query->lockingClause)
		foreach (cell, query->fromClause)
			if (IsA(lfirst(cell), RangeVar) && !is_query_name(w, lfirst(cell)))
				dbcpg_lint_add_effect(
					w->r, dbcpg_lint_find_object(w->r, lfirst(cell), "table"),
					DBC_L_ROW_SHARE, false, false);
}

/* Iterates over UNIONs, since a chain can be very long and nests on its left.
 */
static bool
read_select(walk *w, SelectStmt *query)
{
	for (; query->op != SETOP_NONE; query = query->larg)
	{
		CHECK_FOR_INTERRUPTS();
		add_names(w, query->withClause);
		(void) read_node((Node *) query->withClause, w);
		(void) read_node((Node *) query->sortClause, w);
		(void) read_node((Node *) query->rarg, w);
	}
	add_names(w, query->withClause);
	read_locking(w, query);
	return raw_expression_tree_walker((Node *) query, read_node, w);
}

/* Visits one node; the walker visits its children. */
static bool
read_node(Node *node, void *context)
{
	walk *w = context;

	if (!node)
		return false;
	switch (nodeTag(node))
	{
		case T_RangeVar:
			read_from(w, (RangeVar *) node);
			return false;
		case T_IntoClause:
			read_into(w, (IntoClause *) node);
			return false;
		case T_SelectStmt:
			return read_select(w, (SelectStmt *) node);
		case T_InsertStmt:
			add_names(w, ((InsertStmt *) node)->withClause);
			read_insert(w, (InsertStmt *) node);
			break;
		case T_UpdateStmt:
			add_names(w, ((UpdateStmt *) node)->withClause);
			change_rows(w, DBC_V_UPDATE, ((UpdateStmt *) node)->relation,
						((UpdateStmt *) node)->whereClause, "UPDATE");
			break;
		case T_DeleteStmt:
			add_names(w, ((DeleteStmt *) node)->withClause);
			change_rows(w, DBC_V_DELETE, ((DeleteStmt *) node)->relation,
						((DeleteStmt *) node)->whereClause, "DELETE");
			break;
		default:
			if (dbcpg_is_merge(node))
				(void) write_to(w, DBC_V_UPDATE, dbcpg_merge_target(node),
								"MERGE");
	}
	return raw_expression_tree_walker(node, read_node, w);
}

void
dbcpg_lint_analyze_query(dbcpg_lint_analyzer *r, Node *node)
{
	walk w = {.r = r};

	(void) read_node(node, &w);
}

void
dbcpg_lint_analyze_copy(dbcpg_lint_analyzer *r, const CopyStmt *statement)
{
	dbc_lint_operation *operation;

	if (statement->query)
		dbcpg_lint_analyze_query(r, statement->query);
	else if (statement->is_from)
	{
		operation = dbcpg_lint_add_operation(
			r, DBC_V_INSERT,
			dbcpg_lint_find_object(r, statement->relation, "table"), "COPY");
		operation->flags |= DBC_OP_FROM_QUERY;
		operation->object->may_grow = true;
	}
	else
		dbcpg_lint_add_effect(
			r, dbcpg_lint_find_object(r, statement->relation, "table"),
			DBC_L_ACCESS_SHARE, false, false);
}

/* The given tables and all that TRUNCATE ... CASCADE empties with them. */
static List *
truncated_tables(dbcpg_lint_analyzer *r, List *tables)
{
	List *more = tables;
	ListCell *cell;

	while (more != NIL)
	{
		more = dbcpg_lint_catalog_list_referencing(tables);
		foreach (cell, more)
		{
			const dbc_lint_object *table =
				dbcpg_lint_find_catalog_object(r, lfirst_oid(cell));

			if (table)
				dbcpg_lint_add_tree_effect(r, table, DBC_L_ACCESS_EXCLUSIVE,
										   true, false);
		}
		tables = list_concat(tables, more);
	}
	return tables;
}

void
dbcpg_lint_analyze_truncate(dbcpg_lint_analyzer *r,
							const TruncateStmt *statement)
{
	List *tables = NIL;
	ListCell *cell;

	foreach (cell, statement->relations)
	{
		const RangeVar *name = lfirst_node(RangeVar, cell);
		dbc_lint_object *table = dbcpg_lint_find_object(r, name, "table");
		Oid oid = dbcpg_lint_get_relation(table)->oid;
		dbc_lint_operation *operation =
			dbcpg_lint_add_operation(r, DBC_V_TRUNCATE, table, "TRUNCATE");

		if (statement->behavior == DROP_CASCADE)
			operation->flags |= DBC_OP_CASCADE;
		if (!name->inh)
			operation->flags |= DBC_OP_ONLY;
		if (OidIsValid(oid))
			tables = lappend_oid(tables, oid);
	}
	if (statement->behavior == DROP_CASCADE)
		tables = truncated_tables(r, tables);
	if (statement->restart_seqs)
		foreach (cell, tables)
			dbcpg_lint_add_sequence_effects(r, lfirst_oid(cell));
}
