/*
 * plan.c
 *	  Plans a query as if indexes existed, on a copy of the schema in memory
 *	  without rows (lint/model.h) that has the statistics of ANALYZE.  The query
 *	  is compiled there, never run.
 */
#include "sqlite_ext/advise/cost.h"
#include "sqlite_ext/core/rooms.h"

#include "common/advise/host.h"
#include "common/core/text.h"

#include <math.h>
#include <string.h>

/* An index of the model. */
typedef struct made_index
{
	const char *schema, *table, *name;
	const char *statistics; /* that ANALYZE would collect, or NULL */
} made_index;

/* What a call keeps. */
typedef struct planner
{
	dbcsl_host *h;
	dbcsl_lint_model *model;
	dbcsl_advise_estimates estimates;
	made_index *made;
	int nmade;
	const dbc_advise_query **queries; /* read before */
	int nqueries;
} planner;

/* ---- the model ---- */

/* A table of statistics of a schema. */
typedef struct statistics
{
	const char *schema;
	const char *table;
	const char *values; /* of a row, for INSERT */
} statistics;

/* Copies statistics as INSERT statements; SQLite ignores those of a library
 * compiled with other options. */
static void
copy_statistics(dbc_host *host, void *arg)
{
	const statistics *from = arg;
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows = dbc_query_text(
		host,
		dbcsl_printf(h,
					 "select printf('insert into \"%%w\".%s values (%%s)', %Q, "
					 "%s) from \"%w\".%s",
					 from->table, from->schema, from->values, from->schema,
					 from->table));

	for (int i = 0; i < rows->nrows; i++)
		dbcsl_lint_model_try(h->lint, dbc_get_text(host, rows, i, 0), true);
}

/* Makes SQLite read the statistics of the model, and creates their table. */
static void
load_statistics(planner *p, const char *schema)
{
	dbcsl_lint_model_try(
		p->model, dbcsl_printf(p->h, "analyze \"%w\".sqlite_schema", schema),
		true);
}

static planner *
start(dbcsl_host *h)
{
	planner *p = h->advise;

	if (p && p->model == h->lint)
		return p;
	p = dbcsl_alloc(&h->base, sizeof(*p));
	p->h = h;
	p->estimates.h = h;
	p->model = dbcsl_lint_open_model(h, NULL);
	for (int i = 0; i < p->model->nschemas; i++)
	{
		const char *schema = p->model->schemas[i].name;
		statistics tables[] = {
			{schema, "sqlite_stat1",
			 "quote(tbl) || ',' || quote(idx) || ',' || quote(stat)"},
			{schema, "sqlite_stat4",
			 "quote(tbl) || ',' || quote(idx) || ',' || quote(neq) || ',' || "
			 "quote(nlt) || ',' || quote(ndlt) || ',' || quote(sample)"}};

		load_statistics(p, schema);
		for (int k = 0; k < 2; k++)
			if (!dbcsl_try(h, copy_statistics, &tables[k]) &&
				dbcsl_is_unguarded_error(&h->error))
				dbcsl_rethrow(h);
		load_statistics(p, schema);
	}
	h->advise = p;
	return p;
}

/* A query, read once per call. */
static const dbc_advise_query *
query_of(planner *p, const char *text)
{
	for (int i = 0; i < p->nqueries; i++)
		if (dbc_same(p->queries[i]->text, text))
			return p->queries[i];
	p->queries = dbc_grow(&p->h->base, p->queries, (size_t) p->nqueries,
						  sizeof(*p->queries));
	p->queries[p->nqueries] =
		dbc_advise_read_query(&p->h->base, &p->estimates.schema, text);
	return p->queries[p->nqueries++];
}

static _Noreturn void
fail(planner *p, const char *message)
{
	dbc_fail(&p->h->base, DBC_SYNTAX_ERROR, NULL, NULL, "%s", message);
}

/* ---- indexes ---- */

/* The table of an index that is tried. */
static const dbc_advise_table *
table_of(planner *p, const char *schema, const char *name)
{
	for (int i = 0; i < p->estimates.schema.ntables; i++)
	{
		const dbc_relation *relation = p->estimates.schema.tables[i]->relation;

		if (strcmp(relation->schema, schema) == 0 &&
			sqlite3_stricmp(relation->name, name) == 0)
			return p->estimates.schema.tables[i];
	}
	return NULL;
}

/* The columns of an index; -1 for an expression. */
static int *
columns_of(planner *p, const dbc_advise_table *table, const char *schema,
		   const char *index, int *count)
{
	dbc_host *host = &p->h->base;
	const dbc_rows *rows = dbcsl_lint_model_query(
		p->model,
		"select name from temp.pragma_index_info(?1, ?2) order by seqno",
		(const char *const[]){index, schema}, 2);
	int *columns =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*columns));

	for (*count = 0; *count < rows->nrows; (*count)++)
	{
		const char *name = dbc_get_text_or_null(host, rows, *count, 0);

		columns[*count] = -1;
		for (int i = 0; name && i < table->ncolumns; i++)
			if (strcmp(table->columns[i].name, name) == 0)
				columns[*count] = i;
	}
	return columns;
}

/* The statistics that ANALYZE would collect of an index: its rows, and rows per
 * value of each number of columns; NULL if it would not be known, or if the
 * schema has no statistics.  *bytes is the size of the index. */
