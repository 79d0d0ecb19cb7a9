/*
 * pg_verify_scan.c
 *	  One pass over the rows of a table, whatever the number of constraints.
 */
#include "pg_verify.h"

#include "access/genam.h"
#include "catalog/index.h"
#include "catalog/partition.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* A constraint as it is verified on the rows of one table. */
typedef struct test
{
	dbcpg_constraint *constraint;
	bool (*violates)(struct test *test, dbcpg_reader *reader);
	AttrNumber column;
	ExprState *expression; /* or the column, if it is virtual */
	ExprState *predicate;
	ExprState *row_key; /* made when it is needed */
	bool nulls_equal;
	dbcpg_key key;
} test;

/* One pass, of the constraints that tables of one owner declare. */
typedef struct pass
{
	dbcpg_verification *v;
	Oid table; /* one of them */
	Oid owner;
} pass;

/* ---- one row ---- */

/* The column a test is about. */
static inline Datum
value_of(test *t, dbcpg_reader *reader, bool *isnull)
{
	return t->expression && t->column
			   ? ExecEvalExpr(t->expression, reader->context, isnull)
			   : slot_getattr(reader->row, t->column, isnull);
}

/* NOT NULL. */
static bool
is_null(test *t, dbcpg_reader *reader)
{
	bool isnull;

	(void) value_of(t, reader, &isnull);
	return isnull;
}

/* CHECK. */
static bool
fails_check(test *t, dbcpg_reader *reader)
{
	return !ExecCheck(t->predicate, reader->context);
}

/* A domain, its NOT NULL where there is no predicate. */
static bool
domain_refuses(test *t, dbcpg_reader *reader, Datum value, bool isnull)
{
	ExprContext *context = reader->context;

	context->domainValue_datum = value;
	context->domainValue_isNull = isnull;
	return t->predicate ? !ExecCheck(t->predicate, context) : isnull;
}

/* A column of a domain. */
static bool
fails_domain(test *t, dbcpg_reader *reader)
{
	bool isnull;
	Datum value = value_of(t, reader, &isnull);

	return domain_refuses(t, reader, value, isnull);
}

/* A column that is an array of a domain. */
static bool
fails_in_array(test *t, dbcpg_reader *reader)
{
	ArrayIterator elements;
	bool fails = false;
	bool isnull;
	Datum value = value_of(t, reader, &isnull);

	if (isnull)
		return false;
	elements = array_create_iterator(DatumGetArrayTypeP(value), 0, NULL);
	while (!fails && array_iterate(elements, &value, &isnull))
		fails = domain_refuses(t, reader, value, isnull);
	array_free_iterator(elements);
	return fails;
}

/* FOREIGN KEY. */
static bool
lacks_parent(test *t, dbcpg_reader *reader)
{
	const dbcpg_constraint *c = t->constraint;
	uint64 value;
	int nulls = dbcpg_read_key(&t->key, reader->row, reader->context, &value);

	if (nulls > 0)
		return c->match_full && nulls < t->key.nparts;
	return !dbc_keyset_has(&c->parents->keys, value);
}

/* A unique key.  Of integers the set is sure; fingerprints that repeat are for
 * a query to look at, and so is what does not fit into memory. */
static bool
repeats_key(test *t, dbcpg_reader *reader)
{
	dbcpg_constraint *c = t->constraint;
	bool repeats;
	uint64 value;
	int nulls;

	if (t->predicate && !ExecQual(t->predicate, reader->context))
		return false;
	nulls = dbcpg_read_key(&t->key, reader->row, reader->context, &value);
	if (nulls > 0 && !t->nulls_equal)
		return false;
	repeats = dbc_keyset_add(&c->keys, value);
	if (c->keys.full || (repeats && !OidIsValid(t->key.integer)))
	{
		c->way = DBCPG_BY_QUERY;
		dbc_keyset_close(&c->keys);
	}
	return repeats && c->way == DBCPG_BY_SCAN;
}

