/*
 * undo.c
 *	  dbaudit_undo: takes back logged changes.
 *
 * The rows are rebuilt as they were before the changes.  Those that exist are
 * deleted, then those that existed are inserted, both without firing triggers;
 * the log has entries of both.  Where triggers fire, rows that exist before and
 * after are updated instead: a trigger may delete what belongs to a deleted
 * row.
 */
#include "common/audit/undo.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/identity.h"
#include "common/row/key.h"
#include "common/row/held.h"
#include "common/row/unfired.h"

/* Columns of audit/undo_entries.sql after those of audit/newer.sql. */
enum
{
	U_TABLE_ID = DBC_NEWER_CHANGED + 1,
	U_TABLE
};

static const dbc_value *
entry_at(const dbc_undo *u, int i)
{
	return dbc_audit_get_newer(u->host, u->entries, i, "iijtjjit");
}

/* Fails if a value of a row is not in the log. */
static void
require_values(dbc_undo *u, const dbc_undo_table *t, const dbc_audit_row *row)
{
	for (int i = 0; row->exists && i < row->count; i++)
	{
		const char *value = row->cells[i].value;

		if (dbc_starts_with(value, "{\"masked\"") ||
			dbc_starts_with(value, "{\"hash\"") ||
			dbc_starts_with(value, "{\"erased\""))
			dbc_fail(u->host, DBC_NOT_READY, NULL, NULL,
					 "row %s of table %s cannot be restored: a value is "
					 "masked, hashed or erased",
					 row->key, t->replay.table->shown);
	}
}

/* Lets the caller cancel a long loop. */
static void
poll_at(dbc_undo *u, int i)
{
	if (i % DBC_AUDIT_BATCH == 0)
		dbc_poll(u->host);
}

/* Reads the rows of a table that have changes. */
static void
read_rows(dbc_undo *u, dbc_undo_table *t)
{
	dbc_audit_replay *r = &t->replay;

	for (int i = t->first; i < t->end; i++)
	{
		dbc_undo_add_entry(u, t, entry_at(u, i));
		poll_at(u, i);
	}
	dbc_undo_find_conflicts(u, t);
	dbc_undo_refuse_conflicts(u);
	if (u->keeps)
		dbc_undo_spread_kept(u, t);
	t->existed = dbc_alloc(u->host, (size_t) r->nrows + 1);
	for (int i = 0; i < r->nrows; i++)
	{
		t->kept[i] = t->kept[i] && !u->overwrites;
		u->kept += t->kept[i];
	}
	dbc_audit_read_present(r, 0, t->kept);
	for (int i = 0; i < r->nrows; i++)
		t->existed[i] = r->rows[i]->exists;
	for (int i = 0; i < t->nentries; i++)
	{
		if (!t->kept[dbc_audit_number_of(
				r, dbc_audit_entry_key(r, t->entries[i]))])
			dbc_audit_take_back(r, t->entries[i]);
		poll_at(u, i);
	}
	for (int i = 0; i < r->nrows; i++)
		require_values(u, t, r->rows[i]);
}

/* Adds the table of the entries from first on. */
static void
add_table(dbc_undo *u, int first)
{
	dbc_host *host = u->host;
	const dbc_value *entry = entry_at(u, first);
	int64_t id = entry[U_TABLE_ID].integer;
	dbc_value name = dbc_text(dbc_get_text(
		host, dbc_query(host, "audit/table_now", dbc_int(id), entry[U_TABLE]),
		0, 0));
	const dbc_relation *table = dbc_check_user_table(host, &name);
	const dbc_value *facts =
		dbc_get_row(host,
					dbc_query(host, "audit/restorable", dbc_text(table->schema),
							  dbc_text(table->name)),
					0, "b");
	dbc_undo_table *t = &u->tables[u->ntables++];

	if (dbc_audit_find(host, table).id != id)
		dbc_fail(host, DBC_NOT_READY,
				 "It was created under this name since, or the logged one was "
				 "renamed.",
				 "Call dbaudit_enable() for a renamed table.",
				 "table %s is not the one that the changes were logged of",
				 table->shown);
	if (u->fires && facts[0].integer)
		dbc_fail(
			host, DBC_UNSUPPORTED, NULL, "Leave out {\"triggers\": \"fire\"}.",
			"triggers of the partitioned table %s cannot fire", table->shown);
	*t = (dbc_undo_table){
		.first = first,
		.parts = dbc_audit_read_parts(host, table, facts[0].integer)};
	for (t->end = first; t->end < u->entries->nrows; t->end++)
		if (entry_at(u, t->end)[U_TABLE_ID].integer != id)
			break;
	dbc_audit_begin_replay(&t->replay, host, table, id);
	read_rows(u, t);
}

