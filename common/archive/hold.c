/*
 * hold.c
 *	  dbarchive_hold, dbarchive_release and dbarchive_holds: rows that must not
 *	  be deleted for good.
 *
 * Each statement that deletes for good tests the holds itself.  It excludes
 * these functions, so none can miss a hold that was set before it.
 */
#include "common/archive/flag.h"

#include "common/check/user_table.h"
#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/retry.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/migrate/kept.h"
#include "common/row/held.h"

/* A row that is held, or that is to be. */
typedef struct held_row
{
	const char
		*key; /* as dbcare's tables have it; NULL: there is no such row */
	const char *values; /* of a key of several columns, or NULL */
	bool is_deleted;
	int64_t part; /* [PG] number of the partition that has it, or 0 */
} held_row;

/* The number of the partition with an OID. */
static int64_t
know_part(dbc_host *host, int64_t oid)
{
	const dbc_rows *rows = dbc_query(host, "archive/hold_part", dbc_int(oid));
	dbc_relation part = {.schema = dbc_get_text(host, rows, 0, 0),
						 .name = dbc_get_text(host, rows, 0, 1)};

	return dbc_know_table(host, &part);
}

/* Finds the row with a key in the table, or among the deleted ones. */
static held_row
find_row(dbc_host *host, const dbc_relation *table, const dbc_row_named *row)
{
	const char *mode = dbc_archive_mode(host, table);
	bool has_parts = dbc_find_sql(host, "archive/hold_part") != NULL;
	const dbc_rows *rows = dbc_row_read(
		host,
		dbc_format(host, "select %s, %s, %s from %s where %s", row->key_sql,
				   mode && dbc_same(mode, "flag")
					   ? "case when deleted_at is null then 0 else 1 end"
					   : "0",
				   has_parts ? "cast(tableoid as bigint)" : "0", table->shown,
				   row->condition));

	if (rows->nrows > 0)
	{
		dbc_value key = dbc_json(dbc_get_text(host, rows, 0, 0));

		return (held_row){
			.key = key.text,
			.values =
				row->values ? dbc_row_find(host, table, &key).values : NULL,
			.is_deleted = dbc_get_int(host, rows, 0, 1) != 0,
			.part =
				has_parts ? know_part(host, dbc_get_int(host, rows, 0, 2)) : 0};
	}
	rows = dbc_query(host, "archive/kept", dbc_text(table->shown),
					 dbc_row_identifies(host, table, row));
	if (rows->nrows == 0)
		return (held_row){.key = NULL, .is_deleted = true};
	return (held_row){.key = dbc_get_text(host, rows, 0, 0),
					  .values = dbc_get_text_or_null(host, rows, 0, 1),
					  .is_deleted = true};
}

/* The number by which holds know the table.  Makes the trigger that makes them
 * follow their rows; fails if rows of the table are known by where they are. */
static int64_t
know_table(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *trigger;

	dbc_row_refuse_moved_holds(host, table->shown);
	trigger =
		dbc_query(host, "archive/hold_trigger", dbc_text(table->schema),
				  dbc_text(table->name), dbc_int(dbc_know_table(host, table)));

	if (trigger->nrows == 0)
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE,
				 "Its rows are known by their places, which VACUUM and updates "
				 "change.",
				 "Add a primary key.",
				 "rows of table %s cannot be held: it has no primary key",
				 table->shown);
	for (int i = 0; i < trigger->nrows; i++)
		if (!dbc_is_null(host, trigger, i, 1))
			dbc_migrate_create_trigger(host, dbc_get_text(host, trigger, i, 1));
	if (dbc_find_sql(host, "archive/order_holds"))
		dbc_query(host, "archive/order_holds", dbc_text(table->shown));
	return dbc_get_int(host, trigger, 0, 0);
}

static void
drop_trigger(dbc_host *host, void *arg)
{
	dbc_query_text(host, arg);
}

/* Drops what followed the rows of tables that have no more holds.  One whose
 * table is in use is left for another release: it does nothing. */
