/*
 * enable.c
 *	  dbarchive_enable and dbarchive_disable: whether deleted rows are kept.
 *
 * Both record what is wanted, then make the triggers of the database those that
 * all wanted tables need.
 */
#include "common/archive/files.h"
#include "common/archive/flag.h"

#include "common/check/user_table.h"
#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/inner_call.h"
#include "common/core/options.h"
#include "common/core/retry.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/migrate/kept.h"
#include "common/row/held.h"
#include "common/row/moved.h"
#include "common/row/unfired.h"

typedef struct call
{
	const dbc_relation *table;
	const char *mode; /* NULL: rows are no longer kept */
	const char *old_mode;
	const char *file_column; /* NULL: as before; empty: none */
	bool dry_run;
	int64_t retries; /* after a lock timeout */
	dbc_json_node *tables;
	dbc_json_node *statements;
	dbc_json_node *advice;
} call;

static void
run_statement(dbc_host *host, call *c, const char *statement)
{
	if (c->dry_run)
		dbc_json_push_text(c->statements, statement);
	dbc_query_text(host, statement);
	dbc_poll(host);
}

static bool
is_flag(const char *mode)
{
	return mode && dbc_same(mode, "flag");
}

/* Fails if a table without mode flag would have rows that are marked: they
 * would be live rows again that no batch restores. */
static void
require_unmarked(dbc_host *host, const dbc_relation *table)
{
	int64_t marked;

	if (!dbc_archive_has_column(host, table, "deletion_id"))
		return;
	marked = dbc_get_int(
		host,
		dbc_row_read(host, dbc_format(host,
									  "select count(*) from %s where "
									  "deletion_id is not null",
									  table->shown)),
		0, 0);
	if (marked > 0)
		dbc_fail(host, DBC_NOT_READY,
				 "Without mode flag, marked rows would be live rows again, "
				 "which dbarchive_restore() does not find.",
				 "Restore or purge these rows first; dbarchive_deleted() lists "
				 "them.",
				 "table %s has %lld row%s marked as deleted", table->shown,
				 (long long) marked, marked == 1 ? "" : "s");
}

/* Gives a table the columns, index and view of mode flag, or drops the view;
 * the columns stay. */
static void
set_up_flag(dbc_host *host, call *c)
{
	const char **statements;
	int count;

	if (is_flag(c->mode))
	{
		statements = dbc_archive_flag_setup(host, c->table, true, &count);
		for (int i = 0; i < count; i++)
			dbc_json_push_text(c->advice, statements[i]);
		statements = dbc_archive_flag_setup(host, c->table, false, &count);
		for (int i = 0; i < count; i++)
			run_statement(host, c, statements[i]);
	}
	else if (is_flag(c->old_mode))
	{
		const dbc_rows *views =
			dbc_query(host, "archive/flag_drop", dbc_text(c->table->schema),
					  dbc_text(c->table->name));

		require_unmarked(host, c->table);
		for (int i = 0; i < views->nrows; i++)
			run_statement(host, c, dbc_get_text(host, views, i, 0));
	}
}

/* Adds a table, unless it was the last one added. */
static void
add_table(call *c, const dbc_rows *rows, int row, dbc_host *host)
{
	const char *name = dbc_get_text(host, rows, row, 0);

	if (row == 0 || !dbc_same(name, dbc_get_text(host, rows, row - 1, 0)))
		dbc_json_push_text(c->tables, name);
}

/* Stores the present columns of a table. */
static void
note_shape(dbc_host *host, const dbc_relation *table)
{
	if (dbc_find_sql(host, "archive/note_shape"))
		dbc_query(host, "archive/note_shape", dbc_text(table->name));
}

void
dbc_archive_note_shape(dbc_host *host, const dbc_relation *table)
{
	const dbc_value shown = dbc_text(dbc_quote(host, table->name));

	dbc_row_refuse_moved(host, &shown);
	note_shape(host, table);
}

/* Whether a table is one of a list. */
static bool
is_listed(dbc_host *host, const dbc_rows *tables, const char *shown)
{
	for (int i = 0; i < tables->nrows; i++)
		if (dbc_same(dbc_get_text(host, tables, i, 0), shown))
			return true;
	return false;
}