/* Counts a violation, and keeps the key of its row if it is among the first. */
static void
note_violation(test *t, dbcpg_reader *reader)
{
	dbcpg_constraint *c = t->constraint;
	const dbcpg_verification *v = reader->v;
	bool isnull;
	Datum key;

	if (c->verdict.violations++ >= v->task->samples)
		return;
	if (!t->row_key)
	{
		MemoryContext context =
			MemoryContextSwitchTo(reader->executor->es_query_cxt);

		t->row_key = dbcpg_prepare_text(reader, c->row_key);
		MemoryContextSwitchTo(context);
	}
	key = ExecEvalExpr(t->row_key, reader->context, &isnull);
	dbc_append(&c->samples, c->samples.length > 0 ? ", " : "[");
	dbc_append(&c->samples,
			   isnull
				   ? "null"
				   : dbcpg_to_core(v->host, DatumGetCString(DirectFunctionCall1(
												jsonb_out, key))));
}

/* ---- one table ---- */

/* A key of a foreign key. */
static void
prepare_reference(test *t, dbcpg_reader *reader)
{
	const dbcpg_constraint *c = t->constraint;
	AttrNumber *columns = palloc((Size) c->ncolumns * sizeof(*columns));
	Oid *collations = palloc((Size) c->ncolumns * sizeof(*collations));
	Oid type;
	int32 modifier;
	int i;

	for (i = 0; i < c->ncolumns; i++)
	{
		columns[i] = dbcpg_column_in(c->table, RelationGetRelid(reader->table),
									 c->columns[i]);
		/* the parent's collation decides */
		get_atttypetypmodcoll(c->parent, c->parent_columns[i], &type, &modifier,
							  &collations[i]);
	}
	dbcpg_make_key(&t->key, c->ncolumns, columns, c->hashing.right, collations,
				   c->parents->seed);
	if (c->hashing.integers)
		t->key.integer = getBaseType(get_atttype(c->table, c->columns[0]));
	t->violates = lacks_parent;
}

