/*
 * verify.c
 *	  Verifying the rows of a table.
 */
#include "sqlite_ext/call/relation.h"
#include "sqlite_ext/check/damage.h"
#include "sqlite_ext/check/row.h"
#include "sqlite_ext/check/salvage.h"
#include "sqlite_ext/core/rooms.h"

/* Bytes of the smallest row in a page: its pointer, two lengths, the rowid and
 * a value. */
#define MIN_ROW 6

/* Tests run in one guard. */
typedef struct attempt
{
	dbcsl_check_verification *v;
	dbcsl_check_row_test *tests;
	int ntests;
} attempt;

static void
try_scan(dbc_host *host, void *arg)
{
	const attempt *a = arg;

	(void) host;
	dbcsl_check_verify_by_scan(a->v, a->tests, a->ntests);
}

static void
try_sort(dbc_host *host, void *arg)
{
	const attempt *a = arg;

	(void) host;
	dbcsl_check_verify_by_sort(a->v, a->tests);
}

/* Stores why a test failed, unless the error ends the call. */
static void
give_up(dbcsl_host *h, dbcsl_check_row_test *test)
{
	if (dbcsl_is_unguarded_error(&h->error))
		dbcsl_rethrow(h);
	test->method = DBCSL_UNVERIFIABLE;
	test->result.reason = h->error.message;
}

static void
close_tests(dbcsl_check_row_test *tests, int ntests)
{
	for (int i = 0; i < ntests; i++)
	{
		dbcsl_check_close_keysets(&tests[i].keys);
		dbcsl_check_close_keysets(&tests[i].repeated);
	}
}

/* Runs tests in one scan; if that fails, runs each half of them in a separate
 * scan, until the failing tests are isolated. */
static void
scan_tests(dbcsl_check_verification *v, dbcsl_check_row_test *tests, int ntests)
{
	attempt a = {v, tests, ntests};

	if (ntests == 0 || dbcsl_try(v->h, try_scan, &a))
		return;
	close_tests(tests, ntests);
	if (ntests == 1 || dbcsl_is_unguarded_error(&v->h->error))
		give_up(v->h, tests);
	else
	{
		scan_tests(v, tests, ntests / 2);
		scan_tests(v, tests + ntests / 2, ntests - ntests / 2);
	}
}

/* Runs the tests that the scan has left to sorting. */
static void
sort_tests(dbcsl_check_verification *v)
{
	for (int i = 0; i < v->ntests; i++)
	{
		dbcsl_check_row_test *test = &v->tests[i];
		attempt a = {v, test, 1};

		if (test->method != DBCSL_SORTED &&
			(test->method != DBCSL_DISTINCT || !test->doubtful))
			continue;
		if (!dbcsl_try(v->h, try_sort, &a))
			give_up(v->h, test);
	}
}

/* The size of the schema with the table, in bytes. */
static int64_t
count_bytes(dbcsl_check_verification *v)
{
	dbc_value schema = dbc_text(v->layout->schema);

	return dbc_get_int(&v->h->base,
					   dbc_query(&v->h->base, "check/size", schema), 0, 0);
}

/* The estimated number of rows.  A cheap upper bound follows from the range of
 * rowids, which may have gaps, and from the size of the database. */
static int64_t
estimate_rows(dbcsl_check_verification *v)
{
	const dbcsl_check_table_layout *layout = v->layout;
	bool exactly = !layout->rowid;
	const dbc_rows *rows;
	int64_t low;
	int64_t high;

	for (int i = 0; i < v->ntests; i++)
		exactly = exactly || v->tests[i].method == DBCSL_DISTINCT;
	if (!exactly)
	{
		if (!dbcsl_check_read_integer_range(v->h, layout, layout->rowid, &low,
											&high))
			return 0;
		return (uint64_t) high - (uint64_t) low < (uint64_t) v->nbytes / MIN_ROW
				   ? high - low + 1
				   : v->nbytes / MIN_ROW;
	}
	rows = dbc_query_text(
		&v->h->base,
		dbc_format(&v->h->base, "select count(*) from %s", layout->from));
	return dbc_get_int(&v->h->base, rows, 0, 0);
}

/* Verifies a table; the caller closes the verification. */
static void
run_verification(dbc_host *host, void *arg)
{
	dbcsl_check_verification *v = arg;

	(void) host;
	v->layout = dbcsl_check_require_layout(v->h, v->task->table);
	dbcsl_check_open_memory_pool(v->h, &v->pool, v->task->memory);
	dbcsl_check_list_tests(v);
	v->nbytes = count_bytes(v);
	v->nrows = estimate_rows(v);
	dbcsl_check_choose_test_values(v);
	scan_tests(v, v->tests, v->ntests);
	sort_tests(v);
}

static void
close_verification(dbcsl_check_verification *v)
{
	for (dbcsl_check_parent_keys *parent = v->parents; parent;
		 parent = parent->next)
		dbcsl_check_close_keysets(&parent->keys);
	close_tests(v->tests, v->ntests);
}

static dbc_check_result *
make_results(dbcsl_check_verification *v, int *nresults)
{
	dbc_check_result *results =
		dbcsl_alloc(&v->h->base, (size_t) (v->ntests + 1) * sizeof(*results));

	*nresults = 0;
	for (int i = 0; i < v->ntests; i++)
	{
		const dbcsl_check_row_test *test = &v->tests[i];
		dbc_check_result *result = &results[*nresults];
		bool unknown = test->method == DBCSL_UNVERIFIABLE;

		if (test->if_violated && test->violations == 0 && !unknown)
			continue;
		*result = test->result;
		result->violations = unknown ? -1 : test->violations;
		if (test->samples && !unknown)
			result->sample_keys = dbc_json_text(test->samples);
		(*nresults)++;
	}
	return results;
}

static const dbc_check_result *
verify(dbc_host *host, const dbc_check_task *task, int *nresults)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_check_verification v = {.h = h, .task = task};
	bool done = dbcsl_try(h, run_verification, &v);

	close_verification(&v);
	if (!done)
		dbcsl_rethrow(h);
	return make_results(&v, nresults);
}

const dbc_check_host dbcsl_check_host = {
	.tables = dbcsl_list_tables,
	.verify = verify,
	.try_rule = dbcsl_check_try_rule,
	.inspect = dbcsl_check_inspect_row,
	.find_lost = dbcsl_check_find_lost,
	.salvage = dbcsl_check_salvage,
};
