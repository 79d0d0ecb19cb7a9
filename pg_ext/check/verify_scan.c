/*
 * verify_scan.c
 *	  One pass over the rows of a table for any number of constraints.
 */
#include "pg_ext/check/verify.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

/* A pass for the constraints on tables of one owner. */
typedef struct pass
{
	dbcpg_check_verification *v;
	Oid table; /* one of these tables */
	Oid owner;
} pass;

/* ---- one table ---- */

static const char *
row_key(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	int level = NewGUCNestLevel();
	bool isnull;
	Datum key;

	dbcpg_pin_value_parameters(reader->v->host);
	if (!t->row_key)
	{
		MemoryContext context =
			MemoryContextSwitchTo(reader->executor->es_query_cxt);

		t->row_key = dbcpg_check_prepare_text(reader, t->constraint->row_key);
		MemoryContextSwitchTo(context);
	}
	key = ExecEvalExpr(t->row_key, reader->context, &isnull);
	AtEOXact_GUC(false, level);
	return isnull ? "null"
				  : DatumGetCString(DirectFunctionCall1(jsonb_out, key));
}

/* Counts a violation; the first ones also store the key of the row. */
static void
note_violation(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader)
{
	dbcpg_check_constraint *c = t->constraint;
	const dbcpg_check_verification *v = reader->v;

	if (c->result.violations++ >= v->task->samples)
		return;
	dbc_append(&c->samples, c->samples.length > 0 ? ", " : "[");
	dbc_append(&c->samples, dbcpg_to_core(v->host, row_key(t, reader)));
}

/* Whether a constraint applies to the rows of a table: it is declared on it or
 * on a table that it is a partition of. */
static bool
covers(const dbcpg_check_constraint *c, const dbcpg_check_verification *v,
	   Oid table)
{
	return c->table == v->table || c->table == table ||
		   list_member_oid(get_partition_ancestors(table), c->table);
}

/* Whether a pass verifies a constraint. */
static bool
concerns(const pass *p, const dbcpg_check_constraint *c)
{
	return c->way == DBCPG_BY_SCAN && dbcpg_owner_of(c->table) == p->owner;
}

/* Prepares the constraints of a pass for the rows of a scan; returns their
 * number. */
static int
prepare_tests(pass *p, dbcpg_check_table_scan *reader,
			  dbcpg_check_row_test *tests)
{
	dbcpg_check_verification *v = p->v;
	Oid table = RelationGetRelid(reader->table);
	int ntests = 0;

	for (int i = 0; i < v->nconstraints; i++)
	{
		dbcpg_check_constraint *c = &v->constraints[i];

		if (!concerns(p, c) || !covers(c, v, table))
			continue;
		v->current = c;
		tests[ntests++] = dbcpg_check_prepare_test(c, reader);
		v->current = NULL;
	}
	return ntests;
}

static void
test_row(dbcpg_check_table_scan *reader, dbcpg_check_row_test *tests,
		 int ntests)
{
	for (int i = 0; i < ntests; i++)
	{
		dbcpg_check_row_test *t = &tests[i];

		if (t->constraint->way != DBCPG_BY_SCAN)
			continue;
		reader->v->current = t->constraint;
		if (t->violates(t, reader))
			note_violation(t, reader);
	}
	reader->v->current = NULL;
}

static void
scan_table(pass *p, Oid table)
{
	dbcpg_check_verification *v = p->v;
	dbcpg_check_row_test *tests =
		palloc(((Size) v->nconstraints + 1) * sizeof(*tests));
	MemoryContext context = CurrentMemoryContext;
	dbcpg_check_table_scan reader;
	int ntests;

	dbcpg_check_open_scan(&reader, v, table);
	MemoryContextSwitchTo(reader.executor->es_query_cxt);
	ntests = prepare_tests(p, &reader, tests);
	MemoryContextSwitchTo(context);
	while (ntests > 0 && dbcpg_check_next_scanned_row(&reader))
	{
		MemoryContextSwitchTo(reader.context->ecxt_per_tuple_memory);
		test_row(&reader, tests, ntests);
		MemoryContextSwitchTo(context);
	}
	dbcpg_check_close_scan(&reader);
}

