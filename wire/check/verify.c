/*
 * verify.c
 *	  Verifying the rows of a table by queries alone.
 *
 * A connection cannot run code with the rights of its owner alone, as the
 * extension does: a function that the owner of a table has chosen could become
 * the user again.  So tables with such code are verified only if their owner
 * has the rights of the user anyway.
 */
#include "wire/check/inspect.h"
#include "wire/check/rule.h"
#include "wire/core/owned.h"
#include "wire/core/relation.h"
#include "wire/core/rooms.h"
#include "wire/core/session.h"

#include "common/core/names.h"
#include "common/core/text.h"

/* Columns of check/constraints.sql that are read. */
enum
{
	C_KIND = 0,
	C_NAME = 1,
	C_COLUMNS = 5,
	C_PARENT_SHOWN = 8,
	C_PARENT_COLUMNS = 9,
	C_SPECIAL = 12,
	C_REASON = 16,
	C_QUERY = 17,
	C_CONDITION = 19,
	C_SOURCES = 20,
	C_TYPE_NAME = 21
};

/* Columns of check/reference.sql. */
enum
{
	R_ATTNUM,
	R_PARENT,
	R_PARENT_ATTNUM,
	R_OPERATOR,
	R_TYPE,
	R_PARENT_TYPE
};

/* A constraint to verify. */
typedef struct constraint
{
	dbc_check_result result;
	bool implied; /* a NOT NULL implied by a primary key */
	const char *condition;
	const char *query;
	bool settled; /* the result is final */
} constraint;

/* One call of verify(). */
typedef struct verification
{
	dbc_host *host;
	const dbc_check_task *task;
	dbcw_owned table;
	const char *sources;
	constraint *constraints;
	int nconstraints;
} verification;

/* ---- the list of constraints ---- */

/* A reference in the form that constraints.sql reads. */
static dbc_json_node *
reference_node(verification *v, const dbc_check_reference *reference)
{
	dbc_host *host = v->host;
	const dbc_relation *table = v->task->table;
	const dbc_relation *parent = reference->parent;
	dbc_json_node *node = dbc_json_object(host);
	const dbc_rows *rows = dbc_query(
		host, "check/reference", dbc_text(table->schema), dbc_text(table->name),
		dbc_text(reference->column), dbc_text(parent->schema),
		dbc_text(parent->name), dbc_text(reference->parent_column));

	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
				 "column \"%s\" of %s, or column \"%s\" of %s, does not exist",
				 reference->column, table->shown, reference->parent_column,
				 parent->shown);
	if (dbc_is_null(host, rows, 0, R_OPERATOR))
		dbc_fail(host, "42804", NULL, NULL,
				 "%s of %s and %s of %s cannot be compared: they are of types "
				 "%s and %s",
				 reference->column, table->shown, reference->parent_column,
				 parent->shown, dbc_get_text(host, rows, 0, R_TYPE),
				 dbc_get_text(host, rows, 0, R_PARENT_TYPE));
	DBC_PUT_INT(node, attnum, dbc_get_int(host, rows, 0, R_ATTNUM));
	DBC_PUT_INT(node, parent, dbc_get_int(host, rows, 0, R_PARENT));
	DBC_PUT_INT(node, parent_attnum,
				dbc_get_int(host, rows, 0, R_PARENT_ATTNUM));
	DBC_PUT_INT(node, operator, dbc_get_int(host, rows, 0, R_OPERATOR));
	return node;
}

/* Why no query may run on the table and those that it refers to, or NULL. */
static const char *
find_danger(verification *v)
{
	const char *danger = v->table.danger;

	for (int i = 0; i < v->task->nreferences && !danger; i++)
		danger = dbcw_describe_table(v->host, v->task->references[i].parent,
									 DBCW_CONSTRAINTS)
					 .danger;
	return danger;
}

static void
set_unknown(constraint *c, const char *reason)
{
	c->settled = true;
	c->result.violations = -1;
	c->result.sample_keys = NULL;
	c->result.reason = reason;
}

static constraint
read_constraint(verification *v, const dbc_rows *rows, int row)
{
	const dbc_value *cell = dbc_get_row(v->host, rows, row, "");
	constraint c = {
		.result = {.kind = (dbc_check_constraint_kind) cell[C_KIND].integer,
				   .name = cell[C_NAME].text,
				   .columns = cell[C_COLUMNS].text,
				   .parent = cell[C_PARENT_SHOWN].text,
				   .parent_columns = cell[C_PARENT_COLUMNS].text,
				   .type = cell[C_TYPE_NAME].text},
		.implied = cell[C_KIND].integer == DBC_K_NOT_NULL &&
				   cell[C_SPECIAL].integer != 0,
		.condition = cell[C_CONDITION].text,
		.query = cell[C_QUERY].text};

	v->sources = cell[C_SOURCES].text;
	if (cell[C_REASON].text)
		set_unknown(&c, cell[C_REASON].text);
	return c;
}

static void
list_constraints(verification *v)
{
	dbc_host *host = v->host;
	dbc_json_node *references = dbc_json_array(host);
	const char *danger = find_danger(v);
	const dbc_rows *rows;

	for (int i = 0; i < v->task->nreferences; i++)
		dbc_json_push(references, reference_node(v, &v->task->references[i]));
	rows = dbc_query(
		host, "check/constraints", dbc_int(v->table.relid),
		dbc_text(dbc_json_text(references)), dbc_int(v->task->samples),
		dbc_text(dbc_check_rules_json(host, v->task)), dbc_bool(true));
	v->constraints =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*v->constraints));
	for (int row = 0; row < rows->nrows; row++)
	{
		const char *name = dbc_get_text_or_null(host, rows, row, C_NAME);
		int kind = dbc_get_count(host, rows, row, C_KIND);
		constraint *c = &v->constraints[v->nconstraints];

		if (name && kind != DBC_K_RULE &&
			!dbc_check_is_asked_for(v->task, kind, name))
			continue;
		*c = read_constraint(v, rows, row);
		v->nconstraints++;
		if (danger && !c->settled)
			set_unknown(c, danger);
	}
}

