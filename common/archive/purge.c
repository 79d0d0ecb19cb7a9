/*
 * purge.c
 *	  dbarchive_purge: deleting deleted rows for good.
 *
 * The trash is read in the order of its numbers.  A batch is deleted as a
 * whole, since it can only be restored as a whole.
 */
#include "common/archive/purge.h"

#include "common/archive/stays.h"
#include "common/check/user_table.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/held.h"
#include "common/row/moved.h"

/* [SQLite] The rows of the trash that are tested and deleted at once: their
 * pages must fit into the cache, since they are read twice. */
#define RANGE_ROWS 1000

static dbc_value
only_key(const dbc_archive_purge *p)
{
	return dbc_text(p->identities);
}

/* ---- mode trash ---- */

/* Tests whether a batch is purged. */
static void
test_batch(dbc_host *host, dbc_archive_purge *p, int slot, int64_t batch)
{
	p->tested[slot] = batch;
	p->wanted[slot] =
		batch != 0 &&
		dbc_get_bool(host,
					 dbc_query(host, "archive/purge_batch", dbc_int(batch),
							   dbc_text(p->table->shown)),
					 0, 0);
}

/* Tests the batches that may have rows on both sides of an end of the range:
 * that of its last row; the one before was tested for the range before, unless
 * rows were held since. */
static void
test_ends(dbc_host *host, dbc_archive_purge *p, int64_t last_batch)
{
	int64_t hold =
		dbc_get_int(host, dbc_query(host, "archive/last_hold"), 0, 0);

	if (hold != p->hold)
		test_batch(host, p, 1, p->tested[1]);
	p->hold = hold;
	p->tested[0] = p->tested[1];
	p->wanted[0] = p->wanted[1];
	if (last_batch != p->tested[1])
		test_batch(host, p, 1, last_batch);
}

/* A tested batch if it is purged, or if it is not; or 0. */
static dbc_value
tested(const dbc_archive_purge *p, int slot, bool wanted)
{
	return dbc_int(p->wanted[slot] == wanted ? p->tested[slot] : 0);
}

/* [SQLite] Whether all rows of the trash up to a number are purged, and without
 * further work. */
static bool
is_whole(dbc_host *host, const dbc_archive_purge *p, int64_t end)
{
	for (int i = 0; i < 2; i++)
		if (p->tested[i] != 0 && !p->wanted[i])
			return false;
	return !p->batch && !p->row && p->files->nrows == 0 &&
		   p->range_rows == RANGE_ROWS &&
		   dbc_get_bool(host,
						dbc_query(host, "archive/purge_whole",
								  dbc_int(p->after), dbc_int(end),
								  dbc_text(p->cutoff),
								  dbc_text(p->table->shown)),
						0, 0);
}

/* Deletes the rows of the trash up to a number that are purged; returns how
 * many these are. */
static int64_t
delete_range(dbc_host *host, const dbc_archive_purge *p, int64_t end)
{
	const dbc_rows *rows;

	dbc_archive_lose_links(host, dbc_int(p->after), dbc_int(end));
	if (is_whole(host, p, end))
		return dbc_query(host, "archive/purge_range", dbc_int(p->after),
						 dbc_int(end))
			->affected;
	rows = dbc_query_sql(
		host, p->statement,
		DBC_VALUES(dbc_int(p->after), dbc_int(end), dbc_text(p->cutoff),
				   dbc_text(p->table->shown), dbc_int(p->batch), only_key(p),
				   tested(p, 0, true), tested(p, 1, true), tested(p, 0, false),
				   tested(p, 1, false), dbc_text(p->unpurgeable)));
	dbc_archive_leave_files(host, p->files, rows);
	return rows->affected;
}

/* Deletes the rows of the next range of the trash; false after the last one. */
static bool
purge_range(dbc_host *host, dbc_archive_purge *p, int64_t size,
			int64_t *deleted)
{
	const dbc_rows *window =
		dbc_query(host, "archive/purge_window", dbc_int(p->after),
				  dbc_int(p->up_to), dbc_int(size - 1));
	bool over = window->nrows == 0;
	int64_t end = over ? p->up_to : dbc_get_int(host, window, 0, 0);

	test_ends(host, p, over ? 0 : dbc_get_int(host, window, 0, 1));
	*deleted += delete_range(host, p, end);
	p->after = end;
	return !over;
}

/* [PG] Holds deleted rows whose keys are other spellings of those of held rows.
 * Waits for those who are deleting rows: they could commit between this and the
 * statement that tests the holds. */
