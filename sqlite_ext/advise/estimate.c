/*
 * estimate.c
 *	  Estimates from samples.
 *
 * Rows of a sample are read from the caller's connection.  Its conditions have
 * nothing but columns and literals: a function named by the query is never
 * called.
 */
#include "sqlite_ext/advise/estimate.h"

#include <math.h>
#include <string.h>

/* Smaller tables are read as a whole. */
#define SMALL 10000

/* Rows of the sample of a larger one. */
#define SAMPLE 2000

/* Places at which rows are counted, and how many. */
#define PLACES	100
#define COUNTED 100

/* Asks for two numbers; a question is asked once. */
static dbcsl_advise_known
ask(dbcsl_advise_estimates *estimates, const char *question)
{
	dbc_host *host = &estimates->h->base;
	dbcsl_advise_known *known;
	const dbc_rows *rows;

	for (int i = 0; i < estimates->nknown; i++)
		if (dbc_same(estimates->known[i].question, question))
			return estimates->known[i];
	rows = dbc_query_text(host, question);
	estimates->known = dbc_grow(host, estimates->known,
								(size_t) estimates->nknown, sizeof(*known));
	known = &estimates->known[estimates->nknown++];
	*known = (dbcsl_advise_known){question, 0, 0};
	if (rows->nrows > 0 && !dbc_is_null(host, rows, 0, 0))
		known->first = dbc_get_real(host, rows, 0, 0);
	if (rows->nrows > 0 && !dbc_is_null(host, rows, 0, 1))
		known->second = dbc_get_real(host, rows, 0, 1);
	return *known;
}

/* ---- samples ---- */

/* The share of rowids that have a row, from those after some places. */
static double
density(dbcsl_advise_estimates *estimates, const char *shown, int64_t least,
		double distance)
{
	return ask(estimates,
			   dbcsl_printf(
				   estimates->h,
				   "with recursive p (i) as (select 0 union all select i + 1 "
				   "from p limit %d), q (start) as (select %lld + cast(i * "
				   "%.3f as integer) from p) select avg((select count(*) / "
				   "(max(r) - start + 1.0) from (select _rowid_ as r from %s "
				   "where _rowid_ >= start order by _rowid_ limit %d))), 0 "
				   "from q",
				   PLACES, (sqlite3_int64) least, distance, shown, COUNTED))
		.first;
}

/* The FROM clause of rows at distances of rowids that are even but for a part of
 * one: with even ones a sample of values that repeat could have the same again
 * and again. */
static const char *
spread_sample(dbcsl_advise_estimates *estimates, const char *shown,
			  double *count)
{
	dbcsl_host *h = estimates->h;
	const dbc_rows *rows = dbc_query_text(
		&h->base, dbcsl_printf(h,
							   "select (select min(_rowid_) from %s), "
							   "(select max(_rowid_) from %s)",
							   shown, shown));
	int64_t least = dbc_get_int(&h->base, rows, 0, 0);
	int64_t most = dbc_get_int(&h->base, rows, 0, 1);
	double span = (double) most - (double) least + 1;

	if (*count <= 0)
		*count = span * density(estimates, shown, least, span / PLACES);
	return dbcsl_printf(
		h,
		"%s where _rowid_ in (select (select _rowid_ from %s where _rowid_ >= "
		"%lld + cast((i + i * i * 2654435761 %% 4294967296 / 4294967296.0) * "
		"%.3f "
		"as integer) limit 1) from (with recursive p (i) as (select 0 union "
		"all select i + 1 from p limit %d) select i from p))",
		shown, shown, (sqlite3_int64) least, span / SAMPLE, SAMPLE);
}

/* The number of rows that ANALYZE has counted; 0: unknown. */
static double
counted_rows(dbcsl_advise_estimates *estimates, const dbc_relation *relation)
{
	dbcsl_host *h = estimates->h;

	return ask(estimates,
			   dbcsl_printf(h,
							"select max(cast(stat as integer)), 0 "
							"from \"%w\".sqlite_stat1 where tbl = %Q",
							relation->schema, relation->name))
		.first;
}

/* A file has no more rows than fit into it. */
static void
limit_by_file(dbcsl_advise_estimates *estimates, dbcsl_advise_rows *rows)
{
	double bytes =
		ask(estimates,
			dbcsl_printf(estimates->h,
						 "select page_count * page_size, 0 from "
						 "temp.pragma_page_count, temp.pragma_page_size "
						 "where pragma_page_count.schema = %Q "
						 "and pragma_page_size.schema = %Q",
						 rows->table->relation->schema,
						 rows->table->relation->schema))
			.first;

	if (rows->bytes > 0 && rows->count * rows->bytes > bytes)
		rows->count = bytes / rows->bytes;
}

