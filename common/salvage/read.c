/*
 * read.c
 *	  [PG] Reading a damaged table: as many blocks at once as can be read, then
 *	  row by row.  What fails is undone, and named.
 */
#include "common/salvage/salvage.h"

#include "common/core/text.h"

/* Blocks that are read at once, at first. */
#define PIECE 256

typedef struct reading
{
	dbc_salvage *s;
	dbc_check_range range;
	int64_t rows;
	const dbc_rows *problems; /* of rows of the blocks */
	bool *unsound;			  /* rows of a block that no query must read */
	int places;				  /* of rows in that block */
} reading;

/* Finds the places of rows in a block; returns whether a query can read all. */
static bool
mark_unsound(dbc_host *host, reading *r, int64_t block)
{
	bool sound = true;

	r->places =
		DBC_CALL(host, check, mark_unsound)(host, r->s->oid, block, r->unsound);
	for (int item = 1; item <= r->places; item++)
		sound = sound && !r->unsound[item];
	return sound;
}

static void
copy(dbc_host *host, void *arg)
{
	reading *r = arg;

	r->rows = DBC_CALL(host, check, copy_rows)(host, r->s->oid,
											   &r->s->new_table, &r->range);
}

static void
read_blocks(dbc_host *host, void *arg)
{
	reading *r = arg;
	const dbc_salvage *s = r->s;

	for (int64_t block = r->range.first; block < r->range.end; block++)
		if (!mark_unsound(host, r, block))
			dbc_fail(host, DBC_CORRUPTED, NULL, NULL, "rows are damaged");
	if (s->verify)
		r->problems = dbc_query_text(
			host,
			dbc_format(
				host,
				"select v.blkno, v.offnum, v.msg from "
				"%s(%lld::pg_catalog.oid::pg_catalog.regclass, false, true, "
				"'none', %lld, %lld) as v order by 1, 2",
				s->verify, (long long) s->oid, (long long) r->range.first,
				(long long) r->range.end - 1));
	if (r->problems && r->problems->nrows > 0)
		dbc_fail(host, DBC_CORRUPTED, NULL, NULL, "rows are damaged");
	copy(host, r);
}

/* What is wrong with a row by the tests of its block, or NULL. */
static const char *
problem_of(dbc_host *host, const reading *r, int64_t item)
{
	if (r->unsound[item])
		return "it lies outside its page";
	for (int i = 0; r->problems && i < r->problems->nrows; i++)
		if (dbc_get_int(host, r->problems, i, 1) == item)
			return dbc_get_text(host, r->problems, i, 2);
	return NULL;
}

/* Finds what no query must read of a block. */
static void
read_places(dbc_host *host, void *arg)
{
	reading *r = arg;

	(void) mark_unsound(host, r, r->range.first);
}

/* Reads the rows of a block one by one. */
static void
read_items(dbc_host *host, reading *r)
{
	dbc_salvage *s = r->s;
	dbc_error error;

	s->bad = dbc_grow(host, s->bad, (size_t) s->nbad, sizeof(*s->bad));
	s->bad[s->nbad++] = r->range.first;
	if (!dbc_guard(host, read_places, r, DBC_UNDO, false, &error))
	{
		dbc_salvage_add_problem(host, s, r->range.first, 0, error.message);
		return;
	}
	for (int64_t item = 1; item <= r->places; item++)
	{
		reading one = {.s = s, .range = r->range};
		const char *problem = problem_of(host, r, item);

		one.range.item = item;
		if (!problem && !dbc_guard(host, copy, &one, DBC_KEEP, false, &error))
			problem = error.message;
		if (problem)
			dbc_salvage_add_problem(host, s, r->range.first, item, problem);
		else
			s->rows += one.rows;
	}
}

/* Whether a failure says nothing about the rows: a right, a lock, the disk. */
static bool
is_of_place(const dbc_error *error)
{
	static const char *const classes[] = {"25", "40", "42", "53", "55", "57"};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (dbc_starts_with(error->sqlstate, classes[i]))
			return true;
	return false;
}

/* Reads blocks, in smaller pieces where that fails. */
static void
read_range(dbc_host *host, dbc_salvage *s, int64_t first, int64_t end)
{
	reading r = {.s = s,
				 .range = {first, end, 0},
				 .unsound = dbc_alloc(host, DBC_BLOCK_ROWS * sizeof(bool))};
	dbc_error error;

	dbc_poll(host);
	if (dbc_guard(host, read_blocks, &r, DBC_KEEP, false, &error))
	{
		s->rows += r.rows;
		return;
	}
	if (is_of_place(&error))
		dbc_fail(host, error.sqlstate, error.detail, error.hint, "%s",
				 error.message);
	if (end - first == 1)
	{
		read_items(host, &r);
		return;
	}
	read_range(host, s, first, first + (end - first) / 2);
	read_range(host, s, first + (end - first) / 2, end);
}

void
dbc_salvage_read(dbc_host *host, dbc_salvage *s)
{
	for (int64_t first = 0; first < s->blocks; first += PIECE)
	{
		dbc_progress(host, "reading blocks", first, s->blocks);
		read_range(host, s, first,
				   first + PIECE < s->blocks ? first + PIECE : s->blocks);
	}
}