static void
hold_spellings(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "archive/held_tables");
	bool is_locked = false;

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_relation *table =
			dbc_resolve(host, dbc_get_text(host, rows, i, 0));

		if (dbc_row_read_rule(host, table).is_exact)
			continue;
		if (!is_locked)
			dbc_query(host, "archive/lock_trash");
		is_locked = true;
		dbc_row_hold_spellings(host, table);
	}
}

/* Deletes rows of the trash. */
static void
step_trash(dbc_host *host, dbc_batch_run *run)
{
	dbc_archive_purge *purge = run->arg;
	dbc_archive_purge next = *purge; /* unless the batch fails */
	dbc_archive_purge *p = &next;
	int64_t left = run->rows;
	int64_t deleted = 0;
	int64_t size;

	dbc_exclude(host, DBC_X_HOLDS);
	if (dbc_find_sql(host, "archive/held_tables"))
		hold_spellings(host);
	for (; !run->over && left > 0 && !run->cut; left -= size)
	{
		size = p->range_rows < left ? p->range_rows : left;
		run->over = !purge_range(host, p, size, &deleted);
		run->cut = left > size && !dbc_batch_has_time(host, run);
	}
	run->done = run->over ? 1 : run->rows - left;
	next.done.rows += deleted;
	next.done.steps += deleted > 0;
	next.run = *run;
	*purge = next;
}

/* The statement that deletes rows, returning what their files need. */
static const dbc_sql *
with_files(dbc_host *host, const dbc_sql *purge)
{
	dbc_sql *statement = dbc_alloc(host, sizeof(*statement));

	*statement = *purge;
	statement->name = "archive/purge, with files";
	statement->text = dbc_format(
		host, "%s\nreturning table_name, row_key, row_data, %s as table_id",
		purge->text, host->traits->lasting_numbers ? "table_id" : "0");
	statement->columns = "table_name, row_key, row_data, table_id";
	statement->ncolumns = 4;
	return statement;
}

static void
begin_trash(dbc_host *host, dbc_archive_purge *p)
{
	const dbc_rows *span =
		dbc_query(host, "archive/purge_span", dbc_int(p->batch), only_key(p),
				  dbc_text(p->table->shown));

	p->statement = dbc_find_sql(host, "archive/purge");
	if (p->files->nrows > 0)
		p->statement = with_files(host, p->statement);
	p->after = dbc_get_int(host, span, 0, 0);
	p->up_to = dbc_get_int(host, span, 0, 1);
	p->range_rows =
		dbc_find_sql(host, "archive/purge_whole") ? RANGE_ROWS : INT64_MAX;
}

/* ---- the call ---- */

/* Finds the held rows, of tables that still exist. */
static void
find_held(dbc_host *host, const dbc_archive_purge *p)
{
	if (p->table->name)
		dbc_archive_visit_family(host, p->table, dbc_row_find_held);
}

/* What is left is found again; a policy has what was done. */
static void
stop(dbc_host *host, dbc_batch_run *run, const char *error)
{
	dbc_archive_purge *p = run->arg;

	p->failed = true;
	if (p->policy)
		dbc_query(host, "archive/policy_note", dbc_int(p->policy),
				  dbc_text("purge"), dbc_int(p->done.rows), dbc_bool(true),
				  dbc_text(error ? error : "stopped by max_seconds"));
}

void
dbc_archive_execute_purge(dbc_host *host, dbc_archive_purge *p)
{
	bool is_flag = dbc_same(p->mode, "flag");

	find_held(host, p);
	p->files = dbc_archive_file_columns(host);
	(is_flag ? dbc_archive_begin_flag : begin_trash)(host, p);
	p->run.step = is_flag ? dbc_archive_step_flag : step_trash;
	p->run.stop = stop;
	p->run.table = p->table;
	p->run.arg = p;
	host->lock_timeout_ms = p->run.batch_ms;
	dbc_commit(host, 0);
	dbc_batch_execute(host, &p->run);
}

/* The number of rows of a table, their bytes, and when the first and the last
 * one were deleted. */
static dbc_json_node *
preview_table(dbc_host *host, const char *name, const dbc_value *cells)
{
	dbc_json_node *table = dbc_json_object(host);

	DBC_PUT_TEXT(table, table_name, name);
	DBC_PUT_INT(table, rows, cells[0].integer);
	DBC_PUT_INT(table, bytes, cells[1].integer);
	DBC_PUT_TEXT(table, oldest, cells[2].text);
	DBC_PUT_TEXT(table, newest, cells[3].text);
	return table;
}

