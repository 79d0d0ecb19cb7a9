/*
 * relation.c
 *	  Resolving the name of a table as the caller would write it.
 */
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/relation.h"

#include "access/table.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "common/core/rights.h"
#include "common/core/text.h"

/* Splits a name into database, schema and relation. */
static RangeVar *
read_name(dbcpg_host *host, const char *text)
{
	List *parts = NIL;
	RangeVar *name;

	if (!SplitIdentifierString(pstrdup(text), '.', &parts) || parts == NIL ||
		list_length(parts) > 3 ||
		(list_length(parts) == 3 &&
		 strcmp(linitial(parts), get_database_name(MyDatabaseId)) != 0))
		dbc_fail(&host->base, DBC_INVALID_NAME, NULL,
				 "Write the name of a table as in SQL: schema.table, with "
				 "quotes around names that need them.",
				 "invalid name syntax: %s", dbcpg_to_core(host, text));
	name = makeRangeVar(NULL, llast(parts), -1);
	if (list_length(parts) > 1)
		name->schemaname = list_nth(parts, list_length(parts) - 2);
	return name;
}

/* The OID of a relation, resolved under the caller's settings and locked for
 * reading; InvalidOid if it does not exist. */
static Oid
find_relation(dbcpg_host *host, const char *text)
{
	int level = NewGUCNestLevel();
	Oid relation;

	dbcpg_unpin_parameters(host);
	relation = RangeVarGetRelid(read_name(host, text), AccessShareLock, true);
	AtEOXact_GUC(false, level);
	return relation;
}

/* Makes a dbc_relation with names from the catalog. */
static void
fill_relation(dbcpg_host *host, dbc_relation *relation, const char *schema,
			  const char *name)
{
	relation->schema =
		dbc_format(&host->base, "%s", dbcpg_to_core(host, schema));
	relation->name = dbc_format(&host->base, "%s", dbcpg_to_core(host, name));
	relation->shown = dbc_format(
		&host->base, "%s",
		dbcpg_to_core(host, quote_qualified_identifier(schema, name)));
	relation->id = 0;
}

/* Finds a relation by name; see core/host.h. */
const dbc_relation *
dbcpg_relation_of(dbcpg_host *host, Oid oid)
{
	dbc_relation *relation = dbc_alloc(&host->base, sizeof(*relation));

	fill_relation(host, relation, get_namespace_name(get_rel_namespace(oid)),
				  get_rel_name(oid));
	relation->id = oid;
	return relation;
}

/* The OID that the name of a table has now. */
static Oid
find_by_name(const dbc_relation *relation)
{
	Oid space = get_namespace_oid(dbcpg_from_core(relation->schema), true);
	Oid table = OidIsValid(space)
					? get_relname_relid(dbcpg_from_core(relation->name), space)
					: InvalidOid;

	if (!OidIsValid(table))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("table %s does not exist",
					   dbcpg_from_core(relation->shown)));
	return table;
}

void
dbcpg_require_name(const dbc_relation *relation, Oid oid)
{
	if (find_by_name(relation) != oid)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg(DBC_ANOTHER_TABLE, dbcpg_from_core(relation->shown)));
}

void
dbcpg_lock_name(const dbc_relation *relation, Oid oid, LOCKMODE mode)
{
	LockRelationOid(oid, mode);
	dbcpg_require_name(relation, oid);
}

Oid
dbcpg_find_table_oid(const dbc_relation *relation)
{
	if (relation->id == 0)
		return find_by_name(relation);
	dbcpg_require_name(relation, (Oid) relation->id);
	return (Oid) relation->id;
}

const dbc_relation *
dbcpg_resolve(dbc_host *base, const char *text)
{
	dbcpg_host *host = dbcpg_of(base);
	Oid oid = find_relation(host, dbcpg_from_core(text));
	char kind;

	if (!OidIsValid(oid))
		dbc_fail(base, DBC_UNDEFINED_TABLE, NULL,
				 "Write the name of the table as in SQL, with its schema and "
				 "quotes if needed.",
				 "table %s does not exist", text);
	kind = get_rel_relkind(oid);
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		dbc_fail(base, DBC_WRONG_OBJECT_TYPE, NULL, "Pass the name of a table.",
				 "%s is not a table", text);
	return dbcpg_relation_of(host, oid);
}

/* The user tables.  They are not locked, so any of them may be dropped before
 * it is read. */
const dbc_relation *
dbcpg_list_tables(dbc_host *base, int *ntables)
{
	dbcpg_host *host = dbcpg_of(base);
	const dbc_rows *rows = dbc_query(base, "core/user_tables");
	dbc_relation *tables =
		dbc_alloc(base, (size_t) rows->nrows * sizeof(*tables));

	for (int i = 0; i < rows->nrows; i++)
		fill_relation(host, &tables[i],
					  dbcpg_from_core(dbc_get_text(&host->base, rows, i, 0)),
					  dbcpg_from_core(dbc_get_text(&host->base, rows, i, 1)));
	*ntables = rows->nrows;
	return tables;
}
