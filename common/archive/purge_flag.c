/*
 * purge_flag.c
 *	  Deleting marked rows for good.
 *
 * A marked row is deleted together with the children that a foreign key
 * deletes, if these are marked, past the term and not held, and so are their
 * children.  Rows that others refer to stay, so no foreign key refuses.
 */
#include "common/archive/purge.h"

#include <string.h>

#include "common/archive/stays.h"
#include "common/core/text.h"
#include "common/row/held.h"

const char *
dbc_archive_flag_scope(dbc_host *host, const dbc_archive_purge *p)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, host);
	dbc_append(&sql, p->past);
	if (p->batch)
		dbc_append_format(&sql, " and deletion_id = %lld",
						  (long long) p->batch);
	if (p->row)
		dbc_append_format(&sql, " and (%s)", p->row->condition);
	return sql.data;
}

const char *
dbc_archive_flag_condition(dbc_host *host, const dbc_archive_purge *p)
{
	return dbc_format(
		host, "%s and not (%s)", dbc_archive_flag_scope(host, p),
		dbc_archive_stays(host, p->table,
						  &(dbc_archive_followers){.past = p->past}));
}

/* Keeps how far the purge is; see batch/batch.h. */
static void
keep(dbc_batch_run *run, bool restore)
{
	dbc_archive_purge *p = run->arg;

	strcpy(restore ? p->place : p->kept_place,
		   restore ? p->kept_place : p->place);
	if (restore)
		p->done = p->kept;
	else
		p->kept = p->done;
}

/* The number of marked rows that the purge is about. */
static int64_t
count_scope(dbc_host *host, const dbc_archive_purge *p)
{
	const dbc_rows *rows = dbc_row_read(
		host, dbc_format(host, "select count(*) from %s where %s",
						 p->table->shown, dbc_archive_flag_scope(host, p)));

	return dbc_get_int(host, rows, 0, 0);
}

/* Ends a pass over the table: the last one has found nothing.  Fails if rows
 * were deleted and there are not fewer. */
static void
end_pass(dbc_host *host, dbc_archive_purge *p)
{
	int64_t left;

	p->run.over = p->done.rows == p->done.rows_before;
	if (p->run.over)
		return;
	left = count_scope(host, p);
	if (left >= p->done.rows_left)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "A trigger or a rule of the table inserts them: disable it.",
				 "rows of table %s that were deleted are there again",
				 p->table->shown);
	p->done.rows_before = p->done.rows;
	p->done.rows_left = left;
}

void
dbc_archive_begin_flag(dbc_host *host, dbc_archive_purge *p)
{
	p->keys = dbc_batch_read_table(host, p->table->shown);
	p->place = dbc_archive_new_place(host);
	p->end = dbc_batch_last_place(host, &p->keys, NULL);
	p->kept_place = dbc_alloc(host, DBC_ARCHIVE_PLACE_MAX);
	p->run.keep = keep;
	p->done.rows_left = count_scope(host, p);
}

/* Sets whether a table with mode flag has rows of batches. */
static void
find_rows(dbc_host *host, const char *table, const dbc_rows *batches, bool *has)
{
	const dbc_rows *rows;
	dbc_buffer sql;

	dbc_buffer_init(&sql, host);
	dbc_append_format(
		&sql, "select distinct deletion_id from %s where deletion_id in",
		table);
	for (int i = 0; i < batches->nrows; i++)
		dbc_append_format(&sql, "%s%lld", i > 0 ? ", " : " (",
						  (long long) dbc_get_int(host, batches, i, 0));
	dbc_append(&sql, ") order by 1");
	rows = dbc_row_read(host, sql.data);
	/* both have the order of numbers */
	for (int i = 0, j = 0; i < rows->nrows; i++)
	{
		int64_t found = dbc_get_int(host, rows, i, 0);

		while (j < batches->nrows && dbc_get_int(host, batches, j, 0) < found)
			j++;
		if (j < batches->nrows)
			has[j] = true;
	}
}

