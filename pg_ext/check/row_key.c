/*
 * row_key.c
 *	  Testing whether a table would accept a row: its constraints.
 */
#include "pg_ext/check/row.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "access/genam.h"
#include "catalog/index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_constraint.h"
#include "nodes/nodeFuncs.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "common/check/check.h"

/* Columns of check/row_constraints.sql. */
enum
{
	C_KIND,
	C_NAME,
	C_TABLE,
	C_OBJECT, /* OID of its index, or of its row in pg_constraint */
	C_ATTNUMS,
	C_COLUMNS,
	C_PARENT,
	C_PARENT_ATTNUMS,
	C_PARENT_SHOWN,
	C_PARENT_COLUMNS,
	C_MATCH_FULL,
	C_EXPRESSION,
	C_QUERY,
	C_REASON
};

/* A key and the key of a row that may be its own parent. */
#define MOST_VALUES (2 * INDEX_MAX_KEYS)

/* A constraint and the row being tested against it. */
typedef struct constraint_test
{
	dbcpg_check_row_inspection *in;
	const dbcpg_check_row_level *level;
	const dbc_value *cell;			   /* its row in the list */
	dbc_check_row_violation_kind kind; /* of the violation, if there is one */
	bool violated;
} constraint_test;

typedef struct key_value
{
	Oid type;
	Datum value;
	bool isnull;
} key_value;

/* ---- queries ---- */

/* Whether the query of a constraint finds a row in a table, run as the
 * owner. */
static bool
is_in(const constraint_test *d, Oid table, const key_value *key, int n)
{
	const char *whole =
		get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE ? "" : "only ";
	const char *name;
	Oid types[MOST_VALUES];
	Datum values[MOST_VALUES];
	char nulls[MOST_VALUES];
	dbcpg_execution_identity identity;
	bool found;

	/* the name that it has when nobody makes the query wait for it */
	LockRelationOid(table, AccessShareLock);
	name = quote_qualified_identifier(
		get_namespace_name(get_rel_namespace(table)), get_rel_name(table));
	for (int i = 0; i < n; i++)
	{
		types[i] = key[i].type;
		values[i] = key[i].value;
		nulls[i] = key[i].isnull ? 'n' : ' ';
	}
	identity = dbcpg_switch_to_owner(table);
	dbcpg_check_run_shared(d->in, table,
						   psprintf("select from %s%s %s", whole, name,
									dbcpg_from_core(d->cell[C_QUERY].text)),
						   n, types, values, nulls, 1);
	found = SPI_processed > 0;
	SPI_freetuptable(SPI_tuptable);
	dbcpg_restore_identity(&identity);
	return found;
}

/* Whether the query finds a row in a table or its partitions.  Partitions are
 * read one by one if their code must not have the rights of the table's
 * owner. */
static bool
is_there(const constraint_test *d, Oid table, const key_value *key, int n)
{
	ListCell *cell;

	if (dbcpg_trusts_partitions(table))
		return is_in(d, table, key, n);
	foreach (cell, find_all_inheritors(table, AccessShareLock, NULL))
		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_PARTITIONED_TABLE &&
			is_in(d, lfirst_oid(cell), key, n))
			return true;
	return false;
}

static key_value
column_value(const dbcpg_check_row_level *level, AttrNumber column)
{
	key_value value;

	value.type =
		TupleDescAttr(RelationGetDescr(level->table), column - 1)->atttypid;
	value.value = slot_getattr(level->row, column, &value.isnull);
	return value;
}

/* ---- keys ---- */

/* Whether an index reads a column of unknown value. */
static bool
index_reads_unknown(const dbcpg_check_row_level *level, const IndexInfo *index)
{
	for (int i = 0; i < index->ii_NumIndexKeyAttrs; i++)
		if (index->ii_IndexAttrNumbers[i] > 0 &&
			bms_is_member(index->ii_IndexAttrNumbers[i], level->unknown))
			return true;
	return dbcpg_check_reads_unknown(level, (Node *) index->ii_Expressions) ||
		   dbcpg_check_reads_unknown(level, (Node *) index->ii_Predicate);
}

/* Whether an index contains the row: its predicate is true. */
static bool
is_indexed(const constraint_test *d, const IndexInfo *index)
{
	ListCell *cell;

	foreach (cell, index->ii_Predicate)
	{
		bool isnull;
		Datum truth =
			dbcpg_check_evaluate(d->in, d->level, lfirst(cell), &isnull);

		if (isnull || !DatumGetBool(truth))
			return false;
	}
	return true;
}

