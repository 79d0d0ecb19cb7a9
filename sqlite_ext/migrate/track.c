/*
 * track.c
 *	  What scripts change in the schema.
 *
 * The former schema is saved and compared with the present one, row by row of
 * sqlite_schema.
 */
#include "sqlite_ext/migrate/track.h"
#include "sqlite_ext/trust/prepare.h"

#include <string.h>

#include "common/core/text.h"

/* ---- the schema ---- */

/* Makes room for one more entry. */
static dbcsl_migrate_schema_entry *
add_entry(dbcsl_host *h, dbcsl_migrate_schema_entries *list)
{
	list->items =
		dbc_grow(&h->base, list->items, list->count, sizeof(*list->items));
	return &list->items[list->count++];
}

/* Whether a column of the current row has this text. */
static bool
is_text(sqlite3_stmt *row, int column, const char *text)
{
	const char *value = (const char *) sqlite3_column_text(row, column);

	return value && text ? strcmp(value, text) == 0 : value == text;
}

/* The text of a column of the current row, or NULL. */
static const char *
copied_text(dbcsl_host *h, sqlite3_stmt *row, int column)
{
	const char *value = (const char *) sqlite3_column_text(row, column);

	if (value)
		return dbc_copy(&h->base, value, strlen(value));
	if (sqlite3_column_type(row, column) != SQLITE_NULL)
		dbcsl_fail_memory(h);
	return NULL;
}

/* Adds the current row; known is the former entry with its rowid, if any. */
static void
take_row(dbcsl_host *h, sqlite3_stmt *row, dbcsl_migrate_schema_entry *known,
		 dbcsl_migrate_schema_entries *list)
{
	dbcsl_migrate_schema_entry *new = add_entry(h, list);

	if (known && is_text(row, 1, known->type) && is_text(row, 2, known->name) &&
		is_text(row, 3, known->table) && is_text(row, 4, known->sql))
	{
		known->differs = false;
		*new = *known;
		return;
	}
	if (sqlite3_column_type(row, 1) != SQLITE_TEXT ||
		sqlite3_column_type(row, 2) != SQLITE_TEXT ||
		sqlite3_column_type(row, 3) != SQLITE_TEXT)
		dbc_fail(&h->base, DBC_CORRUPTED, NULL,
				 "Check whether the application has an authorizer that "
				 "ignores columns.",
				 "the schema has an object without type, name or table");
	*new = (dbcsl_migrate_schema_entry){.number = sqlite3_column_int64(row, 0),
										.type = copied_text(h, row, 1),
										.name = copied_text(h, row, 2),
										.table = copied_text(h, row, 3),
										.sql = copied_text(h, row, 4),
										.differs = true};
}

/* Marks the shadow tables of virtual tables. */
static void
mark_shadows(dbcsl_host *h, dbcsl_migrate_schema_entries *list)
{
	const dbc_rows *rows = NULL;

	for (size_t i = 0; i < list->count && !rows; i++)
		if (dbcsl_migrate_is_virtual_table(&list->items[i]))
			rows = dbc_query(&h->base, "migrate/shadow_tables");
	for (int j = 0; rows && j < rows->nrows; j++)
	{
		const char *shadow = dbc_get_text(&h->base, rows, j, 0);

		for (size_t i = 0; i < list->count; i++)
			if (sqlite3_stricmp(list->items[i].table, shadow) == 0)
				list->items[i].shadow = true;
	}
}

/* Reads the present schema and marks what differs from the former one. */
static void
read_now(dbcsl_host *h, dbcsl_migrate_tracking *tracked)
{
	dbcsl_migrate_schema_entries *before = &tracked->before;
	dbcsl_migrate_schema_entries *now = &tracked->now;
	sqlite3_stmt *row =
		dbcsl_prepare(h, "select rowid, type, name, tbl_name, sql "
						 "from main.sqlite_schema order by rowid");
	size_t i;
	int code;

	now->count = 0;
	for (i = 0; i < before->count; i++)
		before->items[i].differs = true;
	i = 0;
	while ((code = sqlite3_step(row)) == SQLITE_ROW)
	{
		int64_t number = sqlite3_column_int64(row, 0);

		while (i < before->count && before->items[i].number < number)
			i++;
		take_row(h, row,
				 i < before->count && before->items[i].number == number
					 ? &before->items[i]
					 : NULL,
				 now);
	}
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	dbcsl_finalize_statement(h);
	mark_shadows(h, now);
}

/* The objects among the entries that differ. */
static const dbc_rows *
differing_objects(dbcsl_host *h, const dbcsl_migrate_schema_entries *list)
{
	dbc_rows *rows = dbcsl_alloc(&h->base, sizeof(*rows));
	dbc_value *values = NULL;
	size_t width = 5;

	rows->ncols = (int) width;
	for (size_t i = 0; i < list->count; i++)
	{
		const dbcsl_migrate_schema_entry *e = &list->items[i];
		dbc_value *value;

		if (!e->differs || !e->sql || e->shadow ||
			dbc_starts_with_nocase(e->name, "sqlite_") ||
			dbc_starts_with_nocase(e->table, "dbcare_") ||
			(dbc_same(e->type, "trigger") &&
			 dbc_starts_with_nocase(e->name, "dbcare_")))
			continue;
		values = dbc_grow(&h->base, values, (size_t) rows->nrows,
						  width * sizeof(*value));
		value = values + width * (size_t) rows->nrows++;
		value[0] = dbc_text(e->type);
		value[1] = dbc_text(e->name);
		value[2] = dbc_text(e->table);
		value[3] = dbc_text(e->sql);
		value[4] = dbc_int(e->number);
	}
	rows->values = values;
	return dbcsl_migrate_list_objects(h, rows, false);
}

/* ---- the seam ---- */

/* See common/migrate/host.h. */
void
dbcsl_migrate_track(dbc_host *host, bool on)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_migrate_tracking *tracked = h->migrate;
	dbcsl_migrate_schema_entries before;

	h->migrate = NULL;
	if (!on)
		return;
	if (!tracked)
		tracked = dbcsl_alloc(host, sizeof(*tracked));
	read_now(h, tracked);
	before = tracked->now;
	tracked->now = tracked->before;
	tracked->before = before;
	tracked->tables = NULL;
	h->migrate = tracked;
}

/* See common/migrate/host.h. */
bool
dbcsl_migrate_read_changes(dbc_host *host, dbc_moment moment,
						   dbc_changes *touched)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_migrate_tracking *tracked = h->migrate;

	if (moment == DBC_NOW)
	{
		read_now(h, tracked);
		touched->objects = differing_objects(h, &tracked->now);
		touched->tables = dbcsl_migrate_list_tables_now(h, tracked);
	}
	else
	{
		touched->objects = differing_objects(h, &tracked->before);
		touched->tables = dbcsl_migrate_list_tables_before(h, tracked);
	}
	touched->complete = true;
	return true;
}
