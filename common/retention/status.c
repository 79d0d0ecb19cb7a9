/*
 * status.c
 *	  dbarchive_status: what is kept of each table, and the policies.
 */
#include "common/archive/flag.h"
#include "common/retention/schedule.h"

#include <string.h>

#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/held.h"

/* Columns of retention/status.sql. */
enum
{
	T_NAME,
	T_MODE,
	T_DELETED,
	T_BYTES,
	T_HELD,
	T_OLDEST,
	T_PURGEABLE,
	T_HAS_PROBLEM,
	T_COUNT
};

/* A table, and what is found out about it. */
typedef struct table_status
{
	const char *past; /* condition that a marked row may be purged */
	dbc_value cells[T_COUNT];
	dbc_value live_rows;
} table_status;

/* Counts the marked rows. */
static void
count_marked(dbc_host *host, table_status *s, const char *query)
{
	const dbc_rows *rows = dbc_row_read(host, query);

	s->cells[T_DELETED] = dbc_get_value(host, rows, 0, 0);
	s->cells[T_BYTES] = dbc_null();
	s->cells[T_OLDEST] = dbc_get_value(host, rows, 0, 1);
	s->cells[T_PURGEABLE] = dbc_get_value(host, rows, 0, 2);
	if (s->live_rows.kind == DBC_INT)
		s->live_rows.integer -= s->cells[T_DELETED].integer;
}

static bool
has_flag(const table_status *s)
{
	return s->cells[T_MODE].text && dbc_same(s->cells[T_MODE].text, "flag");
}

/* Reads what the table itself says. */
static void
read_table(dbc_host *host, void *arg)
{
	table_status *s = arg;
	const dbc_relation *table = dbc_resolve(host, s->cells[T_NAME].text);
	bool is_flag = has_flag(s);
	/* the trash has those of the other mode */
	const dbc_rows *rows =
		dbc_query(host, "retention/status_table", dbc_text(table->schema),
				  dbc_text(table->name), dbc_text(s->past),
				  dbc_text(is_flag ? dbc_row_held(host, table) : "false"));

	s->live_rows = dbc_get_value(host, rows, 0, 0);
	if (is_flag)
		count_marked(host, s, dbc_get_text(host, rows, 0, 1));
}

/* The table cannot be read. */
static void
set_unknown(table_status *s)
{
	s->live_rows = dbc_null();
	if (has_flag(s))
		s->cells[T_DELETED] = s->cells[T_BYTES] = s->cells[T_OLDEST] =
			s->cells[T_PURGEABLE] = dbc_null();
}

/* The tables whose triggers do not keep their deleted rows, which may be
 * partitions of others; as a list. */
static const char *
list_problems(dbc_host *host)
{
	dbc_json_node *names = dbc_json_array(host);
	const dbc_rows *rows = dbc_query(host, "archive/renamed");

	/* until these are enabled, their triggers seem not to be needed */
	if (rows->nrows == 0)
		rows = dbc_find_sql(host, "archive/uncovered")
				   ? dbc_query(host, "archive/uncovered")
				   : dbc_query(host, "archive/triggers", dbc_null());
	for (int i = 0; i < rows->nrows; i++)
		dbc_json_push_text(names, dbc_get_text(host, rows, i, 0));
	return dbc_json_text(names);
}

/* Emits what is known of each table. */
static void
list_tables(dbc_host *host)
{
	int64_t days = dbc_setting_int(host, dbc_read_settings(host),
								   DBC_SETTING_purge_deleted_after_days);
	const dbc_rows *cutoff = dbc_query(host, "archive/cutoff", dbc_int(days));
	const dbc_rows *rows = dbc_query(host, "retention/status",
									 dbc_text(dbc_get_text(host, cutoff, 0, 0)),
									 dbc_text(list_problems(host)));
	dbc_schedule_state daily = dbc_schedule_read(host, &dbc_retention_schedule);

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tTiiiTib");
		table_status s = {.past = dbc_get_text(host, cutoff, 0, 1)};
		dbc_error error;

		memcpy(s.cells, cells, sizeof(s.cells));
		if (!dbc_guard(host, read_table, &s, DBC_UNDO, true, &error))
			set_unknown(&s);
		dbc_emit(
			host, s.cells[T_NAME], dbc_null(), s.cells[T_MODE], s.live_rows,
			s.cells[T_DELETED], s.cells[T_BYTES], s.cells[T_HELD],
			s.cells[T_OLDEST], s.cells[T_PURGEABLE], daily.last, dbc_null(),
			dbc_text(dbc_json_string_or_null(
				host, dbc_json_find(host, &daily.errors, cells[T_NAME].text))),
			daily.next,
			dbc_text(s.cells[T_HAS_PROBLEM].integer
						 ? "its triggers are missing, disabled or out of date"
						 : NULL));
		dbc_poll(host);
	}
}

/* Emits the last run of each policy. */
static void
list_policies(dbc_host *host)
{
	const dbc_rows *rows =
		dbc_query(host, "retention/policy_status", dbc_null());
	dbc_schedule_state daily = dbc_schedule_read(host, &dbc_retention_schedule);

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ttTIT");
		dbc_value n = dbc_null();

		dbc_emit(host, cells[0], cells[1], n, n, n, n, n, n, n, cells[2],
				 cells[3], cells[4], daily.next, n);
	}
}

/* dbarchive_status() */
DBC_RUN(dbarchive_status)
{
	if (!dbc_has_tables(host))
		return;
	list_tables(host);
	list_policies(host);
}
