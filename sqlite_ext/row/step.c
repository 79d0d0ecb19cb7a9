/*
 * step.c
 *	  Rows of a table: counting, saving, changing them.
 *
 * Triggers and foreign keys are switched off by sqlite3_db_config(), which
 * works inside a transaction, while rows are changed, and always switched on
 * again.  Rows are read one by one and saved before any is changed; no
 * statement that reads a table is open while it is written.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/settings.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/row/fulltext.h"
#include "sqlite_ext/trust/unsafe.h"

#include <stdlib.h>
#include <string.h>

/* What is switched off while rows are changed, and its previous state. */
typedef struct quiet
{
	const dbc_row_step *steps;
	int nsteps;
	bool restores;	  /* restores rows instead of changing them ... */
	bool checks_keys; /* ... and tests their foreign keys afterwards */
	bool fires;		  /* ... and their triggers */
	int triggers;
	int foreign_keys;
	bool deferred; /* foreign keys already were */
	int64_t count;
	int64_t **rowids; /* of restored rows, by step, where triggers fire */
} quiet;

/* ---- counting and saving ---- */

/* Appends the condition of the rows of a step. */
static void
append_condition(dbc_buffer *sql, const dbc_row_step *step)
{
	for (int i = 0; i < step->ncauses; i++)
		dbc_append_format(sql, "%s(%s)", i > 0 ? " or " : "(",
						  step->causes[i].condition);
	dbc_append(sql, ")");
	if (step->except)
		dbc_append_format(sql, " and case when (%s) then 0 else 1 end",
						  step->except);
}

static int64_t
count_rows(dbcsl_host *h, const dbc_row_step *step)
{
	const dbcsl_row_shape *shape = dbcsl_row_read_shape(h, step->table);
	dbc_sql count = {0};
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql, "select count(*) from %s where ", shape->table);
	append_condition(&sql, step);
	count.text = sql.data;
	return dbc_get_int(&h->base, dbcsl_query(&h->base, &count, NULL, 0), 0, 0);
}

/* The statement that reads the columns of the rows of a step, and the number of
 * the cause of each row. */
static const char *
rows_statement(dbcsl_host *h, const dbcsl_row_shape *shape,
			   const dbc_row_step *step)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append(&sql, "select ");
	dbcsl_row_append_columns(&sql, shape);
	dbc_append(&sql, ", case");
	for (int i = 0; i < step->ncauses - 1; i++)
		dbc_append_format(&sql, " when (%s) then %d", step->causes[i].condition,
						  i);
	dbc_append_format(&sql, " when 1 then %d end from %s where ",
					  step->ncauses - 1, shape->table);
	append_condition(&sql, step);
	dbc_append(&sql, " order by ");
	for (int i = 0; i < shape->nkeys; i++)
		dbc_append_format(&sql, "%s%s", i > 0 ? ", " : "",
						  dbcsl_printf(h, "%s.\"%w\"", shape->name,
									   shape->columns[shape->keys[i]].name));
	if (shape->rowid)
		dbc_append_format(&sql, "%s%s", shape->nkeys > 0 ? ", " : "",
						  shape->rowid);
	return sql.data;
}