/* The entries that are to be undone. */
static const dbc_rows *
choose_entries(dbc_host *host, const dbc_value *id,
			   const dbaudit_undo_options *given)
{
	dbc_value since = dbc_null();
	int64_t ms;
	int ways =
		(id->kind != DBC_NULL) + given->transaction.given + given->actor.given;

	if (ways != 1 || (given->actor.given != given->since.given))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass the number of an entry, or null and the option "
				 "transaction, or null and the options actor and since.",
				 "it is not clear which changes to undo");
	if (given->since.given)
	{
		if (!dbc_parse_time(given->since.text, &ms))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Write a time such as 2026-11-21T09:00:00Z.",
					 "option \"since\" cannot be \"%s\"", given->since.text);
		/* PostgreSQL's has microseconds */
		since = host->engine == DBC_ON_SQLITE
					? dbc_text(dbc_time_text(host, ms))
					: dbc_text(given->since.text);
	}
	return dbc_query(host, "audit/undo_entries", *id,
					 given->transaction.given
						 ? dbc_int(given->transaction.integer)
						 : dbc_null(),
					 dbc_text(given->actor.text), since);
}

/* dbaudit_undo(id, options) */
DBC_RUN(dbaudit_undo)
{
	const dbaudit_undo_options *given =
		dbc_read_options(host, &args->options, dbaudit_undo_options);
	dbc_json_node *result = dbc_json_object(host);
	const char *conflict = given->on_conflict.text;
	dbc_undo u = {.host = host,
				  .overwrites = conflict && dbc_same(conflict, "overwrite"),
				  .fires = given->triggers.given,
				  .listed = dbc_json_array(host)};
	dbc_row_unfired unfired = {.count = 0};
	dbc_error error;

	/* a dry run counts the rows without conflicts */
	u.keeps = !u.overwrites && (given->dry_run.integer ||
								(conflict && dbc_same(conflict, "keep")));
	host->lock(host, dbc_lock_timeout(host));
	dbc_need_tables(host);
	dbc_check_row_security(host, "audit/hidden", dbc_null());
	u.entries = choose_entries(host, &args->id, given);
	if (u.entries->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_log() lists the logged changes.",
				 "the log has no such changes of rows");
	dbc_buffer_init(&u.conflicts, host);
	u.tables = dbc_alloc(host, (size_t) u.entries->nrows * sizeof(*u.tables));
	for (int i = 0; i < u.entries->nrows; i = u.tables[u.ntables - 1].end)
		add_table(&u, i);
	if (!dbc_guard(host, dbc_undo_change, &u,
				   given->dry_run.integer ? DBC_UNDO : DBC_KEEP, false, &error))
		dbc_fail(host, error.sqlstate,
				 dbc_format(host, "%s.%s%s", error.message,
							error.detail ? " " : "",
							error.detail ? error.detail : ""),
				 u.fires && !dbc_same(error.sqlstate, DBC_INSUFFICIENT)
					 ? "Leave out {\"triggers\": \"fire\"}."
					 : error.hint,
				 "the changes cannot be undone");
	dbc_json_put_int(result, "entries", u.entries->nrows);
	dbc_json_put_int(result, "tables", u.ntables);
	dbc_json_put_int(result, "rows", u.rows);
	dbc_json_put_int(result, "kept", u.kept);
	dbc_json_put(result, "conflicts", u.listed);
	dbc_json_put_bool(result, "dry_run", given->dry_run.integer);
	for (int i = 0; i < u.ntables && !u.fires; i++)
		dbc_row_add_unfired(host, &unfired, u.tables[i].replay.table,
							DBC_ROWS_INSERTED | DBC_ROWS_DELETED |
								DBC_ROWS_UPDATED);
	dbc_row_put_unfired(host, &unfired, result);
	dbc_json_emit(host, result);
}