/* ---- queries ---- */

/* Whether to verify a constraint without indexes, because a damaged index could
 * hide violations; but an exclusion constraint compares every pair of rows. */
static bool
distrusts_indexes(const verification *v, const constraint *c)
{
	return c->result.kind <= DBC_K_UNIQUE ||
		   (c->result.kind == DBC_K_EXCLUSION && v->table.is_small);
}

/* Parameters of the queries that follow; the end of the guard resets them. */
static void
set_parameters(const verification *v)
{
	dbcw_host *h = dbcw_of(v->host);
	int64_t memory = v->task->memory / 2 / 1024;

	dbcw_add_pending(
		h, NULL,
		dbc_format(v->host, "set local search_path = %s", v->table.path), NULL,
		0);
	/* fail rather than return results without the rows that a policy hides */
	dbcw_add_pending(h, NULL, "set local row_security = off", NULL, 0);
	dbcw_add_pending(h, NULL,
					 dbc_format(v->host, "set local work_mem = %lld",
								(long long) (memory < 64		  ? 64
											 : memory > INT32_MAX ? INT32_MAX
																  : memory)),
					 NULL, 0);
	dbcw_add_pending(h, NULL, "set local hash_mem_multiplier = 1", NULL, 0);
}

static void
trust_indexes(const verification *v, bool trusted)
{
	static const char *const scans[] = {"indexscan", "indexonlyscan",
										"bitmapscan"};

	for (int i = 0; i < 3; i++)
		dbcw_add_pending(dbcw_of(v->host), NULL,
						 dbc_format(v->host, "set local enable_%s = %s",
									scans[i], trusted ? "on" : "off"),
						 NULL, 0);
}

/* Counts the violations of all constraints on single rows in one pass; those
 * without any are settled. */
static void
count_violations(verification *v)
{
	dbc_buffer text;
	const dbc_rows *rows;
	int n = 0;

	dbc_buffer_init(&text, v->host);
	for (int i = 0; i < v->nconstraints; i++)
		if (!v->constraints[i].settled && v->constraints[i].condition)
			dbc_append_format(&text, "%s pg_catalog.count(*) filter (where %s)",
							  n++ > 0 ? "," : "select",
							  v->constraints[i].condition);
	if (n < 2)
		return;
	dbc_append_format(&text, " from %s", v->sources);
	rows = dbc_query_text(v->host, text.data);
	n = 0;
	for (int i = 0; i < v->nconstraints; i++)
		if (!v->constraints[i].settled && v->constraints[i].condition)
			v->constraints[i].settled = dbc_get_int(v->host, rows, 0, n++) == 0;
}

static void
query_rows(verification *v, constraint *c)
{
	const dbc_rows *rows = dbc_query_text(v->host, c->query);

	c->settled = true;
	c->result.violations = dbc_get_int(v->host, rows, 0, 0);
	if (c->result.violations > 0)
		c->result.sample_keys = dbc_get_text_or_null(v->host, rows, 0, 1);
}

/* Verifies all constraints that are not settled; one that fails ends it. */
static void
query_all(dbc_host *host, void *arg)
{
	verification *v = arg;

	set_parameters(v);
	count_violations(v);
	for (int distrust = 0; distrust < 2; distrust++)
	{
		if (distrust)
			trust_indexes(v, false);
		for (int i = 0; i < v->nconstraints; i++)
		{
			constraint *c = &v->constraints[i];

			if (c->settled || distrusts_indexes(v, c) != (distrust != 0))
				continue;
			dbc_progress(host, v->task->table->shown, i, v->nconstraints);
			query_rows(v, c);
		}
	}
}

/* One constraint of a verification. */
typedef struct single
{
	verification *v;
	constraint *c;
} single;

static void
query_one(dbc_host *host, void *arg)
{
	single *s = arg;

	(void) host;
	set_parameters(s->v);
	trust_indexes(s->v, !distrusts_indexes(s->v, s->c));
	query_rows(s->v, s->c);
}

/* Verifies by queries; if one fails, each constraint that is left by itself. */
static void
run_queries(verification *v)
{
	dbc_error error;

	if (dbc_guard(v->host, query_all, v, DBC_UNDO, true, &error))
		return;
	for (int i = 0; i < v->nconstraints; i++)
	{
		single s = {v, &v->constraints[i]};

		if (!s.c->settled &&
			!dbc_guard(v->host, query_one, &s, DBC_UNDO, true, &error))
			set_unknown(s.c, error.message);
	}
}

static const dbc_check_result *
verify(dbc_host *host, const dbc_check_task *task, int *nresults)
{
	verification v = {.host = host, .task = task};
	dbc_check_result *results;

	v.table = dbcw_describe_table(
		host, task->table, task->nrules > 0 ? DBCW_RULES : DBCW_CONSTRAINTS);
	list_constraints(&v);
	run_queries(&v);
	results = dbc_alloc(host, ((size_t) v.nconstraints + 1) * sizeof(*results));
	*nresults = 0;
	for (int i = 0; i < v.nconstraints; i++)
		if (!v.constraints[i].implied || v.constraints[i].result.violations > 0)
			results[(*nresults)++] = v.constraints[i].result;
	return results;
}

const dbc_check_host dbcw_check_host = {
	.tables = dbcw_list_tables,
	.verify = verify,
	.try_rule = dbcw_check_try_rule,
	.inspect = dbcw_check_inspect_row,
};
