/*
 * rows.c
 *	  Comparing a table with that of a backup.
 *
 * The copy is read through a separate connection, which does not trust its
 * schema, so nothing of it is attached to the caller's: only values come over.
 */
#include "sqlite_ext/backup/backup.h"
#include "sqlite_ext/row/step.h"
#include "sqlite_ext/trust/prepare.h"

#include <stdio.h>
#include <string.h>

#include "common/backup/host.h"

/* Rows between two looks for a cancel. */
#define POLL 1000

typedef struct comparing
{
	dbc_backup_work *work;
	const dbc_relation *table;
	int64_t set;
	dbc_backup_rows *rows;
	const dbcsl_row_shape *shape;
	sqlite3_stmt *theirs;	/* all rows of the backup */
	const char *find;		/* finds a row of the live table by its key ... */
	const char *find_rowid; /* ... and by its rowid */
	int64_t next_rowid;		/* for a row whose own one is used; 0: unknown */
	dbc_buffer key;
	dbc_buffer backup;
	dbc_buffer here;
	dbcsl_backup_connections open;
	dbcsl_backup_watch watch;
} comparing;

/* ---- statements ---- */

/* Columns that identify a row: the primary key, or the rowid. */
static void
append_key_condition(dbcsl_host *h, dbc_buffer *sql,
					 const dbcsl_row_shape *shape)
{
	if (shape->nkeys == 0)
		dbc_append_format(sql, "%s = ?1", shape->rowid);
	for (int i = 0; i < shape->nkeys; i++)
		dbc_append(sql,
				   dbcsl_printf(h, "%s%s.\"%w\" is ?%d", i > 0 ? " and " : "",
								shape->name,
								shape->columns[shape->keys[i]].name, i + 1));
}

/* The columns of a row of the backup, in the order of the live table. */
static const char *
select_theirs(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append(&sql, "select ");
	dbcsl_row_append_columns(&sql, shape);
	dbc_append_format(&sql, " from main.%s", shape->name);
	return sql.data;
}

/* The statement that finds a row of the live table. */
static const char *
select_ours(dbcsl_host *h, const dbcsl_row_shape *shape)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append(&sql, "select ");
	dbcsl_row_append_columns(&sql, shape);
	dbc_append_format(&sql, " from %s where ", shape->table);
	append_key_condition(h, &sql, shape);
	return sql.data;
}

/* The row of the live table with the key of the current row of the backup. */
static sqlite3_stmt *
find_ours(dbcsl_host *h, const comparing *c)
{
	const dbcsl_row_shape *shape = c->shape;
	sqlite3_stmt *find = dbcsl_row_prepare_cached(h, c->find);

	if (shape->nkeys == 0)
		sqlite3_bind_value(find, 1, sqlite3_column_value(c->theirs, 0));
	for (int i = 0; i < shape->nkeys; i++)
		sqlite3_bind_value(
			find, i + 1,
			sqlite3_column_value(c->theirs,
								 shape->keys[i] + (shape->rowid != NULL)));
	return find;
}

/* ---- the table of the backup ---- */

static _Noreturn void
refuse_table(dbcsl_host *h, const comparing *c, const char *reason)
{
	dbc_fail(&h->base, DBC_NOT_READY, reason,
			 "Restore the backup to a new file, and copy the rows from there.",
			 "table %s of the backup is another one", c->table->shown);
}

/* Fails unless the backup has an ordinary table with the same columns. */
static void
check_columns(dbcsl_host *h, comparing *c)
{
	const dbcsl_row_shape *shape = c->shape;
	int found = 0;
	int code = sqlite3_prepare_v2(
		c->open.target,
		dbcsl_printf(h,
					 "select x.name from sqlite_schema as s "
					 "join temp.pragma_table_xinfo(s.name) as x "
					 "where s.type = 'table' and s.rootpage > 0 "
					 "and s.name = %Q collate nocase and x.hidden = 0",
					 c->table->name),
		-1, &c->open.statement, NULL);

	while (code == SQLITE_OK &&
		   (code = sqlite3_step(c->open.statement)) == SQLITE_ROW)
	{
		const char *name =
			(const char *) sqlite3_column_text(c->open.statement, 0);
		bool known = false;

		for (int i = 0; i < shape->ncolumns; i++)
			known =
				known || (!shape->columns[i].computed && name &&
						  sqlite3_stricmp(shape->columns[i].name, name) == 0);
		if (!known)
			refuse_table(h, c,
						 dbcsl_printf(h, "It has a column %s.",
									  name ? name : "without a name"));
		found++;
		code = SQLITE_OK;
	}
	if (code != SQLITE_DONE)
		dbcsl_backup_fail(h, c->open.target, code, "the backup");
	sqlite3_finalize(c->open.statement);
	c->open.statement = NULL;
	if (found == 0)
		dbc_fail(&h->base, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "the backup has no table %s", c->table->shown);
	if (found != shape->nstored)
		refuse_table(
			h, c,
			dbcsl_printf(h, "It has %d of %d columns.", found, shape->nstored));
}

