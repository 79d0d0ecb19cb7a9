/*
 * describe.c
 *	  Tables as statements of dbops_*() need them; see common/ops/host.h.
 *
 * Read from the relation cache: catalog queries would take longer than most of
 * the statements.
 */
#include "pg_ext/core/relation.h"
#include "pg_ext/ops/condition.h"
#include "pg_ext/ops/ops.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_index.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "rewrite/rewriteDefine.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "common/core/text.h"

/* ---- columns ---- */

static dbc_ops_kind
kind_of(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return DBC_OPS_INTEGER;
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			return DBC_OPS_NUMBER;
		case BOOLOID:
			return DBC_OPS_BOOL;
		case BYTEAOID:
			return DBC_OPS_BLOB;
		case JSONOID:
		case JSONBOID:
			return DBC_OPS_JSON;
	}
	return TypeCategory(type) == TYPCATEGORY_STRING ? DBC_OPS_TEXT
													: DBC_OPS_OTHER;
}

/* A type for a cast that neither cuts nor rounds. */
static const char *
cast_type(dbcpg_host *host, Oid type)
{
	return dbcpg_to_core(host,
						 format_type_extended(type, -1,
											  FORMAT_TYPE_TYPEMOD_GIVEN |
												  FORMAT_TYPE_FORCE_QUALIFY));
}

/* An operator with its schema. */
static const char *
operator_text(dbcpg_host *host, Oid oid)
{
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
	Form_pg_operator form;
	const char *text;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", oid);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	text = dbcpg_to_core(
		host, psprintf("operator(%s.%s)",
					   quote_identifier(get_namespace_name(form->oprnamespace)),
					   NameStr(form->oprname)));
	ReleaseSysCache(tuple);
	return text;
}

/* The operators of the default order of a type, if it has one. */
static void
find_operators(dbcpg_host *host, dbc_ops_column *column, Oid type)
{
	static const char *const built_in[] = {
		"operator(pg_catalog.<)", "operator(pg_catalog.<=)",
		"operator(pg_catalog.=)", "operator(pg_catalog.>=)",
		"operator(pg_catalog.>)"};
	const TypeCacheEntry *entry =
		lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);

	if (!OidIsValid(entry->btree_opf))
		return;
	for (int i = 0; i < DBC_OPS_NCOMPARISONS; i++)
	{
		Oid found = get_opfamily_member(entry->btree_opf, entry->btree_opintype,
										entry->btree_opintype, (int16) (i + 1));

		column->operators[i] = NULL;
		if (!OidIsValid(found))
			continue;
		column->operators[i] = type < FirstNormalObjectId
								   ? built_in[i]
								   : operator_text(host, found);
	}
}

static void
describe_column(dbcpg_host *host, dbc_ops_column *column,
				const FormData_pg_attribute *attribute)
{
	Oid type = getBaseType(attribute->atttypid);

	column->name = dbcpg_to_core(host, NameStr(attribute->attname));
	column->quoted =
		dbcpg_to_core(host, quote_identifier(NameStr(attribute->attname)));
	column->kind = kind_of(type);
	column->bytes = column->kind == DBC_OPS_INTEGER ? attribute->attlen : 0;
	column->type = cast_type(host, type);
	column->is_array = OidIsValid(get_element_type(type));
	column->is_generated = attribute->attgenerated != '\0';
	column->is_nullable = !attribute->attnotnull;
	find_operators(host, column, type);
}

/* ---- the primary key ---- */

static void
find_keys(dbcpg_host *host, dbc_ops_table *table, Relation relation,
		  dbc_ops_column *const *column_of)
{
	List *indexes = RelationGetIndexList(relation);
	HeapTuple tuple;
	Form_pg_index form;

	list_free(indexes);
	if (!OidIsValid(relation->rd_pkindex))
		return;
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(relation->rd_pkindex));
	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_index) GETSTRUCT(tuple);
	table->nkeys = form->indnkeyatts;
	table->keys = dbc_alloc(&host->base,
							((size_t) table->nkeys + 1) * sizeof(*table->keys));
	for (int i = 0; i < table->nkeys; i++)
	{
		dbc_ops_column *column = column_of[form->indkey.values[i]];

		column->key = i + 1;
		column->is_nullable = false;
		table->keys[i] = column;
	}
	ReleaseSysCache(tuple);
}

/* ---- rules ---- */

