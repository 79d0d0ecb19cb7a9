/*
 * apply.c
 *	  dbseed_apply: seeds in the order of their foreign keys, all or none.
 *
 * If a row of a seed fails, its rows are tried one by one, to report the
 * problems of all; then the call fails, or in a dry run returns them.
 */
#include <string.h>

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/seed/merge.h"

#define ROWS_BETWEEN_REPORTS 100

/* ---- which seeds ---- */

/* Fails unless a name is that of a seed of the environment. */
static void
require_seed(dbc_host *host, const dbc_seeds *seeds, const char *name,
			 const char *environment)
{
	for (int i = 0; i < seeds->count; i++)
	{
		if (!dbc_same(seeds->items[i].name, name))
			continue;
		if (dbc_seed_is_for(host, &seeds->items[i], environment))
			return;
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "The setting environment says what this database is.",
				 "seed \"%s\" is not for environment \"%s\"", name,
				 environment);
	}
	dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
			 "select name from dbseed_status();", "seed \"%s\" does not exist",
			 name);
}

static bool
is_named(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (dbc_same(*names, name))
			return true;
	return false;
}

/* Reads the rows of a seed, and what it needs. */
static void
open_work(dbc_host *host, dbc_seed_run *run, const dbc_seed *seed)
{
	dbc_seed_work *work = &run->works[run->nworks++];
	const dbc_value name = dbc_text(seed->table_name);
	const dbc_relation *table;

	/* which would be told as an argument in the wrong place */
	if (dbc_may_be_json(seed->table_name))
		dbc_fail(host, DBC_CORRUPTED, NULL, "Register the seed again.",
				 "the table of seed \"%s\" cannot be %s", seed->name,
				 seed->table_name);
	table = dbc_check_user_table(host, &name);
	dbc_require_author(
		host,
		&(dbc_stored){.what = dbc_format(host, "seed \"%s\"", seed->name),
					  .author = seed->author,
					  .hint = "Read its rows, then register the seed yourself: "
							  "call dbseed_add() again."},
		NULL);
	*work = (dbc_seed_work){.seed = seed, .rows = {.name = seed->name}};
	work->rows.table = DBC_CALL(host, ops, describe)(host, table);
	dbc_seed_read_rows(host, &work->rows, (const char *const *) seed->key,
					   seed->rows, &run->problems);
	work->is_flagged = dbc_ops_is_flagged(host, work->rows.table);
	work->links = dbc_query(host, "seed/foreign_keys", dbc_text(table->schema),
							dbc_text(table->name));
	work->images = dbc_query(host, "seed/rows", dbc_text(seed->name));
}

static void
open_works(dbc_host *host, dbc_seed_run *run, const char *environment)
{
	const char *const *names = run->request->names;
	dbc_seeds *seeds = dbc_alloc(host, sizeof(*seeds));

	*seeds = dbc_seed_list(host);
	for (; names && *names; names++)
		require_seed(host, seeds, *names, environment);
	run->works =
		dbc_alloc(host, ((size_t) seeds->count + 1) * sizeof(*run->works));
	for (int i = 0; i < seeds->count; i++)
		if (run->request->names
				? is_named(run->request->names, seeds->items[i].name)
				: dbc_seed_is_for(host, &seeds->items[i], environment))
			open_work(host, run, &seeds->items[i]);
}

/* ---- their order ---- */

/* Whether a seed needs rows of the table of another one. */
static bool
needs(dbc_host *host, const dbc_seed_work *work, const dbc_seed_work *other)
{
	const dbc_relation *table = other->rows.table->relation;

	if (dbc_same(work->rows.table->relation->shown, table->shown))
		return false;
	for (int i = 0; i < work->links->nrows; i++)
	{
		const dbc_value *link = dbc_get_row(host, work->links, i, "ttttt");

		if (dbc_same(link[1].text, table->schema) &&
			dbc_same(link[2].text, table->name))
			return true;
	}
	return false;
}

static bool
is_ready(dbc_host *host, const dbc_seed_run *run, const dbc_seed_work *work)
{
	for (int i = 0; i < run->nworks; i++)
		if (!run->works[i].placed && &run->works[i] != work &&
			needs(host, work, &run->works[i]))
			return false;
	return true;
}