/* The most batches that a result names. */
#define MOST_LEFT 100

void
dbc_archive_put_left(dbc_host *host, const dbc_archive_purge *p,
					 dbc_json_node *result)
{
	dbc_json_node *batches;
	const dbc_rows *left;

	if (dbc_same(p->mode, "flag") || dbc_same(p->unpurgeable, "[]"))
		return;
	left = dbc_query(host, "archive/purge_left", dbc_text(p->cutoff),
					 dbc_text(p->table->shown), dbc_int(p->batch), only_key(p),
					 dbc_text(p->unpurgeable));
	if (left->nrows == 0)
		return;
	batches = dbc_json_array(host);
	for (int i = 0; i < left->nrows && i < MOST_LEFT; i++)
		dbc_json_push_value(batches, dbc_get_row(host, left, i, "i"));
	DBC_PUT_INT(result, left, left->nrows);
	DBC_PUT(result, left_batches, batches);
}

/* What a purge of the trash would delete. */
static void
preview_trash(dbc_host *host, const dbc_archive_purge *p, dbc_json_node *result)
{
	const dbc_rows *rows =
		dbc_query(host, "archive/purge_preview", dbc_text(p->cutoff),
				  dbc_text(p->table->shown), dbc_int(p->batch), only_key(p),
				  dbc_text(p->unpurgeable));
	dbc_json_node *tables = dbc_json_array(host);
	int64_t count = 0;
	int64_t held = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tbiiTT");

		if (cells[1].integer)
		{
			held += cells[2].integer;
			continue;
		}
		count += cells[2].integer;
		dbc_json_push(tables, preview_table(host, cells[0].text, cells + 2));
	}
	DBC_PUT_INT(result, rows, count);
	DBC_PUT_INT(result, held, held);
	DBC_PUT(result, tables, tables);
	dbc_archive_put_left(host, p, result);
}

/* What a purge of marked rows would delete, besides their children. */
static void
preview_flag(dbc_host *host, const dbc_archive_purge *p, dbc_json_node *result)
{
	const char *name = p->table->shown;
	const char *bytes = dbc_get_text(
		host,
		dbc_query(host, "archive/policy_age", dbc_text(p->table->schema),
				  dbc_text(p->table->name), dbc_text("deleted_at"), dbc_int(0)),
		0, 2);
	const dbc_rows *wanted = dbc_row_read(
		host,
		dbc_format(host,
				   "select count(*), coalesce(sum(%s), 0), min(%s), max(%s) "
				   "from %s where %s",
				   bytes, p->marked_at, p->marked_at, name,
				   dbc_archive_flag_condition(host, p)));
	const dbc_rows *all = dbc_row_read(
		host,
		dbc_format(host,
				   "select coalesce(sum(case when %s then 1 else 0 end), 0), "
				   "count(*) from %s where %s",
				   dbc_row_held(host, p->table), name,
				   dbc_archive_flag_scope(host, p)));
	const dbc_value *cells = dbc_get_row(host, wanted, 0, "iiTT");
	const dbc_value *scope = dbc_get_row(host, all, 0, "ii");
	dbc_json_node *tables = dbc_json_array(host);

	if (cells[0].integer > 0)
		dbc_json_push(tables, preview_table(host, name, cells));
	DBC_PUT_INT(result, rows, cells[0].integer);
	DBC_PUT_INT(result, held, scope[0].integer);
	DBC_PUT_INT(result, referenced,
				scope[1].integer - scope[0].integer - cells[0].integer);
	DBC_PUT(result, tables, tables);
}

void
dbc_archive_preview_purge(dbc_host *host, const dbc_archive_purge *p,
						  dbc_json_node *result)
{
	find_held(host, p);
	(dbc_same(p->mode, "flag") ? preview_flag : preview_trash)(host, p, result);
}

/* Fails if it is not known which columns rows have that would be purged: which
 * of them are held is not known either.  A batch is purged as a whole. */
static void
refuse_moved(dbc_host *host, const dbc_archive_purge *p)
{
	for (int i = 0; i < p->moved.tables->nrows; i++)
	{
		const dbc_value other = dbc_get_value(host, p->moved.tables, i, 0);

		if (dbc_get_bool(host,
						 dbc_query(host, "archive/share_batches",
								   dbc_text(p->table->shown), other),
						 0, 0))
			dbc_row_refuse_moved(host, &other);
	}
}

/* [PG] 0: no table is listed there. */
static int64_t
schema_version(dbc_host *host)
{
	return dbc_find_sql(host, "archive/schema_version")
			   ? dbc_get_int(host, dbc_query(host, "archive/schema_version"), 0,
							 0)
			   : 0;
}