/* Stores what triggers refer to: on PostgreSQL numbers of tables, on SQLite
 * their columns, unless kept rows may have others.  [SQLite] Fails for such a
 * table whose rows go with those of the one that the call is about.  Returns
 * the names of these tables, and of those that something was stored of. */
static dbc_json_node *
know_family(dbc_host *host, const call *c, const dbc_rows *moved)
{
	const dbc_rows *rows = dbc_query(host, "archive/family", dbc_null());
	dbc_json_node *names = dbc_json_array(host);

	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_relation table = {.schema = dbc_get_text(host, rows, i, 0),
							  .name = dbc_get_text(host, rows, i, 1),
							  .shown = dbc_get_text(host, rows, i, 2)};

		if (dbc_get_bool(host, rows, i, 3))
			continue;
		(void) dbc_know_table(host, &table);
		if (!is_listed(host, moved, table.shown))
			note_shape(host, &table);
		dbc_json_push_text(names, table.shown);
	}
	if (!c->mode || !dbc_find_sql(host, "archive/uncovered"))
		return names;
	rows = dbc_query(host, "archive/family", dbc_text(c->table->shown));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value shown = dbc_text(dbc_get_text(host, rows, i, 2));

		if (is_listed(host, moved, shown.text))
			dbc_row_refuse_moved(host, &shown);
		dbc_json_push_text(names, shown.text);
	}
	return names;
}

/* The tables whose triggers may have to be made after a call: [SQLite] where
 * one more table has mode trash, those of a list and those that lack triggers;
 * all if null. */
static dbc_value
list_changed(dbc_host *host, const call *c, dbc_json_node *names)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "archive/uncovered") || host->calls || !c->mode ||
		is_flag(c->mode))
		return dbc_null();
	rows = dbc_query(host, "archive/uncovered");
	for (int i = 0; i < rows->nrows; i++)
		dbc_json_push_text(names, dbc_get_text(host, rows, i, 0));
	return dbc_json(dbc_json_text(names));
}

/* Makes the triggers those that all wanted tables need. */
static void
make_triggers(dbc_host *host, call *c)
{
	const dbc_value all = dbc_null();
	const dbc_rows *moved = dbc_row_list_moved(host, &all);
	dbc_json_node *names = know_family(host, c, moved);
	const dbc_rows *rows =
		dbc_query(host, "archive/triggers", list_changed(host, c, names));

	for (int i = 0; i < rows->nrows; i++)
	{
		/* that is for its owner to drop, it captures nothing; or a trigger
		 * would tell that names are those of before */
		if (dbc_get_bool(host, rows, i, 3) ||
			is_listed(host, moved, dbc_get_text(host, rows, i, 0)))
			continue;
		add_table(c, rows, i, host);
		run_statement(host, c, dbc_get_text(host, rows, i, 1));
	}
	if (dbc_find_sql(host, "archive/note_gaps"))
		dbc_query(host, "archive/note_gaps", dbc_row_moved_names(host, moved));
}

/* [SQLite] Whether a trigger does not know the columns of its table. */
static bool
is_stale(dbc_host *host)
{
	return dbc_find_sql(host, "archive/stale") &&
		   dbc_get_bool(host, dbc_query(host, "archive/stale"), 0, 0);
}

/* A renamed table with mode flag. */
typedef struct renamed
{
	call *call;
	const char *name;
} renamed;

/* Gives its view the name; for dbc_guard(). */
static void
rename_view(dbc_host *host, void *arg)
{
	renamed *r = arg;
	const dbc_relation *table = dbc_resolve(host, r->name);
	int count;
	const char **statements =
		dbc_archive_flag_setup(host, table, false, &count);

	for (int i = 0; i < count; i++)
		run_statement(host, r->call, statements[i]);
}

/* Renames what is kept of renamed tables.  SQLite does not change several
 * tables in one statement. */
static void
follow_names(dbc_host *host)
{
	const dbc_rows *rows;

	if (dbc_find_sql(host, "archive/follow_names"))
	{
		dbc_query(host, "archive/follow_names");
		return;
	}
	rows = dbc_query(host, "archive/follow_statements");
	for (int i = 0; i < rows->nrows; i++)
		dbc_query_text(host, dbc_get_text(host, rows, i, 0));
}

