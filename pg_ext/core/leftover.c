/*
 * leftover.c
 *	  Invalid indexes left by failed or interrupted concurrent index builds.
 *
 * Such an index blocks the next attempt and slows down writes without being
 * used.
 */
#include "pg_ext/core/outside.h"
#include "pg_ext/core/parameters.h"

#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/pg_index.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "common/core/text.h"

/* The parse tree of a statement. */
static Node *
parse(const dbc_statement *statement)
{
	List *trees = dbcpg_raw_parser(dbcpg_from_core(statement->text));

	return linitial_node(RawStmt, trees)->stmt;
}

/* The table of an index to be created, or InvalidOid; names are resolved as
 * for the caller. */
static Oid
table_of(dbcpg_host *host, const IndexStmt *statement)
{
	int level = NewGUCNestLevel();
	Oid table;

	dbcpg_unpin_parameters(host);
	table = RangeVarGetRelid(statement->relation, NoLock, true);
	AtEOXact_GUC(false, level);
	return table;
}

/* Whether a table has a valid index with a name. */
static bool
has_index(Oid table, const char *name)
{
	Oid index = get_relname_relid(name, get_rel_namespace(table));
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool found = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);

		found = form->indrelid == table && form->indisvalid;
		ReleaseSysCache(tuple);
	}
	return found;
}

/* Whether the index of an interrupted statement exists; if the server chooses
 * its name, any new index counts. */
static bool
is_built(dbcpg_host *host, const char *version, const IndexStmt *statement)
{
	Oid table = table_of(host, statement);

	if (!OidIsValid(table))
		return false;
	if (statement->idxname)
		return has_index(table, statement->idxname);
	return dbc_get_bool(&host->base,
						dbc_query(&host->base, "core/index_made",
								  dbc_text(version), dbc_int(table)),
						0, 0);
}

/* Whether none of the indexes to drop exists. */
static bool
is_dropped(dbcpg_host *host, const DropStmt *statement)
{
	int level = NewGUCNestLevel();
	bool found = false;
	ListCell *cell;

	dbcpg_unpin_parameters(host);
	foreach (cell, statement->objects)
		found |= OidIsValid(RangeVarGetRelid(
			makeRangeVarFromNameList(lfirst_node(List, cell)), NoLock, true));
	AtEOXact_GUC(false, level);
	return !found;
}

/* Whether an interrupted statement had finished, so that repeating it would
 * fail. */
bool
dbcpg_is_statement_done(dbcpg_host *host, const char *version,
						const dbc_statement *statement)
{
	Node *node = parse(statement);

	if (IsA(node, IndexStmt) && ((IndexStmt *) node)->concurrent)
		return is_built(host, version, (IndexStmt *) node);
	if (IsA(node, DropStmt) && ((DropStmt *) node)->concurrent)
		return is_dropped(host, (DropStmt *) node);
	return false;
}

/* Lists the invalid indexes left by a statement. */
static const dbc_rows *
list_leftovers(dbcpg_host *host, const char *version,
			   const dbc_statement *statement)
{
	Node *node = parse(statement);
	int64_t table = 0;
	const char *index = NULL;
	const IndexStmt *create = (const IndexStmt *) node;

	if (IsA(node, IndexStmt) && create->concurrent)
	{
		table = table_of(host, create);
		if (table == InvalidOid)
			return NULL;
		if (create->idxname)
			index = dbcpg_to_core(host, create->idxname);
	}
	else if (!IsA(node, ReindexStmt))
		return NULL;
	if (version)
		return dbc_query(&host->base, "core/migration_leftovers",
						 dbc_text(version), dbc_int(table), dbc_text(index));
	return dbc_query(&host->base, "core/leftovers", dbc_int(table),
					 dbc_text(host->invalid_before));
}

int
dbcpg_find_invalid_indexes(dbcpg_host *host, const char *version,
						   const dbc_statement *statement, int number,
						   dbcpg_worker_task **tasks)
{
	const dbc_rows *rows = list_leftovers(host, version, statement);

	if (!rows || rows->nrows == 0)
		return 0;
	*tasks = dbc_alloc(&host->base, (size_t) rows->nrows * sizeof(**tasks));
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_notice(&host->base, "dropping index %s, which is not valid",
				   dbc_get_text(&host->base, rows, i, 0));
		(*tasks)[i] = (dbcpg_worker_task){
			.number = number,
			.manner = DBCPG_UNNOTED,
			.patient = true,
			.text = dbcpg_from_core(
				dbc_format(&host->base, "drop index concurrently if exists %s",
						   dbc_get_text(&host->base, rows, i, 0)))};
	}
	return rows->nrows;
}
