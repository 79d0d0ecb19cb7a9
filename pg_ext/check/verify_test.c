/*
 * verify_test.c
 *	  Whether a row violates a constraint.
 */
#include "pg_ext/check/verify.h"
#include "pg_ext/core/trust.h"

#include "access/genam.h"
#include "catalog/pg_constraint.h"
#include "catalog/index.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

/* The value of the column of a test. */
static inline Datum
value_of(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader, bool *isnull)
{
	return t->expression && t->column
			   ? ExecEvalExpr(t->expression, reader->context, isnull)
			   : slot_getattr(reader->row, t->column, isnull);
}

static bool
is_null(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	bool isnull;

	(void) value_of(t, reader, &isnull);
	return isnull;
}

static bool
fails_check(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	return !ExecCheck(t->predicate, reader->context);
}

static bool
fails_domain(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	bool isnull;
	Datum value = value_of(t, reader, &isnull);

	return dbcpg_check_violates_domain(t, reader, t->place, value, isnull);
}

static bool
lacks_parent(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	const dbcpg_check_constraint *c = t->constraint;
	uint64 value;
	int nulls =
		dbcpg_check_read_key(&t->key, reader->row, reader->context, &value);

	if (nulls > 0)
		return c->match_full && nulls < t->key.nparts;
	return !dbc_check_keyset_has(&c->parents->keys, value);
}

/* Whether a unique key was seen before.  Integers are exact; a repeated
 * fingerprint and keys that do not fit into memory are left to a query. */
static bool
repeats_key(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	dbcpg_check_constraint *c = t->constraint;
	bool repeats;
	uint64 value;
	int nulls;

	if (t->predicate && !ExecQual(t->predicate, reader->context))
		return false;
	nulls = dbcpg_check_read_key(&t->key, reader->row, reader->context, &value);
	if (nulls > 0 && !t->nulls_equal)
		return false;
	repeats = dbc_check_keyset_add(&c->keys, value);
	if (c->keys.full || (repeats && !t->key.exact))
	{
		c->way = DBCPG_BY_QUERY;
		dbc_check_keyset_close(&c->keys);
	}
	return repeats && c->way == DBCPG_BY_SCAN;
}

/* ---- preparation ---- */

/* Prepares the key of a foreign key. */
static void
prepare_reference(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	const dbcpg_check_constraint *c = t->constraint;
	AttrNumber *columns = palloc((Size) c->ncolumns * sizeof(*columns));
	Oid *collations = palloc((Size) c->ncolumns * sizeof(*collations));
	Oid *types = palloc((Size) c->ncolumns * sizeof(*types));
	Oid type;
	int32 modifier;

	for (int i = 0; i < c->ncolumns; i++)
	{
		columns[i] = dbcpg_check_map_column(
			c->table, RelationGetRelid(reader->table), c->columns[i]);
		types[i] = get_atttype(c->table, c->columns[i]);
		/* the collation of the parent applies */
		get_atttypetypmodcoll(c->parent, c->parent_columns[i], &type, &modifier,
							  &collations[i]);
	}
	dbcpg_check_make_key(&t->key, c->ncolumns, columns, types, c->hashing.right,
						 collations, c->parents->seed);
	t->key.exact = c->hashing.integers;
	t->violates = lacks_parent;
}

/* The column types of an index, and its equality operators. */
static void
find_index_operators(Relation index, const IndexInfo *info, Oid *types,
					 Oid *operators)
{
	ListCell *expression = list_head(info->ii_Expressions);

	for (int i = 0; i < info->ii_NumIndexKeyAttrs; i++)
	{
		AttrNumber column = info->ii_IndexAttrNumbers[i];
		Oid input = index->rd_opcintype[i];

		if (column != 0)
			types[i] = get_atttype(index->rd_index->indrelid, column);
		else
		{
			types[i] = exprType(lfirst(expression));
			expression = lnext(info->ii_Expressions, expression);
		}
		operators[i] = get_opfamily_member(index->rd_opfamily[i], input, input,
										   BTEqualStrategyNumber);
	}
}

