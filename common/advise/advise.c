/*
 * advise.c
 *	  dbhealth_advise(): indexes for a query, or for what monitoring has seen.
 */
#include "common/core/functions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/advise/choose.h"
#include "common/advise/seen.h"
#include "common/core/options.h"
#include "common/core/sort.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "common/sample/host.h"

#define DEFAULT_LIMIT 5

/* Of the statements that monitoring has seen, those that have taken the most
 * time. */
#define MOST_QUERIES 20

/* ---- queries ---- */

static int
by_total_ms(const void *left, const void *right)
{
	const dbc_sample_statement_stats *l = left;
	const dbc_sample_statement_stats *r = right;

	if (l->total_ms != r->total_ms)
		return l->total_ms < r->total_ms ? 1 : -1;
	return strcmp(l->fingerprint, r->fingerprint);
}

/* The statements that monitoring has seen, the most expensive first. */
static dbc_sample_statement_stats *
read_statements(dbc_host *host, int *nstats)
{
	const char *missing = NULL;
	const dbc_sample_statement_stats *all =
		dbc_sample_read_statements(host, nstats, &missing);
	dbc_sample_statement_stats *sorted;

	if (!all)
		dbc_fail(host, DBC_NOT_READY, missing,
				 "Pass the text of a query, or call dbmonitor_start().",
				 "statements are not counted");
	sorted = dbc_alloc(host, ((size_t) *nstats + 1) * sizeof(*sorted));
	memcpy(sorted, all, (size_t) *nstats * sizeof(*sorted));
	dbc_sort(sorted, (size_t) *nstats, sizeof(*sorted), by_total_ms);
	return sorted;
}

/* Adds statements of monitoring: all, or the one with a fingerprint. */
static int
add_statements(dbc_host *host, dbc_advise_schema *schema,
			   const char *fingerprint, dbc_advise_work *work)
{
	int nstats;
	int nwork = 0;
	const dbc_sample_statement_stats *stats = read_statements(host, &nstats);

	for (int i = 0; i < nstats && nwork < MOST_QUERIES; i++)
	{
		const char *text;

		if (fingerprint ? !dbc_same(stats[i].fingerprint, fingerprint)
						: !dbc_advise_has_plan(host, stats[i].query))
			continue;
		text = dbc_advise_plannable_text(host, stats[i].query);
		work[nwork++] = (dbc_advise_work){
			.query = dbc_advise_read_query(host, schema, text),
			.fingerprint = stats[i].fingerprint,
			.author = stats[i].author,
			.total_ms = stats[i].total_ms > 0 ? stats[i].total_ms : 1};
	}
	if (fingerprint && nwork == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "List the statements with dbmonitor_queries().",
				 "no statement has the fingerprint %s", fingerprint);
	return nwork;
}

static bool
is_fingerprint(const char *text)
{
	return strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16;
}

/* The workload of a call. */
static int
read_work(dbc_host *host, const dbc_value *query, dbc_advise_work *work)
{
	dbc_advise_schema *schema = dbc_alloc(host, sizeof(*schema));
	dbc_advise_trial trial = {0};

	if (query->kind == DBC_NULL)
		return add_statements(host, schema, NULL, work);
	if (is_fingerprint(query->text))
		return add_statements(host, schema, query->text, work);
	dbc_refuse_options(host, query->text, "query");
	dbc_advise_check_statement(host, query->text);
	/* raises the errors of the text, which trials do not */
	host->rooms.advise->plan(host, query->text, 0, NULL, 0, &trial);
	work[0] = (dbc_advise_work){
		.query = dbc_advise_read_query(host, schema, query->text),
		.total_ms = 1};
	return 1;
}

/* ---- results ---- */

static int
percent_saved(double share)
{
	return share < 0.01 ? 99 : (int) (100 * (1 - share) + 0.5);
}

/* How much cheaper queries get.  Without costs of the planner, in test/truth/advice.pl
 * the factor of the virtual machine's steps is between the root of the estimate
 * and the estimate times its root. */
static const char *
saving_of(dbc_host *host, const dbc_advise_choice *choice)
{
	double share = choice->cost_after / choice->cost_before;
	double root = sqrt(share);

	if (host->traits->costs ||
		percent_saved(root) == percent_saved(share * root))
		return dbc_format(host, "%d", percent_saved(share));
	return dbc_format(host, "%d to %d", percent_saved(root),
					  percent_saved(share * root));
}

/* Why an index is advised. */
static const char *
reason_of(dbc_host *host, const dbc_advise_choice *choice)
{
	const dbc_advise_candidate *candidate = choice->candidate;
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	dbc_append_format(
		&text, "index on %s (%s) makes %s %s %% cheaper",
		candidate->table->relation->shown, candidate->keys,
		choice->fingerprints[0]
			? dbc_format(host, "%d %s", choice->nqueries,
						 choice->nqueries == 1 ? "query" : "queries")
			: "the query",
		saving_of(host, choice));
	for (int i = 0; i < choice->nqueries && choice->fingerprints[i]; i++)
		dbc_append_format(&text, "%s %s", i > 0 ? "," : ":",
						  choice->fingerprints[i]);
	if (candidate->extra)
		dbc_append_format(&text, "; with %s it has every column that is read",
						  candidate->extra);
	if (candidate->condition)
		dbc_append_format(&text, "; it has only the rows where %s",
						  candidate->condition);
	return text.data;
}

/* Reports the statements that were not planned. */
static void
emit_problems(dbc_host *host, const dbc_advise_work *work, int nwork)
{
	for (int i = 0; i < nwork; i++)
		if (work[i].problem && work[i].fingerprint)
			dbc_emit(
				host, dbc_null(), dbc_null(), dbc_null(), dbc_null(),
				dbc_null(), dbc_null(), dbc_null(),
				dbc_text(dbc_format(host, "statement %s was not analyzed: %s",
									work[i].fingerprint, work[i].problem)));
}

/* dbhealth_advise(query, options) */
DBC_RUN(dbhealth_advise)
{
	const dbhealth_advise_options *given =
		dbc_read_options(host, &args->options, dbhealth_advise_options);
	int limit = (int) dbc_option_or(&given->limit, DEFAULT_LIMIT);
	dbc_advise_work *work = dbc_alloc(host, (MOST_QUERIES + 1) * sizeof(*work));
	dbc_advise_choice *choices =
		dbc_alloc(host, (size_t) limit * sizeof(*choices));
	int nwork, nchoices;

	dbc_require(host, host->rooms.advise != NULL, "advise");
	nwork = read_work(host, &args->query, work);
	nchoices = dbc_advise_choose(host, work, nwork, limit, choices);
	for (int i = 0; i < nchoices; i++)
	{
		const dbc_advise_choice *choice = &choices[i];
		const dbc_advise_table *table = choice->candidate->table;

		dbc_emit(host, dbc_text(table->relation->shown),
				 dbc_text(choice->candidate->index.create),
				 dbc_real(choice->cost_before), dbc_real(choice->cost_after),
				 dbc_int(choice->nqueries),
				 dbc_real(1.0 / (1 + table->nindexes)),
				 dbc_int((int64_t) choice->size_bytes),
				 dbc_text(reason_of(host, choice)));
	}
	emit_problems(host, work, nwork);
}