static int64_t
save_rows(dbcsl_host *h, dbc_row_step *step)
{
	const dbcsl_row_shape *shape = dbcsl_row_read_shape(h, step->table);
	/* not cached: the text differs for each step */
	sqlite3_stmt *rows = dbcsl_prepare(h, rows_statement(h, shape, step));
	sqlite3_stmt *keep = dbcsl_row_prepare_cached(
		h, dbc_find_sql(&h->base, "row/save_row")->text);
	dbc_buffer key;
	dbc_buffer data;
	int64_t count = 0;

	dbc_buffer_init(&key, &h->base);
	dbc_buffer_init(&data, &h->base);
	sqlite3_bind_int64(keep, sqlite3_bind_parameter_index(keep, "$1"),
					   step->set_id);
	sqlite3_bind_int64(keep, sqlite3_bind_parameter_index(keep, "$2"),
					   step->number);
	dbcsl_row_bind_text(h, keep, "$3", step->table->shown);
	dbcsl_row_bind_text(h, keep, "$4", step->assignments ? "update" : "delete");
	while (dbcsl_row_step_statement(h, rows))
	{
		dbc_row_cause *cause = &step->causes[sqlite3_column_int(
			rows, shape->ncolumns + (shape->rowid != NULL))];

		dbcsl_row_write_key(h, &key, shape, rows);
		dbcsl_row_write(h, &data, shape, rows, DBCSL_WHOLE);
		dbcsl_row_bind_text(h, keep, "$5", cause->constraint);
		dbcsl_row_bind_text(h, keep, "$6", cause->reason);
		dbcsl_row_bind_text(
			h, keep, "$7",
			shape->rowid ? (const char *) sqlite3_column_text(rows, 0) : NULL);
		dbcsl_row_bind_text(h, keep, "$8", key.data);
		dbcsl_row_bind_text(h, keep, "$9", data.data);
		dbcsl_row_run_statement(h, keep);
		cause->rows++;
		if (++count % 1000 == 0)
			dbc_poll(&h->base);
	}
	dbcsl_finalize_statement(h);
	return count;
}

/* ---- changing ---- */

/* The statement that changes one row and returns its new location.  OR ABORT
 * overrides a constraint's ON CONFLICT REPLACE, which would delete rows that
 * were not saved. */
static sqlite3_stmt *
update_statement(dbcsl_host *h, const dbcsl_row_shape *shape,
				 const dbc_row_step *step)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql, "update or abort %s set %s\nwhere ", shape->table,
					  step->assignments);
	dbcsl_row_append_located(&sql, shape);
	dbc_append(&sql, " returning ");
	dbcsl_row_append_locator(&sql, shape, NULL, ", ");
	return dbcsl_row_prepare_cached(h, sql.data);
}

/* Saves the new state of a changed row.  RETURNING cannot be used: it returns
 * old values of generated columns, and integers for a REAL column. */
static void
note_left(dbcsl_host *h, const dbcsl_row_shape *shape, sqlite3_stmt *change,
		  int64_t id, dbc_buffer *data)
{
	sqlite3_stmt *note = dbcsl_row_prepare_cached(
		h, dbc_find_sql(&h->base, "row/left_row")->text);
	sqlite3_stmt *read = dbcsl_row_prepare_read(h, shape);

	for (int i = 0; i < sqlite3_column_count(change); i++)
		sqlite3_bind_value(read, i + 1, sqlite3_column_value(change, i));
	if (!dbcsl_row_step_statement(h, read))
		dbc_fail(&h->base, DBC_INTERNAL, NULL, NULL,
				 "a row that was changed cannot be found in %s", shape->table);
	dbcsl_row_write(h, data, shape, read, DBCSL_STORED);
	sqlite3_bind_int64(note, sqlite3_bind_parameter_index(note, "$1"), id);
	dbcsl_row_bind_text(
		h, note, "$2",
		shape->rowid ? (const char *) sqlite3_column_text(read, 0) : NULL);
	dbcsl_row_bind_text(h, note, "$3", data->data);
	dbcsl_row_run_statement(h, note);
	sqlite3_reset(read);
}

