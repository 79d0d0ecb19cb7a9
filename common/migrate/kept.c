/*
 * kept.c
 *	  Tables whose deleted rows are kept, or whose changes are logged, while
 *	  migrations change them.
 *
 * On SQLite dbcare's triggers name the columns of their table: they do not know
 * a column that is added, and SQLite does not drop one that they name.  A table
 * that a script makes anew has lost them.  On PostgreSQL they read whole rows.
 */
#include "common/migrate/kept.h"

#include <string.h>

#include "common/core/inner_call.h"
#include "common/core/json_write.h"
#include "common/core/sql_place.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/row/held.h"
#include "common/row/moved.h"

/* What a statement says of tables with triggers of dbcare that name their
 * columns: migrate/has_kept, whether there are any, or migrate/had_kept. */
static bool
asks(dbc_host *host, const char *query)
{
	return dbc_find_sql(host, query) && dbc_has_tables(host) &&
		   dbc_get_bool(host, dbc_query_array(host, query, NULL, 0), 0, 0);
}

static void
add_doubtful(dbc_migrate_doubt *doubt, dbc_host *host, const char *table)
{
	doubt->tables =
		dbc_grow(host, doubt->tables, (size_t) doubt->count, sizeof(char *));
	doubt->tables[doubt->count++] = table;
}

dbc_migrate_doubt
dbc_migrate_read_doubt(dbc_host *host)
{
	dbc_migrate_doubt doubt = {.count = 0};
	const dbc_value all = dbc_null();
	const dbc_rows *rows;

	doubt.has_had = asks(host, "migrate/had_kept");
	if (!doubt.has_had)
		return doubt;
	rows = dbc_row_list_moved(host, &all);
	for (int i = 0; i < rows->nrows; i++)
		add_doubtful(&doubt, host, dbc_get_text(host, rows, i, 0));
	rows = dbc_row_list_moved_log(host, &all);
	for (int i = 0; i < rows->nrows; i++)
		add_doubtful(&doubt, host, dbc_get_text(host, rows, i, 0));
	if (!dbc_row_has_holds(host))
		return doubt;
	rows = dbc_query(host, "row/holds", all, all);
	for (int i = 0; i < rows->nrows; i++)
		if (dbc_row_is_moved_hold(host, rows, i))
			add_doubtful(&doubt, host, dbc_get_text(host, rows, i, 1));
	return doubt;
}

static bool
is_doubtful(const dbc_migrate_doubt *doubt, const char *table)
{
	for (int i = 0; i < doubt->count; i++)
		if (dbc_same(doubt->tables[i], table))
			return true;
	return false;
}

/* A JSON array of them. */
static dbc_value
list_doubtful(dbc_host *host, const dbc_migrate_doubt *doubt)
{
	dbc_json_node *names = dbc_json_array(host);

	for (int i = 0; i < doubt->count; i++)
		dbc_json_push_text(names, doubt->tables[i]);
	return dbc_json(dbc_json_text(names));
}

void
dbc_migrate_refuse_moved(dbc_host *host, const dbc_migrate_doubt *doubt,
						 const char *table)
{
	const dbc_value shown = dbc_text(table);

	if (!is_doubtful(doubt, table))
		return;
	dbc_row_refuse_moved(host, &shown);
	dbc_row_refuse_moved_log(host, &shown);
	dbc_row_refuse_moved_holds(host, table);
}

/* Whether a script gives columns other names. */
static bool
renames_columns(const dbc_script *script)
{
	for (int i = 0; i < script->nstatements; i++)
	{
		bool renames = false;
		dbc_lexeme at = dbc_scan_sql(script->statements[i].text, DBC_ON_SQLITE);

		for (; at.kind != DBC_LEX_END;
			 at = dbc_scan_sql(at.text + at.length, DBC_ON_SQLITE))
		{
			if (renames && !dbc_lexeme_is_one_of(&at, " to "))
				return true;
			renames = dbc_lexeme_is_one_of(&at, " rename ");
		}
	}
	return false;
}

/* Drops dbcare's triggers of a table, or of the one whose trigger a message
 * names; returns whether there are any. */
static bool
drop_triggers(dbc_host *host, const char *table, const char *message)
{
	const dbc_rows *rows = dbc_query(host, "migrate/kept_triggers",
									 dbc_text(message), dbc_text(table));

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tI");

		dbc_query_text(host, cells[0].text);
		if (cells[1].kind != DBC_NULL)
			dbc_query(host, "audit/note_gap", cells[1]);
	}
	return rows->nrows > 0;
}

void
dbc_migrate_move_keys(dbc_host *host, dbc_value table, dbc_value before,
					  dbc_value after)
{
	if (!dbc_has_tables(host) || before.kind == DBC_NULL ||
		after.kind == DBC_NULL)
		return;
	dbc_query(host, "migrate/move_trash_keys", table, before, after);
	dbc_query(host, "archive/order_holds", table);
}