/* ---- all tables ---- */

/* Opens the keysets of unique keys. */
static void
open_sets(pass *p)
{
	dbcpg_check_verification *v = p->v;

	for (int i = 0; i < v->nconstraints; i++)
	{
		dbcpg_check_constraint *c = &v->constraints[i];

		if (!concerns(p, c) || (c->result.kind != DBC_K_PRIMARY_KEY &&
								c->result.kind != DBC_K_UNIQUE))
			continue;
		v->current = c;
		dbcpg_check_open_keyset(v, &c->keys,
								c->ends && dbcpg_check_is_integer(get_atttype(
											   c->table, c->columns[0]))
									? c->ends
									: NULL,
								v->total);
		v->current = NULL;
	}
}

static void
close_sets(dbcpg_check_verification *v)
{
	for (int i = 0; i < v->nconstraints; i++)
		if (v->constraints[i].keys.pool)
			dbc_check_keyset_close(&v->constraints[i].keys);
}

static void
run_pass(dbc_host *host, void *arg)
{
	pass *p = arg;
	dbcpg_check_verification *v = p->v;
	dbcpg_execution_identity identity;
	ListCell *cell;

	(void) host;
	v->done = 0;
	v->total = dbcpg_check_estimate_rows(v->leaves);
	for (int i = 0; i < v->nconstraints; i++)
		if (concerns(p, &v->constraints[i]))
			dbcpg_check_start_result(v, &v->constraints[i]);
	open_sets(p);
	/* prepare_tests() asks whose code each constraint is */
	identity = dbcpg_become_owner(p->table);
	dbcpg_unpin_value_parameters(v->host);
	v->host->evaluates = true;
	foreach (cell, v->leaves)
		scan_table(p, lfirst_oid(cell));
	v->host->evaluates = false;
	dbcpg_restore_identity(&identity);
}

/* Sets the results of a finished pass. */
static void
settle(pass *p)
{
	dbcpg_check_verification *v = p->v;

	for (int i = 0; i < v->nconstraints; i++)
	{
		dbcpg_check_constraint *c = &v->constraints[i];

		if (!concerns(p, c))
			continue;
		c->way = DBCPG_SETTLED;
		if (c->result.violations > 0)
		{
			dbc_append(&c->samples, v->task->samples > 0 ? "]" : "[]");
			c->result.sample_keys = c->samples.data;
		}
		if (!v->alien || c->table != v->table)
			continue;
		if (c->query)
			c->way = DBCPG_BY_QUERY; /* with the rows of other servers */
		else if (c->result.violations == 0)
			dbcpg_check_set_unknown(c, dbc_format(&v->host->base,
												  "rows of %s are not read",
												  v->alien));
	}
}

/* Runs the pass for the tables of one owner.  If the evaluation of a constraint
 * fails, the pass is repeated without it. */
static void
scan_for(pass *p)
{
	dbcpg_check_verification *v = p->v;
	dbc_error error;
	bool through;

	do
	{
		v->current = NULL;
		through =
			dbc_guard(&v->host->base, run_pass, p, DBC_KEEP, true, &error);
		close_sets(v);
		if (!through && v->current)
			dbcpg_check_set_unknown(v->current, error.message);
	} while (!through && v->current);
	for (int i = 0; i < v->nconstraints && !through; i++)
		if (concerns(p, &v->constraints[i]))
			dbcpg_check_set_unknown(&v->constraints[i], error.message);
	settle(p);
}

void
dbcpg_check_verify_by_scan(dbcpg_check_verification *v)
{
	for (int i = 0; i < v->nconstraints; i++)
		if (v->constraints[i].way == DBCPG_BY_SCAN)
		{
			pass p = {.v = v,
					  .table = v->constraints[i].table,
					  .owner = dbcpg_owner_of(v->constraints[i].table)};

			scan_for(&p);
		}
}