/* Parents first; in a circle by name. */
static dbc_seed_work **
sort_works(dbc_host *host, dbc_seed_run *run)
{
	dbc_seed_work **order =
		dbc_alloc(host, ((size_t) run->nworks + 1) * sizeof(*order));

	for (int n = 0; n < run->nworks; n++)
	{
		dbc_seed_work *next = NULL;

		for (int i = 0; i < run->nworks; i++)
		{
			dbc_seed_work *work = &run->works[i];

			if (work->placed)
				continue;
			if (!next)
				next = work;
			if (is_ready(host, run, work))
			{
				next = work;
				break;
			}
		}
		next->placed = true;
		order[n] = next;
	}
	return order;
}

/* ---- applying ---- */

typedef struct part
{
	dbc_seed_run *run;
	dbc_seed_work *work;
	int *pending; /* numbers of rows that are still to be applied */
	int npending;
	int from; /* of these */
	int to;
	int left; /* that were put off */
} part;

static void
apply_part(dbc_host *host, void *arg)
{
	part *p = arg;

	p->left = p->from;
	for (int i = p->from; i < p->to; i++)
	{
		if (i % ROWS_BETWEEN_REPORTS == 0)
			dbc_progress(host, "seeding", i, p->npending);
		if (dbc_seed_merge(host, p->run, p->work, p->pending[i]) ==
			DBC_SEED_PUT_OFF)
			p->pending[p->left++] = p->pending[i];
	}
}

/* Applies rows one by one; what fails is a problem. */
static void
apply_each(dbc_host *host, part *p)
{
	int end = p->to;
	int left = 0;

	for (int i = 0; i < end; i++)
	{
		dbc_seed_row row = {
			.run = p->run, .work = p->work, .number = p->pending[i]};
		dbc_seed_counts before = p->work->counts;
		dbc_error error;

		p->from = i;
		p->to = i + 1;
		if (!dbc_guard(host, apply_part, p, DBC_KEEP, false, &error))
		{
			p->work->counts = before;
			dbc_seed_note(host, &row, "error", NULL, error.sqlstate,
						  error.message);
		}
		else if (p->left > i)
			p->pending[left++] = p->pending[i];
	}
	p->left = left;
}

/* Applies the rows that are pending. */
static void
apply_pending(dbc_host *host, part *p)
{
	dbc_seed_counts before = p->work->counts;
	dbc_seed_problems problems = p->run->problems;
	int *copy = dbc_alloc(host, ((size_t) p->npending + 1) * sizeof(*copy));
	dbc_error error;

	memcpy(copy, p->pending, (size_t) p->npending * sizeof(*copy));
	p->from = 0;
	p->to = p->npending;
	if (!dbc_guard(host, apply_part, p, DBC_KEEP, false, &error))
	{
		p->work->counts = before;
		p->run->problems = problems;
		p->pending = copy;
		p->from = 0;
		p->to = p->npending;
		apply_each(host, p);
		/* passwords of the first try have been put into the result */
		if (p->run->problems.nerrors == problems.nerrors)
			dbc_rethrow(host, &error);
	}
	p->npending = p->left;
}

/* Applies the rows of a seed; those that need others of it come again. */
static void
apply_work(dbc_host *host, dbc_seed_run *run, dbc_seed_work *work)
{
	part p = {.run = run,
			  .work = work,
			  .npending = work->rows.nrows,
			  .pending = dbc_alloc(host, ((size_t) work->rows.nrows + 1) *
											 sizeof(*p.pending))};
	int before;

	for (int i = 0; i < p.npending; i++)
		p.pending[i] = i;
	do
	{
		before = p.npending;
		apply_pending(host, &p);
	} while (p.npending > 0 && p.npending < before);
	if (p.npending == 0)
		return;
	run->is_last = true;
	apply_pending(host, &p);
	run->is_last = false;
}

/* ---- the result ---- */

static dbc_json_node *
counts_node(dbc_host *host, const dbc_seed_counts *counts)
{
	dbc_json_node *node = dbc_json_object(host);

	DBC_PUT_INT(node, records_created, counts->created);
	DBC_PUT_INT(node, records_updated, counts->updated);
	DBC_PUT_INT(node, records_unchanged, counts->unchanged);
	DBC_PUT_INT(node, records_skipped, counts->skipped);
	DBC_PUT_INT(node, records_removed, counts->removed);
	DBC_PUT_INT(node, conflicts, counts->conflicts);
	DBC_PUT_INT(node, differences, counts->differences);
	DBC_PUT_INT(node, errors, counts->errors);
	return node;
}