/* Makes what dbcare keeps of renamed tables follow them.  Views of tables that
 * the caller may not change stay as they are. */
static void
follow_renamed(dbc_host *host, call *c)
{
	const dbc_rows *rows = dbc_query(host, "archive/renamed");

	if (rows->nrows == 0)
		return;
	follow_names(host);
	for (int i = 0; i < rows->nrows; i++)
	{
		renamed r = {.call = c};
		dbc_error error;

		if (!is_flag(dbc_get_text_or_null(host, rows, i, 1)))
			continue;
		r.name = dbc_get_text(host, rows, i, 0);
		(void) dbc_guard(host, rename_view, &r, DBC_KEEP, false, &error);
	}
}

/* Starts the lists of the result. */
static void
start_lists(dbc_host *host, call *c)
{
	c->tables = dbc_json_array(host);
	c->statements = dbc_json_array(host);
	c->advice = dbc_json_array(host);
}

/* Logs that deleted rows of a table are kept in another mode, or no longer. */
static void
log_difference(dbc_host *host, const call *c)
{
	dbc_json_node *details = dbc_json_object(host);

	if (!c->old_mode || (c->mode && dbc_same(c->old_mode, c->mode)))
		return;
	DBC_PUT_TEXT(details, old, c->old_mode);
	DBC_PUT_TEXT(details, new, c->mode);
	dbc_log_protection(host, c->table, NULL, details);
}

void
dbc_archive_follow(dbc_host *host)
{
	call c = {.dry_run = false};

	start_lists(host, &c);
	if (dbc_find_sql(host, "archive/name_holds"))
		dbc_query(host, "archive/name_holds");
	follow_renamed(host, &c);
	if (is_stale(host))
		make_triggers(host, &c);
}

void
dbc_archive_follow_table(dbc_host *host, const dbc_relation *table)
{
	const dbc_value shown = dbc_text(table->shown);

	dbc_archive_follow(host);
	dbc_row_refuse_moved(host, &shown);
}

void
dbc_archive_know_columns(dbc_host *host)
{
	if (!dbc_has_tables(host) || !is_stale(host))
		return;
	dbc_lock(host, dbc_schema_lock_timeout(host));
	dbc_archive_follow(host);
}

/* Records that deleted rows of the table are kept, and not those of a dropped
 * one that had its name. */
static void
add_kept_table(dbc_host *host, const call *c)
{
	int64_t number = dbc_archive_know_table(host, c->table);

	dbc_query(host, "archive/remove_table", dbc_text(c->table->shown),
			  dbc_int(number));
	dbc_query(host, "archive/add_table", dbc_text(c->table->shown),
			  dbc_text(c->mode), dbc_text(c->file_column),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))),
			  dbc_int(number));
}

/* [PG] Deleted rows of a table and of its partitions are kept in one way. */
static void
require_one_mode(dbc_host *host, const call *c)
{
	const dbc_rows *rows =
		dbc_find_sql(host, "archive/other_modes")
			? dbc_query(host, "archive/other_modes", dbc_text(c->table->schema),
						dbc_text(c->table->name), dbc_text(c->mode))
			: &(dbc_rows){.nrows = 0};
	const char *other;

	if (rows->nrows == 0)
		return;
	other = dbc_get_text(host, rows, 0, 0);
	dbc_fail(host, DBC_NOT_READY,
			 dbc_format(host,
						dbc_get_bool(host, rows, 0, 2)
							? "Its partition %s has mode %s."
							: "It is a partition of %s, which has mode %s.",
						other, dbc_get_text(host, rows, 0, 1)),
			 dbc_format(host,
						"Enable both in one mode, or call "
						"dbarchive_disable(%s) first.",
						dbc_literal(host, other)),
			 "table %s cannot have mode %s", c->table->shown, c->mode);
}

/* Records what is wanted, and makes the triggers, unless a call that follows
 * does. */
