/*
 * as_of.c
 *	  dbaudit_as_of and dbaudit_table_as_of: rows at a moment in the past.
 */
#include "common/audit/follow.h"

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/text.h"
#include "common/row/key.h"
#include "common/row/shown.h"

/* A moment of a table. */
typedef struct moment
{
	const dbc_relation *table;
	int64_t id;		/* of the table in audited_table */
	dbc_value time; /* as dbcare's tables have it */
} moment;

/* The time of an argument; PostgreSQL's has microseconds. */
static dbc_value
read_time(dbc_host *host, const dbc_value *given)
{
	int64_t ms;

	if (!dbc_parse_time(given->text, &ms))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write a time such as 2026-11-21T09:00:00Z.",
				 "\"%s\" is not a time", given->text);
	return host->engine == DBC_ON_SQLITE ? dbc_text(dbc_time_text(host, ms))
										 : *given;
}

/* Fails unless the log has all changes of the table since the moment. */
static moment
read_moment(dbc_host *host, const dbc_value *relation, const dbc_value *time)
{
	moment m = {.table = dbc_check_user_table(host, relation),
				.time = read_time(host, time)};
	const dbc_value *since;

	m.id = dbc_audit_find(host, m.table).id;
	since = m.id ? dbc_get_row(host,
							   dbc_query(host, "audit/logged_since",
										 dbc_int(m.id), m.time),
							   0, "tbb")
				 : NULL;
	if (!since || since[2].integer)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_enable() begins to log them.",
				 "changes of table %s are not logged", m.table->shown);
	if (since[1].integer)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the log of table %s begins at %s", m.table->shown,
				 since[0].text);
	return m;
}

static dbc_audit_columns
columns_at(dbc_host *host, const moment *m)
{
	const dbc_rows *rows =
		dbc_query(host, "audit/shape_at", dbc_int(m->id), m->time);

	return dbc_audit_read_columns(host, dbc_get_json(host, rows, 0, 0));
}

/* dbaudit_as_of(relation, row_key, moment) */
DBC_RUN(dbaudit_as_of)
{
	moment m = read_moment(host, &args->relation, &args->moment);
	dbc_row_named named = dbc_row_find(host, m.table, &args->row_key);
	dbc_row_keys keys = dbc_audit_spellings(host, m.table, m.id, &named);
	dbc_audit_columns columns = columns_at(host, &m);
	dbc_audit_follower entries;
	dbc_audit_replay r;
	dbc_audit_row *row;

	dbc_audit_begin_replay(&r, host, m.table, m.id);
	entries = dbc_audit_follow(&r, m.time, &keys);
	dbc_audit_read_present(&r, 0, NULL);
	for (int i = 0; i < entries.count; i++)
		dbc_audit_take_back(&r, entries.list[i].cells);
	/* a table has one row at most whose key is equal */
	row = dbc_audit_row_of(&r, keys.list[0]);
	for (int i = 1; i < keys.count && !row->exists; i++)
		row = dbc_audit_row_of(&r, keys.list[i]);
	dbc_emit(host,
			 row->exists
				 ? dbc_row_shown(host, dbc_audit_row_text(&r, row, &columns))
				 : dbc_null());
}

/* dbaudit_table_as_of(relation, moment) */
DBC_RUN(dbaudit_table_as_of)
{
	moment m = read_moment(host, &args->relation, &args->moment);
	dbc_audit_columns columns = columns_at(host, &m);
	const dbc_rows *rows =
		dbc_query(host, "audit/newer", dbc_int(m.id), m.time);
	dbc_audit_replay r;

	dbc_audit_begin_replay(&r, host, m.table, m.id);
	dbc_audit_read_all(&r);
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_audit_take_back(
			&r, dbc_audit_get_newer(host, rows, i, DBC_NEWER_SHAPES));
		dbc_poll(host);
	}
	for (int i = 0; i < r.nrows; i++)
		if (r.rows[i]->exists)
			dbc_emit(host, dbc_json(r.rows[i]->key),
					 dbc_row_shown(
						 host, dbc_audit_row_text(&r, r.rows[i], &columns)));
}