/* Computes the key of the row in an index; returns whether a part of it is
 * null. */
static bool
read_key(const constraint_test *d, const IndexInfo *index, key_value *key)
{
	ListCell *expression = list_head(index->ii_Expressions);
	bool incomplete = false;

	for (int i = 0; i < index->ii_NumIndexKeyAttrs; i++)
	{
		AttrNumber column = index->ii_IndexAttrNumbers[i];

		if (column != 0)
			key[i] = column_value(d->level, column);
		else
		{
			Node *node = lfirst(expression);

			key[i].type = exprType(node);
			key[i].value =
				dbcpg_check_evaluate(d->in, d->level, node, &key[i].isnull);
			expression = lnext(index->ii_Expressions, expression);
		}
		incomplete |= key[i].isnull;
	}
	return incomplete;
}

/* Whether a period of a key WITHOUT OVERLAPS is empty, which PostgreSQL
 * rejects. */
static bool
is_empty_period(const key_value *period)
{
	PGFunction is_empty = type_is_multirange(getBaseType(period->type))
							  ? multirange_empty
							  : range_empty;

	return !period->isnull &&
		   DatumGetBool(DirectFunctionCall1(is_empty, period->value));
}

/* Searches for a row with the same key, or one that excludes this row. */
static void
inspect_key(constraint_test *d)
{
	Relation relation =
		index_open((Oid) d->cell[C_OBJECT].integer, AccessShareLock);
	IndexInfo *index = BuildIndexInfo(relation);
	key_value key[INDEX_MAX_KEYS];
	bool incomplete;

	index_close(relation, NoLock);
	d->kind = d->cell[C_KIND].integer == DBC_K_EXCLUSION
				  ? DBC_VIOLATION_EXCLUSION
				  : DBC_VIOLATION_KEY;
	if (index_reads_unknown(d->level, index) || !is_indexed(d, index))
		return;
	incomplete = read_key(d, index, key);
	if (d->cell[C_EXPRESSION].text &&
		is_empty_period(&key[index->ii_NumIndexKeyAttrs - 1]))
	{
		d->kind = DBC_VIOLATION_CHECK;
		d->violated = true;
	}
	else if (!incomplete || dbcpg_nulls_equal(index))
		d->violated = is_there(d, RelationGetRelid(d->level->table), key,
							   index->ii_NumIndexKeyAttrs);
}

/* ---- foreign keys ---- */

/* Parses column numbers separated by blanks; returns their number. */
static int
read_columns(const dbc_value *cell, AttrNumber *columns)
{
	const char *text = cell->kind == DBC_NULL ? "" : cell->text;
	char *end;
	int count = 0;

	for (; *text && count < INDEX_MAX_KEYS; text = end)
		columns[count++] = (AttrNumber) strtol(text, &end, 10);
	return count;
}

/* Searches for the parent of the row. */
static void
inspect_parent(constraint_test *d)
{
	Oid parent = (Oid) d->cell[C_PARENT].integer;
	AttrNumber columns[INDEX_MAX_KEYS];
	AttrNumber parent_columns[INDEX_MAX_KEYS];
	key_value values[MOST_VALUES];
	int ncolumns = read_columns(&d->cell[C_ATTNUMS], columns);
	int nvalues = ncolumns;
	int nulls = 0;

	for (int i = 0; i < ncolumns; i++)
	{
		if (bms_is_member(columns[i], d->level->unknown))
			return;
		values[i] = column_value(d->level, columns[i]);
		nulls += values[i].isnull;
	}
	d->kind = DBC_VIOLATION_HALF_NULL;
	d->violated =
		d->cell[C_MATCH_FULL].integer != 0 && nulls > 0 && nulls < ncolumns;
	if (nulls > 0)
		return;
	d->kind = DBC_VIOLATION_PARENT;
	if (parent == RelationGetRelid(d->level->table))
	{
		/* unknown values are null in the row, and a null never equals
		 * anything */
		(void) read_columns(&d->cell[C_PARENT_ATTNUMS], parent_columns);
		for (int i = 0; i < ncolumns; i++)
			values[nvalues++] = column_value(d->level, parent_columns[i]);
	}
	d->violated = !is_there(d, parent, values, nvalues);
}

/* ---- constraints of the row alone ---- */

static void
inspect_null(constraint_test *d)
{
	AttrNumber column;

	(void) read_columns(&d->cell[C_ATTNUMS], &column);
	d->kind = DBC_VIOLATION_NOT_NULL;
	d->violated = slot_attisnull(d->level->row, column) &&
				  !bms_is_member(column, d->level->unknown);
}

