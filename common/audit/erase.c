/*
 * erase.c
 *	  dbaudit_erase: removes values of a row from the log.
 *
 * The leaf of a sealed entry has only hashes of its values: the hash replaces
 * the value, and its salt is deleted, so that the leaf stays valid and the
 * value cannot be guessed.
 */
#include "common/audit/follow.h"
#include "common/audit/seal.h"

#include <string.h>

#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/rights.h"
#include "common/core/tables.h"
#include "common/row/key.h"

typedef struct erasure
{
	dbc_host *host;
	dbc_audit_replay replay; /* for the columns of entries */
	dbc_json_entries names;
	int64_t *columns; /* their numbers */
	dbc_json_node *entries;
	int64_t values;
	int64_t trash; /* deleted rows that are kept */
	int64_t saved; /* rows saved by repairs */
} erasure;

/* Columns of audit/seal_of.sql. */
enum
{
	O_SEAL,
	O_PLACE,
	O_SALTS
};

/* ---- what is erased ---- */

/* The number of a column of the present table or, if it was dropped, of the
 * last one of that name in the log. */
static int64_t
number_of(erasure *e, const char *name)
{
	dbc_host *host = e->host;
	const dbc_audit_columns *present = &e->replay.present;
	const dbc_rows *shapes;

	for (int i = 0; i < present->count; i++)
		if (dbc_same(present->list[i].name, name))
		{
			if (present->list[i].in_key)
				dbc_fail(host, DBC_INVALID_PARAMETER,
						 "Entries name their row by the primary key.", NULL,
						 "column \"%s\" belongs to the primary key of table %s",
						 name, e->replay.table->shown);
			return present->list[i].number;
		}
	shapes = dbc_query(host, "audit/shapes", dbc_int(e->replay.id));
	for (int s = 0; s < shapes->nrows; s++)
	{
		dbc_audit_columns columns =
			dbc_audit_read_columns(host, dbc_get_json(host, shapes, s, 0));

		for (int i = 0; i < columns.count; i++)
			if (!columns.list[i].in_key && dbc_same(columns.list[i].name, name))
				return columns.list[i].number;
	}
	dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
			 "column \"%s\" of table %s is not in the log", name,
			 e->replay.table->shown);
}

static void
read_columns(erasure *e, const dbc_value *columns)
{
	dbc_host *host = e->host;

	e->names = dbc_json_read_entries(host, columns->text, "columns");
	e->columns =
		dbc_alloc(host, (size_t) (e->names.count + 1) * sizeof(*e->columns));
	for (int i = 0; i < e->names.count; i++)
	{
		if (e->names.list[i].key || e->names.list[i].kind != DBC_I_STRING)
			e->names.count = 0;
		else
			e->columns[i] = number_of(e, e->names.list[i].text);
	}
	if (e->names.count == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a JSON array such as [\"name\", \"address\"].",
				 "argument columns is not a list of columns");
}

/* Whether a member of an entry is to be erased. */
static bool
is_wanted(const erasure *e, const dbc_audit_columns *columns,
		  const dbc_audit_member *member)
{
	const dbc_audit_column *column =
		dbc_audit_column_of(e->host, columns, member);

	for (int i = 0; column && i < e->names.count; i++)
		if (column->number == e->columns[i])
			return !dbc_starts_with(member->value, "{\"erased\": ");
	return false;
}

/* ---- entries ---- */

/* Appends what replaces a value. */
static void
append_erased(dbc_buffer *text, dbc_audit_salts *salts, int place, int number,
			  const dbc_audit_member *member)
{
	const char *salt = salts ? dbc_audit_salt(salts, place, number) : NULL;

	if (!salt)
	{
		dbc_append(text, "{\"erased\": true}");
		return;
	}
	dbc_append_format(text, "{\"erased\": \"%s\"}",
					  dbc_audit_hash_value(text->host, salt, member));
	dbc_audit_erase_salt(salts, place, number);
}

/* The values of an entry without the erased ones; NULL if it has none of these.
 */
static const char *
without_values(erasure *e, const dbc_audit_columns *columns,
			   const char *changed, dbc_audit_salts *salts, int place)
{
	const char *from = changed;
	dbc_audit_member member;
	dbc_buffer text;
	int erased = 0;

	dbc_buffer_init(&text, e->host);
	for (int i = 0; dbc_audit_next_member(&changed, &member); i++)
	{
		if (!is_wanted(e, columns, &member))
			continue;
		dbc_append_bytes(&text, from, (size_t) (member.value - from));
		append_erased(&text, salts, place, i, &member);
		from = member.value + member.value_length;
		erased++;
	}
	dbc_append(&text, from);
	e->values += erased;
	return erased > 0 ? text.data : NULL;
}

/* Erases the values of an entry, a row of audit/newer.sql.  stored: its changed
 * values as the log has them, since the hashes of sealed ones are of these
 * bytes. */
static void
erase_entry(erasure *e, const dbc_value *entry, const char *stored)
{
	dbc_host *host = e->host;
	const dbc_rows *seals =
		dbc_query(host, "audit/seal_of", entry[DBC_NEWER_ID]);
	const dbc_value *seal =
		seals->nrows > 0 ? dbc_get_row(host, seals, 0, "iit") : NULL;
	dbc_audit_salts salts;
	const char *changed;

	if (seal)
		dbc_audit_read_salts(host, &salts, seal[O_SALTS].text);
	changed = without_values(e, dbc_audit_columns_of(&e->replay, entry), stored,
							 seal ? &salts : NULL,
							 seal ? (int) seal[O_PLACE].integer : 0);
	if (!changed)
		return;
	dbc_query(host, "audit/set_changed", entry[DBC_NEWER_ID],
			  dbc_text(changed));
	if (seal)
		dbc_query(host, "audit/set_salts", seal[O_SEAL],
				  dbc_text(dbc_audit_write_salts(&salts)));
	dbc_json_push_value(e->entries, &entry[DBC_NEWER_ID]);
}

/* ---- kept and held rows ---- */

/* The row in JSON with null in place of the values; NULL stays NULL. */
static const char *
without_columns(const erasure *e, const char *data)
{
	const char *from = data;
	dbc_audit_member member;
	dbc_buffer text;

	if (!data)
		return NULL;
	dbc_buffer_init(&text, e->host);
	while (dbc_audit_next_member(&data, &member))
		if (is_wanted(e, &e->replay.present, &member))
		{
			dbc_append_bytes(&text, from, (size_t) (member.value - from));
			dbc_append(&text, "null");
			from = member.value + member.value_length;
		}
	dbc_append(&text, from);
	return text.data;
}

/* Erases the values in deleted rows that are kept and in rows that repairs have
 * saved; counts them. */
static void
erase_kept(erasure *e, const char *key)
{
	dbc_host *host = e->host;
	dbc_value table = dbc_text(e->replay.table->shown);
	const dbc_rows *rows = dbc_query(host, "audit/trash_rows", table,
									 dbc_text(key), dbc_int(e->replay.id));

	e->trash += rows->nrows;
	for (int i = 0; i < rows->nrows; i++)
		dbc_query(host, "audit/set_trash",
				  dbc_int(dbc_get_int(host, rows, i, 0)),
				  dbc_text(without_columns(e, dbc_get_text(host, rows, i, 1))));
	rows = dbc_query(host, "audit/saved_rows", table, dbc_text(key),
					 dbc_int(e->replay.id));
	e->saved += rows->nrows;
	for (int i = 0; i < rows->nrows; i++)
		dbc_query(host, "audit/set_saved",
				  dbc_int(dbc_get_int(host, rows, i, 0)),
				  dbc_text(without_columns(e, dbc_get_text(host, rows, i, 1))),
				  dbc_text(without_columns(
					  e, dbc_get_text_or_null(host, rows, i, 2))));
}

/* A hold keeps the values, too. */
static void
refuse_held(const erasure *e, const char *key)
{
	dbc_host *host = e->host;
	const char *table = e->replay.table->shown;
	const dbc_rows *rows =
		dbc_query(host, "audit/held_row", dbc_text(table), dbc_text(key));

	if (rows->nrows > 0)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host, "Reason of the hold: %s",
							dbc_get_text(host, rows, 0, 0)),
				 "dbarchive_release() ends a hold.",
				 "values of the row of %s with the key %s cannot be erased: "
				 "the row is held",
				 table, key);
}

