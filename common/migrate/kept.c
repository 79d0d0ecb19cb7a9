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
#include "common/core/tables.h"
#include "common/core/text.h"

bool
dbc_migrate_has_kept(dbc_host *host)
{
	return dbc_find_sql(host, "migrate/has_kept") && dbc_has_tables(host) &&
		   dbc_get_bool(host, dbc_query(host, "migrate/has_kept"), 0, 0);
}

/* Drops dbcare's triggers of a table, or of the one whose trigger a message
 * names; returns whether there are any. */
static bool
drop_triggers(dbc_host *host, const char *table, const char *message)
{
	const dbc_rows *rows = dbc_query(host, "migrate/kept_triggers",
									 dbc_text(message), dbc_text(table));

	if (rows->nrows == 0)
		return false;
	for (int i = 0; i < rows->nrows; i++)
		dbc_query_text(host, dbc_get_text(host, rows, i, 0));
	/* from here on SQLite has nothing that tells which columns are the same */
	dbc_query(host, "archive/note_gaps");
	return true;
}

bool
dbc_migrate_drop_kept_triggers(dbc_host *host, const dbc_error *error)
{
	return drop_triggers(host, "", error->message);
}

void
dbc_migrate_drop_triggers_of(dbc_host *host, const char *table)
{
	if (dbc_migrate_has_kept(host))
		(void) drop_triggers(host, table, "");
}

/* Creates the triggers again by which policies and holds know their tables. */
static void
create_lost_triggers(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "migrate/lost_triggers");

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ttt");
		const dbc_rows *trigger =
			dbc_query(host, cells[0].text, dbc_text("main"),
					  dbc_text(cells[1].text), dbc_text(cells[2].text));

		if (trigger->nrows > 0 && !dbc_is_null(host, trigger, 0, 1))
			dbc_query_text(host, dbc_get_text(host, trigger, 0, 1));
	}
}

void
dbc_migrate_refresh_kept(dbc_host *host)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "migrate/kept_tables") || !dbc_has_tables(host))
		return;
	create_lost_triggers(host);
	rows = dbc_query(host, "migrate/kept_tables");
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *arguments = dbc_get_json(host, rows, i, 1);
		const char *problem;
		const dbc_json_item *object = dbc_json_read(
			host, arguments, strlen(arguments), NULL, 0, &problem);

		(void) dbc_call_inner(host, dbc_get_text(host, rows, i, 0), object);
	}
}