/* Prepares a statement on the backup. */
static void
prepare_theirs(dbcsl_host *h, comparing *c, sqlite3_stmt **statement,
			   const char *sql)
{
	int code = sqlite3_prepare_v2(c->open.target, sql, -1, statement, NULL);

	/* a collation or function is missing; other codes say nothing about that */
	if ((code & 0xff) == SQLITE_ERROR)
		dbc_fail(
			&h->base, DBC_NOT_READY,
			dbcsl_printf(h, "SQLite says: %s.", sqlite3_errmsg(c->open.target)),
			"Restore the backup to a new file, and copy the rows from "
			"there.",
			"table %s of the backup cannot be read without the "
			"application",
			c->table->shown);
	if (code != SQLITE_OK)
		dbcsl_backup_fail(h, c->open.target, code, "the backup");
}

/* Steps it; false at its end. */
static bool
step_theirs(dbcsl_host *h, const comparing *c, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	dbcsl_backup_end_watch(&c->watch);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		dbcsl_backup_fail(h, c->open.target, code, "the backup");
	return code == SQLITE_ROW;
}

/* ---- rows ---- */

/* Counts a row, and keeps it if there are few examples. */
static void
count_row(dbcsl_host *h, comparing *c, dbc_backup_row_kind kind)
{
	dbc_backup_rows *rows = c->rows;
	dbc_backup_row *row = &rows->examples[rows->nexamples];
	bool differs = kind == DBC_ROW_DIFFERS;

	if (rows->count[kind]++ >= DBC_BACKUP_EXAMPLES)
		return;
	*row = (dbc_backup_row){.kind = kind,
							.key = dbcsl_printf(h, "%s", c->key.data)};
	if (differs)
	{
		row->backup = dbcsl_printf(h, "%s", c->backup.data);
		row->here = dbcsl_printf(h, "%s", c->here.data);
	}
	if (differs && !rows->first_differing)
		rows->first_differing = row->key;
	rows->nexamples++;
}

/* Whether the live table has a row with that rowid. */
static bool
has_rowid(dbcsl_host *h, const comparing *c, int64_t rowid)
{
	sqlite3_stmt *find = dbcsl_row_prepare_cached(h, c->find_rowid);
	bool found;

	sqlite3_bind_int64(find, 1, rowid);
	found = dbcsl_row_step_statement(h, find);
	sqlite3_reset(find);
	return found;
}

/* The last rowid of both tables. */
static int64_t
find_last_rowid(dbcsl_host *h, comparing *c)
{
	const char *sql = dbc_format(&h->base, "select coalesce(max(%s), 0) from ",
								 c->shape->rowid);
	const dbc_rows *ours = dbc_query_text(
		&h->base, dbc_format(&h->base, "%s%s", sql, c->shape->table));
	int64_t last = dbc_get_int(&h->base, ours, 0, 0);
	int64_t theirs = 0;

	prepare_theirs(h, c, &c->open.statement,
				   dbc_format(&h->base, "%smain.%s", sql, c->shape->name));
	if (step_theirs(h, c, c->open.statement))
		theirs = sqlite3_column_int64(c->open.statement, 0);
	sqlite3_finalize(c->open.statement);
	c->open.statement = NULL;
	return last > theirs ? last : theirs;
}

/* The rowid that a missing row gets: its own one, unless another row has it. */
static int64_t
choose_rowid(dbcsl_host *h, comparing *c)
{
	int64_t rowid = sqlite3_column_int64(c->theirs, 0);

	if (!c->shape->rowid_name || c->shape->nkeys == 0 ||
		!has_rowid(h, c, rowid))
		return rowid;
	if (c->next_rowid == 0)
		c->next_rowid = find_last_rowid(h, c);
	if (c->next_rowid == INT64_MAX)
		dbc_fail(&h->base, DBC_OUT_OF_RANGE, NULL, NULL,
				 "table %s has no free rowid", c->table->shown);
	return ++c->next_rowid;
}

/* Saves the current row of the backup. */
static void
save_row(dbcsl_host *h, comparing *c, dbc_backup_row_kind kind, int64_t rowid)
{
	sqlite3_stmt *save = dbcsl_row_prepare_cached(
		h, dbc_find_sql(&h->base, "backup/stage_row")->text);
	char place[32];

	sqlite3_bind_int64(save, sqlite3_bind_parameter_index(save, "$1"), c->set);
	sqlite3_bind_int64(save, sqlite3_bind_parameter_index(save, "$2"),
					   (int64_t) kind + 1);
	dbcsl_row_bind_text(h, save, "$3", c->table->shown);
	if (c->shape->rowid)
		(void) snprintf(place, sizeof(place), "%lld", (long long) rowid);
	dbcsl_row_bind_text(h, save, "$4", c->shape->rowid ? place : NULL);
	dbcsl_row_bind_text(h, save, "$5", c->key.data);
	dbcsl_row_bind_text(h, save, "$6", c->backup.data);
	dbcsl_row_bind_text(h, save, "$7",
						kind == DBC_ROW_DIFFERS ? c->here.data : NULL);
	dbcsl_row_run_statement(h, save);
}

