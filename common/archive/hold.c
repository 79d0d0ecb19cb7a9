/*
 * hold.c
 *	  dbarchive_hold, dbarchive_release and dbarchive_holds: rows that must not
 *	  be deleted for good.
 *
 * Each statement that deletes for good tests the holds itself.  It excludes
 * these functions, so none can miss a hold that was set before it.
 */
#include "common/archive/flag.h"

#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* The key of a row as dbcare's tables have it: that of the row itself, or of a
 * deleted one; sets *deleted.  NULL if there is neither. */
static const char *
find_row(dbc_host *host, const dbc_relation *table, const dbc_row_named *row,
		 bool *deleted)
{
	const char *mode = dbc_archive_mode(host, table);
	const dbc_rows *rows = dbc_archive_read(
		host, dbc_format(host, "select %s, %s from %s where %s", row->key_sql,
						 mode && dbc_same(mode, "flag")
							 ? "case when deleted_at is null then 0 else 1 end"
							 : "0",
						 table->shown, row->condition));

	*deleted = rows->nrows == 0 || dbc_get_int(host, rows, 0, 1) != 0;
	if (rows->nrows > 0)
		return dbc_get_text(host, rows, 0, 0);
	rows = dbc_query(host, "archive/kept", dbc_text(table->shown),
					 dbc_text(row->key));
	return rows->nrows > 0 ? row->key : NULL;
}

/* Locks out what deletes rows; names of tables are the present ones from here
 * on. */
static void
begin(dbc_host *host)
{
	dbc_need_tables(host);
	dbc_archive_follow(host);
	host->exclude(host, DBC_X_HOLDS);
}

static void
emit_result(dbc_host *host, const dbc_relation *table, const char *key,
			const char *reason, bool deleted)
{
	dbc_json_node *result = dbc_json_object(host);

	dbc_json_put_text(result, "table_name", table->shown);
	dbc_json_put_text(result, "row_key", key);
	dbc_json_put_text(result, "reason", reason);
	dbc_json_put_bool(result, "deleted", deleted);
	dbc_json_emit(host, result);
}

/* Ends the hold of a row, which is logged; returns its reason, or NULL. */
static const char *
release(dbc_host *host, const dbc_relation *table, const char *key,
		int64_t number)
{
	const dbc_rows *held =
		dbc_query(host, "archive/release", dbc_text(table->shown),
				  dbc_text(key), dbc_int(number));
	dbc_json_node *details = dbc_json_object(host);

	if (held->nrows == 0)
		return NULL;
	dbc_json_put_text(details, "reason", dbc_get_text(host, held, 0, 0));
	dbc_log_protection(host, table, key, details);
	return dbc_get_text(host, held, 0, 0);
}

/* dbarchive_hold(relation, row_key, reason) */
DBC_RUN(dbarchive_hold)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	dbc_row_named row = dbc_row_find(host, table, &args->row_key);
	const char *reason = args->reason.text;
	const char *key;
	int64_t number;
	bool deleted;

	begin(host);
	key = find_row(host, table, &row, &deleted);
	if (!key)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_deleted() lists the deleted rows.",
				 "table %s has no row with the key %s, deleted or not",
				 table->shown, row.key);
	number = dbc_know_table(host, table);
	/* another reason would hide why the row was held */
	if (release(host, table, key, number))
		dbc_require_table_owner(host, table);
	dbc_query(host, "archive/hold", dbc_text(table->shown), dbc_text(key),
			  dbc_text(reason),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))),
			  dbc_int(number));
	emit_result(host, table, key, reason, deleted);
}

/* dbarchive_release(relation, row_key) */
DBC_RUN(dbarchive_release)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	dbc_row_named row = dbc_row_find(host, table, &args->row_key);
	const char *reason;
	const char *key;
	bool deleted;

	begin(host);
	dbc_require_table_owner(host, table);
	key = find_row(host, table, &row, &deleted);
	if (!key)
		key = row.key;
	reason = release(host, table, key, dbc_know_table(host, table));
	if (!reason)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
				 "row %s of table %s is not held", row.key, table->shown);
	emit_result(host, table, key, reason, deleted);
}

/* A row that is held, of a table with mode flag. */
typedef struct held_row
{
	const char *table_name;
	const char *key;
	bool is_deleted;
} held_row;

static void
read_mark(dbc_host *host, void *arg)
{
	held_row *held = arg;
	const dbc_relation *table = host->resolve(host, held->table_name);
	dbc_row_named row = dbc_row_find(
		host, table, &(dbc_value){.kind = DBC_JSON, .text = held->key});

	held->is_deleted =
		dbc_archive_read(
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
		held_row held = {.table_name = cells[0].text, .key = cells[1].text};
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