/* The types of the keys of an index, and the operators it calls equal by. */
static void
find_index_operators(Relation index, const IndexInfo *info, Oid *types,
					 Oid *operators)
{
	ListCell *expression = list_head(info->ii_Expressions);
	int i;

	for (i = 0; i < info->ii_NumIndexKeyAttrs; i++)
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

/* The expressions and the predicate of an index. */
static void
prepare_index_expressions(test *t, dbcpg_reader *reader, const IndexInfo *info)
{
	Oid from = t->constraint->table;
	List *expressions =
		dbcpg_move_expressions(info->ii_Expressions, from, reader->table);
	ListCell *cell = list_head(expressions);
	int i;

	for (i = 0; i < t->key.nparts; i++)
		if (t->key.parts[i].column == 0)
		{
			t->key.parts[i].expression =
				ExecPrepareExpr(lfirst(cell), reader->executor);
			cell = lnext(expressions, cell);
		}
	if (info->ii_Predicate)
		t->predicate = ExecPrepareQual(
			dbcpg_move_expressions(info->ii_Predicate, from, reader->table),
			reader->executor);
}

/* A key of a unique index. */
static void
prepare_unique(test *t, dbcpg_reader *reader)
{
	dbcpg_constraint *c = t->constraint;
	Relation index = index_open(c->object, AccessShareLock);
	IndexInfo *info = BuildIndexInfo(index);
	int n = info->ii_NumIndexKeyAttrs;
	AttrNumber columns[INDEX_MAX_KEYS];
	Oid types[INDEX_MAX_KEYS];
	Oid operators[INDEX_MAX_KEYS];
	dbcpg_hashing hashing;
	int i;

	find_index_operators(index, info, types, operators);
	hashing =
		dbcpg_hashing_of(&reader->v->host->base, operators, types, types, n);
	if (hashing.possible)
	{
		for (i = 0; i < n; i++)
			columns[i] =
				dbcpg_column_in(c->table, RelationGetRelid(reader->table),
								info->ii_IndexAttrNumbers[i]);
		t->nulls_equal = dbcpg_nulls_equal(info);
		dbcpg_make_key(&t->key, n, columns, hashing.left,
					   index->rd_indcollation, reader->v->pool.base.seed);
		if (hashing.integers && !t->nulls_equal)
			t->key.integer = getBaseType(types[0]);
		prepare_index_expressions(t, reader, info);
	}
	else
		c->way = DBCPG_BY_QUERY;
	index_close(index, AccessShareLock);
	t->violates = repeats_key;
}

/* Prepares a constraint to be verified on the rows of a reader. */
static test
prepare_test(dbcpg_constraint *c, dbcpg_reader *reader)
{
	test t = {.constraint = c};

	switch (c->verdict.kind)
	{
		case DBC_K_FOREIGN_KEY:
			prepare_reference(&t, reader);
			return t;
		case DBC_K_PRIMARY_KEY:
		case DBC_K_UNIQUE:
			prepare_unique(&t, reader);
			return t;
		case DBC_K_CHECK:
			t.predicate = dbcpg_prepare_constraint(reader, c);
			t.violates = fails_check;
			return t;
		default:
			t.column = dbcpg_column_in(
				c->table, RelationGetRelid(reader->table), c->columns[0]);
			t.expression = dbcpg_prepare_virtual(reader, t.column);
			if (OidIsValid(c->object))
				t.predicate = dbcpg_prepare_constraint(reader, c);
			t.violates = is_null;
			if (c->verdict.kind == DBC_K_TYPE)
				t.violates = c->of_elements ? fails_in_array : fails_domain;
			return t;
	}
}

/* Whether a constraint is about the rows of a table: it is declared for it or
 * for what it is a partition of. */
static bool
covers(const dbcpg_constraint *c, const dbcpg_verification *v, Oid table)
{
	return c->table == v->table || c->table == table ||
		   list_member_oid(get_partition_ancestors(table), c->table);
}

/* Whether a pass is about a constraint. */
static bool
concerns(const pass *p, const dbcpg_constraint *c)
{
	return c->way == DBCPG_BY_SCAN && dbcpg_owner_of(c->table) == p->owner;
}

/* The constraints of a pass on the rows of a reader; returns their number. */
static int
prepare_tests(pass *p, dbcpg_reader *reader, test *tests)
{
	dbcpg_verification *v = p->v;
	Oid table = RelationGetRelid(reader->table);
	int ntests = 0;
	int i;

	for (i = 0; i < v->nconstraints; i++)
	{
		dbcpg_constraint *c = &v->constraints[i];

		if (!concerns(p, c) || !covers(c, v, table))
			continue;
		v->current = c;
		tests[ntests++] = prepare_test(c, reader);
		v->current = NULL;
	}
	return ntests;
}

/* Holds one row against constraints. */
static void
test_row(dbcpg_reader *reader, test *tests, int ntests)
{
	int i;

	for (i = 0; i < ntests; i++)
	{
		test *t = &tests[i];

		if (t->constraint->way != DBCPG_BY_SCAN)
			continue;
		reader->v->current = t->constraint;
		if (t->violates(t, reader))
			note_violation(t, reader);
	}
	reader->v->current = NULL;
}

/* Holds the rows of one table against constraints. */
static void
scan_table(pass *p, Oid table)
{
	dbcpg_verification *v = p->v;
	test *tests = palloc(((Size) v->nconstraints + 1) * sizeof(*tests));
	MemoryContext context = CurrentMemoryContext;
	dbcpg_reader reader;
	int ntests;

	dbcpg_open_reader(&reader, v, table, "rows of");
	MemoryContextSwitchTo(reader.executor->es_query_cxt);
	ntests = prepare_tests(p, &reader, tests);
	MemoryContextSwitchTo(context);
	while (ntests > 0 && dbcpg_next_row(&reader))
	{
		MemoryContextSwitchTo(reader.context->ecxt_per_tuple_memory);
		test_row(&reader, tests, ntests);
		MemoryContextSwitchTo(context);
	}
	dbcpg_close_reader(&reader);
}

/* ---- all tables ---- */

/* Opens the sets of unique keys. */
static void
open_sets(pass *p)
{
	dbcpg_verification *v = p->v;
	int i;

	for (i = 0; i < v->nconstraints; i++)
	{
		dbcpg_constraint *c = &v->constraints[i];

		if (!concerns(p, c) || (c->verdict.kind != DBC_K_PRIMARY_KEY &&
								c->verdict.kind != DBC_K_UNIQUE))
			continue;
		v->current = c;
		dbcpg_open_set(
			v, &c->keys,
			c->ends && dbcpg_is_integer(get_atttype(c->table, c->columns[0]))
				? c->ends
				: NULL,
			v->total);
		v->current = NULL;
	}
}

/* Gives their memory back. */
static void
close_sets(dbcpg_verification *v)
{
	int i;

	for (i = 0; i < v->nconstraints; i++)
		if (v->constraints[i].keys.pool)
			dbc_keyset_close(&v->constraints[i].keys);
}

/* Makes one pass. */
static void
run_pass(dbc_host *host, void *arg)
{
	pass *p = arg;
	dbcpg_verification *v = p->v;
	dbcpg_identity identity;
	ListCell *cell;
	int i;

	(void) host;
	v->done = 0;
	v->total = dbcpg_estimate_rows(v->leaves);
	for (i = 0; i < v->nconstraints; i++)
		if (concerns(p, &v->constraints[i]))
			dbcpg_start_verdict(v, &v->constraints[i]);
	open_sets(p);
	identity = dbcpg_become_owner(p->table);
	foreach (cell, v->leaves)
		scan_table(p, lfirst_oid(cell));
	dbcpg_become_again(&identity);
}

/* What a pass that came to its end has found. */
static void
settle(pass *p)
{
	dbcpg_verification *v = p->v;
	int i;

	for (i = 0; i < v->nconstraints; i++)
	{
		dbcpg_constraint *c = &v->constraints[i];

		if (!concerns(p, c))
			continue;
		c->way = DBCPG_SETTLED;
		if (c->verdict.violations > 0)
		{
			dbc_append(&c->samples, v->task->samples > 0 ? "]" : "[]");
			c->verdict.sample_keys = c->samples.data;
		}
		else if (v->alien && c->table == v->table)
			dbcpg_give_up(c, dbc_format(&v->host->base,
										"rows of %s are not read", v->alien));
	}
}

/* Makes the pass for the tables of one owner.  A constraint that cannot be
 * evaluated must not keep the others from being verified: they start again
 * without it. */
static void
scan_for(pass *p)
{
	dbcpg_verification *v = p->v;
	dbc_error error;
	bool through;
	int i;

	do
	{
		v->current = NULL;
		through =
			dbc_guard(&v->host->base, run_pass, p, DBC_KEEP, true, &error);
		close_sets(v);
		if (!through && v->current)
			dbcpg_give_up(v->current, error.message);
	} while (!through && v->current);
	for (i = 0; i < v->nconstraints && !through; i++)
		if (concerns(p, &v->constraints[i]))
			dbcpg_give_up(&v->constraints[i], error.message);
	settle(p);
}

/* Holds rows against all constraints that can be verified so. */
void
dbcpg_scan_rows(dbcpg_verification *v)
{
	int i;

	for (i = 0; i < v->nconstraints; i++)
		if (v->constraints[i].way == DBCPG_BY_SCAN)
		{
			pass p = {.v = v,
					  .table = v->constraints[i].table,
					  .owner = dbcpg_owner_of(v->constraints[i].table)};

			scan_for(&p);
		}
}