/* The name of a rule, quoted; NULL if it was dropped. */
static const char *
rule_name(dbcpg_host *host, Oid rule)
{
	Relation catalog = table_open(RewriteRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	const char *name = NULL;

	ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(rule));
	scan = systable_beginscan(catalog, RewriteOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		name = dbcpg_to_core(
			host, quote_identifier(
					  NameStr(((Form_pg_rewrite) GETSTRUCT(tuple))->rulename)));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return name;
}

static bool
returns_rows(const RewriteRule *rule)
{
	ListCell *cell;

	foreach (cell, rule->actions)
		if (lfirst_node(Query, cell)->returningList)
			return true;
	return false;
}

/* Finds the rules because of which PostgreSQL refuses RETURNING. */
static void
find_rules(dbcpg_host *host, dbc_ops_table *table, const RuleLock *rules)
{
	static const CmdType commands[DBC_OPS_NEVENTS] = {CMD_INSERT, CMD_UPDATE,
													  CMD_DELETE};

	for (int event = 0; event < DBC_OPS_NEVENTS; event++)
	{
		bool returns = false;

		for (int i = 0; i < rules->numLocks; i++)
		{
			const RewriteRule *rule = rules->rules[i];

			if (rule->event != commands[event] ||
				rule->enabled == RULE_DISABLED)
				continue;
			returns |= returns_rows(rule);
			if (rule->isInstead && !table->rules[event])
				table->rules[event] = rule_name(host, rule->ruleId);
		}
		if (returns)
			table->rules[event] = NULL;
	}
}

const dbc_ops_table *
dbcpg_ops_describe(dbc_host *base, const dbc_relation *name)
{
	dbcpg_host *host = dbcpg_of(base);
	Relation relation = table_open(dbcpg_find_table_oid(name), AccessShareLock);
	TupleDesc shape = RelationGetDescr(relation);
	dbc_ops_table *table = dbc_alloc(base, sizeof(*table));
	dbc_ops_column *columns =
		dbc_alloc(base, ((size_t) shape->natts + 1) * sizeof(*columns));
	dbc_ops_column **column_of =
		dbc_alloc(base, ((size_t) shape->natts + 1) * sizeof(*column_of));

	table->relation = name;
	table->qualified = name->shown;
	table->columns = columns;
	for (int i = 0; i < shape->natts; i++)
	{
		const FormData_pg_attribute *attribute = TupleDescAttr(shape, i);

		if (attribute->attisdropped)
			continue;
		column_of[i + 1] = &columns[table->ncolumns++];
		describe_column(host, column_of[i + 1], attribute);
	}
	find_keys(host, table, relation, column_of);
	if (relation->rd_rules)
		find_rules(host, table, relation->rd_rules);
	/* stays locked until the transaction ends */
	table_close(relation, NoLock);
	return table;
}

/* ---- full-text search ---- */

/* The configuration of to_tsvector(configuration, column) in an index
 * expression, or InvalidOid. */
static Oid
find_configuration(Node *expression, AttrNumber column)
{
	const FuncExpr *call = (FuncExpr *) expression;
	const Node *text;
	const Const *configuration;

	if (!IsA(expression, FuncExpr) || list_length(call->args) != 2 ||
		strcmp(get_func_name(call->funcid), "to_tsvector") != 0 ||
		get_func_namespace(call->funcid) != PG_CATALOG_NAMESPACE)
		return InvalidOid;
	configuration = linitial(call->args);
	text = lsecond(call->args);
	while (IsA(text, RelabelType))
		text = (Node *) ((const RelabelType *) text)->arg;
	if (!IsA(configuration, Const) || configuration->constisnull ||
		!IsA(text, Var) || ((const Var *) text)->varattno != column)
		return InvalidOid;
	return DatumGetObjectId(configuration->constvalue);
}

/* The configuration of a full-text index of a column, or InvalidOid. */
static Oid
find_index(Relation relation, AttrNumber column)
{
	List *indexes = RelationGetIndexList(relation);
	Oid found = InvalidOid;
	ListCell *cell;

	foreach (cell, indexes)
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		ListCell *expression;

		foreach (expression, RelationGetIndexExpressions(index))
			if (!OidIsValid(found) && index->rd_index->indisvalid)
				found = find_configuration(lfirst(expression), column);
		index_close(index, AccessShareLock);
	}
	return found;
}

const dbc_ops_condition *
dbcpg_ops_search(dbc_host *base, const dbc_ops_table *table,
				 const dbc_ops_column *column)
{
	Relation relation =
		table_open(dbcpg_find_table_oid(table->relation), AccessShareLock);
	AttrNumber number =
		get_attnum(RelationGetRelid(relation), dbcpg_from_core(column->name));
	bool is_vector =
		get_atttype(RelationGetRelid(relation), number) == TSVECTOROID;
	Oid configuration = is_vector ? InvalidOid : find_index(relation, number);

	table_close(relation, NoLock);
	if (is_vector)
		return dbcpg_ops_words(base, column, NULL);
	if (!OidIsValid(configuration))
		return NULL;
	return dbcpg_ops_words(
		base, column,
		dbcpg_to_core(dbcpg_of(base), psprintf("%u", configuration)));
}