static void
change(dbc_host *host, void *arg)
{
	call *c = arg;

	start_lists(host, c);
	dbc_lock(host, dbc_schema_lock_timeout(host));
	dbc_need_tables(host);
	dbc_require_table_owner(host, c->table);
	if (c->dry_run || dbc_prepare_calls(host))
		follow_renamed(host, c);
	if (c->mode)
	{
		require_one_mode(host, c);
		dbc_migrate_confirm_names(host, c->table);
		add_kept_table(host, c);
	}
	else
		dbc_query(host, "archive/remove_table", dbc_text(c->table->shown),
				  dbc_int(-1));
	dbc_archive_forget_tables(host);
	log_difference(host, c);
	set_up_flag(host, c);
	if (c->dry_run || !dbc_more_calls_follow(host))
		make_triggers(host, c);
}

static void
emit_result(dbc_host *host, const call *c)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_row_unfired unfired = {.count = 0};

	DBC_PUT_TEXT(result, table_name, c->table->shown);
	DBC_PUT_TEXT(result, mode, c->mode);
	DBC_PUT(result, tables, c->tables);
	DBC_PUT_BOOL(result, dry_run, c->dry_run);
	if (c->dry_run)
		DBC_PUT(result, statements, c->statements);
	if (is_flag(c->mode))
		DBC_PUT(result, advice, c->advice);
	else if (c->mode)
		dbc_row_add_unfired(host, &unfired, c->table, DBC_ROWS_INSERTED);
	dbc_row_put_unfired(host, &unfired, result);
	dbc_json_emit(host, result);
}

/* Runs the change, in a dry run with a rollback. */
static void
run(dbc_host *host, call *c)
{
	dbc_error error;

	/* the calls before have left that to the last one */
	if (c->dry_run && host->calls)
	{
		start_lists(host, c);
		make_triggers(host, c);
	}
	c->old_mode = dbc_archive_mode(host, c->table);
	if (!dbc_guard_retrying(host, change, c, c->dry_run ? DBC_UNDO : DBC_KEEP,
							c->retries, &error))
		dbc_rethrow(host, &error);
	emit_result(host, c);
}

/* Fails for a table with a partition on another server: its columns are there,
 * and nothing here sees what is deleted there. */
static void
refuse_foreign_part(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "archive/foreign_part"))
		return;
	rows = dbc_query(host, "archive/foreign_part", dbc_text(table->schema),
					 dbc_text(table->name));
	if (rows->nrows > 0)
		dbc_fail(host, DBC_UNSUPPORTED,
				 "Rows that are deleted there could not be kept.",
				 "Keep deleted rows on that server, and those of each other "
				 "partition here.",
				 "partition %s of table %s is on another server",
				 dbc_get_text(host, rows, 0, 0), table->shown);
}

static int64_t
stored_retries(dbc_host *host)
{
	return dbc_setting_int(host, dbc_read_settings(host),
						   DBC_SETTING_lock_retries);
}

/* dbarchive_enable(relation, options) */
DBC_RUN(dbarchive_enable)
{
	const dbarchive_enable_options *given =
		dbc_read_options(host, &args->options, dbarchive_enable_options);
	call c = {.table = dbc_check_user_table(host, &args->relation)};

	refuse_foreign_part(host, c.table);
	c.mode = given->mode.given					   ? given->mode.text
			 : dbc_archive_has_mark(host, c.table) ? "flag"
												   : "trash";
	c.file_column = given->file_column.text;
	if (c.file_column && *c.file_column &&
		!dbc_archive_has_column(host, c.table, c.file_column))
		dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
				 "table %s has no column %s", c.table->shown, c.file_column);
	c.dry_run = given->dry_run.integer;
	c.retries = dbc_option_or(&given->lock_retries, stored_retries(host));
	run(host, &c);
}

/* dbarchive_disable(relation) */
DBC_RUN(dbarchive_disable)
{
	call c = {.table = dbc_check_user_table(host, &args->relation),
			  .retries = stored_retries(host)};

	if (dbc_has_tables(host))
	{
		dbc_lock(host, dbc_schema_lock_timeout(host));
		dbc_archive_follow_table(host, c.table);
	}
	if (!dbc_archive_mode(host, c.table))
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
				 "deleted rows of table %s are not kept", c.table->shown);
	run(host, &c);
}
