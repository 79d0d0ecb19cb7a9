/*
 * index.c
 *	  Statements that build indexes or rewrite tables.
 */
#include "pg_ext/lint/analysis.h"

#include "parser/parse_target.h"

/* The columns of an index; "" for an expression. */
static const char *const *
index_columns(dbcpg_lint_analyzer *r, List *elements)
{
	const char **columns = dbc_alloc(
		r->host, ((size_t) list_length(elements) + 1) * sizeof(*columns));
	ListCell *cell;
	int n = 0;

	foreach (cell, elements)
	{
		const IndexElem *element = lfirst_node(IndexElem, cell);

		columns[n++] =
			element->name ? dbcpg_lint_copy_text(r, element->name) : "";
	}
	return columns;
}

/* The columns of an index as in its default name: a_b. */
static char *
columns_in_name(const IndexStmt *statement)
{
	StringInfoData words;
	ListCell *cell;

	initStringInfo(&words);
	foreach (cell, statement->indexParams)
	{
		const IndexElem *element = lfirst_node(IndexElem, cell);
		const char *name =
			element->name ? element->name : FigureIndexColname(element->expr);

		appendStringInfo(&words, "%s%s", words.len > 0 ? "_" : "",
						 name ? name : "expr");
	}
	return words.data;
}

/* Predicts the default name of an index: table and columns, and the first
 * number that makes the name unique. */
static void
choose_name(dbcpg_lint_analyzer *r, const IndexStmt *statement, RangeVar *name)
{
	const char *columns = columns_in_name(statement);
	char label[16] = "idx";
	dbcpg_lint_relation *first = NULL;
	const dbc_lint_object *known;
	int n = 0;

	for (;;)
	{
		name->relname =
			makeObjectName(statement->relation->relname, columns, label);
		known = dbcpg_lint_find_object(r, name, "index");
		if (!known->id && !known->created_in)
			break;
		if (!first)
		{
			first = dbcpg_lint_get_relation(known);
			n = first->numbered;
		}
		snprintf(label, sizeof(label), "idx%d", ++n);
	}
	if (first)
		first->numbered = n;
}

/* Records an index and its table. */
static void
record_index(dbcpg_lint_analyzer *r, dbc_lint_object *table,
			 const IndexStmt *statement)
{
	RangeVar name = *statement->relation;
	dbc_lint_object *index;

	if (statement->idxname)
		name.relname = statement->idxname;
	else
		choose_name(r, statement, &name);
	index = dbcpg_lint_find_created_object(r, &name, "index",
										   statement->if_not_exists);
	index->partitioned = table->partitioned;
	dbcpg_lint_get_relation(index)->table = table;
}

void
dbcpg_lint_analyze_index(dbcpg_lint_analyzer *r, const IndexStmt *statement)
{
	dbc_lint_object *table =
		dbcpg_lint_find_object(r, statement->relation, "table");
	dbc_lint_operation *operation =
		dbcpg_lint_add_operation(r, DBC_V_CREATE_INDEX, table, "CREATE INDEX");

	if (statement->concurrent)
		operation->flags |= DBC_OP_CONCURRENTLY;
	if (statement->if_not_exists)
		operation->flags |= DBC_OP_IF_EXISTS;
	if (statement->unique)
		operation->flags |= DBC_OP_UNIQUE;
	if (statement->whereClause)
		operation->flags |= DBC_OP_PARTIAL;
	if (!statement->relation->inh)
		operation->flags |= DBC_OP_ONLY;
	operation->name = dbcpg_lint_copy_text(r, statement->idxname);
	operation->columns = index_columns(r, statement->indexParams);
	operation->text = dbcpg_lint_text_in_parentheses(
		r, Max(statement->relation->location, 0));
	record_index(r, table, statement);
}

/* Adds the effects of REINDEX on an index and its table; either may be NULL. */
static void
reindex_effects(dbcpg_lint_analyzer *r, const dbc_lint_operation *operation,
				const dbc_lint_object *index, const dbc_lint_object *table)
{
	bool concurrently = operation->flags & DBC_OP_CONCURRENTLY;

	if (index)
		dbcpg_lint_add_effect(r, index,
							  concurrently ? DBC_L_SHARE_UPDATE_EXCLUSIVE
										   : DBC_L_ACCESS_EXCLUSIVE,
							  false, true);
	if (table)
		dbcpg_lint_add_tree_effect(
			r, table, concurrently ? DBC_L_SHARE_UPDATE_EXCLUSIVE : DBC_L_SHARE,
			false, true);
}

void
dbcpg_lint_analyze_reindex(dbcpg_lint_analyzer *r, const ReindexStmt *statement)
{
	bool is_index = statement->kind == REINDEX_OBJECT_INDEX;
	dbc_lint_object *object =
		statement->relation
			? dbcpg_lint_find_object(r, statement->relation,
									 is_index ? "index" : "table")
			: NULL;
	dbc_lint_operation *operation =
		dbcpg_lint_add_operation(r, DBC_V_REINDEX, object, "REINDEX");

	if (dbcpg_reindex_concurrently(statement))
		operation->flags |= DBC_OP_CONCURRENTLY;
	operation->name = dbcpg_lint_copy_text(r, statement->name);
	if (!object)
		return;
	if (is_index)
	{
		operation->name = object->name;
		operation->other = dbcpg_lint_get_relation(object)->table;
	}
	reindex_effects(r, operation, is_index ? object : NULL,
					is_index ? operation->other : object);
}

/* Whether an option is on. */
static bool
is_on(List *options, const char *name)
{
	ListCell *cell;
	bool on = false;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			on = defGetBoolean(option);
	}
	return on;
}

/* VACUUM, ANALYZE. */
void
dbcpg_lint_analyze_vacuum(dbcpg_lint_analyzer *r, const VacuumStmt *statement)
{
	bool is_full = is_on(statement->options, "full");
	dbc_lint_verb verb = !statement->is_vacuumcmd ? DBC_V_ANALYZE
						 : is_full				  ? DBC_V_REWRITE
												  : DBC_V_VACUUM;
	const char *command = !statement->is_vacuumcmd ? "ANALYZE"
						  : is_full				   ? "VACUUM FULL"
												   : "VACUUM";
	ListCell *cell;

	foreach (cell, statement->rels)
	{
		const VacuumRelation *relation = lfirst_node(VacuumRelation, cell);

		dbc_lint_operation *operation = dbcpg_lint_add_operation(
			r, verb, dbcpg_lint_find_object(r, relation->relation, "table"),
			command);

		/* from 18 on; partitions are left out */
		if (!relation->relation->inh)
			operation->flags |= DBC_OP_ONLY;
	}
	if (!statement->rels)
		(void) dbcpg_lint_add_operation(r, verb, NULL, command);
}

void
dbcpg_lint_analyze_cluster(dbcpg_lint_analyzer *r, const ClusterStmt *statement)
{
	const RangeVar *table = dbcpg_clustered_table(statement);
	dbc_lint_operation *operation = dbcpg_lint_add_operation(
		r, DBC_V_REWRITE,
		table ? dbcpg_lint_find_object(r, table, "table") : NULL,
		dbcpg_cluster_command(statement));
	if (dbcpg_clusters_concurrently(statement))
		operation->flags |= DBC_OP_CONCURRENTLY;
}