/* Deletes or changes the rows that a step has saved; returns their number. */
static int64_t
change_rows(dbcsl_host *h, const dbc_row_step *step)
{
	const dbcsl_row_shape *shape = dbcsl_row_read_shape(h, step->table);
	sqlite3_stmt *change = step->assignments
							   ? update_statement(h, shape, step)
							   : dbcsl_row_prepare_delete(h, shape);
	dbcsl_row_log *log = dbcsl_row_read_log(h, step->table);
	const dbcsl_row_indexes *indexes =
		dbcsl_row_begin_indexes(h, shape, step->table);
	dbcsl_row_saved row = {0};
	dbc_buffer data;
	int64_t count = 0;

	dbc_buffer_init(&data, &h->base);
	while (dbcsl_row_next_saved(h, step, &row))
	{
		bool returned = false;

		if (row.place && !step->fires)
			dbcsl_row_unindex(h, indexes, strtoll(row.place, NULL, 10));
		dbcsl_row_bind_saved_location(h, shape, row.data, row.place, change);
		if (step->assignments)
			returned = dbcsl_row_step_statement(h, change);
		else
			dbcsl_row_run_statement(h, change);
		if (step->fires &&
			(step->assignments ? !returned : sqlite3_changes(h->db) != 1))
			dbcsl_row_refuse_prevented(h, step);
		if (returned)
		{
			int64_t rowid;

			/* a rowid is only saved as the location, which then changes */
			if (shape->rowid_name &&
				sqlite3_column_int64(change, 0) != strtoll(row.place, NULL, 10))
				dbc_fail(&h->base, DBC_NOT_READY, NULL, NULL,
						 "a repair cannot change the rowid of %s",
						 step->table->shown);
			note_left(h, shape, change, row.id, &data);
			rowid = sqlite3_column_int64(change, 0);
			dbcsl_row_step_statement(h, change);
			if (!step->fires)
				dbcsl_row_reindex(h, indexes, rowid);
		}
		/* a trigger does that */
		if (!step->fires)
			dbcsl_row_write_log(h, log, row.data,
								step->assignments ? data.data : NULL);
		if (++count % 1000 == 0)
			dbc_poll(&h->base);
	}
	if (!step->fires)
		dbcsl_row_end_indexes(h, indexes);
	return count;
}

/* ---- switching off triggers and foreign keys ---- */

static const dbcsl_row_setting deferring = {
	.off = "pragma\"defer_foreign_keys\"='0';",
	.message = "defer_foreign_keys is on, and the application prevents turning "
			   "it off",
	.hint = "PRAGMA defer_foreign_keys = off;"};

/* Stores the current settings. */
static void
note_switches(dbcsl_host *h, quiet *q)
{
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &q->triggers);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &q->foreign_keys);
}

static void
switch_off(dbcsl_host *h, const quiet *q)
{
	dbcsl_hold_read_statement(h);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, q->fires, NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_FKEY, q->checks_keys, NULL);
	dbcsl_refresh_read_statement(h);
}

static void
switch_on(dbcsl_host *h, const quiet *q)
{
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_FKEY, q->foreign_keys,
					  NULL);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, q->triggers, NULL);
	if (q->checks_keys && !q->deferred)
		dbcsl_row_turn_off(h, &deferring);
}

/* Restores the rows of step i. */
static int64_t
restore_rows(dbcsl_host *h, quiet *q, int i)
{
	if (!q->rowids)
	{
		size_t bytes = (size_t) q->nsteps * sizeof(*q->rowids);

		q->rowids = memset(dbc_alloc(&h->base, bytes), 0, bytes);
	}
	return dbcsl_row_restore(h, &q->steps[i], q->checks_keys, &q->rowids[i]);
}

static void
change_quietly(dbc_host *host, void *arg)
{
	quiet *q = arg;
	dbcsl_host *h = dbcsl_of(host);

	switch_off(h, q);
	if (q->checks_keys)
		dbc_query_text(host, "pragma defer_foreign_keys = 1");
	for (int i = 0; i < q->nsteps; i++)
		q->count +=
			q->restores ? restore_rows(h, q, i) : change_rows(h, &q->steps[i]);
	for (int i = 0; q->restores && q->fires && i < q->nsteps; i++)
		dbcsl_row_prove_again(h, &q->steps[i], q->rowids[i]);
	if (q->checks_keys)
		dbcsl_verify_foreign_keys(h, NULL);
}

/* Whether SQLite evaluates the CHECKs of the table. */
static bool
checks_count(dbc_row_action act, const dbc_row_step *step)
{
	return act != DBC_ACT_RESTORE && step->assignments;
}

/* Fails if the SQL of a step, which may come from a rule, calls an unsafe
 * function. */
static void
refuse_unsafe(dbcsl_host *h, const dbc_row_step *step)
{
	if (step->assignments)
		dbcsl_refuse_unsafe(h, step->assignments);
	for (int i = 0; i < step->ncauses; i++)
		dbcsl_refuse_unsafe(h, step->causes[i].condition);
}