/* Prepares the expressions and the predicate of an index. */
static void
prepare_index_expressions(dbcpg_check_row_test *t,
						  dbcpg_check_table_scan *reader, const IndexInfo *info)
{
	Oid from = t->constraint->table;
	List *expressions =
		dbcpg_check_move_expressions(info->ii_Expressions, from, reader->table);
	ListCell *cell = list_head(expressions);

	for (int i = 0; i < t->key.nparts; i++)
		if (t->key.parts[i].column == 0)
		{
			t->key.parts[i].expression =
				ExecPrepareExpr(lfirst(cell), reader->executor);
			cell = lnext(expressions, cell);
		}
	if (info->ii_Predicate)
		t->predicate =
			ExecPrepareQual(dbcpg_check_move_expressions(info->ii_Predicate,
														 from, reader->table),
							reader->executor);
}

/* Prepares the key of a unique index. */
static void
prepare_unique(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	dbcpg_check_constraint *c = t->constraint;
	Relation index = index_open(c->object, AccessShareLock);
	IndexInfo *info = BuildIndexInfo(index);
	int n = info->ii_NumIndexKeyAttrs;
	AttrNumber columns[INDEX_MAX_KEYS];
	Oid types[INDEX_MAX_KEYS];
	Oid operators[INDEX_MAX_KEYS];
	dbcpg_check_key_hashing hashing;

	find_index_operators(index, info, types, operators);
	hashing = dbcpg_check_find_key_hashing(&reader->v->host->base, operators,
										   types, types, n);
	if (hashing.possible)
	{
		for (int i = 0; i < n; i++)
			columns[i] = dbcpg_check_map_column(c->table,
												RelationGetRelid(reader->table),
												info->ii_IndexAttrNumbers[i]);
		t->nulls_equal = dbcpg_nulls_equal(info);
		dbcpg_check_make_key(&t->key, n, columns, types, hashing.left,
							 index->rd_indcollation, reader->v->pool.base.seed);
		t->key.exact = hashing.integers && !t->nulls_equal;
		prepare_index_expressions(t, reader, info);
	}
	else
		c->way = DBCPG_BY_QUERY;
	index_close(index, AccessShareLock);
	t->violates = repeats_key;
}

/* Fails if a constraint has code of somebody without the rights of the current
 * user, the owner of its table. */
static void
require_trust(const dbcpg_check_constraint *c)
{
	bool is_index =
		c->result.kind == DBC_K_PRIMARY_KEY || c->result.kind == DBC_K_UNIQUE;
	List *owners = NIL;

	if (c->result.kind == DBC_K_FOREIGN_KEY || !OidIsValid(c->object))
		return;
	dbcpg_add_object_owners(
		&owners, is_index ? RelationRelationId : ConstraintRelationId,
		c->object);
	dbcpg_require_trust(GetUserId(), owners);
}

dbcpg_check_row_test
dbcpg_check_prepare_test(dbcpg_check_constraint *c,
						 dbcpg_check_table_scan *reader)
{
	dbcpg_check_row_test t = {.constraint = c};

	require_trust(c);
	switch (c->result.kind)
	{
		case DBC_K_FOREIGN_KEY:
			prepare_reference(&t, reader);
			return t;
		case DBC_K_PRIMARY_KEY:
		case DBC_K_UNIQUE:
			prepare_unique(&t, reader);
			return t;
		case DBC_K_CHECK:
			t.predicate = dbcpg_check_prepare_constraint(reader, c);
			t.violates = fails_check;
			return t;
		default:
			t.column = dbcpg_check_map_column(
				c->table, RelationGetRelid(reader->table), c->columns[0]);
			t.expression = dbcpg_check_prepare_virtual(reader, t.column);
			if (OidIsValid(c->object))
				t.predicate = dbcpg_check_prepare_constraint(reader, c);
			t.violates = is_null;
			if (c->result.kind == DBC_K_TYPE)
			{
				t.violates = fails_domain;
				t.place = dbcpg_check_find_domain_location(
					get_atttype(c->table, c->columns[0]), c->domain);
			}
			return t;
	}
}
