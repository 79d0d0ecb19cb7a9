/*
 * undo.c
 *	  dbaudit_undo: takes back logged changes.
 *
 * The rows are first read, some at a time, and rebuilt as they were before the
 * changes.  Those that exist are deleted, then those that existed are inserted,
 * both without firing triggers; the log has entries of both.  Where triggers
 * fire, rows that exist before and after are updated instead: a trigger may
 * delete what belongs to a deleted row.
 */
#include "common/audit/undo.h"

#include <string.h>

#include "common/check/user_table.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/unfired.h"

/* Columns of audit/undo_tables.sql. */
enum
{
	U_TABLE_ID,
	U_TABLE,
	U_ENTRIES,
	U_FIRST,
	U_LAST,
	U_IS_ODD
};

/* Adds a table with entries, a row of audit/undo_tables.sql. */
static void
add_table(dbc_undo *u, const dbc_value *found)
{
	dbc_host *host = u->host;
	int64_t id = found[U_TABLE_ID].integer;
	dbc_value name = dbc_text(dbc_get_text(
		host, dbc_query(host, "audit/table_now", dbc_int(id), found[U_TABLE]),
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
	*t = (dbc_undo_table){
		.first = found[U_FIRST].integer,
		.last = found[U_LAST].integer,
		.is_odd = found[U_IS_ODD].integer,
		.parts = dbc_audit_read_parts(host, table, facts[0].integer)};
	t->steps =
		dbc_alloc(host, (size_t) (2 * t->parts.count + 1) * sizeof(*t->steps));
	memset(t->steps, 0, (size_t) (2 * t->parts.count + 1) * sizeof(*t->steps));
	dbc_audit_begin_replay(&t->base, host, table, id);
	u->entries += found[U_ENTRIES].integer;
}

/* Reads which entries are to be undone. */
static void
read_choice(dbc_undo *u, const dbc_value *id, const dbaudit_undo_options *given)
{
	dbc_host *host = u->host;
	int64_t ms;
	int ways =
		(id->kind != DBC_NULL) + given->transaction.given + given->actor.given;

	if (ways != 1 || (given->actor.given != given->since.given))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass the number of an entry, or null and the option "
				 "transaction, or null and the options actor and since.",
				 "it is not clear which changes to undo");
	u->chosen[0] = *id;
	u->chosen[1] = given->transaction.given
					   ? dbc_int(given->transaction.integer)
					   : dbc_null();
	u->chosen[2] = dbc_text(given->actor.text);
	u->chosen[3] = dbc_null();
	if (!given->since.given)
		return;
	if (!dbc_parse_time(given->since.text, &ms))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write a time such as 2026-11-21T09:00:00Z.",
				 "option \"since\" cannot be \"%s\"", given->since.text);
	u->chosen[3] =
		dbc_text(host->traits->microseconds ? given->since.text
											: dbc_time_text(host, ms));
}

/* Reads the tables with such entries. */
static void
read_tables(dbc_undo *u)
{
	const dbc_rows *found =
		dbc_query(u->host, "audit/undo_tables",
				  DBC_UNDO_CHOSEN(u, u->chosen[0], dbc_null()));

	if (found->nrows == 0)
		dbc_fail(u->host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_log() lists the logged changes.",
				 "the log has no such changes of rows");
	u->tables = dbc_alloc(u->host, (size_t) found->nrows * sizeof(*u->tables));
	for (int i = 0; i < found->nrows; i++)
		add_table(u, dbc_get_row(u->host, found, i, "itiiib"));
}

/* Undoes the changes; for dbc_guard(). */
static void
undo_changes(dbc_host *host, void *arg)
{
	dbc_undo *u = arg;

	(void) host;
	for (int i = 0; i < u->ntables; i++)
	{
		dbc_audit_undo_read_table(u, &u->tables[i]);
		dbc_audit_undo_refuse_conflicts(u);
	}
	u->writes = true;
	dbc_audit_undo_change(u);
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
				  .fires = given->triggers.given};
	dbc_row_unfired unfired = {.count = 0};
	dbc_error error;

	/* a dry run counts the rows without conflicts */
	u.keeps = !u.overwrites && (given->dry_run.integer ||
								(conflict && dbc_same(conflict, "keep")));
	dbc_lock(host, dbc_lock_timeout(host));
	dbc_need_tables(host);
	dbc_check_row_security(host, "audit/hidden", dbc_null());
	read_choice(&u, &args->id, given);
	read_tables(&u);
	if (!dbc_guard(host, undo_changes, &u,
				   given->dry_run.integer ? DBC_UNDO : DBC_KEEP, false, &error))
	{
		if (!u.writes)
			dbc_rethrow(host, &error);
		dbc_fail(host, error.sqlstate,
				 dbc_format(host, "%s.%s%s", error.message,
							error.detail ? " " : "",
							error.detail ? error.detail : ""),
				 dbc_same(error.sqlstate, DBC_INSUFFICIENT) && error.hint
					 ? error.hint
				 : u.fires ? "Leave out {\"triggers\": \"fire\"}."
						   : error.hint,
				 "the changes cannot be undone");
	}
	DBC_PUT_INT(result, entries, u.entries);
	DBC_PUT_INT(result, tables, u.ntables);
	DBC_PUT_INT(result, rows, u.rows);
	DBC_PUT_INT(result, kept, u.kept);
	DBC_PUT(result, conflicts, dbc_audit_undo_list_conflicts(&u));
	DBC_PUT_BOOL(result, dry_run, given->dry_run.integer);
	for (int i = 0; i < u.ntables; i++)
		if (!u.fires || u.tables[i].parts.is_partitioned)
			dbc_row_add_unfired(host, &unfired, u.tables[i].base.table,
								DBC_ROWS_INSERTED | DBC_ROWS_DELETED |
									DBC_ROWS_UPDATED |
									(u.fires ? DBC_ROWS_OF_PARTS : 0));
	dbc_row_put_unfired(host, &unfired, result);
	dbc_json_emit(host, result);
}