static dbc_json_node *
problem_node(dbc_host *host, const dbc_seed_problem *problem)
{
	dbc_json_node *node = dbc_json_object(host);
	const dbc_value key = dbc_json(problem->key);

	DBC_PUT_TEXT(node, kind, problem->kind);
	DBC_PUT_TEXT(node, seed, problem->seed);
	DBC_PUT_VALUE(node, key, &key);
	DBC_PUT_TEXT(node, column, problem->column);
	DBC_PUT_TEXT(node, message, problem->message);
	return node;
}

static dbc_json_node *
result_node(dbc_host *host, const dbc_seed_run *run, dbc_seed_work **order,
			const char *environment)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *seeds = dbc_json_array(host);
	dbc_json_node *problems = dbc_json_array(host);
	int most =
		run->request->verbose || run->problems.count < DBC_SEED_MOST_LISTED
			? run->problems.count
			: DBC_SEED_MOST_LISTED;

	for (int i = 0; i < run->nworks; i++)
	{
		dbc_json_node *seed = counts_node(host, &order[i]->counts);

		DBC_PUT_TEXT(seed, name, order[i]->seed->name);
		DBC_PUT_TEXT(seed, table_name, order[i]->seed->table_name);
		dbc_json_push(seeds, seed);
	}
	for (int i = 0; i < most; i++)
		dbc_json_push(problems, problem_node(host, &run->problems.list[i]));
	DBC_PUT_BOOL(result, success, run->problems.nerrors == 0);
	DBC_PUT_BOOL(result, dry_run, run->request->dry_run);
	DBC_PUT_TEXT(result, environment, environment);
	DBC_PUT(result, seeds, seeds);
	DBC_PUT(result, problems, problems);
	if (dbc_json_length(run->passwords) > 0)
		DBC_PUT(result, passwords, run->passwords);
	return result;
}

/* ---- the call ---- */

typedef struct application
{
	const dbc_seed_request *request;
	const char *environment;
	dbc_json_node *result;
} application;

/* Stores what was done. */
static void
record(dbc_host *host, const dbc_seed_run *run)
{
	const char *actor = dbc_actor(host, dbc_read_settings(host));

	for (int i = 0; i < run->nworks; i++)
		dbc_query(
			host, "seed/applied", dbc_text(run->works[i].seed->name),
			dbc_text(actor),
			dbc_text(dbc_json_text(counts_node(host, &run->works[i].counts))));
}

/* Parents come first, and go last. */
static void
apply_works(dbc_host *host, dbc_seed_run *run, dbc_seed_work **order)
{
	for (int i = 0; i < run->nworks; i++)
		apply_work(host, run, order[i]);
	for (int i = run->nworks - 1; i >= 0 && run->problems.nerrors == 0; i--)
		if (dbc_same(order[i]->seed->mode, "sync"))
			dbc_seed_sync(host, run, order[i]);
	if (run->problems.nerrors > 0 || run->request->dry_run)
		return;
	for (int i = 0; i < run->nworks; i++)
		dbc_seed_set_sequences(host, run, order[i]);
}

static void
apply_all(dbc_host *host, void *arg)
{
	application *a = arg;
	dbc_seed_run run = {.request = a->request,
						.passwords = dbc_json_array(host)};
	dbc_seed_work **order;

	open_works(host, &run, a->environment);
	order = sort_works(host, &run);
	/* what is stored may have been changed by others */
	if (run.problems.nerrors == 0)
		apply_works(host, &run, order);
	if (run.problems.nerrors > 0 && !run.request->dry_run)
		dbc_seed_fail(host, &run.problems, "the seeds are not applied");
	if (!run.request->dry_run)
		record(host, &run);
	a->result = result_node(host, &run, order, a->environment);
}

dbc_json_node *
dbc_seed_apply(dbc_host *host, const dbc_seed_request *request)
{
	application a = {.request = request};
	dbc_error error;

	dbc_need_tables(host);
	dbc_lock(host, dbc_lock_timeout(host));
	a.environment = dbc_setting_text(host, dbc_read_settings(host),
									 DBC_SETTING_environment);
	if (!request->dry_run)
		apply_all(host, &a);
	else if (!dbc_guard(host, apply_all, &a, DBC_UNDO, false, &error))
		dbc_rethrow(host, &error);
	return a.result;
}

/* dbseed_apply(options) */
DBC_RUN(dbseed_apply)
{
	const dbseed_apply_options *given =
		dbc_read_options(host, &args->options, dbseed_apply_options);
	const dbc_seed_request request = {
		.names = (const char *const *) given->names.texts,
		.dry_run = given->dry_run.integer,
		.on_conflict = given->on_conflict.text,
		.verbose = given->verbose.integer};

	dbc_json_emit(host, dbc_seed_apply(host, &request));
}