/* Forgets batches that have no more rows. */
static void
forget_batches(dbc_host *host, const dbc_archive_purge *p)
{
	const dbc_rows *tables = dbc_query(host, "archive/flag_tables", dbc_null());
	const dbc_rows *batches;
	int64_t last = 0;

	while ((batches = dbc_query(host, "archive/flag_batches",
								dbc_text(p->table->shown), dbc_text(p->cutoff),
								dbc_int(last)))
			   ->nrows > 0)
	{
		bool *has = dbc_alloc(host, (size_t) batches->nrows);

		for (int i = 0; i < batches->nrows; i++)
			has[i] = false;
		for (int i = 0; i < tables->nrows; i++)
			find_rows(host, dbc_get_text(host, tables, i, 0), batches, has);
		for (int i = 0; i < batches->nrows; i++)
			if (!has[i])
				dbc_query(host, "archive/forget_flags",
						  dbc_get_value(host, batches, i, 0));
		last = dbc_get_int(host, batches, batches->nrows - 1, 0);
		dbc_poll(host);
	}
}

char *
dbc_archive_new_place(dbc_host *host)
{
	char *place = dbc_alloc(host, DBC_ARCHIVE_PLACE_MAX);

	place[0] = '\0';
	return place;
}

void
dbc_archive_save_place(dbc_host *host, char *saved, const char *table_name,
					   const char *place)
{
	size_t length = place ? strlen(place) : 0;

	if (length >= DBC_ARCHIVE_PLACE_MAX)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "a key of table %s is longer than %d bytes", table_name,
				 DBC_ARCHIVE_PLACE_MAX - 1);
	memcpy(saved, place ? place : "", length + 1);
}

/* Deletes the marked rows of the next range.  Rows may have been parents of
 * rows that came later, so passes go on until one finds nothing. */
void
dbc_archive_step_flag(dbc_host *host, dbc_batch_run *run)
{
	dbc_archive_purge *p = run->arg;
	const char *alias = dbc_quote(host, p->table->name);
	dbc_script script = {.label = "the purge",
						 .first_line = 1,
						 .has_places = true,
						 .is_own = true,
						 .as_owner = p->policy == 0,
						 /* those who apply a policy may not be its owner */
						 .is_fix = p->policy != 0};
	const char *place = p->place[0] ? p->place : NULL;
	const char *next;
	const char *wanted;
	dbc_value last; /* of the deleted rows that are kept */
	int64_t rows;

	dbc_exclude(host, DBC_X_HOLDS);
	if (!p->end)
	{
		run->over = true;
		return;
	}
	next = dbc_batch_nth_place(host, &p->keys, place, p->end, run->rows);
	run->done = next ? run->rows : 1;
	wanted = dbc_format(
		host, "(%s) and %s",
		dbc_batch_range(host, &p->keys, alias, place, next ? next : p->end),
		dbc_archive_flag_condition(host, p));
	dbc_archive_leave_files_of(host, p->files, p->table, wanted);
	dbc_split(
		host,
		dbc_format(host, "delete from %s where %s", p->table->shown, wanted),
		&script);
	last = dbc_get_value(host, dbc_query(host, "archive/last_trash"), 0, 0);
	rows = dbc_run_script(host, &script, NULL)->affected;
	if (rows > 0)
	{
		dbc_archive_lose_links(host, last, dbc_int(INT64_MAX));
		dbc_query(host, "archive/forget_purged", last);
	}
	p->done.rows += rows;
	p->done.steps += rows > 0 && p->done.last_turn != run->turn;
	if (rows > 0)
		p->done.last_turn = run->turn;
	dbc_archive_save_place(host, p->place, p->table->shown, next);
	if (next)
		return;
	end_pass(host, p);
	if (run->over)
		forget_batches(host, p);
}
