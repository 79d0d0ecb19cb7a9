/*
 * advise.c
 *	  Plans of the fake host: each index makes them cheaper.
 */
#include "test/unit/fake/script.h"

#include "common/core/text.h"

static void
plan(dbc_host *host, const char *query, int64_t author,
	 const dbc_advise_index *indexes, int nindexes, dbc_advise_trial *trial)
{
	(void) author;
	(void) indexes;
	fake_note(host, "plan")->phase = query;
	*trial =
		(dbc_advise_trial){.cost = 1000.0 / (1 + nindexes),
						   .size_bytes = dbc_alloc(
							   host, ((size_t) nindexes + 1) * sizeof(double))};
}

/* Each query has the same plan. */
static const char *
shape(dbc_host *host, const char *query, int64_t author)
{
	(void) author;
	fake_note(host, "shape")->phase = query;
	return "Seq Scan on item";
}

static void
define(dbc_host *host, const dbc_relation *table, const char *rest,
	   dbc_advise_index *index)
{
	index->sql = dbc_format(host, "CREATE INDEX %s ON %s %s", index->name,
							table->shown, rest);
	index->create = dbc_format(host, "%s;", index->sql);
}

const dbc_advise_host fake_advise = {
	.define = define, .plan = plan, .shape = shape};
