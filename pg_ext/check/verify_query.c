/*
 * verify_query.c
 *	  Constraints that a scan cannot verify, and rules.
 *
 * Queries run with no more rights than the owner of the table has; see
 * core/owner_query.c.
 */
#include "pg_ext/check/verify.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/relation.h"

/* Above this number of rows, they are not compared pairwise. */
#define MANY_ROWS 5000

/* A query run in a guard. */
typedef struct question
{
	dbcpg_check_verification *v;
	const char *query;
	bool of_rules;
	bool without_indexes;
	const dbc_rows *rows;
} question;

/* Runs a query with the memory of the task, for one hash table or sort of rows
 * and one sort of violations. */
static void
ask(dbc_host *host, void *arg)
{
	question *q = arg;
	int level = NewGUCNestLevel();
	Oid user;
	int security;
	int64 memory = Min(q->v->task->memory / 2 / 1024, MAX_KILOBYTES);

	dbcpg_set_parameter("work_mem", psprintf(INT64_FORMAT, Max(memory, 64)));
	dbcpg_set_parameter("hash_mem_multiplier", "1");
	/* fail rather than return results without the rows that a policy hides */
	dbcpg_set_parameter("row_security", "off");
	if (q->without_indexes)
	{
		dbcpg_set_parameter("enable_indexscan", "off");
		dbcpg_set_parameter("enable_indexonlyscan", "off");
		dbcpg_set_parameter("enable_bitmapscan", "off");
	}
	GetUserIdAndSecContext(&user, &security);
	/* whether the tables of a constraint may be read is known, as in
	 * dbcpg_switch_to_owner(); a rule may read any table */
	if (!q->of_rules)
		SetUserIdAndSecContext(user, security | SECURITY_NOFORCE_RLS);
	/* the text has the name */
	dbcpg_require_name(q->v->task->table, q->v->table);
	q->rows = dbcpg_query_table(dbcpg_of(host), q->v->table, q->query);
	/* on failure, the end of the subtransaction does this */
	SetUserIdAndSecContext(user, security);
	AtEOXact_GUC(false, level);
}

const dbc_rows *
dbcpg_check_run_query(dbcpg_check_verification *v, const char *query,
					  bool of_rules, bool without_indexes, const char **reason)
{
	question q = {.v = v,
				  .query = query,
				  .of_rules = of_rules,
				  .without_indexes = without_indexes};
	dbc_error error;

	if (dbc_guard(&v->host->base, ask, &q, DBC_KEEP, true, &error))
		return q.rows;
	*reason = error.message;
	return NULL;
}

/* Counts the violations of all rules in one query; rules without any need no
 * separate query. */
static void
count_rules(dbcpg_check_verification *v)
{
	int first = v->nconstraints - v->task->nrules;
	const char *reason = NULL;
	const dbc_rows *rows;
	dbc_buffer text;

	/* either all rules are verified by query or none */
	if (v->task->nrules < 2 || v->constraints[first].way != DBCPG_BY_QUERY)
		return;
	dbc_buffer_init(&text, &v->host->base);
	for (int i = 0; i < v->task->nrules; i++)
		dbc_append_format(&text, "%s pg_catalog.count(*) filter (where %s)",
						  i > 0 ? "," : "select",
						  v->constraints[first + i].condition);
	dbc_append_format(&text, " from %s", v->sources);
	rows = dbcpg_check_run_query(v, text.data, true, false, &reason);
	for (int i = 0; rows && i < v->task->nrules; i++)
		if (dbc_get_int(&v->host->base, rows, 0, i) == 0)
			v->constraints[first + i].way = DBCPG_SETTLED;
}

/* Whether to verify a constraint without indexes, because a damaged index could
 * hide violations.  An exclusion constraint without an index compares every
 * pair of rows. */
static bool
distrusts_indexes(dbcpg_check_verification *v, const dbcpg_check_constraint *c)
{
	switch (c->result.kind)
	{
		case DBC_K_PRIMARY_KEY:
		case DBC_K_UNIQUE:
			return true;
		case DBC_K_EXCLUSION:
			return dbcpg_check_estimate_rows(v->leaves) <= MANY_ROWS;
		default:
			return false;
	}
}

static void
query_rows(dbcpg_check_verification *v, dbcpg_check_constraint *c)
{
	const char *reason = NULL;
	const dbc_rows *rows =
		dbcpg_check_run_query(v, c->query, c->result.kind == DBC_K_RULE,
							  distrusts_indexes(v, c), &reason);

	c->way = DBCPG_SETTLED;
	if (!rows)
	{
		/* a scan may have found some, if not those of other servers */
		if (c->result.violations == 0)
			dbcpg_check_set_unknown(c, reason);
		return;
	}
	c->result.sample_keys = NULL;
	c->result.violations = dbc_get_int(&v->host->base, rows, 0, 0);
	if (c->result.violations > 0)
		c->result.sample_keys =
			dbc_get_text_or_null(&v->host->base, rows, 0, 1);
}

void
dbcpg_check_verify_by_query(dbcpg_check_verification *v)
{
	count_rules(v);
	for (int i = 0; i < v->nconstraints; i++)
		if (v->constraints[i].way == DBCPG_BY_QUERY)
		{
			dbc_progress(&v->host->base, v->task->table->shown, i,
						 v->nconstraints);
			query_rows(v, &v->constraints[i]);
		}
}