/* Compares the current row of the backup. */
static void
compare_row(dbcsl_host *h, comparing *c)
{
	sqlite3_stmt *ours = find_ours(h, c);
	bool found = dbcsl_row_step_statement(h, ours);
	dbc_backup_row_kind kind = found ? DBC_ROW_DIFFERS : DBC_ROW_MISSING;
	int64_t rowid = 0;

	dbcsl_row_write(h, &c->backup, c->shape, c->theirs, DBCSL_STORED);
	if (found)
	{
		dbcsl_row_write(h, &c->here, c->shape, ours, DBCSL_STORED);
		rowid = c->shape->rowid ? sqlite3_column_int64(ours, 0) : 0;
	}
	sqlite3_reset(ours);
	if (found && strcmp(c->backup.data, c->here.data) == 0)
	{
		c->rows->same++;
		return;
	}
	dbcsl_row_write_key(h, &c->key, c->shape, c->theirs);
	count_row(h, c, kind);
	if (c->set == 0)
		return;
	/* what is restored is compared with all its columns */
	dbcsl_row_write(h, &c->backup, c->shape, c->theirs, DBCSL_WHOLE);
	if (!found && c->shape->rowid)
		rowid = choose_rowid(h, c);
	save_row(h, c, kind, rowid);
}

typedef struct slice
{
	comparing *comparing;
	bool ended;
} slice;

/* Compares some rows; its memory is freed. */
static void
compare_slice(dbc_host *host, void *arg)
{
	slice *s = arg;
	dbcsl_host *h = dbcsl_of(host);

	dbc_poll(host);
	for (int i = 0; i < POLL && !s->ended; i++)
	{
		s->ended = !step_theirs(h, s->comparing, s->comparing->theirs);
		if (!s->ended)
			compare_row(h, s->comparing);
	}
}

/* Counts the rows that are not in the backup. */
static void
find_only_here(dbcsl_host *h, comparing *c)
{
	const dbcsl_row_shape *shape = c->shape;
	int64_t read = 0;
	sqlite3_stmt *ours;
	dbc_buffer sql;

	dbc_buffer_init(&sql, &h->base);
	dbc_append_format(&sql, "select 1 from main.%s where ", shape->name);
	append_key_condition(h, &sql, shape);
	prepare_theirs(h, c, &c->open.statement, sql.data);
	dbc_buffer_init(&sql, &h->base);
	dbc_append(&sql, "select ");
	dbcsl_row_append_columns(&sql, shape);
	dbc_append_format(&sql, " from %s", shape->table);
	ours = dbcsl_prepare(h, sql.data);
	while (dbcsl_row_step_statement(h, ours))
	{
		if (shape->nkeys == 0)
			sqlite3_bind_value(c->open.statement, 1,
							   sqlite3_column_value(ours, 0));
		for (int i = 0; i < shape->nkeys; i++)
			sqlite3_bind_value(
				c->open.statement, i + 1,
				sqlite3_column_value(ours,
									 shape->keys[i] + (shape->rowid != NULL)));
		if (!step_theirs(h, c, c->open.statement))
		{
			dbcsl_row_write_key(h, &c->key, shape, ours);
			count_row(h, c, DBC_ROW_ONLY_HERE);
		}
		sqlite3_reset(c->open.statement);
		if (++read % POLL == 0)
			dbc_poll(&h->base);
	}
	dbcsl_finalize_statement(h);
}

static void
compare(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	comparing *c = arg;
	slice s = {.comparing = c};

	if (!dbc_same(c->table->schema, "main"))
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "table %s is not in the database main", c->table->shown);
	c->shape = dbcsl_row_read_shape(h, c->table);
	c->find = select_ours(h, c->shape);
	if (c->shape->rowid)
		c->find_rowid = dbc_format(host, "select 1 from %s where %s = ?1",
								   c->shape->table, c->shape->rowid);
	dbcsl_backup_open(h, c->work, &c->open.target);
	dbcsl_backup_begin_watch(&c->watch, c->open.target);
	check_columns(h, c);
	prepare_theirs(h, c, &c->theirs, select_theirs(h, c->shape));
	dbc_progress(host, "comparing rows", 0, 2);
	while (!s.ended)
		compare_slice(host, &s);
	dbc_progress(host, "comparing rows", 1, 2);
	find_only_here(h, c);
}

void
dbcsl_backup_compare(dbc_host *host, dbc_backup_work *work,
					 const dbc_relation *table, int64_t set,
					 dbc_backup_rows *rows)
{
	dbcsl_host *h = dbcsl_of(host);
	comparing c = {.work = work,
				   .table = table,
				   .set = set,
				   .rows = rows,
				   .watch = {.h = h}};
	bool done;

	memset(rows, 0, sizeof(*rows));
	dbc_buffer_init(&c.key, host);
	dbc_buffer_init(&c.backup, host);
	dbc_buffer_init(&c.here, host);
	done = dbcsl_try(h, compare, &c);
	sqlite3_finalize(c.theirs);
	dbcsl_backup_close(&c.open);
	if (!done)
		dbcsl_rethrow(h);
}