static const char *
describe_index(planner *p, const dbc_advise_query *query,
			   const dbc_advise_table *table, const char *schema,
			   const dbc_advise_index *index, double *bytes)
{
	const dbcsl_advise_rows *rows = dbcsl_advise_rows_of(&p->estimates, table);
	double entries = ceil(rows->count * dbcsl_advise_share_of_index(
											&p->estimates, query, rows, index));
	int count;
	int known = 0;
	int *columns = columns_of(p, table, schema, index->name, &count);
	dbc_buffer stat;

	while (known < count && columns[known] >= 0)
		known++;
	dbc_buffer_init(&stat, &p->h->base);
	dbc_append_format(&stat, "%.0f", entries);
	for (int i = 1; i <= known; i++)
		dbc_append_format(&stat, " %.0f",
						  ceil(entries / dbcsl_advise_distinct(
											 &p->estimates, rows, columns, i)));
	/* with the rowid, the cell's header, and pages that are not full */
	*bytes = entries *
			 (dbcsl_advise_bytes(&p->estimates, rows, columns, known) + 8) *
			 1.1;
	return rows->has_statistics && known == count ? stat.data : NULL;
}

/* Creates an index in the model, and notes its statistics and its bytes. */
static void
make_index(planner *p, const dbc_advise_query *query,
		   const dbc_advise_index *index, double *bytes)
{
	const char *refusal = dbcsl_lint_model_try(p->model, index->sql, true);
	dbcsl_lint_model_object object;
	const dbc_advise_table *table;
	made_index *made;

	*bytes = 0;
	if (refusal)
		fail(p, refusal);
	if (!dbcsl_lint_model_find(p->model, NULL, index->name, &object))
		return;
	p->made =
		dbc_grow(&p->h->base, p->made, (size_t) p->nmade, sizeof(*p->made));
	made = &p->made[p->nmade++];
	*made = (made_index){
		.schema = object.schema, .table = object.table, .name = index->name};
	table = table_of(p, object.schema, object.table);
	if (table)
		made->statistics =
			describe_index(p, query, table, object.schema, index, bytes);
}

/* Gives the indexes their statistics; false if none has any. */
static bool
add_statistics(planner *p)
{
	bool any = false;

	for (int i = 0; i < p->nmade; i++)
	{
		const made_index *made = &p->made[i];

		if (!made->statistics)
			continue;
		dbcsl_lint_model_try(
			p->model,
			dbcsl_printf(
				p->h, "insert into \"%w\".sqlite_stat1 values (%Q, %Q, %Q)",
				made->schema, made->table, made->name, made->statistics),
			true);
		load_statistics(p, made->schema);
		any = true;
	}
	return any;
}

/* Drops the indexes of this trial, or of one that failed. */
static void
drop_indexes(planner *p)
{
	while (p->nmade > 0)
	{
		const made_index *made = &p->made[--p->nmade];

		dbcsl_lint_model_try(p->model,
							 dbcsl_printf(p->h, "drop index \"%w\".\"%w\"",
										  made->schema, made->name),
							 true);
	}
}

/* ---- the trial ---- */

/* Whether a plan has an index. */
static bool
uses_index(dbc_host *host, const dbc_rows *plan, const char *name)
{
	for (int i = 0; i < plan->nrows; i++)
	{
		const char *index = strstr(dbc_get_text(host, plan, i, 3), " INDEX ");
		size_t length = strlen(name);

		if (index && strncmp(index + 7, name, length) == 0 &&
			(index[7 + length] == ' ' || index[7 + length] == '\0'))
			return true;
	}
	return false;
}

/* Plans a query with the indexes of the model.  A later plan of a trial counts
 * if it costs more. */
static void
explain(planner *p, const dbc_advise_query *query,
		const dbc_advise_index *indexes, int nindexes, dbc_advise_trial *trial)
{
	const char *text = dbcsl_printf(p->h, "explain query plan %s", query->text);
	const char *refusal = dbcsl_lint_model_try(p->model, text, false);
	const dbc_rows *rows;
	double cost;

	if (refusal)
		fail(p, refusal);
	rows = dbcsl_lint_model_query(p->model, text, NULL, 0);
	cost = dbcsl_advise_cost(&p->estimates, query, indexes, nindexes, rows);
	trial->cost = cost > trial->cost ? cost : trial->cost;
	trial->unused |= nindexes > 0 &&
					 !uses_index(&p->h->base, rows, indexes[nindexes - 1].name);
}

/* See common/advise/host.h.  The index must be used before ANALYZE knows it and
 * afterwards. */
static void
plan(dbc_host *host, const char *text, int64_t author,
	 const dbc_advise_index *indexes, int nindexes, dbc_advise_trial *trial)
{
	planner *p = start(dbcsl_of(host));
	const dbc_advise_query *query = query_of(p, text);

	(void) author;
	drop_indexes(p);
	*trial =
		(dbc_advise_trial){.size_bytes = dbc_alloc(
							   host, ((size_t) nindexes + 1) * sizeof(double))};
	for (int i = 0; i < nindexes; i++)
		make_index(p, query, &indexes[i], &trial->size_bytes[i]);
	explain(p, query, indexes, nindexes, trial);
	if (add_statistics(p))
		explain(p, query, indexes, nindexes, trial);
	drop_indexes(p);
}

static void
define(dbc_host *host, const dbc_relation *table, const char *rest,
	   dbc_advise_index *index)
{
	const char *name = dbc_quote(host, index->name);

	index->sql = dbc_format(host, "CREATE INDEX %s.%s ON %s %s",
							dbc_quote(host, table->schema), name,
							dbc_quote(host, table->name), rest);
	index->create = dbc_same(table->schema, "main")
						? dbc_format(host, "CREATE INDEX %s ON %s %s;", name,
									 table->shown, rest)
						: dbc_format(host, "%s;", index->sql);
}

const dbc_advise_host dbcsl_advise_host = {.define = define, .plan = plan};