static void
drop_triggers(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "archive/hold_triggers");
	dbc_error error;

	for (int i = 0; i < rows->nrows; i++)
		if (!dbc_guard(host, drop_trigger,
					   (void *) dbc_get_text(host, rows, i, 0), DBC_KEEP, false,
					   &error) &&
			!dbc_is_transient(&error))
			dbc_rethrow(host, &error);
}

/* Ends the holds of a row, or those with a key as dbarchive_holds() lists it,
 * which is logged; returns the reason of the last one,
 * or NULL.  Holds by the name of another table, of which this one is a
 * partition, or of one that was dropped and whose name this one has, may be of
 * another owner. */
static const char *
release(dbc_host *host, const dbc_relation *table, const char *key,
		bool is_as_listed)
{
	const dbc_rows *holds = is_as_listed ? dbc_row_read_holds(host, table, key)
										 : dbc_row_find_holds(host, table, key);
	const char *reason = NULL;

	for (int i = 0; i < holds->nrows; i++)
		if (dbc_same(dbc_get_text(host, holds, i, 1), table->shown) &&
			dbc_get_bool(host, holds, i, 5))
			reason = dbc_get_text(host,
								  dbc_query(host, "archive/release",
											dbc_get_value(host, holds, i, 0)),
								  0, 0);
	if (reason)
	{
		dbc_json_node *details = dbc_json_object(host);

		DBC_PUT_TEXT(details, reason, reason);
		dbc_log_protection(host, table, key, details);
	}
	return reason;
}

/* Locks out what deletes rows; names of tables are the present ones from here
 * on. */
static void
begin(dbc_host *host, const dbc_relation *table)
{
	dbc_lock(host, dbc_schema_lock_timeout(host));
	dbc_need_tables(host);
	dbc_archive_follow_table(host, table);
	dbc_exclude(host, DBC_X_HOLDS);
}

static void
emit_result(dbc_host *host, const dbc_relation *table, const char *key,
			const char *reason, bool deleted)
{
	dbc_json_node *result = dbc_json_object(host);
	const dbc_value row_key = dbc_json(key);

	DBC_PUT_TEXT(result, table_name, table->shown);
	DBC_PUT_VALUE(result, row_key, &row_key);
	DBC_PUT_TEXT(result, reason, reason);
	DBC_PUT_BOOL(result, deleted, deleted);
	dbc_json_emit(host, result);
}

/* dbarchive_hold(relation, row_key, reason) */
DBC_RUN(dbarchive_hold)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	dbc_row_named row = dbc_row_find(host, table, &args->row_key);
	const char *reason = args->reason.text;
	int64_t number;
	held_row found;

	begin(host, table);
	number = know_table(host, table);
	found = find_row(host, table, &row);
	if (!found.key)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_deleted() lists the deleted rows.",
				 "table %s has no row with the key %s, deleted or not",
				 table->shown, row.key);
	/* another reason would hide why the row was held */
	if (release(host, table, found.key, false))
		dbc_require_table_owner(host, table);
	dbc_query(host, "archive/hold", dbc_text(table->shown), dbc_text(found.key),
			  dbc_text(reason),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))),
			  dbc_int(number), dbc_int(found.part), dbc_text(found.values));
	dbc_row_hold_spellings(host, table);
	emit_result(host, table, found.key, reason, found.is_deleted);
}

typedef struct naming
{
	const dbc_relation *table;
	const dbc_value *key;
	dbc_row_named row;
} naming;

static void
name_row(dbc_host *host, void *arg)
{
	naming *n = arg;

	n->row = dbc_row_find(host, n->table, n->key);
}

typedef struct finding
{
	const dbc_value *relation;
	const dbc_relation *table;
} finding;

static void
find_table(dbc_host *host, void *arg)
{
	finding *f = arg;

	f->table = dbc_check_user_table(host, f->relation);
}

/* Ends the holds of a row of a table that no longer exists, which
 * dbarchive_holds() lists under the name and key given; false if there are
 * none. */