/* The same for a table, all if that is null, whose names are known to be of the
 * same columns; but for those in doubt. */
static void
follow_keys(dbc_host *host, dbc_value table, const dbc_migrate_doubt *doubt)
{
	const dbc_rows *rows = dbc_row_list_moved(host, &table);

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ttt");

		if (is_doubtful(doubt, cells[0].text))
			continue;
		dbc_migrate_move_keys(host, cells[0], cells[1], cells[2]);
		dbc_query(host, "archive/note_shape",
				  dbc_text(dbc_resolve(host, cells[0].text)->name));
	}
}

void
dbc_migrate_confirm_names(dbc_host *host, const dbc_relation *table)
{
	if (!dbc_find_sql(host, "archive/name_holds"))
		return;
	dbc_query(host, "archive/name_holds");
	follow_keys(host, dbc_text(table->shown), &(dbc_migrate_doubt){.count = 0});
	dbc_query(host, "archive/order_holds", dbc_text(table->shown));
}

void
dbc_migrate_create_trigger(dbc_host *host, const char *statement)
{
	dbc_query_text(host, statement);
	if (dbc_find_sql(host, "archive/note_trigger"))
		dbc_query(host, "archive/note_trigger");
}

/* Creates the triggers again by which policies and holds know their tables. */
static void
create_lost_triggers(dbc_host *host, const dbc_migrate_doubt *doubt)
{
	const dbc_rows *rows = dbc_query(host, "migrate/lost_triggers");

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ttt");
		const dbc_rows *trigger;

		if (is_doubtful(doubt, cells[2].text))
			continue;
		trigger = dbc_query(host, cells[0].text, dbc_text("main"),
							dbc_text(cells[1].text), dbc_text(cells[2].text));
		if (trigger->nrows > 0 && !dbc_is_null(host, trigger, 0, 1))
			dbc_migrate_create_trigger(host, dbc_get_text(host, trigger, 0, 1));
		dbc_query(host, "archive/order_holds", cells[2]);
	}
}

void
dbc_migrate_refresh_kept(dbc_host *host, const dbc_migrate_doubt *doubt)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "migrate/kept_tables") || !dbc_has_tables(host))
		return;
	follow_keys(host, dbc_null(), doubt);
	create_lost_triggers(host, doubt);
	rows = dbc_query(host, "migrate/kept_tables", list_doubtful(host, doubt));
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *arguments = dbc_get_json(host, rows, i, 1);
		const char *problem;
		const dbc_json_item *object = dbc_json_read(
			host, arguments, strlen(arguments), NULL, 0, &problem);

		/* the call before has changed the schema, but no columns */
		dbc_query(host, "audit/note_gap", dbc_null());
		(void) dbc_call_inner(host, dbc_get_text(host, rows, i, 0), object);
	}
}

bool
dbc_migrate_put_triggers_aside(dbc_host *host, const char *table)
{
	return asks(host, "migrate/has_kept") && drop_triggers(host, table, "");
}

void
dbc_migrate_put_triggers_back(dbc_host *host, const dbc_migrate_doubt *doubt)
{
	const dbc_value all = dbc_null();

	dbc_query(host, "archive/note_gaps",
			  dbc_row_moved_names(host, dbc_row_list_moved(host, &all)));
	dbc_migrate_refresh_kept(host, doubt);
}

static bool
put_aside(dbc_host *host, const dbc_error *error)
{
	return drop_triggers(host, "", error->message);
}

/* The script may have renamed columns before. */
static void
put_back(dbc_host *host)
{
	dbc_migrate_doubt doubt = dbc_migrate_read_doubt(host);

	dbc_migrate_put_triggers_back(host, &doubt);
}

void
dbc_migrate_refresh_after(dbc_host *host, const dbc_script *script,
						  const dbc_migrate_doubt *before)
{
	dbc_migrate_doubt now = {.count = 0};

	if (renames_columns(script))
		now = dbc_migrate_read_doubt(host);
	for (int i = 0; i < now.count; i++)
		if (!is_doubtful(before, now.tables[i]))
			dbc_migrate_refuse_moved(host, &now, now.tables[i]);
	dbc_migrate_refresh_kept(host, before);
}

const dbc_script_retry *
dbc_migrate_kept_retry(dbc_host *host, const dbc_migrate_doubt *doubt,
					   bool *none)
{
	static const dbc_script_retry retry = {put_aside, put_back};

	if (*none && !doubt->has_had)
		return NULL;
	*none = !asks(host, "migrate/has_kept");
	if (*none)
		return NULL;
	/* their triggers go with tables that the script drops */
	dbc_query(host, "archive/name_holds");
	if (dbc_get_bool(host, dbc_query(host, "archive/stale"), 0, 0))
		dbc_migrate_refresh_kept(host, doubt);
	return &retry;
}