static void
inspect_check(constraint_test *d)
{
	HeapTuple tuple =
		SearchSysCache1(CONSTROID, ObjectIdGetDatum(d->cell[C_OBJECT].integer));
	bool isnull;
	Datum stored;
	Node *expression;
	Datum truth;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "there is no constraint %u",
			 (Oid) d->cell[C_OBJECT].integer);
	stored =
		SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &isnull);
	expression = stringToNode(TextDatumGetCString(stored));
	d->kind = DBC_VIOLATION_CHECK;
	ReleaseSysCache(tuple);
	if (dbcpg_check_reads_unknown(d->level, expression))
		return;
	truth = dbcpg_check_evaluate(d->in, d->level, expression, &isnull);
	d->violated = !isnull && !DatumGetBool(truth);
}

/* ---- all constraints ---- */

/* Tests the row against one constraint, as the owner of its table; may fail. */
static void
inspect_demand(dbc_host *base, void *arg)
{
	constraint_test *d = arg;
	dbcpg_execution_identity identity =
		dbcpg_switch_to_owner(RelationGetRelid(d->level->table));

	dbcpg_unpin_value_parameters(dbcpg_of(base));
	switch ((dbc_check_constraint_kind) d->cell[C_KIND].integer)
	{
		case DBC_K_PRIMARY_KEY:
		case DBC_K_UNIQUE:
		case DBC_K_EXCLUSION:
			inspect_key(d);
			break;
		case DBC_K_FOREIGN_KEY:
			inspect_parent(d);
			break;
		case DBC_K_NOT_NULL:
			inspect_null(d);
			break;
		case DBC_K_CHECK:
			inspect_check(d);
			break;
		default:
			break; /* domains were tested when the value was converted */
	}
	dbcpg_restore_identity(&identity);
}

/* The row in the columns of the table of a constraint; NULL if the row would
 * not be stored in that table. */
static const dbcpg_check_row_level *
level_of(const dbcpg_check_row_inspection *in, Oid table)
{
	const dbcpg_check_row_level *level = in->levels;

	while (level && RelationGetRelid(level->table) != table)
		level = level->next;
	return level;
}

/* Whether the row would be stored in a foreign table, whose constraints
 * PostgreSQL does not enforce. */
static bool
is_foreign(const dbcpg_check_row_inspection *in)
{
	const dbcpg_check_row_level *level = in->levels;

	while (level->next)
		level = level->next;
	return level->table->rd_rel->relkind == RELKIND_FOREIGN_TABLE;
}

static const char *
only_column(const constraint_test *d)
{
	AttrNumber columns[INDEX_MAX_KEYS];

	if (read_columns(&d->cell[C_ATTNUMS], columns) != 1 || columns[0] <= 0)
		return NULL;
	return dbcpg_check_column_name(d->in, d->level->table, columns[0]);
}

/* Reports that a constraint is violated, or why that is unknown. */
static void
report_violation(const constraint_test *d, const dbc_error *error)
{
	const char *reason = d->cell[C_REASON].text;
	dbc_check_row_violation *violation;

	/* its code must not run */
	if (error->message && dbc_same(error->sqlstate, "42501"))
		reason = error->message;
	violation = dbcpg_check_add_violation(d->in, reason ? DBC_VIOLATION_UNKNOWN
														: d->kind);

	violation->column = only_column(d);
	violation->constraint = d->cell[C_NAME].text;
	violation->columns = d->cell[C_COLUMNS].text;
	violation->parent = d->cell[C_PARENT_SHOWN].text;
	violation->parent_columns = d->cell[C_PARENT_COLUMNS].text;
	violation->text = reason ? reason : d->cell[C_EXPRESSION].text;
	violation->error = reason ? NULL : error->message;
}

void
dbcpg_check_inspect_constraints(dbcpg_check_row_inspection *in)
{
	const dbc_rows *constraints = in->shared->constraints;

	if (is_foreign(in))
		return;
	for (int i = 0; i < constraints->nrows; i++)
	{
		const dbc_value *cell =
			dbc_get_row(&in->host->base, constraints, i, "");
		constraint_test d = {.in = in,
							 .cell = cell,
							 .level =
								 level_of(in, (Oid) cell[C_TABLE].integer)};
		dbc_error error = {0};

		if (!d.level)
			continue;
		if (!cell[C_REASON].text)
			(void) dbc_guard(&in->host->base, inspect_demand, &d, DBC_KEEP,
							 true, &error);
		if (d.violated || cell[C_REASON].text || error.message)
			report_violation(&d, &error);
	}
}