/* ---- the row ---- */

/* A row without entries may have been there before its table was logged. */
static void
require_present(erasure *e, const char *key)
{
	dbc_audit_read_present(&e->replay, key);
	if (!dbc_audit_row_of(&e->replay, key)->exists)
		dbc_fail(e->host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_log() lists the keys of logged rows.",
				 "no row of table %s with the key %s is known",
				 e->replay.table->shown, key);
}

/* Erases the values of a row, under all keys that it had. */
static void
erase_row(erasure *e, const char *key)
{
	dbc_audit_replay *r = &e->replay;
	dbc_audit_follower entries =
		dbc_audit_follow(r, dbc_text("0001-01-01T00:00:00.000Z"), key);

	for (int i = 0; i < r->nrows; i++)
		refuse_held(e, r->rows[i]->key);
	for (int i = 0; i < entries.count; i++)
	{
		erase_entry(e, entries.list[i].cells, entries.list[i].stored);
		dbc_poll(e->host);
	}
	for (int i = 0; i < r->nrows; i++)
		erase_kept(e, r->rows[i]->key);
	if (entries.count == 0 && e->trash == 0 && e->saved == 0)
		require_present(e, key);
}

/* dbaudit_erase(relation, row_key, columns, reason) */
DBC_RUN(dbaudit_erase)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	const char *key = dbc_row_find(host, table, &args->row_key).key;
	dbc_json_node *act = dbc_json_object(host);
	dbc_json_node *result = dbc_json_object(host);
	erasure e = {.host = host, .entries = dbc_json_array(host)};
	int64_t id;

	dbc_need_tables(host);
	dbc_require_tables_owner(host, "erasing values of the log");
	id = dbc_audit_find(host, table).id;
	if (id == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_enable() begins to log them.",
				 "changes of table %s are not logged", table->shown);
	host->exclude(host, DBC_X_HOLDS);
	host->exclude(host, DBC_X_SEALS);
	dbc_audit_begin_replay(&e.replay, host, table, id);
	read_columns(&e, &args->columns);
	erase_row(&e, key);
	dbc_json_put_value(act, "columns", &args->columns);
	dbc_json_put_text(act, "reason", args->reason.text);
	dbc_json_put(act, "entries", e.entries);
	dbc_json_put_int(result, "id",
					 dbc_log_act(host, &(dbc_act){.table_id = id,
												  .action = "erase",
												  .key = key,
												  .details = act}));
	dbc_json_put_int(result, "entries", dbc_json_length(e.entries));
	dbc_json_put_int(result, "values", e.values);
	dbc_json_put_int(result, "deleted_rows", e.trash);
	dbc_json_put_int(result, "saved_rows", e.saved);
	dbc_json_emit(host, result);
}
