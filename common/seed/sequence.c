/*
 * sequence.c
 *	  [PG] Sequences of columns whose values the seed has, which would give the
 *	  same values again.
 *
 * A sequence never goes back.  Others may use it meanwhile, and setval() would
 * undo that: so a sequence that is only a little behind is called, and setval()
 * is left for gaps that nobody else fills in that moment.
 */
#include "common/seed/merge.h"

#include "common/core/excerpt.h"

/* The widest gap that is filled by calls. */
#define MOST_CALLS 1000

/* Columns of seed/sequences.sql. */
enum
{
	Q_COLUMN,
	Q_QUOTED,
	Q_OID,
	Q_SEQUENCE,
	Q_STEP
};

typedef struct sequence
{
	const dbc_seed_work *work;
	const dbc_value *found;
} sequence;

/* Whether a row of the seed has a value of a column. */
static bool
has_values(const dbc_seed_work *work, const char *column)
{
	for (int i = 0; i < work->rows.nrows; i++)
		if (dbc_json_member(work->rows.rows[i], column))
			return true;
	return false;
}

static void
advance(dbc_host *host, void *arg)
{
	const sequence *s = arg;
	long long oid = (long long) s->found[Q_OID].integer;
	int64_t step = s->found[Q_STEP].integer;
	const dbc_rows *rows = dbc_query_text(
		host,
		dbc_format(host,
				   "select m.top, s.last_value - case when s.is_called then 0 "
				   "else %lld end from (select cast(pg_catalog.max(%s) as "
				   "bigint) as top from %s) as m cross join %s as s",
				   (long long) step, s->found[Q_QUOTED].text,
				   s->work->rows.table->qualified, s->found[Q_SEQUENCE].text));
	const dbc_value *row = dbc_get_row(host, rows, 0, "II");
	int64_t calls;

	if (row[0].kind == DBC_NULL || row[0].integer <= row[1].integer)
		return;
	calls = (row[0].integer - row[1].integer - 1) / step + 1;
	if (calls <= MOST_CALLS)
		dbc_query_text(
			host,
			dbc_format(host,
					   "select pg_catalog.max(pg_catalog.nextval(cast(cast"
					   "(%lld as pg_catalog.oid) as pg_catalog.regclass))) "
					   "from pg_catalog.generate_series(1, %lld)",
					   oid, (long long) calls));
	else
		dbc_query_text(
			host, dbc_format(host,
							 "select pg_catalog.setval(cast(cast(%lld as "
							 "pg_catalog.oid) as pg_catalog.regclass), %lld)",
							 oid, (long long) row[0].integer));
}

void
dbc_seed_set_sequences(dbc_host *host, dbc_seed_run *run,
					   const dbc_seed_work *work)
{
	const dbc_rows *rows;

	if (work->counts.created == 0 || !dbc_find_sql(host, "seed/sequences"))
		return;
	rows = dbc_query(host, "seed/sequences",
					 dbc_text(work->rows.table->relation->schema),
					 dbc_text(work->rows.table->relation->name));
	for (int i = 0; i < rows->nrows; i++)
	{
		sequence s = {work, dbc_get_row(host, rows, i, "ttiti")};
		dbc_error error;

		if (!has_values(work, s.found[Q_COLUMN].text) ||
			dbc_guard(host, advance, &s, DBC_KEEP, false, &error))
			continue;
		dbc_seed_add_problem(
			host, &run->problems,
			(dbc_seed_problem){.kind = "difference",
							   .seed = work->seed->name,
							   .column = s.found[Q_COLUMN].text,
							   .message = dbc_format(
								   host,
								   "sequence %s is not set behind the "
								   "values of the seed: %s",
								   s.found[Q_SEQUENCE].text, error.message)});
	}
}
