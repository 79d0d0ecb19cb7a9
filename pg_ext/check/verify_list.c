/*
 * verify_list.c
 *	  The constraints to verify.
 */
#include "pg_ext/check/verify.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/relation.h"

#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "common/core/names.h"

/* Columns of check/constraints.sql. */
enum
{
	C_KIND,
	C_NAME,
	C_TABLE,
	C_OBJECT,
	C_ATTNUMS,
	C_COLUMNS,
	C_PARENT,
	C_PARENT_ATTNUMS,
	C_PARENT_SHOWN,
	C_PARENT_COLUMNS,
	C_OPERATORS,
	C_MATCH_FULL,
	C_SPECIAL, /* excludes by other operators than =; or NOT NULL by a primary
				  key */
	C_BY_QUERY,
	C_TYPE, /* OID of a domain */
	C_ROW_KEY,
	C_REASON,
	C_QUERY,
	C_ENDS,
	C_CONDITION,
	C_SOURCES,
	C_TYPE_NAME
};

void
dbcpg_check_start_result(dbcpg_check_verification *v, dbcpg_check_constraint *c)
{
	c->result.violations = 0;
	c->result.sample_keys = NULL;
	c->result.reason = NULL;
	dbc_buffer_init(&c->samples, &v->host->base);
}

void
dbcpg_check_set_unknown(dbcpg_check_constraint *c, const char *reason)
{
	c->way = DBCPG_SETTLED;
	c->result.violations = -1;
	c->result.sample_keys = NULL;
	c->result.reason = reason;
}

/* ---- references ---- */

/* The operator that compares values of two types for equality, as for a foreign
 * key, or after converting the parent's type to the child's; InvalidOid if
 * there is none. */
static Oid
equality_of(Oid parent, Oid child)
{
	const TypeCacheEntry *type =
		lookup_type_cache(parent, TYPECACHE_BTREE_OPFAMILY | TYPECACHE_EQ_OPR);
	Oid equality =
		get_opfamily_member(type->btree_opf, getBaseType(parent),
							getBaseType(child), BTEqualStrategyNumber);

	if (!OidIsValid(equality) && OidIsValid(type->eq_opr) &&
		can_coerce_type(1, &child, &parent, COERCION_IMPLICIT))
		equality = type->eq_opr;
	if (OidIsValid(equality))
		return equality;
	type = lookup_type_cache(child, TYPECACHE_EQ_OPR);
	return can_coerce_type(1, &parent, &child, COERCION_IMPLICIT) ? type->eq_opr
																  : InvalidOid;
}

/* The number of a column. */
static AttrNumber
find_column(Oid table, const char *shown, const char *name)
{
	AttrNumber column = get_attnum(table, dbcpg_from_core(name));

	if (column <= 0)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" of %s does not exist",
					   dbcpg_from_core(name), dbcpg_from_core(shown)));
	return column;
}

/* A reference in the form that constraints.sql reads. */
static dbc_json_node *
reference_node(dbcpg_check_verification *v,
			   const dbc_check_reference *reference)
{
	dbc_host *host = &v->host->base;
	const dbc_relation *table = v->task->table;
	dbc_json_node *node = dbc_json_object(host);
	Oid parent = dbcpg_find_table_oid(reference->parent);
	AttrNumber column = find_column(v->table, table->shown, reference->column);
	AttrNumber parent_column =
		find_column(parent, reference->parent->shown, reference->parent_column);
	Oid type = get_atttype(v->table, column);
	Oid parent_type = get_atttype(parent, parent_column);
	Oid equality = equality_of(parent_type, type);

	if (!OidIsValid(equality))
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("%s of %s and %s of %s cannot be compared: they are of "
					   "types %s and %s",
					   dbcpg_from_core(reference->column),
					   dbcpg_from_core(table->shown),
					   dbcpg_from_core(reference->parent_column),
					   dbcpg_from_core(reference->parent->shown),
					   format_type_be(type), format_type_be(parent_type)));
	DBC_PUT_INT(node, attnum, column);
	DBC_PUT_INT(node, parent, parent);
	DBC_PUT_INT(node, parent_attnum, parent_column);
	DBC_PUT_INT(node, operator, equality);
	return node;
}

/* The references of the task in the form that constraints.sql reads. */
static const char *
references_of(dbcpg_check_verification *v)
{
	dbc_json_node *nodes = dbc_json_array(&v->host->base);

	for (int i = 0; i < v->task->nreferences; i++)
		dbc_json_push(nodes, reference_node(v, &v->task->references[i]));
	return dbc_json_text(nodes);
}

