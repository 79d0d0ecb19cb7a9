/*
 * outside_tables.c
 *	  The tables of scripts that run outside a transaction.
 *
 * Two concurrent index builds on one table wait for each other: the second for
 * the lock on the table, the first for the snapshot of the second.
 */
#include "pg_ext/core/outside.h"
#include "pg_ext/core/parameters.h"

#include "catalog/index.h"
#include "catalog/pg_inherits.h"
#include "utils/lsyscache.h"

/* Adds a table, or the table of an index, with its partitions; false if it does
 * not exist. */
static bool
add_table(List **tables, const RangeVar *name)
{
	Oid relation = RangeVarGetRelid(name, NoLock, true);
	char kind = OidIsValid(relation) ? get_rel_relkind(relation) : '\0';

	if (kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX)
		relation = IndexGetRelation(relation, true);
	if (!OidIsValid(relation))
		return false;
	*tables = list_concat_unique_oid(
		*tables, find_all_inheritors(relation, NoLock, NULL));
	return true;
}

/* Adds the tables of VACUUM; false if it names none. */
static bool
add_vacuumed(List **tables, const VacuumStmt *statement)
{
	bool known = statement->rels != NIL;
	ListCell *cell;

	foreach (cell, statement->rels)
	{
		const VacuumRelation *vacuumed = lfirst_node(VacuumRelation, cell);

		known &= vacuumed->relation && add_table(tables, vacuumed->relation);
	}
	return known;
}

/* Adds the tables of the indexes to drop; false if one does not exist. */
static bool
add_dropped(List **tables, const DropStmt *statement)
{
	bool known = statement->removeType == OBJECT_INDEX;
	ListCell *cell;

	foreach (cell, statement->objects)
		known = known && add_table(tables, makeRangeVarFromNameList(
											   lfirst_node(List, cell)));
	return known;
}

/* Adds the tables that a statement works on; false if they are unknown. */
static bool
add_tables_of(List **tables, const Node *node)
{
	switch (nodeTag(node))
	{
		case T_IndexStmt:
			return add_table(tables, ((const IndexStmt *) node)->relation);
		case T_ReindexStmt:
			return ((const ReindexStmt *) node)->relation &&
				   add_table(tables, ((const ReindexStmt *) node)->relation);
		case T_VacuumStmt:
			return add_vacuumed(tables, (const VacuumStmt *) node);
		case T_DropStmt:
			return add_dropped(tables, (const DropStmt *) node);
		default:
			return false;
	}
}

/* Lists the tables that a script works on; false if they are unknown. */
static bool
list_tables(const dbc_script *script, List **tables)
{
	bool known = true;

	for (int i = 0; i < script->nstatements && known; i++)
	{
		const dbc_statement *s = &script->statements[i];
		List *trees;

		if (s->kind == DBC_STATEMENT_SETTING)
			continue;
		trees = dbcpg_raw_parser(dbcpg_from_core(s->text));
		known = add_tables_of(tables, linitial_node(RawStmt, trees)->stmt);
	}
	return known;
}

bool
dbcpg_may_share_tables(dbc_host *base, const dbc_script *left,
					   const dbc_script *right)
{
	dbcpg_host *host = dbcpg_of(base);
	int level = NewGUCNestLevel();
	List *left_tables = NIL;
	List *right_tables = NIL;
	bool known;

	/* names are resolved as for the caller */
	dbcpg_unpin_parameters(host);
	known =
		list_tables(left, &left_tables) && list_tables(right, &right_tables);
	AtEOXact_GUC(false, level);
	return !known ||
		   list_length(list_difference_oid(left_tables, right_tables)) <
			   list_length(left_tables);
}