const dbcsl_advise_rows *
dbcsl_advise_rows_of(dbcsl_advise_estimates *estimates,
					 const dbc_advise_table *table)
{
	dbcsl_host *h = estimates->h;
	const dbc_relation *relation = table->relation;
	const char *shown =
		dbcsl_printf(h, "\"%w\".\"%w\"", relation->schema, relation->name);
	dbcsl_advise_rows *made;
	const dbc_rows *kind;
	bool counted;
	double few;

	for (int i = 0; i < estimates->ntables; i++)
		if (estimates->tables[i]->table == table)
			return estimates->tables[i];
	made = dbcsl_alloc(&h->base, sizeof(*made));
	made->table = table;
	kind = dbc_query(&h->base, "advise/has_rowid", dbc_text(relation->schema),
					 dbc_text(relation->name));
	made->has_statistics =
		kind->nrows > 0 && dbc_get_bool(&h->base, kind, 0, 1);
	if (made->has_statistics)
		made->count = counted_rows(estimates, relation);
	counted = made->count > 0;
	few =
		ask(estimates, dbcsl_printf(h,
									"select count(*), 0 from (select 1 from %s "
									"limit %d)",
									shown, SMALL + 1))
			.first;
	if (few <= SMALL)
	{
		made->count = few;
		made->sample = shown;
	}
	else
	{
		if (kind->nrows > 0 && dbc_get_bool(&h->base, kind, 0, 0))
			made->sample = spread_sample(estimates, shown, &made->count);
		/* most rowids may be in one place, far from the last one */
		if (!made->sample ||
			ask(estimates,
				dbcsl_printf(h, "select count(*), 0 from %s", made->sample))
					.first < SAMPLE / 4)
			made->sample =
				dbcsl_printf(h, "(select * from %s limit %d)", shown, SMALL);
		if (made->count <= 0)
			made->count =
				ask(estimates, dbcsl_printf(h,
											"select count(*), 0 from (select 1 "
											"from %s limit 1000000)",
											shown))
					.first;
	}
	if (made->count < 1)
		made->count = 1;
	estimates->tables =
		dbc_grow(&h->base, estimates->tables, (size_t) estimates->ntables,
				 sizeof(*estimates->tables));
	estimates->tables[estimates->ntables++] = made;
	made->bytes = dbcsl_advise_bytes(estimates, made, NULL, table->ncolumns);
	if (!counted && made->count > SMALL)
		limit_by_file(estimates, made);
	return made;
}

/* ---- estimates ---- */

/* The estimator of Haas and Stokes that PostgreSQL's ANALYZE uses, too: from
 * the numbers of values in the sample, and of those that occur once. */
double
dbcsl_advise_distinct(dbcsl_advise_estimates *estimates,
					  const dbcsl_advise_rows *rows, const int *columns,
					  int ncolumns)
{
	dbcsl_host *h = estimates->h;
	dbcsl_advise_known values, total;
	dbc_buffer list;
	double n, d, once;

	dbc_buffer_init(&list, &h->base);
	for (int i = 0; i < ncolumns; i++)
		dbc_append_format(&list, "%s%s", i > 0 ? ", " : "",
						  rows->table->columns[columns[i]].shown);
	values = ask(estimates,
				 dbcsl_printf(h,
							  "select count(*), count(case when c = 1 then 1 "
							  "end) from (select count(*) as c from %s group "
							  "by %s)",
							  rows->sample, list.data));
	total = ask(estimates,
				dbcsl_printf(h, "select count(*), 0 from %s", rows->sample));
	n = total.first;
	d = values.first;
	once = values.second;
	if (n < 1 || d < 1)
		return 1;
	if (n >= rows->count)
		return d;
	d = n * d / (n - once + once * n / rows->count);
	return d < rows->count ? d : rows->count;
}

double
dbcsl_advise_share(dbcsl_advise_estimates *estimates,
				   const dbcsl_advise_rows *rows, const char *condition)
{
	dbcsl_advise_known found =
		ask(estimates,
			dbcsl_printf(estimates->h,
						 "select count(*), count(case when %s then 1 end) "
						 "from %s",
						 condition, rows->sample));

	if (found.first < 1)
		return 1;
	return (found.second > 0.5 ? found.second : 0.5) / found.first;
}

/* The bytes of columns, of all without a list, in the record format. */
double
dbcsl_advise_bytes(dbcsl_advise_estimates *estimates,
				   const dbcsl_advise_rows *rows, const int *columns,
				   int ncolumns)
{
	dbc_buffer sum;

	dbc_buffer_init(&sum, &estimates->h->base);
	for (int i = 0; i < ncolumns; i++)
	{
		const char *name = rows->table->columns[columns ? columns[i] : i].shown;

		dbc_append_format(&sum,
						  " + 1 + case typeof(%s) when 'integer' then 3 when "
						  "'real' then 8 when 'null' then 0 else "
						  "length(cast(%s as blob)) end",
						  name, name);
	}
	return ask(estimates,
			   dbcsl_printf(estimates->h, "select avg(3%s), 0 from %s",
							sum.data, rows->sample))
		.first;
}