dbc_archive_moved
dbc_archive_list_moved(dbc_host *host)
{
	const dbc_value all = dbc_null();

	dbc_archive_follow(host);
	return (dbc_archive_moved){.tables = dbc_row_list_moved(host, &all),
							   .version = schema_version(host)};
}

void
dbc_archive_read_purge(dbc_host *host, dbc_archive_purge *p, int64_t days)
{
	const dbc_rows *cutoff = dbc_query(host, "archive/cutoff", dbc_int(days));

	if (!p->moved.tables || p->moved.version != schema_version(host))
		p->moved = dbc_archive_list_moved(host);
	/* marked rows are in the table */
	p->mode = p->table->name ? dbc_archive_mode(host, p->table) : NULL;
	if (!p->mode)
		p->mode = "trash";
	if (dbc_same(p->mode, "trash"))
		refuse_moved(host, p);
	p->unpurgeable =
		dbc_find_sql(host, "archive/unpurgeable")
			? dbc_get_text(host, dbc_query(host, "archive/unpurgeable"), 0, 0)
			: "[]";
	p->cutoff = dbc_get_text(host, cutoff, 0, 0);
	p->past = dbc_get_text(host, cutoff, 0, 1);
	p->marked_at = dbc_get_text(host, cutoff, 0, 2);
}

/* dbarchive_purge(relation, options) */
DBC_RUN(dbarchive_purge)
{
	int64_t started = dbc_microseconds();
	const dbarchive_purge_options *given =
		dbc_read_options(host, &args->options, dbarchive_purge_options);
	bool dry_run = given->dry_run.integer;
	dbc_json_node *result;
	dbc_row_named row;
	dbc_relation gone;
	dbc_archive_purge p = {
		.table = dbc_archive_find_table(host, &args->relation, &gone),
		.batch = dbc_option_or(&given->batch, 0),
		.run = {.batch_ms = dbc_option_or(&given->batch_ms, 50),
				.pause_ms = dbc_option_or(&given->pause_ms, -1),
				.max_seconds = dbc_option_or(&given->max_seconds, -1),
				.max_lag_bytes =
					dbc_option_or(&given->max_lag_mb, -1) * 1048576,
				.retries = dbc_setting_int(host, dbc_read_settings(host),
										   DBC_SETTING_lock_retries)}};

	dbc_need_tables(host);
	dbc_archive_read_purge(
		host, &p,
		dbc_option_or(&given->older_than_days,
					  dbc_setting_int(host, dbc_read_settings(host),
									  DBC_SETTING_purge_deleted_after_days)));
	/* marked rows are deleted as the caller */
	if (p.table != &gone && dbc_same(p.mode, "trash"))
	{
		dbc_require_privilege(host, p.table, "SELECT");
		dbc_require_privilege(host, p.table, "DELETE");
		dbc_check_row_security(host, "archive/hidden",
							   dbc_text(p.table->shown));
	}
	if (given->row_key.text && p.table == &gone)
		dbc_fail(
			host, DBC_UNDEFINED_TABLE, NULL,
			"Pass the option batch: dbarchive_deleted() lists the batches.",
			"table %s does not exist", p.table->shown);
	if (given->row_key.text)
	{
		row = dbc_row_find(
			host, p.table,
			&(dbc_value){.kind = DBC_JSON, .text = given->row_key.text});
		p.row = &row;
		p.identities = dbc_row_identifies(host, p.table, &row).text;
	}
	if (!dry_run)
	{
		dbc_require_confirmation(host, dbc_read_settings(host),
								 given->confirm.text, "deletes rows for good",
								 NULL);
		dbc_archive_execute_purge(host, &p);
	}
	result = dbc_json_object(host);
	DBC_PUT_TEXT(result, table_name, p.table->shown);
	DBC_PUT_TEXT(result, mode, p.mode);
	DBC_PUT_BOOL(result, dry_run, dry_run);
	if (dry_run)
		dbc_archive_preview_purge(host, &p, result);
	else
	{
		DBC_PUT_INT(result, rows, p.done.rows);
		DBC_PUT_INT(result, batches, p.done.steps);
		DBC_PUT_VALUE(result, longest_ms,
					  &(dbc_value){.kind = DBC_REAL,
								   .real = (double) p.run.longest_us / 1000});
		dbc_archive_put_left(host, &p, result);
	}
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - started) / 1000);
	dbc_json_emit(host, result);
}