/* ---- reading the list ---- */

/* Parses numbers separated by blanks; NULL for a null. */
static Oid *
read_numbers(dbc_host *host, const char *text, int *count)
{
	Oid *numbers;
	char *end;

	*count = 0;
	if (!text)
		return NULL;
	numbers = dbc_alloc(host, (strlen(text) / 2 + 1) * sizeof(*numbers));
	for (; *text; text = end)
		numbers[(*count)++] = (Oid) strtoul(text, &end, 10);
	return numbers;
}

/* Parses column numbers separated by blanks. */
static AttrNumber *
read_columns(dbc_host *host, const char *text, int *count)
{
	const Oid *numbers = read_numbers(host, text, count);
	AttrNumber *columns =
		dbc_alloc(host, ((size_t) *count + 1) * sizeof(*columns));

	for (int i = 0; i < *count; i++)
		columns[i] = (AttrNumber) numbers[i];
	return columns;
}

/* Reads a constraint from a row of the list. */
static dbcpg_check_constraint
read_constraint(dbcpg_check_verification *v, const dbc_rows *rows, int row)
{
	dbc_host *host = &v->host->base;
	const dbc_value *cell = dbc_get_row(host, rows, row, "");
	dbcpg_check_constraint c = {0};
	int count;

	c.result.kind = (dbc_check_constraint_kind) cell[C_KIND].integer;
	c.result.name = cell[C_NAME].text;
	c.result.columns = cell[C_COLUMNS].text;
	c.result.parent = cell[C_PARENT_SHOWN].text;
	c.result.parent_columns = cell[C_PARENT_COLUMNS].text;
	c.domain = (Oid) cell[C_TYPE].integer;
	c.result.type = cell[C_TYPE_NAME].text;
	c.table = (Oid) cell[C_TABLE].integer;
	c.object = (Oid) cell[C_OBJECT].integer;
	c.columns = read_columns(host, cell[C_ATTNUMS].text, &c.ncolumns);
	c.parent = (Oid) cell[C_PARENT].integer;
	c.parent_columns = read_columns(host, cell[C_PARENT_ATTNUMS].text, &count);
	c.operators = read_numbers(host, cell[C_OPERATORS].text, &count);
	c.match_full = cell[C_MATCH_FULL].integer != 0;
	c.row_key = cell[C_ROW_KEY].text;
	c.query = cell[C_QUERY].text;
	c.ends = cell[C_ENDS].text;
	c.condition = cell[C_CONDITION].text;
	v->sources = cell[C_SOURCES].text;
	if (c.result.kind == DBC_K_NOT_NULL)
		c.implied = cell[C_SPECIAL].integer != 0;
	if (cell[C_BY_QUERY].integer != 0)
		c.way = DBCPG_BY_QUERY;
	dbcpg_check_start_result(v, &c);
	if (cell[C_REASON].text)
		dbcpg_check_set_unknown(&c, cell[C_REASON].text);
	return c;
}

/* Runs constraints.sql without plans for a thousand partitions: the planner
 * would read whole catalogs for them, but most tables have none. */
static const dbc_rows *
query_list(dbcpg_check_verification *v)
{
	int level = NewGUCNestLevel();
	const dbc_rows *rows;

	dbcpg_set_parameter("enable_hashjoin", "off");
	dbcpg_set_parameter("enable_mergejoin", "off");
	dbcpg_set_parameter("enable_seqscan", "off");
	rows = dbc_query(&v->host->base, "check/constraints", dbc_int(v->table),
					 dbc_text(references_of(v)), dbc_int(v->task->samples),
					 dbc_text(dbc_check_rules_json(&v->host->base, v->task)),
					 dbc_bool(false));
	AtEOXact_GUC(false, level);
	return rows;
}

void
dbcpg_check_list_constraints(dbcpg_check_verification *v)
{
	const dbc_rows *rows = query_list(v);

	v->constraints = dbc_alloc(&v->host->base, ((size_t) rows->nrows + 1) *
												   sizeof(*v->constraints));
	for (int row = 0; row < rows->nrows; row++)
	{
		const char *name =
			dbc_get_text_or_null(&v->host->base, rows, row, C_NAME);
		int kind = dbc_get_count(&v->host->base, rows, row, C_KIND);

		if (!name || kind == DBC_K_RULE ||
			dbc_check_is_asked_for(v->task, kind, name))
			v->constraints[v->nconstraints++] = read_constraint(v, rows, row);
	}
}
