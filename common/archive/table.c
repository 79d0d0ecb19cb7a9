/*
 * table.c
 *	  Tables whose deleted rows are kept, and how.
 */
#include "common/archive/archive.h"

#include "common/check/user_table.h"
#include "common/core/tables.h"
#include "common/migrate/kept.h"
#include "common/row/moved.h"

const char *
dbc_archive_place(dbc_host *host, const dbc_relation *table)
{
	const dbc_sql *sql = dbc_find_sql(host, "core/place");

	if (!sql || !sql->is_kept || table->id == 0)
		return NULL;
	return dbc_get_text(host, dbc_query_sql(host, sql, NULL, 0), 0, 0);
}

const char *
dbc_archive_mode(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows;
	const char *place;

	if (!dbc_has_tables(host))
		return NULL;
	place = dbc_archive_place(host, table);
	rows = place ? dbc_query(host, "archive/known_table", dbc_int(table->id),
							 dbc_text(table->shown), dbc_text(place))
				 : NULL;
	if (rows && rows->nrows == 1)
		return dbc_get_text(host, rows, 0, 0);
	rows = dbc_query(host, "archive/table", dbc_text(table->shown));
	return rows->nrows > 0 ? dbc_get_text(host, rows, 0, 0) : NULL;
}

int64_t
dbc_archive_know_table(dbc_host *host, const dbc_relation *table)
{
	const dbc_value shown = dbc_text(table->shown);
	const dbc_rows *trigger;

	if (!dbc_find_sql(host, "archive/table_trigger"))
		return dbc_know_table(host, table);
	dbc_row_refuse_moved(host, &shown);
	trigger = dbc_query(host, "archive/table_trigger", dbc_text(table->schema),
						dbc_text(table->name), dbc_text(table->shown));
	if (!dbc_is_null(host, trigger, 0, 1))
		dbc_migrate_create_trigger(host, dbc_get_text(host, trigger, 0, 1));
	return dbc_get_int(host, trigger, 0, 0);
}

void
dbc_archive_forget_tables(dbc_host *host)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "archive/table_triggers"))
		return;
	rows = dbc_query(host, "archive/table_triggers");
	for (int i = 0; i < rows->nrows; i++)
		dbc_query_text(host, dbc_get_text(host, rows, i, 0));
}

void
dbc_archive_lose_links(dbc_host *host, dbc_value after, dbc_value up_to)
{
	if (dbc_find_sql(host, "archive/lose_links"))
		dbc_query(host, "archive/lose_links", after, up_to);
}

/* ---- tables that no longer exist ---- */

typedef struct search
{
	const dbc_value *relation;
	const dbc_relation *table;
} search;

static void
try_table(dbc_host *host, void *arg)
{
	search *s = arg;

	s->table = dbc_check_user_table(host, s->relation);
}

const dbc_relation *
dbc_archive_find_table(dbc_host *host, const dbc_value *relation,
					   dbc_relation *gone)
{
	search s = {.relation = relation};
	dbc_error error;

	if (dbc_guard(host, try_table, &s, DBC_UNDO, true, &error))
		return s.table;
	if (!dbc_same(error.sqlstate, DBC_UNDEFINED_TABLE) || !dbc_has_tables(host))
		dbc_rethrow(host, &error);
	if (dbc_query(host, "archive/dropped", dbc_text(relation->text))->nrows ==
		0)
		dbc_rethrow(host, &error);
	*gone = (dbc_relation){.shown = relation->text};
	return gone;
}
