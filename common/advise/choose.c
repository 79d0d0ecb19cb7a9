/*
 * choose.c
 *	  Chooses indexes by trying them: the one that saves most, then the one that
 *	  saves most besides it, until nothing saves enough.
 *
 * This is the greedy algorithm of Chaudhuri and Narasayya, "An efficient,
 * cost-driven index selection tool" (VLDB 1997).
 */
#include "common/advise/choose.h"

#include "common/core/text.h"

/* An index must save this share of the cost of the queries it changes, since
 * estimates are not better than that. */
#define LEAST_SHARE 0.1

/* It must save a query this much: ten pages or a thousand rows in the unit of
 * PostgreSQL's seq_page_cost and cpu_tuple_cost.  A smaller query takes less
 * time to run than to plan. */
#define LEAST_COST 10

/* No query may get more expensive by this share. */
#define MOST_HARM 0.02

/* Each column must save this share, too: it makes the index larger. */
#define COLUMN_SHARE 0.02

typedef struct chooser
{
	dbc_host *host;
	dbc_advise_work *work;
	int nwork;
	double *costs;	 /* per query, with the chosen indexes; negative: unknown */
	double *weights; /* per query: time per cost */
	double *trial;	 /* per query: costs with one more */
	double *sizes;	 /* of the indexes of the last trial */
	dbc_advise_candidates candidates;
	bool *useful; /* per candidate: cheaper for the query it was made for */
	dbc_advise_index *indexes;
	const dbc_advise_candidate **chosen;
	int nchosen;
} chooser;

/* ---- trials ---- */

typedef struct planning
{
	const dbc_advise_work *work;
	const dbc_advise_index *indexes;
	int nindexes;
	dbc_advise_trial *trial;
} planning;

static void
plan(dbc_host *host, void *arg)
{
	const planning *p = arg;

	host->rooms.advise->plan(host, p->work->query->text, p->work->author,
							 p->indexes, p->nindexes, p->trial);
}

/* The cost of a query with the chosen indexes and one more, unless that is
 * NULL; negative if it cannot be planned. */
static double
cost_of(chooser *c, int query, const dbc_advise_candidate *more)
{
	dbc_advise_trial trial = {0};
	planning p = {&c->work[query], c->indexes, c->nchosen, &trial};
	dbc_error error;

	for (int i = 0; i < c->nchosen; i++)
		c->indexes[i] = c->chosen[i]->index;
	if (more)
		c->indexes[p.nindexes++] = more->index;
	dbc_poll(c->host);
	if (!dbc_guard(c->host, plan, &p, DBC_UNDO, true, &error))
	{
		/* with an index more it could fail because of the index */
		if (p.nindexes == 0)
			c->work[query].problem = dbc_format(c->host, "%s", error.message);
		return -1;
	}
	for (int i = 0; i < p.nindexes; i++)
		c->sizes[i] = trial.size_bytes[i];
	return more && trial.unused ? c->costs[query] : trial.cost;
}

/* Whether a query names a table. */
static bool
uses_table(const dbc_advise_query *query, const dbc_advise_table *table)
{
	for (int i = 0; i < query->nsources; i++)
		if (query->sources[i].table == table)
			return true;
	return false;
}

/* Whether an index saves enough. */
static bool
saves(double before, double after)
{
	return after >= 0 && before - after >= LEAST_COST &&
		   before - after >= before * LEAST_SHARE;
}

/* The number of columns of a candidate. */
static int
width_of(const dbc_advise_candidate *candidate)
{
	int width = 1 + (candidate->extra != NULL) + (candidate->condition != NULL);

	for (const char *c = candidate->keys; *c; c++)
		width += *c == ',';
	for (const char *c = candidate->extra ? candidate->extra : ""; *c; c++)
		width += *c == ',';
	return width;
}

/* ---- choosing ---- */

/* The time that one more index saves, less a share for each column; 0 if it
 * does not save enough.  Fills c->trial. */
static double
gain_of(chooser *c, const dbc_advise_candidate *candidate)
{
	double before = 0;
	double gain = 0;
	bool saved = false;

	for (int i = 0; i < c->nwork; i++)
	{
		c->trial[i] = c->costs[i];
		if (c->costs[i] < 0 || !uses_table(c->work[i].query, candidate->table))
			continue;
		c->trial[i] = cost_of(c, i, candidate);
		if (c->trial[i] < 0 || c->trial[i] > c->costs[i] * (1 + MOST_HARM))
			return 0;
		if (c->trial[i] >= c->costs[i])
			continue;
		saved |= saves(c->costs[i], c->trial[i]);
		before += c->costs[i] * c->weights[i];
		gain += (c->costs[i] - c->trial[i]) * c->weights[i];
	}
	return saved && gain >= before * LEAST_SHARE
			   ? gain - before * COLUMN_SHARE * width_of(candidate)
			   : 0;
}