static bool
release_dropped(dbc_host *host, const char *name, const char *key)
{
	const dbc_relation table = {.shown = name};
	const dbc_rows *holds;

	if (!dbc_has_tables(host))
		return false;
	begin(host, &table);
	holds = dbc_query(host, "archive/dropped_holds", dbc_text(name),
					  dbc_text(key), dbc_text(host->role));
	if (holds->nrows == 0)
		return false;
	for (int i = 0; i < holds->nrows; i++)
		dbc_query(host, "archive/release", dbc_get_value(host, holds, i, 0));
	emit_result(host, &table, key, dbc_get_text(host, holds, 0, 1), false);
	return true;
}

/* The table of an argument; NULL if it does not exist, and a hold of a row of
 * it was ended. */
static const dbc_relation *
table_of(dbc_host *host, const dbc_value *relation, const dbc_value *key)
{
	finding f = {.relation = relation};
	dbc_error error;

	if (dbc_guard(host, find_table, &f, DBC_UNDO, true, &error))
		return f.table;
	if (!dbc_same(error.sqlstate, DBC_UNDEFINED_TABLE) ||
		relation->kind == DBC_NULL ||
		!release_dropped(host, relation->text, dbc_row_key_as_json(host, key)))
		dbc_rethrow(host, &error);
	return NULL;
}

/* dbarchive_release(relation, row_key) */
DBC_RUN(dbarchive_release)
{
	const dbc_relation *table = table_of(host, &args->relation, &args->row_key);
	naming n = {.table = table, .key = &args->row_key};
	held_row found = {.key = args->row_key.text, .is_deleted = false};
	const char *reason = NULL;
	dbc_error error;

	if (!table)
		return;
	begin(host, table);
	dbc_require_table_owner(host, table);
	if (dbc_guard(host, name_row, &n, DBC_KEEP, false, &error))
	{
		held_row row = find_row(host, table, &n.row);

		found = row.key ? row : (held_row){.key = n.row.key};
		reason = release(host, table, found.key, false);
	}
	else if (!found.key)
		dbc_rethrow(host, &error);
	/* as dbarchive_holds() has it: the key may have other columns now */
	if (!reason && args->row_key.text)
		reason = release(host, table, args->row_key.text, true);
	if (!reason && error.message)
		dbc_rethrow(host, &error);
	if (!reason)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
				 "row %s of table %s is not held", found.key, table->shown);
	drop_triggers(host);
	emit_result(host, table, found.key, reason, found.is_deleted);
}

/* A row that is held, of a table with mode flag. */
typedef struct marked_row
{
	const char *table_name;
	const char *key;
	bool is_deleted;
} marked_row;

static void
read_mark(dbc_host *host, void *arg)
{
	marked_row *held = arg;
	const dbc_relation *table = dbc_resolve(host, held->table_name);
	dbc_row_named row = dbc_row_find(
		host, table, &(dbc_value){.kind = DBC_JSON, .text = held->key});

	held->is_deleted =
		dbc_row_read(
			host,
			dbc_format(host,
					   "select 1 from %s where (%s) and deleted_at is not null",
					   table->shown, row.condition))
			->nrows > 0;
}

/* dbarchive_holds(relation) */
DBC_RUN(dbarchive_holds)
{
	dbc_value table = dbc_null();
	const dbc_rows *rows;

	if (args->relation.kind != DBC_NULL)
		table = dbc_text(dbc_check_user_table(host, &args->relation)->shown);
	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "archive/holds", table);
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tttttbb");
		marked_row held = {.table_name = cells[0].text, .key = cells[1].text};
		dbc_value is_deleted = cells[5];
		dbc_error error;

		if (!is_deleted.integer && cells[6].integer)
			is_deleted =
				dbc_guard(host, read_mark, &held, DBC_UNDO, true, &error)
					? dbc_bool(held.is_deleted)
					: dbc_null();
		dbc_emit(host, cells[0], dbc_json(cells[1].text), cells[2], cells[3],
				 cells[4], is_deleted);
		dbc_poll(host);
	}
}