/* Does the work with triggers and foreign keys switched off. */
static int64_t
run_quietly(dbcsl_host *h, quiet *q)
{
	bool done;

	dbcsl_refuse_deferred(h, "foreign_keys");
	note_switches(h, q);
	done = dbcsl_try(h, change_quietly, q);
	dbcsl_hold_read_statement(h);
	switch_on(h, q);
	if (!done)
		dbcsl_rethrow(h);
	dbcsl_refresh_read_statement(h);
	return q->count;
}

/* Performs an action on rows of one table; see row/host.h. */
static int64_t
run(dbc_host *host, dbc_row_action act, dbc_row_step *step)
{
	dbcsl_host *h = dbcsl_of(host);
	quiet q = {.steps = step,
			   .nsteps = 1,
			   .restores = act == DBC_ACT_RESTORE,
			   .fires = step->fires};

	dbcsl_refuse_unsafe_table(h, "main", step->table->name,
							  step->fires || checks_count(act, step)
								  ? DBCSL_ANYWHERE
								  : DBCSL_IN_COLUMNS | DBCSL_IN_INDEXES);
	if (act != DBC_ACT_RESTORE)
		refuse_unsafe(h, step);
	if (act == DBC_ACT_COUNT)
		return count_rows(h, step);
	if (act == DBC_ACT_SAVE)
		return save_rows(h, step);
	return run_quietly(h, &q);
}

/* Prepares an INSERT into each table, which fails if one of its foreign keys,
 * or one that refers to it, is of columns that are not unique. */
static void
prepare_inserts(dbc_host *host, void *arg)
{
	const quiet *q = arg;
	dbcsl_host *h = dbcsl_of(host);

	dbc_query_text(host, "pragma defer_foreign_keys = 1");
	for (int i = 0; i < q->nsteps; i++)
	{
		dbcsl_prepare(
			h,
			dbcsl_printf(h, "insert into \"%w\".\"%w\" default values",
						 q->steps[i].table->schema, q->steps[i].table->name));
		dbcsl_finalize_statement(h);
	}
}

/* Whether foreign keys of the tables can be tested.  If the application has
 * turned them off, rows return as they can be inserted. */
static bool
can_check_keys(dbcsl_host *h, quiet *q)
{
	static const char mismatch[] = "foreign key mismatch";
	bool can = true;

	note_switches(h, q);
	if (q->foreign_keys)
		return true;
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (!dbcsl_try(h, prepare_inserts, q))
		can = strncmp(h->error.message, mismatch, strlen(mismatch)) != 0;
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	if (!q->deferred)
		dbcsl_row_turn_off(h, &deferring);
	return can;
}

/* Restores the rows of several steps; see row/host.h. */
static int64_t
restore(dbc_host *host, dbc_row_step *steps, int nsteps)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *deferred =
		dbc_query_text(host, "pragma defer_foreign_keys");
	quiet q = {.steps = steps,
			   .nsteps = nsteps,
			   .restores = true,
			   .checks_keys = true,
			   .deferred = dbc_get_int(host, deferred, 0, 0) != 0};

	for (int i = 0; i < nsteps; i++)
		dbcsl_refuse_unsafe_table(h, "main", steps[i].table->name,
								  steps[i].fires
									  ? DBCSL_ANYWHERE
									  : DBCSL_IN_COLUMNS | DBCSL_IN_INDEXES);
	/* first, in case an authorizer forbids it */
	if (!q.deferred)
	{
		dbcsl_prepare(h, deferring.off);
		dbcsl_finalize_statement(h);
	}
	q.fires = nsteps > 0 && steps[0].fires;
	q.checks_keys =
		nsteps > 0 && !steps[0].keeps_orphans && can_check_keys(h, &q);
	return run_quietly(h, &q);
}

const dbc_row_host dbcsl_row_host = {
	.run = run, .restore = restore, .unfired = dbcsl_row_list_unfired};