/* Adds the candidates of each query that make it cheaper. */
static void
find_useful(chooser *c)
{
	for (int i = 0; i < c->nwork; i++)
	{
		int first = c->candidates.count;

		if (c->costs[i] < LEAST_COST)
			continue;
		dbc_advise_add_candidates(c->host, c->work[i].query, &c->candidates);
		for (int k = first; k < c->candidates.count; k++)
		{
			dbc_progress(c->host, "trying indexes", i, c->nwork);
			c->useful =
				dbc_grow(c->host, c->useful, (size_t) k, sizeof(*c->useful));
			c->useful[k] =
				saves(c->costs[i], cost_of(c, i, &c->candidates.list[k]));
		}
	}
	dbc_progress_end(c->host, c->nwork);
}

/* The candidate that saves most; NULL if none saves enough. */
static const dbc_advise_candidate *
find_best(chooser *c)
{
	const dbc_advise_candidate *best = NULL;
	double most = 0;

	for (int i = 0; i < c->candidates.count; i++)
	{
		double gain = c->useful[i] ? gain_of(c, &c->candidates.list[i]) : 0;

		if (gain > most)
		{
			most = gain;
			best = &c->candidates.list[i];
		}
	}
	return best;
}

/* Chooses an index. */
static void
take(chooser *c, const dbc_advise_candidate *candidate)
{
	gain_of(c, candidate);
	for (int i = 0; i < c->nwork; i++)
		c->costs[i] = c->trial[i];
	c->chosen[c->nchosen++] = candidate;
}

/* Reads the costs without any index. */
static void
start(chooser *c)
{
	c->nchosen = 0;
	for (int i = 0; i < c->nwork; i++)
	{
		c->costs[i] = cost_of(c, i, NULL);
		c->weights[i] = c->costs[i] > 0 ? c->work[i].total_ms / c->costs[i] : 0;
	}
}

/* Leaves out an index that later ones have made useless. */
static void
drop_useless(chooser *c)
{
	for (int i = 0; i < c->nchosen; i++)
	{
		const dbc_advise_candidate *candidate = c->chosen[i];

		c->nchosen--;
		for (int k = i; k < c->nchosen; k++)
			c->chosen[k] = c->chosen[k + 1];
		for (int k = 0; k < c->nwork; k++)
			c->costs[k] = c->costs[k] < 0 ? -1 : cost_of(c, k, NULL);
		if (gain_of(c, candidate) <= 0)
		{
			i--;
			continue;
		}
		for (int k = c->nchosen++; k > i; k--)
			c->chosen[k] = c->chosen[k - 1];
		c->chosen[i] = candidate;
	}
}

/* Describes the next choice: its queries with their costs. */
static void
describe(chooser *c, const dbc_advise_candidate *candidate,
		 dbc_advise_choice *choice)
{
	*choice = (dbc_advise_choice){
		.candidate = candidate,
		.fingerprints =
			dbc_alloc(c->host, ((size_t) c->nwork + 1) * sizeof(char *))};
	gain_of(c, candidate);
	choice->size_bytes = c->sizes[c->nchosen];
	for (int i = 0; i < c->nwork; i++)
		if (c->costs[i] >= 0 && c->trial[i] < c->costs[i] * (1 - MOST_HARM))
		{
			choice->cost_before += c->costs[i];
			choice->cost_after += c->trial[i];
			choice->fingerprints[choice->nqueries++] = c->work[i].fingerprint;
		}
}

int
dbc_advise_choose(dbc_host *host, dbc_advise_work *work, int nwork, int limit,
				  dbc_advise_choice *choices)
{
	size_t n = (size_t) nwork + 1;
	size_t room = (size_t) limit + 2;
	chooser c = {.host = host,
				 .work = work,
				 .nwork = nwork,
				 .costs = dbc_alloc(host, n * sizeof(double)),
				 .weights = dbc_alloc(host, n * sizeof(double)),
				 .trial = dbc_alloc(host, n * sizeof(double)),
				 .sizes = dbc_alloc(host, room * sizeof(double)),
				 .indexes = dbc_alloc(host, room * sizeof(*c.indexes)),
				 .chosen = dbc_alloc(host, room * sizeof(*c.chosen))};
	const dbc_advise_candidate *best;
	int found;

	start(&c);
	find_useful(&c);
	while (c.nchosen < limit && (best = find_best(&c)))
		take(&c, best);
	drop_useless(&c);
	found = c.nchosen;
	start(&c);
	for (int i = 0; i < found; i++)
	{
		describe(&c, c.chosen[i], &choices[i]);
		take(&c, c.chosen[i]);
	}
	return found;
}
